"""Every address of the office, tried by those who must not: another region's staff, an auditor with buttons.

The addresses come from the URL map, so a new page is tried on the day that it is written.
"""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.agreements import an_active_agreement, an_offered_agreement
from tests.builders.amendments import a_proposed_termination, an_amendment_in_force
from tests.builders.api import a_token
from tests.builders.appeals import a_filed_appeal, a_rejected_application
from tests.builders.applications import (
    PDF,
    a_complete_draft,
    a_file,
    a_submitted_application,
    an_organisation,
    owner_of,
)
from tests.builders.audits import a_drawn_sample, a_finding, a_mandate
from tests.builders.banking import an_open_entry, an_open_report
from tests.builders.claims import a_complete_claim
from tests.builders.deciding import a_condition, a_feedback_package, a_stored_session
from tests.builders.draws import a_bare_draw
from tests.builders.enquiries import a_clarification, an_enquiry
from tests.builders.evaluation import a_consensus, an_assignment, an_eligible_application, an_evaluated_application
from tests.builders.kept import kept
from tests.builders.likenesses import a_noted_likeness
from tests.builders.matching import a_reckoned_run
from tests.builders.organisations import rename
from tests.builders.packs import a_pack
from tests.builders.panels import a_session, a_vote
from tests.builders.payments import PAID_AT, Desk, a_check, an_authorised_batch
from tests.builders.pools import a_whole_pool
from tests.builders.programmes import during_call, in2
from tests.builders.providers import a_provider
from tests.builders.rates import a_read_file_of_rates
from tests.builders.recoveries import a_partly_paid_recovery
from tests.builders.retention import DRAFTS_GO_AT, a_hold, a_keeper, a_proposed_disposal
from tests.builders.schemes import a_scheme_draft
from tests.builders.surveys import a_survey
from tests.builders.transfers import a_proposed_transfer
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.applications.actions.recusing import recuse
from vouchers.audit.actions import seal_events
from vouchers.audit.models import AuditEvent
from vouchers.audits.queries.mandates import get_mandate
from vouchers.audits.queries.samples import list_all_units
from vouchers.audits.states import Basis
from vouchers.core.clock import stopped_at
from vouchers.core.database import db
from vouchers.core.web import is_open_to_visitors
from vouchers.documents.models import Document
from vouchers.eligibility.actions import sign_aid_declaration, state_ownership_statement
from vouchers.eligibility.models import AidEntry
from vouchers.enquiries.actions.asking import publish_public_answer
from vouchers.enquiries.actions.refiling import attach_clarification
from vouchers.ledger.models import Journal
from vouchers.matching.actions.wishing import exclude_pair
from vouchers.organisations.actions import propose_bank_account
from vouchers.organisations.models import BankAccount, Membership
from vouchers.retention.actions.copying import ask_copy
from vouchers.retention.actions.holding import lift_hold
from vouchers.users.models import UserSession
from vouchers.users.queries import get_user
from vouchers.users.states import Role

ANYBODYS = {"applications.start", "organisations.found", "programmes.call", "pools.start"}
"""Everybody with an account may apply for an organisation of their own; a call is public."""
PUBLIC = {"programmes.call"}
"""Everybody's, also without an account."""
OWN = {
    "users.set_password", "users.edit_profile", "users.set_up_second_factor", "users.recovery_codes",
    "users.end_other_sessions", "users.sign_out", "users.choose_language", "retention.own_data",
}  # fmt: skip
"""One's own account, whoever one is."""
AUDITORS = {
    "audits.plan", "audits.order", "audits.enter", "audits.mark", "audits.conclude", "audits.discard", "audits.issue",
    "audits.follow_up", "audits.close", "packs.ask", "packs.cancel",
}  # fmt: skip
"""Samples, findings and packs of one's own mandate."""
NOBODY = 4711
"""An id that no row has."""
SHARED = {
    "schemes.show", "schemes.preview", "experts.show", "experts.edit", "experts.suspend", "experts.reinstate",
    "experts.renew", "experts.attach", "experts.issue_contract", "experts.note_absence", "experts.cancel_absence",
    "experts.contract", "experts.contract_pdf", "experts.document", "experts.detach", "experts.end_contract",
    "experts.countersign_contract",
    "pools.edit", "pools.publish", "pools.extend", "pools.close", "pools.enrolment", "pools.document", "pools.mark",
    "pools.admit", "pools.refuse", "pools.imported", "pools.confirm", "pools.discard", "pools.read_file",
    "pools.template", "rates.imported", "rates.load", "rates.discard",
    "providers.edit", "providers.accredit", "providers.suspend", "providers.reinstate", "providers.end",
    "reports.seal", "reports.seal_sheet", "reports.consistency",
}  # fmt: skip
"""The registers of experts and providers and the calls being written belong to the programme, and to each of its
managers; the monthly rates belong to all; a seal names nobody, and belongs to whoever reads any part of the record."""


STATED = {
    "nace": "",
    "firms": [{"code": "own", "name": "BioWave", "kind": "enterprise", "same_market": True}],
    "holdings": [],
    "years": [
        {
            "year": 2025,
            "counts_at_once": False,
            "figures": {"own": {"headcount": "9", "turnover": None, "balance": None}},
        }
    ],
}
"""Nobody owns it."""


@pytest.fixture
def world(app, clock):
    """Something of every kind in Wallonia. Gives the values of addresses, by name, and for some by blueprint."""
    in2()
    clock.stop(during_call())
    values = something_of_every_kind()
    clock.stop(PAID_AT)
    signed_in(app.test_client(), get_user(values["user_id"]))
    of_owner = select(UserSession.id).where(UserSession.user_id == values["user_id"])
    return values | {"session_id": db.session.scalars(of_owner).one()}


@kept
def something_of_every_kind():
    """The values of `world`."""
    desk = Desk()
    draw = a_bare_draw(by=desk.manager)
    batch = an_authorised_batch(desk)
    owner = an_applicant()
    organisation = an_organisation(owner)
    account = propose_bank_account(
        organisation, holder="A", iban="BE68539007547034", bic="", by=owner, at=during_call()
    )
    submitted = a_submitted_application("COL", owner=owner, organisation=organisation)
    marked = an_eligible_application("COL")
    claim = a_complete_claim(region="BE-WAL")
    survey = a_survey(claim.agreement.application, at=during_call())
    agreement = an_offered_agreement("MG")
    named = agreement.application
    rename(named.organisation, "Other Name", by=owner_of(named), at=during_call() + timedelta(hours=3))
    amended = an_active_agreement("COL")
    amendment = an_amendment_in_force(amended, at=during_call() + timedelta(days=1))
    termination = a_proposed_termination(amended, at=during_call() + timedelta(days=2))
    assignment = an_assignment(marked)
    run = a_reckoned_run(by=desk.manager)
    wish = exclude_pair(marked, assignment.expert, by=desk.manager, at=during_call())
    enquiry = an_enquiry(submitted)
    an_evaluated_application()
    panel = a_session()
    stepping_back = recuse(marked, "My sister works there.", by=desk.maker, at=during_call())
    public = publish_public_answer(enquiry, "Is a train paid?", "It is.", by=desk.manager, at=during_call())
    clarification = a_clarification(desk.manager, submitted, documents=("offer",))
    attach_clarification(clarification, "offer", a_file(PDF + b"%"), by=owner, at=during_call())
    scheme = a_scheme_draft(a_member_of_staff(Role.COORDINATOR, region=None), days=True)
    declaration = sign_aid_declaration(
        organisation, {"members": [], "entries": []}, signed_name=owner.name, by=owner, at=during_call()
    )
    statement = state_ownership_statement(organisation, STATED, by=owner, at=during_call())
    appeal = a_filed_appeal(a_rejected_application(), at=during_call())
    with stopped_at(PAID_AT):
        hold = a_hold(at=PAID_AT)
        lift_hold(hold, "Over.", by=a_keeper("second", at=PAID_AT), at=PAID_AT)
        a_complete_draft("MG", at=during_call())
        disposal = a_proposed_disposal(at=DRAFTS_GO_AT)
        mandate = a_mandate("BE-WAL", at=PAID_AT)
        sample = a_drawn_sample(mandate, basis=Basis.ACCEPTED, at=PAID_AT)
        recovery = a_partly_paid_recovery(desk)

        def document_of(kind, number):
            wanted = (Document.subject_kind == kind, Document.subject_id == number)
            return db.session.scalars(select(Document.id).where(*wanted).limit(1)).one()

        voucher = claim.agreement.application
        bank_entry = an_open_entry(desk)
        return {
            "application_id": submitted.id,
            "partner_id": NOBODY,  # this call asks for none, so there is none to find
            "decisions.session_id": a_stored_session(submitted).id,
            "decisions.feedback.application_id": batch.payments[0].application.id,  # experts marked it
            "condition_id": a_condition(voucher).id,
            "pack_id": a_pack(mandate, at=PAID_AT).id,
            "package_id": a_feedback_package(voucher, at=PAID_AT).id,
            "outcome": "award",
            "language": "en",
            "enquiry_id": enquiry.id,
            "public_answer_id": public.id,
            "clarification_id": clarification.id,
            "draft_id": scheme.id,
            "draw_id": draw.id,
            "appeal_id": appeal.id,
            "appeals.document_id": NOBODY,
            "survey_id": survey.id,
            "place": "call/marking",
            "agreement_id": agreement.id,
            "amendment_id": amendment.id,
            "termination_id": termination.id,
            "amendments.agreement_id": amended.id,
            "advance_id": NOBODY,  # this voucher pays no advances; tests/advances tries those doors
            "number": 1,
            "claim_id": claim.id,
            "line_id": claim.costs[0].id,
            "journey_id": claim.costs[0].itinerary[0].id,
            "batch_id": batch.id,
            "payment_id": batch.payments[0].id,
            "payable_id": batch.payments[0].payable_id,
            "recovery_id": recovery.id,
            "receipt_id": recovery.receipts[0].id,
            "suspicion_id": NOBODY,  # nobody here reads one; tests/recoveries tries those doors
            "check_id": a_check(batch.payments[0].payable, by=desk.maker).id,
            "assignment_id": assignment.id,
            "recusal_id": stepping_back.id,
            "consensus_id": a_consensus().id,
            "panel_id": panel.id,
            "panels.application_id": panel.agenda[0],
            "seat_id": panel.seats[0].id,
            "vote_id": a_vote(panel).id,
            "interview_id": NOBODY,  # this call has none, so there is none to find
            "region_code": "BE-WAL",
            "expert_id": assignment.expert_id,
            "provider_id": a_provider().id,
            "run_id": run.id,
            "wish_id": wish.id,
            "rates.import_id": a_read_file_of_rates(at=PAID_AT).id,
            **a_whole_pool(desk.manager, assignment.expert, at=PAID_AT),
            "organisation_id": organisation.id,
            **{f"organisations.{verb}_name.organisation_id": named.organisation_id for verb in ("confirm", "refuse")},
            "account_id": db.session.get(BankAccount, account.id).id,
            "membership_id": db.session.scalars(
                select(Membership.id).where(Membership.organisation_id == organisation.id)
            ).first(),
            "likeness_id": a_noted_likeness(desk).id,
            "transfer_id": a_proposed_transfer(by=desk.manager).id,
            "entry_id": db.session.scalars(select(func.max(AidEntry.id))).one(),
            "declaration_id": declaration.id,
            "statement_id": statement.id,
            "envelope_id": in2().envelope("BE-WAL").id,
            "call_id": in2().call().id,
            "banking.statement_id": bank_entry.statement_id,
            "banking.entry_id": bank_entry.id,
            "report_id": an_open_report(desk, batch).id,
            "fees.statement_id": NOBODY,  # this call pays no fee; tests/fees tries those doors
            "programme_code": "in2lifesciences",
            "call_code": "2026-1",
            "code": "project",
            "question": "title",
            "mark": "00000000",
            "user_id": owner.id,
            "token_id": a_token(desk.second, at=PAID_AT)[0].id,
            "grant_id": desk.manager.grants[0].id,
            "seal_id": seal_events(at=PAID_AT).id,
            "event_id": db.session.scalars(
                select(func.max(AuditEvent.id)).where(AuditEvent.scope.endswith("/BE-WAL"))
            ).one(),
            "journal_id": db.session.scalars(select(func.max(Journal.id))).one(),
            "reference": voucher.reference,
            "filename": "app.css",
            "agreements.application_id": agreement.application_id,
            "applications.document_id": document_of("application", submitted.id),
            "clarification_files.document_id": document_of("clarification", clarification.id),
            "claims.document_id": document_of("claim", claim.id),
            "evaluation.kind": "sheets",
            "evaluation.document_id": document_of("application", marked.id),
            "form": "xlsx",
            "reports.document_id": document_of("claim", claim.id),
            "mandate_id": mandate.id,
            "sample_id": sample.id,
            "hold_id": hold.id,
            "disposal_id": disposal.id,
            "copy_id": ask_copy(owner, by=owner, at=PAID_AT).id,
            "unit_id": list_all_units(sample)[0].id,
            "finding_id": a_finding(mandate, at=PAID_AT).id,
            "desk": desk,
        }


def value_of(world, endpoint, name):
    """What a page is tried with: a thing of its own, of its blueprint, or the one that all have."""
    package = endpoint.partition(".")[0]
    return world.get(f"{endpoint}.{name}", world.get(f"{package}.{name}", world.get(name)))


def doors(app, world, method):
    """(endpoint, address) of every guarded page that takes this method."""
    for rule in app.url_map.iter_rules():
        if method not in rule.methods or is_open_to_visitors(app.view_functions[rule.endpoint]):
            continue
        if rule.endpoint.endswith("static"):
            continue
        values = {name: value_of(world, rule.endpoint, name) for name in rule.arguments}
        assert None not in values.values(), f"{rule.endpoint} names something that this test does not have: {values}"
        with app.test_request_context():
            yield rule, app.url_map.bind("localhost").build(rule.endpoint, values, method=method) + "?region=BE-WAL"


def traces():
    """How much the record and the books hold."""
    db.session.rollback()
    return [db.session.scalar(select(func.count()).select_from(model)) for model in (AuditEvent, Journal, Document)]


@pytest.mark.parametrize("role", [Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.AUDITOR])
def test_another_regions_staff_find_every_door_closed(app, client, world, role):
    stranger = signed_in(client, a_member_of_staff(role, region="NL-NB"))
    kept, opened, tried = traces(), [], 0

    for method in ("GET", "POST"):
        for rule, address in list(doors(app, world, method)):
            if not rule.arguments or rule.endpoint in ANYBODYS | SHARED | OWN:
                continue
            tried += 1
            status = stranger.open(address, method=method).status_code
            if status not in (403, 404):
                opened.append(f"{method} {address}: {status}")

    assert opened == []
    assert tried > 80
    assert traces() == kept


def test_the_doors_that_were_tried_lead_to_something(app, client, world):
    missing, broken = [], []
    for person in (world["desk"].manager, a_member_of_staff(Role.AUDITOR)):
        browser = signed_in(client, person)
        for rule, address in list(doors(app, world, "GET")):
            if not rule.arguments or str(NOBODY) in address:
                continue
            answer = browser.get(address, buffered=True)
            if answer.status_code in (404, 500):
                missing.append(f"{address}")
            elif b'href="<' in answer.data:
                broken.append(address)

    assert missing == []
    assert broken == [], "a link of these pages is a piece of another link"


def test_an_auditor_presses_every_button_of_the_office_in_vain(app, client, world):
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    kept, opened, tried = traces(), [], 0

    for rule, address in list(doors(app, world, "POST")):
        if rule.endpoint in PUBLIC | OWN:
            continue
        tried += 1
        status = auditor.post(address, data={"reason": "Because.", "checked": "yes", "amount": "1"}).status_code
        if status not in (403, 404):
            opened.append(f"{address}: {status}")

    assert opened == []
    assert tried > 50
    assert traces() == kept


def test_the_auditor_of_a_mandate_writes_nothing_but_what_is_the_auditors(app, client, world):
    auditor = signed_in(client, get_user(get_mandate(world["mandate_id"]).auditor_id))
    kept, opened, tried = traces(), [], 0

    for rule, address in list(doors(app, world, "POST")):
        if rule.endpoint in PUBLIC | OWN | AUDITORS:
            continue
        tried += 1
        status = auditor.post(address, data={"reason": "Because.", "checked": "yes", "amount": "1"}).status_code
        if status not in (403, 404):
            opened.append(f"{address}: {status}")

    assert opened == []
    assert tried > 50
    assert traces() == kept


def test_an_auditor_opens_every_page_of_the_record(app, client, world):
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))

    for endpoint, address in [(rule.endpoint, address) for rule, address in list(doors(app, world, "GET"))]:
        status = auditor.get(address, buffered=True).status_code
        assert status in (200, 302, 303, 403) or str(NOBODY) in address, f"{endpoint} {address}: {status}"
        if endpoint.partition(".")[0] in ("reports",):
            assert status == 200, address
