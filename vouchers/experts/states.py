"""The states of an expert, an absence, a contract and a declaration of interests."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class ExpertState(State):
    """Whether the expert may be asked."""

    ADMITTED = "admitted", _("Admitted"), "green"
    SUSPENDED = "suspended", _("Suspended"), "red"
    EXPIRED = "expired", _("Admission has ended"), "grey"


class AbsenceState(State):
    """Whether the expert is away then."""

    NOTED = "noted", _("Away"), "yellow"
    CANCELLED = "cancelled", _("Not away after all"), "grey"


class ContractState(State):
    """How far a contract with an expert is."""

    ISSUED = "issued", _("Waits for the expert"), "yellow"
    ACCEPTED = "accepted", _("Waits for the office"), "yellow"
    IN_FORCE = "in_force", _("In force"), "green"
    ENDED = "ended", _("Ended"), "grey"


class InterestState(State):
    """Whether a declaration is the one that holds."""

    DECLARED = "declared", _("Declared"), "green"
    REPLACED = "replaced", _("Replaced by a newer one"), "grey"
