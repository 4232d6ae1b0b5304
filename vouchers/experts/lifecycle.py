"""The lives of an expert in the register, and of what belongs to the entry."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.experts import policy
from vouchers.experts.states import AbsenceState, ContractState, ExpertState, InterestState

_S, _A, _C, _I = ExpertState, AbsenceState, ContractState, InterestState
_ANY = set(_S)

EXPERT = Lifecycle(
    "expert",
    {
        # verb        from                     to            who                       label
        "admit": ((), _S.ADMITTED, policy.may_keep_register, _("Admit to the register")),
        "edit": (_ANY, None, policy.may_keep_register, _("Change the entry")),
        "edit_own": (_ANY, None, policy.is_that_expert, _("Change your own entry")),
        "attach": (_ANY, None, policy.may_write, _("Attach a file")),
        "detach": (_ANY, None, policy.may_write, _("Remove a file")),
        "suspend": ({_S.ADMITTED}, _S.SUSPENDED, policy.may_keep_register, _("Suspend")),
        "reinstate": ({_S.SUSPENDED}, _S.ADMITTED, policy.may_keep_register, _("Admit again")),
        "renew": ({_S.ADMITTED, _S.EXPIRED}, _S.ADMITTED, policy.may_keep_register, _("Renew the admission")),
        "expire": ({_S.ADMITTED}, _S.EXPIRED, policy.is_the_office, _("The admission ended")),
        "remind": ({_S.ADMITTED}, None, policy.is_the_office, _("Reminded")),
    },
)

ABSENCE = Lifecycle(
    "absence",
    {
        "note": ((), _A.NOTED, policy.may_write_part, _("Enter an absence")),
        "cancel": ({_A.NOTED}, _A.CANCELLED, policy.may_write_part, _("Take an absence back")),
    },
)

EXPERT_CONTRACT = Lifecycle(
    "expert_contract",
    {
        "issue": ((), _C.ISSUED, policy.may_keep_part, _("Issue a contract")),
        "accept": ({_C.ISSUED}, _C.ACCEPTED, policy.is_expert_of_part, _("Accept the contract")),
        "countersign": ({_C.ACCEPTED}, _C.IN_FORCE, policy.is_second_signatory, _("Sign for the office")),
        "end": ({_C.ISSUED, _C.ACCEPTED, _C.IN_FORCE}, _C.ENDED, policy.may_keep_part, _("End the contract")),
        "lapse": ({_C.ISSUED, _C.ACCEPTED, _C.IN_FORCE}, _C.ENDED, policy.is_the_office, _("The contract ended")),
    },
)

INTEREST_DECLARATION = Lifecycle(
    "interest_declaration",
    {
        "declare": ((), _I.DECLARED, policy.is_expert_of_part, _("Declare your interests")),
        "replace": ({_I.DECLARED}, _I.REPLACED, policy.is_the_office, _("A newer declaration took its place")),
    },
)
