"""A new instrument is written with a call and is loaded with it."""

from __future__ import annotations

import pytest

from tests.builders.applications import a_submitted_application
from tests.builders.programmes import during_call, in2
from tests.builders.schemes import a_scheme_draft
from tests.builders.users import a_member_of_staff
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.money import EUR
from vouchers.programmes.queries import get_call, get_programme
from vouchers.schemes import actions, queries
from vouchers.users.states import Role

AT = during_call()


@pytest.fixture
def coordinator(app):
    in2()
    return a_member_of_staff(Role.COORDINATOR, region=None)


def typed(draft, values, by, place=("call",)):
    actions.save_keys(draft, place, values, version=draft.version, by=by, at=AT)
    return queries.get_draft(draft.id)


def with_instrument(coordinator, code="COL-27", copy_of="COL"):
    draft = a_scheme_draft(coordinator, days=True)
    part = actions.add_instrument(draft, code=code, copy_of=copy_of, by=coordinator, at=AT)
    return queries.get_draft(draft.id), tuple(part.split("/"))


def gaps_of(draft):
    return {(gap.place, gap.key): gap.sentence.source for gap in actions.read(draft, AT).gaps}


def offering(draft, coordinator, *codes):
    """The draft's call offers these, and its form asks what it asks of everybody who applies."""
    form = draft.parts["call"]["form"]
    for question in (one for section in form["sections"] for one in section["questions"]):
        question.pop("instruments", None)
    return typed(draft, {"instruments": list(codes), "form": form}, coordinator)


def test_next_years_call_pays_another_amount(coordinator):
    a_submitted_application("COL")
    draft, part = with_instrument(coordinator)
    draft = typed(draft, {"cap": "9000"}, coordinator, (*part, "grant"))
    draft = offering(draft, coordinator, "COL-27")
    assert gaps_of(draft) == {}

    actions.publish_draft(draft, by=coordinator, at=AT)

    made = get_call("in2lifesciences", "2027-9")
    caps = {item.code: item.plan.grant.cap for item in made.programme.instruments}
    assert caps["COL-27"] == EUR("9000")
    assert caps["COL"] != EUR("9000")
    assert made.plan.instruments == ("COL-27",)
    assert get_programme("in2lifesciences").source["instruments"][-1]["code"] == "COL-27"


def test_an_empty_one_lists_its_gaps_at_their_boxes(coordinator):
    draft, part = with_instrument(coordinator, copy_of="")

    found = gaps_of(draft)
    assert found[part, "name"] == "Fill this in."
    assert found[part, "grant"] == "Open this part and fill it in."

    draft = typed(draft, {"code": "COL"}, coordinator, part)
    assert "taken already" in gaps_of(draft)[part, "code"]
    actions.drop_part(draft, "/".join(part), by=coordinator, at=AT)
    assert gaps_of(queries.get_draft(draft.id)) == {}


@pytest.mark.parametrize("code", ["COL", "col", "", "X" * 13, "É"])
def test_a_short_name_is_refused_before_anything_is_added(coordinator, code):
    draft = a_scheme_draft(coordinator)

    with pytest.raises(RuleBroken) as refused:
        actions.add_instrument(draft, code=code, by=coordinator, at=AT)

    assert refused.value.field == "code"
    assert queries.get_draft(draft.id).parts.keys() == {"call"}


def test_only_a_coordinator_adds_one(coordinator):
    draft = a_scheme_draft(coordinator)

    with pytest.raises(NotPermitted):
        actions.add_instrument(draft, code="NEW", by=a_member_of_staff(Role.CLUSTER_MANAGER), at=AT)


def test_one_that_was_published_meanwhile_is_not_replaced(coordinator):
    first, part = with_instrument(coordinator)
    second = actions.start_draft(
        queries.get_programme("in2lifesciences"), code="2027-8", copy_of="2026-1", by=coordinator, at=AT
    )
    actions.add_instrument(second, code="COL-27", copy_of="MG", by=coordinator, at=AT)
    actions.publish_draft(first, by=coordinator, at=AT)

    assert "taken already" in gaps_of(queries.get_draft(second.id))[part, "code"]
