"""States of an agreement, and its parties."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class AgreementState(State):
    """Where an agreement stands."""

    OFFERED = "offered", _("Waiting for acceptance"), "yellow"
    ACTIVE = "active", _("In force"), "green"
    DECLINED = "declined", _("Declined"), "red"
    EXPIRED = "expired", _("Expired"), "grey"
    COMPLETED = "completed", _("Completed"), "green"
    TERMINATED = "terminated", _("Terminated"), "red"


class PartyKind(State):
    """Who is bound."""

    SME = "sme", _("SME (beneficiary)")
    PROVIDER = "provider", _("Service provider")
    REGION = "region", _("Region")
