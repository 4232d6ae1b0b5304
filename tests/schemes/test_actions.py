"""Drafts: begun, written, refused where something is missing, published; corrections with their letters."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from tests.builders.agreements import an_awarded_application
from tests.builders.applications import a_draft, a_submitted_application
from tests.builders.programmes import IN2_FILE, SMALL_FILE, a_programme, a_programme_from_before, during_call, in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.ledger.proof import list_faults
from vouchers.letters.models import Letter
from vouchers.letters.rendering import render_letter
from vouchers.programmes.lifecycle import CORRIGENDUM
from vouchers.programmes.models import Corrigendum
from vouchers.programmes.queries import get_call, list_envelopes_of
from vouchers.schemes import actions, queries
from vouchers.schemes.jobs import tell_applicants
from vouchers.schemes.rules.reading import call_of
from vouchers.schemes.states import DraftState
from vouchers.users.queries import get_user
from vouchers.users.states import Role
from vouchers.workflow.transition import creation

AT = during_call()
DATES = {"opens": "2027-02-01 09:00", "closes": "2027-04-30 17:00", "decision_by": "2027-06-30"}


@pytest.fixture
def coordinator(app):
    in2()
    return a_member_of_staff(Role.COORDINATOR, region=None)


def programme():
    return queries.get_programme("in2lifesciences")


def a_copy(coordinator, code="2027-9"):
    draft = actions.start_draft(programme(), code=code, copy_of="2026-1", by=coordinator, at=AT)
    return queries.get_draft(draft.id)


def typed(draft, values, by, place=("call",)):
    actions.save_keys(draft, place, values, version=draft.version, by=by, at=AT)
    return queries.get_draft(draft.id)


def places_of(draft):
    return {(gap.place, gap.key) for gap in actions.read(draft, AT).gaps}


def test_a_copy_lacks_only_its_days_and_is_published_once_they_are_there(coordinator):
    draft = a_copy(coordinator)
    assert places_of(draft) == {(("call",), "opens"), (("call",), "closes")}
    with pytest.raises(RuleBroken, match="still to mend"):
        actions.publish_draft(draft, by=coordinator, at=AT)

    draft = typed(draft, DATES, coordinator)
    actions.publish_draft(draft, by=coordinator, at=AT)

    call, original = get_call("in2lifesciences", "2027-9"), get_call("in2lifesciences", "2026-1")
    assert call.closes_at == datetime(2027, 4, 30, 15, 0, tzinfo=UTC)
    assert call.plan.form.sections == original.plan.form.sections
    assert len(list_envelopes_of([call.id])) == len(list_envelopes_of([original.id])) == 8
    assert queries.get_draft(draft.id).state == DraftState.PUBLISHED
    assert list(list_faults()) == []


@pytest.mark.parametrize(("opens", "is_refused"), [("2026-10-05 10:59", True), ("2026-10-05 11:01", False)])
def test_a_call_is_not_published_after_its_opening(coordinator, opens, is_refused):
    draft = typed(a_copy(coordinator), {**DATES, "opens": opens}, coordinator)  # it is 11:00 in Brussels

    assert ((("call",), "opens") in places_of(draft)) is is_refused


def test_an_empty_call_lists_every_gap_and_keeps_every_word(coordinator):
    draft = actions.start_draft(programme(), code="X-1", by=coordinator, at=AT)
    draft = typed(queries.get_draft(draft.id), {"closes": "tomorrow, I hope"}, coordinator)

    gaps = {key for place, key in places_of(draft) if place == ("call",)}

    assert {"title", "summary", "opens", "closes", "instruments", "allocation"} <= gaps
    assert draft.parts["call"]["closes"] == "tomorrow, I hope"


def test_all_gaps_are_told_at_once(coordinator):
    draft = actions.start_draft(programme(), code="X-1", by=coordinator, at=AT)
    draft = typed(
        queries.get_draft(draft.id),
        {"instruments": ["COL", "INS"], "closes": "2026-01-02 17:00", "title": {"fr": "Bons"}, "code": "2026-1"},
        coordinator,
    )

    said = {gap.setting: gap.sentence.source for gap in actions.read(draft, AT).gaps}

    assert said["opens"] == said["summary"] == said["title"] == "Fill this in."  # the reader's own
    assert "its last moment is past" in said["closes"]  # and what the public needs
    assert said["envelopes"] == "No region has money for Collaboration, Insight."
    assert "adds up to" in said["totals"]
    assert "by which criteria" in said["marking"]
    assert "taken already" in said["code"]


def test_what_only_a_person_could_judge_is_noted_and_stops_nothing(coordinator):
    draft = typed(a_copy(coordinator), DATES, coordinator)
    form = draft.parts["call"]["form"]
    for section in form["sections"]:
        section["questions"] = [one for one in section["questions"] if one["code"] != "headcount"]
    reading = actions.read(typed(draft, {"form": form}, coordinator), AT)

    (note,) = reading.notes
    assert (note.place, note.key, reading.gaps) == (("call",), "form", ())
    assert "does not ask for the number of people (short name “headcount”)" in note.sentence.source
    assert "“Small or medium-sized enterprise” will need a person" in note.sentence.source


def test_regions_without_money_are_one_line_with_their_names(coordinator):
    draft = actions.start_draft(programme(), code="X-1", by=coordinator, at=AT)
    lines = [
        gap.sentence.source for gap in actions.read(queries.get_draft(draft.id), AT).gaps if gap.key == "envelopes"
    ]

    assert len(lines) == 1
    assert lines[0].startswith("These regions have no money in this call: Wallonia, ")
    assert "BE-WAL" not in lines[0]


def test_an_empty_call_has_what_every_call_needs_and_no_more(coordinator):
    draft = actions.start_draft(programme(), code="X-1", by=coordinator, at=AT)
    call = queries.get_draft(draft.id).parts["call"]

    assert call.keys() == {"code", "regions", "time_zone", "form"}
    assert [one["code"] for one in call["form"]["sections"][0]["questions"]] == ["title", "requested_amount"]
    assert len(call["form"]["sections"]) == 1


@pytest.mark.parametrize(
    ("languages", "label", "is_open"),
    [
        ("[en]", "Amount asked for", False),
        ("[fr, en]", {"fr": "Montant demandé", "en": "Amount asked for"}, False),
        ("[pl, en]", {"en": "Amount asked for"}, True),
        ("[pl]", None, True),
    ],
)
def test_an_empty_call_speaks_the_languages_of_its_programme_or_leaves_a_gap(app, languages, label, is_open):
    a_programme(a_small_text().replace("[en, fr]", languages))
    by = a_member_of_staff(Role.COORDINATOR, region=None)
    draft = actions.start_draft(queries.get_programme("small"), code="A", by=by, at=AT)
    draft = queries.get_draft(draft.id)

    section = draft.parts["call"]["form"]["sections"][0]
    assert section["questions"][1].get("label") == label
    gaps = {(gap.place[-2:], gap.key) for gap in actions.read(draft, AT).gaps}
    assert ((("questions", "2"), "label") in gaps) == is_open


def a_small_text():
    """A programme without calls, in words of no language."""
    head = SMALL_FILE.read_text(encoding="utf-8").partition("calls:\n")[0]
    return head.replace("{en: A small scheme, fr: Un petit dispositif}", "Small")


@pytest.mark.parametrize("code", ["2026-1", "2027-9", "spring call", "", "é", "x" * 21])
def test_a_short_name_is_refused_before_anything_is_begun(coordinator, code):
    a_copy(coordinator, "2027-9")

    with pytest.raises(RuleBroken) as refused:
        actions.start_draft(programme(), code=code, by=coordinator, at=AT)

    assert refused.value.field == "code"
    assert len(queries.list_open_drafts([programme().id])) == 1


def test_a_draft_is_not_written_over_by_a_page_that_was_overtaken(coordinator):
    draft = a_copy(coordinator)
    seen = draft.version
    typed(draft, DATES, coordinator)

    with pytest.raises(WrongState):
        actions.save_keys(queries.get_draft(draft.id), ("call",), {"opens": "x"}, version=seen, by=coordinator, at=AT)


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.AUDITOR])
def test_nobody_else_writes_or_publishes(coordinator, role):
    draft = typed(a_copy(coordinator), DATES, coordinator)
    other = a_member_of_staff(role)

    for attempt in (
        lambda: actions.publish_draft(draft, by=other, at=AT),
        lambda: actions.save_keys(draft, ("call",), {}, version=draft.version, by=other, at=AT),
        lambda: actions.discard_draft(draft, by=other, at=AT),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_lists_grow_shrink_and_keep_a_question_that_others_refer_to(coordinator):
    draft = a_copy(coordinator)
    place = actions.add_item(draft, ("call", "form", "sections", "1", "questions"), by=coordinator, at=AT)
    draft = typed(
        queries.get_draft(draft.id),
        {"code": "why", "label": "Why?", "type": "text", "show_if": [{"question": "title", "is": "x"}]},
        coordinator,
        place,
    )
    title = next(
        (str(number), str(line))
        for number, section in enumerate(draft.parts["call"]["form"]["sections"], 1)
        for line, item in enumerate(section["questions"], 1)
        if item["code"] == "title"
    )

    with pytest.raises(RuleBroken, match="Why"):
        actions.remove_item(draft, ("call", "form", "sections", title[0], "questions", title[1]), by=coordinator, at=AT)
    actions.remove_item(draft, place, by=coordinator, at=AT)
    draft = queries.get_draft(draft.id)

    codes = [item["code"] for item in draft.parts["call"]["form"]["sections"][0]["questions"]]
    assert "why" not in codes


def with_other_words_of_a_journey(draft, coordinator):
    actions.take_part(draft, "instruments/MG", by=coordinator, at=AT)
    return typed(queries.get_draft(draft.id), {"summary": "A journey."}, coordinator, ("instruments", "MG"))


def test_an_instrument_of_published_calls_does_not_change_with_a_new_call(coordinator):
    draft = with_other_words_of_a_journey(typed(a_copy(coordinator), DATES, coordinator), coordinator)

    (gap,) = actions.read(draft, AT).gaps
    assert gap.place == ("instruments", "MG")
    assert "so it changes only by a correction of that call" in gap.sentence.source
    with pytest.raises(RuleBroken, match="1 thing is still to mend"):
        actions.publish_draft(draft, by=coordinator, at=AT)


def test_an_instrument_changes_by_a_correction_that_stands_with_every_call_that_offers_it(coordinator):
    draft = with_other_words_of_a_journey(a_correction(coordinator), coordinator)

    made = actions.publish_draft(draft, summary="Clearer words.", by=coordinator, at=AT)

    entered = db.session.scalars(select(Corrigendum).order_by(Corrigendum.call_id)).all()
    assert [one.call.code for one in entered] == ["2025-2", "2026-1", "2027-1"]
    assert made.call.code == "2026-1"
    assert {one.summary for one in entered} == {"Clearer words."}
    assert all(place == "instruments[MG].summary" for one in entered for place, _old, _new in one.differences)
    assert str(next(item for item in made.call.programme.instruments if item.code == "MG").plan.summary) == "A journey."


def test_another_name_of_a_fund_line_is_told_by_its_correction(coordinator):
    draft = a_correction(coordinator)
    actions.take_part(draft, "fund_lines", by=coordinator, at=AT)
    place = ("fund_lines", "fund_lines", "1")
    draft = typed(queries.get_draft(draft.id), {"name": "The European fund"}, coordinator, place)
    (told,) = actions.list_changes(draft, actions.read(draft, AT))

    made = actions.publish_draft(draft, summary="It has a new name.", by=coordinator, at=AT)

    assert (told.label, told.after) == ("Fund lines: The European fund: Name", "The European fund")
    assert [place for place, _old, _new in made.differences] == ["fund_lines[ERDF].name"]
    assert len(db.session.scalars(select(Corrigendum)).all()) == 3


def test_an_instrument_that_applicants_rely_on_stays(coordinator):
    a_submitted_application("MG")
    draft = typed(a_copy(coordinator), DATES, coordinator)
    actions.take_part(draft, "instruments/MG", by=coordinator, at=AT)
    draft = typed(queries.get_draft(draft.id), {"summary": "A journey."}, coordinator, ("instruments", "MG"))

    said = {gap.place: gap.sentence.source for gap in actions.read(draft, AT).gaps}
    assert "People have applied for this" in said["instruments", "MG"]
    assert "“Meet & Greet: What it" in said["instruments", "MG"]
    assert "choose “Leave it as it is”" in said["instruments", "MG"]
    with pytest.raises(RuleBroken, match="1 thing is still to mend"):
        actions.publish_draft(draft, by=coordinator, at=AT)

    assert queries.get_draft(draft.id).state == DraftState.DRAFT


def a_correction(coordinator, **values):
    draft = actions.start_draft(programme(), code="2026-1", corrects="2026-1", by=coordinator, at=AT)
    return typed(queries.get_draft(draft.id), values, coordinator)


def test_a_correction_changes_the_call_tells_its_applicants_and_says_what_is_different(coordinator, app):
    application = a_submitted_application("COL")
    a_draft("MG")
    draft = a_correction(coordinator, closes="2027-04-15 17:00")
    with pytest.raises(RuleBroken, match="Say in a sentence"):
        actions.publish_draft(queries.get_draft(draft.id), by=coordinator, at=AT)

    made = actions.publish_draft(
        queries.get_draft(draft.id), summary="Two weeks more, because of the fair.", by=coordinator, at=AT
    )
    for _twice in range(2):
        tell_applicants(made.id, at=AT)

    assert get_call("in2lifesciences", "2026-1").closes_at == datetime(2027, 4, 15, 15, 0, tzinfo=UTC)
    correction = db.session.scalars(select(Corrigendum)).one()
    assert (correction.number, correction.is_told) == (1, True)
    assert [place for place, _before, _after in correction.differences] == ["call.closes_at"]
    letters = db.session.scalars(select(Letter).where(Letter.occasion == "schemes/tell")).all()
    assert len(letters) == 2
    assert any(application.reference in letter.body and "because of the fair" in letter.body for letter in letters)
    told = "- Closes: 31 March 2027, 17:00 (Brussels time) → 15 April 2027, 17:00 (Brussels time)\n"
    assert all(told in letter.body for letter in letters)


def test_a_correction_of_one_regions_money_is_told_to_its_own_applicants_only(coordinator, app):
    a_submitted_application("COL")  # of Wallonia
    for number, region in enumerate(("NL-LIM", "BE-WAL"), 1):
        path = f"call.envelopes[{region}].amount"
        told_of(path, number, coordinator)
        letters = db.session.scalars(select(Letter).where(Letter.occasion == "schemes/tell")).all()
        assert len(letters) == (region == "BE-WAL")


def told_of(path, number, coordinator):
    """A correction that changed this amount, and told those concerned."""
    call = get_call("in2lifesciences", "2026-1")
    amounts = ({"cents": cents, "currency": "EUR"} for cents in (10000000, 12000000))
    corrigendum = Corrigendum(
        call_id=call.id,
        call=call,
        number=number,
        summary="More money.",
        differences=[[path, *amounts]],
        published_at=AT,
        published_by_id=coordinator.id,
        told_through_id=0,
        is_told=False,
    )
    with unit_of_work(), creation(corrigendum, CORRIGENDUM.publish, by=coordinator, at=AT, why="More money."):
        pass
    actions.tell_next_applicants(corrigendum, at=AT)


def test_a_programme_from_before_declarations_keeps_its_rule_through_a_correction(app):
    loaded = a_programme_from_before(IN2_FILE.read_text(encoding="utf-8"))
    coordinator = a_member_of_staff(Role.COORDINATOR, region=None)
    a_submitted_application("COL")
    draft = a_correction(coordinator, closes="2027-04-15 17:00")
    made = actions.publish_draft(draft, summary="Two weeks more.", by=coordinator, at=AT)

    assert [place for place, _before, _after in made.differences] == ["call.closes_at"]
    assert loaded.programme.plan.rules.aid_declaration is False
    assert loaded.programme.source["programme"]["rules"]["aid_declaration"] == "no"


@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"closes": "2026-12-01 17:00"}, "closes"),
        ({"opens": "2026-08-01 09:00"}, "opens"),
        ({"instruments": ["COL", "INS"]}, "instruments"),
        ({"allocation": "first_come"}, "allocation"),
        ({"envelopes": []}, "envelopes"),
    ],
)
def test_a_correction_takes_nothing_from_those_who_applied(coordinator, values, key):
    draft = a_correction(coordinator, **values)

    assert (("call",), key) in places_of(draft)


def test_a_correction_that_changes_nothing_is_told_so_before_it_is_published(coordinator):
    draft = actions.start_draft(programme(), code="2026-1", corrects="2026-1", by=coordinator, at=AT)

    said = [gap.sentence.source for gap in actions.read(queries.get_draft(draft.id), AT).gaps]
    assert said == ["Nothing is different from what was published."]


def test_a_draft_that_was_overtaken_by_another_publication_does_not_undo_it(coordinator):
    first = a_correction(coordinator, closes="2027-04-15 17:00")
    second = a_correction(coordinator, decision_by="2027-06-30")
    actions.publish_draft(first, summary="More time.", by=coordinator, at=AT)

    second = queries.get_draft(second.id)
    assert "was changed in the programme" in actions.read(second, AT).gaps[0].sentence.source
    with pytest.raises(RuleBroken, match="still to mend"):
        actions.publish_draft(second, summary="Later.", by=coordinator, at=AT)


def test_a_draft_reads_as_the_call_that_it_copies(coordinator):
    draft = typed(a_copy(coordinator), DATES, coordinator)
    reading = actions.read(draft, AT)

    assert call_of(reading).instruments == get_call("in2lifesciences", "2026-1").plan.instruments


def test_a_round_that_was_decided_and_what_was_submitted_are_found(coordinator):
    call = get_call("in2lifesciences", "2026-1")
    assert (queries.has_submissions(call.id), queries.find_settled_end(call)) == (False, None)

    an_awarded_application("COL")

    call = get_call("in2lifesciences", "2026-1")
    assert (queries.has_submissions(call.id), queries.find_settled_end(call)) == (True, call.closes_at)


def test_an_answered_question_is_not_narrowed_by_a_correction(coordinator):
    a_submitted_application("COL")
    draft = a_correction(coordinator, cut_policy="partial")
    place = ("call", "form", "sections", "1", "questions", "1")
    draft = typed(draft, {"max_length": "10"}, coordinator, place)

    assert {(("call",), "cut_policy"), (place, "max_length")} <= places_of(draft)


def test_the_applicants_own_pages_say_that_the_call_was_corrected(coordinator, client, clock):
    clock.stop(AT)
    sent, begun = a_submitted_application("COL"), a_draft("COL")
    draft = typed(
        a_correction(coordinator),
        {"hint": {"en": "Word for word."}},
        coordinator,
        ("call", "form", "sections", "1", "questions", "1"),
    )
    actions.publish_draft(draft, summary="A longer title fits.", by=coordinator, at=AT)

    for application, times in ((sent, 1), (begun, 2)):  # of the draft, beside the part of the form too
        application = get_application(application.id)
        page = signed_in(client, get_user(application.started_by_id)).get(f"/applications/{application.id}").text
        assert page.count("The call was corrected on 5 October 2026.") == times
        assert "A longer title fits." in page
        assert "/calls/in2lifesciences/2026-1#correction-1" in page


def test_who_waits_in_a_queue_is_not_told_to_withdraw(app):
    told = {
        "name": "Ada", "reference": "R", "call": "C", "summary": "S", "number": 1, "differences": [], "more": 0,
        "closes_at": AT, "call_zone": "UTC", "reader_zone": "UTC", "is_draft": False, "link": "https://x",
    }  # fmt: skip
    queued, ranked = (render_letter("schemes/tell", "en", {**told, "is_queued": one})[1] for one in (True, False))

    assert "loses this place" in queued
    assert "apply again while the call is open" in ranked
    assert "apply again while the call is open" not in queued
