"""Until when marks may be taken back, when experts are reminded, what the answers on scope make together."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from vouchers.applications.states import ApplicationState
from vouchers.core.errors import RuleBroken
from vouchers.core.localised import Text
from vouchers.core.text import say as _
from vouchers.evaluation.rules.complete import ensure_complete
from vouchers.evaluation.rules.reminding import due_mark, passed_mark
from vouchers.evaluation.rules.scope import count_scope, ensure_scope_answered
from vouchers.evaluation.rules.unsubmitting import ensure_may_unsubmit
from vouchers.programmes.rules.plan import Criterion

DUE = datetime(2026, 10, 20, 15, 0, tzinfo=UTC)
GIVEN = DUE - timedelta(days=30)


@pytest.mark.parametrize(
    # before due   last sent   mark
    ("hours", "last", "mark"),
    [
        (8 * 24, None, None),
        (7 * 24, None, 7),
        (7 * 24 - 1, 7, None),
        (25, 7, None),
        (24, 7, 1),
        (1, None, 1),
        (0, 1, None),
        (-0.01, 1, 0),
        (-500, None, 0),
        (-500, 0, None),
    ],
)
def test_due_mark(hours, last, mark):
    assert due_mark(DUE, assigned_at=GIVEN, last=last, at=DUE - timedelta(hours=hours)) == mark


def test_a_mark_that_passed_before_the_task_was_given_is_left_out():
    given = DUE - timedelta(days=3)
    assert due_mark(DUE, assigned_at=given, last=None, at=given + timedelta(hours=1)) is None
    assert due_mark(DUE, assigned_at=given, last=None, at=DUE - timedelta(hours=3)) == 1
    assert passed_mark(DUE, at=given) == 7
    assert passed_mark(DUE, at=GIVEN) is None


def unsubmit(*, hours=24, state=ApplicationState.EVALUATED, hold=None, after=timedelta(hours=1)):
    ensure_may_unsubmit(submitted_at=DUE, hours=hours, state=state, hold=hold, at=DUE + after)


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ({"hours": 0}, "cannot be taken back. Write"),
        ({"state": ApplicationState.AWARDED}, "“Awarded”, so the marks cannot"),
        ({"hold": _("It stands on a statement.")}, "stands on a statement"),
        ({"after": timedelta(hours=24, seconds=1)}, "for 24 hours after"),
        ({"hours": 1, "after": timedelta(hours=2)}, "for 1 hour after"),
    ],
)
def test_ensure_may_unsubmit_refuses(how, sentence):
    with pytest.raises(RuleBroken, match=sentence):
        unsubmit(**how)


def test_ensure_may_unsubmit_to_the_last_instant():
    unsubmit(after=timedelta(hours=24))
    unsubmit(state=ApplicationState.IN_EVALUATION)


@pytest.mark.parametrize(
    ("answers", "is_outside"),
    [((), False), ((False,), True), ((True, False), False), ((False, False, True), True), ((None, False, True), False)],
)
def test_count_scope_needs_a_majority(answers, is_outside):
    assert count_scope(answers).is_outside is is_outside


@pytest.mark.parametrize(
    ("answer", "comment", "field"),
    [(None, "", "is_in_scope"), (False, " ", "scope_comment"), (None, "x", "is_in_scope")],
)
def test_ensure_scope_answered_refuses(answer, comment, field):
    with pytest.raises(RuleBroken) as refusal:
        ensure_scope_answered(answer, comment)
    assert refusal.value.field == field


def test_ensure_scope_answered():
    ensure_scope_answered(True, "")
    ensure_scope_answered(False, "It is about fishing.")


@pytest.mark.parametrize(("length", "is_refused"), [(9, True), (10, False), (20, False), (21, True), (0, True)])
def test_ensure_complete_counts_the_comment(length, is_refused):
    name = Text((("en", "Novelty"),))
    criterion = Criterion("novelty", name, name, Decimal(1), Decimal(3))
    marks = {"novelty": {"mark": "4", "comment": f" {'x' * length} "}}
    if not is_refused:
        ensure_complete(marks, [criterion], least=10, most=20)
        return
    with pytest.raises(RuleBroken) as refusal:
        ensure_complete(marks, [criterion], least=10, most=20)
    assert refusal.value.field == "comment-novelty"
