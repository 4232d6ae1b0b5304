"""The lives of an expert's assignment, of what speaks against it, and of what the marks give rise to."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.evaluation import policy
from vouchers.evaluation.states import (
    AssignmentState,
    ConflictState,
    ConsensusState,
    CorrectionState,
    DivergenceState,
)

_S = AssignmentState

ASSIGNMENT = Lifecycle(
    "assignment",
    {
        # verb                 from                                to               who                     label
        "assign": ((), _S.ASSIGNED, policy.is_manager, _("Assign an expert")),
        "declare_no_conflict": (
            {_S.ASSIGNED},
            _S.ACCEPTED,
            policy.is_that_expert,
            _("Declare that there is no conflict"),
        ),
        "declare_conflict": (
            {_S.ASSIGNED, _S.ACCEPTED, _S.SUBMITTED},
            _S.CONFLICTED,
            policy.is_that_expert,
            _("Declare a conflict of interest"),
        ),
        "confirm_conflict": (
            {_S.ASSIGNED, _S.ACCEPTED, _S.SUBMITTED},
            _S.CONFLICTED,
            policy.is_manager_or_office,
            _("Confirm a conflict of interest"),
        ),
        "refuse": ({_S.ASSIGNED, _S.ACCEPTED}, _S.REFUSED, policy.is_that_expert, _("Refuse the task")),
        "save_marks": ({_S.ACCEPTED}, None, policy.is_that_expert, _("Save marks")),
        "submit_marks": ({_S.ACCEPTED}, _S.SUBMITTED, policy.is_that_expert, _("Submit marks")),
        "unsubmit_marks": ({_S.SUBMITTED}, _S.ACCEPTED, policy.is_that_expert, _("Take the marks back")),
        "read_newer": ({_S.ACCEPTED}, None, policy.is_that_expert, _("Read the newer version")),
        "extend": ({_S.ASSIGNED, _S.ACCEPTED}, None, policy.is_manager, _("Give more time")),
        "remind": ({_S.ASSIGNED, _S.ACCEPTED}, None, policy.is_the_office, _("Reminded")),
        "set_aside": (
            {_S.ASSIGNED, _S.ACCEPTED, _S.SUBMITTED},
            _S.SET_ASIDE,
            policy.is_the_office,
            _("Set aside after an appeal"),
        ),
        "remove": (
            {_S.ASSIGNED, _S.ACCEPTED, _S.SUBMITTED},
            _S.REMOVED,
            policy.may_remove,
            _("Remove the expert"),
        ),
    },
)

_D = DivergenceState

DIVERGENCE = Lifecycle(
    "divergence",
    {
        # verb        from               to           who                    label
        "find": ((), _D.OPEN, policy.is_the_office, _("The experts lie far apart")),
        "find_again": (set(_D), _D.OPEN, policy.is_the_office, _("The experts lie far apart")),
        "accept": ({_D.OPEN}, _D.ACCEPTED, policy.is_manager, _("Accept the difference")),
        "settle": ({_D.OPEN}, _D.SETTLED, policy.is_the_office, _("No further expert is needed")),
    },
)

MARK_CORRECTION = Lifecycle(
    "mark_correction",
    {
        "reckon": ((), CorrectionState.RECKONED, policy.may_reckon, _("Reckon corrected marks")),
        "reckon_again": ({CorrectionState.RECKONED}, None, policy.may_reckon, _("Reckon corrected marks")),
    },
)

_C = ConflictState

CONFLICT_FINDING = Lifecycle(
    "conflict_finding",
    {
        "find": ((), _C.FOUND, policy.may_find, _("Conflict of interest found")),
        "clear": ({_C.FOUND}, _C.CLEARED, policy.may_clear, _("Clear the conflict")),
        "confirm": ({_C.FOUND, _C.CLEARED}, _C.CONFIRMED, policy.is_manager, _("Confirm a conflict of interest")),
    },
)

_K = ConsensusState

CONSENSUS = Lifecycle(
    "consensus",
    {
        "open": ((), _K.DRAFTING, policy.may_open_consensus, _("Ask for a consensus")),
        "save": ({_K.DRAFTING}, None, policy.is_rapporteur, _("Save the consensus")),
        "propose": ({_K.DRAFTING}, _K.PROPOSED, policy.is_rapporteur, _("Put it to the experts")),
        "approve": ({_K.PROPOSED}, None, policy.is_party, _("Approve the consensus")),
        "object": ({_K.PROPOSED}, _K.DRAFTING, policy.is_party, _("Ask for a change")),
        "close": ({_K.PROPOSED}, _K.AGREED, policy.is_the_office, _("All experts have approved")),
        "reopen": ({_K.DRAFTING, _K.PROPOSED, _K.AGREED}, _K.DRAFTING, policy.is_the_office, _("Written anew")),
        "name": ({_K.DRAFTING, _K.PROPOSED}, _K.DRAFTING, policy.is_manager, _("Name another rapporteur")),
        "remind": ({_K.DRAFTING, _K.PROPOSED}, None, policy.is_the_office, _("Reminded")),
        "end": (
            {_K.DRAFTING, _K.PROPOSED},
            _K.ENDED,
            policy.is_manager_or_office,
            _("End it without agreement"),
        ),
    },
)
