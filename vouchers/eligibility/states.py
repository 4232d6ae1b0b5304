"""What a rule can say; states of the papers that a company hands in, and of the entries in the aid register."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class Outcome(State):
    """What a rule says of an application."""

    MET = "met", _("Met"), "green"
    NOT_MET = "not_met", _("Not met"), "red"
    UNCLEAR = "unclear", _("Unclear"), "yellow"
    NEEDS_PERSON = "needs_person", _("A person must judge"), "purple"


class Relation(State):
    """How an enterprise stands to others (Recommendation 2003/361/EC, Annex, Article 3)."""

    AUTONOMOUS = "autonomous", _("Autonomous"), "grey"
    PARTNER = "partner", _("Has partner enterprises"), "blue"
    LINKED = "linked", _("Has linked enterprises"), "blue"


class StatementState(State):
    """Where a statement of ownership stands."""

    STATED = "stated", _("In force"), "green"
    SUPERSEDED = "superseded", _("Replaced"), "grey"


class DeclarationState(State):
    """Where a declaration of aid received stands."""

    SIGNED = "signed", _("Signed"), "green"
    SUPERSEDED = "superseded", _("Replaced"), "grey"


class EntryState(State):
    """Where an entry in the central register of aid stands."""

    DUE = "due", _("To be registered"), "yellow"
    REGISTERED = "registered", _("Registered"), "green"
    CANCELLED = "cancelled", _("Nothing to register"), "grey"


class KeptState(State):
    """What was kept of a check never changes."""

    KEPT = "kept", _("Kept"), "grey"


class Occasion(State):
    """When the papers were looked at."""

    SUBMISSION = "submission", _("At submission")
    DECISION = "decision", _("At the decision")
    SIGNATURE = "signature", _("At the signature of the agreement")
