"""The pure rules of applications, as tables that a person of the field can proof-read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from tests.builders.applications import ANSWERS
from tests.builders.programmes import IN2_FILE, plan_of
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.rules.asking import (
    asked_questions,
    asked_sections,
    field_name,
    is_filled,
    is_given,
    keep,
    shown_answers,
)
from vouchers.applications.rules.attaching import MOST_FILES, ensure_asked_for, ensure_room
from vouchers.applications.rules.blockers import Ground, blockers, misfits
from vouchers.applications.rules.content import AttachedFile, Content, number_prefix, read_content, sha256_of
from vouchers.applications.rules.deadline import closed_sentence, ensure_open
from vouchers.applications.rules.entering import ensure_instrument_offered, ensure_region_takes_part
from vouchers.applications.rules.next_steps import HAPPENED, NEXT
from vouchers.applications.rules.stamping import Seen, mark_of, read_stamp, stamp
from vouchers.applications.states import ApplicationState
from vouchers.core.errors import RuleBroken
from vouchers.programmes.rules.form_plan import QuestionType, Reader
from vouchers.programmes.rules.instrument_plan import CrossBorder
from vouchers.programmes.rules.reserved import ELSEWHERE

PLAN = plan_of(IN2_FILE.read_text(encoding="utf-8"))
CALL = next(call for call in PLAN.calls if call.code == "2026-1")
INSTRUMENTS = {item.code: item for item in PLAN.instruments}
TODAY = date(2026, 10, 5)


def ground(instrument: str = "COL", **changes: Any) -> Ground:
    return Ground(call=CALL, instrument=replace(INSTRUMENTS[instrument], **changes), region="BE-WAL", today=TODAY)


def answers(instrument: str = "COL", **changes: Any) -> dict[str, Any]:
    given = {**ANSWERS, "requested_amount": "500", **changes}
    return {q.code: keep(q, given.get(q.code)) for q in asked_questions(CALL.form, instrument)}


# --- questions --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("instrument", "is_asked"), [("MG", False), ("INS", False), ("COL", True)])
def test_the_work_plan_is_asked_for_a_collaboration_only(instrument: str, is_asked: bool) -> None:
    assert ("work_plan" in {q.code for q in asked_questions(CALL.form, instrument)}) is is_asked


def test_a_section_without_questions_for_the_instrument_is_left_out() -> None:
    only = replace(CALL.form.sections[0], questions=tuple(q for q in CALL.form.questions if q.code == "work_plan"))
    form = replace(CALL.form, sections=(only,))
    assert asked_sections(form, "MG") == ()
    assert len(asked_sections(form, "COL")) == 1


@pytest.mark.parametrize(
    ("code", "typed", "kept"),
    [
        ("headcount",           "12",                                    12),
        ("headcount",           "a dozen",                               "a dozen"),
        ("turnover",            "1 900 000",                             {"cents": 190_000_000, "currency": "EUR"}),
        ("turnover",            "much",                                  "much"),
        ("activity_start",      {"day": "1", "month": "7", "year": "2027"}, "2027-07-01"),
        ("activity_start",      {"day": "31", "month": "2", "year": "2027"}, "31/2/2027"),
        ("activity_start",      {"day": "31", "month": "", "year": ""},  "31//"),
        ("activity_start",      {"day": "", "month": "", "year": ""},    None),
        ("title",               "Nul\0 is dropped ",                     "Nul is dropped"),
        ("title",               "long " * 100,                           ("long " * 100).strip()),
        ("activity_field",      "biotech",                               "biotech"),
        ("activity_field",      "bakery",                                None),
        ("is_true",             "yes",                                   True),
        ("is_true",             None,                                    None),
        ("provider_email",      "jan@",                                  "jan@"),
    ],
)  # fmt: skip
def test_a_draft_keeps_every_word(code: str, typed: Any, kept: Any) -> None:
    question = next(q for q in CALL.form.questions if q.code == code)
    assert keep(question, typed) == kept
    assert keep(question, kept) == kept


@pytest.mark.parametrize(
    ("value", "given"), [(None, False), ("", False), ([], False), (0, True), ("x", True), (True, True)]
)
def test_what_counts_as_given(value: Any, given: bool) -> None:
    assert is_filled(value) is given


@pytest.mark.parametrize(("kind", "given"), [(QuestionType.YES_NO, True), (QuestionType.DECLARATION, False)])
def test_no_is_an_answer_and_an_unticked_declaration_is_none(kind: QuestionType, given: bool) -> None:
    assert is_given(replace(CALL.form.questions[0], type=kind), False) is given


@pytest.mark.parametrize(("code", "name"), [("title", "title"), ("version", "answer-version"), ("data", "answer-data")])
def test_names_that_the_page_needs_are_not_taken_by_questions(code: str, name: str) -> None:
    assert field_name(code) == name


def test_a_stamp_reads_back_and_garbage_does_not() -> None:
    questions = CALL.form.sections[1].questions
    blank = Seen(0, mark_of(None))
    seen = {"title": Seen(3, mark_of("A faster assay")), "work_plan": Seen(1)}
    text = stamp(questions, seen)
    assert read_stamp(questions, text) == {**seen, "project_description": blank, "expected_benefit": blank}
    assert mark_of("") == mark_of([]) == mark_of(None) != mark_of("x")
    for garbage in ("", None, "1.2", "a.b.c.d", "1.2.3.99999999999", "1.2.3.-4", "1.2.3.²", "1-x.2.3.4", "1-.2.3.4"):
        assert read_stamp(questions, garbage) is None


def test_experts_are_not_shown_what_is_not_for_them() -> None:
    shown = {
        q.code
        for _title, lines in shown_answers(CALL.form, "COL", answers(), readers=frozenset({Reader.EXPERT}))
        for q, *_ in lines
    }
    assert "title" in shown
    assert shown.isdisjoint({"headcount", "turnover", "de_minimis_received"})


def test_nothing_received_is_an_answer_and_is_shown() -> None:
    shown = {q.code: text for _title, lines in shown_answers(CALL.form, "COL", answers()) for q, _label, text in lines}
    assert (shown["de_minimis_received"], shown["company_website"]) == ("EUR 0.00", "")


# --- blockers ---------------------------------------------------------------------------------------------------------


def test_a_complete_draft_has_no_blockers() -> None:
    assert blockers(ground(), answers(), ["offer"]) == []


def test_an_empty_draft_names_everything_with_its_place() -> None:
    found = blockers(ground(), {}, [])
    required = [q for q in asked_questions(CALL.form, "COL") if q.is_required]
    assert len(found) == len(required) + 1
    places = {(one.step, one.target) for one in found}
    assert {("company", "headcount"), ("activity", "activity_start-day"), ("documents", "document-offer")} <= places
    assert ("documents", "document-plan") not in places


@pytest.mark.parametrize(
    ("instrument", "changed", "target", "words"),
    [
        ("COL", {"requested_amount": "7000"},          None,                  ""),
        ("INS", {"requested_amount": "4000.01"},       "requested_amount",    "at most EUR 4,000.00"),
        ("MG",  {"requested_amount": "500.01"},        "requested_amount",    "at most EUR 500.00"),
        ("COL", {"requested_amount": "0"},             "requested_amount",    "at least EUR 50.00"),
        ("COL", {"requested_amount": "lots"},          "requested_amount",    "Enter an amount"),
        ("COL", {"activity_end": "2027-06-30"},        "activity_end-day",    "before it starts"),
        ("COL", {"activity_end": "2027-07-01"},        None,                  ""),
        ("COL", {"activity_end": "2028-07-01"},        "activity_end-day",    "must end by 30 June 2028"),
        ("COL", {"activity_start": "31/2/2027", "activity_end": "2026-01-01"}, "activity_start-day activity_end-day",
                                                                              "cannot end before 2 September 2026"),
        ("COL", {"activity_start": None, "activity_end": "2026-09-01"}, "activity_start-day activity_end-day",
                                                                              "cannot end before 2 September 2026"),
        ("COL", {"activity_start": "lately", "activity_end": "2026-09-02"}, "activity_start-day", "a date that exists"),
        ("MG",  {"activity_start": "lately", "activity_end": "2026-10-05"}, "activity_start-day activity_end-day",
                                                                              "cannot end before 6 October 2026"),
        ("COL", {"activity_start": "2028-07-01", "activity_end": "lately"}, "activity_start-day activity_end-day",
                                                                              "must not start after 30 June 2028"),
        ("COL", {"activity_start": "2026-09-01"},      "activity_start-day",  "before 2 September 2026"),
        ("COL", {"activity_start": "2026-10-05"},      None,                  ""),
        ("MG",  {"activity_start": "2026-10-04"},      "activity_start-day",  "after today"),
        ("MG",  {"activity_start": "2026-10-05"},      "activity_start-day",  "after today"),
        ("MG",  {"activity_start": "2026-10-06"},      None,                  ""),
        ("COL", {"provider_region": "BE-WAL"},         "provider_region",     "another region"),
        ("COL", {"no_double_funding": None},           "no_double_funding",   "You have to confirm"),
        ("COL", {"title": "x" * 121},                  "title",               "too many"),
        ("COL", {"company_website": None},             None,                  ""),
    ],
)  # fmt: skip
def test_blockers(instrument: str, changed: dict[str, Any], target: str | None, words: str) -> None:
    found = blockers(ground(instrument), answers(instrument, **changed), ["offer"])
    assert [one.target for one in found] == (target or "").split()
    assert words in "".join(str(one.sentence) for one in found)


def test_misfits_are_what_the_rules_refuse_of_answers_that_read_well() -> None:
    asked = asked_questions(CALL.form, "MG")
    given = answers("MG", activity_start="2026-10-04", activity_end="lately", provider_region="BE-WAL", title=None)
    found = misfits(ground("MG"), asked, given)
    assert {code: str(sentence).split()[1] for code, sentence in found.items()} == {
        "activity_start": "activity",
        "provider_region": "partner",
    }
    assert misfits(ground("MG"), asked, {}) == {}


@pytest.mark.parametrize(
    ("cross_border", "region", "is_blocked"),
    [
        (CrossBorder.NONE,          "BE-WAL", False),
        (CrossBorder.OTHER_REGION,  "FR-GES", False),
        (CrossBorder.OTHER_COUNTRY, "BE-WAL", True),
        (CrossBorder.OTHER_COUNTRY, "FR-IDF", True),
        (CrossBorder.OTHER_COUNTRY, "FR-GES", False),
        (CrossBorder.NONE,          ELSEWHERE, False),
        (CrossBorder.OTHER_COUNTRY, ELSEWHERE, False),
        (CrossBorder.OTHER_REGION,  ELSEWHERE, True),
    ],
)  # fmt: skip
def test_where_the_partner_must_sit(cross_border: CrossBorder, region: str, is_blocked: bool) -> None:
    here = replace(ground(cross_border=cross_border), countries={"BE-WAL": "BE", "FR-IDF": "BE", "FR-GES": "FR"})
    assert bool(blockers(here, answers(provider_region=region), ["offer"])) is is_blocked


# --- entering and the deadline ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (CALL.opens_at - timedelta(microseconds=1),  False),
        (CALL.opens_at,                              True),
        (CALL.closes_at,                             True),
        (CALL.closes_at + timedelta(microseconds=999_999), True),
        (CALL.closes_at + timedelta(seconds=1),      False),
    ],
)  # fmt: skip
def test_the_closing_second_counts(moment: datetime, is_open: bool) -> None:
    assert (closed_sentence(CALL, moment) is None) is is_open
    if is_open:
        ensure_open(CALL, moment)
    else:
        with pytest.raises(RuleBroken):
            ensure_open(CALL, moment)


def test_the_deadline_is_said_in_the_calls_own_time() -> None:
    sentence = str(closed_sentence(CALL, CALL.closes_at + timedelta(seconds=1)))
    assert "31 March 2027, 17:00 (Brussels time)" in sentence


def test_only_the_calls_regions_and_instruments() -> None:
    ensure_region_takes_part(CALL, "BE-WAL")
    ensure_instrument_offered(CALL, "MG")
    with pytest.raises(RuleBroken):
        ensure_region_takes_part(CALL, "XX")
    with pytest.raises(RuleBroken):
        ensure_instrument_offered(CALL, "XX")


def test_only_files_that_are_asked_for_and_not_too_many() -> None:
    ensure_asked_for(INSTRUMENTS["COL"], "plan")
    ensure_room(MOST_FILES - 1)
    with pytest.raises(RuleBroken):
        ensure_asked_for(INSTRUMENTS["COL"], "holiday")
    with pytest.raises(RuleBroken):
        ensure_room(MOST_FILES)


# --- content, numbers, words ------------------------------------------------------------------------------------------


def test_the_content_reads_back_and_its_hash_changes_with_every_letter() -> None:
    file = AttachedFile(1, "offer", "offre é.pdf", "application/pdf", 3, "ab" * 32)
    content = Content(
        *("IN2-2026-0001", "in2lifesciences", "2026-1", "d", "standard", "f", "COL", "BE-WAL"),
        {"name": "Société"}, {"title": "ä"}, (file,), "I declare", "2026-10-05T09:00:00+00:00", "Ada",
    )  # fmt: skip
    text = content.as_text()
    assert read_content(text) == content
    assert text.isascii()
    assert sha256_of(text) != sha256_of(replace(content, answers={"title": "a"}).as_text())


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("in2lifesciences", "IN2"), ("fasilis", "FASI"), ("health2care", "HEAL"), ("bp", "BP"), ("a-b", "A")],
)
def test_how_numbers_begin(code: str, prefix: str) -> None:
    assert number_prefix(code) == prefix


def test_every_state_says_what_happens_next() -> None:
    assert set(NEXT) == set(ApplicationState)


def test_every_step_that_changes_the_state_has_words_for_the_applicant() -> None:
    moving = {row.tag for row in APPLICATION.transitions.values() if row.target is not None}
    assert moving | {"application.amend", "application.raise_award"} == set(HAPPENED)
