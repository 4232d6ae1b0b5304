"""The manager's desk: what waits, over all calls, in so many queries however much it is; and the time to decision."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest

from tests.builders.appeals import a_coordinator, a_filed_appeal, a_rejected_application, an_appeal_being_decided
from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.audits import a_finding, a_mandate
from tests.builders.claims import a_finance_officer, a_submitted_claim
from tests.builders.counting import queries_of
from tests.builders.deciding import a_condition, a_proposed_session, in2_with
from tests.builders.enquiries import a_clarification
from tests.builders.evaluation import (
    a_decision,
    a_manager,
    an_accepted_assignment,
    an_assignment,
    an_awarded_application,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.experts import an_expert
from tests.builders.fees import a_paying_programme, an_agreed_fee_statement
from tests.builders.matching import a_reckoned_run
from tests.builders.panels import a_session
from tests.builders.payments import PAID_AT, Desk, an_authorised_batch, an_authorised_claim, payable_of
from tests.builders.pools import an_enrolment
from tests.builders.programmes import during_call, in2
from tests.builders.surveys import a_survey
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import unit_of_work
from vouchers.core.tables import ListQuery
from vouchers.decisions.actions.conditions import ask_waiver
from vouchers.enquiries.actions.clarifying import answer_clarification
from vouchers.evaluation.actions.assignments import refuse_assignment
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.organisations.actions import propose_bank_account
from vouchers.panels.actions.sessions import end_session
from vouchers.payables.actions.holding import hold_payable
from vouchers.payments.actions.fates import reject_payment
from vouchers.reports.queries.desk import count_officers_work
from vouchers.reports.queries.distribution import list_buckets, list_groups, list_paces
from vouchers.reports.queries.matters.matter import Seen
from vouchers.reports.queries.matters.registry import MATTERS, PAYING, look_at_all
from vouchers.reports.queries.pace import list_rows
from vouchers.reports.rules.pace import span_of
from vouchers.surveys.actions import remind_survey
from vouchers.users.actions.accounts import edit_profile
from vouchers.users.mandate import mandate_of
from vouchers.users.queries import get_user
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()


@pytest.fixture
def manager(app, clock):
    clock.stop(AT)
    in2()
    return a_manager()


def words(text):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))


def counts(person, now):
    found = look_at_all(mandate_of(person), Seen(person.id, now, person.time_zone))
    return {one.matter.code: one.count for one in found if one.count}


def test_every_matter_is_counted_in_the_own_mandate_only(manager):
    a_submitted_application()
    a_submitted_application(region="NL-NB")
    an_eligible_application()
    an_eligible_application("MG")
    an_evaluated_application()
    an_awarded_application()
    asked = a_clarification(manager, a_submitted_application())
    clarified = a_clarification(manager, a_submitted_application())
    answer_clarification(clarified, {"work_plan": "Other samples."}, by=owner_of(clarified.application), at=AT)
    refused = an_assignment(an_eligible_application())
    refuse_assignment(refused, "No time.", by=refused.expert.user, at=AT)
    a_filed_appeal(a_rejected_application())
    assert asked.application.state == ApplicationState.SUBMITTED
    assert counts(manager, AT) == {
        "checks": 2, "clarified": 1, "experts": 1, "replacements": 1, "decisions": 2, "appeals": 1, "agreements": 1,
        "aid": 1,
    }  # fmt: skip
    assert counts(manager, AT + timedelta(days=20)).get("overdue") is None
    an_accepted_assignment(get_application(refused.application_id), an_expert())
    assert counts(manager, AT + timedelta(days=20))["overdue"] == 1
    assert counts(a_manager("NL-NB"), AT) == {"checks": 1}


def test_the_work_of_the_selection_stands_on_the_desk(manager):
    an_evaluated_application()
    awarded, panel = an_awarded_application("MG"), a_session()
    condition = a_condition(awarded)
    a_reckoned_run(by=manager)
    an_enrolment(at=AT)
    survey = a_survey(awarded, at=AT)
    found = counts(manager, AT)
    assert {"proposals": 1, "panels": 1, "conditions": 1, "enrolments": 1}.items() <= found.items()
    assert not {"surveys", "waivers", "minutes", "declarations"} & found.keys()

    remind_survey(survey, by=OFFICE, at=AT)
    ask_waiver(condition, "It is met elsewhere.", by=manager, at=AT)
    end_session(panel, by=manager, at=AT)
    found = counts(manager, AT + timedelta(days=350))
    assert {"surveys": 1, "minutes": 1}.items() <= found.items()
    assert found["declarations"] >= 3
    assert not {"panels", "conditions", "waivers"} & found.keys()
    assert counts(a_member_of_staff(region="BE-WAL"), AT)["waivers"] == 1
    elsewhere = counts(a_manager("NL-NB"), AT)
    assert set(elsewhere) == {"enrolments"}  # the pool belongs to all regions of the programme


def test_fees_wait_for_the_second_person_among_those_who_pay(client, app, clock):
    clock.stop(AT)
    a_paying_programme()
    an_agreed_fee_statement()
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")

    def fees(person):
        return look_at_all(mandate_of(person), Seen(person.id, AT, person.time_zone), PAYING)[0].count

    assert (fees(a_manager()), fees(officer), fees(a_manager("NL-NB"))) == (0, 1, 0)
    assert "1 Fees of experts" in words(signed_in(client, officer).get("/desk").text)


def test_what_cannot_be_paid_is_not_counted_as_ready_for_a_batch(client, app, clock):
    clock.stop(PAID_AT)
    in2()
    desk = Desk()
    payment = an_authorised_batch(desk).payments[0]
    own = {"owner": owner_of(payment.application), "organisation": payment.application.organisation}
    an_authorised_claim(desk, "MG", amount="400", with_account=False, **own)
    an_authorised_claim(desk)

    mandate, person_id = mandate_of(desk.second), desk.second.id

    def counted():
        work = count_officers_work(mandate, person_id)
        return work.to_pay.count, work.not_ready.count

    assert counted() == (2, 0)
    reject_payment(payment, "AC04", by=OFFICE, at=PAID_AT + timedelta(hours=2))
    assert counted() == (1, 2)
    shown = words(signed_in(client, desk.second).get("/desk").text)
    assert "1 Payments to put into a batch" in shown
    assert "2 Payments that cannot be made yet" in shown
    few = queries_of(counted)
    held, _other = an_authorised_claim(desk), an_authorised_claim(desk)
    assert abs(queries_of(counted) - few) <= 1, "a row that is still in memory is not asked for again"
    hold_payable(payable_of(held), "The invoice is asked about.", by=desk.second, at=PAID_AT)
    assert counted() == (2, 3)
    page = words(signed_in(client, desk.second).get("/payments/").text)
    assert "2 payments ready" in page


@pytest.mark.parametrize("zone", ["Europe/Brussels", "Europe/Lisbon", "Europe/Helsinki"])
def test_after_midnight_the_desk_and_the_claims_count_the_same_days(client, clock, manager, zone):
    claim, officer = a_submitted_claim(), a_finance_officer("BE-WAL")
    edit_profile(officer, name=officer.name, language="en", time_zone=zone, by=officer, at=clock.now)
    day = claim.pay_by - timedelta(days=12)
    clock.stop(datetime(day.year, day.month, day.day, 23, 21, tzinfo=UTC))  # 00:21 in Brussels, on the next day
    browser = signed_in(client, officer)
    [urgent] = re.findall(rf">{claim.number}<.*?</tr>", browser.get("/desk").text, re.DOTALL)
    left = 12 if zone == "Europe/Lisbon" else 11
    assert words(urgent).strip().endswith(f" {left}")
    assert f"{left} days left" in words(browser.get("/claims/").text)


def test_the_desk_names_the_most_urgent_with_age_due_day_and_link(client, clock, manager):
    application = an_eligible_application("MG")
    appeal = an_appeal_being_decided()
    clock.stop(AT + timedelta(days=16))
    page = signed_in(client, manager).get("/desk").text
    shown = words(page)
    assert "1 Decisions due The oldest waits for 16 days." in shown
    assert f'href="/decisions/applications/{application.id}"' in page
    assert "19 Oct 2026 Late" in shown
    assert "Appeals that you decide" not in shown
    shown = words(signed_in(client, a_coordinator()).get("/desk").text)
    assert "1 Appeals that you decide" in shown
    assert appeal.application.reference in shown


def test_a_count_leads_to_the_work_itself(client, clock, manager):
    alone = an_eligible_application("MG")
    survey = a_survey(an_awarded_application("MG"), at=AT)
    remind_survey(survey, by=OFFICE, at=AT)
    an_enrolment(at=AT)
    browser = signed_in(client, manager)
    assert f'<a href="/decisions/applications/{alone.id}">Decisions due</a>' in browser.get("/desk").text
    other = an_evaluated_application()
    checked = a_submitted_application()
    page = browser.get("/desk").text
    assert '<a href="/applications/worklist?waits=decision">Decisions due</a>' in page
    listed = browser.get("/applications/worklist?waits=decision").text
    assert alone.reference in listed
    assert other.reference in listed
    assert checked.reference not in listed
    assert survey.application.reference in browser.get("/surveys/").text
    assert "?state=submitted" in browser.get("/pools/kept?waits=yes").text


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR, Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER])
def test_no_list_of_work_leads_into_a_refusal(client, clock, manager, role):
    a_submitted_application()
    an_enrolment(at=AT)
    awarded = an_awarded_application()
    account = {"holder": awarded.organisation.name, "iban": "BE68 5390 0754 7034", "bic": ""}
    propose_bank_account(awarded.organisation, **account, by=owner_of(awarded), at=AT)
    browser = signed_in(client, a_member_of_staff(role, "in2lifesciences", at=AT))
    for page in ("/desk", "/organisations/bank-accounts", f"/decisions/calls/{awarded.call_id}?region=BE-WAL"):
        shown = re.search(r"<main.*</main>", browser.get(page).text, re.DOTALL)
        for address in sorted(set(re.findall(r'href="(/[^"]*)"', shown[0]))):
            assert browser.get(unescape(address)).status_code == 200, f"{page} leads to {address}"


def test_the_desk_asks_as_often_however_much_waits(manager):
    seen, mandate = Seen(manager.id, AT, "Europe/Brussels"), mandate_of(manager)
    a_submitted_application()
    few = queries_of(lambda: look_at_all(mandate, seen))
    paces = queries_of(lambda: list_rows(mandate, today=AT))
    for _number in range(6):
        a_submitted_application("MG")
    assert queries_of(lambda: look_at_all(mandate, seen)) == few <= len(MATTERS) + 2
    assert queries_of(lambda: list_rows(mandate, today=AT)) == paces == 3


def test_time_to_decision_stops_while_the_applicant_is_asked(client, clock, manager):
    slow, asked = an_eligible_application("MG"), a_submitted_application("MG")
    a_clarification(manager, asked, "title")
    decided = an_eligible_application("MG")
    a_decision(decided, at=AT + timedelta(days=3))
    later = AT + timedelta(days=17)
    rows = {row.facts.id: row.pace for row in list_rows(mandate_of(manager), today=later)}
    assert (rows[slow.id].taken, rows[slow.id].is_late) == (13, True)
    assert (rows[asked.id].taken, rows[asked.id].stopped) == (0, 13)
    assert (rows[decided.id].taken, rows[decided.id].is_decided) == (3, True)
    clock.stop(later)
    browser = signed_in(client, manager)
    shown = words(browser.get("/reports/time-to-decision").text)
    assert "10 working days" in shown
    assert "Half of them took at most" in shown
    late = words(browser.get("/reports/time-to-decision?span=open_late").text)
    assert slow.reference in late
    assert decided.reference not in late


def test_the_worklist_and_the_file_name_the_day_of_the_call_and_that_of_the_target(manager, client, clock):
    open_one, decided = an_eligible_application("MG"), an_eligible_application("MG")
    a_decision(decided, at=AT)
    (row,) = list_rows(mandate_of(manager), today=AT, only=Application.id == open_one.id)
    target = f"{row.pace.due_on.day} {row.pace.due_on:%b %Y}"
    browser = signed_in(client, manager)
    assert browser.get(f"/applications/{open_one.id}").text.count(target) == 1
    assert "Target day" not in words(browser.get(f"/applications/{decided.id}").text)
    listed = browser.get("/applications/worklist").text
    assert listed.count(target) == 1
    assert ">Late<" not in listed

    clock.stop(AT + timedelta(days=21))  # long before the day that the call names
    listed = signed_in(client, manager).get("/applications/worklist").text
    assert listed.count(">Late<") == 1


def test_the_distribution_is_that_of_all_applications_and_its_pages_hold_each_once(manager):
    """Counted in the database by days, and one by one: the same, also around midnight where the region is."""
    for number in range(4):
        an_eligible_application("MG", at=AT.replace(hour=21, minute=50) + timedelta(minutes=10 * number))
    asked = a_submitted_application("MG")
    a_clarification(manager, asked, "title")
    a_decision(an_eligible_application("MG"), at=AT + timedelta(days=3))
    later, mandate = AT + timedelta(days=17), mandate_of(manager)
    rows = {row.facts.id: row.pace for row in list_rows(mandate, today=later)}
    buckets = list_buckets(mandate, today=later)
    assert sum(one.count for one in buckets) == len(rows) == 6
    assert sorted((one.pace.taken, one.pace.stopped) for one in buckets for _each in range(one.count)) == sorted(
        (pace.taken, pace.stopped) for pace in rows.values()
    )
    (group,) = list_groups(buckets)
    assert group.counts == Counter(span_of(pace) for pace in rows.values())
    pages = [list_paces(buckets, ListQuery(page=number, per_page=2)) for number in (1, 2, 3)]
    shown = [one for page in pages for one in page.items]
    assert {one.id: one.pace for one in shown} == rows
    assert [one.pace.left for one in shown[:-1]] == sorted(one.pace.left for one in shown[:-1])
    few = queries_of(lambda: list_paces(list_buckets(mandate, today=later), ListQuery()))
    an_eligible_application("MG")
    assert queries_of(lambda: list_paces(list_buckets(mandate, today=later), ListQuery())) == few


def test_many_are_found_eligible_after_a_page_that_names_them(client, manager):
    good, asked = a_submitted_application(), a_submitted_application()
    elsewhere = a_submitted_application(region="NL-NB")
    a_clarification(manager, asked)
    browser = signed_in(client, manager)
    page = browser.get("/evaluation/checks/many").text
    assert f'value="{good.id}"' in page
    assert f'value="{asked.id}"' not in page
    assert elsewhere.reference not in page
    assert browser.post("/evaluation/checks/many/confirm", data={}).status_code == 303
    picked = {"picked": [str(one.id) for one in (good, asked, elsewhere)]}
    assert "2 applications" in words(browser.post("/evaluation/checks/many/confirm", data=picked).text)
    told = words(browser.post("/evaluation/checks/many/find", data=picked).text)
    assert "1 of 2 done" in told
    assert get_application(good.id).state == ApplicationState.ELIGIBLE
    assert get_application(asked.id).state == ApplicationState.SUBMITTED
    assert get_application(elsewhere.id).state == ApplicationState.SUBMITTED


def test_many_experts_get_more_time(client, manager):
    tasks = [an_assignment(an_eligible_application(), an_expert()) for _number in range(2)]
    browser = signed_in(client, manager)
    assert tasks[0].expert.user.name in browser.get("/evaluation/marks/many").text
    picked = {"picked": [str(one.id) for one in tasks]}
    assert "2 tasks" in words(browser.post("/evaluation/marks/many/confirm", data=picked).text)
    assert browser.post("/evaluation/marks/many/extend", data=picked).status_code == 422
    day = {"due_on-day": "15", "due_on-month": "11", "due_on-year": "2026"}
    assert "2 of 2 done" in words(browser.post("/evaluation/marks/many/extend", data=picked | day).text)
    assert {str(get_assignment(one.id).due_at.date()) for one in tasks} == {"2026-11-15"}


def test_a_proposal_waits_for_the_second_person_only(app, clock):
    clock.stop(AT)
    in2_with(100_000, two_persons=True)
    session = a_proposed_session(an_evaluated_application())
    proposer = get_user(session.proposed_by_id)
    second = a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL")
    assert "sessions" not in counts(proposer, AT)
    assert counts(second, AT)["sessions"] == 1
    assert "sessions" not in counts(a_manager("NL-NB"), AT)


def test_admissions_that_end_soon_are_named(manager):
    expert = an_expert()
    assert "admissions" not in counts(manager, AT)
    with unit_of_work():
        expert.admitted_until = AT.date() + timedelta(days=30)
    assert counts(manager, AT)["admissions"] == 1


def test_a_finding_of_an_auditor_waits_for_the_manager_and_the_officer(client, clock, manager):
    clock.stop(PAID_AT)
    finding = a_finding(a_mandate("BE-WAL", at=PAID_AT), at=PAID_AT)
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    for person, times in ((a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL"), 2), (officer, 1)):
        page = signed_in(client, person).get("/desk").text
        assert page.count(f'href="/audits/findings/{finding.id}"') == times  # in the table, and among the most urgent
    elsewhere = a_member_of_staff(Role.FINANCE_OFFICER, region="NL-NB")
    assert finding.number not in signed_in(client, elsewhere).get("/desk").text
