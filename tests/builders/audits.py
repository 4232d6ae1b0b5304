"""Mandates, samples and findings, by the steps that make them. ``in2()`` must be loaded."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import select

from tests.builders.appeals import a_coordinator
from tests.builders.kept import Numbers, kept
from tests.builders.programmes import in2
from tests.builders.users import chosen_password, give_factor
from vouchers.audits.actions import findings, mandates, samples
from vouchers.audits.actions.findings import Point
from vouchers.audits.actions.mandates import Terms
from vouchers.audits.models import AuditFinding, Mandate, Sample
from vouchers.audits.queries.findings import get_finding
from vouchers.audits.queries.mandates import get_mandate
from vouchers.audits.queries.samples import get_sample
from vouchers.audits.rules.parameters import Parameters
from vouchers.audits.states import Basis, Method, Selection, Severity
from vouchers.core import clock
from vouchers.core.database import db
from vouchers.core.money import EUR
from vouchers.jobs.registry import JOBS
from vouchers.letters.models import Letter
from vouchers.users import queries as people
from vouchers.users.actions import accounts
from vouchers.users.models import User
from vouchers.users.rules.links import LinkPurpose

YEAR = (date(2026, 7, 1), date(2027, 6, 30))
"""An accounting year."""
ALL = Parameters(Method.NON_STATISTICAL, Selection.EQUAL, at_least=50)
"""A sample that takes whatever there is, of a small population."""
_numbers = Numbers()


@kept
def a_mandate(
    *regions: str,
    until: datetime | None = None,
    by: User | None = None,
    email: str | None = None,
    at: datetime | None = None,
) -> Mandate:
    """A mandate over regions of IN2LifeSciences (none: all) of an auditor with an account of their own."""
    at = at or clock.now()
    coordinator = by or a_coordinator(at=at)
    email = email or f"auditor{next(_numbers)}@audit.example"
    terms = Terms(regions, "Audit of operations 2026/2027", *YEAR, until or at + timedelta(days=200))
    is_new = people.find_user(email) is None
    made = mandates.give_mandate(in2().programme, email, "Greta Auditor", terms, by=coordinator, at=at)
    if is_new:
        _let_in(email, at)
    return get_mandate(made.id)


def _let_in(email: str, at: datetime) -> None:
    wanted = select(Letter).where(Letter.to_email == email, Letter.occasion == "users/invite")
    letter = db.session.scalars(wanted.order_by(Letter.id.desc())).first()
    assert letter is not None
    token = next(line for line in letter.body.splitlines() if line.startswith("http")).rpartition("/")[2]
    link = people.find_link(token, LinkPurpose.INVITATION)
    assert link is not None
    accounts.accept_invitation(link, chosen_password(), by=link.user, at=at)
    give_factor(people.get_user(link.user_id), at=at)


def auditor_of(mandate: Mandate) -> User:
    """The person who holds it."""
    return people.get_user(mandate.auditor_id)


@kept
def a_planned_sample(
    mandate: Mandate,
    wanted: Parameters = ALL,
    *,
    basis: Basis = Basis.PAID,
    seed: str = "a seed",
    at: datetime | None = None,
) -> Sample:
    """A sample that waits to be drawn."""
    made = samples.plan_sample(mandate, basis, wanted, seed, by=auditor_of(mandate), at=at or clock.now())
    return get_sample(made.id)


@kept
def a_drawn_sample(
    mandate: Mandate,
    wanted: Parameters = ALL,
    *,
    basis: Basis = Basis.PAID,
    seed: str = "a seed",
    at: datetime | None = None,
) -> Sample:
    """A sample whose results are to be entered."""
    at = at or clock.now()
    sample = a_planned_sample(mandate, wanted, basis=basis, seed=seed, at=at)
    samples.order_sample(sample, by=auditor_of(mandate), at=at)
    JOBS["audits.draw_sample"](sample_id=sample.id, at=at)
    return get_sample(sample.id)


@kept
def a_finding(mandate: Mandate, region: str = "BE-WAL", *, at: datetime | None = None) -> AuditFinding:
    """A finding that waits for the region's answer."""
    at = at or clock.now()
    point = Point(in2().region(region), None, "Invoices are not stamped", Severity.MEDIUM, EUR("120"), "Stamp them.")
    reply_by = at.date() + timedelta(days=30)
    made = findings.issue_finding(mandate, point, reply_by, by=auditor_of(mandate), at=at)
    return get_finding(made.id)
