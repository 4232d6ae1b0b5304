"""RFC 3797 on paper: its own section 6 to the bit, what may be typed, and when each step may be taken."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.core.errors import RuleBroken
from vouchers.core.localised import Text
from vouchers.decisions.rules.pools import ensure_drawn
from vouchers.draws import policy, secrets
from vouchers.draws.lifecycle import DRAW
from vouchers.draws.rules import lots, sources, steps
from vouchers.draws.states import DrawState
from vouchers.programmes.rules import chance
from vouchers.programmes.rules.chance import Expected
from vouchers.programmes.rules.doubts import list_doubts
from vouchers.programmes.rules.selection_plan import Draw, DrawHash

RFC = json.loads((Path(__file__).parents[1] / "vectors" / "rfc3797_lottery.json").read_text())
GROUPS = [[Decimal(9319)], [Decimal(n) for n in RFC["sources"][1]], [Decimal(n) for n in RFC["sources"][2]]]
AT = datetime(2027, 4, 2, 20, 0, tzinfo=UTC)


def test_the_key_of_the_rfc():
    assert lots.keystring(GROUPS) == RFC["keystring"]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(DrawHash.MD5, RFC["selections"]), (DrawHash.SHA256, RFC["sha256_variant"]["selections"])],
    ids=["md5", "sha256"],
)
def test_the_table_of_section_6(kind, expected):
    found = lots.draw(RFC["pool"], lots.keystring(GROUPS), len(expected), kind)
    told = [
        {"index": one.number, "hash_hex": one.digest, "div": one.divisor, "remainder": one.remainder,
         "selected": one.selected}
        for one in found
    ]  # fmt: skip
    assert told == expected
    if kind is DrawHash.MD5:
        assert [one.name for one in found[:10]] == RFC["winners_first_10"]


@pytest.mark.parametrize(("count", "bits"), RFC["entropy_bits_needed_table_sec_3_3"].items())
def test_the_entropy_of_section_3_3(count, bits):
    assert chance.bits_needed(int(count), 10) == bits


@pytest.mark.parametrize(
    ("typed", "written"),
    [("12", "12."), ("012", "12."), ("0", "0."), ("0.50", "0.5"), ("00.5", "0.5"), ("7.0", "7."), ("1000", "1000.")],
)
def test_a_number_is_written_as_section_4_says(typed, written):
    assert lots.canonical(Decimal(typed)) == written


def test_the_secret_is_the_last_source_of_the_key():
    assert lots.keystring([[Decimal(5), Decimal(3)]], "AB12") == "3.5./AB12./"


@given(st.integers(1, 60), st.text("0123456789./", min_size=1, max_size=20), st.sampled_from(DrawHash))
def test_everybody_is_drawn_once_and_the_first_places_do_not_hang_on_how_many_are_drawn(count, key, kind):
    pool = [f"A-{number}" for number in range(count)]
    whole = [one.name for one in lots.draw(pool, key, None, kind)]
    assert sorted(whole) == sorted(pool)
    assert [one.name for one in lots.draw(pool, key, count // 2, kind)] == whole[: count // 2]


def test_more_than_the_counter_counts_are_refused():
    assert len(lots.draw(["A"] * lots.MOST, "1./", 3)) == 3
    with pytest.raises(RuleBroken, match="65536 in the pool"):
        lots.draw(["A"] * (lots.MOST + 1), "1./")


@pytest.mark.parametrize(
    ("text", "expected", "bits"),
    [
        ("6 of 45", [(6, 45)], 22),
        ("6 uit 45 + 1 van 10", [(6, 45), (1, 10)], 26),
        ("6 aus 49", [(6, 49)], 23),
        ("the five main numbers, then the two stars", [], None),
        ("7 of 3", [], None),
        ("the 6 numbers of 3 April", [], None),
    ],
)
def test_what_a_source_gives(text, expected, bits):
    found = chance.read_expected(text)
    assert [(one.count, one.highest) for one in found] == expected
    assert chance.bits_given(found) == bits


SIX = [Expected(6, 45)]


@pytest.mark.parametrize(
    ("typed", "expected", "groups"),
    [
        ("4 8 15 16 23 42", SIX, [["4", "8", "15", "16", "23", "42"]]),
        ("42, 4;8\t15 16,23", SIX, [["42", "4", "8", "15", "16", "23"]]),
        ("9319\n2 5 12\n", [], [["9319"], ["2", "5", "12"]]),
        ("9319 / 2 5 12 /", [], [["9319"], ["2", "5", "12"]]),
        ("0.5 7", [], [["0.5", "7"]]),
    ],
)
def test_numbers_as_typed(typed, expected, groups):
    assert sources.read_numbers(typed, expected) == groups


@pytest.mark.parametrize(
    ("typed", "expected", "sentence"),
    [
        ("", [], "Enter the numbers"),
        (" / \n", [], "Enter the numbers"),
        ("4 8 fifteen", [], "“fifteen” is no number"),
        ("4 -8", [], "“-8” is no number"),
        ("٤", [], "is no number"),
        ("1.2.3", [], "“1.2.3” is no number"),
        ("4 8 15 16 23", SIX, "gives 6 numbers here; you entered 5"),
        ("4 8 15 16 23 46", SIX, "“46” is not between 1 and 45"),
        ("0 8 15 16 23 42", SIX, "“0” is not between 1 and 45"),
        ("4 8 15 16 23 23", SIX, "“23” is there twice"),
        ("4 04 8 15 16 23", SIX, "is there twice"),
        ("4 8 15\n16 23 42", SIX, "Enter 1 line of numbers; you entered 2"),
        (" ".join(["1"] * 201), [], "at most 200"),
    ],
)
def test_numbers_typed_wrong(typed, expected, sentence):
    with pytest.raises(RuleBroken, match=sentence) as refused:
        sources.read_numbers(typed, expected)
    assert refused.value.field == "numbers"


def test_a_source_is_named_before_it_draws_and_typed_after():
    second = timedelta(seconds=1)
    steps.ensure_in_future(AT, AT - second, "Europe/Amsterdam")
    with pytest.raises(RuleBroken, match="may be known already"):
        steps.ensure_in_future(AT, AT, "Europe/Amsterdam")
    steps.ensure_held(AT, AT, "Europe/Amsterdam")
    with pytest.raises(RuleBroken, match="The source draws on"):
        steps.ensure_held(AT, AT - second, "Europe/Amsterdam")


@pytest.mark.parametrize(
    ("by", "two", "corrected", "refused"),
    [(1, True, None, True), (1, True, 2, False), (2, True, 2, True), (3, True, 2, False), (1, False, None, False)],
)
def test_whoever_typed_the_numbers_that_count_does_not_run_the_draw_of_two_persons(by, two, corrected, refused):
    actor = SimpleNamespace(id=by, holds=lambda roles, scope: True)
    plan = SimpleNamespace(has_two_persons=two)
    draw = SimpleNamespace(
        scope="p/r", call=SimpleNamespace(plan=plan), counted_by_id=corrected or 1, find_tie=lambda user_id: None
    )
    assert (policy.may_run(actor, draw) is not None) == refused


@pytest.mark.parametrize(
    ("state", "verb", "is_early"),
    [("announced", "run", True), ("drawn", "run", False), ("numbered", "announce", False), ("frozen", "run", True)],
)
def test_a_step_is_not_yet_or_not_any_more(state, verb, is_early):
    assert DRAW.transitions[verb].is_still_to_come(SimpleNamespace(state=DrawState(state))) == is_early


def test_a_secret_is_what_was_committed_to(app):
    secret = secrets.new_secret()
    sealed = secrets.seal(secret)
    assert secrets.reveal(sealed, secrets.commitment_to(secret)) == secret
    with pytest.raises(RuleBroken, match="not the one"):
        secrets.reveal(sealed, secrets.commitment_to("0" * 64))
    with pytest.raises(RuleBroken, match="cannot be opened"):
        secrets.reveal("another key's", secrets.commitment_to(secret))


def test_who_is_outside_the_pool_or_was_not_reached_is_not_awarded():
    draw = SimpleNamespace(references=["A", "B"], result=["B"], is_held_elsewhere=False, is_disputed=False)
    with pytest.raises(RuleBroken, match="C is not in the frozen pool"):
        ensure_drawn(draw, "C", "", reaches=True)
    with pytest.raises(RuleBroken, match="A was not drawn"):
        ensure_drawn(draw, "A", "", reaches=True)
    ensure_drawn(draw, "B", "", reaches=True)


def test_who_was_left_out_gets_the_place_that_it_would_have_had():
    pool, key = [f"A-{number:03}" for number in range(12)], "4.8.15.16.23.42./"
    for kind in DrawHash:
        for step in lots.draw(pool, key, kind=kind):
            others = [one for one in pool if one != step.name]
            assert lots.place_among(others, step.name, key, kind) == step.number


def a_source(numbers, *, has_secret=True):
    held = datetime(2027, 4, 3, 18, tzinfo=UTC)
    name, counted = Text.of([("en", "Lotto")]), Text.of([("en", numbers)])
    return Draw(name, "https://lotto.example", counted, held, has_secret=has_secret)


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (a_source("6 of 45"), []),
        (a_source("1 of 10"), ["only 3 bits"]),
        (a_source("the five main numbers"), ["does not say in figures"]),
        (
            a_source("6 of 45", has_secret=False),
            ["22 bits of chance of the source let every choice come out among at most 24 "],
        ),
        (a_source("1 of 10", has_secret=False), ["only 3 bits", "among at most 4 "]),
    ],
)
def test_a_source_with_little_chance_or_without_a_secret_is_told_before_it_is_published(source, said):
    found = [str(one) for one in list_doubts(source)]
    assert len(found) == len(said)
    assert all(words in sentence for words, sentence in zip(said, found, strict=True))
    assert chance.bits_needed(24, 12) <= 22 < chance.bits_needed(25, 12)
