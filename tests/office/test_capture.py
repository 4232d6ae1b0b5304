"""Mail capture: keeps each message once, privately, and reads it back."""

from __future__ import annotations

import smtplib
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

from tests.conftest import NOON, ROOT, _free_port
from vouchers.demo.capture import CapturedMail, find_captured, keep, list_captured


def letter(subject: str, message_id: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "office@example.org", "anna@example.sk", subject
    if message_id:
        message["Message-ID"] = message_id
    message.set_content("Vážená pani Anna, Ваш ваучер ...")
    return message


def test_a_job_that_ran_twice_leaves_one_message(tmp_path):
    first = keep(tmp_path, letter("Receipt", "<1@office>").as_bytes(), at=NOON)
    again = keep(tmp_path, letter("Receipt again", "<1@office>").as_bytes(), at=NOON + timedelta(minutes=5))

    assert first is not None
    assert again is None
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert len(list_captured(tmp_path)) == 1


def test_messages_without_an_id_are_told_apart_by_their_content(tmp_path):
    for subject in ("one", "two", "two"):
        keep(tmp_path, letter(subject).as_bytes(), at=NOON)

    assert {mail.read()["Subject"] for mail in list_captured(tmp_path)} == {"one", "two"}


def test_the_newest_message_comes_first_and_is_found_by_its_key(tmp_path):
    for hours, subject in enumerate(("old", "middle", "new")):
        keep(tmp_path, letter(subject, f"<{hours}@office>").as_bytes(), at=NOON + timedelta(hours=hours))

    newest = list_captured(tmp_path, limit=1)[0]

    assert newest.read()["Subject"] == "new"
    assert newest.captured_at == NOON + timedelta(hours=2)
    assert find_captured(tmp_path, newest.key) == newest
    assert find_captured(tmp_path, "../../etc/passwd") is None


def test_what_is_no_kept_message_is_not_listed(tmp_path):
    (tmp_path / "notes.eml").write_text("x")

    assert list_captured(tmp_path) == []
    assert list_captured(tmp_path / "absent") == []


def test_the_server_takes_a_message_and_ends_on_request(tmp_path):
    port = _free_port()
    command = [sys.executable, "-m", "vouchers.demo.capture", str(tmp_path / "mail"), "--port", str(port)]
    server = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        connection = _connected(port)
        connection.send_message(letter("Výzva", "<9@office>"))
        connection.quit()
    finally:
        server.terminate()

    assert server.wait(10) == 0
    assert [mail.read()["Subject"] for mail in list_captured(tmp_path / "mail")] == ["Výzva"]
    assert datetime.now(UTC) - list_captured(tmp_path / "mail")[0].captured_at < timedelta(minutes=1)


def _connected(port: int) -> smtplib.SMTP:
    for _ in range(200):
        try:
            return smtplib.SMTP("127.0.0.1", port)
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise AssertionError("the capture server did not start")


def test_a_list_reads_heads_only_and_each_of_them_once(tmp_path, monkeypatch):
    bare, filed = letter("Výzva: ваучер", "<1@office>"), letter("Receipt", "<2@office>")
    filed.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="receipt.pdf")
    for hours, message in enumerate((bare, filed)):
        keep(tmp_path, message.as_bytes(), at=NOON + timedelta(hours=hours))
    monkeypatch.setattr(CapturedMail, "read", None)  # whoever opens one falls over

    newest, oldest = (mail.head for mail in list_captured(tmp_path))

    assert (newest.subject, newest.to, newest.has_files) == ("Receipt", "anna@example.sk", True)
    assert (oldest.subject, oldest.has_files) == ("Výzva: ваучер", False)
    assert oldest.tells("VÝZVA")
    assert not oldest.tells("receipt")
    for mail in list_captured(tmp_path):
        mail.path.write_bytes(b"")
    assert [mail.head for mail in list_captured(tmp_path)] == [newest, oldest]
