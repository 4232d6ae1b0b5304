"""States of an assignment, of what speaks against one, and of what marks give rise to."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class AssignmentState(State):
    """Where an expert stands with one application."""

    ASSIGNED = "assigned", _("Declaration needed"), "yellow"
    ACCEPTED = "accepted", _("Marking"), "blue"
    CONFLICTED = "conflicted", _("Conflict of interest"), "red"
    REFUSED = "refused", _("Refused"), "grey"
    SUBMITTED = "submitted", _("Marks submitted"), "green"
    REMOVED = "removed", _("Removed"), "grey"
    SET_ASIDE = "set_aside", _("Set aside after an appeal"), "grey"


class DivergenceState(State):
    """Whether experts who lie far apart still hold an application up."""

    OPEN = "open", _("One more expert is needed"), "orange"
    ACCEPTED = "accepted", _("The difference was accepted"), "grey"
    SETTLED = "settled", _("Settled"), "grey"


class CorrectionState(State):
    """The corrected marks of a call have no life but being reckoned, and again."""

    RECKONED = "reckoned", _("Reckoned"), "grey"


class Weight(State):
    """What a finding does to an assignment."""

    FORBIDS = "forbids", _("Forbidden"), "red"
    """Nobody can clear it."""
    CLEARABLE = "clearable", _("Clear it first"), "yellow"
    """A manager may clear it with a reason; until then it forbids too."""
    SHOWN = "shown", _("Consider"), "grey"
    """Good to know; it forbids nothing."""


class Source(State):
    """Where the evidence of a finding comes from."""

    MEMBERS = "members", _("Members of the organisation")
    REGISTER = "register", _("The register of experts")
    APPLICATION = "application", _("The application")
    CALL = "call", _("Applications of the same call")
    OWNERSHIP = "ownership", _("Statement of ownership")
    EVALUATIONS = "evaluations", _("Earlier evaluations")
    VOUCHERS = "vouchers", _("Earlier vouchers")
    INTERESTS = "interests", _("Declaration of interests")
    DECLARED = "declared", _("The expert's own words")


class ConflictState(State):
    """Where a finding stands."""

    FOUND = "found", _("Found"), "yellow"
    CLEARED = "cleared", _("Cleared"), "green"
    CONFIRMED = "confirmed", _("Confirmed"), "red"


class ConsensusState(State):
    """Where the common sheet of several experts stands."""

    DRAFTING = "drafting", _("Being written"), "yellow"
    PROPOSED = "proposed", _("Waits for approval"), "blue"
    AGREED = "agreed", _("Agreed"), "green"
    ENDED = "ended", _("Ended without agreement"), "grey"
