"""Whether an application may be given to an expert."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation.rules.conflicts import Conflict
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.states import ExpertState
from vouchers.programmes.rules.instrument_plan import Evaluator, Instrument
from vouchers.programmes.rules.plan import Marking

_EARLIER = {
    AssignmentState.CONFLICTED: _("This expert has declared a conflict of interest with this application."),
    AssignmentState.REFUSED: _("This expert has refused this application."),
    AssignmentState.SET_ASIDE: _("This expert has marked it before the appeal; other experts mark it now."),
}


def ensure_assignable(
    *,
    instrument: Instrument,
    marking: Marking | None,
    is_in_pool: bool,
    expert_state: ExpertState,
    earlier: AssignmentState | None,
    load: int,
    load_limit: int,
    barring: Sequence[Conflict],
    obstacle: Sentence | None = None,
) -> None:
    """An admitted expert of the programme, with time, without an earlier answer and without a conflict that stands.

    Args:
        barring: hard conflicts, and clearable ones that nobody has cleared; the hard ones first.
        obstacle: what the register says against it now (`experts.queries.find_obstacles`).
    """
    if instrument.evaluation is not Evaluator.EXPERTS or marking is None:
        raise RuleBroken(_("%(name)s is decided without experts.", name=instrument.name))
    if not is_in_pool or expert_state != ExpertState.ADMITTED:
        raise RuleBroken(_("This expert is not admitted in this programme."))
    if obstacle is not None:
        raise RuleBroken(obstacle)
    if earlier is not None:
        raise RuleBroken(_EARLIER.get(earlier, _("This expert has this application already.")))
    if barring and barring[0].is_hard:
        raise RuleBroken(_("This expert cannot be assigned. %(evidence)s", evidence=barring[0].evidence))
    if barring:
        raise RuleBroken(
            _(
                "This expert cannot be assigned before a manager has cleared a conflict. %(evidence)s",
                evidence=barring[0].evidence,
            )
        )
    if load >= load_limit:
        raise RuleBroken(
            _("This expert has %(load)s applications of this call, which is the limit.", load=load),
        )
