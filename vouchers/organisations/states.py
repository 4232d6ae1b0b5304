"""States of organisations, their members and their bank accounts, and the size of a company."""

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


class Size(State):
    """The size class of an enterprise (Recommendation 2003/361/EC, Annex, Article 2)."""

    MICRO = "micro", _("Micro enterprise"), "green"
    SMALL = "small", _("Small enterprise"), "green"
    MEDIUM = "medium", _("Medium-sized enterprise"), "green"
    LARGE = "large", _("Large enterprise"), "red"

    @property
    def rank(self) -> int:
        """0 for micro to 3 for large."""
        return list(Size).index(self)
