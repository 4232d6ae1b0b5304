"""Leaves and details as bytes, built where the events lie: for reading a million of them in constant memory.

The database writes the same canonical JSON as `canonical.event_bytes` (a test compares them), so one column comes here
for each event, and nothing is taken apart only to be put together again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from psycopg import OperationalError
from psycopg.pq import ExecStatus
from sqlalchemy import select

from vouchers.audit.canonical import FIELDS
from vouchers.audit.models import AuditRun
from vouchers.core.database import db

T = TypeVar("T")
BLOCK = 1 << 14
"""Events that are read at once."""
_RUNS = 1_024


def _pairs(**values: str) -> Iterator[tuple[str, str]]:
    return ((name, values.get(name, values["other"].format(f"e.{name}"))) for name in sorted(FIELDS))


def _leaf_postgresql() -> str:
    number, moment = "coalesce({}::text, 'null')", "to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US')"
    values = _pairs(
        other="to_json({})",
        actor_id=number.format("e.actor_id"),
        subject_id=number.format("e.subject_id"),
        at=f"""'"', {moment}, 'Z"'""",
    )
    return "concat('{', " + ", ',', ".join(f"""'"{name}":', {value}""" for name, value in values) + ", '}')"


def _leaf_sqlite() -> str:
    values = _pairs(other="{}", at="replace(e.at, ' ', 'T') || 'Z'")
    parts = ", ".join(f"'{name}', {value}" for name, value in values)
    return f"json_object({parts})"


LEAF = {"postgresql": _leaf_postgresql(), "sqlite": _leaf_sqlite()}
"""The leaf data as an expression over the table of events, named ``e``."""
_DETAIL = {
    "postgresql": "e.detail_hash || coalesce(d.salt || d.body::text, '')",
    "sqlite": "e.detail_hash || coalesce(d.salt || d.body, '')",
}


def read_leaves(first_id: int, end_id: int, each: Callable[[bytes], T]) -> list[T]:
    """What `each` makes of the leaf data of the events from `first_id` up to `end_id`, in the order of their ids."""
    return _read(f"{LEAF[db.engine.dialect.name]} FROM audit_event e", first_id, end_id, each)


def read_details(first_id: int, end_id: int, each: Callable[[bytes], T]) -> list[T]:
    """The same with details: the stated hash (64 signs), then the salted text under it, nothing where it was erased."""
    joined = "FROM audit_event e JOIN audit_detail d ON d.event_id = e.id"
    return _read(f"{_DETAIL[db.engine.dialect.name]} {joined}", first_id, end_id, each)


def _read(what: str, first_id: int, end_id: int, each: Callable[[bytes], T]) -> list[T]:
    statement = f"SELECT {what} WHERE e.id >= {int(first_id)} AND e.id < {int(end_id)} ORDER BY e.id"  # noqa: S608
    driver: Any = db.session.connection().connection.driver_connection
    if db.engine.dialect.name == "postgresql":
        return _copied(driver.pgconn, statement, each)
    return [each(text.encode()) for (text,) in driver.execute(statement)]


def _copied(link: Any, statement: str, each: Callable[[bytes], T]) -> list[T]:
    """One call for each row rather than one turn of the driver's machinery; no sign of JSON parts its cells."""
    copy = f"COPY ({statement}) TO STDOUT (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')"
    _ensure(link.exec_(copy.encode()), ExecStatus.COPY_OUT)
    made, take = [], link.get_copy_data
    while (row := take(0))[0] > 0:
        made.append(each(bytes(row[1][:-1])))
    _ensure(link.get_result(), ExecStatus.COMMAND_OK)
    link.get_result()
    return made


def _ensure(result: Any, expected: ExecStatus) -> None:
    if result is None or result.status != expected:
        raise OperationalError(result.error_message.decode() if result else "the database broke off")


# --- places -----------------------------------------------------------------------------------------------------------


class Stretch(NamedTuple):
    """Runs that follow one another in the tree and in the events."""

    position: int
    event_id: int
    size: int
    hashes: bytes


def stretches(first: int = 0, end: int | None = None) -> Iterator[Stretch]:
    """The runs from one place up to another in the order of the tree, those that follow one another put together."""
    following = first
    while True:
        runs = db.session.execute(
            select(AuditRun.first_position, AuditRun.first_event_id, AuditRun.size, AuditRun.hashes)
            .where(AuditRun.first_position >= following)
            .order_by(AuditRun.first_position)
            .limit(_RUNS)
        ).all()
        runs = [run for run in runs if end is None or run.first_position < end]
        if not runs:
            return
        following = runs[-1].first_position + 1
        group: list[Any] = []
        for run in runs:
            if group and not _continues(run, group):
                yield _joined(group)
                group = []
            group.append(run)
        yield _joined(group)


def _continues(run: Any, group: Sequence[Any]) -> bool:
    last = group[-1]
    return (
        (run.first_position, run.first_event_id) == (last.first_position + last.size, last.first_event_id + last.size)
        and run.first_position - group[0].first_position < BLOCK
    )  # fmt: skip


def _joined(group: Sequence[Any]) -> Stretch:
    first, size = group[0], sum(run.size for run in group)
    return Stretch(first.first_position, first.first_event_id, size, b"".join(run.hashes for run in group))
