"""Every table that hangs on an application is said to lose its words, or to keep them on purpose."""

from __future__ import annotations

import pytest
from sqlalchemy import JSON, Text

import vouchers.models
from vouchers.applications.models import Application
from vouchers.core.database import Base
from vouchers.retention.queries.reach import STAYS, TREE

assert vouchers.models
NAMED = {branch.model.__table__.name for branch in TREE} | {Application.__table__.name}
WORDLESS = {
    # codes, keys and hashes, states and currencies: of what stays
    "answer.question", "answer.value", "answer.saved_on_page", "answer.earlier",  # the rows go
    "submission.receipt_number", "submission.content", "submission.sha256",  # the content goes
    "partner.token_hash",
    "finding.rule",
    "assignment.marks", "assignment.marks_alone",  # the comments go
    "divergence.apart", "divergence.sheets",
    "conflict_finding.kind",
    "consensus.party_ids", "consensus.marks",
    "kept_check.scope",
    "aid_entry.application_reference", "aid_entry.programme", "aid_entry.currency", "aid_entry.reference",
    "aid_entry.register_key",
    "decision.currency", "decision.score", "decision.basis",
    "queue_hold.at_state",
    "survey.token_hash",
    "appeal.number", "appeal.sha256",
    "public_answer.question", "public_answer.answer", "public_answer.language",  # public, and names nobody
    "clarification.questions", "clarification.documents", "clarification.replaced",
    "agreement.number", "agreement.currency", "agreement.sha256",
    "agreement_version.currency", "agreement_version.sha256",
    "amendment.currency", "amendment.provider_region", "amendment.sha256",
    "claim.number", "claim.currency", "claim.satisfaction", "claim.sample_seed",
    "claim_version.step_id", "claim_version.content", "claim_version.sha256",  # the content goes
    "claim_deliverable.code",
    "advance.number", "advance.currency",
    "recovery.number", "recovery.currency", "recovery.interest_basis",
    "recovery_receipt.reference", "recovery_receipt.currency", "recovery_receipt.taken", "recovery_receipt.returned",
    "report_signature.sha256",
    "cost_line.category", "cost_line.currency", "cost_line.rate_units", "cost_line.rate_to_units",
}  # fmt: skip


def test_every_table_that_hangs_on_an_application_is_named():
    known = NAMED | set(STAYS)
    owners = NAMED - {"submission"}  # what reads a version hangs on its application too
    hanging = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in owners and table.name not in known
    }
    assert hanging == set(), "add them to TREE, or to STAYS with the reason"


@pytest.mark.parametrize("branch", TREE, ids=lambda branch: branch.model.__table__.name)
def test_every_word_of_a_table_goes_or_stays_on_purpose(branch):
    table = branch.model.__table__
    words = {column.name for column in table.columns if isinstance(column.type, Text | JSON)}
    forgotten = {name for name in words - set(branch.blanks) if f"{table.name}.{name}" not in WORDLESS}
    assert forgotten == set()
    assert set(branch.blanks) <= set(table.columns.keys())


def test_parents_come_before_what_hangs_on_them():
    seen = {Application}
    for branch in TREE:
        assert branch.parent in seen
        seen.add(branch.model)
