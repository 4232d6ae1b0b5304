"""A cost of somebody else than the agreed provider is pointed out to whoever checks it, and not refused."""

from __future__ import annotations

import pytest

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.claims import CLAIMED_AT, a_cost, a_submitted_claim, all_accepted
from tests.builders.programmes import in2
from tests.builders.users import signed_in
from vouchers.claims.actions import checking
from vouchers.claims.queries.files import get_claim
from vouchers.claims.queries.suppliers import map_other_suppliers
from vouchers.claims.rules.invoices import name_other_supplier
from vouchers.programmes.rules.instrument_plan import CostCategory

WARNING = "The agreement names Universitair Laboratorium; this invoice is from NMBS."


@pytest.mark.parametrize(
    ("supplier", "providers", "is_other"),
    [
        ("Éts. Müller", ["Ets Muller"], False),
        ("ETS  MULLER", ["Another", "Éts. Müller"], False),
        ("Ets Muller BV", ["Éts. Müller"], True),
        ("NMBS", ["Éts. Müller"], True),
    ],
)
def test_names_are_compared_without_case_accents_and_signs(supplier, providers, is_other):
    said = name_other_supplier(supplier, providers)
    assert (said is not None) == is_other
    if said is not None:
        assert str(said) == f"The agreement names {providers[0]}; this invoice is from {supplier}."


@pytest.mark.parametrize(
    ("code", "has_journeys", "is_travel"),
    [("travel", False, True), ("lodging", False, True), ("visits", True, True), ("services", False, False)],
)
def test_journeys_are_of_whoever_carries(code, has_journeys, is_travel):
    assert CostCategory(code, "", "", has_journeys).is_travel is is_travel


@pytest.fixture
def claim(app, clock):
    """One cost of the agreed provider, one of somebody else."""
    clock.stop(CLAIMED_AT)
    in2()
    agreement = an_active_agreement("COL")
    ours = a_cost(category="services", supplier="UNIVERSITAIR LABORATORIUM.")
    return a_submitted_claim(agreement, ours, a_cost(category="services", supplier="NMBS"))


def test_the_officer_reads_it_at_the_cost_and_in_the_checklist_and_goes_on(client, claim):
    _ours, other = claim.costs
    assert {line: str(said) for line, said in map_other_suppliers(claim).items()} == {other.id: WARNING}
    manager = a_manager()
    signed_in(client, manager)
    page = client.get(f"/claims/{claim.id}/verify").text
    assert page.count(WARNING) == 3  # in the list, over the boxes of the cost, and at the point of the checklist
    assert WARNING in client.get(f"/claims/{claim.id}").text
    signed_in(client, owner_of(claim.agreement.application))
    assert WARNING not in client.get(f"/claims/{claim.id}").text

    checking.verify_claim(claim, all_accepted(claim), by=manager, at=CLAIMED_AT)
    assert [one.get("is_of_provider", True) for one in get_claim(claim.id).findings] == [True, False]


def test_without_a_provider_nothing_is_said(app):
    in2()
    claim = a_submitted_claim(an_active_agreement("MG"), a_cost(category="participation", supplier="BIO-Europe"))
    assert map_other_suppliers(claim) == {}
