"""Counting votes, the order of a session, approving minutes."""

from fractions import Fraction

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.panels.rules.agenda import Carried, move_in, order_agenda, recommend
from vouchers.panels.rules.voting import Count, count_votes, ensure_quorum, is_approved
from vouchers.panels.states import Choice, VoteKind

Y, N, A = Choice.YES, Choice.NO, Choice.ABSTAIN


@pytest.mark.parametrize(
    ("said", "quorum", "is_enough", "is_carried"),
    [
        ([Y, Y, N], 3, True, True),
        ([Y, N], 2, True, False),  # an equal count is not carried
        ([Y, A, A], 3, True, True),  # whoever abstains takes part
        ([A, A], 2, True, False),
        ([Y, Y], 3, False, True),
        ([], 1, False, False),
    ],
)
def test_a_vote_is_counted(said, quorum, is_enough, is_carried):
    count = count_votes(said)
    assert count.is_carried is is_carried
    if is_enough:
        ensure_quorum(count, quorum)
    else:
        with pytest.raises(RuleBroken, match=f"{len(said)} members have voted, and {quorum} are needed"):
            ensure_quorum(count, quorum)


def test_the_agenda_is_the_ranking():
    scores = {1: (Fraction(10),), 2: (Fraction(12),), 3: (Fraction(12),)}
    assert order_agenda(scores, [4, 3, 1, 2]) == [3, 2, 1, 4]


@pytest.mark.parametrize(
    ("place", "order"), [(1, [3, 1, 2, 4]), (2, [1, 3, 2, 4]), (4, [1, 2, 4, 3]), (99, [1, 2, 4, 3])]
)
def test_one_application_moves_and_the_others_keep_their_order(place, order):
    assert move_in([1, 2, 3, 4], 3, place) == order


def test_what_a_panel_recommends():
    carried = [
        Carried(3, VoteKind.MOVE, 1, "Better.", Count(3)),
        Carried(1, VoteKind.REFUSE, None, "No.", Count(3)),
        Carried(2, VoteKind.MOVE, 1, "Best.", Count(2, 1)),
        Carried(1, VoteKind.FUND, None, "After all.", Count(3)),
    ]
    said = recommend([1, 2, 3], carried)
    assert {key: (one.place, one.place_by_marks) for key, one in said.items()} == {2: (1, 2), 3: (2, 3), 1: (3, 1)}
    assert (said[1].verdict, said[2].verdict) == (VoteKind.FUND, None)
    assert (said[1].is_moved, said[2].is_moved) == (False, True)


@pytest.mark.parametrize(("approvers", "stands"), [((1,), False), ((2, 3), False), ((1, 2), True), ((), False)])
def test_minutes_need_the_chair_and_one_more(approvers, stands):
    assert is_approved(approvers, 1) is stands
