"""The auditor of the demo: a mandate, a sample with results, and findings that the regions answer."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from vouchers.audits.actions import findings, samples
from vouchers.audits.actions.findings import Point
from vouchers.audits.actions.mandates import Terms, give_mandate
from vouchers.audits.jobs import draw_sample
from vouchers.audits.models import Mandate, SampleUnit
from vouchers.audits.queries import populations
from vouchers.audits.queries.findings import get_finding
from vouchers.audits.queries.mandates import get_mandate
from vouchers.audits.queries.samples import get_sample, get_unit, list_all_units
from vouchers.audits.rules.parameters import Parameters
from vouchers.audits.states import Basis, ErrorKind, Method, Selection, Severity, StrataBy
from vouchers.core.money import Money
from vouchers.demo import people
from vouchers.demo.settling import Settled, accept_mailed
from vouchers.packs.actions import ask_pack
from vouchers.packs.rules import cover_of_mandate
from vouchers.programmes.models import Call
from vouchers.reports.queries.voucher import get_voucher
from vouchers.users.queries import get_user
from vouchers.users.states import Role

MISSING = "The boarding pass of the return journey is not in the file. Please send it, or agree to the cut."
CLAUSE = "The agreement does not name the day until which documents are kept. Please amend the template of the region."
ANSWER = "The beneficiary has sent it; it is attached to the claim."


def audit(call: Call, settled: Settled, *, at: datetime) -> None:
    """The programme's auditor has a mandate over the accounting year, draws a sample, and finds two things."""
    first = date(at.year if at.month >= 7 else at.year - 1, 7, 1)
    terms = Terms(
        (),
        f"Audit of operations, accounting year {first.year}/{first.year + 1}",
        min(first, call.opens_at.date()),
        date(first.year + 1, 6, 30),
        at + timedelta(days=240),
    )
    coordinator = settled.staff[Role.COORDINATOR]
    person = people.AUDITOR
    begun = give_mandate(call.programme, person.email, person.name, terms, by=coordinator, at=at)
    accept_mailed(person, at=at)
    mandate = get_mandate(begun.id)
    basis = next((one for one in Basis if populations.list_strata(mandate, one, StrataBy.NONE)), None)
    if basis is None:
        return
    units = _sample(mandate, basis, at=at)
    _find(mandate, units[0], settled, at=at)
    _plan_by_size(mandate, basis, at=at)
    auditor = get_user(mandate.auditor_id)
    ask_pack(get_mandate(mandate.id), cover_of_mandate(mandate), since=None, language="en", by=auditor, at=at)


def _sample(mandate: Mandate, basis: Basis, *, at: datetime) -> list[SampleUnit]:
    """A tenth of the vouchers at least, by size; all but one have their result."""
    auditor = get_user(mandate.auditor_id)
    wanted = Parameters(Method.NON_STATISTICAL, Selection.SYSTEMATIC, at_least=8)
    planned = samples.plan_sample(mandate, basis, wanted, "2026 demonstration", by=auditor, at=at)
    samples.order_sample(planned, by=auditor, at=at)
    draw_sample(sample_id=planned.id, at=at)
    units = list_all_units(get_sample(planned.id))
    for number, unit in enumerate(units[:-1] or units):
        error = Money(unit.cents // 50 if number == 0 else 0, unit.currency)
        note = "Boarding pass of the return journey missing." if number == 0 else ""
        samples.enter_result(get_unit(unit.id), error, ErrorKind.RANDOM, note, by=auditor, at=at)
    return units


def _plan_by_size(mandate: Mandate, basis: Basis, *, at: datetime) -> None:
    """A statistical sample by monetary units, drawn, without results."""
    auditor = get_user(mandate.auditor_id)
    wanted = Parameters(
        Method.MUS_STANDARD, Selection.SYSTEMATIC, anticipated=Decimal("0.002"), deviation=Decimal("0.03")
    )
    planned = samples.plan_sample(mandate, basis, wanted, "2026 by monetary units", by=auditor, at=at)
    samples.order_sample(planned, by=auditor, at=at)
    draw_sample(sample_id=planned.id, at=at)


def _find(mandate: Mandate, unit: SampleUnit, settled: Settled, *, at: datetime) -> None:
    """One finding that the region has answered, and one that waits."""
    auditor, reply_by = get_user(mandate.auditor_id), at.date() + timedelta(days=30)
    application = get_voucher(unit.reference)
    region = application.region
    officer = settled.officers[region.code]
    cost = Money(unit.cents // 50, unit.currency)
    found = Point(region, application, "Evidence of the return journey is missing", Severity.MEDIUM, cost, MISSING)
    made = findings.issue_finding(get_mandate(mandate.id), found, reply_by, by=auditor, at=at)
    findings.reply_finding(get_finding(made.id), ANSWER, by=officer, at=at)
    nothing = Money(0, unit.currency)
    gap = Point(get_voucher(unit.reference).region, None, "Keep-until day missing", Severity.LOW, nothing, CLAUSE)
    findings.issue_finding(get_mandate(mandate.id), gap, reply_by, by=get_user(mandate.auditor_id), at=at)
