"""The session, the column types, and `unit_of_work()`: the only commit in the program.

Two databases, one behaviour. On SQLite a unit of work holds the office's write turn (`vouchers.core.turns`) and begins
with BEGIN IMMEDIATE, so a writer never fails half-way because another one was quicker. On PostgreSQL it begins a
READ COMMITTED transaction in which `workflow.transition` takes row locks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Protocol

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, MetaData, Text, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, ORMExecuteState, Session, registry
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from vouchers.core import connections as connections  # noqa: PLC0414 - for its hooks
from vouchers.core.errors import Busy
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.core.turns import write_turn


class UtcMoment(TypeDecorator[datetime]):
    """A moment, stored in UTC and always returned with its zone, on both databases."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class local_day(FunctionElement[str]):  # noqa: N801 - it is written like a function of the database
    """The day of a moment on the calendar of a zone (its name, also of a column): ``local_day(moment, zone)``, in ISO
    8601; null for no moment."""

    type = Text()
    inherit_cache = True


@compiles(local_day)
def _local_day(element: local_day, compiler: Any, **more: Any) -> str:
    return f"local_day({compiler.process(element.clauses, **more)})"


@compiles(local_day, "postgresql")
def _local_day_of_postgresql(element: local_day, compiler: Any, **more: Any) -> str:
    moment, zone = (compiler.process(clause, **more) for clause in element.clauses)
    return f"to_char(timezone({zone}, {moment}), 'YYYY-MM-DD')"


BigId = BigInteger().with_variant(Integer, "sqlite")
"""Primary and foreign keys of tables that grow without bound (SQLite counts only INTEGER by itself)."""


_registry = registry(
    metadata=MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    ),
    type_annotation_map={datetime: UtcMoment(), str: Text()},
)


class Base(DeclarativeBase):
    """Names every constraint, so that migrations can find it on both databases."""

    registry = _registry


db = SQLAlchemy(
    model_class=Base, disable_autonaming=True, session_options={"expire_on_commit": False, "autoflush": False}
)


def state_column(states: type[StrEnum]) -> Enum:
    """The column type of a state or another closed list of words: text, with the list checked by the database."""
    return Enum(
        states,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
        name=states.__name__.lower(),
    )


class Amount:
    """A `Money` attribute over a column of cents and the row's `currency`: ``approved = Amount("approved_cents")``.

    Where a row has amounts in two currencies, `currency` names the attribute that holds the other one.
    """

    def __init__(self, column: str, *, currency: str = "currency"):
        self.column, self.currency = column, currency

    def __get__(self, row: Any, owner: type | None = None) -> Any:
        if row is None:
            return self
        cents = getattr(row, self.column)
        return None if cents is None else Money(cents, getattr(row, self.currency))

    def __set__(self, row: Any, amount: Money | None) -> None:
        if amount is not None:
            if getattr(row, self.currency) is None:
                setattr(row, self.currency, amount.currency)
            if amount.currency != getattr(row, self.currency):
                raise ValueError(f"{amount} on a row in {getattr(row, self.currency)}")
        setattr(row, self.column, None if amount is None else amount.cents)


class Subject(Protocol):
    """What a lifecycle moves: a row with an id, a state, a version, and the scope of who may see its record."""

    id: Any
    state: Any
    version: Any

    @property
    def scope(self) -> str: ...


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Commit once, at the outermost level; roll everything back on any error.

    What was read before the unit began is read again inside it, so that rules and policies judge the present.

    Raises:
        Busy: the database could not give a turn or broke a deadlock; nothing was saved.
    """
    session = db.session
    info = session.info
    if info.get("in_unit"):
        try:
            yield
        except BaseException:
            info["broken"] = True  # also when somebody further out catches it: half a step is never committed
            raise
        return
    if (
        session.new
        or session.deleted
        or any(session.is_modified(row, include_collections=False) for row in session.dirty)
    ):
        raise RuntimeError("changed outside a unit of work: every write belongs into a step")
    with ExitStack() as turn:
        after_commit: list[Callable[[], None]] = []
        try:
            end_reading()
            if db.engine.dialect.name == "sqlite":
                turn.enter_context(write_turn(str(db.engine.url.database)))
            session.connection(execution_options={"writes": True})
            info["in_unit"], info["after_commit"], info["memo"] = True, after_commit, {}
            yield
            if info.get("broken"):
                raise RuntimeError("a step inside this unit of work failed and was passed over: nothing is saved")
            session.commit()
        except OperationalError as problem:
            session.rollback()
            if _is_contention(problem):
                raise Busy(
                    _("Many people are working at this moment. Nothing was saved. Please press the button again.")
                ) from problem
            raise
        except BaseException:
            session.rollback()
            raise
        finally:
            info["in_unit"] = False
            for key in ("after_commit", "memo", "broken"):
                info.pop(key, None)
    for act in after_commit:
        act()


def end_reading(*, keeps_rows: bool = False) -> None:
    """End the transaction in which the session has read outside a unit of work; what it asks next is read anew.

    By a commit: at each ROLLBACK psycopg has PostgreSQL forget all statements that it had prepared (for one might have
    dropped what they name), and the next request would have each of them parsed and planned again, which took more of
    the server than all the rest. Nothing is saved by it, for every write outside a unit of work is refused (below);
    rows that were changed in memory only are rolled back.

    Args:
        keeps_rows: at the end of a request, whose answer may still be drawn from the rows that it has read.
    """
    if not db.session.registry.has():
        return
    session = db.session()
    try:
        if not session.is_active or session.new or session.deleted or session.dirty:
            session.rollback()
        elif session.in_transaction():
            session.info["has_only_read"] = True  # for whoever looks at commits
            session.commit()
    except DBAPIError:  # the database has gone meanwhile; whoever asks it next is told
        session.rollback()
    finally:
        session.info.pop("has_only_read", None)
    if not keeps_rows:
        session.expire_all()


def after_commit(act: Callable[[], None]) -> None:
    """Do this once the open unit of work has committed; never if it has not."""
    db.session.info["after_commit"].append(act)


def unit_memo() -> dict[str, Any]:
    """What the parts of one unit of work share; gone when it ends."""
    memo: dict[str, Any] = db.session.info["memo"]
    return memo


def rows_made() -> int:
    """How many new rows the open unit of work has written so far."""
    return int(unit_memo().get("rows_made", 0))


def in_unit() -> bool:
    """Whether a unit of work is open."""
    return bool(db.session.info.get("in_unit"))


def _is_contention(problem: DBAPIError) -> bool:
    code = getattr(problem.orig, "sqlstate", None)
    return code in {"40P01", "40001", "55P03"} or "database is locked" in str(problem.orig)


@event.listens_for(db.session, "before_flush")
def _refuse_flush_outside_unit(session: Session, _context: Any, _instances: Any) -> None:
    if not session.info.get("in_unit"):
        raise RuntimeError("changed outside a unit of work: every write belongs into a step")
    session.info["memo"]["rows_made"] = session.info["memo"].get("rows_made", 0) + len(session.new)


@event.listens_for(db.session, "do_orm_execute")
def _refuse_statement_outside_unit(execution: ORMExecuteState) -> None:
    is_write = execution.is_insert or execution.is_update or execution.is_delete
    if is_write and not execution.session.info.get("in_unit"):
        raise RuntimeError("written outside a unit of work: every write belongs into a step")
