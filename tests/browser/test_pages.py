"""Every page of the office in a real browser, under its real content security policy: accessible by axe at the widths
of a desk and of a phone, never wider than a small phone, titled, without a console error or a foreign request.

`AREAS` says which test looks at which pages: each test fails for a page of its own that it has not visited, and
`test_every_page_has_a_look` for an endpoint that no test owns, so a new page must be added here.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import func, select

from tests.browser.conftest import WIDTHS, bring_axe, forget, overflow, violations
from tests.builders.advances import a_paid_advance, a_programme_with_advances, an_advance, an_approved_advance
from tests.builders.agreements import an_active_agreement, an_offered_agreement
from tests.builders.amendments import (
    a_proposed_termination,
    an_agreed_amendment,
    an_amendment,
    an_amendment_in_force,
)
from tests.builders.api import a_token
from tests.builders.appeals import (
    a_coordinator,
    a_draft_appeal,
    a_filed_appeal,
    a_rejected_application,
    an_appeal_being_decided,
)
from tests.builders.applications import IN2, PDF, a_complete_draft, a_file, a_submitted_application, owner_of
from tests.builders.audits import a_drawn_sample, a_finding, a_mandate, a_planned_sample, auditor_of
from tests.builders.banking import (
    a_batch_under_way,
    a_booked_entry,
    a_confirmed_entry,
    a_statement_of,
    an_open_entry,
    an_open_report,
    entry_of,
)
from tests.builders.banking import entries_of as bank_entries_of
from tests.builders.claims import (
    CLAIMED_AT,
    a_claim_without_report,
    a_complete_claim,
    a_submitted_claim,
    a_verified_claim,
)
from tests.builders.deciding import a_condition, a_feedback_package, a_session, a_stored_session, in2_with
from tests.builders.draws import NUMBERS, a_bare_draw, a_source
from tests.builders.enquiries import a_clarification, an_enquiry
from tests.builders.evaluation import (
    a_consensus,
    a_manager,
    a_marked_assignment,
    a_sheet,
    an_accepted_assignment,
    an_assignment,
    an_awarded_application,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.experts import an_expert
from tests.builders.fees import ACCOUNT, a_fee_statement, a_paid_sheet, a_paying_programme
from tests.builders.likenesses import a_namesake, a_noted_likeness
from tests.builders.matching import a_reckoned_run
from tests.builders.organisations import rename
from tests.builders.packs import an_asked_pack
from tests.builders.panels import a_panel, a_vote
from tests.builders.panels import a_session as a_panel_session
from tests.builders.payments import (
    IBANS,
    PAID_AT,
    Desk,
    a_check,
    a_made_batch,
    a_programme_that_pays_providers,
    an_authorised_batch,
    an_authorised_claim,
    payable_of,
)
from tests.builders.payments import an_executed_batch as a_paid_batch
from tests.builders.pools import a_pool_call, a_whole_pool, an_enrolment
from tests.builders.programmes import IN2_FILE, a_programme, during_call, in2, with_claim_terms
from tests.builders.providers import a_provider
from tests.builders.rates import FILE, a_read_file_of_rates, loaded_rates
from tests.builders.recoveries import (
    ORDERED_AT,
    a_debt_to,
    a_left_over_advance,
    a_paid_agreement,
    a_partly_paid_recovery,
    a_proposed_recovery,
    a_suspicion,
)
from tests.builders.retention import DRAFTS_GO_AT, a_carried_out_disposal, a_hold, a_keeper, a_proposed_disposal
from tests.builders.schemes import a_scheme_draft
from tests.builders.surveys import a_survey
from tests.builders.transfers import a_proposed_transfer
from tests.builders.users import (
    PASSWORD,
    a_member_of_staff,
    an_administrator,
    an_applicant,
    chosen_password,
    give_factor,
    mailed_link,
)
from vouchers.alerts.actions import ask_alert
from vouchers.appeals.actions.filing import attach_appeal, file_late_appeal
from vouchers.applications.actions.partnering import invite_partner
from vouchers.applications.actions.recusing import recuse
from vouchers.applications.actions.signing import send_to_signatory_application
from vouchers.applications.queries.files import get_application
from vouchers.applications.queries.partners import list_partners
from vouchers.audit.actions import seal_events
from vouchers.audits.actions.findings import reply_finding
from vouchers.audits.actions.samples import enter_no_errors
from vouchers.audits.queries.samples import list_all_units
from vouchers.audits.states import Basis
from vouchers.claims.actions.checking import send_back_claim
from vouchers.claims.actions.drafting import save_report
from vouchers.claims.actions.reporting import ask_provider, save_deliverable
from vouchers.claims.actions.travelling import save_journey
from vouchers.claims.queries.files import get_claim
from vouchers.claims.rules.journeys import Leg
from vouchers.core.database import db
from vouchers.core.money import EUR
from vouchers.decisions.actions.confirming import confirm_session
from vouchers.decisions.actions.sessions import propose_session
from vouchers.decisions.jobs import decide_session
from vouchers.decisions.queries.sessions import get_decision_session
from vouchers.documents.queries import list_documents_of
from vouchers.draws.actions import announce_draw, confirm_correction, enter_numbers, propose_correction, run_draw
from vouchers.eligibility.actions import register_aid_entry, sign_aid_declaration, state_ownership_statement
from vouchers.eligibility.queries import find_entry_of
from vouchers.enquiries.actions.asking import publish_public_answer
from vouchers.enquiries.actions.clarifying import answer_clarification
from vouchers.enquiries.actions.refiling import attach_clarification, list_read, list_staged
from vouchers.enquiries.queries import get_clarification
from vouchers.evaluation.actions.consensus import propose_consensus
from vouchers.evaluation.actions.correcting import reckon_marks
from vouchers.experts.actions.contracts import accept_expert_contract
from vouchers.experts.queries import get_contract
from vouchers.fees.actions.statements import agree_statement
from vouchers.fees.queries import get_statement
from vouchers.jobs.registry import JOBS
from vouchers.ledger.models import Journal
from vouchers.matching.actions.wishing import exclude_pair
from vouchers.organisations.actions import name_signatory, propose_bank_account
from vouchers.packs.jobs import build as build_pack
from vouchers.panels.actions.interviewing import Slot, confirm_interview, offer_interview
from vouchers.panels.queries import get_interview, get_item
from vouchers.payables.actions.holding import name_payee, propose_account_of_payee
from vouchers.payables.queries import get_payable
from vouchers.pools import queries as pools_queries
from vouchers.providers.rules.offers import Service
from vouchers.recoveries.actions.ordering import order_recovery
from vouchers.recoveries.actions.planning import propose_plan
from vouchers.recoveries.actions.waiving import propose_waiver
from vouchers.recoveries.queries import get_recovery
from vouchers.recoveries.states import Relief
from vouchers.retention.actions.copying import ask_copy
from vouchers.retention.actions.holding import lift_hold
from vouchers.schemes.actions import take_part
from vouchers.surveys.actions import answer_survey
from vouchers.surveys.policy import Respondent
from vouchers.users.actions import accounts
from vouchers.users.queries import get_user
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE, Visitor

pytestmark = pytest.mark.browser

NOT_PAGES = {
    "api.batch", "api.batches", "api.ledger_lines", "api.openapi", "api.payables", "api.payment", "api.payments",
    "agreements.of_application", "agreements.pdf", "agreements.provider_pdf",
    "amendments.pdf", "amendments.provider_pdf",
    "amendments.version_pdf", "appeals.application_file",
    "appeals.document", "applications.document", "applications.export", "applications.receipt_pdf",
    "audits.draw_file", "audits.population_file", "audits.sample_file", "audits.script",
    "banking.report_file", "banking.statement_file",
    "claims.document", "clarification_files.document", "decisions.feedback", "decisions.feedback_reports",
    "draws.file", "draws.script", "eligibility.declaration_file", "evaluation.document", "evaluation.marks_csv",
    "evaluation.sheet_pdf", "experts.contract_pdf", "experts.document", "fees.export_payable", "fees.pdf",
    "matching.calls",
    "payments.file", "payments.make", "pools.document", "pools.template", "programmes.calendar",
    "publishing.grants", "publishing.indicators_csv", "publishing.operations_csv", "publishing.operations_xlsx",
    "publishing.recipients_csv", "publishing.recipients_xlsx",
    "programmes.call_dates", "programmes.calls_of", "programmes.feed", "programmes.open_data", "reports.document",
    "packs.file", "recoveries.pdf", "reports.consistency", "reports.export_ledger", "reports.proof",
    "reports.seal_sheet", "reports.verifier", "retention.disposal_file",
    "schemes.export", "static", "surveys.export", "web.choose_language",
    "web.first_page", "web.healthz", "web.readyz",
}  # fmt: skip
"""What is a file, a redirect or an answer to a machine; `payments.make` is a page only when claims were posted."""

AREAS = {
    "visitors and people": "alerts programmes publishing receipts schemes users web eligibility.may_i_apply",
    "applying": "applications clarification_files clarifications eligibility enquiries organisations surveys",
    "evaluating": "appeals evaluation",
    "deciding": "decisions draws panels transfers reports.time_to_decision",
    "money": (
        "agreements amendments api claims payables payments periods publishing.report rates "
        "reports programmes.envelopes "
        "programmes.receive_funds "
        "eligibility.aid_register eligibility.cancel_aid_entry eligibility.correct_aid_entry "
        "eligibility.register_aid_entry"
    ),
    "the bank": "banking",
    "money back": "recoveries",
    "two persons or one": "likenesses",
    "registers": "experts pools providers",
    "proposals": "matching",
    "results of a survey": "surveys.results",
    "two persons decide": (
        "decisions.announce decisions.confirm decisions.discard decisions.line decisions.propose decisions.send_back"
    ),
    "a signature": "partners applications.send_back applications.remove_partner",
    "fees": "fees",
    "advances": "advances recoveries.propose_of_advance",
    "paying a provider": (
        "payables.confirm_account payables.name_payee payables.propose_account payables.reject_account"
    ),
    "reports of claims": (
        "claims.ask_provider claims.provider claims.remove_deliverable claims.save_deliverable claims.save_journey "
        "claims.save_satisfaction claims.sign_as_sme"
    ),
    "auditing": "audits packs",
    "retention": "retention",
    "interviews": (
        "panels.ask_move panels.interview panels.interviews_of panels.move panels.note panels.offer panels.reply"
    ),
}
"""What each test looks at: the whole of a blueprint, but for the endpoints that another one names."""


def owner_of_page(endpoint: str) -> str | None:
    """The test that looks at this page."""
    for name in (endpoint, endpoint.partition(".")[0]):
        for area, owned in AREAS.items():
            if name in owned.split():
                return area
    return None


def pages(app) -> set[str]:
    """Every endpoint that renders a page."""
    return {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in rule.methods} - NOT_PAGES


FILED_AT = during_call() + timedelta(days=2)
DUE_ON = (PAID_AT + timedelta(days=10)).date()


SEEN = """() => ({
  lang: document.documentElement.lang,
  title: document.title,
  h1: document.querySelectorAll('h1').length,
  links: document.querySelectorAll("[href*='<']").length,
  text: document.body.innerText,
})"""


CUT = """() => [...document.querySelectorAll('.app-scroll')]
  .filter(one => !one.closest('details') && one.scrollWidth > one.clientWidth + 1)
  .map(one => `${one.querySelector('caption')?.innerText} (${one.scrollWidth - one.clientWidth} px)`)"""
"""The tables of which a desk does not show every column: the last ones hold the money."""

PHONE = (390,)
"""Where axe looks at a page of a kind that it has seen at both widths: with other rows, or with its errors."""


class Look:
    """Goes from page to page and notes what is wrong with each."""

    def __init__(self, live):
        self.live, self.found, self.seen = live, [], set()
        self.routes = live.app.url_map.bind("localhost")
        self.page = live.page()
        bring_axe(self.page)

    def is_whole(self, area: str) -> None:
        """Every page that this test owns was looked at, and none has a fault."""
        own = {endpoint for endpoint in pages(self.live.app) if owner_of_page(endpoint) == area}
        assert own, f"{area} is no area"
        assert sorted(own - self.seen) == [], "these pages are looked at by no browser"
        assert self.found == []

    def as_(self, user) -> None:
        """From now on, somebody else's window."""
        self.page.close()
        self.page = self.live.page_of(user) if user else self.live.page()
        bring_axe(self.page)

    def at(self, *paths: str, status: int = 200) -> None:
        for path in paths:
            self.page.set_viewport_size({"width": 1280, "height": 900})
            answer = self.page.goto(path)
            if answer.status != status:
                self.found.append(f"{path}: status {answer.status}")
            elif "text/html" not in answer.headers["content-type"]:
                self.found.append(f"{path}: not a page")
            widths = WIDTHS
            if status == 200:
                endpoint = self.routes.match(path.partition("?")[0], method="GET")[0]
                widths = PHONE if endpoint in self.seen else WIDTHS
                self.seen.add(endpoint)
            self.judge(path, widths)

    def judge(self, name: str, widths: tuple[int, ...] = WIDTHS) -> None:
        """The page that is open.

        Args:
            widths: at which axe looks at it; that it is not too wide is asked at all.
        """
        page = self.page
        problems = []
        for width in WIDTHS:
            if page.viewport_size["width"] != width:
                page.set_viewport_size({"width": width, "height": 900})
            if width in widths:
                problems += [f"{width} px: {line}" for line in violations(page)]
            if wider := overflow(page):
                problems.append(f"{wider} px wider than {width}")
            if width == WIDTHS[0] and (cut := page.evaluate(CUT)):
                problems.append(f"to be scrolled sideways at {width} px: {', '.join(cut)}")
        page.set_viewport_size({"width": 320, "height": 700})
        if wider := overflow(page):
            problems.append(f"{wider} px wider than 320")
        seen = page.evaluate(SEEN)
        if len(seen["lang"]) < 2:
            problems.append("no language")
        if " – " not in seen["title"] or seen["title"].startswith(" –"):
            problems.append(f"title {seen['title']!r}")
        if seen["h1"] != 1:
            problems.append(f"{seen['h1']} h1")
        if seen["links"] or '">' in seen["text"]:
            problems.append("a link or a text with pieces of markup")
        self.found += [f"{name}: {problem}" for problem in problems]

    def press(self, path: str, button: str) -> None:
        """An unfilled form: the page of its errors."""
        self.page.set_viewport_size({"width": 1280, "height": 900})
        self.page.goto(path)
        with self.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
            self.page.locator("main").get_by_role("button", name=button, exact=True).first.click()
        self.page.locator(".govuk-error-summary").wait_for()
        if answer.value.status != 422 or not self.page.title().startswith("Error: "):
            self.found.append(f"{path}: {answer.value.status} {self.page.title()}")
        if self.page.evaluate("document.activeElement.className") != "govuk-error-summary":
            self.found.append(f"{path}: the focus is not on what is wrong")
        self.judge(f"{path} with errors", PHONE)


@pytest.fixture
def look(live, clock):
    live.at = clock.stop(PAID_AT)
    in2()
    return Look(live)


@pytest.mark.once
def test_every_page_has_a_look(app):
    """What the tests below look at together: each area has one test, and each page an area."""
    unowned = [endpoint for endpoint in pages(app) if owner_of_page(endpoint) is None]
    assert sorted(unowned) == [], "these pages are looked at by no browser"
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules()}
    owned = {name for names in AREAS.values() for name in names.split()}
    assert sorted((owned | NOT_PAGES) - endpoints - set(app.blueprints)) == [], "these are no more"
    text = Path(__file__).read_text(encoding="utf-8")
    assert [area for area in AREAS if f'look.is_whole("{area}")' not in text] == [], "these have no test"


@pytest.mark.once
def test_the_pages_of_visitors_and_people(look):
    visitors(look)
    people(look)
    schemes(look)
    look.is_whole("visitors and people")


@pytest.mark.once
def test_the_pages_of_applying(look):
    desk = Desk()
    sme(look, desk)
    questions(look, desk)
    surveying(look, desk)
    look.is_whole("applying")


@pytest.mark.once
def test_the_pages_of_evaluating(look):
    evaluating(look, Desk())
    appeals(look)
    look.is_whole("evaluating")


@pytest.mark.once
def test_the_pages_of_deciding(look):
    desk = Desk()
    deciding(look, desk)
    sitting(look, desk)
    transferring(look, desk)
    drawing_lots(look, desk)
    look.is_whole("deciding")


@pytest.mark.once
def test_the_pages_of_the_bank(look):
    banking(look, Desk())
    look.is_whole("the bank")


@pytest.mark.once
def test_the_pages_of_money_back(look, clock):
    look.live.at = clock.stop(ORDERED_AT + timedelta(hours=4))
    money_back(look, Desk())
    look.is_whole("money back")


@pytest.mark.once
def test_the_pages_of_money(look):
    desk = Desk()
    aid_register(look, desk)
    agreements_and_claims(look, desk)
    amendments_and_terminations(look, desk)
    paying_and_reports(look, desk)
    look.is_whole("money")


@pytest.mark.once
def test_the_pages_of_registers(look):
    pools(look, Desk())
    look.is_whole("registers")


@pytest.mark.once
def test_the_pages_of_proposals(live, clock):
    live.at = clock.stop(PAID_AT)
    in2()
    application, expert = an_eligible_application(), an_expert()
    for _more in range(3):
        an_expert()
    run, look = a_reckoned_run(), Look(live)
    exclude_pair(application, expert, by=a_manager(), at=PAID_AT)
    own = f"/matching/calls/{IN2.call().id}?region=BE-WAL"
    look.as_(a_manager())
    look.at(own, f"/matching/runs/{run.id}", f"/matching/runs/{run.id}/confirm")
    look.at("/matching/runs", f"/matching/runs/{a_reckoned_run(each=9).id}")
    look.as_(expert.user)
    look.at("/matching/bids", f"/matching/calls/{IN2.call().id}/bids")
    look.is_whole("proposals")


@pytest.mark.once
def test_the_results_of_a_survey(live, clock):
    live.at = clock.stop(PAID_AT)
    text = IN2_FILE.read_text(encoding="utf-8")
    a_programme(text.replace("    reserve_list: yes", "    reserve_list: yes\n    survey_months: [6, 12]"))
    for _ in range(5):
        survey = a_survey(a_submitted_application(at=PAID_AT), at=PAID_AT)
        answer_survey(survey, {"jobs_change": 2}, by=Respondent(survey.id), at=PAID_AT)
    look = Look(live)
    look.as_(a_manager())
    look.at("/surveys/", f"/surveys/calls/{IN2.call().id}", f"/surveys/calls/{IN2.call().id}?months=12")
    look.is_whole("results of a survey")


@pytest.mark.once
def test_the_pages_of_a_call_that_two_persons_decide(live, clock):
    live.at = clock.stop(PAID_AT)
    in2_with(10_000, two_persons=True)
    look = Look(live)
    application = an_eligible_application("MG", at=PAID_AT)
    session = a_session(application)
    own = f"/decisions/sessions/{session.id}"
    look.as_(a_manager())
    look.at(own, f"{own}/lines/{application.id}", f"{own}/propose", f"{own}/discard")
    propose_session(session, "As ranked.", by=a_manager(), at=PAID_AT)
    second = a_member_of_staff(Role.COORDINATOR, "in2lifesciences", at=PAID_AT)
    look.as_(second)
    look.at(own, f"{own}/confirm", f"{own}/send-back")
    look.press(f"{own}/confirm", "Confirm all")
    confirm_session(get_decision_session(session.id), by=second, at=PAID_AT)
    decide_session(session_id=session.id, at=PAID_AT)
    look.at(own, f"{own}/announce", f"{own}/letters")
    look.is_whole("two persons decide")


@pytest.mark.once
def test_the_pages_of_a_call_that_asks_for_a_signature(live, clock):
    live.at = clock.stop(PAID_AT)
    text = IN2_FILE.read_text(encoding="utf-8")
    settings = "    reserve_list: yes\n    signatory: yes\n    consortium: {min: 0, max: 2}"
    a_programme(text.replace("    reserve_list: yes", settings))
    look = Look(live)
    together = a_complete_draft("INS", at=PAID_AT)
    invite_partner(together, "Lab Ltd", "Lea", "lea@lab.example", by=owner_of(together), at=PAID_AT)
    look.at(path_of(mailed_link("lea@lab.example")))
    look.as_(owner_of(together))
    look.at(f"/applications/{together.id}", f"/applications/{together.id}/partners")
    look.at(f"/applications/partners/{list_partners(together)[0].id}/remove")
    look.press(f"/applications/{together.id}/partners", "Send the invitation")
    waiting = a_complete_draft("MG", at=PAID_AT)
    owner = owner_of(waiting)
    name_signatory(waiting.organisation.memberships[0], by=owner, at=PAID_AT)
    send_to_signatory_application(get_application(waiting.id), by=owner, at=PAID_AT)
    own = f"/applications/{waiting.id}"
    look.as_(owner)
    look.at(own, f"{own}/check", f"{own}/send-back")
    look.press(f"{own}/send-back", "Send it back")
    look.is_whole("a signature")


@pytest.mark.once
def test_the_pages_of_fees(live, clock):
    live.at = clock.stop(PAID_AT)
    a_paying_programme(per="day")
    look, officer = Look(live), a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    statement, owed = a_fee_statement(at=PAID_AT), a_paid_sheet(at=PAID_AT)
    page, user = f"/fees/statements/{statement.id}", statement.expert.user
    look.as_(user)
    look.at("/fees/mine", page, f"{page}/agree", f"{page}/dispute")
    look.press(f"{page}/agree", "Agree")
    look.as_(a_manager())
    look.at("/fees/", "/fees/owed", page, f"{page}/correct", f"{page}/cancel")
    look.at(f"/fees/owed/{owed.application.call_id}/BE-WAL/{owed.expert_id}")
    agree_statement(get_statement(statement.id), ACCOUNT, user.name, Decimal("1.5"), by=user, at=PAID_AT)
    look.as_(officer)
    look.at(page, f"{page}/approve", f"{page}/send-back")
    look.press(f"{page}/approve", "Approve")
    look.is_whole("fees")


REPORTED = """      deliverables: [{code: study, name: Study, hint: As a PDF}, {code: talk, name: Talk}]
      report: [{code: jobs, label: "How many jobs came of it?", required: yes}]
      satisfaction: [{code: speed, label: "Were we fast?"}, {code: help, label: "Did it help?"}]
      signed_by: [sme, provider]
"""


@pytest.mark.once
def test_the_pages_of_the_reports_of_claims(live, clock):
    live.at = clock.stop(CLAIMED_AT)
    text, services = IN2_FILE.read_text(encoding="utf-8"), "    cost_categories:\n      - code: services\n"
    assert text.count(services) == 1
    text = text.replace(services, f"{services}        journeys: yes\n")
    text = text.replace("{kind: real_cost, cap: 7000, rate: 100 %}", "{kind: lump_sum, amount: 7000}")
    a_programme(with_claim_terms(text, "COL", REPORTED))
    look, claim = Look(live), a_claim_without_report(an_active_agreement("COL"))
    owner, own, line = owner_of(claim.agreement.application), f"/claims/{claim.id}", claim.costs[0]
    save_report(get_claim(claim.id), "We met three laboratories.", by=owner, at=CLAIMED_AT)
    leg = Leg("Gosselies", "Nijmegen", line.invoice_on, line.invoice_on, "Ann")
    save_journey(claim, line.id, leg, by=owner, at=CLAIMED_AT)
    save_deliverable(claim, "study", "40 pages", line.invoice_on, by=owner, at=CLAIMED_AT)
    look.as_(owner)
    look.at(own, f"{own}/sign", f"{own}/ask-provider")  # before the report is finished
    save_report(get_claim(claim.id), claim.report, {"jobs": "Two."}, by=owner, at=CLAIMED_AT)
    ask_provider(get_claim(claim.id), by=owner, at=CLAIMED_AT)
    look.at(own, f"{own}/report", f"{own}/submit", f"{own}/costs/{line.id}/journeys")
    look.at(*(f"{own}/{page}" for page in ("deliverables", "deliverables/study/remove", "satisfaction", "sign")))
    look.at(f"{own}/ask-provider")
    look.press(f"{own}/deliverables", "Save")
    look.press(f"{own}/costs/{line.id}/journeys", "Save the journey")
    look.press(f"{own}/satisfaction", "Save")
    look.as_(None)
    link = path_of(mailed_link("jan@lab.example"))
    look.at(link)
    look.press(link, "Sign the report")
    look.is_whole("reports of claims")


@pytest.mark.once
def test_the_pages_of_advances(live, clock):
    live.at = clock.stop(PAID_AT)
    a_programme_with_advances()
    look, desk, agreement = Look(live), Desk(), an_active_agreement("COL", amount="7000")
    home = f"/advances/of/{agreement.id}"
    look.as_(owner_of(agreement.application))
    look.at(home, f"{home}/ask")
    look.press(f"{home}/ask", "Ask for it")
    asked, approved, paid = an_advance(agreement), an_approved_advance(desk), a_paid_advance(desk)
    look.at(home, f"/advances/{asked.id}")
    look.as_(desk.manager)
    look.at("/advances/", "/advances/?q=NOPE", f"/advances/{paid.id}", f"/advances/{asked.id}")
    look.at(f"/advances/{asked.id}/approve", f"/advances/{asked.id}/refuse", f"/advances/{approved.id}/cancel")
    look.press(f"/advances/{asked.id}/approve", "Approve the advance")
    look.press(f"/advances/{asked.id}/refuse", "Refuse the advance")
    left = a_left_over_advance(desk)
    look.at(f"/advances/{left.id}", f"/recoveries/of-advance/{left.id}/propose")
    look.press(f"/recoveries/of-advance/{left.id}/propose", "Propose it")
    look.is_whole("advances")


@pytest.mark.once
def test_the_pages_of_paying_a_provider(live, clock):
    live.at = clock.stop(PAID_AT)
    a_programme_that_pays_providers()
    look, desk = Look(live), Desk()
    payable = payable_of(an_authorised_claim(desk))
    page = f"/payables/{payable.id}"
    look.as_(desk.maker)
    look.at("/payables/", page, f"{page}/provider")
    look.press(f"{page}/provider", "Name the provider")
    name_payee(payable, a_provider(at=PAID_AT).id, by=desk.maker, at=PAID_AT)
    look.at(page, f"{page}/account")
    look.press(f"{page}/account", "Enter a bank account")
    account = propose_account_of_payee(
        get_payable(payable.id), holder="Lab Ltd", iban=IBANS[0], bic="", by=desk.maker, at=PAID_AT
    )
    look.as_(desk.second)
    look.at(page, "/payments/", f"/payables/accounts/{account.id}", f"/payables/accounts/{account.id}/reject")
    look.press(f"/payables/accounts/{account.id}", "Confirm the bank account")
    look.is_whole("paying a provider")


@pytest.mark.once
def test_the_pages_of_auditing(look):
    desk = Desk()
    an_authorised_claim(desk), an_authorised_claim(desk, amount="3000")
    mandate = a_mandate("BE-WAL", at=PAID_AT)
    sample = a_drawn_sample(mandate, basis=Basis.ACCEPTED, at=PAID_AT)
    finding, units = a_finding(mandate, at=PAID_AT), list_all_units(sample)
    planned = a_planned_sample(mandate, basis=Basis.ACCEPTED, at=PAID_AT)
    own, page, found = (
        f"/audits/mandates/{mandate.id}",
        f"/audits/samples/{sample.id}",
        f"/audits/findings/{finding.id}",
    )
    look.as_(auditor_of(mandate))
    look.at("/audits/", own, f"{own}/samples/plan", f"{own}/findings/issue", page, f"/audits/samples/{planned.id}")
    look.at(f"{own}/population?basis=accepted", f"/audits/units/{units[0].id}/enter", f"{page}/discard")
    look.at(f"/audits/vouchers/{units[0].reference}", "/audits/findings")
    look.press(f"{own}/findings/issue", "Issue the finding")
    asked = an_asked_pack(mandate, at=PAID_AT)
    look.at("/audit-packs/", f"/audit-packs/{asked.id}", f"/audit-packs/mandates/{mandate.id}/ask")
    build_pack(pack_id=asked.id, at=PAID_AT)
    look.at("/audit-packs/", f"/audit-packs/{asked.id}")
    look.press(f"/audits/samples/{planned.id}/discard", "Discard the sample")
    enter_no_errors(sample, [unit.id for unit in units], by=auditor_of(mandate), at=PAID_AT)
    look.at(page, f"{page}/conclude")
    look.press(f"{page}/conclude", "Conclude")
    look.as_(desk.second)
    look.at("/audits/", found, f"{found}/reply")
    look.press(f"{found}/reply", "Reply")
    reply_finding(finding, "Done.", by=desk.second, at=PAID_AT)
    look.as_(auditor_of(mandate))
    look.at(found, f"{found}/follow-up", f"{found}/close")
    look.as_(a_coordinator())
    look.at("/audits/", "/audits/mandates/give", f"{own}/end")
    look.press("/audits/mandates/give", "Give the mandate")
    look.is_whole("auditing")


@pytest.mark.once
def test_the_pages_of_two_persons_or_one(look, clock):
    look.live.at = clock.stop(PAID_AT)
    desk = Desk()
    one = f"/two-persons/{a_noted_likeness(desk).id}"
    made, twin = a_made_batch(desk), a_namesake(desk.maker)
    give_factor(twin, at=PAID_AT)
    look.as_(twin)
    look.at(f"/payments/{made.id}", f"/payments/{made.id}/authorise")
    look.press(f"/payments/{made.id}/authorise", "Authorise the batch")
    look.as_(a_coordinator())
    look.at("/two-persons/", "/two-persons/?state=found_same", one, f"{one}/tell-apart", f"{one}/find-same")
    look.press(f"{one}/find-same", "They are one person")
    look.is_whole("two persons or one")


@pytest.mark.once
def test_the_pages_of_retention(look, clock):
    gone, held = a_complete_draft("COL"), a_complete_draft("MG")
    look.live.at = clock.stop(DRAFTS_GO_AT)
    home = "/retention/in2lifesciences"
    a_hold(held.reference)
    done = a_carried_out_disposal()
    first, hold = a_keeper("first", at=DRAFTS_GO_AT), a_hold()
    look.as_(first)
    look.at(
        home, f"{home}?show=gone", f"{home}/holds", f"{home}/holds/set", f"{home}/lists", f"/retention/lists/{done.id}"
    )
    look.press(f"{home}/holds/set", "Set a hold")
    look.as_(a_keeper("second", at=DRAFTS_GO_AT))
    look.at(f"/retention/holds/{hold.id}/lift")
    look.press(f"/retention/holds/{hold.id}/lift", "Lift the hold")
    lift_hold(hold, "Over.", by=a_keeper("second", at=DRAFTS_GO_AT), at=DRAFTS_GO_AT)
    a_complete_draft("COL")
    look.live.at = clock.stop(DRAFTS_GO_AT + timedelta(days=1))
    listed = a_proposed_disposal(at=DRAFTS_GO_AT + timedelta(days=1))
    page = f"/retention/lists/{listed.id}"
    look.as_(a_keeper("second", at=DRAFTS_GO_AT))
    look.at(home, page, f"{page}/approve", f"{page}/refuse")
    look.press(f"{page}/approve", "Approve the deletion")
    look.press(f"{page}/refuse", "Refuse the list")
    look.as_(owner_of(gone))
    look.at(f"/applications/{gone.id}", status=410)
    look.as_(an_administrator(at=DRAFTS_GO_AT))
    person = owner_of(gone)
    page = f"/retention/persons/{person.id}/copy"
    look.at("/retention/", "/retention/persons", page)
    look.press(page, "Ask for a copy of the data")
    copy = ask_copy(get_user(person.id), by=OFFICE, at=DRAFTS_GO_AT)
    look.as_(get_user(person.id))
    look.at("/retention/own-data", "/account", f"/retention/copies/{copy.id}")
    JOBS["retention.make_copy"](copy_id=copy.id, at=look.live.at)
    look.at("/retention/own-data", f"/retention/copies/{copy.id}")
    look.press(f"/retention/copies/{copy.id}", "Fetch the copy")
    look.is_whole("retention")


@pytest.mark.once
def test_the_pages_of_interviews(live, clock):
    live.at = clock.stop(PAID_AT)
    text = IN2_FILE.read_text(encoding="utf-8")
    a_programme(text.replace("marking:\n", "marking:\n      panel: {quorum: 2, interviews: yes}\n"))
    look = Look(live)
    application, panel, manager = an_evaluated_application(), a_panel(), a_manager()
    on = f"/panels/{panel.id}/applications/{application.id}/interview"
    none_yet = f"/panels/applications/{application.id}/interview"
    look.as_(manager)
    look.at(none_yet, on, f"/decisions/calls/{application.call_id}?region=BE-WAL")
    look.press(on, "Send the invitation")
    slot = Slot(PAID_AT + timedelta(days=3), 30, "Room 1", "What is new?")
    item = get_item(panel.id, application.id)
    talk = offer_interview(item, slot, by=manager, at=PAID_AT)
    own = f"/panels/interviews/{talk.id}"
    look.at(own, f"{own}/move")
    look.as_(owner_of(application))
    look.at(own, f"{own}/another-time", f"{own}/reply")
    look.press(f"{own}/reply", "Send the answer")
    confirm_interview(get_interview(talk.id), by=owner_of(application), at=PAID_AT)
    look.as_(manager)
    look.at(f"{own}/notes")
    look.is_whole("interviews")


_FIRM = {"headcount": "40", "turnover": "3000000.00", "balance": "2000000.00"}
OWNED = {
    "nace": "72.11",
    "firms": [
        {"code": "own", "name": "BioWave", "kind": "enterprise", "same_market": True},
        {"code": "f1", "name": "Grande Holding", "kind": "enterprise", "same_market": True},
        {"code": "f2", "name": "Family Peeters", "kind": "person", "same_market": False},
    ],
    "holdings": [
        {"owner": owner, "owned": "own", "capital": part, "voting": part, "is_exempt": False, "has_control": False}
        for owner, part in (("f1", "30"), ("f2", "60"))
    ],
    "years": [{"year": 2025, "counts_at_once": False, "figures": dict.fromkeys(("own", "f1", "f2"), _FIRM)}],
}
RECEIVED = {
    "members": ["Sister firm"],
    "entries": [
        {
            "undertaking": "Sister firm", "granted_on": "2026-02-01", "amount": "120000.00", "member_state": "BE",
            "regulation": "2023/2831", "granted_by": "Region",
        }
    ],
}  # fmt: skip


def visitors(look) -> None:
    at = PAID_AT
    accounts.sign_up_user("Nora New", "nora@sme.example", chosen_password(), by=Visitor(), at=at)
    confirm = path_of(mailed_link("nora@sme.example"))
    invited = accounts.invite_user("ivo@office.example", "Ivo", Role.AUDITOR, None, None, by=OFFICE, at=at)
    forgetful = an_applicant()
    accounts.request_password_reset(forgetful.email, by=Visitor(), at=at)
    reset = path_of(mailed_link(forgetful.email))
    look.at("/calls?region=BE-WAL&state=open", "/programmes", "/programmes/in2lifesciences")
    check = "/calls/in2lifesciences/2026-1/may-i-apply"
    look.at(check)
    look.press(check, "See the answer")
    look.page.get_by_label("Where is your company?").select_option("BE-WAL")
    look.page.get_by_label("Which voucher?").select_option("COL")
    look.page.get_by_role("button", name="See the answer").click()
    look.page.locator("#answer").wait_for()
    look.judge(f"{check} answered")
    look.at("/calls", "/calls/in2lifesciences/2026-1", "/calls/in2lifesciences/2025-2", "/accessibility", "/privacy")
    ask_alert("new@sme.example", "BE-WAL", by=Visitor(), at=at)
    wanted = path_of(mailed_link("new@sme.example"))
    look.at("/alerts?region=BE-WAL", wanted, wanted.replace("/confirm", "/end"))
    look.at("/alerts/unknown/confirm", status=404)
    look.press("/alerts", "Ask for letters")
    look.at("/sign-in", "/sign-up", "/forgot-password", confirm, reset, path_of(invited.link))
    look.at("/reset/unknown", status=404)
    look.at("/receipts")
    an_awarded_application("MG")
    look.at("/granted", "/granted/in2lifesciences", "/granted/in2lifesciences?region=DK-84")
    look.press("/receipts", "Verify")
    look.press("/sign-up", "Sign up")
    look.press("/sign-in", "Sign in")


def path_of(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def sme(look, desk) -> None:
    """Those who apply."""
    draft, submitted = a_complete_draft(), a_submitted_application(at=PAID_AT - timedelta(days=2))
    owner, organisation = owner_of(draft), draft.organisation
    begin, own = f"/applications/start/{IN2.call().id}", f"/applications/{draft.id}"
    look.as_(an_applicant())
    look.at("/applications", "/organisations/", "/organisations/new", begin)
    look.press("/organisations/new", "Add the organisation")
    look.as_(owner)
    look.at("/applications", begin, own, f"{own}/documents", f"{own}/check", f"{own}/withdraw")
    look.at(f"{own}/copy", f"{own}/partners")
    look.at(f"{own}/documents/{list_documents_of('application', draft.id)[0].id}/remove")
    look.at(f"{own}/sections/project/title/00000000/remove")  # a row that is gone leads back to its section
    look.at(*(f"{own}/sections/{code}" for code in ("company", "project", "partner", "activity", "declarations")))
    house = f"/organisations/{organisation.id}"
    look.at(f"/organisations/members/{organisation.memberships[0].id}/end")
    look.at("/organisations/", house, f"{house}/edit", f"{house}/members/invite", f"{house}/bank-account")
    look.at(f"{house}/ownership", f"{house}/ownership/state", f"{house}/aid", f"{house}/aid/sign")
    look.press(f"{house}/ownership/state", "Keep the statement")
    look.press(f"{house}/aid/sign", "Sign the declaration")
    stated = state_ownership_statement(organisation, OWNED, by=owner, at=PAID_AT)
    sign_aid_declaration(organisation, RECEIVED, signed_name=owner.name, by=owner, at=PAID_AT)
    look.at(f"{house}/ownership", f"{house}/aid", f"/ownership-statements/{stated.id}")
    look.press(begin, "Start the application")
    look.press(f"{own}/check", "Submit the application")
    look.press(f"{house}/bank-account", "Enter the account")
    signing = a_complete_draft("MG")
    name_signatory(signing.organisation.memberships[0], by=owner_of(signing), at=PAID_AT)
    look.as_(owner_of(signing))
    look.at(f"/organisations/{signing.organisation_id}")
    look.as_(owner_of(submitted))
    look.at(f"/applications/{submitted.id}", f"/applications/{submitted.id}/receipt")

    account = propose_bank_account(
        organisation, holder=organisation.name, iban="BE68539007547034", bic="", by=owner, at=PAID_AT
    )
    look.as_(desk.second)
    waiting = f"/organisations/bank-accounts/{account.id}"
    look.at("/organisations/bank-accounts", waiting, f"{waiting}/reject", house)
    look.press(f"{waiting}/reject", "Reject the bank account")
    named = an_offered_agreement("MG").application
    rename(named.organisation, "Other Name SRL", by=owner_of(named), at=PAID_AT)
    asked = f"/organisations/{named.organisation_id}/name"
    look.at("/organisations/names", asked, f"{asked}/refuse", f"/organisations/{named.organisation_id}")
    look.press(asked, "Confirm the new name")
    look.press(f"{asked}/refuse", "Refuse the new name")
    look.as_(owner_of(named))
    look.at(f"/organisations/{named.organisation_id}", f"/organisations/{named.organisation_id}/edit")
    look.as_(desk.second)
    stepped_back = recuse(submitted, "A relative.", by=desk.maker, at=PAID_AT)
    look.as_(desk.manager)
    look.at("/applications/worklist", f"/applications/{submitted.id}", "/applications/worklist?q=nothing")
    look.at(f"/applications/{submitted.id}/hand-over")
    look.at(f"/applications/{submitted.id}/step-back", f"/applications/recusals/{stepped_back.id}/lift")


def questions(look, desk) -> None:
    """What an applicant and its region ask one another."""
    asked, requested = an_enquiry(at=PAID_AT), a_clarification(desk.manager, at=PAID_AT, due_on=DUE_ON)
    answered = a_clarification(desk.manager, at=PAID_AT, due_on=DUE_ON)
    publish_public_answer(asked, "Is a train paid?", "It is.", by=desk.manager, at=PAID_AT)
    owner = owner_of(answered.application)
    answer_clarification(answered, {"work_plan": "Another plan for the samples."}, by=owner, at=PAID_AT)
    refiled = a_clarification(desk.manager, at=PAID_AT, due_on=DUE_ON, documents=("offer", "plan"))
    resent = a_clarification(desk.manager, at=PAID_AT, due_on=DUE_ON, documents=("offer", "plan"))
    offer = list_read(resent)[0].id
    for one, sender in ((refiled, owner_of(refiled.application)), (resent, owner_of(resent.application))):
        at_once = {"by": sender, "at": PAID_AT}
        attach_clarification(one, "plan", a_file(PDF + b"% plan", "plan.pdf"), **at_once)
    new_offer = a_file(PDF + b"% offer", "signed.pdf")
    attach_clarification(resent, "offer", new_offer, replaces=offer, **at_once)
    answer_clarification(get_clarification(resent.id), {}, **at_once)
    of_refiled = f"/clarifications/{refiled.id}"
    of_asked, of_requested = (f"/applications/{one.application_id}" for one in (asked, requested))
    look.as_(owner_of(asked.application))
    look.at(of_asked, f"{of_asked}/questions", f"{of_asked}/questions/ask", f"/questions/{asked.id}")
    look.press(f"{of_asked}/questions/ask", "Send the question")
    look.as_(owner_of(requested.application))
    look.at(of_requested, f"/clarifications/{requested.id}", f"/clarifications/{requested.id}/answer")
    look.as_(owner_of(refiled.application))
    look.at(of_refiled, f"{of_refiled}/answer", f"{of_refiled}/files/attach?purpose=offer")
    look.at(f"{of_refiled}/files/{list_staged(refiled)[0].id}/remove")
    look.press(f"{of_refiled}/files/attach?purpose=offer", "Attach the file")
    look.as_(desk.manager)
    look.at(f"/clarifications/{resent.id}")
    look.at("/questions", "/questions?state=closed", f"/questions/{asked.id}", f"/questions/{asked.id}/publish")
    look.press(f"/questions/{asked.id}/publish", "Preview")
    look.at(f"{of_asked}/questions/begin", f"{of_asked}/clarifications/request", f"/clarifications/{answered.id}")
    look.at(f"/clarifications/{requested.id}/extend")
    look.press(f"{of_asked}/clarifications/request", "Ask the applicant")
    look.at(f"/applications/{answered.application_id}/questions", "/calls/in2lifesciences/2026-1")


def appeals(look) -> None:
    """An applicant appeals, in time and late, and somebody who was not involved decides."""
    draft, late = a_draft_appeal(at=PAID_AT), a_draft_appeal(at=PAID_AT)
    waiting, decided = a_filed_appeal(at=FILED_AT), an_appeal_being_decided(at=FILED_AT)
    begun, own = a_rejected_application(), f"/appeals/{draft.id}"
    document = attach_appeal(draft, a_file(), by=owner_of(draft.application), at=PAID_AT)
    file_late_appeal(late, "A flood.", by=owner_of(late.application), at=PAID_AT)
    look.as_(owner_of(begun))
    look.at(f"/applications/{begun.id}/appeals", f"/applications/{begun.id}/appeals/start")
    look.press(f"/applications/{begun.id}/appeals/start", "Continue")
    look.as_(owner_of(draft.application))
    look.at(own, f"{own}/edit", f"{own}/files/attach", f"{own}/files/{document.id}/remove", f"{own}/file")
    look.at(f"{own}/file-late", f"{own}/withdraw")
    look.press(f"{own}/file-late", "Send the appeal although it is late")
    look.as_(a_coordinator())
    look.at("/appeals", f"/appeals/{late.id}/admit-late", f"/appeals/{late.id}/refuse-late")
    look.at(f"/appeals/{waiting.id}", f"/appeals/{waiting.id}/appoint", f"/appeals/{waiting.id}/application")
    page = f"/appeals/{decided.id}"
    look.at(page, *(f"{page}/{verb}" for verb in ("uphold", "reject", "order-new-marks", "hand-back")))
    look.press(f"{page}/uphold", "Uphold the appeal")


def schemes(look) -> None:
    """A coordinator writes calls."""
    coordinator = a_member_of_staff(Role.COORDINATOR, region=None)
    empty = a_scheme_draft(coordinator, at=PAID_AT)
    whole = a_scheme_draft(coordinator, code="2027-8", days=True, at=PAID_AT)
    correction = a_scheme_draft(coordinator, code="2026-1", corrects="2026-1", at=PAID_AT)
    own = f"/schemes/drafts/{empty.id}"
    look.as_(coordinator)
    look.at("/schemes", "/schemes/in2lifesciences/start", "/schemes/in2lifesciences/correct", own, f"{own}/publish")
    look.at(*(f"{own}/edit/{place}" for place in ("call", "call/marking", "call/form/sections/1", "call/totals")))
    look.at(
        *(f"{own}/edit/call/form/sections/1/questions/{number}" for number in (1, 2)),
        f"{own}/discard",
        f"{own}/instrument",
    )
    look.at(f"{own}/remove/call/form/sections/1", f"{own}/edit/call?row=cut_offs")
    for part in ("regions", "fund_lines"):
        take_part(empty, part, by=coordinator, at=PAID_AT)
    places = ("regions", "regions/regions/1", "regions/regions/1/office/address", "fund_lines/fund_lines/1")
    look.at(*(f"{own}/edit/{place}" for place in places))
    look.at(*(f"/schemes/drafts/{whole.id}{part}" for part in ("", "/preview", "/publish")))
    look.at(f"/schemes/drafts/{correction.id}/publish")
    look.press(f"/schemes/drafts/{correction.id}/publish", "Publish")
    look.press("/schemes/in2lifesciences/start", "Begin the draft")


def pools(look, desk) -> None:
    """Registers of experts and providers, the calls by which they are found, and a file with a pool."""
    at, expert, provider = PAID_AT, an_expert(at=PAID_AT), a_provider(services=(Service("Test", EUR("850"), "day"),))
    there = a_whole_pool(desk.manager, expert, at=at)
    call, draft = f"/pools/{there['pools.call_id']}", a_pool_call(by=desk.manager, at=at, is_published=False)
    begun = an_enrolment(pools_queries.get_pool_call(there["pools.call_id"]), is_submitted=False, at=at)
    contract, taken = f"/experts/contracts/{there['contract_id']}", f"/pools/enrolments/{there['enrolment_id']}"
    look.as_(None)
    look.at("/providers/", "/providers/?q=nothing", f"/providers/{provider.id}", "/pools/", call)
    look.as_(begun.user)
    own = f"/pools/enrolments/{begun.id}"
    look.at(f"{call}/enrol", f"{own}/form", f"{own}/files", f"{own}/check", own, f"{own}/withdraw", "/experts/mine")
    look.at(f"{own}/files/{pools_queries.list_files(begun)[0].id}/remove")
    look.press(f"{own}/check", "Submit")
    look.as_(expert.user)
    entry = f"/experts/{expert.id}"
    look.at(entry, f"{entry}/own", f"{entry}/absences/new", f"{entry}/files/attach", f"{entry}/interests")
    look.at(contract, f"{contract}/accept", f"{entry}/files/{there['experts.document_id']}/remove")
    look.press(f"{entry}/interests", "Declare")
    offered = get_contract(there["contract_id"])
    accept_expert_contract(offered, expert.user.name, offered.sha256, by=expert.user, at=at)
    look.as_(desk.manager)
    other = f"/experts/{an_expert(at=at).id}"
    look.at("/experts/", "/experts/new", f"{entry}/edit", f"{entry}/suspend")
    look.press("/experts/new", "Admit the expert")
    look.at(f"{contract}/countersign", f"{contract}/end", f"{entry}/renew", f"{other}/contracts/new", "/pools/kept")
    look.at("/pools/new", f"/pools/{draft.id}/edit", f"{call}/extend", f"{call}/close", call, taken)
    look.at(f"{taken}/mark", f"{taken}/admit", f"{taken}/refuse")
    look.press("/pools/new", "Save as a draft")
    look.at("/pools/imports/experts/new", "/pools/imports/providers/new", f"/pools/imports/{there['import_id']}")
    look.at("/providers/register", "/providers/new", f"/providers/{provider.id}")
    look.at(*(f"/providers/{provider.id}/{page}" for page in ("edit", "accredit", "suspend", "end")))
    look.press("/providers/new", "Enter into the register")


def evaluating(look, desk) -> None:
    """Those who check and mark."""
    submitted, eligible = a_submitted_application(answers={"headcount": "300"}), an_eligible_application()
    given, accepted, marked = (make(eligible) for make in (an_assignment, an_accepted_assignment, a_marked_assignment))
    evaluated = an_evaluated_application()
    reckon_marks(evaluated.call, by=OFFICE, at=PAID_AT)
    marks = (f"/evaluation/calls/{evaluated.call_id}/marks{part}?region=BE-WAL" for part in ("", "/experts"))
    look.as_(desk.manager)
    look.at("/desk", f"/applications/{submitted.id}", f"/experts/{given.expert_id}")
    look.at(f"/evaluation/applications/{submitted.id}/check", f"/evaluation/applications/{eligible.id}/experts")
    look.at(f"/evaluation/applications/{eligible.id}/check", f"/evaluation/assignments/{given.id}/remove")
    look.at(f"/evaluation/assignments/{given.id}/extend", "/evaluation/workload", "/evaluation/workload/experts")
    look.at("/evaluation/checks/many", "/evaluation/marks/many")
    look.press(f"/evaluation/assignments/{given.id}/extend", "Give more time")
    look.at(f"/evaluation/applications/{eligible.id}/experts/{given.expert_id}/conflicts")
    look.at(f"/evaluation/applications/{evaluated.id}/divergence", "/evaluation/divergences", *marks)
    agreeing = a_consensus(an_evaluated_application())
    own = f"/evaluation/consensus/{agreeing.id}"
    look.at(own, f"{own}/rapporteur", f"{own}/end", f"/evaluation/applications/{evaluated.id}/consensus")
    look.as_(agreeing.rapporteur.expert.user)
    look.at(own)
    propose_consensus(agreeing, a_sheet(), by=agreeing.rapporteur.expert.user, at=PAID_AT)
    look.as_(agreeing.parties[1].expert.user)
    look.at(own, f"{own}/object")
    look.press(f"{own}/object", "Ask for a change")
    look.as_(given.expert.user)
    look.at("/evaluation/", *(f"/evaluation/assignments/{given.id}{part}" for part in ("", "/conflict", "/refuse")))
    look.press(f"/evaluation/assignments/{given.id}", "Declare and open the application")
    look.as_(accepted.expert.user)
    look.at(*(f"/evaluation/assignments/{accepted.id}{part}" for part in ("", "/marks")))
    look.press(f"/evaluation/assignments/{accepted.id}/marks", "Submit the marks")
    look.as_(marked.expert.user)
    look.at(f"/evaluation/assignments/{marked.id}/marks", f"/evaluation/assignments/{marked.id}/marks/take-back")


def deciding(look, desk) -> None:
    """The ranking, what is decided about it, and the letters."""
    evaluated, awarded = an_evaluated_application(), an_awarded_application()
    contest = f"/decisions/calls/{evaluated.call_id}?region=BE-WAL"
    reckon_marks(evaluated.call, by=OFFICE, at=PAID_AT)
    decide = f"/decisions/applications/{evaluated.id}"
    look.as_(desk.manager)
    look.at(
        "/decisions/",
        "/decisions/sessions",
        "/decisions/conditions",
        contest,
        f"{contest}&instrument=MG",
        decide,
        "/reports/time-to-decision",
    )
    look.at(f"{decide}/award", f"{decide}/reserve", f"{decide}/reject")
    lists, session = f"/decisions/calls/{evaluated.call_id}", a_stored_session(evaluated)
    look.at(*(f"{lists}/{page}?region=BE-WAL" for page in ("sessions", "what-if", "letters", "letters/award/en")))
    look.at(f"{lists}/what-if?region=BE-WAL&money=1", f"/decisions/sessions/{session.id}")
    look.at(f"/decisions/sessions/{session.id}/letters", f"/decisions/conditions/{a_condition(awarded).id}")
    look.at(f"/decisions/feedback/{a_feedback_package(awarded, at=PAID_AT).id}")
    look.press(f"{decide}/reject", "Reject")
    look.page.set_viewport_size({"width": 1280, "height": 900})
    look.page.goto(contest)
    look.page.locator("input[name=picked]").first.check()
    look.page.get_by_role("button", name="Continue").click()
    look.page.wait_for_url("**/confirm*")
    look.judge("confirm many decisions")
    look.as_(owner_of(awarded))
    look.at(f"/decisions/applications/{awarded.id}", f"/applications/{awarded.id}")


def sitting(look, desk) -> None:
    """A panel votes."""
    session = a_panel_session()
    vote, panel = a_vote(session), f"/panels/{session.id}"
    on = f"{panel}/applications/{vote.application_id}"
    look.as_(desk.manager)
    look.at("/panels/", f"/panels/plan/{IN2.call().id}/BE-WAL", panel, f"{panel}/seats", f"{panel}/presence")
    look.at(f"{panel}/minutes", f"{panel}/end", on)
    look.press(f"{panel}/seats", "Give the seat")
    planned = f"/panels/{a_panel().id}"
    look.at(f"{planned}/open", f"{planned}/cancel")
    look.as_(session.sitting[1].user)
    look.at(on, f"{on}/step-back")


def aid_register(look, desk) -> None:
    """Grants that wait for the central register."""
    awarded = an_awarded_application("MG", at=PAID_AT)
    entry = find_entry_of(awarded.id)
    look.as_(owner_of(awarded))
    look.at(f"/agreements/awards/{awarded.id}/decline")
    look.as_(desk.manager)
    look.at("/agreements/awards", f"/agreements/issue/{awarded.id}")
    look.at("/aid-register", f"/aid-register/{entry.id}", f"/aid-register/{entry.id}/cancel")
    look.press(f"/aid-register/{entry.id}", "Registered")
    registered = find_entry_of(an_awarded_application("MG", at=PAID_AT).id)
    register_aid_entry(registered, "TAM-77", PAID_AT.date(), by=desk.manager, at=PAID_AT)
    look.at(f"/aid-register/{registered.id}/correct")


def agreements_and_claims(look, desk) -> None:
    """The three parties, the claim and its verification."""
    offered = an_offered_agreement("COL", manager=desk.manager, at=PAID_AT - timedelta(days=1))
    link = path_of(mailed_link("jan@lab.example"))
    draft = a_complete_claim(an_active_agreement("MG", manager=desk.manager))
    submitted = a_submitted_claim(an_active_agreement("MG", manager=desk.manager))
    verified = a_verified_claim(an_active_agreement("MG", manager=desk.manager), verifier=desk.manager)
    agreement, own = f"/agreements/{offered.id}", f"/claims/{draft.id}"
    look.as_(None)
    look.at(link, f"{link}/accept")
    look.press(f"{link}/accept", "Accept the agreement")
    look.as_(owner_of(offered.application))
    look.at(agreement, f"{agreement}/accept", f"{agreement}/decline")
    look.as_(owner_of(draft.agreement.application))
    look.at(f"/claims/of/{draft.agreement_id}", own, f"{own}/costs/new", f"{own}/costs/{draft.costs[0].id}")
    look.at(f"{own}/evidence", f"{own}/report", f"{own}/submit", f"{own}/cancel")
    look.at(f"{own}/costs/{draft.costs[0].id}/remove", f"{own}/documents/{draft.costs[0].document_id}/remove")
    look.press(f"{own}/costs/new", "Save the cost")
    look.press(f"{own}/submit", "Submit the claim")
    questioned = a_submitted_claim(an_active_agreement("MG", manager=desk.manager))
    send_back_claim(questioned, "Which train was it?", by=desk.manager, at=CLAIMED_AT)
    look.as_(owner_of(questioned.agreement.application))
    look.at(f"/claims/{questioned.id}", f"/claims/{questioned.id}/evidence?purpose=answer-1")
    look.press(f"/claims/{questioned.id}", "Send the answer with the claim")
    look.as_(desk.manager)
    look.at("/agreements/", agreement, f"{agreement}/accept-for-region", "/claims/", f"/claims/{submitted.id}")
    look.at(*(f"/claims/{submitted.id}/{verb}" for verb in ("verify", "send-back", "reject")))
    look.press(f"/claims/{submitted.id}/verify", "Verify")
    look.at(f"/claims/{submitted.id}/sample", f"/claims/{submitted.id}/check-fully")
    loaded_rates(at=PAID_AT)
    corrected = a_read_file_of_rates(FILE.replace("4.2570", "4.3"), at=PAID_AT)
    look.as_(desk.second)
    look.at("/rates/", "/rates/imports/new", f"/rates/imports/{corrected.id}")
    look.press(f"/rates/imports/{corrected.id}", "Load the rates")
    look.at(*(f"/claims/{verified.id}/{verb}" for verb in ("authorise", "reopen")))
    look.press(f"/claims/{verified.id}/authorise", "Authorise €318.40")


def amendments_and_terminations(look, desk) -> None:
    """What changes an agreement in force, and what ends it."""
    at = PAID_AT - timedelta(days=1)
    asked = an_amendment(an_active_agreement("COL", manager=desk.manager), at=at)
    agreed = an_agreed_amendment(an_active_agreement("COL", manager=desk.manager), manager=desk.manager, at=at)
    link = path_of(mailed_link("jan@lab.example"))
    kept = an_amendment_in_force(an_active_agreement("COL", manager=desk.manager), at=at)
    plain = an_active_agreement("COL", manager=desk.manager)
    termination = a_proposed_termination(plain, by=a_coordinator(), at=at)
    hearing = path_of(mailed_link("jan@lab.example"))
    look.as_(None)
    look.at(link, f"{link}/accept", hearing)
    look.press(hearing, "Send the answer")
    look.as_(owner_of(agreed.agreement.application))
    look.at(f"/amendments/of/{agreed.agreement_id}", f"/amendments/{agreed.id}", f"/amendments/{agreed.id}/accept")
    look.as_(owner_of(plain.application))
    look.at(f"/amendments/of/{plain.id}/ask")
    look.press(f"/amendments/of/{plain.id}/ask", "Ask for it")
    look.at(f"/amendments/terminations/{termination.id}", f"/amendments/terminations/{termination.id}/answer")
    look.as_(owner_of(asked.agreement.application))
    look.at(f"/amendments/{asked.id}/withdraw")
    look.as_(desk.manager)
    look.at("/amendments/", *(f"/amendments/{asked.id}{page}" for page in ("", "/agree", "/refuse")))
    look.press(f"/amendments/{asked.id}/agree", "Agree to the amendment")
    look.at(f"/amendments/{agreed.id}/accept-for-region", f"/amendments/of/{kept.agreement_id}/versions/1")
    look.at(f"/amendments/of/{kept.agreement_id}/terminate", f"/amendments/terminations/{termination.id}")
    look.at(*(f"/amendments/terminations/{termination.id}/{verb}" for verb in ("confirm", "refuse")))
    look.press(f"/amendments/of/{kept.agreement_id}/terminate", "Propose it")
    look.as_(termination.proposed_by)
    look.at(f"/amendments/terminations/{termination.id}/withdraw")


def banking(look, desk):
    """What the bank sends, taken in and matched."""
    batch = a_batch_under_way(desk, "7000", "4000")
    first, second = batch.payments
    long_words = entry_of(first).replace(
        "</TxDtls>", f"<RmtInf><Ustrd>{'Wordsandnoblank' * 9}</Ustrd></RmtInf></TxDtls>"
    )
    statement = a_statement_of(
        desk,
        long_words,
        entry_of(first, returned="AC04"),
        opening="100000.00",
        closing="1.00",
        number="2026-000000000235",
    )
    entry, report = an_open_entry(desk), an_open_report(desk, batch)
    back = bank_entries_of(statement)[1]
    look.as_(desk.maker)
    look.at("/banking/", "/banking/?q=NOPE", "/banking/import", "/banking/unmatched", "/banking/reports")
    look.at(f"/banking/statements/{statement.id}", f"/banking/entries/{back.id}", f"/banking/entries/{entry.id}")
    look.at(f"/banking/entries/{entry.id}/match", f"/banking/entries/{entry.id}/match?q={second.end_to_end_id}")
    look.at(f"/banking/entries/{entry.id}/set-aside", f"/banking/entries/{entry.id}/repays")
    look.at(f"/banking/entries/{entry.id}/split", f"/banking/entries/{back.id}/unmatch")
    look.at(f"/banking/entries/{entry.id}/book", f"/banking/statements/{statement.id}/reconciliation")
    booked = a_booked_entry(desk)
    look.at(f"/banking/entries/{booked.id}", f"/banking/entries/{booked.id}/unbook")
    confirmed = a_confirmed_entry(desk)
    look.at(f"/banking/entries/{confirmed.id}", f"/banking/entries/{confirmed.id}/unmatch")
    look.at(f"/banking/reports/{report.id}", f"/banking/reports/{report.id}/settle")


def money_back(look, desk):
    """Recoveries from the proposal to the waiver, and a suspicion."""
    agreement = a_paid_agreement(desk)
    a_debt_to(agreement, desk)
    proposed = a_proposed_recovery(desk, agreement)
    recovery = a_partly_paid_recovery(desk, agreement)
    receipt, own = recovery.receipts[0], f"/recoveries/{recovery.id}"
    suspicion = a_suspicion(agreement, desk.maker)
    look.as_(desk.manager)
    look.at(f"/recoveries/{proposed.id}/order", f"/recoveries/{proposed.id}/cancel", f"/recoveries/{proposed.id}")
    look.as_(desk.maker)
    look.at("/recoveries/", "/recoveries/?q=NOPE", f"/recoveries/of/{agreement.id}", own)
    look.at(f"/recoveries/of/{agreement.id}/propose", *(f"{own}/{step}" for step in ("receive", "set-off", "plan")))
    look.at(f"{own}/let-go", f"{own}/receipts/{receipt.id}/undo")
    look.press(f"/recoveries/of/{agreement.id}/propose", "Propose it")
    look.press(f"{own}/receive", "Record money received")
    order_recovery(proposed, by=desk.manager, at=ORDERED_AT)
    look.at(f"/banking/entries/{an_open_entry(desk, amount='800.00', credit=True).id}/split")
    later = (ORDERED_AT + timedelta(days=90)).date()
    propose_plan(
        get_recovery(recovery.id), 3, later, "Short of cash.", by=desk.second, at=ORDERED_AT + timedelta(hours=4)
    )
    look.at(own, f"{own}/plan/agree", f"{own}/plan/refuse", "/recoveries/?instalments=proposed")
    look.at("/recoveries/confidential", f"/recoveries/confidential/of/{agreement.id}")
    look.at(*(f"/recoveries/confidential/{suspicion.id}{step}" for step in ("", "/share", "/close")))
    at = ORDERED_AT + timedelta(hours=5)
    propose_waiver(recovery, Relief.WAIVER, "Bankrupt.", principal=EUR("300"), interest=EUR("0"), by=desk.maker, at=at)
    look.as_(desk.second)
    look.at(own, f"{own}/waive", f"{own}/keep")
    look.as_(owner_of(agreement.application))
    look.at(f"/recoveries/of/{agreement.id}", own)


def paying_and_reports(look, desk) -> None:
    """The officers of finance, and those who read."""
    paid = a_paid_batch(desk)
    ready = an_authorised_batch(desk, at=PAID_AT - timedelta(days=1))
    made, payable = a_made_batch(desk), an_authorised_claim(desk, "MG", amount="437.55")
    seal = seal_events(at=PAID_AT)
    look.as_(desk.maker)
    look.at("/desk", "/payments/", f"/payments/{paid.id}")
    open_one = payable_of(payable)
    look.at("/payables/", f"/payables/{open_one.id}", f"/payables/{open_one.id}/hold")
    look.press(f"/payables/{open_one.id}/hold", "Hold back")
    under_way, executed = ready.payments[0].id, paid.payments[0].id
    look.at(f"/payments/payments/{under_way}/execute", f"/payments/payments/{under_way}/reject")
    look.press(f"/payments/payments/{under_way}/reject", "Book it")
    look.at(f"/payments/payments/{executed}/give-back", f"/payments/{ready.id}")
    look.at(f"/payments/{ready.id}/execute", "/budgets", f"/budgets/{IN2.envelope().id}/receive-funds")
    look.at("/periods", "/periods/in2lifesciences/BE-WAL/close")
    look.press("/periods/in2lifesciences/BE-WAL/close", "Close the period")
    look.page.set_viewport_size({"width": 1280, "height": 900})
    look.page.goto("/payments/")
    look.page.locator(f"input[name=picked][value='{open_one.id}']").check()
    look.page.get_by_role("button", name="Make a batch of the selected").click()
    look.page.get_by_role("button", name="Make the batch").wait_for()
    look.judge("make a batch")
    look.page.locator("[name=execute_on-day]").fill("")
    look.page.get_by_role("button", name="Make the batch").click()
    look.page.locator(".govuk-error-summary").wait_for()
    look.judge("make a batch, with errors")
    look.as_(desk.second)
    look.at(f"/payments/{made.id}", f"/payments/{made.id}/authorise", f"/payments/{made.id}/cancel")
    look.press(f"/payments/{made.id}/authorise", "Authorise the batch")
    doubtful = a_check(made.payments[0].payable, by=desk.maker)
    debt = f"/payables/{made.payments[0].payable_id}"
    look.at(debt, f"{debt}/check", f"/payables/checks/{doubtful.id}/accept")
    look.press(f"{debt}/check", "Record the bank’s check of the name")
    look.press(f"/payables/checks/{doubtful.id}/accept", "Accept the bank’s answer")
    token, _secret = a_token(desk.second, at=PAID_AT)
    look.at("/tokens", "/tokens/issue", f"/tokens/{token.id}/revoke")
    look.press("/tokens/issue", "Issue a token")
    look.press(f"/tokens/{token.id}/revoke", "Revoke the token")
    journal = db.session.scalar(select(func.max(Journal.id)))
    reference = paid.payments[0].application.reference
    look.as_(a_member_of_staff(Role.AUDITOR, at=PAID_AT))
    look.at("/desk", "/reports/dashboard", "/reports/trial-balance", "/reports/ledger", "/reports/events", "/reporting")
    look.at("/reports/statement?from=2026-11-01", "/reports/absorption?by=instrument", "/periods")
    look.at("/reports/seals", f"/reports/seals/{seal.id}", f"/reports/journals/{journal}")
    look.at(f"/reports/vouchers/{reference}", "/budgets")


def transferring(look, desk) -> None:
    """Money that moves between budgets; the pages of queue and pool are looked at in `test_evaluation_pages`."""
    transfer = a_proposed_transfer(by=desk.manager, at=PAID_AT)
    one = f"/budgets/transfers/{transfer.id}"
    look.as_(desk.manager)
    look.at(f"/budgets/{IN2.envelope().id}/propose-transfer", "/budgets/transfers", one, f"{one}/withdraw")
    look.at(*(f"/decisions/calls/{IN2.call().id}/{page}?region=BE-WAL" for page in ("queue", "pool")))
    look.press(f"/budgets/{IN2.envelope().id}/propose-transfer", "Propose it")
    look.as_(a_manager("NL-GE", at=PAID_AT))
    look.at(one, f"{one}/approve", f"{one}/refuse")
    look.press(f"{one}/approve", "Move the money")


def drawing_lots(look, desk) -> None:
    """A draw at each of its steps, for those who hold it and for everybody."""
    draw = a_bare_draw(by=desk.manager)
    page = f"/draws/{draw.id}"
    look.as_(desk.manager)
    look.at(page, f"{page}/announce")
    look.press(f"{page}/announce", "Name the source")
    announce_draw(draw, a_source(PAID_AT), by=desk.manager, at=PAID_AT - timedelta(days=1))
    look.at(page, f"{page}/enter-numbers")
    enter_numbers(draw, NUMBERS, by=desk.manager, at=PAID_AT)
    look.at(page, f"{page}/correct-numbers", f"{page}/run")
    look.press(f"{page}/run", "Run the draw")
    run_draw(draw, by=desk.manager, at=PAID_AT)
    look.at(f"{page}/propose-correction")
    propose_correction(draw, "1 2 3 4 5 6", "A slip.", by=desk.manager, at=PAID_AT)
    coordinator = a_coordinator()
    look.as_(coordinator)
    look.at(page, f"{page}/confirm-correction", f"{page}/refuse-correction")
    confirm_correction(draw, by=coordinator, at=PAID_AT)
    run_draw(draw, by=desk.manager, at=PAID_AT)
    look.as_(None)
    look.at(page, "/draws/")


def surveying(look, desk) -> None:
    """Six questions, behind a link and for a member who has signed in."""
    first, second = (a_survey(a_submitted_application(at=PAID_AT), at=PAID_AT) for _ in range(2))
    owner = owner_of(second.application)
    look.as_(desk.manager)
    look.at("/surveys/")
    look.as_(None)
    link = path_of(mailed_link(owner_of(first.application).email))
    look.at(link)
    look.press(link, "Send the answers")
    look.as_(owner)
    look.at("/surveys/yours", f"/surveys/yours/{second.id}")


def people(look) -> None:
    """The administrator, and a person's own account."""
    administrator, manager = an_administrator(at=PAID_AT), a_member_of_staff(at=PAID_AT)
    person = f"/people/{manager.id}"
    look.as_(None)
    look.page.goto("/sign-in")
    look.page.get_by_label("Email address").fill(administrator.email)
    look.page.get_by_label("Password", exact=True).fill(PASSWORD)
    look.page.get_by_role("button", name="Sign in").click()
    look.page.wait_for_url("**/sign-in/code*")
    look.at("/sign-in/code")
    look.as_(administrator)
    look.at("/people", "/people/invite", person, f"{person}/roles", f"{person}/disable")
    look.at(f"{person}/reset-second-factor", "/account/recovery-codes", "/account")
    look.press("/people/invite", "Send the invitation")
    look.as_(an_applicant())
    look.at("/account", "/account/details", "/account/password", "/account/second-factor")


@pytest.mark.once
def test_error_pages(look, tmp_path, monkeypatch):
    """Each refusal is a page like the others: what happened, and where to go."""
    draft, desk, submitted = a_complete_draft(), Desk(), a_submitted_application()
    claim = a_complete_claim(an_active_agreement("MG", manager=desk.manager))
    look.as_(owner_of(draft))
    look.at("/applications/worklist", status=403)
    look.at("/nothing", "/applications/4711", status=404)
    look.as_(desk.manager)
    look.at(f"/agreements/issue/{submitted.id}", status=409)

    look.as_(owner_of(draft))
    large = tmp_path / "large.pdf"
    large.write_bytes(b"%PDF-1.4" + b"0" * 300_000)
    look.live.app.config["MAX_CONTENT_LENGTH"] = 200_000
    look.as_(owner_of(claim.agreement.application))
    look.page.goto(f"/claims/{claim.id}/evidence")
    look.page.get_by_label("What is it?").select_option(index=1)
    look.page.locator("input[type=file]").first.set_input_files(Path(large))
    look.page.get_by_role("button", name="Attach the file").first.click()
    look.page.get_by_role("heading", name="The file is too large").wait_for()
    look.judge("413")

    def broken():
        raise RuntimeError("on purpose")

    broken.permission = "public"
    monkeypatch.setitem(look.live.app.view_functions, "web.privacy", broken)
    look.at("/privacy", status=500)
    assert [fault for fault in look.live.faults if "status of 500" not in fault] == []
    look.live.faults.clear()
    assert look.found == []
    forget()
