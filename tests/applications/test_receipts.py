"""Receipts that anybody can verify."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.programmes import during_call, in2
from tests.builders.users import signed_in
from vouchers.applications.queries.files import get_submission
from vouchers.applications.rules.receipts import MOST_HASHES, find_hashes, find_numbers
from vouchers.users.actions.accounts import edit_profile

AT = during_call()
HASH = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "number", "hashes"),
    [
        ("R-IN2-2026-000001",                        "R-IN2-2026-000001", []),
        (f"receipt r-in2-2026-000001: {HASH}",       "R-IN2-2026-000001", [HASH]),
        (f"{HASH.upper()} R-FASI-2027-000123.",      "R-FASI-2027-000123", [HASH]),
        (f"{HASH[:40]}\n {HASH[40:]}",               None,                [HASH]),
        (f"{HASH}0",                                 None,                []),
        ("nothing of it",                            None,                []),
    ],
)  # fmt: skip
def test_number_and_hash_are_found_in_any_text(text, number, hashes):
    assert (find_numbers(text), find_hashes(text)) == ([number] if number else [], hashes)


def test_a_text_of_nothing_but_hashes_is_looked_at_up_to_a_bound():
    many = "\n".join(f"{number:064x}" for number in range(MOST_HASHES + 20))
    assert len(find_hashes(many)) == MOST_HASHES


@pytest.fixture
def submission(app: Any, clock: Any) -> Any:
    clock.stop(AT)
    in2()
    return get_submission(a_submitted_application().id)


def test_anybody_verifies_a_receipt_and_learns_nothing_else(client: Any, submission: Any) -> None:
    right = {"number": submission.receipt_number, "sha256": submission.sha256}
    assert client.get("/receipts").status_code == 200
    page = client.post("/receipts", data=right)
    assert page.status_code == 200
    assert "Number and hash are genuine" in page.text
    assert "5 October 2026, 09:00:00 (UTC)" in page.text
    for secret in ("A faster assay", "Ada Applicant", "Biotech", "IN2-2026-0001<"):
        assert secret not in page.text


@pytest.mark.parametrize("change", [{"number": "R-IN2-2026-000002"}, {"sha256": HASH}])
def test_a_receipt_that_was_not_given_is_told_apart(client: Any, submission: Any, change: dict[str, str]) -> None:
    page = client.post("/receipts", data={"number": submission.receipt_number, "sha256": submission.sha256, **change})
    assert "No such receipt" in page.text
    assert submission.sha256 not in page.text.replace(f'value="{submission.sha256}"', "")


@pytest.mark.parametrize("given", [{}, {"number": "R-IN2-2026-000001"}, {"sha256": HASH}, {"number": "hello"}])
def test_half_a_receipt_is_asked_for_the_rest(client: Any, submission: Any, given: dict[str, str]) -> None:
    page = client.post("/receipts", data=given)
    assert page.status_code == 422
    assert "Enter the number and the hash" in page.text


def test_the_page_and_the_paper_of_the_receipt_verify(app: Any, client: Any, submission: Any) -> None:
    owner = signed_in(client, owner_of(submission.application))
    own = f"/applications/{submission.application_id}/receipt"
    page, paper = owner.get(own).text, owner.get(f"{own}.pdf").data
    assert "/receipts" in page
    words = re.sub(r"<[^>]+>", " ", page)[:20_000]
    visitor = app.test_client()
    assert "Number and hash are genuine" in visitor.post("/receipts", data={"text": words}).text
    upload = {"file": (BytesIO(paper), "receipt.pdf")}
    assert "Number and hash are genuine" in visitor.post("/receipts", data=upload).text
    spoiled = {"sha256": HASH, "file": (BytesIO(paper), "receipt.pdf")}
    assert "Not all of it agrees" in visitor.post("/receipts", data=spoiled).text
    other = {"file": (BytesIO(b"%PDF-1.4 nothing"), "other.pdf")}
    assert visitor.post("/receipts", data=other).status_code == 422


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({}, None),
        ({"09:00:00": "08:59:00"}, "08:59:00 is not when the server received it"),
        ({"11:00": "10:00"}, "10:00 is not when the server received it"),
        ({"2026-10-05": "2026-10-04"}, "2026-10-04 is not when"),
        ({"5 October 2026": "4 October 2026"}, "4 October 2026 is not when"),
        ({"Files": f"Files R-IN2-2026-000009 {HASH}"}, f"The hash {HASH} is not that of the content"),
        ({"Files": "Files R-IN2-2026-000009"}, "The number R-IN2-2026-000009 is not that of this receipt"),
    ],
)
def test_what_was_altered_in_a_pasted_receipt_is_named(client: Any, submission: Any, change: Any, says: Any) -> None:
    page = signed_in(client, owner_of(submission.application)).get(f"/applications/{submission.application_id}/receipt")
    words = re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2])
    for old, new in change.items():
        assert old in words
        words = words.replace(old, new)
    answer = unescape(client.post("/receipts", data={"text": words}).text)
    assert ("Not all of it agrees" in answer) == (says is not None)
    assert says is None or says in answer
    assert "Names, amounts and all else" in answer


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"sha256": HASH}, f"The hash {HASH} is not that of the content"),
        ({"sha256": "abc"}, "The hash abc is not that of the content"),
        ({"number": "R-IN2-2026-000077"}, "The number R-IN2-2026-000077 is not"),
        ({"number": "seven"}, "The number seven is not"),
    ],
)
def test_a_wrong_box_beside_a_right_text_is_named(client: Any, submission: Any, typed: Any, says: str) -> None:
    text = f"{submission.receipt_number} {submission.sha256}"
    answer = client.post("/receipts", data={"text": text, **typed}).text
    assert "Not all of it agrees" in answer
    assert says in answer


def test_the_declaration_is_read_in_the_readers_language_and_the_words_that_are_kept(
    client: Any, submission: Any
) -> None:
    owner, kept = owner_of(submission.application), "What this application says is true and complete."
    page = unescape(signed_in(client, owner).get(f"/applications/{submission.application_id}/receipt").text)
    assert kept in page
    assert "Kept in English" not in page
    values = {"name": owner.name, "language": "de", "time_zone": owner.time_zone}
    edit_profile(owner, **values, by=owner, at=submission.submitted_at)
    page = unescape(client.get(f"/applications/{submission.application_id}/receipt").text)
    assert "Die Angaben in diesem Antrag sind wahr und vollständig." in page
    assert f"Auf Englisch aufbewahrt: „{kept}" in page
    paper = client.get(f"/applications/{submission.application_id}/receipt.pdf").data
    words = " ".join(" ".join(one.extract_text() for one in PdfReader(BytesIO(paper)).pages).split())
    assert f"Auf Englisch aufbewahrt: „{kept}" in words
