"""Regions and fund lines of a programme, written with a draft: added, changed, taken out if nothing stands on them."""

from __future__ import annotations

from copy import deepcopy

import pytest
from sqlalchemy import select

from tests.builders.applications import a_submitted_application
from tests.builders.programmes import SMALL_FILE, a_programme, during_call, in2
from tests.builders.schemes import DAYS
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.ledger.proof import list_faults
from vouchers.programmes.queries import get_call, list_envelopes_of
from vouchers.regions.queries import find_region
from vouchers.schemes import actions, queries
from vouchers.users.states import Role

AT = during_call()
ITALY = {
    "code": "IT-LOM",
    "name": "Lombardy",
    "country": "IT",
    "time_zone": "Europe/Rome",
    "office": {
        "name": "Office",
        "email": "lombardy@example.org",
        "address": {"street": "Via Esempio", "post_code": "20121", "town": "Milano", "country": "IT"},
    },
    "bank_account": {"holder": "Lombardia", "iban": "IT60X0542811101000000123456"},
}


@pytest.fixture
def coordinator(app):
    in2()
    return a_member_of_staff(Role.COORDINATOR, region=None)


def a_draft_with(part, coordinator, change, code="2027-9", *, days=True, corrects=""):
    """A copy of 2026-1 (or its correction) in which a list of the programme is changed by `change(items)`."""
    programme = queries.get_programme("in2lifesciences")
    copied = "" if corrects else "2026-1"
    draft = actions.start_draft(programme, code=code, copy_of=copied, corrects=corrects, by=coordinator, at=AT)
    actions.take_part(draft, part, by=coordinator, at=AT)
    draft = queries.get_draft(draft.id)
    items = deepcopy(draft.parts[part][part])
    change(items)
    draft = typed(draft, {part: items}, coordinator, (part,))
    return typed(draft, DAYS, coordinator) if days else draft


def typed(draft, values, by, place=("call",)):
    actions.save_keys(draft, place, values, version=draft.version, by=by, at=AT)
    return queries.get_draft(draft.id)


def with_italy(coordinator, code="2027-9"):
    """A draft whose programme has Lombardy too, with money for it in the new call."""
    draft = a_draft_with("regions", coordinator, lambda items: items.append(ITALY), code)
    call = draft.parts["call"]
    money = [*call["envelopes"], {"region": "IT-LOM", "amount": "50000"}]
    taking_part = [one["code"] for one in draft.parts["regions"]["regions"]]
    return typed(draft, {"envelopes": money, "totals": {"all": "850000"}, "regions": taking_part}, coordinator)


def gaps_of(draft):
    return {(gap.place, gap.key): gap.sentence.source for gap in actions.read(draft, AT).gaps}


def test_a_new_region_takes_part_in_the_new_call_and_in_no_published_one(coordinator):
    a_submitted_application("COL")
    before = get_call("in2lifesciences", "2026-1")
    terms = before.digest
    draft = with_italy(coordinator)
    assert gaps_of(draft) == {}

    actions.publish_draft(draft, by=coordinator, at=AT)

    region = find_region("IT-LOM")
    assert (region.country, region.town, region.iban) == ("IT", "Milano", "IT60X0542811101000000123456")
    assert get_call("in2lifesciences", "2026-1").digest == terms
    made = get_call("in2lifesciences", "2027-9")
    assert {one.region.code for one in list_envelopes_of([made.id])} >= {"IT-LOM", "BE-WAL"}
    recorded = (AuditEvent.tag == "region.add", AuditEvent.subject_id == region.id)
    assert db.session.scalars(select(AuditEvent).where(*recorded)).one()
    assert list(list_faults()) == []


def test_a_region_that_nothing_refers_to_leaves_the_register(coordinator):
    draft = a_draft_with("regions", coordinator, lambda items: items.append(ITALY))
    without = list(get_call("in2lifesciences", "2026-1").plan.regions)
    actions.publish_draft(typed(draft, {"regions": without}, coordinator), by=coordinator, at=AT)
    assert find_region("IT-LOM") is not None

    draft = a_draft_with("regions", coordinator, list.pop, "2027-8")
    actions.publish_draft(typed(draft, {"regions": without}, coordinator), by=coordinator, at=AT)

    assert find_region("IT-LOM") is None
    assert db.session.scalars(select(AuditEvent).where(AuditEvent.tag == "region.remove")).one()


def test_a_region_with_a_role_in_it_stays(coordinator):
    without = list(get_call("in2lifesciences", "2026-1").plan.regions)
    draft = a_draft_with("regions", coordinator, lambda items: items.append(ITALY))
    actions.publish_draft(typed(draft, {"regions": without}, coordinator), by=coordinator, at=AT)
    a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "IT-LOM")
    last = ("regions", "regions", "9")

    draft = a_draft_with("regions", coordinator, lambda items: None, "2027-8")
    with pytest.raises(RuleBroken, match="Lombardy is in use"):
        actions.remove_item(draft, last, by=coordinator, at=AT)
    draft = a_draft_with("regions", coordinator, list.pop, "2027-7")
    assert "Lombardy is in use" in gaps_of(draft)[("regions",), "regions"]
    with pytest.raises(RuleBroken, match="still to mend"):
        actions.publish_draft(draft, by=coordinator, at=AT)


def test_a_region_of_a_published_call_stays_where_it_is(coordinator):
    def to_the_netherlands(items):
        items[0]["country"] = "NL"
        items[0]["office"]["phone"] = "+31 1"

    draft = a_draft_with("regions", coordinator, to_the_netherlands)

    ((place, said),) = gaps_of(draft).items()
    assert place == (("regions", "regions", "1"), "country")
    assert "was published with this" in said
    with pytest.raises(RuleBroken, match="was published with this"):
        actions.remove_item(draft, ("regions", "regions", "1"), by=coordinator, at=AT)


def test_an_office_may_move(coordinator):
    def moved(items):
        items[0]["office"] |= {"email": "new@example.org"}

    code = queries.get_programme("in2lifesciences").source["regions"][0]["code"]
    actions.publish_draft(a_draft_with("regions", coordinator, moved), by=coordinator, at=AT)

    assert find_region(code).email == "new@example.org"


def test_what_is_wrong_with_a_region_is_said_as_for_the_file(coordinator):
    def broken(items):
        items.append(ITALY | {"bank_account": {"holder": "X", "iban": "IT00"}, "code": "it"})

    found = gaps_of(a_draft_with("regions", coordinator, broken))

    assert "is not a valid IBAN" in found[("regions", "regions", "9", "bank_account"), "iban"]
    assert "Write it like BE-WAL" in found[("regions", "regions", "9"), "code"]


def test_a_region_of_another_programme_is_not_changed_from_here(coordinator):
    a_programme()

    def change(items):
        items.append(ITALY | {"code": "FR-ARA"})

    found = gaps_of(a_draft_with("regions", coordinator, change))
    assert "Another programme has this region too" in found[("regions", "regions", "9"), ""]


def test_voted_money_keeps_its_fund_lines(coordinator):
    def another(items):
        items[0]["rate"] = "10 %"
        items.append({"code": "NEW", "name": "New", "rate": "50 %", "kind": "own"})

    found = gaps_of(a_draft_with("fund_lines", coordinator, another))
    assert "was voted on these fund lines" in found[("fund_lines",), "fund_lines"]

    draft = a_draft_with("fund_lines", coordinator, lambda items: None, "2027-8")
    with pytest.raises(RuleBroken, match="was voted on these fund lines"):
        actions.remove_item(draft, ("fund_lines", "fund_lines", "1"), by=coordinator, at=AT)


def test_nobody_but_a_coordinator_of_the_programme_changes_them(coordinator):
    draft = a_draft_with("regions", coordinator, lambda items: None)
    manager = a_member_of_staff(Role.CLUSTER_MANAGER)

    for attempt in (
        lambda: actions.take_part(draft, "fund_lines", by=manager, at=AT),
        lambda: actions.add_item(draft, ("regions", "regions"), by=manager, at=AT),
        lambda: actions.publish_draft(draft, by=manager, at=AT),
    ):
        with pytest.raises(NotPermitted):
            attempt()


def test_a_programme_without_calls_gets_its_fund_lines_and_its_first_call(app):
    a_programme(SMALL_FILE.read_text(encoding="utf-8").partition("calls:\n")[0])
    coordinator = a_member_of_staff(Role.COORDINATOR, region=None)
    draft = actions.start_draft(queries.get_programme("small"), code="A", by=coordinator, at=AT)
    actions.take_part(draft, "fund_lines", by=coordinator, at=AT)
    place = actions.add_item(queries.get_draft(draft.id), ("fund_lines", "fund_lines"), by=coordinator, at=AT)
    line = {"code": "CITY", "name": "The city", "rate": "10 %", "kind": "own"}
    draft = typed(queries.get_draft(draft.id), line, coordinator, place)
    assert "add up to 110 %" in gaps_of(draft)[("fund_lines",), "fund_lines"].replace("%%", "%")

    draft = typed(draft, {"rate": "23.5 %"}, coordinator, ("fund_lines", "fund_lines", "1"))
    assert (("fund_lines",), "fund_lines") not in gaps_of(draft)
    plan, _call = actions.read(draft, AT).sketch
    assert [line.code for line in plan.fund_lines] == ["ERDF", "OWN", "CITY"]


def test_two_regions_with_one_account_are_told(coordinator, client, clock):
    def copied(items):
        iban = items[0]["bank_account"]["iban"]
        items.append({**ITALY, "bank_account": {**ITALY["bank_account"], "iban": iban}})

    clock.stop(AT)
    draft = a_draft_with("regions", coordinator, copied)
    page = signed_in(client, coordinator).get(f"/schemes/drafts/{draft.id}").text

    assert "These regions pay from the same bank account: Wallonia, Lombardy." in page
