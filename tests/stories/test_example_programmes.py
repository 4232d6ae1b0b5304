"""Every scheme that ships as an example, loaded from its file and run from the call to an award without any code.

What is special in a scheme stands in the heading of its file, and the tests below show that each of it has an effect.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import vouchers.programmes
from tests.builders.applications import a_file, an_organisation, declare_no_aid, owner_of
from tests.builders.deciding import decide
from tests.builders.evaluation import a_sheet
from tests.builders.experts import an_expert
from tests.builders.programmes import LoadedProgramme, a_programme, plan_of
from tests.builders.providers import a_provider
from tests.builders.users import a_member_of_staff, an_applicant
from vouchers.applications.actions import drafting, submitting
from vouchers.applications.models import Application
from vouchers.applications.queries import files as applications
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.decisions.actions import sessions
from vouchers.decisions.actions.deciding import award_decision
from vouchers.decisions.jobs import walk_queue
from vouchers.decisions.models import Decision
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.decisions.queries.sessions import get_decision_session
from vouchers.decisions.rules.sessions import Proposed
from vouchers.documents.queries import list_documents_of
from vouchers.eligibility.rules.formal import read_all
from vouchers.eligibility.states import Outcome
from vouchers.evaluation.actions.assignments import assign_expert, declare_no_conflict, submit_marks
from vouchers.evaluation.actions.checks import find_eligible
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.evaluation.queries.checks import gather_facts
from vouchers.evaluation.rules.findings import Verdict
from vouchers.programmes.rules.form_plan import Question, QuestionType
from vouchers.programmes.rules.plan import Allocation
from vouchers.users.states import Role

FOLDER = Path(vouchers.programmes.__file__).parent / "files" / "examples"
FILES = sorted(path.stem for path in FOLDER.glob("*.yaml"))
LISTED = "Institute of the Directory"
"""An accredited provider."""
SEEN = Verdict(Outcome.MET, "Seen in the accounts.")
_numbers = count(1)


class Scheme:
    """An example, loaded, an hour after its call opens; an expert of the institute in the directory is admitted."""

    def __init__(self, name: str, clock: Any) -> None:
        text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
        self.plan = plan_of(text)
        (self.call,) = self.plan.calls
        self.at = clock.stop(self.call.opens_at + timedelta(hours=1))
        self.loaded: LoadedProgramme = a_programme(text)
        self.region = self.call.regions[0]
        a_provider(self.plan.code, LISTED, is_accredited=True, at=self.at)
        self.manager = a_member_of_staff(Role.CLUSTER_MANAGER, self.plan.code, self.region, at=self.at)

    def draft(
        self, instrument: str = "", *, region: str = "", owner: Any = None, organisation: Any = None, **answers: Any
    ) -> Application:
        """An application in which everything is answered, `answers` as given."""
        wanted, region = self.loaded.instrument(instrument or self.call.instruments[0]), region or self.region
        owner = owner or an_applicant(at=self.at)
        organisation = organisation or an_organisation(owner, self.loaded.region(region), at=self.at)
        call = self.loaded.call(self.call.code)
        draft = drafting.start_application(call, wanted, organisation, by=owner, at=self.at)
        plan = self.loaded.instrument(wanted.code).plan
        given = {question.code: self.typed(question, plan) for question in self.call.form.questions} | answers
        draft = applications.get_application(draft.id)
        drafting.save_answers(draft, given, by=owner, at=self.at)
        for document in plan.application_documents:
            drafting.attach_document(
                applications.get_application(draft.id), document.code, a_file(), by=owner, at=self.at
            )
        return applications.get_application(draft.id)

    def typed(self, question: Question, plan: Any) -> Any:
        """What somebody types who has nothing to hide."""
        by_code = {
            "headcount": "12",
            "turnover": "900000",
            "balance_sheet": "500000",
            "de_minimis_received": "0",
            "requested_amount": plan.grant.cap.plain,
            "activity_start": (self.call.closes_at + timedelta(days=120)).date().isoformat(),
            "provider_name": LISTED,
            "provider_region": self.call.regions[-1],
            "external_cost": "20000",
            "own_work_cost": "5000",
        }
        if question.code in by_code:
            return by_code[question.code]
        match question.type:
            case QuestionType.CHOICE:
                return question.options[0].code
            case QuestionType.CHOICES:
                return [question.options[0].code]
            case QuestionType.YES_NO | QuestionType.DECLARATION:
                return "yes"
            case QuestionType.EMAIL:
                return f"jan@lab{next(_numbers)}.example"
            case QuestionType.NUMBER | QuestionType.MONEY:
                return "10"
            case QuestionType.TABLE:
                return [{column.code: f"Company {row}" for column in question.columns} for row in range(2)]
            case _:
                return "We test our assay with the partner."

    def submitted(self, instrument: str = "", **how: Any) -> Application:
        """Handed in."""
        draft = self.draft(instrument, **how)
        declare_no_aid(draft.organisation, by=owner_of(draft), at=self.at)
        submitting.submit_application(draft, by=owner_of(draft), at=self.at)
        return applications.get_application(draft.id)

    def decided(self, application: Application, marks: str = "4", at: datetime | None = None) -> Application:
        """As the call says: checked, marked where it has experts, awarded where its method is one that awards."""
        if self.call.allocation is Allocation.FIRST_COME:
            walk_queue(call_id=application.call_id, region_id=application.region_id, at=self.at)
            return self.looked_at(applications.get_application(application.id))
        find_eligible(application, {}, by=self.manager, at=self.at)
        for _expert in range(application.instrument.plan.experts_per_application):
            self.mark(applications.get_application(application.id), marks)
        if self.call.allocation is not Allocation.LOTTERY:
            self.award([applications.get_application(application.id)], at or self.call.closes_at + timedelta(days=1))
        return applications.get_application(application.id)

    def award(self, ranked: list[Application], at: datetime) -> None:
        """By one person, or in a session that one proposes and another confirms, as the call says."""
        if not self.call.has_two_persons:
            for application in ranked:
                award_decision(application, None, "By rank.", by=self.manager, at=at)
            return
        keys = {one.id for one in ranked}
        session = sessions.prepare_session(get_contest_of(ranked[0]), only=keys, by=self.manager, at=at)
        sessions.set_outcome(session, keys, Proposed.AWARD, "By rank.", by=self.manager, at=at)
        sessions.propose_session(get_decision_session(session.id), "", by=self.manager, at=at)
        second = a_member_of_staff(Role.COORDINATOR, self.plan.code, at=self.at)
        decide(get_decision_session(session.id), second, at)

    def looked_at(self, application: Application) -> Application:
        """What the rules alone could not settle in a queue is settled by the manager, and the queue walks on."""
        if application.state == ApplicationState.SUBMITTED:
            readings = read_all(gather_facts(application, at=self.at))
            words = {one.rule.code: SEEN for one in readings if one.outcome is Outcome.NEEDS_PERSON}
            find_eligible(application, words, by=self.manager, at=self.at)
            walk_queue(call_id=application.call_id, region_id=application.region_id, at=self.at)
        return applications.get_application(application.id)

    def mark(self, application: Application, mark: str) -> None:
        """By an expert from elsewhere."""
        expert = an_expert(self.plan.code, region="", at=self.at)
        assignment = assign_expert(application, expert, by=self.manager, at=self.at)
        declare_no_conflict(get_assignment(assignment.id), by=expert.user, at=self.at)
        marks = dict.fromkeys((criterion.code for criterion in self.call.marking.criteria), mark)
        sheet = replace(a_sheet(marks, comment="Well founded in every part."), is_in_scope=True)
        submit_marks(get_assignment(assignment.id), sheet, by=expert.user, at=self.at)

    def refuses(self, question: str, words: str, instrument: str = "", **answers: Any) -> None:
        """Nobody can hand that in, because of one answer, and is told why."""
        draft = self.draft(instrument, **answers)
        documents = list_documents_of("application", draft.id)
        (blocker,) = submitting.list_blockers(draft, applications.map_values(draft.id), documents, at=self.at)
        assert blocker.target.startswith(question), blocker
        assert words in str(blocker.sentence)
        with pytest.raises(RuleBroken, match="1 thing to mend"):
            submitting.submit_application(draft, by=owner_of(draft), at=self.at)

    def says(self, rule: str, instrument: str = "", **answers: Any) -> Outcome:
        """What the formal check says."""
        facts = gather_facts(self.submitted(instrument, **answers), at=self.at)
        return next(reading.outcome for reading in read_all(facts) if reading.rule.code == rule)


@pytest.fixture
def scheme(app, clock):
    """Loads an example by its name."""
    return lambda name: Scheme(name, clock)


@pytest.mark.parametrize("name", FILES)
def test_from_the_call_to_the_award(scheme, client, name):
    it = scheme(name)
    page = client.get(f"/calls/{it.plan.code}/{it.call.code}")
    application = it.decided(it.submitted())
    decision = db.session.query(Decision).filter_by(application_id=application.id).one_or_none()

    assert page.status_code == 200
    assert "Start an application" in page.text
    if it.call.allocation is Allocation.LOTTERY:  # the draw is not built yet: the eligible wait for it
        assert (application.state, decision) == (ApplicationState.ELIGIBLE, None)
        return
    assert application.state == ApplicationState.AWARDED
    assert decision.amount == application.instrument.plan.grant.cap


def test_there_is_an_example_for_each_scheme_of_the_field():
    assert FILES == [
        "bayern_innovationsgutschein", "biopeople", "dutch_innovation_vouchers", "ecia", "enterprise_ireland",
        "fasilis", "ffg_innovationsscheck", "health2care", "innosmart", "rvo_mit",
    ]  # fmt: skip


# What is special -----------------------------------------------------------------------------------------------------


def test_fasilis_takes_a_facility_of_another_region_from_the_catalogue(scheme):
    it = scheme("fasilis")
    assert it.says("directory") is Outcome.MET
    assert it.says("directory", provider_name="A friend's workshop") is Outcome.NOT_MET
    it.refuses("provider_region", "another region", provider_region="BE-WAL")
    it.refuses("requested_amount", "6,000", requested_amount="6000.01")
    it.refuses("access_rules", "", access_rules="")


def test_health2care_pays_a_part_for_listed_services_of_selected_experts(scheme):
    it = scheme("health2care")
    assert it.plan.instruments[0].grant.rate * 100 == 70
    assert len(it.plan.instruments[0].cost_categories) == 9
    it.refuses("provider_name", "is not in the pool", provider_name="Somebody else")
    it.refuses("fields", "", fields=["astrology"])
    it.refuses("requested_amount", "5,000", requested_amount="4999.99")


def test_biopeople_brokers_on_demand_and_begins_at_five_hundred(scheme):
    it = scheme("biopeople")
    it.refuses("requested_amount", "500", requested_amount="499.99")
    it.refuses("brokerage", "", brokerage="")
    assert it.decided(it.submitted(wants_brokerage="no", brokerage="")).state == ApplicationState.AWARDED
    brokerage = next(question for question in it.call.form.questions if question.code == "brokerage")
    assert {reader.value for reader in brokerage.visible_to} == {"manager", "coordinator"}


def test_innosmart_selects_the_twenty_five_strongest(scheme, app):
    text = (FOLDER / "innosmart.yaml").read_text(encoding="utf-8")
    assert "quota: 25" in text
    it = scheme("innosmart")
    it.refuses("members", "at least 2 rows", members=[{"name": "Alone", "role": "All"}])
    it.refuses("fields", "3", fields=["digital", "ict", "coaching", "ipr"])


def a_scheme_like(name, clock, monkeypatch, tmp_path, *changed):
    """An example in which a few words read otherwise."""
    text = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
    for before, after in changed:
        assert before in text
        text = text.replace(before, after)
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    monkeypatch.setitem(globals(), "FOLDER", tmp_path)
    return Scheme(name, clock)


def test_innosmart_takes_no_more_groups_than_may_compete(client, clock, monkeypatch, tmp_path):
    it = a_scheme_like("innosmart", clock, monkeypatch, tmp_path, ("max_applications: 50", "max_applications: 2"))
    assert "The call takes at most 2 applications." in client.get("/calls/innosmart/" + it.call.code).text
    first, _second, late = it.submitted(), it.submitted(), it.draft()
    with pytest.raises(RuleBroken, match="takes 2 applications"):
        submitting.submit_application(late, by=owner_of(late), at=it.at)
    assert applications.get_application(late.id).state == ApplicationState.DRAFT
    submitting.withdraw_application(first, "We merge with another group.", by=owner_of(first), at=it.at)
    submitting.submit_application(late, by=owner_of(late), at=it.at)
    assert applications.get_application(late.id).state == ApplicationState.SUBMITTED


def test_innosmart_stops_at_its_quota_whatever_money_is_left(app, clock, monkeypatch, tmp_path):
    it = a_scheme_like("innosmart", clock, monkeypatch, tmp_path, ("quota: 25", "quota: 2"))
    ranked = [it.submitted() for _group in range(3)]
    for application, marks in zip(ranked, ("5", "4", "3"), strict=True):
        find_eligible(application, {}, by=it.manager, at=it.at)
        for _expert in range(2):
            it.mark(applications.get_application(application.id), marks)

    after = it.call.closes_at + timedelta(days=1)
    ranked = [applications.get_application(one.id) for one in ranked]
    with pytest.raises(RuleBroken, match="quota allows 2 more vouchers; 3 are proposed"):
        it.award(ranked, after)
    sessions.discard_session(get_decision_session(1), by=it.manager, at=after)
    it.award(ranked[:2], after)
    with pytest.raises(RuleBroken, match="quota allows 0 more vouchers; 1 are proposed"):
        it.award(ranked[2:], after)


def test_ecia_lets_each_partner_set_the_own_share(scheme):
    it = scheme("ecia")
    full, half = it.plan.instruments
    assert (full.grant.rate, half.grant.rate * 2) == (1, 1)
    assert it.says("directory", provider_name="Somebody else") is Outcome.NOT_MET
    it.refuses("requested_amount", "1,000", requested_amount="999.99")
    lombard = it.submitted("HALF", region="IT-LOM")
    assert it.decided(lombard).state == ApplicationState.AWARDED
    stranger = it.decided(it.submitted("HALF"))  # Wallonia has no money for it
    assert stranger.state == ApplicationState.ELIGIBLE


def test_dutch_vouchers_are_a_sum_and_wait_for_the_draw(scheme):
    it = scheme("dutch_innovation_vouchers")
    it.refuses("requested_amount", "7,500", requested_amount="7000")
    waiting = [it.decided(it.submitted()) for _company in range(3)]
    assert {one.state for one in waiting} == {ApplicationState.ELIGIBLE}
    assert {one.requested for one in waiting} == {EUR("7500")}


def test_enterprise_ireland_grants_one_at_a_time(scheme):
    it = scheme("enterprise_ireland")
    assert it.plan.instruments[0].grant.pays_vat is False
    assert (it.plan.instruments[0].valid_for_months, it.plan.instruments[0].payee) == (12, "provider")
    assert it.plan.instruments[0].per_sme.in_all == 3
    with pytest.raises(RuleBroken, match="round takes applications"):
        it.decided(it.submitted(), at=it.at)

    owner = an_applicant(at=it.at)
    organisation = an_organisation(owner, it.loaded.region("IE"), at=it.at)
    awarded = it.decided(it.submitted(owner=owner, organisation=organisation))
    facts = gather_facts(it.submitted(owner=owner, organisation=organisation), at=it.at)
    limit = next(reading for reading in read_all(facts) if reading.rule.code == "per_sme")
    assert awarded.state == ApplicationState.AWARDED
    assert (limit.outcome, "running: 1" in str(limit.evidence)) == (Outcome.NOT_MET, True)


def test_ffg_pays_eighty_percent_on_a_common_report(scheme):
    it = scheme("ffg_innovationsscheck")
    (instrument,) = it.plan.instruments
    assert instrument.grant.rate * 100 == 80
    assert "common_report" in {document.code for document in instrument.claim_documents if document.is_required}
    it.refuses("requested_amount", "10,000", requested_amount="10000.01")


def test_rvo_has_two_rates_each_with_money_of_its_own(scheme):
    it = scheme("rvo_mit")
    assert it.decided(it.submitted("KNOW")).state == ApplicationState.AWARDED
    study = it.decided(it.submitted("FEAS"))
    assert (study.state, study.instrument.plan.grant.cap) == (ApplicationState.AWARDED, EUR("9000"))
    it.refuses("requested_amount", "pays at most EUR 5,250.00", "KNOW", requested_amount="5250.01")
    assert it.says("own_work", "FEAS", external_cost="1000", own_work_cost="20000") is Outcome.NOT_MET


def test_bavaria_counts_the_vouchers_of_three_years_and_asks_for_a_least_cost(client, clock, monkeypatch, tmp_path):
    it = a_scheme_like(
        "bayern_innovationsgutschein", clock, monkeypatch, tmp_path, ("vouchers_per_sme: 4", "vouchers_per_sme: 1")
    )
    page = client.get("/calls/bayern/2026?lang=en").text
    assert "What was granted in the last 36 months counts." in page
    assert "The activity costs at least" in page
    assert it.says("min_cost", external_cost="3999.99") is Outcome.NOT_MET
    assert it.says("min_cost", "SPECIAL", external_cost="30000") is Outcome.MET
    assert it.says("directory", "SPECIAL", provider_name="A friend's workshop") is Outcome.NOT_MET
    it.refuses("headcount", "49.99", headcount="50")

    owner = an_applicant(at=it.at)
    organisation = an_organisation(owner, it.loaded.region("DE2"), at=it.at)
    waiting = it.submitted(owner=owner, organisation=organisation)
    walk_queue(call_id=waiting.call_id, region_id=waiting.region_id, at=it.at)
    assert applications.get_application(waiting.id).state == ApplicationState.SUBMITTED  # a person looks at it first
    assert it.looked_at(waiting).state == ApplicationState.AWARDED

    again = it.submitted("STD-PLUS", owner=owner, organisation=organisation)
    limits = {}
    for day in (datetime(2028, 12, 31, 12, tzinfo=UTC), datetime(2029, 1, 1, 12, tzinfo=UTC)):
        readings = {one.rule.code: one for one in read_all(gather_facts(again, at=day))}
        limits[day.year] = (readings["per_sme"].outcome, str(readings["per_sme"].evidence))
    assert limits[2028] == (
        Outcome.NOT_MET,
        "granted in the programme, last 36 months: 1 already, at most 1.",
    )
    assert limits[2029][0] is Outcome.MET
