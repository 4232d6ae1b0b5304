"""When an agreement holds, what it says, and how it is accepted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.builders.programmes import IN2_FILE, plan_of
from vouchers.agreements.rules import acceptance, terms, window
from vouchers.agreements.rules.basis import Basis, PartyFacts, Wording
from vouchers.agreements.states import PartyKind
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.programmes.rules.grant_plan import Grant, GrantKind
from vouchers.programmes.rules.instrument_plan import Party
from vouchers.programmes.rules.plan import StateAid

VECTORS = Path(__file__).parents[1] / "vectors"
D = date.fromisoformat


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", json.loads((VECTORS / "deadlines.json").read_text())["month_arithmetic"])
def test_month_arithmetic(case: dict[str, Any]) -> None:
    assert window.add_months(D(case["start"]), case["plus_months"]) == D(case["expected"])


def test_twelve_months_end_on_the_day_before() -> None:
    bounds = window.Bounds(D("2026-01-09"), True, D("2025-12-01"), 12, until=None)
    assert bounds.usual_start == D("2026-01-10")
    assert bounds.last_end(D("2026-01-10")) == D("2027-01-09")
    assert replace(bounds, since=D("2026-03-01")).usual_start == D("2026-03-01")
    assert replace(bounds, since=D("2025-03-01")).usual_start == D("2026-01-10")
    assert replace(bounds, until=D("2026-06-30")).last_end(D("2026-01-10")) == D("2026-06-30")


FEBRUARY = (D("2027-02-01"), D("2027-02-28"))


@pytest.mark.parametrize(
    ("activity", "prior_approval", "start"),
    [
        ((None, None), True, "2026-03-03"),
        (("2026-04-01", "2026-09-02"), True, "2026-03-03"),  # the last day of the usual window
        (("2026-04-01", "2026-09-03"), True, "2026-04-01"),
        (("2027-02-01", "2027-02-28"), True, "2027-02-01"),
        (("2027-02-01", None), True, "2027-02-01"),
        (("2026-02-10", "2026-02-20"), False, "2026-02-10"),
        (("2026-01-10", "2026-02-20"), False, "2026-02-01"),  # not before it was asked for
    ],
)
def test_what_is_offered_holds_the_activity(activity: Any, prior_approval: bool, start: str) -> None:
    days = tuple(D(day) if day else None for day in activity)
    bounds = window.Bounds(D("2026-03-02"), prior_approval, D("2026-02-01"), 6, until=None, activity=days)
    assert bounds.usual_start == D(start)


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field"),
    [
        ("2027-03-01", "2027-04-01", "starts_on"),
        ("2027-01-01", "2027-02-27", "ends_on"),
        ("2027-02-01", "2027-02-28", None),
    ],
)
def test_a_window_without_the_activity_needs_a_reason(starts_on: str, ends_on: str, field: str | None) -> None:
    bounds = window.Bounds(D("2026-12-02"), True, D("2026-11-01"), 6, until=None, activity=FEBRUARY)
    window.ensure_activity_within(D(starts_on), D(ends_on), bounds, "The partner is away.")
    if field is None:
        window.ensure_activity_within(D(starts_on), D(ends_on), bounds, " ")
        assert bounds.planned_within(D(starts_on), D(ends_on)) == FEBRUARY
        return
    assert bounds.planned_within(D(starts_on), D(ends_on)) is None
    with pytest.raises(RuleBroken, match="not within these days") as refused:
        window.ensure_activity_within(D(starts_on), D(ends_on), bounds, " ")
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "prior_approval", "field"),
    [
        ("2026-03-03", "2026-09-02", True, None),
        ("2026-03-02", "2026-09-01", True, "starts_on"),  # the day of the approval
        ("2026-03-02", "2026-09-01", False, None),
        ("2026-02-01", "2026-07-31", False, None),  # the day of the submission
        ("2026-01-31", "2026-07-30", False, "starts_on"),
        ("2026-03-03", "2026-03-02", True, "ends_on"),
        ("2026-03-03", "2026-03-03", True, None),
        ("2026-03-03", "2026-09-03", True, "ends_on"),  # a day more than six months
        ("2026-08-01", "2026-12-31", True, None),
        ("2026-08-01", "2027-01-01", True, "ends_on"),  # after the last day of the call
    ],
)
def test_window(starts_on: str, ends_on: str, prior_approval: bool, field: str | None) -> None:
    bounds = window.Bounds(D("2026-03-02"), prior_approval, D("2026-02-01"), 6, until=D("2026-12-31"))
    if field is None:
        window.ensure_window(D(starts_on), D(ends_on), bounds)
        return
    with pytest.raises(RuleBroken) as refused:
        window.ensure_window(D(starts_on), D(ends_on), bounds)
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("issued", "zone", "expected"),
    [
        ("2026-03-02T12:00+00:00", "Europe/Brussels", "2026-03-16T22:59:59+00:00"),
        ("2026-03-02T23:30+00:00", "Europe/Brussels", "2026-03-17T22:59:59+00:00"),  # 3 March there
        ("2026-03-20T12:00+00:00", "Europe/Brussels", "2026-04-03T21:59:59+00:00"),  # summer time has begun
        ("2026-03-02T23:30+00:00", "Europe/London", "2026-03-16T23:59:59+00:00"),
    ],
)
def test_offer_lasts_to_the_end_of_the_last_day(issued: str, zone: str, expected: str) -> None:
    moment = window.accept_by_moment(datetime.fromisoformat(issued), 14, zone)
    assert moment == datetime.fromisoformat(expected)
    assert moment.tzinfo is UTC


# --- accepting --------------------------------------------------------------------------------------------------------


def test_acceptance_counts_to_the_last_second() -> None:
    last = datetime(2026, 3, 16, 22, 59, 59, tzinfo=UTC)
    acceptance.ensure_in_time(last, last)
    with pytest.raises(RuleBroken, match="has passed"):
        acceptance.ensure_in_time(last + timedelta(seconds=1), last)


def test_only_the_text_that_was_shown_is_accepted() -> None:
    acceptance.ensure_same_text("ab12", "ab12")
    for posted in ("", "ab13", "é"):
        with pytest.raises(RuleBroken, match="not the one that is offered"):
            acceptance.ensure_same_text(posted, "ab12")


def test_a_party_accepts_once_and_by_name() -> None:
    acceptance.ensure_not_accepted(None)
    acceptance.ensure_signed_by_name("Ås")
    with pytest.raises(WrongState):
        acceptance.ensure_not_accepted(datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(RuleBroken, match="first and last name"):
        acceptance.ensure_signed_by_name("X 1")


def test_fingerprint_is_of_the_content_only() -> None:
    assert acceptance.fingerprint_of({"a": 1, "b": ["é"]}) == acceptance.fingerprint_of({"b": ["é"], "a": 1})
    assert acceptance.fingerprint_of({"a": 1}) != acceptance.fingerprint_of({"a": 2})


# --- terms ------------------------------------------------------------------------------------------------------------

WORDING = Wording(str, lambda day: f"{day.day} {day:%B %Y}", lambda rate: f"{rate * 100:f} %")


def a_basis(code: str, **changes: Any) -> Basis:
    plan = plan_of(IN2_FILE.read_text(encoding="utf-8"))
    parties = [PartyFacts(PartyKind.SME, "BioWave SRL", ("BE0403170701", "Rue du Parc 12, 4000 Liège"))]
    if code == "COL":
        parties.append(PartyFacts(PartyKind.PROVIDER, "Københavns Laboratorium", ("lab@example.org",)))
    parties.append(PartyFacts(PartyKind.REGION, "Wallonia", ("BioWin",)))
    basis = Basis(
        number="A-IN2-2026-0031",
        programme="IN2LifeSciences",
        funder="ERDF",
        project="A meeting on lab-on-chip",
        application_reference="IN2-2026-0031",
        instrument=next(item for item in plan.instruments if item.code == code),
        parties=tuple(parties),
        amount=EUR("318.40"),
        approved_on=D("2026-03-02"),
        starts_on=D("2026-03-03"),
        ends_on=D("2026-09-02"),
        claim_by=D("2026-10-02"),
        accept_by="16 March 2026, 23:59 (Brussels time)",
        state_aid=StateAid.DE_MINIMIS,
        de_minimis_ceiling=EUR("300000"),
        pay_within_days=80,
        office_name="BioWin",
        office_address=("Avenue de l'Exemple 12", "6041 Gosselies"),
        office_email="vouchers@biowin.example",
    )
    return replace(basis, **changes)


def said(basis: Basis) -> str:
    return json.dumps(terms.write_terms(basis, WORDING)["sections"], ensure_ascii=False)


def test_meet_and_greet_says_what_comes_before() -> None:
    words = said(a_basis("MG"))
    for part in (
        "EUR 318.40", "An activity on or before the day of the approval, 2 March 2026, cannot be paid",
        "Tickets and invoices of the journey (required)", "Regulation (EU) 2023/2831", "EUR 300,000.00", "80 days",
        "2016/679", "Train, plane, bus or car: Second class or economy.", "Overnight stay", "2 October 2026",
        "16 March 2026, 23:59 (Brussels time)",
    ):  # fmt: skip
        assert part in words
    assert "Service provider" not in words


def test_it_says_with_whom_and_when_where_the_application_does() -> None:
    words = said(a_basis("MG", partner="Universitair Laboratorium, Gelderland", activity=(D("2026-04-07"),) * 2))
    assert '["Partner", "Universitair Laboratorium, Gelderland"]' in words
    assert '["Days of the activity", "7 April 2026"]' in words
    assert "7 April 2026 to 9 April 2026" in said(a_basis("MG", activity=(D("2026-04-07"), D("2026-04-09"))))
    assert "Partner" not in said(a_basis("MG"))


def test_collaboration_names_the_provider_and_its_duty() -> None:
    words = said(a_basis("COL"))
    assert "Københavns Laboratorium, lab@example.org" in words
    assert "does the work that its offer describes" in words
    assert "on or before the day of the approval" not in words


@pytest.mark.parametrize(
    ("aid", "part"),
    [
        (StateAid.GBER_20A, "Article 20a"),
        (StateAid.GBER_28, "Article 28"),
        (StateAid.NONE, "no State aid"),
    ],
)
def test_state_aid_note(aid: StateAid, part: str) -> None:
    assert part in said(a_basis("INS", state_aid=aid))


def test_a_lump_sum_is_paid_on_results() -> None:
    instrument = replace(a_basis("INS").instrument, grant=Grant(GrantKind.LUMP_SUM, EUR("1500"), None))
    words = said(a_basis("INS", instrument=instrument))
    assert "once the results" in words
    for contradiction in ("real, eligible cost", "invoice", "Costs count", "costs that it has paid"):
        assert contradiction not in words
    assert "The sum stands for these costs" in words


def test_where_the_provider_is_paid_the_sme_has_paid_nothing_itself() -> None:
    instrument = replace(a_basis("COL").instrument, payee=Party.PROVIDER)
    words = said(a_basis("COL", instrument=instrument))
    assert "to the account of the service provider" in words
    assert "costs that it has paid itself" not in words


def test_vat_and_own_work_stand_as_the_instrument_says() -> None:
    grant = Grant(GrantKind.REAL_COST, EUR("4000"), Decimal("0.5"), own_work=Decimal("0.2"), pays_vat=False)
    words = said(a_basis("INS", instrument=replace(a_basis("INS").instrument, grant=grant)))
    assert "VAT is not paid: the SME bears it." in words
    assert "VAT counts" not in words
    assert "at most 20.0 % of the costs" in words


@pytest.mark.parametrize(
    ("code", "signed_by", "part"),
    [
        ("COL", (Party.SME, Party.PROVIDER), "the SME and the provider sign the report by name"),
        ("COL", (Party.PROVIDER,), "the provider signs the report by name; it is sent a link"),
        ("INS", (Party.SME,), "and signs it by name before the claim is sent"),
        ("MG", (), ""),
    ],
)
def test_the_parties_know_who_signs_the_report(code: str, signed_by: tuple[Party, ...], part: str) -> None:
    asked = a_basis(code).instrument
    words = said(a_basis(code, instrument=replace(asked, claim=replace(asked.claim, signed_by=signed_by))))
    assert part in words
    assert ("by name" in words) is bool(signed_by)


def test_a_rate_is_named() -> None:
    instrument = replace(a_basis("INS").instrument, grant=Grant(GrantKind.REAL_COST, EUR("4000"), Decimal("0.7")))
    assert "70.0 %" in said(a_basis("INS", instrument=instrument))


def test_terms_read_back_as_they_were_written() -> None:
    written = json.loads(json.dumps(terms.write_terms(a_basis("COL"), WORDING)))
    sections = terms.read_sections(written)
    assert len(sections) == 9
    assert sections[0].facts[0] == ("SME (beneficiary)", "BioWave SRL, BE0403170701, Rue du Parc 12, 4000 Liège")
    assert written["data"]["amount_cents"] == 31840
