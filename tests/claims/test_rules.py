"""The rules of claims, with the vectors of real schemes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.builders.programmes import IN2_FILE, plan_of
from vouchers.claims.rules import completeness, dates, grants, invoices, lapsing, naming
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.programmes.rules.grant_plan import Grant, GrantKind

VECTORS = Path(__file__).parents[1] / "vectors"
CAPS = json.loads((VECTORS / "claims_caps.json").read_text())
DEADLINES = json.loads((VECTORS / "deadlines.json").read_text())
D = date.fromisoformat


# --- what is paid -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", CAPS["grant"], ids=lambda case: case["case"])
def test_grant_of_real_schemes(case: dict[str, Any]) -> None:
    eligible, cap = EUR(case["eligible_costs_net_of_vat"]), EUR(case["cap"])
    left = EUR(case["approved"]) if case["approved"] else cap
    granted = grants.grant_for(eligible, Grant(GrantKind.REAL_COST, cap, Decimal(case["rate"])), left=left)
    assert granted == EUR(case["grant"])
    assert grants.own_share(eligible, granted) == EUR(case["sme_share"])


@pytest.mark.parametrize(
    ("kind", "eligible", "cap", "left", "paid"),
    [
        (GrantKind.REAL_COST, "318.40", "500", "500", "318.40"),
        (GrantKind.REAL_COST, "318.40", "500", "100.01", "100.01"),
        (GrantKind.REAL_COST, "0", "500", "500", "0"),
        (GrantKind.REAL_COST, "900", "500", "0", "0"),
        (GrantKind.FIXED_SUM, "12.00", "1500", "1500", "1500"),
        (GrantKind.LUMP_SUM, "0", "1500", "900", "900"),
    ],
)
def test_grant_within_cap_and_what_is_left(kind: GrantKind, eligible: str, cap: str, left: str, paid: str) -> None:
    rate = Decimal(1) if kind == GrantKind.REAL_COST else None
    assert grants.grant_for(EUR(eligible), Grant(kind, EUR(cap), rate), left=EUR(left)) == EUR(paid)


def half_own(most: str | None = "0.5", rate: str = "0.5") -> Grant:
    return Grant(GrantKind.REAL_COST, EUR("90000"), Decimal(rate), None if most is None else Decimal(most))


def test_own_work_is_at_most_its_part_of_the_base() -> None:
    case = CAPS["own_work_cap"]
    lines = [("study", EUR(case["external"])), ("own_work", EUR(case["own_cost"]))]
    sums = grants.sums_of(grants.costs_of(lines, half_own(rate=case["rate"])), half_own(), left=EUR("90000"))
    assert (sums.eligible, sums.granted) == (EUR(case["base"]), EUR(case["grant"]))
    assert sums.costs.cut == EUR("10000")
    assert "at most 50 %" in str(sums.costs.why_cut)
    assert "EUR 10,000.00 does not" in str(sums.costs.why_cut)


@pytest.mark.parametrize(
    ("own", "external", "most", "counted"),
    [
        ("100.00", "900.00", "0.5", "1000.00"),
        ("100.00", "70.00", "0.3", "100.00"),
        ("100.00", "0.01", "0.4", "0.01"),
        ("100.00", "100.00", "0", "100.00"),
        ("100.00", "0", "0.5", "0"),
        ("100.00", "0", None, "100.00"),
    ],
)
def test_own_work_is_cut_to_the_cent_and_never_without_a_reason(
    own: str, external: str, most: str | None, counted: str
) -> None:
    costs = grants.costs_of([("own_work", EUR(own)), ("travel", EUR(external))], half_own(most))
    assert costs.counted == EUR(counted)
    assert costs.cut == EUR(own) + EUR(external) - EUR(counted)
    assert (costs.why_cut is None) == (not costs.cut.cents)


def test_recoverable_vat_is_not_eligible() -> None:
    case = next(case for case in CAPS["eligibility_dates"] if "gross" in case)
    net, vat = EUR(case["gross"]) - EUR(case["vat"]), EUR(case["vat"])
    assert grants.eligible_amount(net, vat, is_vat_recoverable=True) == EUR(case["eligible_amount"])
    assert grants.eligible_amount(net, vat, is_vat_recoverable=False) == EUR(case["gross"])


@pytest.mark.parametrize(
    ("accepted", "reason", "error", "field"),
    [
        ("100.00", "", None, None),
        ("80.00", "The dinner is not a cost.", "ineligible", None),
        ("0.00", "Paid in cash.", "not_paid", None),
        ("100.01", "", None, "accepted"),
        ("-0.01", "Why not", "other", "accepted"),
        ("99.99", "", "other", "reason"),
        ("99.99", "  ", "other", "reason"),
        ("99.99", "Rounded.", None, "error"),
        ("100.00", "", "ineligible", "error"),
        ("100.00", "The dinner is not a cost.", None, "reason"),
    ],
)
def test_accepted_is_within_what_is_eligible_and_a_deduction_has_its_kind_and_a_reason(
    accepted: str, reason: str, error: str | None, field: str | None
) -> None:
    def ensure() -> None:
        grants.ensure_accepted(
            accepted=EUR(accepted),
            eligible=EUR("100.00"),
            reason=reason,
            error=error,
            amount_field="accepted",
            reason_field="reason",
            error_field="error",
        )

    if field is None:
        ensure()
        return
    with pytest.raises(RuleBroken) as refused:
        ensure()
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("reason", "error", "field"),
    [("The proof of payment", None, None), (" ", None, "reason"), ("The proof of payment", "not_paid", "error")],
)
def test_a_parked_cost_has_a_reason_and_no_error_yet(reason: str, error: str | None, field: str | None) -> None:
    if field is None:
        grants.ensure_parked_with_reason(reason, error, reason_field="reason", error_field="error")
        return
    with pytest.raises(RuleBroken) as refused:
        grants.ensure_parked_with_reason(reason, error, reason_field="reason", error_field="error")
    assert refused.value.field == field


# --- days -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", [case for case in CAPS["eligibility_dates"] if "activity_start" in case])
def test_activity_comes_after_its_approval(case: dict[str, Any]) -> None:
    if case["eligible"]:
        dates.ensure_after_approval(D(case["activity_start"]), D(case["approved"]))
        return
    with pytest.raises(RuleBroken, match=r"5 May 2026 cannot be paid.*6 May 2026") as refused:
        dates.ensure_after_approval(D(case["activity_start"]), D(case["approved"]))
    assert refused.value.field == "activity_on"


def test_activity_on_the_day_of_approval_is_refused() -> None:
    with pytest.raises(RuleBroken, match="cannot be paid"):
        dates.ensure_after_approval(D("2026-05-04"), D("2026-05-04"))
    with pytest.raises(RuleBroken, match="Enter the day"):
        dates.ensure_after_approval(None, D("2026-05-04"))


def test_invoice_outside_the_window_is_refused() -> None:
    case = next(case for case in CAPS["eligibility_dates"] if "valid" in case)
    starts_on, ends_on = map(D, case["valid"])
    dates.ensure_invoice_day(ends_on, starts_on=starts_on, ends_on=ends_on, today=D("2027-02-01"))
    with pytest.raises(RuleBroken, match="10 January 2026 to 9 January 2027"):
        dates.ensure_invoice_day(D(case["invoice"]), starts_on=starts_on, ends_on=ends_on, today=D("2027-02-01"))


@pytest.mark.parametrize(
    ("invoice_on", "is_good"),
    [
        ("2026-01-09", False),
        ("2026-01-10", True),
        ("2026-03-01", True),
        ("2026-03-02", False),  # tomorrow
    ],
)
def test_invoice_day(invoice_on: str, is_good: bool) -> None:
    window = {"starts_on": D("2026-01-10"), "ends_on": D("2027-01-09"), "today": D("2026-03-01")}
    if is_good:
        dates.ensure_invoice_day(D(invoice_on), **window)
    else:
        with pytest.raises(RuleBroken):
            dates.ensure_invoice_day(D(invoice_on), **window)


def test_activity_lies_in_the_window() -> None:
    window = {"starts_on": D("2026-01-10"), "ends_on": D("2027-01-09")}
    dates.ensure_activity_in_window(None, **window)
    dates.ensure_activity_in_window(D("2027-01-09"), **window)
    for day in ("2026-01-09", "2027-01-10"):
        with pytest.raises(RuleBroken, match="within the agreement"):
            dates.ensure_activity_in_window(D(day), **window)


def test_last_day_to_claim_counts() -> None:
    dates.ensure_in_time(D("2026-03-02"), D("2026-03-02"))
    with pytest.raises(RuleBroken, match="2 March 2026"):
        dates.ensure_in_time(D("2026-03-03"), D("2026-03-02"))


def spans(*days: tuple[str, str | None]) -> list[dates.Span]:
    return [dates.Span(D(start), D(end) if end else None) for start, end in days]


@pytest.mark.parametrize("case", DEADLINES["pay_by"])
def test_pay_by_day(case: dict[str, Any]) -> None:
    stops = spans(*(tuple(stop.values()) if isinstance(stop, dict) else tuple(stop) for stop in case["clock_stops"]))
    assert dates.pay_by_day(D(case["submitted"]), stops, within_days=80) == D(case["due"])


@pytest.mark.parametrize(
    ("stops", "days"),
    [
        ((), 0),
        ((("2026-09-10", "2026-09-24"),), 14),
        ((("2026-09-10", "2026-09-10"),), 0),  # answered on the same day
        ((("2026-09-10", "2026-09-24"), ("2026-10-01", "2026-10-08")), 21),
        ((("2026-10-01", "2026-10-08"), ("2026-09-10", "2026-09-24")), 21),
        ((("2026-09-10", "2026-09-24"), ("2026-09-20", "2026-09-30")), 20),  # a day counts once
        ((("2026-09-10", "2026-09-24"), ("2026-09-12", "2026-09-14")), 14),
        ((("2026-10-24", "2026-10-26"),), 2),  # summer time ends
        ((("2026-11-01", None),), 9),  # open since then
        ((("2026-12-01", None),), 0),
    ],
)
def test_days_in_which_the_clock_stood_still_are_added(stops: tuple[tuple[str, str | None], ...], days: int) -> None:
    found = dates.days_stopped(spans(*stops), today=D("2026-11-10"))
    assert found == days
    due = dates.pay_by_day(D("2026-09-01"), spans(*stops), within_days=80, today=D("2026-11-10"))
    assert due == D("2026-11-20") + timedelta(days=days)


# --- invoices ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "is_same"),
    [
        (("Éts. Müller", "2026/17"), ("ETS MULLER", "2026 17"), True),
        (("Groß & Søn ApS", "A-1"), ("gross son aps", "a1"), True),
        (("Müller", "2026/17"), ("Müller", "2026/18"), False),
        (("Müller", "17"), ("Muller 1", "7"), False),
        (("ŁÓDŹ Lab", "№ 5"), ("Lodz lab", "No 5"), True),
        (("UK Test Ltd", "Nr. GB-1"), ("UK Test", "No GB-1"), True),
        (("UK Test Ltd", "Ref GB-1"), ("U.K. Test Limited", "Invoice no. GB-1"), True),
        (("UK Test Ltd", "N° GB-1"), ("UK TEST LTD.", "Rechnung Nr. GB 1"), True),
        (("Lab Uno", "2026/17"), ("Lab Uno S.A.", "02026/17"), True),
        (("Lab Uno S. A.", "2026/17"), ("Lab Uno BV", "Nr. 2026/17"), True),
        (("SARL Dupont", "INV118"), ("Dupont", "118"), True),
        (("Novo A/S", "7"), ("Novo ApS", "007"), True),
        (("Kowal Sp. z o.o.", "7"), ("Kowal", "Facture 7"), True),
        (("Müller GmbH & Co. KG", "7"), ("Müller und Co", "7"), True),
        # what is no more than a hint
        (("Lab Uno", "17"), ("Lab Uno Research", "17"), False),
        (("Antwerp Zoo", "17"), ("Antwerp", "17"), False),
        (("Vitamin E Ltd", "17"), ("Vitamin Ltd", "17"), False),
        (("Lab", "N-118"), ("Lab", "118"), False),
        (("Lab", "RE-118"), ("Lab", "118"), False),
        (("Lab", "Invoice 000"), ("Lab", "Ref 00"), False),
        (("Lab", "No"), ("Lab", "Nr."), False),
        (("Ltd", "5"), ("SA", "5"), False),
        (("Lab", "2026-01-11"), ("Lab", "2026-11-01"), False),
    ],
)
def test_invoice_key(first: tuple[str, str], second: tuple[str, str], is_same: bool) -> None:
    assert (invoices.invoice_key(*first) == invoices.invoice_key(*second)) == is_same


@pytest.mark.parametrize(
    ("first", "second", "is_alike"),
    [
        (("GLASGOW imaging centre ltd", "2026/1530", "5"), ("Glasgow Imaging Centre", "2026/1530", "6"), True),
        (("Medilab B.V.", "Nr. MU-118", "5"), ("Medilab", "0MU-118", "6"), True),
        (("Müller GmbH & Co. KG", "Rechnung 118", "5"), ("MULLER", "Faktura nr. 00118", "6"), True),
        (("One", "Invoice no. 7", "5"), ("Another", "Factuur 7", "5"), True),
        (("One", "Facture 7", "5"), ("Another", "7", "6"), False),
        (("One", "NL-118", "5"), ("One", "118", "5"), False),
        (("One", "1180", "5"), ("One", "118", "5"), False),
        (("Ltd", "000", "5"), ("Ltd", "0", "6"), False),
        (("Ltd", "No", "5"), ("Ltd", "no.", "6"), True),
        (("Lab", "N-118", "5"), ("Lab SA", "118", "6"), True),
        (("Lab", "RE 118", "5"), ("Lab", "Invoice 118", "6"), True),
        (("Lab", "Invoice 000", "5"), ("Lab", "Ref 000", "6"), True),
    ],
)
def test_invoices_that_a_person_should_look_at(
    first: tuple[str, str, str], second: tuple[str, str, str], is_alike: bool
) -> None:
    one, other = ((supplier, number, EUR(amount)) for supplier, number, amount in (first, second))
    assert invoices.is_alike(one, other) == invoices.is_alike(other, one) == is_alike
    assert invoices.invoice_key(*first[:2]).endswith(naming.core_of_number(first[1]))


@pytest.mark.parametrize(("supplier", "number", "field"), [("--", "1", "supplier"), ("Lab", "//", "invoice_number")])
def test_supplier_and_number_have_letters_or_figures(supplier: str, number: str, field: str) -> None:
    with pytest.raises(RuleBroken) as refused:
        invoices.ensure_named(supplier, number)
    assert refused.value.field == field


def test_own_invoice_is_refused() -> None:
    invoices.ensure_supplier_is_other("Lab", "Cellule SRL")
    with pytest.raises(RuleBroken, match="own company"):
        invoices.ensure_supplier_is_other("CELLULE s.r.l.", "Cellule SRL")


# --- what is missing --------------------------------------------------------------------------------------------------


def test_blockers_name_everything_and_where() -> None:
    plan = plan_of(IN2_FILE.read_text(encoding="utf-8"))
    instrument = next(item for item in plan.instruments if item.code == "MG")
    found = completeness.find_blockers(instrument, costs=[], documents=[], report=" ")
    assert [blocker.part for blocker in found] == ["costs", "evidence", "evidence", "report"]
    cost = completeness.Cost(7, "Thalys 12", has_evidence=False)
    found = completeness.find_blockers(instrument, costs=[cost], documents=["tickets", "report"], report="We met.")
    assert [str(blocker.sentence) for blocker in found] == ["Attach the invoice or ticket of “Thalys 12”."]
    early = completeness.Cost(8, "Thalys 13", has_evidence=True, to_come_on=date(2026, 12, 24))
    found = completeness.find_blockers(instrument, costs=[early], documents=["tickets", "report"], report="We met.")
    assert [(one.part, one.cost_id, "24 December 2026" in str(one.sentence)) for one in found] == [("costs", 8, True)]
    good = replace(cost, has_evidence=True)
    assert not completeness.find_blockers(instrument, costs=[good], documents=["tickets", "report"], report="We met.")
    lump = replace(instrument, grant=Grant(GrantKind.LUMP_SUM, EUR("1500"), None))
    assert not completeness.find_blockers(lump, costs=[], documents=["tickets", "report"], report="Done.")


@pytest.mark.parametrize(
    ("today", "told_on", "due"),
    [
        (date(2027, 5, 31), date(2027, 1, 1),  None),  # 31 days before
        (date(2027, 6, 1),  date(2027, 1, 1),  30),
        (date(2027, 6, 1),  date(2027, 6, 1),  None),  # told today, or in force since today
        (date(2027, 6, 10), date(2027, 1, 1),  21),    # the timer had stood still
        (date(2027, 6, 23), date(2027, 6, 1),  None),
        (date(2027, 6, 24), date(2027, 6, 1),  7),
        (date(2027, 6, 24), date(2027, 6, 24), None),
        (date(2027, 7, 1),  date(2027, 6, 2),  0),
        (date(2027, 7, 1),  date(2027, 6, 25), None),
        (date(2027, 7, 2),  date(2027, 1, 1),  None),  # over
    ],
)  # fmt: skip
def test_reminder_due(today, told_on, due):
    assert lapsing.reminder_due(today, date(2027, 7, 1), told_on=told_on) == due
    assert lapsing.is_over(today, date(2027, 7, 1)) is (today > date(2027, 7, 1))


def test_vat_is_at_most_half_of_the_amount_without_it() -> None:
    invoices.ensure_vat_fits(EUR("1000"), EUR("500"))
    invoices.ensure_vat_fits(EUR("1000"), EUR("0"))
    with pytest.raises(RuleBroken) as refused:
        invoices.ensure_vat_fits(EUR("1000"), EUR("500.01"))
    assert refused.value.field == "vat"
