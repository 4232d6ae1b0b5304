"""What a coordinator sees while a draft is being mended: questions before a removal, faults at their boxes, choices."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.builders.applications import a_submitted_application
from tests.builders.programmes import during_call
from tests.builders.schemes import a_copied_draft, block_data
from vouchers.core.database import db
from vouchers.schemes import actions, queries
from vouchers.users.models import User


def test_a_section_is_removed_after_a_question_that_counts_what_is_in_it(desk):
    draft_id = a_copied_draft(desk)
    sections = queries.get_draft(draft_id).parts["call"]["form"]["sections"]
    page = desk.get(f"/schemes/drafts/{draft_id}/remove/call/form/sections/1").text

    assert f"with its {len(sections[0]['questions'])} questions?" in page
    assert queries.get_draft(draft_id).parts["call"]["form"]["sections"] == sections
    assert desk.get(f"/schemes/drafts/{draft_id}/remove/call/marking").status_code == 404


def test_a_correction_says_at_once_what_was_published_and_stays(desk):
    started = desk.post("/schemes/in2lifesciences/correct", data={"corrects": "2026-1"})
    above, item = f"{started.location}/edit/call/form/sections/1", "call/form/sections/1/questions/1"

    answer = desk.post(above, data=block_data(desk.get(above).text) | {"then": [f"remove:{item}"]})

    assert answer.location == above
    assert "so the question stays" in desk.get(above).text
    assert desk.post(f"{started.location}/remove/{item}", data={"version": "1"}).status_code == 422
    money = desk.post(f"{started.location}/remove/call/envelopes/1", data={"version": "1"}).text
    assert "Money that was published stays" in money


@pytest.mark.parametrize(
    ("place", "typed", "said"),
    [
        ("call/envelopes/1", {"shares__ERDF": ["five"]}, "ERDF: "),
        ("call/totals", {"regions__BE-WAL": ["7"]}, "Wallonia: The money of the regions adds up to"),
    ],
)
def test_what_is_wrong_with_one_line_of_a_box_stands_at_the_box_with_its_name(desk, place, typed, said):
    own = f"/schemes/drafts/{a_copied_draft(desk)}"
    address, ((box, (words,)),) = f"{own}/edit/{place}", typed.items()

    assert desk.post(address, data=block_data(desk.get(address).text) | typed).location == address
    page = desk.get(address).text
    assert f'id="{box}-error"' in page
    assert f'value="{words}"' in page
    overview = desk.get(own).text
    assert said in overview
    assert f'<a href="{address}#{box}">' in overview
    assert f'<a href="{own}/edit/call#opens-day">' in overview
    assert f'<a href="{address}#{box}">' in desk.get(f"{own}/edit/call").text


def test_a_part_that_is_missing_is_told_on_its_own_page_and_led_to(desk):
    draft_id = a_copied_draft(desk)
    own = f"/schemes/drafts/{draft_id}"
    draft = queries.get_draft(draft_id)
    coordinator = db.session.scalars(select(User).order_by(User.id.desc())).first()
    marking = draft.parts["call"]["marking"]
    values = {"totals": None, "envelopes": None, "marking": {"blind": "no", "criteria": marking["criteria"]}}
    values["form"] = {"sections": [{"code": "project", "title": "Your project"}]}
    actions.save_keys(draft, ("call",), values, version=draft.version, by=coordinator, at=during_call())

    overview = desk.get(own).text
    for place in ("call#part-envelopes", "call/totals", "call/form"):
        assert f'<a href="{own}/edit/{place}' in overview, place
    assert "The form must ask for" in desk.get(f"{own}/edit/call/form").text
    totals = f"{own}/edit/call/totals"
    assert "There is a problem" not in desk.get(totals).text
    answer = desk.post(totals, data=block_data(desk.get(totals).text))
    assert "Write down what the money" in desk.get(answer.location).text


def test_who_publishes_sees_the_money_and_what_a_correction_changes(desk):
    draft_id = a_copied_draft(desk)
    draft = queries.get_draft(draft_id)
    coordinator = db.session.scalars(select(User).order_by(User.id.desc())).first()
    days = {"opens": "2027-02-01 09:00", "closes": "2027-04-30 17:00"}
    actions.save_keys(draft, ("call",), days, version=draft.version, by=coordinator, at=during_call())
    page = " ".join(desk.get(f"/schemes/drafts/{draft_id}/publish").text.split())
    for row in ('Wallonia</dt> <dd class="govuk-summary-list__value">€', "All regions together</dt>"):
        assert row in page

    own = desk.post("/schemes/in2lifesciences/correct", data={"corrects": "2026-1"}).location
    draft = queries.get_draft(int(own.rsplit("/", 1)[1]))
    later = {"decision_by": "2027-06-30"}
    actions.save_keys(draft, ("call",), later, version=draft.version, by=coordinator, at=during_call())
    page = desk.get(f"{own}/publish").text
    assert re.search(r"<li>[A-Z][^<:]+: <del>[^<]+</del> <ins>30 June 2027</ins></li>", page)
    assert page.count("<del>") == 1


def test_texts_and_form_are_previewed_while_something_is_missing(desk):
    own = f"/schemes/drafts/{a_copied_draft(desk)}"
    preview = desk.get(f"{own}/preview").text

    assert f'<a href="{own}/edit/call#opens-day">' in preview
    assert "The form</h2>" in preview
    assert "Closes</dt>" not in preview
    started = desk.post("/schemes/in2lifesciences/start", data={"code": "2027-2", "copy_of": ""})
    assert "Amount asked for" in desk.get(f"{started.location}/preview").text


def test_a_condition_is_chosen_from_the_earlier_questions_and_their_answers(desk):
    draft_id = a_copied_draft(desk)
    draft = queries.get_draft(draft_id)
    asked = [
        {"code": "field", "type": "choice", "label": "Which field?", "options": [{"code": "bio", "label": "Biology"}]},
        {"code": "which", "type": "text", "label": "Which part?"},
        {"code": "later", "type": "yes_no", "label": "Later?"},
    ]
    coordinator = db.session.scalars(select(User).order_by(User.id.desc())).first()
    values = {"sections": [{"code": "project", "title": "Your project", "questions": asked}]}
    form = ("call", "form")
    actions.save_keys(draft, form, values, version=draft.version, by=coordinator, at=during_call())
    above = f"/schemes/drafts/{draft_id}/edit/call/form/sections/1/questions/2"
    then = {"then": ["add:call/form/sections/1/questions/2/show_if"]}
    address = desk.post(above, data=block_data(desk.get(above).text) | then).location

    page = desk.get(address).text
    assert "There is a problem" not in page
    assert '<option value="field">Which field? (field)</option>' in page
    assert 'value="later"' not in page
    desk.post(address, data=block_data(page) | {"question": ["field"]})
    page = desk.get(address).text
    assert "There is a problem" in page
    desk.post(address, data=block_data(page) | {"is": ["bio"]})
    assert '<option value="bio" selected>Biology (bio)</option>' in desk.get(address).text
    kept = queries.get_draft(draft_id).parts["call"]["form"]["sections"][0]["questions"][1]["show_if"]
    assert kept == [{"question": "field", "is": "bio"}]


def boxes(name, text):
    """A moment as its boxes post it."""
    parts = [*text.split(" "), "", "", ""]
    return {f"{name}-{part}": [text] for part, text in zip(("day", "month", "year", "time"), parts, strict=False)}


def test_the_rounds_of_a_call_are_rows_of_boxes(desk):
    draft_id = a_copied_draft(desk)
    address = f"/schemes/drafts/{draft_id}/edit/call"
    days = boxes("opens", "1 2 2027 09:00") | boxes("closes", "30 4 2027 17:00")

    def pressed(then, typed):
        return desk.post(address, data=block_data(desk.get(address).text) | typed | {"then": [then]}).location

    assert pressed("row:cut_offs", days) == f"{address}?row=cut_offs#cut_offs-1-day"
    page = desk.get(f"{address}?row=cut_offs").text
    assert "On the clocks of Europe/Brussels." in page
    assert 'name="cut_offs-1-time"' in page
    pressed("row:cut_offs", boxes("cut_offs-1", "27 3 2027 17:00"))
    pressed("row:cut_offs", boxes("cut_offs-2", "31 4 2027 17:00"))
    page = desk.get(address).text
    assert "27 March 2027, 17:00 (Brussels time)" in page
    assert 'id="cut_offs-2-error"' in page
    assert '<a href="#cut_offs-2-day">' in page
    assert f'<a href="{address}#cut_offs-2-day">' in desk.get(f"/schemes/drafts/{draft_id}").text
    assert queries.get_draft(draft_id).parts["call"]["cut_offs"] == ["2027-03-27 17:00", "31/4/2027/17:00"]

    assert pressed("drop:cut_offs:1", {}) == f"{address}#cut_offs-add"
    assert queries.get_draft(draft_id).parts["call"]["cut_offs"] == ["31/4/2027/17:00"]
    pressed("drop:cut_offs:1", {})
    assert "cut_offs" not in queries.get_draft(draft_id).parts["call"]


def test_who_sits_elsewhere_reads_the_moments_on_the_own_clocks_too(desk):
    address = f"/schemes/drafts/{a_copied_draft(desk)}/edit/call"
    typed = {"time_zone": ["Europe/London"]} | boxes("opens", "1 2 2027 09:00")
    desk.post(address, data=block_data(desk.get(address).text) | typed)

    page = desk.get(address).text
    assert "1 February 2027, 09:00 (London time), 10:00 in Brussels" in page


def test_a_question_offers_the_regions_of_the_programme_or_a_list_of_its_own(desk):
    draft_id = a_copied_draft(desk)
    sections = queries.get_draft(draft_id).parts["call"]["form"]["sections"]
    number, line = next(
        (number, line)
        for number, section in enumerate(sections, 1)
        for line, question in enumerate(section["questions"], 1)
        if question.get("options") == "regions"
    )
    place = f"call/form/sections/{number}/questions/{line}"
    address = f"/schemes/drafts/{draft_id}/edit/{place}"

    def options_after(verb):
        page = desk.get(address).text
        assert f'value="{verb}:{place}/options"' in page
        desk.post(address, data=block_data(page) | {"then": [f"{verb}:{place}/options"]})
        sections = queries.get_draft(draft_id).parts["call"]["form"]["sections"]
        return sections[number - 1]["questions"][line - 1].get("options")

    assert options_after("own") is None
    assert options_after("offer") == "regions"
    assert "The regions of the programme are offered." in desk.get(address).text


def test_what_is_wrong_with_an_instrument_leads_to_it_by_its_name(desk):
    a_submitted_application("MG")
    draft_id = a_copied_draft(desk)
    desk.post(f"/schemes/drafts/{draft_id}/parts", data={"part": "instruments/MG"})
    address = f"/schemes/drafts/{draft_id}/edit/instruments/MG"
    desk.post(address, data=block_data(desk.get(address).text) | {"summary__en": "A journey."})

    assert (
        f'<a href="{address}">Meet &amp; Greet</a>: People have applied' in desk.get(f"/schemes/drafts/{draft_id}").text
    )
