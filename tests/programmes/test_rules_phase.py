"""What the clock says of a call: the closing second counts, and a change of the clocks moves nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.programmes.rules.phase import ensure_open, phase_of, why_not_open
from vouchers.programmes.rules.values import read_moment
from vouchers.programmes.states import CallPhase

BRUSSELS = "Europe/Brussels"


def call_closing(local: str, zone: str = BRUSSELS) -> SimpleNamespace:
    return SimpleNamespace(
        opens_at=datetime(2026, 1, 10, 8, tzinfo=UTC), closes_at=read_moment(local, zone), time_zone=zone
    )


@pytest.mark.parametrize(
    ("closes", "in_utc"),
    [
        # local deadline    the same in UTC
        ("2026-03-28 17:00", "2026-03-28 16:00"),
        ("2026-03-29 17:00", "2026-03-29 15:00"),  # summer time starts on this day
        ("2026-10-24 17:00", "2026-10-24 15:00"),
        ("2026-10-25 17:00", "2026-10-25 16:00"),  # and ends on this day
    ],
)
@pytest.mark.parametrize(
    ("after", "phase"),
    [
        # since the closing second began     phase
        (timedelta(hours=-1), CallPhase.OPEN),
        (timedelta(seconds=-1), CallPhase.OPEN),
        (timedelta(0), CallPhase.OPEN),
        (timedelta(microseconds=999_999), CallPhase.OPEN),
        (timedelta(seconds=1), CallPhase.CLOSED),
        (timedelta(hours=1), CallPhase.CLOSED),
    ],
)
def test_the_closing_second_counts(closes, in_utc, after, phase):
    deadline = datetime.fromisoformat(in_utc).replace(tzinfo=UTC)
    assert phase_of(call_closing(closes), deadline + after) == phase


@pytest.mark.parametrize(
    ("moment", "phase"),
    [
        ("2026-01-10 07:59:59.999999", CallPhase.OPENING_SOON),
        ("2026-01-10 08:00:00", CallPhase.OPEN),
    ],
)
def test_a_call_opens_at_its_instant(moment, phase):
    assert phase_of(call_closing("2026-03-29 17:00"), datetime.fromisoformat(moment).replace(tzinfo=UTC)) == phase


@pytest.mark.parametrize(
    ("moment", "sentence"),
    [
        ("2026-01-01", "This call is not open yet. It opens on 10 January 2026, 09:00 (Brussels time)."),
        ("2026-02-01", None),
        ("2026-04-01", "This call closed on 29 March 2026, 17:00 (Brussels time)."),
    ],
)
def test_the_reason_names_the_clocks_of_the_call(moment, sentence):
    call, at = call_closing("2026-03-29 17:00"), datetime.fromisoformat(moment).replace(tzinfo=UTC)

    assert (str(why_not_open(call, at)) if sentence else why_not_open(call, at)) == sentence
    if sentence:
        with pytest.raises(RuleBroken, match="This call"):
            ensure_open(call, at)
    else:
        ensure_open(call, at)
