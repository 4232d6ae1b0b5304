"""Each voucher's part of a pack: what was submitted, marks and decisions, and a page that leads both ways."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import zipfile
from dataclasses import fields
from types import SimpleNamespace

import pytest

from tests.builders.applications import a_draft
from tests.builders.audits import a_mandate
from tests.builders.evaluation import an_evaluated_application
from tests.builders.packs import a_pack, a_written_pack
from tests.builders.payments import PAID_AT, Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import IN2_FILE, a_programme, in2
from tests.packs.office import content_of, laid_down, verify
from vouchers.applications.models import Submission
from vouchers.applications.rules.content import Content
from vouchers.core.database import db, unit_of_work
from vouchers.evaluation.models import Assignment
from vouchers.packs.exports.threads import Kind, Threads
from vouchers.packs.exports.vouchers import Hidden
from vouchers.packs.queries.files import hidden_from_auditors

NAME = "Assays & <Söhne>"


@pytest.fixture
def paid(app, clock):
    """A voucher that is paid, whose company has a name that would break a page."""
    in2()
    clock.stop(PAID_AT)
    desk = Desk()
    claim = an_authorised_claim(desk, "MG", amount="437.55")
    with unit_of_work():
        claim.agreement.application.organisation.name = NAME
    an_executed_batch(desk, [claim])
    return db.session.get(type(claim), claim.id).agreement.application


def files_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_voucher_is_followed_both_ways_without_a_tool(paid, tmp_path):
    marked, draft = an_evaluated_application(at=PAID_AT), a_draft()
    path = laid_down(a_written_pack(at=PAID_AT)[1], tmp_path / "pack")
    code, told = verify(path)
    assert code == 0, told
    files = files_of(path)

    pages = {name: text.decode() for name, text in files.items() if name.endswith(".html")}
    for name, page in pages.items():
        assert "<script" not in page
        assert "<Söhne>" not in page
        for target in re.findall(r'href="([^"]+)"', page):
            inner, _hash, place = target.partition("#")
            assert not inner or posixpath.normpath(posixpath.join(posixpath.dirname(name), inner)) in files, target
            assert not place or f'id="{place}"' in page, target
    page, index = pages[f"vouchers/{paid.reference}.html"], pages["index.html"]
    assert f'href="vouchers/{paid.reference}.html"' in index
    assert "Assays &amp; &lt;Söhne&gt;" in index
    for sign in (
        "Assays &amp; &lt;Söhne&gt;", "BE-WAL", "in2lifesciences 2026-1", "€437.55", "R-IN2-2026-000001",
        "Decided by the board.", f"A-{paid.reference}", f"{paid.reference}-C1", "ticket.pdf",
        "B120 Pre-committed (awarded)", "B150 Paid", "1000 Bank",
    ):  # fmt: skip
        assert sign in page, sign
    assert (
        page.index("<h2>Submissions")
        < page.index("<h2>Decisions")
        < page.index("<h2>Claims")
        < page.index("<h2>Events")
    )

    value = json.loads(files[f"vouchers/{marked.reference}.json"])
    experts = {one.expert.user.name for one in db.session.scalars(db.select(Assignment))}
    assert [one["sheet"] for one in value["sheets"]] == [1, 2, 3][: len(value["sheets"])]
    assert value["sheets"][0]["marks"]
    assert "Well founded." in pages[f"vouchers/{marked.reference}.html"]
    for name in experts:
        assert name not in json.dumps(value, ensure_ascii=False) + pages[f"vouchers/{marked.reference}.html"]
    assert f"vouchers/{draft.reference}.json" not in files  # it was not submitted yet


def test_what_was_submitted_lies_here_as_its_receipt_says(paid, tmp_path):
    path = laid_down(content_of(a_pack(a_mandate("BE-WAL", at=PAID_AT), at=PAID_AT)), tmp_path / "pack")
    files, stored = files_of(path), db.session.scalars(db.select(Submission)).one()
    (row,) = [json.loads(line) for line in files["submissions.jsonl"].splitlines()]
    assert (row["reference"], row["version"], row["receipt_number"]) == (paid.reference, 1, stored.receipt_number)
    assert files[row["path"]].decode() == stored.content
    assert hashlib.sha256(files[row["path"]]).hexdigest() == row["sha256"] == stored.sha256

    with unit_of_work():
        stored.content, stored.erased_at = "", PAID_AT  # as retention leaves it
    path = laid_down(a_written_pack(at=PAID_AT)[1], tmp_path / "later")
    code, told = verify(path)
    assert code == 0, told
    assert "its time was over; it was deleted on 2026-11-20" in told
    (row,) = [json.loads(line) for line in files_of(path)["submissions.jsonl"].splitlines()]
    assert (row["path"], row["why_not"], row["sha256"]) == (None, "disposed", stored.sha256)
    assert "No longer kept: its time was over 2026-11-20" in files_of(path)[f"vouchers/{paid.reference}.html"].decode()


def test_answers_that_a_form_keeps_from_auditors_stay_out(app):
    text = IN2_FILE.read_text(encoding="utf-8")
    assert "            show_to_experts: no\n          - code: turnover\n" in text
    call = a_programme(
        text.replace("            show_to_experts: no\n", "            visible_to: [manager]\n", 1)
    ).call()
    (code,) = hidden_from_auditors(call, "0")
    facts = dict.fromkeys((field.name for field in fields(Content)), "") | {"documents": (), "organisation": {}}
    application, hidden = SimpleNamespace(call_id=call.id, call=call), Hidden()
    assert hidden.stands_in(application, Content(**facts | {"answers": {code: 12, "title": "X"}}).as_text())
    assert not hidden.stands_in(application, Content(**facts | {"answers": {code: None, "title": "X"}}).as_text())


def test_threads_are_read_voucher_by_voucher():
    threads = Threads()
    threads.add(["B", "A"], Kind.EVENT, 2, "second")
    threads.add(["A"], Kind.EVENT, 1, "first")
    threads.add(["A", "C"], Kind.STAGE, 0, ["EUR", "B120", 5])
    threads.tell("A", {"path": "a"})
    assert threads.count() == 2
    (some,) = threads
    assert {name: one[Kind.EVENT] for name, one in some.items()} == {"A": ["first", "second"], "B": ["second"]}
    assert [(name, bool(told), len(stages)) for name, told, stages in threads.overview()] == [
        ("A", True, 1),
        ("B", False, 0),
        ("C", False, 1),
    ]
    threads.close()
