"""The proof after a rush: it finds each kind of fault, and none where there is none."""

from datetime import UTC, datetime, timedelta

import pytest

from bench.proof import Receipt, faults_of

NOON = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


def receipt(place, *, application=None, second=None, event=None, event_second=None):
    second = place if second is None else second
    at = NOON + timedelta(seconds=second)
    event_at = at if event_second is None else NOON + timedelta(seconds=event_second)
    return Receipt(f"R-IN2-2026-{place:06d}", application or 100 + place, at, event or 900 + place, event_at)


SOUND = [receipt(5), receipt(6), receipt(7)]
TABLE = [
    # receipts                                            accepted  what is found
    (SOUND,                                                      3, []),
    (SOUND[::-1],                                                3, []),
    ([],                                                         0, []),
    (SOUND,                                                      4, ["4 were told that theirs is in, 3 are"]),
    (SOUND,                                                      2, ["2 were told that theirs is in, 3 are"]),
    ([*SOUND[:2], receipt(7, application=105)],                  3, ["an application is in twice"]),
    ([*SOUND[:2], receipt(8)],                                   3, ["the numbers have gaps or doubles"]),
    (SOUND[1:],                                                  2, ["the numbers have gaps or doubles"]),
    ([*SOUND[:2], receipt(7, event=905)],                        3, ["the numbers are not in the order of event_id"]),
    ([*SOUND[:2], receipt(7, second=8, event_second=7)],         3, ["receipt and record name different instants"]),
]  # fmt: skip


@pytest.mark.parametrize(("receipts", "accepted", "faults"), TABLE)
def test_each_fault_is_found(receipts, accepted, faults):
    assert faults_of(receipts, first=5, accepted=accepted) == faults


def test_numbers_against_the_order_of_time_are_found():
    crossed = [SOUND[0], receipt(6, second=7), receipt(7, second=6)]
    assert faults_of(crossed, first=5, accepted=3) == [
        "the numbers are not in the order of submitted_at",
        "the numbers are not in the order of event_at",
    ]


def test_the_closing_second_counts_and_the_next_does_not():
    last = NOON + timedelta(seconds=7)
    assert faults_of(SOUND, first=5, accepted=3, until=last) == []
    late = [*SOUND[:2], receipt(7, second=8)]
    assert faults_of(late, first=5, accepted=3, until=last) == ["one is in that came too late"]
