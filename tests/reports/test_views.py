"""The pages of the reports: what they show, that it adds up to the ledger, and whom they are closed to."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal
from html import unescape

import pytest
from sqlalchemy import func, select

from tests.builders.agreements import an_active_agreement, an_offered_agreement
from tests.builders.applications import a_complete_draft, a_submitted_application, owner_of
from tests.builders.counting import queries_of
from tests.builders.enquiries import an_enquiry
from tests.builders.evaluation import an_awarded_application
from tests.builders.payments import PAID_AT, Desk, a_made_batch, an_authorised_claim, an_executed_batch
from tests.builders.programmes import another_programme, in2
from tests.builders.transfers import a_proposed_transfer
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.audit.actions import seal_events
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.ledger import queries as books
from vouchers.ledger.models import Journal, JournalLine
from vouchers.payments.actions import batches as actions
from vouchers.programmes.models import Call
from vouchers.reports.queries.matters.registry import MATTERS, OWN, PAYING
from vouchers.reports.queries.voucher import title_of
from vouchers.users.states import Role

IN2 = "in2lifesciences"
PAGES = [
    "/desk",
    "/reports/dashboard",
    "/reports/trial-balance",
    "/reports/ledger",
    "/reports/ledger.csv",
    "/reports/events",
    "/reports/seals",
]


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


@pytest.fixture
def paid(desk):
    """A batch that was paid, with a claim that still waits."""
    an_authorised_claim(desk)
    return an_executed_batch(desk, [an_authorised_claim(desk, "MG", amount="437.55")])


def reference_of(batch):
    return batch.payments[0].application.reference


def page_of(client, user, path):
    answer = signed_in(client, user).get(path)
    assert answer.status_code == 200, answer.text
    return unescape(re.sub(r"\s+", " ", answer.text))


def words(text):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


# who may


@pytest.mark.parametrize("path", PAGES)
def test_reports_are_for_readers(client, desk, path):
    assert signed_in(client, an_applicant()).get(path, buffered=True).status_code == 403
    assert signed_in(client, a_member_of_staff(Role.ADMINISTRATOR)).get(path, buffered=True).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_reports_open_to_an_auditor(client, paid, path):
    assert signed_in(client, a_member_of_staff(Role.AUDITOR)).get(path, buffered=True).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_reports_open_in_an_office_without_a_programme(client, app, clock, path):
    assert signed_in(client, a_member_of_staff(Role.AUDITOR)).get(path, buffered=True).status_code == 200


@pytest.mark.parametrize("path", ["/reports/events", "/reports/seals"])
def test_the_whole_record_is_for_auditors_and_coordinators(client, desk, path):
    assert signed_in(client, desk.manager).get(path, buffered=True).status_code == 403
    assert signed_in(client, a_member_of_staff(Role.COORDINATOR)).get(path, buffered=True).status_code == 200


@pytest.mark.parametrize(
    "path", ["/reports/dashboard", "/reports/trial-balance", "/reports/ledger", "/reports/ledger.csv"]
)
def test_another_regions_reports_are_closed(client, paid, path):
    other = Desk("NL-NB").manager
    assert signed_in(client, other).get(f"{path}?region=BE-WAL").status_code == 403


def test_another_regions_voucher_journal_and_documents_are_closed(client, paid):
    other = signed_in(client, Desk("NL-NB").manager)
    journal = db.session.scalars(select(Journal).where(Journal.event == "bank_debit")).one()
    reference = reference_of(paid)
    for path in (
        f"/reports/vouchers/{reference}",
        f"/reports/vouchers/{reference}/documents/{paid.document_id}",
        f"/reports/journals/{journal.id}",
    ):
        assert other.get(path).status_code == 403


def test_a_draft_is_not_for_staff(client, desk):
    draft = a_complete_draft()
    for role in (Role.CLUSTER_MANAGER, Role.AUDITOR):
        reader = a_member_of_staff(role)
        assert signed_in(client, reader).get(f"/reports/vouchers/{draft.reference}").status_code == 403


@pytest.mark.parametrize("path", ["/reports/vouchers/NO-2026-1", "/reports/journals/999999"])
def test_what_is_not_there(client, desk, path):
    assert signed_in(client, desk.manager).get(path, buffered=True).status_code == 404


def test_an_auditors_posts_are_refused_everywhere(client, app, paid):
    """Every route that takes a post, but one's own account: an auditor presses nothing."""
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    before = db.session.scalar(select(func.count()).select_from(AuditEvent))
    accepted = []
    for rule in app.url_map.iter_rules():
        own = rule.endpoint.startswith(("users.", "web.", "demo.", "static"))
        if "POST" not in rule.methods or own:
            continue
        path = rule.build({name: _value(paid, name) for name in rule.arguments}, append_unknown=False)[1]
        answer = auditor.post(path, data={"reason": "x", "checked": "yes", "picked": "1", "confirmed": "yes"})
        if answer.status_code not in (401, 403, 404, 409, 422) and not _is_own_business(rule.endpoint):
            accepted.append((rule.endpoint, answer.status_code))
    assert accepted == []
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == before


def _value(paid, name):
    words = {"reference": reference_of(paid), "kind": "experts"}
    return words.get(name, 1 if name.endswith("_id") else "x")


def _is_own_business(endpoint):
    """An auditor may found an organisation like anybody; the page of a closed check is shown again, for reading."""
    return endpoint in {"organisations.found", "evaluation.check"}


# desk


def test_desk_counts_what_waits(client, desk, clock):
    a_submitted_application()
    an_offered_agreement(manager=desk.manager)
    an_authorised_claim(desk)
    an_authorised_claim(Desk("NL-NB"))
    a_made_batch(desk)
    shown = words(page_of(client, desk.manager, "/desk"))
    assert "What waits for you today" in shown
    for line in (
        "1 Formal checks",
        "1 Agreements to accept for the region",
        "1 Payments to put into a batch",
        "1 Batches to authorise",
        "0 Claims to verify",
    ):
        assert line in shown
    assert "needs another person than you" in words(page_of(client, desk.maker, "/desk"))


def test_desk_of_a_finance_officer_leaves_out_the_managers_work(client, desk):
    shown = page_of(client, desk.maker, "/desk")
    assert "Formal checks" not in shown
    assert "Claims to verify" in shown


def test_desk_of_an_auditor_shows_all_regions(client, desk):
    an_authorised_claim(desk)
    an_authorised_claim(Desk("NL-NB"))
    shown = words(page_of(client, a_member_of_staff(Role.AUDITOR), "/desk"))
    assert "Where work waits today" in shown
    assert "2 Payments to put into a batch" in shown


def test_desk_counts_questions_the_aid_register_and_transfers_for_who_decides_them(client, desk):
    an_enquiry()
    an_awarded_application()
    a_proposed_transfer()
    a_proposed_transfer(source="NL-GE", target="BE-WAL")
    shown = words(page_of(client, desk.manager, "/desk"))
    for line in ("1 Questions of applicants", "1 To be entered in the aid register", "1 Transfers to decide"):
        assert line in shown
    assert re.search(r"To be entered in the aid register The oldest is \d+ days? late", shown)
    shown = words(page_of(client, desk.maker, "/desk"))
    assert "Transfers to decide" not in shown
    assert "Questions of applicants" not in shown
    shown = words(page_of(client, a_member_of_staff(Role.AUDITOR), "/desk"))
    assert "1 Questions of applicants" in shown
    assert "2 Transfers to decide" in shown


def test_desk_tells_a_coordinator_which_transfer_somebody_else_must_decide(client, desk):
    coordinator = a_member_of_staff(Role.COORDINATOR)
    a_proposed_transfer(by=coordinator)
    shown = words(page_of(client, coordinator, "/desk"))
    assert "1 Transfers to decide 1 of them needs another person than you." in shown


def test_desk_names_the_days_left_of_80(client, desk, clock):
    claim = an_authorised_claim(desk)
    shown = words(page_of(client, desk.maker, "/desk"))
    assert f"{(claim.pay_by - clock.now.date()).days} days left for the most urgent" in shown
    clock.stop(PAID_AT + timedelta(days=90))
    assert "Late" in words(page_of(client, desk.maker, "/desk"))


# dashboard


def test_dashboard_adds_up_to_the_ledger(client, paid):
    shown = words(page_of(client, a_member_of_staff(Role.COORDINATOR), "/reports/dashboard"))
    stages = books.stages(programme=IN2)
    assert stages["B140"] == 700000
    assert stages["B150"] == 43755
    tiles = (
        ("Available", "B110"),
        ("Pre-committed", "B120"),
        ("Committed", "B130"),
        ("Accepted", "B140"),
        ("Paid", "B150"),
    )
    for label, account in tiles:
        assert f"{label} €{(stages[account] + 50) // 100:,}" in shown
    assert sum(stages[account] for _label, account in tiles) == stages["B100"]
    assert "Applications 2" in shown
    assert "Requested €7,500" in shown or "Requested €7,438" in shown


def test_dashboard_of_one_instrument_counts_its_vouchers(client, paid):
    shown = words(page_of(client, a_member_of_staff(Role.COORDINATOR), "/reports/dashboard?instrument=MG"))
    assert "Applications 1" in shown
    assert "Accepted €0" in shown
    assert "Paid €438" in shown


def test_dashboard_shows_committed_and_paid_over_months(client, paid):
    shown = words(page_of(client, a_member_of_staff(Role.COORDINATOR), "/reports/dashboard"))
    assert "Show the figures as a table" in shown
    assert re.search(r"Oct 2026 7,\d{3} 0", shown)
    assert "Dec 2026 7,438 438" in shown


def test_dashboard_lists_what_is_overdue_and_links_bars_to_the_worklist(client, desk, clock):
    claim = an_authorised_claim(desk)
    clock.stop(PAID_AT + timedelta(days=90))
    page = page_of(client, desk.manager, "/reports/dashboard")
    assert "Overdue claims and marks 1" in words(page)
    assert f"/reports/vouchers/{claim.agreement.application.reference}" in page
    assert "/applications/?state=agreed" in page or "state=agreed" in page


def test_dashboard_and_report_offer_only_regions_of_the_programme(client, paid):
    another_programme()
    coordinator = a_member_of_staff(Role.COORDINATOR)
    for path in ("/reports/dashboard", "/reporting"):
        page = page_of(client, coordinator, f"{path}?programme=in2lifesciences")
        assert '<option value="BE-WAL"' in page
        assert '<option value="FR-ARA"' not in page


def test_dashboard_shows_no_other_region(client, paid):
    shown = words(page_of(client, Desk("NL-NB").manager, "/reports/dashboard"))
    assert "Applications 0" in shown
    assert "Wallonia" not in shown


# books


def test_trial_balance_adds_up(client, paid):
    shown = words(page_of(client, a_member_of_staff(Role.AUDITOR), "/reports/trial-balance?region=BE-WAL"))
    assert "It adds up" in shown
    assert "Budget position: €100,000.00 were voted" in shown
    assert "€437.55" in shown


def test_ledger_shows_lines_and_their_sums(client, paid):
    shown = words(
        page_of(client, a_member_of_staff(Role.AUDITOR), f"/reports/ledger?q={reference_of(paid)}&account=B150")
    )
    assert "Debit €437.55, credit €0.00." in shown
    assert "Payment executed by the bank" in shown
    assert "bank_debit" not in shown


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ("account=1000", "1 line"),
        ("event=bank_debit&account=1010", "1 line"),
        ("from=2026-12-01&to=2026-12-01&account=B150", "1 line"),
        ("from=2026-12-02", "0 lines"),
        ("from=rubbish&page=abc&sort=x&account=9999&q=NOTHING", "0 lines"),
    ],
)
def test_ledger_filters(client, desk, asked, count):
    an_executed_batch(desk)
    shown = words(page_of(client, a_member_of_staff(Role.AUDITOR), f"/reports/ledger?{asked}"))
    lines = {"1 line": ("1 line.", "2 lines.")}.get(count, (f"{count}.",))
    assert any(line in shown for line in lines)


def test_journal_tells_who_why_and_what_else(client, paid, desk):
    journal = db.session.scalars(select(Journal).where(Journal.event == "payment_order")).one()
    page = page_of(client, a_member_of_staff(Role.AUDITOR), f"/reports/journals/{journal.id}")
    assert desk.second.name in page
    assert f"{paid.number}.xml" in page
    assert f"/reports/vouchers/{reference_of(paid)}" in page
    assert f"/payments/{paid.id}" in page


def test_export_ledger_holds_the_lines_of_the_readers_regions_only(client, desk):
    an_executed_batch(desk)
    other = Desk("NL-NB")
    an_executed_batch(other, [an_authorised_claim(other)])
    auditor = a_member_of_staff(Role.AUDITOR, programme=IN2, region="BE-WAL")
    answer = signed_in(client, auditor).get("/reports/ledger.csv", buffered=True)
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.get_data(as_text=True))))
    assert {row["region"] for row in rows} == {"BE-WAL"}
    whole = signed_in(client, a_member_of_staff(Role.AUDITOR)).get("/reports/ledger.csv", buffered=True)
    lines = db.session.scalar(select(func.count()).select_from(JournalLine))
    assert len(list(csv.DictReader(io.StringIO(whole.get_data(as_text=True))))) == lines


@pytest.mark.parametrize(
    "asked",
    [
        "account=B150&q={reference}",
        "event=bank_debit&account=1010",
        "q={reference}&call={call}&instrument=MG",
        "instrument=INS",
        "region=BE-WAL&from=2026-12-01&to=2026-12-01",
        "account=9999&q=NO_THING%25",
    ],
)
def test_export_ledger_holds_what_the_page_lists(client, paid, asked):
    asked = asked.format(reference=reference_of(paid), call=db.session.scalars(select(Call.code)).first())
    page = page_of(client, a_member_of_staff(Role.AUDITOR), f"/reports/ledger?{asked}&sort=cents")
    listed = int(re.search(r"(\d+) lines?\.", words(page))[1])
    link = re.search(r'href="(/reports/ledger\.csv[^"]*)"', page)[1]
    rows = list(csv.DictReader(io.StringIO(client.get(link, buffered=True).get_data(as_text=True))))
    assert len(rows) == listed
    debits = sum(Decimal(row["debit"]) for row in rows)
    assert f"Debit €{debits:,}" in words(page) or not rows


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("from=2026-13-01", "knows no “2026-13-01”"),
        ("account=9999&region=XX", "knows no “XX”"),
        ("account=9999", "knows no “9999”"),
        ("programme=gone", "knows no “gone”"),
        ("from=2026-12-02&to=2026-12-01", "The first day is after the last"),
    ],
)
def test_what_is_not_understood_is_said_and_the_whole_is_not_sent_instead(client, paid, asked, says):
    auditor = a_member_of_staff(Role.AUDITOR)
    assert says in page_of(client, auditor, f"/reports/ledger?{asked}")
    for form in ("csv", "beancount"):
        refused = client.get(f"/reports/ledger.{form}?{asked}")
        assert (refused.status_code, refused.mimetype) == (422, "text/html")
        assert "No file was made." in refused.text
        assert says in refused.text


def test_export_ledger_neutralises_formulas(client, desk):
    batch = a_made_batch(desk)
    actions.authorise_batch(batch, by=desk.second, at=PAID_AT)
    actions.execute_batch(batch, date(2026, 12, 1), "=cmd()", by=desk.maker, at=PAID_AT + timedelta(days=11))
    answer = signed_in(client, a_member_of_staff(Role.AUDITOR)).get("/reports/ledger.csv", buffered=True)
    for row in csv.reader(io.StringIO(answer.get_data(as_text=True))):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row)


# the story of a voucher


def test_voucher_tells_the_whole_story(client, paid, desk):
    reference = reference_of(paid)
    page = page_of(client, a_member_of_staff(Role.AUDITOR), f"/reports/vouchers/{reference}")
    shown = words(page)
    for step in (
        "Start an application",
        "Submit the application",
        "Awarded",
        "Issue the agreement",
        "Accept for the region",
        "Authorise payment",
        "Make a payment batch",
        "Mark as executed by the bank",
        "Confirm",
    ):
        assert step in shown
    for name in (desk.manager.name, desk.maker.name, desk.second.name):
        assert name in shown
    journals = db.session.scalars(select(JournalLine.journal_id).where(JournalLine.voucher == reference)).unique()
    for journal_id in set(journals):
        assert f"/reports/journals/{journal_id}" in page
    assert f"/payments/{paid.id}" in page
    assert f"{paid.number}.xml" in shown
    assert f"Letter to {owner_of(paid.payments[0].application).email}" in shown
    assert "Paid €437.55" in shown


def test_voucher_of_a_shared_batch_shows_its_own_lines_and_letters_only(client, desk):
    batch = an_executed_batch(desk, [an_authorised_claim(desk), an_authorised_claim(desk, "MG", amount="437.55")])
    first, second = (payment.application for payment in batch.payments)
    page = page_of(client, a_member_of_staff(Role.AUDITOR), f"/reports/vouchers/{first.reference}")
    assert second.reference not in page
    assert owner_of(second).email not in page


def test_voucher_documents_can_be_read(client, paid):
    path = f"/reports/vouchers/{reference_of(paid)}/documents/"
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    assert auditor.get(f"{path}{paid.document_id}").status_code == 200
    other = a_submitted_application("COL")
    stranger = f"/reports/vouchers/{other.reference}/documents/{paid.document_id}"
    assert auditor.get(stranger).status_code == 404


# the record


def test_events_of_a_mandate(client, paid):
    other = an_active_agreement("MG", "NL-NB")
    auditor = a_member_of_staff(Role.AUDITOR, programme=IN2, region="BE-WAL")
    shown = words(page_of(client, auditor, "/reports/events?kind=agreement"))
    assert "agreement.activate" in shown
    assert f"agreement {other.id} " not in shown
    assert "NL-NB" not in shown


def test_events_find_a_step_by_name(client, paid):
    shown = words(page_of(client, a_member_of_staff(Role.AUDITOR), "/reports/events?q=batch.execute"))
    assert "1 event" in shown


def test_seals_name_root_and_what_is_not_sealed(client, paid, clock):
    seal = seal_events(at=clock.now)
    page = page_of(client, a_member_of_staff(Role.AUDITOR), "/reports/seals")
    assert seal.root in page
    assert "wait for the next seal" in words(page) or "waits for the next seal" in words(page)


def test_a_seal_can_be_printed_and_kept(client, paid, clock):
    first = seal_events(at=clock.now)
    an_authorised_claim(Desk())
    seal = seal_events(at=clock.now)
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR, programme=IN2, region="BE-WAL"))
    page = auditor.get(f"/reports/seals/{seal.id}").text
    assert seal.root in page
    assert first.hash in page
    assert f"--size {seal.size} --root {seal.root}" in page
    sheet = auditor.get(f"/reports/seals/{seal.id}.pdf")
    assert sheet.mimetype == "application/pdf"
    assert sheet.data.startswith(b"%PDF")
    assert auditor.get("/reports/seals/999").status_code == 404


def test_proofs_are_taken_away_and_hold_elsewhere(client, paid, clock, tmp_path):
    seal_events(at=clock.now)
    an_authorised_claim(Desk())
    seal = seal_events(at=clock.now)
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR, programme=IN2, region="BE-WAL"))
    anybody = client.application.test_client().get("/reports/verify_proof.py")
    assert anybody.status_code == 200
    (tmp_path / "verify_proof.py").write_bytes(anybody.data)
    event = db.session.scalars(
        select(AuditEvent.id).where(AuditEvent.scope == f"{IN2}/BE-WAL").order_by(AuditEvent.id)
    ).first()
    for path in (f"/reports/events/{event}/proof.json", f"/reports/seals/{seal.id}/consistency.json"):
        answer = auditor.get(path)
        assert "attachment" in answer.headers["Content-Disposition"]
        (tmp_path / "proof.json").write_bytes(answer.data)
        command = [sys.executable, "-I", "-S", "verify_proof.py", "proof.json"]
        command += ["--size", f"{seal.size}", "--root", seal.root]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_a_proof_is_handed_out_within_the_mandate(client, paid, clock):
    an_active_agreement("MG", "NL-NB")
    seal_events(at=clock.now)
    there = select(func.max(AuditEvent.id)).where(AuditEvent.scope == f"{IN2}/NL-NB")
    path = f"/reports/events/{db.session.scalar(there)}/proof.json"
    for role, region, status in (
        (Role.AUDITOR, "BE-WAL", 403),
        (Role.CLUSTER_MANAGER, "NL-NB", 403),
        (Role.AUDITOR, "NL-NB", 200),
        (Role.COORDINATOR, None, 200),
    ):
        person = a_member_of_staff(role, programme=IN2, region=region)
        assert signed_in(client, person).get(path).status_code == status
    record_of_nobody = signed_in(client, a_member_of_staff(Role.AUDITOR)).get("/reports/events/999999/proof.json")
    assert record_of_nobody.status_code == 404


def test_a_proof_waits_for_the_seal(client, paid):
    event = db.session.scalar(select(func.max(AuditEvent.id)))
    answer = signed_in(client, a_member_of_staff(Role.AUDITOR)).get(f"/reports/events/{event}/proof.json")
    assert answer.status_code == 422
    assert "The next seal will cover it" in answer.text


# how much it costs


@pytest.mark.once  # the mapping counts its statements alike on either database
def test_reports_need_the_same_number_of_queries_for_more_rows(client, desk):
    reader = a_member_of_staff(Role.AUDITOR)
    batch = an_executed_batch(desk, [an_authorised_claim(desk)])
    an_authorised_claim(desk)  # of what waits to be paid the desk asks whether it can be
    paths = [*PAGES, f"/reports/vouchers/{reference_of(batch)}"]
    browser = signed_in(client, reader)
    few = {path: _queries(browser, path) for path in paths}
    for _ in range(3):
        an_authorised_claim(desk)
    a_made_batch(desk, [an_authorised_claim(desk)])
    an_executed_batch(desk, [an_authorised_claim(desk, amount="5000") for _ in range(3)])  # within the limit of a day
    assert {path: _queries(browser, path) for path in paths} == few
    assert few.pop("/desk") <= len((*OWN, *MATTERS, *PAYING)) + 15  # each matter, what stands against payments, a few
    assert max(few.values()) <= 32, few  # the story of a voucher asks each package that has a part in it


def _queries(browser, path):
    def read():
        assert browser.get(path, buffered=True).status_code == 200

    return queries_of(read)


def test_what_was_called_otherwise_before_is_named_in_the_record():
    assert str(title_of("draw_pool.freeze")) == "Freeze the pool"
    assert title_of("gone.away") == "gone.away"
