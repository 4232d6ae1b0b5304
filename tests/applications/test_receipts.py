"""Receipts that anybody can verify."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest

from tests.builders.applications import a_submitted_application, owner_of
from tests.builders.programmes import during_call, in2
from tests.builders.users import signed_in
from vouchers.applications.queries.files import get_submission
from vouchers.applications.rules.receipts import MOST_HASHES, find_hashes, find_number

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
    assert (find_number(text), find_hashes(text)) == (number, hashes)


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
    assert "This receipt is genuine" in page.text
    assert "5 October 2026, 09:00 (UTC)" in page.text
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
    assert "This receipt is genuine" in visitor.post("/receipts", data={"text": words}).text
    upload = {"file": (BytesIO(paper), "receipt.pdf")}
    assert "This receipt is genuine" in visitor.post("/receipts", data=upload).text
    other = {"file": (BytesIO(b"%PDF-1.4 nothing"), "other.pdf")}
    assert visitor.post("/receipts", data=other).status_code == 422
