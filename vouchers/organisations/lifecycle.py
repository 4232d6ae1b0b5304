"""The lives of organisations, memberships and bank accounts."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.organisations import policy
from vouchers.organisations.states import BankAccountState, MembershipState, OrganisationState

_O, _M, _B = OrganisationState, MembershipState, BankAccountState

ORGANISATION = Lifecycle(
    "organisation",
    {
        # verb   from          to         who                 label
        "found": ((), _O.ACTIVE, policy.may_take_part, _("Add an organisation")),
        "edit": ({_O.ACTIVE}, None, policy.is_writer, _("Change the organisation's details")),
        "withdraw_name": ({_O.ACTIVE}, None, policy.is_writer, _("Keep the present name")),
        "confirm_name": ({_O.ACTIVE}, None, policy.is_second_person_of_name, _("Confirm the new name")),
        "refuse_name": ({_O.ACTIVE}, None, policy.is_second_person_of_name, _("Refuse the new name")),
    },
)

MEMBERSHIP = Lifecycle(
    "membership",
    {
        "found": ((), _M.ACTIVE, policy.may_take_part, _("Became the first owner")),
        "invite": ((), _M.INVITED, policy.may_change_membership, _("Invite a colleague")),
        "accept": ({_M.INVITED}, _M.ACTIVE, policy.is_invited_person, _("Accept the invitation")),
        "change_role": ({_M.INVITED, _M.ACTIVE}, None, policy.may_change_membership, _("Change the role")),
        "name_signatory": ({_M.ACTIVE}, None, policy.may_change_membership, _("May sign for the organisation")),
        "end_signatory": (
            {_M.ACTIVE},
            None,
            policy.may_change_membership,
            _("May no longer sign for it"),
        ),
        "end": ({_M.INVITED, _M.ACTIVE}, _M.ENDED, policy.may_end_membership, _("Remove")),
    },
)

BANK_ACCOUNT = Lifecycle(
    "bank_account",
    {
        "propose": ((), _B.PROPOSED, policy.may_propose_account, _("Enter a bank account")),
        "confirm": ({_B.PROPOSED}, _B.CONFIRMED, policy.is_second_person, _("Confirm the bank account")),
        "reject": ({_B.PROPOSED}, _B.REJECTED, policy.is_second_person, _("Reject the bank account")),
        "retire": ({_B.PROPOSED, _B.CONFIRMED}, _B.RETIRED, policy.is_the_office, _("Replaced by another account")),
        "dispose": (set(_B), _B.RETIRED, policy.is_the_office, _("Deleted, as its time had ended")),
    },
)
