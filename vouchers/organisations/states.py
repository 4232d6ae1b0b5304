"""States of organisations, their members and their bank accounts."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class OrganisationState(State):
    """Whether the organisation is in the register."""

    ACTIVE = "active", _("Active"), "green"


class MembershipState(State):
    """Whether a person may act for the organisation."""

    INVITED = "invited", _("Invited"), "yellow"
    ACTIVE = "active", _("Member"), "green"
    ENDED = "ended", _("No longer a member"), "grey"


class MemberRole(State):
    """What a member may do."""

    OWNER = "owner", _("Owner: may do everything, also invite and remove members")
    EDITOR = "editor", _("Editor: may write, submit and claim")
    VIEWER = "viewer", _("Viewer: may read")


class BankAccountState(State):
    """Whether money may be paid to the account."""

    PROPOSED = "proposed", _("Waiting for confirmation by the office"), "yellow"
    CONFIRMED = "confirmed", _("Confirmed"), "green"
    REJECTED = "rejected", _("Rejected"), "red"
    RETIRED = "retired", _("No longer used"), "grey"
