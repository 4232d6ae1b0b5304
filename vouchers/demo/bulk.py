"""The bulk of a large demo: what `demo load --applications N` needs beyond the first hundred.

Real steps cost some milliseconds each; ten thousand applications are therefore written as rows. They are the rows that
the real steps leave: subjects, answers, files, submissions with their hash, findings, and for each step its event with
the salted hash of what changed. No money moves, and no letters are written (nobody reads mail at `bulk.example`).
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Answer, Application, Submission
from vouchers.applications.rules import content as contents
from vouchers.applications.rules.asking import asked_questions, keep
from vouchers.applications.rules.content import AttachedFile, Content, form_digest, number_prefix, sha256_of
from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.money import Money
from vouchers.core.numbering import next_numbers
from vouchers.demo import bulk_plan
from vouchers.demo.bulk_papers import Declarations, attach
from vouchers.demo.bulk_pen import Pen, Row
from vouchers.demo.bulk_plan import BULK_DOMAIN, MIX, Company, Goal, Mix, Wish
from vouchers.demo.files import a_pdf
from vouchers.documents.actions import KeptFile
from vouchers.eligibility.rules.facts import Company as CompanyFacts
from vouchers.eligibility.rules.facts import Facts, Partner, Place, Terms, Vouchers
from vouchers.eligibility.rules.formal import read_all
from vouchers.eligibility.rules.terms import terms_for
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.models import Finding
from vouchers.evaluation.queries.checks import money_of
from vouchers.evaluation.rules.findings import Settled, settle
from vouchers.organisations.lifecycle import MEMBERSHIP, ORGANISATION
from vouchers.organisations.models import Membership, Organisation
from vouchers.organisations.states import MemberRole
from vouchers.programmes.models import Call, Instrument, Programme
from vouchers.regions.models import Region
from vouchers.regions.queries import list_regions
from vouchers.users.lifecycle import USER
from vouchers.users.models import RoleGrant, User
from vouchers.users.states import GrantState, Role

AT_ONCE = 1_000
"""Applications (or companies) that are held in memory before they are written."""
HANDED_IN = frozenset({Goal.SUBMITTED, Goal.WITHDRAWN, Goal.INELIGIBLE, Goal.ELIGIBLE})
CHECKED = frozenset({Goal.INELIGIBLE, Goal.ELIGIBLE})
ADDRESS = ("name", "country", "vat_number", "register_number", "street", "building", "post_code", "town", "website")


def build_in_bulk(call: Call, count: int, *, seed: int, until: datetime, mix: Mix = MIX) -> int:
    """Add `count` applications of invented companies to a call, as if they had come since it opened.

    Args:
        until: the present; nothing happened later, and the activities asked for begin after it.
        mix: how many of a hundred go how far.

    Returns:
        How many were added: all of them, or none where anything fails.
    """
    if not call.opens_at < until:
        raise ValueError("the call is not open yet, so nobody can have applied")
    if count < 1:
        return 0
    with unit_of_work():
        chance = random.Random(f"{seed}/{call.code}/{count}")  # noqa: S311 - invented people, not secrets
        office = _office(call)
        regions = [(region.code, region.country) for region in office.regions.values()]
        companies = bulk_plan.found_companies(-(-count * 2 // 3), regions, chance)
        offered = [code for code in call.plan.instruments if code in office.instruments]
        pen, window = Pen(seed), bulk_plan.Window(call.opens_at, call.closes_at, until)
        wishes = bulk_plan.make_wishes(count, companies, offered, window, mix=mix, chance=chance)
        _Clerk(office, pen, chance, until, Declarations(pen, office.declaration)).write_all(companies, wishes)
    return count


@dataclass(frozen=True, slots=True)
class _Office:
    """What the applications refer to, read inside the unit of work."""

    call: Call
    regions: Mapping[str, Region]
    instruments: Mapping[str, Instrument]
    managers: Mapping[str, int]
    """A cluster manager's id by region; without one nothing there is checked."""
    files: Mapping[str, KeptFile]
    """One real file for each document that is asked for; many rows share its bytes."""
    declaration: KeptFile
    """The same for the declarations of aid."""
    terms: Mapping[tuple[str, str], Terms]
    """By instrument and region."""


def _office(call: Call) -> _Office:
    whole = joinedload(Call.programme).selectinload(Programme.instruments)
    call = db.session.scalars(select(Call).where(Call.id == call.id).options(whole)).one()
    instruments = {one.code: one for one in call.programme.instruments}
    regions = {region.code: region for region in list_regions() if region.code in call.plan.regions}
    managers = select(RoleGrant).where(RoleGrant.role == Role.CLUSTER_MANAGER, RoleGrant.state == GrantState.GRANTED)
    grants = db.session.scalars(managers.order_by(RoleGrant.id.desc())).all()
    programme = call.programme.code
    asked = {one.code: str(one.name) for each in instruments.values() for one in each.plan.application_documents}
    return _Office(
        call,
        regions,
        instruments,
        {code: grant.user_id for code in regions for grant in grants if grant.covers(f"{programme}/{code}")},
        {code: a_pdf(name, f"{code}.pdf") for code, name in asked.items()},
        a_pdf("Declaration of de minimis aid received", "aid-declaration.pdf"),
        {
            (code, region): terms_for(call.programme.plan.rules, call.plan, each.plan, region)
            for code, each in instruments.items()
            for region in regions
        },
    )


@dataclass(slots=True)
class _Clerk:
    """Writes the steps of one application after the other."""

    office: _Office
    pen: Pen
    chance: random.Random
    until: datetime
    declarations: Declarations
    companies: dict[int, tuple[Row, Row]] = field(default_factory=dict)
    """Organisation and owner by the company's number."""
    receipts: dict[int, str] = field(default_factory=dict)
    """Receipt number by the wish's number: in the order of submission."""
    first_handed_in: dict[int, datetime] = field(default_factory=dict)
    """When a company first handed in, by its number: it declares its aid then."""

    def write_all(self, companies: list[Company], wishes: list[Wish]) -> None:
        """All companies first, then the applications in the order in which they were started."""
        first = {wish.company.number: wish.started_at for wish in reversed(wishes)}
        for number, company in enumerate(companies, 1):
            self._found(company, first[company.number] - timedelta(hours=3))
            if number % AT_ONCE == 0:
                self.pen.write()
        self.pen.write()
        prefix, zone = number_prefix(self.office.call.programme.code), self.office.call.time_zone
        references = _numbered(prefix, zone, [wish.started_at for wish in wishes], digits=4)
        handed_in = sorted(
            (wish for wish in wishes if wish.goal in HANDED_IN), key=lambda wish: (wish.submitted_at, wish.number)
        )
        receipts = _numbered(f"R-{prefix}", zone, [wish.submitted_at for wish in handed_in], digits=6)
        self.first_handed_in = {wish.company.number: wish.submitted_at for wish in reversed(handed_in)}
        self.receipts = {wish.number: number for wish, number in zip(handed_in, receipts, strict=True)}
        for number, (wish, reference) in enumerate(zip(wishes, references, strict=True), 1):
            self._apply(wish, reference)
            if number % AT_ONCE == 0:
                self.pen.write()
        self.pen.write()

    # --- a company ----------------------------------------------------------------------------------------------------

    def _found(self, company: Company, at: datetime) -> None:
        region = self.office.regions[company.region]
        user = self.pen.add(
            User,
            name=company.owner,
            language="en",
            time_zone=region.time_zone,
            password_hash=None,
            totp_secret=None,
            totp_last_step=None,
            failed_attempts=0,
            locked_until=None,
            created_at=at,
        )
        user["email"] = f"{company.address}.{user['id']}@{BULK_DOMAIN}"
        self.pen.record(USER.sign_up, user, scope="-/-", by=None, at=at)
        self.pen.record(USER.confirm, user, scope="-/-", by=user["id"], at=at + timedelta(minutes=4))
        organisation = self.pen.add(
            Organisation,
            region_id=region.id,
            name=company.name,
            country=region.country,
            vat_number="",
            name_refusal="",
            street=company.street,
            building=company.building,
            post_code=company.post_code,
            town=company.town,
            website="",
            is_person=False,
            created_at=at + timedelta(minutes=9),
        )
        organisation["register_number"] = f"{region.country}-{40_000_000 + organisation['id']}"
        membership = self.pen.add(
            Membership,
            organisation_id=organisation["id"],
            user_id=user["id"],
            email=user["email"],
            role=MemberRole.OWNER,
            invited_at=organisation["created_at"],
        )
        signed: Row = {"scope": f"-/{region.code}", "by": user["id"], "at": organisation["created_at"]}
        unit = self.pen.record(MEMBERSHIP.found, membership, **signed)
        self.pen.record(ORGANISATION.found, organisation, unit=unit, **signed)
        self.companies[company.number] = organisation, user

    # --- an application -----------------------------------------------------------------------------------------------

    def _apply(self, wish: Wish, reference: str) -> None:
        organisation, owner = self.companies[wish.company.number]
        instrument = self.office.instruments[wish.instrument]
        application = self.pen.add(
            Application,
            reference=reference,
            call_id=self.office.call.id,
            instrument_id=instrument.id,
            region_id=organisation["region_id"],
            organisation_id=organisation["id"],
            started_by_id=owner["id"],
            started_at=wish.started_at,
            title="",
            requested_cents=None,
            currency=instrument.plan.grant.cap.currency,
            submitted_at=None,
            decided_at=None,
            awarded_cents=None,
            score=None,
            is_told=True,
            recused_ids=[],
            officer_id=None,
        )
        scope = f"{self.office.call.programme.code}/{wish.company.region}"
        signed: Row = {"scope": scope, "by": owner["id"]}
        self.pen.record(APPLICATION.start, application, at=wish.started_at, **signed)
        answers = self._answer(wish, instrument, application, signed)
        files = [] if wish.goal == Goal.BEGUN else self._attach(wish, instrument, application, signed)
        if wish.goal not in HANDED_IN:
            return
        received, region = money_of(answers.get("de_minimis_received")), self.office.regions[wish.company.region]
        handed_in_at = self.first_handed_in[wish.company.number]
        self.declarations.sign(organisation, owner, received, region=region, at=handed_in_at)
        changed = {"submitted_at": wish.submitted_at}
        content = self._content(wish, application, answers, files)
        named = [("application", "submission", sha256_of(content))]
        unit = self.pen.record(APPLICATION.submit, application, changed, at=wish.submitted_at, contents=named, **signed)
        self.declarations.keep(application, scope=scope, unit=unit, at=wish.submitted_at)
        self.pen.add(
            Submission,
            application_id=application["id"],
            receipt_number=self.receipts[wish.number],
            content=content,
            sha256=sha256_of(content),
            submitted_at=wish.submitted_at,
            submitted_by_id=owner["id"],
        )
        if wish.goal == Goal.WITHDRAWN:
            why = self.chance.choice(bulk_plan.WITHDRAWN_BECAUSE)
            self.pen.record(APPLICATION.withdraw, application, at=wish.settled_at, why=why, **signed)
        elif wish.goal in CHECKED and wish.company.region in self.office.managers:
            self._check(wish, application, answers, files, scope)

    def _answer(self, wish: Wish, instrument: Instrument, application: Row, signed: Row) -> Row:
        typed = bulk_plan.answers_of(wish, instrument.plan, until=self.until, chance=self.chance)
        if wish.goal == Goal.BEGUN:
            typed = bulk_plan.only_few(typed)
        questions = asked_questions(self.office.call.plan.form, instrument.code)
        answers = {q.code: keep(q, typed[q.code]) for q in questions if q.code in typed}
        for code, value in answers.items():
            self.pen.add(
                Answer,
                application_id=application["id"],
                question=code,
                value=value,
                revision=1,
                saved_at=wish.answered_at,
                saved_by_id=signed["by"],
            )
        requested = money_of(answers.get("requested_amount"))
        changed = {"title": answers.get("title", ""), "requested_cents": requested.cents if requested else None}
        self.pen.record(APPLICATION.save_answers, application, changed, at=wish.answered_at, **signed)
        return answers

    def _attach(self, wish: Wish, instrument: Instrument, application: Row, signed: Row) -> list[Row]:
        files = []
        for asked in instrument.plan.application_documents:
            if not asked.is_required:
                continue
            kept, at = self.office.files[asked.code], wish.answered_at
            named = [("application", asked.code, kept.sha256)]
            step_id = self.pen.record(APPLICATION.attach, application, at=at, contents=named, **signed)
            to = ("application", application["id"])
            files.append(attach(self.pen, kept, asked.code, to=to, step_id=step_id, by=signed["by"], at=at))
        return files

    def _content(self, wish: Wish, application: Row, answers: Row, files: list[Row]) -> str:
        call, (organisation, owner) = self.office.call, self.companies[wish.company.number]
        questions = asked_questions(call.plan.form, wish.instrument)
        return Content(
            reference=application["reference"],
            programme=call.programme.code,
            call=call.code,
            call_digest=call.digest,
            form=call.plan.form.code,
            form_digest=form_digest(call.digest, call.plan.form),
            instrument=wish.instrument,
            region=wish.company.region,
            organisation={column: organisation[column] for column in ADDRESS},
            answers={question.code: answers.get(question.code) for question in questions},
            documents=[
                AttachedFile(*(one[name] for name in ("id", "purpose", "filename", "media_type", "size", "sha256")))
                for one in files
            ],
            declaration=contents.declaration().source,
            submitted_at=wish.submitted_at.isoformat(),
            submitted_by=owner["name"],
        ).as_text()

    # --- its check ----------------------------------------------------------------------------------------------------

    def _check(self, wish: Wish, application: Row, answers: Row, files: list[Row], scope: str) -> None:
        """The rules of the formal check read the facts; where one of them is not clear, the check is left open."""
        readings = read_all(self._facts(wish, answers, files))
        if any(reading.outcome not in {Outcome.MET, Outcome.NOT_MET} for reading in readings):
            return
        settled = settle(readings, {})
        grounds = [str(one.reading.rule.name.source) for one in settled if one.outcome == Outcome.NOT_MET]
        signed: Row = {"scope": scope, "by": self.office.managers[wish.company.region], "at": wish.settled_at}
        if wish.number % 4:
            self.pen.record(APPLICATION.take_over, application, {"officer_id": signed["by"]}, **signed)
        if grounds:
            decided = {"decided_at": wish.settled_at}
            self.pen.record(APPLICATION.find_ineligible, application, decided, why="; ".join(grounds), **signed)
        else:
            self.pen.record(APPLICATION.find_eligible, application, **signed)
        for one in settled:
            self._find(application, one, signed)

    def _find(self, application: Row, one: Settled, signed: Row) -> None:
        self.pen.add(
            Finding,
            application_id=application["id"],
            rule=one.reading.rule.code,
            outcome=one.outcome,
            evidence=one.evidence.source,
            reason="",
            found_at=signed["at"],
            found_by_id=signed["by"],
        )

    def _facts(self, wish: Wish, answers: Row, files: list[Row]) -> Facts:
        organisation, owner = self.companies[wish.company.number]
        region = self.office.regions[wish.company.region]
        return Facts(
            company=CompanyFacts(
                name=organisation["name"],
                headcount=int(answers["headcount"]) if "headcount" in answers else None,
                turnover=money_of(answers.get("turnover")),
                balance_sheet=money_of(answers.get("balance_sheet")),
                de_minimis_received=money_of(answers.get("de_minimis_received")),
                member_emails=frozenset({owner["email"]}),
            ),
            partner=Partner(
                answers.get("provider_name", ""), answers.get("provider_email", ""), self._place_of(answers)
            ),
            terms=self.office.terms[wish.instrument, region.code],
            vouchers=Vouchers(),
            region=Place(region.code, region.name, region.country),
            instrument=wish.instrument,
            submitted_at=wish.submitted_at,
            today=day_in(region.time_zone, wish.settled_at),
            requested=_requested(answers),
            activity_start=_day(answers.get("activity_start")),
            activity_end=_day(answers.get("activity_end")),
            documents=frozenset(one["purpose"] for one in files),
            aid=self.declarations.read(organisation, country=region.country),
        )

    def _place_of(self, answers: Row) -> Place | None:
        region = self.office.regions.get(answers.get("provider_region", ""))
        return Place(region.code, region.name, region.country) if region else None


def _requested(answers: Row) -> Money | None:
    return money_of(answers.get("requested_amount"))


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _numbered(prefix: str, zone: str, moments: list[datetime], *, digits: int) -> list[str]:
    """A number for each of these moments, in their order, as `core.numbering.numbered` writes them."""
    years = [day_in(zone, moment).year for moment in moments]
    left = {year: iter(next_numbers(f"{prefix}-{year}", years.count(year))) for year in sorted(set(years))}
    return [f"{prefix}-{year}-{next(left[year]):0{digits}d}" for year in years]
