"""States of mandates, samples and findings, and the closed words of sampling."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class MandateState(State):
    """Whether a mandate may still be used."""

    GIVEN = "given", _("In force"), "green"
    ENDED = "ended", _("Ended"), "grey"


class SampleState(State):
    """Where a sample stands."""

    PLANNED = "planned", _("Planned"), "yellow"
    DRAWING = "drawing", _("Being drawn"), "blue"
    DRAWN = "drawn", _("Drawn: results are entered"), "blue"
    CONCLUDED = "concluded", _("Concluded"), "green"
    DISCARDED = "discarded", _("Discarded"), "grey"


class FindingState(State):
    """Where a finding stands."""

    ISSUED = "issued", _("Waits for the region"), "yellow"
    REPLIED = "replied", _("The region has replied"), "blue"
    FOLLOWED_UP = "followed_up", _("Followed up: waits for the region"), "orange"
    CLOSED = "closed", _("Closed"), "green"


class Basis(State):
    """Which expenditure is audited."""

    PAID = "paid", _("Paid: what the bank has paid out in the period")
    ACCEPTED = "accepted", _("Accepted: grants that were accepted in the period")


class Method(State):
    """How a sample is planned and projected, as EGESIF_16-0014-01 names it."""

    MUS_STANDARD = "mus_standard", _("Monetary unit sampling, standard")
    MUS_CONSERVATIVE = "mus_conservative", _("Monetary unit sampling, conservative")
    SIMPLE_RANDOM = "simple_random", _("Simple random sampling")
    NON_STATISTICAL = "non_statistical", _("Non-statistical sampling")


class Selection(State):
    """How units are picked."""

    SYSTEMATIC = "systematic", _("By size: a fixed interval from a random start")
    CELL = "cell", _("By size: a random point in each interval")
    EQUAL = "equal", _("Each unit with the same chance")


class StrataBy(State):
    """What divides the population into strata."""

    NONE = "none", _("One stratum: the whole population")
    REGION = "region", _("A stratum for each region")
    CALL = "call", _("A stratum for each call")
    INSTRUMENT = "instrument", _("A stratum for each instrument")


class ErrorKind(State):
    """What an error in a unit is, and hence what becomes of it in the projection."""

    RANDOM = "random", _("Random: it is projected to the population")
    SYSTEMIC = "systemic", _("Systemic: its extent in the whole population is found and added")
    ANOMALOUS = "anomalous", _("Anomalous: shown to be not representative, added without projection")


class Conclusion(State):
    """What the sample says of the population."""

    NOT_MATERIAL = "not_material", _("No material error"), "green"
    MATERIAL = "material", _("Material error"), "red"
    INCONCLUSIVE = "inconclusive", _("Inconclusive: more work is needed"), "orange"


class Severity(State):
    """How much a finding weighs."""

    HIGH = "high", _("High"), "red"
    MEDIUM = "medium", _("Medium"), "orange"
    LOW = "low", _("Low"), "grey"
