"""One application's way through the office, in the demo: every step is the real action, at its own moment.

`Walker.walk` is a generator: it yields the moment of its next step and goes on when the demo's time has come there, so
that the steps of all applications happen in the order of time, as they would.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from vouchers.agreements.actions import accepting, ending, issuing
from vouchers.agreements.actions.issuing import Asked
from vouchers.agreements.policy import ProviderContact
from vouchers.agreements.queries import bounds_of, get_agreement
from vouchers.applications.actions import drafting, submitting
from vouchers.applications.actions.handling import take_over_application
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application, map_values
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.decisions.actions.deciding import award_decision, reject_decision, reserve_decision
from vouchers.demo import texts
from vouchers.demo.claiming import claim_costs
from vouchers.demo.declaring import RECEIVED, declared
from vouchers.demo.files import a_pdf
from vouchers.demo.finance.bank import Bank
from vouchers.demo.owning import stated_figures
from vouchers.demo.plan import Goal, Slot, Story
from vouchers.demo.settling import Settled, confirm_account
from vouchers.eligibility.actions import sign_aid_declaration
from vouchers.eligibility.queries import find_declaration, find_statement
from vouchers.eligibility.rules.papers import read_controlled
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.actions import assignments, checks
from vouchers.evaluation.actions.assignments import Sheet
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.evaluation.queries.checks import money_of
from vouchers.evaluation.rules.findings import Verdict
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Instrument
from vouchers.users.models import User


@dataclass(slots=True)
class Walker:
    """Whoever acts, and the demo's dice."""

    call: Call
    instruments: dict[str, Instrument]
    settled: Settled
    chance: random.Random
    bank: Bank | None = None
    """Of the region whose bank sends statements."""
    agreements: dict[Story, int] = field(default_factory=dict)
    owners: dict[Story, User] = field(default_factory=dict)
    to_pay: dict[str, list[int]] = field(default_factory=dict)
    """Claims that were authorised and shall be paid, by region."""
    received: dict[int, int] = field(default_factory=dict)
    """Aid in euros that each organisation has received."""

    def walk(self, slot: Slot, region: str, organisation: Organisation, owner: User) -> Iterator[datetime]:
        """All steps up to the slot's goal."""
        at = slot.begins_at
        yield at
        application = self._draft(slot, region, organisation, owner, at)
        if slot.goal == Goal.DRAFT:
            return
        at += self._pause(1, 40)
        yield at
        self._declare_aid(application, owner, at)
        submitting.submit_application(application, by=owner, at=at)
        confirm_account(self.settled, organisation, at=at)
        manager = self.settled.managers[region]
        if slot.goal == Goal.SUBMITTED:
            return
        at += self._pause(20, 70)
        yield at
        application = get_application(application.id)
        if slot.goal == Goal.WITHDRAWN:
            submitting.withdraw_application(application, "We found the partner’s offer by ourselves.", by=owner, at=at)
            return
        if slot.goal == Goal.INELIGIBLE:
            self._fail_check(application, manager, at)
            return
        if slot.number % 4:
            take_over_application(application, by=manager, at=at)
        checks.find_eligible(application, {}, by=manager, at=at)
        if slot.goal == Goal.ELIGIBLE:
            return
        if application.instrument.plan.experts_per_application:
            yield from self._evaluate(slot, application.id, manager, at)
            at += timedelta(days=5)
        if slot.goal in (Goal.MARKING, Goal.EVALUATED):
            return
        at += self._pause(20, 50)
        yield at
        if self._decide(slot, application.id, manager, at):
            yield from self._agree(slot, application.id, owner, manager, at)

    # --- the steps ------------------------------------------------------------------------------------------------

    def _draft(self, slot: Slot, region: str, organisation: Organisation, owner: User, at: datetime) -> Application:
        instrument = self.instruments[slot.instrument]
        application = drafting.start_application(self.call, instrument, organisation, by=owner, at=at)
        application = get_application(application.id)
        given = self._answers(slot, organisation, region, at)
        if slot.goal == Goal.DRAFT and slot.number % 2:
            given = {code: given[code] for code in ("title", "headcount", "project_description") if code in given}
        drafting.save_answers(application, given, by=owner, at=at)
        for asked in instrument.plan.application_documents:
            if asked.is_required and not (slot.goal == Goal.DRAFT and slot.number % 2):
                title = f"{asked.name} - {organisation.name}"
                kept = a_pdf(title, f"{asked.code}-{slot.number}.pdf")
                drafting.attach_document(get_application(application.id), asked.code, kept, by=owner, at=at)
        return get_application(application.id)

    def _answers(self, slot: Slot, organisation: Organisation, region: str, at: datetime) -> dict[str, Any]:
        title, branch, what = texts.PROJECTS[slot.number % len(texts.PROJECTS)]
        partners = [partner for partner in texts.PARTNERS if partner[3] != region]
        partner = partners[slot.number % len(partners)]
        cap = self.instruments[slot.instrument].plan.grant.cap.cents // 100
        asked = cap if slot.number % 3 else max(cap * self.chance.randint(60, 99) // 100, 60)
        starts = at + timedelta(days=self.chance.randint(12, 18) if slot.instrument == "MG" else 40)
        ends = starts + timedelta(days=1 if slot.instrument == "MG" else 60)
        figures = stated_figures(organisation.id)
        if slot.goal == Goal.INELIGIBLE:
            figures |= {"headcount": "412"}
        return {
            **figures,
            "activity_field": branch,
            "title": title,
            "project_description": what,
            "expected_benefit": texts.BENEFIT,
            "work_plan": texts.WORK_PLAN,
            "provider_name": partner[0],
            "provider_contact": partner[1],
            "provider_email": partner[2],
            "provider_region": partner[3],
            "why_this_partner": texts.WHY_PARTNER,
            "activity_start": starts.date().isoformat(),
            "activity_end": ends.date().isoformat(),
            "requested_amount": str(asked),
            "vat_recoverable": "yes",
            "de_minimis_received": str(self.received.setdefault(organisation.id, self.chance.choice(RECEIVED))),
            "no_double_funding": "yes",
            "is_true": "yes",
        }

    def _declare_aid(self, application: Application, owner: User, at: datetime) -> None:
        """What the application says was received, declared and signed with the firms that the company states."""
        if find_declaration(application.organisation_id) is not None:
            return
        received = money_of(map_values(application.id).get("de_minimis_received"))
        statement = find_statement(application.organisation_id)
        members = read_controlled(statement.content) if statement else []
        content = declared(received, country=application.region.country, at=at, members=members)
        sign_aid_declaration(application.organisation, content, signed_name=owner.name, by=owner, at=at)

    def _fail_check(self, application: Application, manager: User, at: datetime) -> None:
        try:
            checks.find_ineligible(application, {}, by=manager, at=at)
        except RuleBroken:
            reason = "The group that the company belongs to has more than 250 people, as its accounts show."
            checks.find_ineligible(application, {"sme": Verdict(Outcome.NOT_MET, reason)}, by=manager, at=at)

    def _evaluate(self, slot: Slot, application_id: int, manager: User, at: datetime) -> Iterator[datetime]:
        wanted = get_application(application_id).instrument.plan.experts_per_application
        asked: list[tuple[int, User]] = []
        for expert in self.chance.sample(self.settled.experts, len(self.settled.experts)):
            if len(asked) < wanted:
                try:
                    one = assignments.assign_expert(get_application(application_id), expert, by=manager, at=at)
                    asked.append((one.id, expert.user))
                except RuleBroken:
                    continue  # a conflict that the office detected
        for number, (assignment_id, user) in enumerate(asked):
            moment = at + timedelta(hours=9 + 20 * number)
            yield moment
            if slot.goal == Goal.MARKING and number:
                return
            assignments.declare_no_conflict(get_assignment(assignment_id), by=user, at=moment)
            sheet = self._sheet(slot)
            moment += timedelta(hours=3)
            yield moment
            assignments.save_marks(get_assignment(assignment_id), sheet, by=user, at=moment)
            if slot.goal == Goal.MARKING and slot.number % 2:
                return
            assignments.submit_marks(get_assignment(assignment_id), sheet, by=user, at=moment + timedelta(minutes=20))

    def _sheet(self, slot: Slot) -> Sheet:
        weak = slot.goal == Goal.REJECTED
        marking = self.call.plan.marking
        assert marking is not None
        marks = {}
        for criterion in marking.criteria:
            half_points = self.chance.randint(3, 5) if weak else self.chance.randint(7, 10)
            marks[criterion.code] = {
                "mark": f"{half_points // 2}.{5 * (half_points % 2)}",
                "comment": self.chance.choice(texts.COMMENTS),
            }
        return Sheet(marks, self.chance.choice(texts.COMMENTS))

    def _decide(self, slot: Slot, application_id: int, manager: User, at: datetime) -> bool:
        """Whether a voucher was awarded."""
        application = get_application(application_id)
        if slot.goal == Goal.REJECTED:
            reason = "The marks stay below the threshold that the call published."
            reject_decision(application, reason, by=manager, at=at)
            return False
        if slot.goal == Goal.RESERVED:
            reason = (
                "A good project. The board keeps the rest of the region’s money for smaller vouchers for now, which "
                "few have asked for yet; what they leave goes to the reserve list."
            )
            reserve_decision(application, reason, by=manager, at=at)
            return False
        assert application.requested is not None
        amount: Money = application.requested
        reason = "Eligible, above all thresholds, and within the region’s money."
        award_decision(application, amount, reason, by=manager, at=at)
        return slot.goal != Goal.AWARDED

    def _agree(self, slot: Slot, application_id: int, owner: User, manager: User, at: datetime) -> Iterator[datetime]:
        at += self._pause(4, 20)
        yield at
        application = get_application(application_id)
        agreement_id = issuing.issue_agreement(application, self._asked(application), by=manager, at=at).id
        at += self._pause(10, 40)
        yield at
        agreement = get_agreement(agreement_id)
        if slot.goal == Goal.DECLINED:
            ending.decline_agreement(agreement, "We were taken over and change our plans.", by=owner, at=at)
            return
        accepting.accept_as_sme(agreement, owner.name, agreement.sha256, by=owner, at=at)
        if slot.goal == Goal.OFFERED:
            return
        at += self._pause(3, 20)
        yield at
        if party := get_agreement(agreement_id).provider_party:
            contact = ProviderContact(party.id, party.name)
            accepting.accept_as_provider(
                get_agreement(agreement_id), "Kim Partner", agreement.sha256, function="Director", by=contact, at=at
            )
        at += self._pause(2, 10)
        yield at
        accepting.accept_as_region(get_agreement(agreement_id), manager.name, agreement.sha256, by=manager, at=at)
        if slot.story is not None:
            self.agreements[slot.story], self.owners[slot.story] = agreement_id, owner
        if slot.goal != Goal.ACTIVE:
            yield from claim_costs(self, slot, agreement_id, owner, manager, at)

    def _asked(self, application: Application) -> Asked:
        bounds = bounds_of(application)
        parties = {party.value for party in application.instrument.plan.agreement_parties}
        partner = ("", "", "")
        if "provider" in parties:
            answers = {answer.question: answer.value for answer in application.answers}
            partner = (answers["provider_name"], answers["provider_contact"], answers["provider_email"])
        starts_on = bounds.usual_start
        return Asked(starts_on, bounds.last_end(starts_on), *partner)

    def _pause(self, shortest: int, longest: int) -> timedelta:
        """So many hours, and some minutes."""
        return timedelta(hours=self.chance.randint(shortest, longest), minutes=self.chance.randint(1, 59))
