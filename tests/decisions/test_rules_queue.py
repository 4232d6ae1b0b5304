"""The queue: what is awarded is awarded however those ahead are decided, and never more than there is."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vouchers.core.money import Money
from vouchers.decisions.rules.queue import Readiness, Verdict, Waiting, say_place, say_place_to_staff, walk
from vouchers.programmes.rules.plan import CutPolicy

LETTERS = {"r": Readiness.READY, "o": Readiness.OPEN, "x": Readiness.OUT}
STRICT, SKIP, PARTIAL = CutPolicy.STRICT_STOP, CutPolicy.SKIP, CutPolicy.PARTIAL


def queue(text):
    """``r5 o3``: one that is ready and wants 5, one that is open and wants 3."""
    return [Waiting(number, Money(int(word[1:])), LETTERS[word[0]]) for number, word in enumerate(text.split())]


def told(text, left, policy=STRICT, slots=None):
    places = walk(queue(text), Money(left), policy, slots)
    assert [place.number for place in places] == list(range(1, len(places) + 1))
    return " ".join(f"{place.verdict.value}{place.amount.cents or ''}" for place in places)


@pytest.mark.parametrize(
    ("text", "left", "policy", "slots", "expected"),
    [
        # money for all; for some; to the cent; for none
        ("r5 r3", 8, STRICT, None, "award5 award3"),
        ("r5 r3", 7, STRICT, None, "award5 beyond"),
        ("r5 r3", 5, STRICT, None, "award5 beyond"),
        ("r5 r3", 0, STRICT, None, "beyond beyond"),
        # a smaller wish behind the line
        ("r5 r4 r2", 7, STRICT, None, "award5 beyond beyond"),
        ("r5 r4 r2", 7, SKIP, None, "award5 beyond award2"),
        ("r5 r4 r2", 7, PARTIAL, None, "award5 offer2 beyond"),
        ("r5 r4", 5, PARTIAL, None, "award5 beyond"),
        # an open one keeps its money, and those behind get what would still be left
        ("o5 r3", 8, STRICT, None, "keeps5 award3"),
        ("o5 r3", 7, STRICT, None, "keeps5 behind"),
        ("o5 r3 r1", 7, STRICT, None, "keeps5 behind behind"),
        ("o5 r3 r2", 7, SKIP, None, "keeps5 behind behind"),
        ("o5 r3 r2", 10, SKIP, None, "keeps5 award3 award2"),
        ("o5 r3", 7, PARTIAL, None, "keeps5 behind"),
        ("o5 o5 r3", 7, PARTIAL, None, "keeps5 keeps2 behind"),
        # what could never be reached goes to the reserve list, also behind an open one
        ("o5 r8", 7, STRICT, None, "keeps5 beyond"),
        ("o5 r8 r1", 7, STRICT, None, "keeps5 beyond beyond"),
        ("o5 r8 r1", 7, SKIP, None, "keeps5 beyond award1"),
        ("o9 r1", 7, SKIP, None, "keeps award1"),
        ("o9 r1", 7, STRICT, None, "keeps behind"),
        # below a threshold: no money, no place in the way
        ("x5 r3", 3, STRICT, None, "out award3"),
        # the quota in numbers
        ("r1 r1 r1", 9, STRICT, 2, "award1 award1 beyond"),
        ("o1 r1 r1", 9, STRICT, 2, "keeps1 award1 behind"),
        ("r1 r1", 9, SKIP, 0, "beyond beyond"),
        ("r5 r5", 9, PARTIAL, 1, "award5 beyond"),
    ],
)
def test_walk(text, left, policy, slots, expected):
    assert told(text, left, policy, slots) == expected


waiting = st.lists(st.tuples(st.integers(1, 9), st.sampled_from("rrrox")), max_size=9).map(
    lambda found: [Waiting(key, Money(wants), LETTERS[word]) for key, (wants, word) in enumerate(found)]
)
lefts, policies, quotas = st.integers(0, 30), st.sampled_from(CutPolicy), st.none() | st.integers(0, 6)


def one_world(entries, left, policy, slots):
    """What everybody gets when nobody is open any more, told as simply as can be: key -> cents."""
    got = {}
    for entry in entries:
        if slots == 0:
            break
        if entry.wants.cents <= left:
            got[entry.key] = entry.wants.cents
        elif policy is SKIP:
            continue
        else:
            if policy is PARTIAL and left:
                got[entry.key] = left
            break
        left -= got[entry.key]
        slots = None if slots is None else slots - 1
    return got


def all_worlds(entries, left, policy, slots):
    """Every way in which the open ones may be decided: eligible, or out."""
    open_ones = [entry.key for entry in entries if entry.readiness is Readiness.OPEN]
    for answers in product([True, False], repeat=len(open_ones)):
        found = dict(zip(open_ones, answers, strict=True))
        stay = [one for one in entries if one.readiness is Readiness.READY or found.get(one.key)]
        yield one_world(stay, left, policy, slots)


@settings(max_examples=400, deadline=None)
@given(waiting, lefts, policies, quotas)
def test_what_is_awarded_or_beyond_is_so_in_every_world(entries, left, policy, slots):
    places = walk(entries, Money(left), policy, slots)
    for world in all_worlds(entries, left, policy, slots):
        for place in places:
            if place.verdict in {Verdict.AWARD, Verdict.OFFER}:
                assert world.get(place.entry.key) == place.amount.cents
            if place.verdict in {Verdict.BEYOND, Verdict.OUT}:
                assert place.entry.key not in world


@settings(max_examples=300, deadline=None)
@given(waiting, lefts, policies, quotas)
def test_never_more_than_there_is(entries, left, policy, slots):
    places = walk(entries, Money(left), policy, slots)
    given_away = [place for place in places if place.verdict in {Verdict.AWARD, Verdict.OFFER}]
    assert sum(place.amount.cents for place in given_away) <= left
    assert slots is None or len(given_away) <= slots
    assert [place.entry for place in places] == entries


@settings(max_examples=300, deadline=None)
@given(waiting, lefts, policies, quotas, st.integers(0, 9))
def test_who_comes_later_changes_nothing_for_those_before(entries, left, policy, slots, some):
    whole = walk(entries, Money(left), policy, slots)
    assert walk(entries[:some], Money(left), policy, slots) == whole[:some]


@settings(max_examples=300, deadline=None)
@given(waiting, lefts, policies, quotas)
def test_once_nobody_is_open_the_order_of_submission_alone_decides(entries, left, policy, slots):
    settled = [entry for entry in entries if entry.readiness is not Readiness.OPEN]
    places = walk(settled, Money(left), policy, slots)
    ready = [entry for entry in settled if entry.readiness is Readiness.READY]
    assert {p.entry.key: p.amount.cents for p in places if p.amount} == one_world(ready, left, policy, slots)
    assert not {place.verdict for place in places} & {Verdict.BEHIND, Verdict.KEEPS}


@settings(max_examples=300, deadline=None)
@given(waiting, lefts, policies, quotas, st.data())
def test_awards_made_step_by_step_are_those_made_at_once(entries, left, policy, slots, data):
    """Whenever the queue is walked, and in whatever order the open ones are decided, the same ones are awarded in the
    end as if nobody had ever been open."""
    open_ones = [entry.key for entry in entries if entry.readiness is Readiness.OPEN]
    found = {key: data.draw(st.booleans()) for key in open_ones}
    stay = [one for one in entries if one.readiness is Readiness.READY or found.get(one.key)]
    expected = one_world(stay, left, policy, slots)

    got, rest, money, many = {}, list(entries), left, slots
    for decided in [None, *data.draw(st.permutations(open_ones))]:
        rest = [
            Waiting(one.key, one.wants, Readiness.READY if found[one.key] else Readiness.OUT)
            if one.key == decided
            else one
            for one in rest
        ]
        for place in walk(rest, Money(money), policy, many):
            if place.verdict in {Verdict.AWARD, Verdict.OFFER}:
                got[place.entry.key] = place.amount.cents
        taken = [one for one in rest if one.key in got]
        money = left - sum(got.values())
        many = None if slots is None else slots - len(got)
        rest = [one for one in rest if one not in taken]
        if policy is PARTIAL and any(got[one.key] < one.wants.cents for one in taken):
            break
    assert got == expected


NOT_ENOUGH, ENDED, HOPE, ENOUGH = "is not enough for what you ask for", "has ended", "only if others", "is enough for"


@pytest.mark.parametrize(
    ("text", "policy", "slots", "sentence"),
    [
        ("o4000", SKIP, None, NOT_ENOUGH),
        ("r4000", SKIP, None, NOT_ENOUGH),  # the money has not ended: it is only too little for this one
        ("o4000", PARTIAL, None, "for a part of what you ask for"),
        ("o900 o5", PARTIAL, None, HOPE),
        ("o900", STRICT, None, ENOUGH),
        ("o500 o500", STRICT, None, HOPE),
        ("o500 o4000", STRICT, None, NOT_ENOUGH),
        ("r900 o1", SKIP, None, ENDED),
        ("r4000 o1", STRICT, None, ENDED),
        ("o1", SKIP, 0, ENDED),
    ],
)
def test_an_applicant_is_told_what_the_money_can_still_do(text, policy, slots, sentence):
    last = walk(queue(text), Money(900), policy, slots)[-1]
    assert f"number {last.number} in the queue" in str(say_place(last))
    assert sentence in str(say_place(last))
    assert f"It is number {last.number} in the queue: {last.label}." == str(say_place_to_staff(last))


@pytest.mark.parametrize(
    ("text", "left", "policy", "label"),
    [
        ("o500", 900, STRICT, "Keeps its place and its money"),
        ("o500 o500", 900, PARTIAL, "Keeps its place and a part of its money"),
        ("o900 o500", 900, STRICT, "Keeps its place"),
        ("o500", 0, SKIP, "Keeps its place"),
        ("r500", 900, SKIP, "Gets its money"),
    ],
)
def test_a_place_that_keeps_no_money_is_not_said_to_keep_some(text, left, policy, label):
    last = walk(queue(text), Money(left), policy, None)[-1]
    assert str(last.label) == label
