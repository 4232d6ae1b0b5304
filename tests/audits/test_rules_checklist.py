"""The checklist of the audit trail."""

import pytest

from vouchers.audits.rules.checklist import Evidence, Mark, Papers, checklist, count_missing

ONE = [Evidence("there")]
WHOLE = {
    "call": ONE, "submissions": ONE, "checks": ONE, "decisions": ONE, "agreements": ONE, "claims": ONE, "invoices": ONE,
    "verifications": ONE, "payments": ONE, "is_decided": True, "is_awarded": True, "is_accepted": True, "is_paid": True,
}  # fmt: skip


def marks(**changed):
    return {str(point.text.source): point.mark for point in checklist(Papers(**(WHOLE | changed)))}


def test_a_voucher_that_was_paid_with_all_its_papers_lacks_nothing():
    assert count_missing(checklist(Papers(**WHOLE))) == 0


@pytest.mark.parametrize(
    ("changed", "point"),
    [
        ({"submissions": ()}, "The application as it was submitted"),
        ({"checks": ()}, "The formal check against the rules of eligibility"),
        ({"decisions": ()}, "The decision, with its reasons"),
        ({"agreements": ()}, "The agreement, accepted by all parties"),
        ({"needs_aid": True}, "State aid: the entry in the register"),
        ({"claims": ()}, "The claims, with their reports"),
        ({"invoices": ()}, "Invoices or documents of equal value, each with its file"),
        ({"bare_invoices": ["R-7"]}, "Invoices or documents of equal value, each with its file"),
        ({"unsigned_reports": ["C1"]}, "The reports, signed by the parties that the voucher names"),
        ({"needs_names": True}, "The reports, signed by the parties that the voucher names"),
        ({"bare_deliverables": ["map"]}, "What a sum was paid for: each deliverable accepted, with its file"),
        ({"needs_deliverables": True}, "What a sum was paid for: each deliverable accepted, with its file"),
        ({"single_verifications": ["C1"]}, "Management verification and authorisation, by two persons"),
        ({"payments": ()}, "Proof of payment, with the day"),
        ({"returned": ["C1"]}, "Proof of payment, with the day"),
        ({"needs_proofs_of_cost": True}, "Proof that the beneficiary paid the costs that it is given back"),
        (
            {"needs_proofs_of_cost": True, "proofs_of_cost": ONE, "unproven_costs": ["C2"]},
            "Proof that the beneficiary paid the costs that it is given back",
        ),
        ({"open_findings": ["AF-1"]}, "Audits of it, and what became of their findings"),
    ],
)
def test_what_ought_to_be_there_is_missing(changed, point):
    found = marks(**changed)
    assert found[point] is Mark.MISSING
    assert sum(mark is Mark.MISSING for mark in found.values()) == 1


def test_what_is_missing_in_particular_is_named():
    points = checklist(Papers(**(WHOLE | {"bare_invoices": ["R-7", "R-8"]})))
    assert [str(point.missing) for point in points if point.missing] == ["Without a file: R-7, R-8"]


def test_what_is_still_to_come_is_not_missing():
    found = checklist(Papers(submissions=ONE))
    assert count_missing(found) == 0
    assert sum(point.mark is Mark.TO_COME for point in found) == 8


def test_a_voucher_that_pays_its_provider_needs_no_proof_of_its_beneficiary():
    assert marks()["Proof that the beneficiary paid the costs that it is given back"] is Mark.NOT_NEEDED


def test_a_lump_sum_needs_no_invoice():
    assert (
        marks(invoices=(), is_lump_sum=True)["Invoices or documents of equal value, each with its file"]
        is Mark.NOT_NEEDED
    )
