"""Draws by lot, by the steps that hold them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.builders.kept import kept, known
from tests.builders.programmes import during_call, in2
from vouchers.core.localised import Text
from vouchers.decisions.actions.drawing import freeze_pool
from vouchers.decisions.queries.contests import Contest
from vouchers.draws import actions
from vouchers.draws.models import Draw
from vouchers.draws.queries import get_draw
from vouchers.users.models import User

NUMBERS = "4 8 15 16 23 42"


@known
def a_source(held_at: datetime, **changed: Any) -> actions.Announcement:
    """Six of 45, with a secret beside them."""
    usual = {
        "source": Text.of([("en", "Lotto")]),
        "url": "https://lotto.example",
        "numbers": Text.of([("en", "6 of 45")]),
    }
    return actions.Announcement(held_at=held_at, **(usual | changed))


@kept
def an_announced_draw(contest: Contest, *, by: User, at: datetime, **changed: Any) -> Draw:
    """A frozen pool whose source draws a day later."""
    draw = freeze_pool(contest, by=by, at=at)
    if draw.state == "frozen":
        actions.announce_draw(draw, a_source(at + timedelta(days=1), **changed), by=by, at=at)
    return get_draw(draw.id)


@kept
def drawn(draw: Draw, *, by: User, at: datetime, numbers: str = NUMBERS, second: User | None = None) -> Draw:
    """The draw of a frozen pool, held two days later."""
    later = at + timedelta(days=2)
    if draw.state == "frozen":
        actions.announce_draw(draw, a_source(at + timedelta(days=1)), by=by, at=at)
    actions.enter_numbers(draw, numbers, by=by, at=later)
    actions.run_draw(draw, by=second or by, at=later)
    return get_draw(draw.id)


@kept
def a_drawn_pool(contest: Contest, *, by: User, at: datetime, **how: Any) -> Draw:
    """A pool whose lots are drawn, two days after it was frozen."""
    return drawn(freeze_pool(contest, by=by, at=at), by=by, at=at, **how)


@kept
def a_bare_draw(*, by: User, places: int = 3) -> Draw:
    """A pool of invented references in the call 2026-1 of IN2LifeSciences."""
    references = [f"A-2026-{number:04}" for number in range(9001, 9001 + places)]
    return actions.freeze_draw(
        in2().call(), in2().region("BE-WAL"), references, instruments="MG", round=0, by=by, at=during_call()
    )
