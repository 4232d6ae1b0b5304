"""Who may decide an appeal, and what may come of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from vouchers.appeals.states import Against
from vouchers.applications.states import ApplicationState
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

INVOLVED = _(
    "You took part in what led to this decision, so another person must decide the appeal. You may appoint one."
)
STANDING = {
    Against.INELIGIBLE: frozenset({ApplicationState.INELIGIBLE}),
    Against.REJECTED: frozenset({ApplicationState.REJECTED}),
    Against.RESERVED: frozenset({ApplicationState.RESERVED}),
    Against.LESS: frozenset({ApplicationState.AWARDED}),
    Against.CONDITIONS: frozenset({ApplicationState.AWARDED}),
}
"""Where an application stands as long as what its appeal is about still holds."""


def ensure_not_involved(person_id: int | None, involved: Collection[int], *, sentence: Sentence = INVOLVED) -> None:
    """Whoever checked, assigned, marked, proposed, confirmed or decided does not decide the appeal. Raises
    `RuleBroken`."""
    if person_id is None or person_id in involved:
        raise RuleBroken(sentence)


def ensure_reason(reason: str) -> None:
    """Every ruling is reasoned."""
    if not reason.strip():
        raise RuleBroken(_("Give the reasons"), field="reason")


def ensure_still_stands(against: Against, state: ApplicationState) -> None:
    """What the appeal is about was not changed by other steps meanwhile."""
    if state not in STANDING[against]:
        raise WrongState(
            _(
                "The application is “%(state)s” by now, so the appeal can no longer change anything. Reject it and say "
                "so, or ask the applicant to withdraw it.",
                state=state.label,
            )
        )


def ensure_may_be_marked(against: Against, *, is_marked: bool) -> None:
    """New marks are ordered where experts mark, and where the marks were what decided."""
    if not is_marked or against not in {Against.REJECTED, Against.RESERVED}:
        raise RuleBroken(_("No experts mark this application, so new marks cannot be ordered."))


def ensure_passes(is_passing: bool) -> None:
    """What is below a threshold is not put on the list: its marks would have to be others."""
    if not is_passing:
        raise RuleBroken(
            _(
                "Its marks do not reach the thresholds of the call, so it cannot be put on the list. If the marks are "
                "wrong, have it marked again."
            )
        )


def ensure_marks_stand(tainted: Sequence[str]) -> None:
    """No award rests on marks of an expert who has a conflict. `tainted` names application and experts."""
    if tainted:
        raise RuleBroken(
            _(
                "Marks that count are of an expert with a conflict of interest: %(experts)s. Have it marked again by "
                "others.",
                experts=", ".join(tainted),
            )
        )


def ensure_changed(lifted: Collection[int], unsettled: Collection[int]) -> None:
    """A change lets one condition fall at least, and only what is neither met nor waived. Raises `RuleBroken`."""
    if not lifted:
        raise RuleBroken(_("Choose the conditions that fall."), field="lifted")
    if not set(lifted) <= set(unsettled):
        raise RuleBroken(_("A condition was met or waived meanwhile. Look again."), field="lifted")


def ensure_conditions_left(against: Against, count: int) -> None:
    """An appeal against conditions has some to change. Raises `WrongState`."""
    if against is Against.CONDITIONS and not count:
        raise WrongState(
            _(
                "Every condition was met or waived meanwhile, so the appeal can no longer change anything. Reject it "
                "and say so, or ask the applicant to withdraw it."
            )
        )
