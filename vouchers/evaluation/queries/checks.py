"""What the formal check needs to know of an application, and what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_submission
from vouchers.applications.queries.versions import list_submissions
from vouchers.applications.rules.content import Content, read_content
from vouchers.applications.states import ApplicationState
from vouchers.core.clock import add_months, day_in
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.eligibility import queries as papers
from vouchers.eligibility.models import AidDeclaration, OwnershipStatement
from vouchers.eligibility.rules.facts import AidReceived, Company, Evaluator, Facts, Partner, Place, Terms, Vouchers
from vouchers.eligibility.rules.likeness import is_same_organisation
from vouchers.eligibility.rules.papers import OWN, read_controlled, read_entries, read_status, with_own_grants
from vouchers.eligibility.rules.sectors import ensure_nace
from vouchers.eligibility.rules.size import SizeRange
from vouchers.eligibility.rules.sme import Status, Why
from vouchers.eligibility.rules.terms import sizes_of, terms_for
from vouchers.enquiries.models import Clarification
from vouchers.enquiries.queries import find_open_clarification
from vouchers.evaluation.models import Assignment, Finding
from vouchers.evaluation.queries.chosen import NAMED, chosen_in
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.organisations.states import MembershipState
from vouchers.pools.queries import list_admitted
from vouchers.programmes.models import Call
from vouchers.programmes.rules.form_plan import Form
from vouchers.programmes.rules.instrument_plan import ProviderRule
from vouchers.programmes.rules.plan import StateAid
from vouchers.providers.queries import list_names, map_linked_names
from vouchers.providers.states import LISTED, ProviderState
from vouchers.regions.queries import list_regions
from vouchers.users.models import User

_S, _E = ApplicationState, AssignmentState
GRANTED = frozenset({_S.AWARDED, _S.AGREED, _S.COMPLETED})
RUNNING = frozenset({_S.AWARDED, _S.AGREED})
PENDING = frozenset({_S.SUBMITTED, _S.ELIGIBLE, _S.IN_EVALUATION, _S.EVALUATED, _S.RESERVED})


def list_findings(application_id: int) -> list[Finding]:
    """What the closed check says, rule by rule."""
    return list(
        db.session.scalars(select(Finding).where(Finding.application_id == application_id).order_by(Finding.id))
    )


@dataclass(frozen=True, slots=True)
class Asked:
    """What the applicant is asked beside a check, and which version of its answers was read."""

    awaited: Clarification | None
    version_read: int
    version_now: int


def find_asked(application_id: int, read_at: datetime | None = None) -> Asked:
    """The clarification that is awaited, with the newest version and the one that was read then; without a moment now.

    Two queries.
    """
    versions = list_submissions(application_id)
    read = [one for one in versions if read_at is None or one.submitted_at <= read_at]
    return Asked(find_open_clarification(application_id), len(read), len(versions))


def get_content(application_id: int) -> Content:
    """What was submitted last. Raises `NotFound` for a draft."""
    return read_content(get_submission(application_id).content)


def gather_facts(application: Application, *, at: datetime) -> Facts:
    """All that the formal rules are told, as of this moment."""
    content = get_content(application.id)
    answers = content.answers
    places = {region.code: Place(region.code, region.name, region.country) for region in list_regions()}
    partner_region = str(answers.get("provider_region") or "")
    organisation = application.organisation
    assert application.submitted_at is not None
    statement, declaration = papers.find_in_force(organisation.id)
    company = company_of(application, answers, statement)
    beside = list_others(application)
    name, email, others = partner_in(application.call.plan.form, answers)
    return Facts(
        company=company,
        partner=Partner(
            name=name,
            email=email,
            others=others,
            place=places.get(partner_region, Place(partner_region, partner_region, "")) if partner_region else None,
            evaluators=list_evaluators(application.call_id),
            directory=_directory_of(application, at),
        ),
        terms=terms_of(application, company),
        vouchers=count_vouchers(application, beside, at=at),
        region=places[application.region.code],
        instrument=application.instrument.code,
        submitted_at=application.submitted_at,
        today=day_in(application.region.time_zone, at),
        requested=application.requested,
        activity_start=_day(answers.get("activity_start")),
        activity_end=_day(answers.get("activity_end")),
        documents=frozenset(document.purpose for document in content.documents),
        aid=gather_aid(application, beside, statement, declaration),
        external_cost=money_of(answers.get("external_cost")),
        own_work_cost=money_of(answers.get("own_work_cost")),
    )


def partner_in(form: Form, answers: Mapping[str, Any]) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    """Name and address of the provider that the answers name, and of everybody else whom they choose."""
    name, email = (str(answers.get(code) or "") if isinstance(answers.get(code), str) else "" for code in NAMED)
    chosen = [(body.name, body.email) for body in chosen_in(form, answers)]
    return name, email, tuple(one for one in chosen if one != (name, email))


def company_of(application: Application, answers: Mapping[str, Any], statement: OwnershipStatement | None) -> Company:
    """The applicant by its answers, and by its statement of ownership where there is one."""
    status = read_status(statement.content) if statement else None
    return Company(
        name=application.organisation.name,
        headcount=_whole(answers.get("headcount")),
        turnover=money_of(answers.get("turnover")),
        balance_sheet=money_of(answers.get("balance_sheet")),
        de_minimis_received=money_of(answers.get("de_minimis_received")),
        member_emails=emails_of(application),
        nace=_nace((statement and statement.content["nace"]) or answers.get("nace")),
        status=status,
        linked_names=frozenset(_linked_names(status)),
    )


def _linked_names(status: Status | None) -> list[str]:
    lines = status.last.lines if status else ()
    return [line.firm.label for line in lines if line.why is Why.LINKED]


class Other(NamedTuple):
    """Another application of the same applicant in the same programme."""

    state: ApplicationState
    call_id: int
    instrument_id: int
    awarded_cents: int | None
    decided_at: datetime | None


def list_others(application: Application) -> list[Other]:
    """The applicant's other applications in the programme, whatever became of them; one query."""
    columns = (Application.state, Application.call_id, Application.instrument_id)
    rows = db.session.execute(
        select(*columns, Application.awarded_cents, Application.decided_at)
        .join(Application.call)
        .where(Application.organisation_id == application.organisation_id, Application.id != application.id)
        .where(Call.programme_id == application.call.programme_id)
    )
    return [Other(*row) for row in rows]


def gather_aid(
    application: Application,
    others: Sequence[Other],
    statement: OwnershipStatement | None,
    declaration: AidDeclaration | None,
) -> AidReceived:
    """What the applicant has declared, and what this office has granted it beside this application."""
    granted = papers.list_granted(application.organisation_id, apart_from=application.id)
    content = declaration.content if declaration else {"members": [], "entries": []}
    members = frozenset(content["members"]) | {OWN}
    controlled = read_controlled(statement.content) if statement else []
    return AidReceived(
        member_state=application.region.country,
        is_signed=declaration is not None,
        entries=with_own_grants(read_entries(content), granted),
        members=members,
        left_out=tuple(name for name in controlled if not any(is_same_organisation(name, one) for one in members)),
        in_programme=Money(sum(one.awarded_cents or 0 for one in others if one.state in GRANTED), application.currency),
    )


_MAY_BE_NAMED = {ProviderRule.REGISTERED: LISTED, ProviderRule.ACCREDITED: (ProviderState.ACCREDITED,)}
"""In which state a provider must be where the instrument does not leave the choice free."""


def _directory_of(application: Application, at: datetime) -> frozenset[str]:
    if (admitted := list_pool_of(application, at=at)) is not None:
        return admitted
    states = _MAY_BE_NAMED.get(application.instrument.plan.provider, ())
    return frozenset(list_names(application.call.programme.code, states) if states else ())


def list_pool_of(application: Application, *, at: datetime, with_employers: bool = False) -> frozenset[str] | None:
    """The names with which the application's voucher may be spent today; None: its call names no pool."""
    call, day = application.call, day_in(application.region.time_zone, at)
    plan = application.instrument.plan
    return list_admitted(call.plan, plan, call.programme.code, day, with_employers=with_employers)


def list_evaluators(call_id: int) -> tuple[Evaluator, ...]:
    """The experts who mark, or marked, in a call."""
    rows = db.session.execute(
        select(User.id, User.name, User.email, Expert.employer, Expert.programme_code)
        .distinct()
        .join(Expert, Expert.user_id == User.id)
        .join(Assignment, Assignment.expert_id == Expert.id)
        .join(Application, Application.id == Assignment.application_id)
        .where(Application.call_id == call_id)
        .where(Assignment.state.in_([_E.ASSIGNED, _E.ACCEPTED, _E.SUBMITTED]))
        .order_by(User.name)
    )
    found = rows.all()
    linked = map_linked_names(found[0].programme_code, [row.id for row in found]) if found else {}
    return tuple(Evaluator(row.name, row.email, row.employer, linked.get(row.id, ())) for row in found)


def emails_of(application: Application) -> frozenset[str]:
    """The addresses of the applicant's members, in lower case."""
    members = application.organisation.memberships
    return frozenset(member.email.lower() for member in members if member.state == MembershipState.ACTIVE)


def terms_of(application: Application, company: Company | None = None) -> Terms:
    """What programme, call and instrument of an application ask for, of a company of the size that its check found.

    Before the check the figures of the company count; without any the most that a company may have.
    """
    call, rules, size = application.call, application.call.programme.plan.rules, application.size
    sizes = SizeRange(size, size) if size else sizes_of(company) if company else None
    return terms_for(rules, call.plan, application.instrument.plan, application.region.code, sizes)


def state_aid_of(application: Application) -> StateAid:
    """The rule under which the application's region grants; its own, or that of the programme."""
    return application.call.programme.plan.rules.state_aid_of(application.region.code)


def count_vouchers(application: Application, others: Sequence[Other], *, at: datetime) -> Vouchers:
    """The applicant's other vouchers, as far as they count against the limits."""
    rules, per_sme = application.call.programme.plan.rules, application.instrument.plan.per_sme
    same = [other for other in others if other.instrument_id == application.instrument_id]
    here = [other for other in same if other.call_id == application.call_id]
    zone = application.region.time_zone
    lately = [
        one for one in same if one.state in GRANTED and is_within(one.decided_at, per_sme.within_months, zone, at)
    ]
    return Vouchers(
        granted_in_call=sum(other.state in GRANTED for other in here),
        pending_in_call=sum(other.state in PENDING for other in here),
        active=sum(other.state in RUNNING for other in same),
        granted_in_all=len(lately),
        granted_in_programme=sum(
            other.state in GRANTED and is_within(other.decided_at, rules.vouchers_within_months, zone, at)
            for other in others
        ),
        amount_in_all=Money(sum(other.awarded_cents or 0 for other in lately), application.currency),
    )


def is_within(moment: datetime | None, months: int | None, zone: str, at: datetime) -> bool:
    """Whether it happened in the last so many months: on 31 March one month reaches back to after 28 February."""
    return months is None or moment is None or day_in(zone, moment) > add_months(day_in(zone, at), -months)


def money_of(value: Any) -> Money | None:
    """A stored amount."""
    return Money(int(value["cents"]), str(value["currency"])) if isinstance(value, Mapping) else None


def _whole(value: Any) -> int | None:
    """A stored number of people; part of a person counts as one."""
    if value is None or isinstance(value, bool):
        return None
    text = str(value)
    whole, _point, rest = text.partition(".")
    return int(whole) + (1 if rest.strip("0") else 0)


def _nace(value: Any) -> str:
    """A stored NACE code in our spelling; what is not one reads as not stated."""
    try:
        return ensure_nace(str(value or ""))
    except RuleBroken:
        return ""


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) and value else None
