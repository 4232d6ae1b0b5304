"""All lines with their journal and its event, at the speed of the database and in constant memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from vouchers.core.database import db
from vouchers.ledger.digests import JournalFacts, Line, facts_digest
from vouchers.ledger.exports.copying import COPIED_AT_ONCE, copy_rows, end_reading, plain_fields

_AT = {
    "postgresql": "to_char(j.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')",
    "sqlite": "substr(j.at, 1, 10) || 'T' || substr(substr(j.at, 12) || '.000000', 1, 15) || 'Z'",
}
_FACTS = (
    "step_id", "position", "at", "on", "tag", "event", "subject_kind", "subject_id", "reference", "narrative",
    "reverses_id", "corrects_on",
)  # fmt: skip
_NUMBERS = frozenset({"position", "subject_id", "reverses_id"})


class BookedLine(NamedTuple):
    """A line as it stands in the books."""

    id: int
    fund_id: int
    account: str
    cents: int
    voucher: str
    fund_code: str
    currency: str

    @property
    def hashed(self) -> Line:
        """What of it the journal's digest covers."""
        return self.fund_code, self.currency, self.account, self.cents, self.voucher


@dataclass
class JournalOfLines:
    """A journal with its lines and what its step's event recorded. `facts` is None where the journal is missing."""

    id: int
    facts: JournalFacts | None
    lines: list[BookedLine]
    event_id: int | None
    recorded: str

    @property
    def step_id(self) -> str:
        """The step that booked it."""
        return str((self.facts or {})["step_id"])

    @property
    def position(self) -> int:
        """Its place among the journals of its step."""
        return int((self.facts or {})["position"])

    @cached_property
    def digest(self) -> str:
        """The hash over what stands here now."""
        return self.digest_with([line.hashed for line in self.lines])

    def digest_with(self, lines: list[Line]) -> str:
        """The hash that it would have with these lines."""
        return facts_digest(self.facts or {}, lines)


def read_journals() -> Iterator[JournalOfLines]:
    """Every journal that has lines, and every group of lines whose journal is missing, in the order of journals."""
    current: JournalOfLines | None = None
    with closing(db.engine.raw_connection()) as connection:
        driver: Any = connection.driver_connection
        try:
            funds = _funds(driver)
            for rows in _rows(driver):
                for row in rows:
                    journal_id = int(row[0])
                    if current is None or current.id != journal_id:
                        if current is not None:
                            yield current
                        current = _begun(journal_id, row)
                    fund_id = int(row[2])
                    code, currency = funds.get(fund_id, ("", ""))
                    line = BookedLine(int(row[1]), fund_id, row[3], int(row[4]), row[5], code, currency)
                    current.lines.append(line)
        finally:
            end_reading(driver)
    if current is not None:
        yield current


def _begun(journal_id: int, row: Any) -> JournalOfLines:
    facts: JournalFacts | None = None
    if row[6]:
        facts = {"id": journal_id}
        for name, value in zip(_FACTS, row[6:18], strict=True):
            facts[name] = (int(value) if value else None) if name in _NUMBERS else value
        facts["corrects_on"] = facts["corrects_on"] or None
    return JournalOfLines(journal_id, facts, [], int(row[18]) if row[18] else None, row[19])


def _statement(engine: str) -> str:
    text = "::text" if engine == "postgresql" else ""
    return f"""
        SELECT l.journal_id, l.id, l.fund_id, l.account, l.cents, l.voucher,
            coalesce(j.step_id, ''), j.position, {_AT[engine]}, j.booked_on, j.tag, j.event, j.subject_kind,
            j.subject_id, j.reference, j.narrative, coalesce(j.reverses_id{text}, ''),
            coalesce(j.corrects_on{text}, ''), coalesce(e.id{text}, ''), coalesce(e.journals_hash, '')
        FROM journal_line l
        LEFT JOIN journal j ON j.id = l.journal_id
        LEFT JOIN audit_event e ON e.step_id = j.step_id
        ORDER BY l.journal_id, l.id
    """  # noqa: S608  made of names that stand in this program


def _rows(driver: Any) -> Iterator[list[Any]]:
    engine = db.engine.dialect.name
    if engine != "postgresql":
        cursor = driver.execute(_statement(engine))
        while rows := cursor.fetchmany(COPIED_AT_ONCE):
            yield rows
        return
    for copied in copy_rows(driver, f"COPY ({_statement(engine)}) TO STDOUT", {}):
        text = b"".join(copied).decode()[:-1]
        split = [row.split("\t") for row in text.split("\n")]
        yield [plain_fields(row) for row in split] if "\\" in text else split


def _funds(driver: Any) -> dict[int, tuple[str, str]]:
    """Fund id -> its code and currency. Begins the transaction, too."""
    if db.engine.dialect.name == "postgresql":
        driver.rollback()
        driver.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
    else:
        driver.execute("BEGIN")
    rows = driver.execute("SELECT id, currency, programme, call, region, instrument, line FROM fund")
    return {row[0]: ("/".join(row[2:]), row[1]) for row in rows}
