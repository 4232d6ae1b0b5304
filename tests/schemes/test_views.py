"""A coordinator writes a call in the browser, from the first page to the public one."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from tests.builders.counting import queries_of
from tests.builders.programmes import during_call, in2
from tests.builders.schemes import a_copied_draft, block_data
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.core.database import db
from vouchers.programmes.queries import get_call
from vouchers.programmes.views import pages
from vouchers.schemes import actions, queries
from vouchers.users.models import User
from vouchers.users.states import Role


def moment(name, text):
    """A moment as its boxes post it."""
    parts = [*text.split(" "), "", "", ""]
    return {f"{name}-{part}": [text] for part, text in zip(("day", "month", "year", "time"), parts, strict=False)}


def test_from_a_copy_to_the_public_page(desk):
    draft_id = a_copied_draft(desk)
    overview = desk.get(f"/schemes/drafts/{draft_id}").text
    assert "2 things to mend before this can be published" in overview
    assert overview.count("Fill this in.") == 2

    address = f"/schemes/drafts/{draft_id}/edit/call"
    data = block_data(desk.get(address).text)
    data |= moment("opens", "1 2 2027 09:00") | moment("closes", "30 4 2027 17:00")
    data |= {"title__en": ["Vouchers, spring 2027"]}
    answer = desk.post(address, data=data)
    assert answer.status_code == 303
    assert "Nothing is left to mend" in desk.get(f"/schemes/drafts/{draft_id}").text

    preview = desk.get(f"/schemes/drafts/{draft_id}/preview")
    assert preview.status_code == 200
    assert "Vouchers, spring 2027" in preview.text
    assert "Start an application" not in preview.text

    answer = desk.post(f"/schemes/drafts/{draft_id}/publish", data={})
    assert answer.status_code == 303
    public = desk.get(answer.location).text
    assert "Vouchers, spring 2027" in public
    call = get_call("in2lifesciences", "2027-9")
    original = get_call("in2lifesciences", "2026-1")
    assert call.plan.instruments == original.plan.instruments
    assert call.plan.marking == original.plan.marking


def test_saving_a_block_unchanged_changes_nothing(desk):
    draft_id = a_copied_draft(desk)
    draft = queries.get_draft(draft_id)
    days = {"opens": "2027-02-01 09:00", "closes": "2027-04-30 17:00"}
    coordinator = db.session.scalars(select(User).order_by(User.id.desc())).first()
    actions.save_keys(draft, ("call",), days, version=draft.version, by=coordinator, at=during_call())
    before = actions.read(queries.get_draft(draft_id), during_call())
    for place in ("call", "call/marking", "call/marking/criteria/1", "call/form/sections/1", "call/totals",
                  "call/form/sections/1/questions/1", "call/envelopes/1"):  # fmt: skip
        address = f"/schemes/drafts/{draft_id}/edit/{place}"
        assert desk.post(address, data=block_data(desk.get(address).text)).status_code == 303, place

    after = actions.read(queries.get_draft(draft_id), during_call())
    assert after.plan is not None
    assert after.plan.digest == before.plan.digest


def test_what_differs_by_size_and_region_is_written_in_the_browser(desk):
    draft_id = a_copied_draft(desk)
    desk.post(f"/schemes/drafts/{draft_id}/parts", data={"part": "instruments/MG"})
    grant = f"/schemes/drafts/{draft_id}/edit/instruments/MG/grant"
    add = {"then": ["add:instruments/MG/grant/variations"]}

    first = desk.post(grant, data=block_data(desk.get(grant).text) | add).location
    desk.post(first, data=block_data(desk.get(first).text) | {"sizes": ["medium"], "rate": ["50 %"]})
    second = desk.post(grant, data=block_data(desk.get(grant).text) | add).location
    wrong = block_data(desk.get(second).text) | {"sizes": ["small"], "regions": ["BE-WAL"], "rate": ["130 %"]}
    assert desk.post(second, data=wrong).location == second
    assert "more than 100 %" in desk.get(second).text
    clash = block_data(desk.get(second).text) | {"sizes": [], "rate": ["40 %"]}
    desk.post(second, data=clash)
    assert (
        "Number 1 says this too, and neither is more exact: Medium-sized enterprise in Wallonia."
        in desk.get(second).text
    )
    desk.post(second, data=block_data(desk.get(second).text) | {"rate": [""], "cap": ["400"]})

    draft = queries.get_draft(draft_id)
    assert draft.parts["instruments/MG"]["grant"]["variations"] == [
        {"sizes": ["medium"], "rate": "50 %"},
        {"regions": ["BE-WAL"], "cap": "400"},
    ]
    assert "medium, 50 %" in desk.get(grant).text
    call = f"/schemes/drafts/{draft_id}/edit/call"
    days = moment("opens", "1 2 2027 09:00") | moment("closes", "30 4 2027 17:00")
    desk.post(call, data=block_data(desk.get(call).text) | days)
    preview = " ".join(desk.get(f"/schemes/drafts/{draft_id}/preview").text.split())
    assert "Medium-sized enterprise: 50% of what it really costs." in preview
    assert "Wallonia: up to €400." in preview


def test_what_is_wrong_stands_beside_its_box_and_is_kept(desk):
    draft_id = a_copied_draft(desk)
    address = f"/schemes/drafts/{draft_id}/edit/call"
    data = block_data(desk.get(address).text) | moment("closes", "31 2 2027 noon")

    assert desk.post(address, data=data).location == address
    page = desk.get(address).text

    for kept in ("31", "2", "2027", "noon"):
        assert f'value="{kept}"' in page
    assert 'id="closes-error"' in page
    assert "Closes: This is no moment." in page
    assert "Fill in “Opens”." in page  # the summary names the field
    assert '<a href="#opens-day">' in page


def test_the_time_zone_is_chosen_with_those_of_the_regions_first(desk):
    page = desk.get(f"/schemes/drafts/{a_copied_draft(desk)}/edit/call").text
    options = re.findall(r'<option value="([^"]+)"', page[page.index('id="time_zone"') :])

    assert options[0] == "Europe/Brussels"
    assert "Pacific/Auckland" in options
    assert '<option value="Europe/Brussels" selected>Europe/Brussels (Wallonia' in page


def test_the_slower_of_two_keeps_the_words(desk):
    draft_id = a_copied_draft(desk)
    address = f"/schemes/drafts/{draft_id}/edit/call"
    slow = block_data(desk.get(address).text) | moment("decision_by", "1 7 2027")
    quick = block_data(desk.get(address).text) | moment("opens", "1 2 2027 09:00")
    desk.post(address, data=quick)

    answer = desk.post(address, data=slow)

    assert answer.status_code == 409
    assert 'name="decision_by-month" type="text" inputmode="numeric" value="7"' in answer.text
    assert desk.post(address, data=block_data(answer.text)).status_code == 303
    assert queries.get_draft(draft_id).parts["call"]["decision_by"] == "2027-07-01"


def test_items_are_added_moved_and_removed_and_what_was_typed_beside_them_is_saved(desk):
    draft_id = a_copied_draft(desk)
    address, items = f"/schemes/drafts/{draft_id}/edit/call/marking", "call/marking/criteria"
    before = [item["code"] for item in queries.get_draft(draft_id).parts["call"]["marking"]["criteria"]]

    typed = {"total_threshold": ["7.5"], "then": [f"add:{items}"]}
    added = desk.post(address, data=block_data(desk.get(address).text) | typed)
    assert added.location.endswith(f"/edit/{items}/{len(before) + 1}")
    moved = desk.post(address, data=block_data(desk.get(address).text) | {"then": [f"up:{items}/2"]})
    assert moved.location.endswith("/edit/call/marking")
    question = desk.post(
        address, data=block_data(desk.get(address).text) | {"then": [f"remove:{items}/{len(before) + 1}"]}
    ).location
    assert "Remove “(empty)”?" in desk.get(question).text
    assert len(queries.get_draft(draft_id).parts["call"]["marking"]["criteria"]) == len(before) + 1
    assert desk.post(question, data=block_data(desk.get(question).text)).location.endswith("/edit/call/marking")

    marking = queries.get_draft(draft_id).parts["call"]["marking"]
    assert [item["code"] for item in marking["criteria"]] == [before[1], before[0], *before[2:]]
    assert marking["total_threshold"] == "7.5"


def test_a_list_that_is_not_there_is_not_found(desk):
    draft_id = a_copied_draft(desk)
    address = f"/schemes/drafts/{draft_id}/edit/call"
    data = block_data(desk.get(address).text)

    assert desk.post(address, data=data | {"then": ["add:call/title"]}).status_code == 404


@pytest.mark.parametrize(
    "place", ["nothing", "call/title", "call/marking/criteria/99", "instruments/MG", "call/1", "file"]
)
def test_a_place_that_is_not_there_is_not_found(desk, place):
    draft_id = a_copied_draft(desk)

    assert desk.get(f"/schemes/drafts/{draft_id}/edit/{place}").status_code == 404


def test_others_do_not_write(desk, app, clock):
    draft_id = a_copied_draft(desk)
    other = app.test_client()
    signed_in(other, a_member_of_staff(Role.CLUSTER_MANAGER))

    assert other.get(f"/schemes/drafts/{draft_id}").status_code == 200
    assert other.get(f"/schemes/drafts/{draft_id}/edit/call").status_code == 403
    drafts = other.get("/schemes").text
    assert f'href="/schemes/drafts/{draft_id}"' in drafts
    assert "Brussels time" in drafts
    assert "Begin a new call" not in drafts
    assert other.get("/schemes/in2lifesciences/start").status_code == 403
    signed_in(other, a_member_of_staff(Role.AUDITOR))
    assert other.get("/schemes").status_code == 200


def test_a_code_that_is_taken_is_refused_beside_its_box(desk):
    answer = desk.post("/schemes/in2lifesciences/start", data={"code": "2026-1", "copy_of": "2026-1"})

    assert answer.status_code == 422
    assert "has a call 2026-1 already" in answer.text
    assert '<option value="2026-1" selected>' in answer.text


def test_parts_are_in_order_only_if_nothing_of_them_stops_the_publication(desk):
    started = desk.post("/schemes/in2lifesciences/start", data={"code": "2027-2", "copy_of": ""})
    page = desk.get(started.location).text

    tasks = page[page.index("govuk-task-list") : page.index('id="gaps"')]
    parts = "Dates, regions|The form|The money|What the money"
    states = dict(re.findall(rf"({parts}).*?(In order|things? to mend|Depends on what you choose above)", tasks, re.S))
    assert states == {
        "Dates, regions": "things to mend",
        "The form": "Depends on what you choose above",
        "The money": "thing to mend",
        "What the money": "thing to mend",
    }


def test_the_public_page_shows_each_correction_in_plain_words(desk, app):
    coordinator, visitor = a_member_of_staff(Role.COORDINATOR, region=None), app.test_client()
    address, counted = "/calls/in2lifesciences/2026-1", []
    assert "Corrections" not in visitor.get(address).text
    for number, day in enumerate(("2027-04-15", "2027-04-20"), 1):
        programme = queries.get_programme("in2lifesciences")
        draft = actions.start_draft(programme, code="2026-1", corrects="2026-1", by=coordinator, at=during_call())
        values = {"closes": f"{day} 17:00"}
        actions.save_keys(draft, ("call",), values, version=draft.version, by=coordinator, at=during_call())
        draft = queries.get_draft(draft.id)
        actions.publish_draft(draft, summary=f"More time: {number}.", by=coordinator, at=during_call())
        assert f"<p>More time: {number}.</p>" in visitor.get(address).text
        pages._pages.clear()
        db.session.expire_all()
        counted.append(queries_of(lambda: visitor.get(address)))

    page = visitor.get(address).text
    assert "Correction 1 of" in page
    assert "Correction 2 of" in page
    assert "<li>Closes: <del>15 April 2027, 17:00 (Brussels time)</del> <ins>20 April 2027, 17:00" in page
    assert counted[0] == counted[1]


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.COORDINATOR, "Write calls"),
        (Role.CLUSTER_MANAGER, "Programmes and calls"),
        (Role.FINANCE_OFFICER, "Programmes and calls"),
        (Role.AUDITOR, "Programmes and calls"),
        (Role.ADMINISTRATOR, None),
    ],
)
def test_whoever_may_read_the_programmes_and_calls_finds_them_in_the_menu(app, clock, role, words):
    clock.stop(during_call())
    in2()
    client = app.test_client()
    signed_in(client, a_member_of_staff(role, region=None))
    page = client.get("/schemes" if words else "/people")

    assert page.status_code == 200
    offered = re.findall(r'<a[^>]*href="/schemes"[^>]*>\s*(?:<strong[^>]*>)?([^<]*?)(?:</strong>)?\s*</a>', page.text)
    assert offered == ([words] if words else [])
    if words:
        assert re.search(rf"<h1[^>]*>{words}</h1>", page.text)


@pytest.mark.parametrize(
    ("kind", "setting"),
    [("text", 'name="max_length"'), ("number", 'name="decimals"'), ("table", 'id="part-columns"'), ("yes_no", None)],
)
def test_what_the_kind_of_a_new_question_brings_is_asked_at_once(desk, kind, setting):
    own = f"/schemes/drafts/{a_copied_draft(desk)}/edit"
    section = f"{own}/call/form/sections/1"
    added = desk.post(
        section, data=block_data(desk.get(section).text) | {"then": ["add:call/form/sections/1/questions"]}
    )
    page = desk.get(added.location).text
    assert page.count("efore the application is submitted") == 1
    typed = block_data(page) | {"code": ["why"], "label__en": ["Why?"], "type": [kind]}

    answer = desk.post(added.location, data=typed)

    assert answer.location.partition("?")[0] == (added.location if setting else section)
    page = desk.get(answer.location).text
    assert setting is None or setting in page
    if kind in ("text", "number"):
        assert "More may be set below now." in page
        assert desk.post(added.location, data=block_data(page)).location == section


def test_a_yes_of_the_file_is_shown_as_what_it_means_and_stays(desk):
    draft = queries.get_draft(a_copied_draft(desk))
    place = ("call", "form", "sections", "1", "questions", "1")
    coordinator = db.session.scalars(select(User).order_by(User.id.desc())).first()
    actions.save_keys(draft, place, {"required": "yes"}, version=draft.version, by=coordinator, at=during_call())
    here = f"/schemes/drafts/{draft.id}/edit/{'/'.join(place)}"

    page = desk.get(here).text
    assert '<option value="yes" selected>Before the application is submitted</option>' in page
    desk.post(here, data=block_data(page))
    saved = queries.get_draft(draft.id).parts["call"]["form"]["sections"][0]["questions"][0]
    assert saved["required"] == "yes"


def test_the_preview_shows_what_applicants_meet_at_each_question(desk):
    draft = queries.get_draft(a_copied_draft(desk))
    coordinator = db.session.scalars(select(User).order_by(User.id.desc())).first()
    asked = [
        {"code": "title", "type": "text", "label": "Title?", "max_length": "77", "required": "draft"},
        {"code": "new", "type": "yes_no", "label": "New?", "required": "no"},
        {"code": "why", "type": "choice", "label": "Why?", "options": [{"code": "x", "label": "Because"}],
         "show_if": [{"question": "new", "is": "yes"}], "instruments": ["COL"]},
        {"code": "costs", "type": "table", "label": "Costs?", "max": "9",
         "columns": [{"code": "sum", "type": "money", "label": "Sum", "min": "5"}]},
        {"code": "requested_amount", "type": "money", "label": "How much?", "min": "50", "max": "7000"},
    ]  # fmt: skip
    form = {"sections": [{"code": "project", "title": "Project", "questions": asked}]}
    actions.save_keys(draft, ("call",), {"form": form}, version=draft.version, by=coordinator, at=during_call())

    page = " ".join(re.sub("<[^>]+>", " ", desk.get(f"/schemes/drafts/{draft.id}/preview").text).split())

    assert "Title? One line Must it be answered? Before the section can be left" in page
    assert "be left Longest answer in characters: 77" in page
    assert "New? Yes or no Must it be answered? No " in page
    assert "Why? Because One of several" in page
    assert "Asked for these only: Collaboration Asked only if: “New?”; Its answer is: Yes" in page
    assert "Columns of the table: Sum; An amount; Least entry: EUR 5.00" in page
    assert "Least answer, or how many at least: EUR 50.00" in page
