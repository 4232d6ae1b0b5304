"""Builders whose outcome is put back instead of made again, where a test begins with the same steps as an earlier one.

`@kept` is for builders that take long, `@known` for those that do not. Both tell the desk's *trail*: everything that
was done to its database since it was made clean, as a digest of the builders that were called, their arguments and
what they answered, the time at which the clock stands, and the numbers that the builders have counted to. Where a
kept builder is called on a trail on which it was called before in this process, the database is put back as it was
after that call, with the stored documents and the numbers, and the same rows are answered, read anew. What the test
itself holds goes on working: its rows are read anew, and a browser that is signed in gets the session that is there.

A step that no builder makes (an action that the test takes, a request, a commit of another thread) loses the trail
until the desk is clean again, and then nothing is put back. So does reading a letter's link: what is random in it
would not be there after another state was put back. A step of another process is noticed by the number of the last
event in the record. Tests that patch the program, or listen to Redis, take every step (see `app` in conftest.py).

``TEST_KEEP=0`` switches this off.
"""

from __future__ import annotations

import hashlib
import inspect
import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from flask import current_app, has_app_context
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy import inspect as state_of
from sqlalchemy.engine import Connection, Engine, make_url

from tests import databases
from vouchers.audit.models import AuditEvent
from vouchers.core import clock
from vouchers.core.database import Base, db
from vouchers.documents.store import the_store
from vouchers.workflow.transition import Office

MOST = 400 if databases.ENGINE == "sqlite" else 150
"""So many states are kept in a process, where there is room: those that were used last."""
WORTH_KEEPING = 0.02 if databases.ENGINE == "sqlite" else 0.05
"""Seconds: what took less is made again."""
STAYS_NEW = 600
"""Seconds: what was made now, by a clock that goes, is put back so long at most; a session ends when nobody uses it."""

P = ParamSpec("P")
T = TypeVar("T")


class Numbers:
    """Counts like `itertools.count`: in each test from the start, and on from where a state that was put back was."""

    def __init__(self, first: int = 1) -> None:
        self.first = self.next = first
        all_numbers.append(self)

    def __next__(self) -> int:
        self.next += 1
        return self.next - 1


all_numbers: list[Numbers] = []


# --- the trail --------------------------------------------------------------------------------------------------------


@dataclass
class Trail:
    """What is known of the desk's present state."""

    digest: str | None = ""
    """None: unknown."""
    running: list[str | None] = field(default_factory=list)
    """The digests of the builders at work, the outermost first; None for one whose arguments cannot be told."""
    commits: int = 0
    strange: int = 0
    """Commits that no builder made."""
    browsers: list[FlaskClient] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    is_followed: bool = False
    put_back: int = 0
    """How often another state was put back."""

    def lose(self) -> None:
        """Nothing is put back until the desk is clean again."""
        self.digest = None
        self.strange += 1


@dataclass
class Held:
    """Something of the state that lies in the test's hands, and how to exchange it."""

    value: str
    exchange: Callable[[str, str], None]


trail = Trail()


def is_on() -> bool:
    """Whether states are kept at all."""
    return os.environ.get("TEST_KEEP", "1") != "0"


def begin(*, is_followed: bool) -> None:
    """The desk has just been made clean."""
    global trail
    trail = Trail(is_followed=is_followed and is_on() and databases.desks[0].can_put)
    for numbers in all_numbers:
        numbers.next = numbers.first


def forget_states() -> None:
    """Nothing is kept of what was made up to now."""
    while _copies:
        _forget_oldest()


def read_something_random() -> None:
    """A test reads what is different each time: it must stay there. In a builder it is part of the step."""
    if not trail.running:
        trail.lose()


def hold(value: str, exchange: Callable[[str, str], None]) -> None:
    """A test holds something of the state; `exchange(old, new)` is called when another state is put back."""
    trail.held.append(Held(value, exchange))


@event.listens_for(Engine, "commit")
def _note_commit(connection: Connection) -> None:
    if not trail.is_followed or not databases.desks or connection.engine.url != make_url(databases.desks[0].url):
        return
    if not (has_app_context() and db.session.registry.has() and db.session.info.get("has_only_read")):
        note_commit()


def note_commit() -> None:
    """The desk has changed."""
    trail.commits += 1
    if not trail.running or threading.current_thread() is not threading.main_thread():
        trail.lose()
    elif trail.digest is not None:
        running = trail.running[-1]
        trail.digest = running and _digest(trail.digest, running, "commit")


# --- builders ---------------------------------------------------------------------------------------------------------


def known(make: Callable[P, T]) -> Callable[P, T]:
    """A builder that is a step of the trail, and always takes it."""
    return _followed(make, is_kept=False)


def kept(make: Callable[P, T]) -> Callable[P, T]:
    """A builder that is a step of the trail, and whose outcome is put back where it is known."""
    return _followed(make, is_kept=True)


def _followed(make: Callable[P, T], *, is_kept: bool) -> Callable[P, T]:
    name, signature = f"{make.__module__}.{make.__qualname__}", inspect.signature(make)

    @wraps(make)
    def builder(*given: P.args, **named: P.kwargs) -> T:
        if not _is_followed():
            return make(*given, **named)
        step = _step(name, signature, given, named)
        events = _last_event() if step and is_kept else 0
        if step and (copy := _copies.get(step)) and copy.fits(events):
            _copies.move_to_end(step)
            return copy.put_back()
        with _at_work(step) as work:
            result = make(*given, **named)
        if step and work.has_left_trace:
            trail.digest = _after(step, result) if work.is_untouched else None
            if is_kept and trail.digest and work.seconds > WORTH_KEEPING:
                _keep(step, events, result)
        return result

    return builder


def _is_followed() -> bool:
    """Whether the desk's own session is used as usual: by the test itself, outside of a unit of work."""
    return (
        trail.is_followed
        and bool(databases.desks)
        and threading.current_thread() is threading.main_thread()
        and has_app_context()
        and db.engine.url == make_url(databases.desks[0].url)
        and not db.session.info.get("in_unit")
    )


def _is_changed() -> bool:
    session = db.session
    return bool(session.new or session.deleted or session.dirty)


def _last_event() -> int:
    return db.session.scalar(select(func.max(AuditEvent.id))) or 0


@dataclass
class Work:
    """What a builder did while it was at work."""

    began_at: float
    commits: int
    strange: int
    seconds: float = 0

    @property
    def has_left_trace(self) -> bool:
        return trail.commits > self.commits

    @property
    def is_untouched(self) -> bool:
        return trail.strange == self.strange


@contextmanager
def _at_work(step: str | None) -> Iterator[Work]:
    work = Work(time.perf_counter(), trail.commits, trail.strange)
    trail.running.append(step)
    try:
        yield work
    except BaseException:
        if work.has_left_trace:
            trail.lose()
        raise
    finally:
        trail.running.pop()
        work.seconds = time.perf_counter() - work.began_at


# --- what tells a step ------------------------------------------------------------------------------------------------


class Untold(Exception):
    """An argument or an answer that cannot be told from others by what it holds."""


def _step(name: str, signature: inspect.Signature, given: Any, named: Any) -> str | None:
    """The digest of a call on the present trail; None where one of them is unknown."""
    if trail.digest is None:
        return None
    bound = signature.bind(*given, **named)
    bound.apply_defaults()
    try:
        arguments = [(key, _told(value)) for key, value in bound.arguments.items()]
    except Untold:
        return None
    stopped = clock._stopped_at.get() or int(time.time() / STAYS_NEW)
    numbers = [numbers.next for numbers in all_numbers]
    return _digest(trail.digest, name, arguments, stopped, numbers, current_app.config["SETTINGS"])


def _after(step: str, result: Any) -> str | None:
    """The trail after a step; unknown where its answer cannot be told."""
    try:
        return _digest(step, _told(result))
    except Untold:
        return None


def _digest(*parts: Any) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()


def _told(value: Any) -> Any:
    """A value as something whose `repr` is the same only for the same. Raises Untold."""
    if isinstance(value, (Enum, type)):
        return str(type(value)), str(value)
    if value is None or isinstance(value, (bool, int, float, str, bytes, Decimal, date, timedelta)):
        return type(value).__name__, value
    if isinstance(value, Base):
        return type(value).__name__, _identity(value)
    if isinstance(value, Office):
        return "office", type(value).__name__
    if isinstance(value, Mapping):
        return "mapping", [(_told(key), _told(held)) for key, held in value.items()]
    if isinstance(value, (list, tuple)):
        return type(value).__name__, [_told(held) for held in value]
    if isinstance(value, (set, frozenset)):
        return "set", sorted(repr(_told(held)) for held in value)
    if is_dataclass(value):
        return type(value).__qualname__, [(held.name, _told(getattr(value, held.name))) for held in fields(value)]
    if isinstance(value, FlaskClient):
        if value not in trail.browsers:
            trail.browsers.append(value)
        return "browser", trail.browsers.index(value)
    raise Untold(type(value))


def _identity(row: Base) -> tuple[Any, ...]:
    identity = state_of(row).identity
    if identity is None:
        raise Untold(type(row))
    return tuple(identity)


# --- states that are kept ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Copy:
    """The office as it was after a step."""

    rows: Path | databases.Rows
    documents: dict[str, bytes]
    numbers: list[int]
    held: list[str]
    events: int
    """The last event in the record before the step."""
    digest: str
    """The trail after it."""
    answer: Callable[[], Any]
    """Reads what the builder answered."""

    def fits(self, events: int) -> bool:
        """Whether the present state is that in which the step was taken, as far as it can be seen."""
        return self.events == events and len(self.held) == len(trail.held) and not _is_changed()

    def put_back(self) -> Any:
        """Make it so again; answers what the builder answered."""
        db.session.rollback()
        db.session.expire_all()
        if databases.ENGINE == "sqlite":
            db.engine.dispose()  # a file that nobody reads is exchanged faster
        databases.desks[0].put(self.rows)
        for name, content in self.documents.items():
            _write_document(name, content)
        for numbers, at in zip(all_numbers, self.numbers, strict=True):
            numbers.next = at
        for held, value in zip(trail.held, self.held, strict=True):
            held.exchange(held.value, value)
            held.value = value
        trail.digest = self.digest
        trail.commits += 1
        trail.put_back += 1
        return self.answer()


_copies: OrderedDict[str, Copy] = OrderedDict()
_contents: dict[str, bytes] = {}
"""Of the documents of all copies, each once."""


def _keep(step: str, events: int, result: Any) -> None:
    try:
        answer, documents = _answering(result), _stored_documents()
    except Untold:
        return
    assert trail.digest
    _copies[step] = Copy(
        rows=databases.desks[0].taken(),
        documents=documents,
        numbers=[numbers.next for numbers in all_numbers],
        held=[held.value for held in trail.held],
        events=events,
        digest=trail.digest,
        answer=answer,
    )
    while len(_copies) > MOST or (_copies and not databases.desks[0].has_room()):
        _forget_oldest()


def _forget_oldest() -> None:
    _step, oldest = _copies.popitem(last=False)
    databases.desks[0].forget(oldest.rows)


def _answering(result: Any) -> Callable[[], Any]:
    """How to read a builder's answer again. Raises Untold."""
    if isinstance(result, Base):
        kind, identity = type(result), _identity(result)
        return lambda: db.session.get_one(kind, identity)
    if isinstance(result, (list, tuple)):
        kept_parts, shape = [_answering(part) for part in result], type(result)
        return lambda: shape(part() for part in kept_parts)
    if isinstance(result, dict):
        held = {name: _answering(part) for name, part in result.items()}
        return lambda: {name: part() for name, part in held.items()}
    if is_dataclass(result) and not isinstance(result, type):
        parts = {part.name: _answering(getattr(result, part.name)) for part in fields(result)}
        return lambda: _assembled(type(result), parts)
    if result is None or isinstance(result, (str, int, bytes, Decimal, date)):
        return lambda: result
    raise Untold(type(result))


def _assembled(kind: type, parts: Mapping[str, Callable[[], Any]]) -> Any:
    made = kind.__new__(kind)
    for name, part in parts.items():
        object.__setattr__(made, name, part())
    return made


def _stored_documents() -> dict[str, bytes]:
    """By their place in the store. Raises Untold where one is not what its name says."""
    root = _documents_folder()
    found = {str(file.relative_to(root)): file for file in root.rglob("*") if file.is_file()}
    for name, file in found.items():
        if name not in _contents:
            content = file.read_bytes()
            if hashlib.sha256(content).hexdigest() != file.name:
                raise Untold(name)
            _contents[name] = content
    return {name: _contents[name] for name in found}


def _write_document(name: str, content: bytes) -> None:
    file = _documents_folder() / name
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file.write_bytes(content)
        file.chmod(0o600)


def _documents_folder() -> Path:
    return the_store().root  # type: ignore[attr-defined, no-any-return]
