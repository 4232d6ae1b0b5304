"""What a journal is about (a claim, a batch, an envelope) is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from vouchers.core.database import Base, db
from vouchers.core.lifecycle import ALL_LIFECYCLES
from vouchers.ledger.models import Journal, JournalLine
from vouchers.ledger.proof.faults import Fault


def faults_of_subjects() -> Iterator[Fault]:
    """Every journal whose subject is gone, kind by kind."""
    tables = _tables_of_kinds()
    for kind in db.session.scalars(select(Journal.subject_kind).distinct().order_by(Journal.subject_kind)).all():
        table = tables.get(kind)
        if table is None:
            continue
        gone: Any = (
            select(Journal.id, Journal.subject_id, func.min(JournalLine.id))
            .join(JournalLine, JournalLine.journal_id == Journal.id)
            .outerjoin(table, table.c.id == Journal.subject_id)
            .where(Journal.subject_kind == kind, table.c.id.is_(None))
            .group_by(Journal.id, Journal.subject_id)
            .order_by(Journal.id)
        )
        for journal_id, subject_id, line_id in db.session.execute(gone):
            sentence = f"journal {journal_id}: {kind} {subject_id}, which it is about, is missing"
            yield Fault(sentence, line_id, journal_id)


def _tables_of_kinds() -> dict[str, Any]:
    """Kind of subject -> its table: the one whose states are those of the kind's lifecycle."""
    kinds = {
        type(row.target): kind
        for kind, lifecycle in ALL_LIFECYCLES.items()
        for row in lifecycle.transitions.values()
        if row.target is not None
    }
    found: dict[str, Any] = {}
    for mapper in Base.registry.mappers:
        state = mapper.local_table.c.get("state")
        kind = kinds.get(getattr(getattr(state, "type", None), "enum_class", None))  # type: ignore[arg-type]
        if kind is not None:
            found[kind] = mapper.local_table
    return found
