"""Wrong input and faults: each refused with a sentence, and nothing lost."""

import http.client
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from tests.stories.office import Office
from tests.stories.processes import cookie_of, kill, send, served, started, wait_until, web
from vouchers.applications.models import Application
from vouchers.audit import queries as audit
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.documents.models import Document
from vouchers.jobs.actions import relay, run_job
from vouchers.jobs.models import QueuedJob
from vouchers.ledger import proof
from vouchers.letters.models import Letter


@pytest.fixture
def office(app, clock):
    return Office(app, clock)


@pytest.fixture
def office_today(app, clock):
    """An office at the real time of this machine, for processes of their own."""
    return Office(app, clock, opening=datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=20))


def count(model, *where):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model).where(*where))


def submissions():
    return count(AuditEvent, AuditEvent.tag == "application.submit")


def test_the_deadline_passed_by_one_second(office, clock):
    voucher = office.draft(office.company("MG"))
    sme = voucher.sme.open(f"{voucher.page}/check")
    clock.stop(datetime(2027, 3, 31, 15, 0, tzinfo=UTC) - timedelta(seconds=1))
    voucher.sme.open(f"{voucher.page}/check")
    clock.forward(seconds=2)

    sme.press("Submit the application", office.declared(sme), status=422).sees("closed")

    assert submissions() == 0
    sme.open(f"{voucher.page}/check").sees("A faster assay for sepsis")
    sme.open(voucher.page).sees("nothing can be submitted any more")
    page = sme.open(f"{voucher.page}/check")
    assert "We test our assay on samples of the partner." in page.data.decode()


@pytest.mark.parametrize("time", range(3))
def test_a_double_click_on_submit(app, office, time):
    voucher = office.draft(office.company("MG"))
    sme = voucher.sme.open(f"{voucher.page}/check")
    address, data = sme.filled("Submit the application", office.declared(sme))

    with served(app) as port, ThreadPoolExecutor(2) as clicks:
        ready = threading.Barrier(2)

        def click():
            ready.wait()
            return send(port, sme, "POST", address, data)

        answers = [one.result() for one in [clicks.submit(click) for _ in range(2)]]
        assert [(status, where) for status, where, _text in answers] == [(303, f"{voucher.page}/receipt")] * 2
        receipts = [send(port, sme, "GET", where) for _status, where, _text in answers]

    assert [status for status, *_ in receipts] == [200, 200]
    assert all(voucher.reference in text for *_rest, text in receipts)
    assert submissions() == 1
    assert count(Letter, Letter.occasion == "applications/submit") == 1


def test_two_managers_award_the_last_7000_euros(app, clock):
    office = Office(app, clock, envelope="7000")
    managers = [office.staff(), office.staff()]
    experts = [(name, office.expert(name)) for name in ("Alma", "Bruno")]
    asked = [office.applied("COL"), office.applied("COL")]
    for voucher in asked:
        office.check(voucher, managers[0])
        office.evaluate(voucher, managers[0], *experts)
    presses = []
    for manager, voucher in zip(managers, asked, strict=True):
        manager.open(f"/decisions/applications/{voucher.application_id}/award")
        given = {"Reason (optional)": "Both are equal; this one is ready."}
        presses.append((manager, *manager.filled("Award the voucher", given)))

    with served(app) as port, ThreadPoolExecutor(2) as desks:
        answers = list(desks.map(lambda press: send(port, press[0], "POST", press[1], press[2]), presses))

    assert sorted(status for status, *_ in answers) == [303, 422]
    refusal = next(text for status, _where, text in answers if status == 422)
    assert "There is a problem" in refusal
    assert sorted(voucher.state for voucher in asked) == ["awarded", "evaluated"]
    assert count(Letter, Letter.occasion == "decisions/award") == 1
    assert list(proof.list_faults()) == []


@pytest.mark.parametrize("page", ["section", "cost"])
def test_a_session_that_expires_while_a_form_is_written(office, clock, page):
    if page == "section":
        voucher = office.draft(office.company("MG"))
        sme = voucher.sme.open(f"{voucher.page}/sections/project")
        given = {"What do you want to do, and how?": "Words of a whole day."}
        button, expected = "Save and continue", "Words of a whole day."
    else:
        voucher = office.agreed("MG", office.staff())
        sme = voucher.sme.open(f"/claims/of/{voucher.agreement_id}").press("Start or continue a claim")
        sme.open(f"/claims/{sme.number}/costs/new")
        day = date(2026, 10, 20)
        given = {
            "What kind of cost is it?": "Train",
            "What was it for?": "Words of a whole day",
            "Who wrote the invoice?": "NMBS",
            "Number of the invoice": "T-77",
            "Date of the invoice": day,
            "Day of the journey or service": day,
            "Amount without VAT": "120.50",
            "VAT": "0",
            "Can your company recover this VAT?": "Yes",
        }
        button, expected = "Save the cost", "Words of a whole day"
        clock.forward(days=20)
    clock.forward(hours=13)

    sme.press(button, given).sees("What you typed is kept")
    sme.sign_in()

    assert expected in sme.data.decode()
    sme.press(button)
    assert sme.status == 200
    if page == "section":
        assert expected in sme.open(f"{voucher.page}/sections/project").data.decode()
    else:
        sme.sees("Now attach its invoice or ticket")


def test_an_html_file_named_pdf(office):
    voucher = office.draft(office.company("COL"))
    before = count(Document)
    sme = voucher.sme.open(f"{voucher.page}/documents")

    page = (b"<!doctype html><script>alert(1)</script>", "offer.pdf")
    sme.press("Attach", {"Choose one or several files": page}, status=422).sees("There is a problem", "offer.pdf")

    assert count(Document) == before
    sme.open(f"{voucher.page}/documents").sees("offer.pdf")


@pytest.mark.parametrize("iban", ["BE68 5390 0754 7035", "BE68 5390", "XX00 1234", "not an IBAN", "NL91ABNA0417164301"])
def test_a_wrong_iban(office, iban):
    sme = (voucher := office.company("MG")).sme
    sme.open(f"/organisations/{voucher.organisation_id}").follow("Enter a bank account")
    given = {"Account holder": "Société", "IBAN": iban}

    sme.press("Enter the account", given, status=422).sees("There is a problem")

    assert iban in sme.data.decode()
    assert count(AuditEvent, AuditEvent.tag == "bank_account.propose") == 0


@pytest.mark.slow
def test_an_upload_of_200_megabytes(office_today, clock, settings):
    office = office_today
    voucher = office.draft(office.company("COL"))
    sme = voucher.sme.open(f"{voucher.page}/documents")
    address, fields = sme.filled("Attach")
    before = count(Document)

    with web(settings) as port:
        status, text = upload(port, sme, address, fields, 200 * 1024 * 1024)

    assert status == 413
    assert "Nothing was stored" in text
    assert count(Document) == before
    kept = [one for one in settings.data_dir.rglob("*") if one.is_file() and "office.db" not in one.name]
    assert sum(one.stat().st_size for one in kept) < 1_000_000
    sme.open(f"{voucher.page}/check").press("Submit the application", office.declared(sme)).sees(voucher.reference)


def upload(port, person, address, fields, size):
    """Send a file that nobody keeps in memory, as a browser does."""
    line = b"--story\r\nContent-Disposition: form-data; name="
    head = b"".join(line + f'"{name}"\r\n\r\n{values[0]}\r\n'.encode() for name, values in fields.items())
    head += line + b'"file"; filename="film.pdf"\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4\n'
    tail, block = b"\r\n--story--\r\n", b"\0" * 1024 * 1024
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.putrequest("POST", address)
        connection.putheader("Cookie", cookie_of(person))
        connection.putheader("Content-Type", "multipart/form-data; boundary=story")
        connection.putheader("Content-Length", str(len(head) + size + len(tail)))
        connection.endheaders()
        connection.send(head)
        for _ in range(size // len(block)):
            connection.send(block)
        connection.send(tail)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


# What may die ---------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_redis_stopped_for_the_whole_journey(office_today, clock, request, settings):
    office = office_today
    office.agreed("MG", office.staff())
    clock.go()
    letters = {letter.message_id: letter for letter in db.session.scalars(select(Letter))}
    assert len(letters) > 8
    assert {letter.sent_at for letter in letters.values()} == {None}

    request.getfixturevalue("redis_server")
    mailbox = request.getfixturevalue("mailbox")
    db.session.rollback()
    assert relay(at=datetime.now(UTC)) >= len(letters)
    with started(settings, "-m", "vouchers.worker"):
        wait_until(lambda: count(QueuedJob, QueuedJob.done_at.is_(None)) == 0, 90)
    relay(at=datetime.now(UTC) + timedelta(hours=1))

    arrived = [str(message["Message-ID"]) for message in mailbox.messages]
    assert sorted(arrived) == sorted(letters)
    assert count(Letter, Letter.sent_at.is_(None)) == 0


@pytest.mark.slow
def test_the_worker_killed_in_the_middle_of_a_job(office_today, clock, redis_server, mailbox, settings):
    office_today.company("MG")
    clock.go()
    letter = db.session.scalars(select(Letter)).one()
    job = db.session.scalars(select(QueuedJob).where(QueuedJob.name == "letters.send_letter")).one()
    letter_id, job_id, message_id = letter.id, job.id, letter.message_id
    db.session.rollback()
    redis_server.empty()
    relay(at=datetime.now(UTC))

    with socket.create_server(("127.0.0.1", 0)) as silent:  # a mail server that never says a word
        port = str(silent.getsockname()[1])
        with started(settings, "-m", "vouchers.worker", SMTP_HOST="127.0.0.1", SMTP_PORT=port) as worker:
            wait_until(lambda: count(Letter, Letter.sending_at.is_not(None)) == 1)
            kill(worker)
    assert (count(Letter, Letter.sent_at.is_(None)), mailbox.messages) == (1, [])

    later = datetime.now(UTC) + timedelta(minutes=30)
    redis_server.empty()
    assert relay(at=later) == 1
    assert run_job(job_id, at=later)
    assert not run_job(job_id, at=later)

    assert [str(message["Message-ID"]) for message in mailbox.messages] == [message_id]
    assert db.session.get(Letter, letter_id).sent_at == later


@pytest.mark.slow
@pytest.mark.parametrize("moment", ["before", "after"])
def test_the_web_process_killed_in_the_middle_of_a_submission(office_today, clock, settings, tmp_path, moment):
    office, die_at = office_today, tmp_path / "die"
    voucher = office.draft(office.company("COL"))
    sme = voucher.sme.open(f"{voucher.page}/check")
    address, data = sme.filled("Submit the application", office.declared(sme))
    clock.go()

    with web(settings, "tests.stories.dying_web:app", DIE_AT=str(die_at)) as port:
        die_at.write_text(moment)
        with pytest.raises((http.client.HTTPException, OSError)):
            send(port, sme, "POST", address, data)
        assert not die_at.exists()
        done = 1 if moment == "after" else 0
        assert (submissions(), count(Application, Application.submitted_at.is_not(None))) == (done, done)
        assert count(Letter, Letter.occasion == "applications/submit") == done

        status, where, _text = send(port, sme, "POST", address, data)
        assert (status, where) == (303, f"{voucher.page}/receipt")
        assert voucher.reference in send(port, sme, "GET", where)[2]

    assert submissions() == 1
    assert count(Letter, Letter.occasion == "applications/submit") == 1
    assert list(audit.list_faults()) == []
