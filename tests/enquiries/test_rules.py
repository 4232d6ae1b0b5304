"""What can be decided about questions and clarifications on paper."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.applications.states import ApplicationState
from vouchers.core.errors import RuleBroken
from vouchers.enquiries.rules import clarifying
from vouchers.enquiries.rules.differences import Change, Piece, pieces_of, wholes_of
from vouchers.enquiries.rules.publishing import Known, ensure_names_nobody

# --- differences ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "wanted"),
    [
        ("",             "",              []),
        ("the same",     "the same",      [("same", "the same")]),
        ("",             "all new",       [("added", "all new")]),
        ("gone",         "",              [("removed", "gone")]),
        ("EUR 4,000.00", "EUR 3,900.00",  [("same", "EUR "), ("removed", "4,000.00"), ("added", "3,900.00")]),
        ("on 2026-10-05", "on 2026-10-15", [("same", "on "), ("removed", "2026-10-05"), ("added", "2026-10-15")]),
        ("200 samples",  "300 samples",   [("removed", "200"), ("added", "300"), ("same", " samples")]),
        ("a long day",   "a short night", [("same", "a "), ("removed", "long day"), ("added", "short night")]),
        ("one, two",     "one; two",      [("same", "one"), ("removed", ","), ("added", ";"), ("same", " two")]),
    ],
)  # fmt: skip
def test_what_changed_word_by_word(old, new, wanted):
    assert [(piece.change.value, piece.text) for piece in pieces_of(old, new)] == wanted


def test_an_amount_or_a_choice_is_told_as_a_whole():
    changes = [(one.change.value, one.text) for one in wholes_of("5 May 2027", "6 May 2027")]
    assert changes == [("removed", "5 May 2027"), ("added", "6 May 2027")]


WORDS = st.text(alphabet="ab ,\né", max_size=40)


@given(WORDS, WORDS)
def test_both_texts_can_be_read_from_the_difference(old, new):
    pieces = pieces_of(old, new)
    assert "".join(piece.text for piece in pieces if piece.change is not Change.ADDED) == old
    assert "".join(piece.text for piece in pieces if piece.change is not Change.REMOVED) == new


def test_very_long_texts_stand_beside_one_another():
    old, new = "a " * 5000, "b " * 5000
    assert pieces_of(old, new) == (Piece(Change.REMOVED, old), Piece(Change.ADDED, new))


# --- in public --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("Société Biotech asked",          "question"),
        ("SOCIÉTÉ  biotech",               "question"),
        ("see société-biotech's proposal", "question"),
        ("write to ada@sme.example",       "question"),
    ],
)  # fmt: skip
def test_a_public_text_that_names_the_applicant_is_refused(text, field):
    with pytest.raises(RuleBroken, match="tells who asked") as refused:
        ensure_names_nobody({"question": text, "answer": "Yes."}, ["Société Biotech", "ada@sme.example", ""])
    assert refused.value.field == field


def test_a_public_text_may_say_what_names_nobody():
    ensure_names_nobody({"question": "Does a train count?", "answer": "Yes."}, ["Ada", "Société Biotech", ""])


KNOWN = Known(
    names=["Łódka ewa Sp. z o.o.", "Zoë Ampère", "Wyspa Badań", "lodka.pl"],
    organisations=["Łódka ewa Sp. z o.o.", "Blue Growth Innovation"],
    people=["Zoë Ampère"],
    public="Vouchers for blue growth",
)


@pytest.mark.parametrize(
    "text",
    [
        "Łódka ewa asks whether VAT is a cost",
        "lodka EWA asks",
        "What may Łódka do?",
        "Mr Ampere asked",
        "together with Wyspa Badań in May",
        "see www.lodka.pl",
        "call 600 100 200",
        "tel. 27 12 34",
        "+32 (0)81 12.34.56",
        "write to somebody@some.example",
        "to PL61 1090 1014 0000 0712 1981 2874",
        "VAT number PL 5260001246",
        "register number 27074358",
    ],
)
def test_a_public_text_that_lets_the_applicant_be_recognised_is_refused(text):
    with pytest.raises(RuleBroken, match="tells who asked"):
        ensure_names_nobody({"question": text}, KNOWN)


def test_a_public_text_may_hold_days_amounts_and_the_words_of_the_programme():
    amounts = "Blue growth pays EUR 1 250 000.00, 300,000,000 EUR or 50 %"
    days = "from 2026-10-05 to 31.12.2027 (2021-2027), by 2023/2831"
    ensure_names_nobody({"question": amounts, "answer": days}, KNOWN)


# --- requests ---------------------------------------------------------------------------------------------------------

TODAY = date(2026, 10, 5)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 10, 6),  datetime(2026, 10, 6, 21, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 21, 59, 59, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)),  # the clocks went back that morning
        (date(2026, 12, 4),  datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_due_until_the_last_second_of_the_day_where_the_call_is(day, due):
    assert clarifying.due_at(day, zone="Europe/Brussels", today=TODAY) == due


@pytest.mark.parametrize("day", [date(2026, 10, 5), date(2026, 10, 4), date(2026, 12, 5)])
def test_a_day_too_near_or_too_far_is_refused(day):
    with pytest.raises(RuleBroken) as refused:
        clarifying.due_at(day, zone="Europe/Brussels", today=TODAY)
    assert refused.value.field == "due_on"


def test_the_last_second_counts_and_the_next_does_not():
    due = datetime(2026, 10, 20, 21, 59, 59, tzinfo=UTC)
    clarifying.ensure_in_time(due, due.replace(microsecond=999_999))
    with pytest.raises(RuleBroken, match="time for this answer is over"):
        clarifying.ensure_in_time(due, datetime(2026, 10, 20, 22, 0, 0, tzinfo=UTC))


@pytest.mark.parametrize("state", [ApplicationState.AWARDED, ApplicationState.REJECTED, ApplicationState.WITHDRAWN])
def test_what_is_decided_is_not_clarified(state):
    with pytest.raises(RuleBroken, match="nothing in it can be changed"):
        clarifying.ensure_undecided(state)


@pytest.mark.parametrize("chosen", [[], ["elsewhere"], ["title", "elsewhere"]])
def test_only_questions_of_the_form_are_opened(chosen):
    with pytest.raises(RuleBroken):
        clarifying.ensure_questions(chosen, ["title", "work_plan"])


def test_an_answer_that_says_the_same_is_refused():
    clarifying.ensure_changed({"title": "B"}, {"title": "A"})
    with pytest.raises(RuleBroken, match="Nothing has changed"):
        clarifying.ensure_changed({"title": "A"}, {"title": "A"})
