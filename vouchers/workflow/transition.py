"""One step of a lifecycle: states, policy, the change, its postings, event, letters, jobs: all or none"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from enum import Enum
from typing import Any, NoReturn
from uuid import uuid4

from sqlalchemy import inspect

from vouchers.audit.actions import record_event, record_events
from vouchers.audit.canonical import canonical_moment
from vouchers.audit.queries import find_last_actor
from vouchers.core.clock import office_day
from vouchers.core.database import Subject, db, rows_made, unit_memo, unit_of_work
from vouchers.core.errors import NotFound, NotPermitted, WrongState
from vouchers.core.lifecycle import Transition, not_yet
from vouchers.core.sending import spend_page
from vouchers.core.text import say as _
from vouchers.documents.actions import contents_of, name_content
from vouchers.documents.models import Document
from vouchers.jobs import actions as jobs
from vouchers.ledger import actions as ledger
from vouchers.ledger.digests import step_digest
from vouchers.ledger.drafts import JournalDraft
from vouchers.letters.actions import Addressee, write_letter
from vouchers.workflow.reversals import tell_reversed


class Office:
    """The actor when no person acts: a job, a deadline, a consequence of another step, a command on the server."""

    id = None
    name = "The office"
    is_office = True
    is_staff = False
    is_expert = False

    def holds(self, roles: Any, scope: str | None = None) -> bool:
        """The office holds no role: policies name it where it may act."""
        return False


OFFICE = Office()


class Visitor(Office):
    """Whoever has not signed in. No policy lets a visitor do more than what is open to everybody."""

    name = ""
    is_office = False
    is_authenticated = False
    is_active = False
    is_anonymous = True
    grants: tuple[()] = ()

    def get_id(self) -> None:
        """Flask-Login's key: there is none."""
        return


class Step:
    """What an action may ask for while its transition is open; its `id` ties the traces together."""

    def __init__(self, move: Transition, subject: Any, actor: Any, at: datetime, why: str | None):
        self.transition, self.subject, self.actor, self.at, self.why = move, subject, actor, at, why
        self.id = uuid4().hex
        self._booked: list[str] = []
        self._rows_before, self._state_before = rows_made(), subject.state
        self._reaches_out = False

    def post(self, draft: JournalDraft, *, is_belated: bool = False) -> int:
        """Book a journal; returns its id. Whatever stands on a journal that it reverses hears of it.

        Args:
            is_belated: where the period of the draft's day is closed, book it today, as a correction of that day.
        """
        self._reaches_out = True
        journal_id, digest = ledger.post(
            draft,
            step_id=self.id,
            position=len(self._booked) + 1,
            at=self.at,
            on=office_day(self.at),
            tag=self.transition.tag,
            subject_kind=self.transition.kind,
            subject_id=self.subject.id,
            is_belated=is_belated,
        )
        self._booked.append(digest)
        if draft.reverses_id is not None:
            tell_reversed(draft.reverses_id, why=self.why or "", at=self.at)
        return journal_id

    def write(
        self,
        to: Addressee,
        occasion: str,
        document: Document | None = None,
        unsubscribe_url: str | None = None,
        **values: Any,
    ) -> int:
        """Write a letter; it is sent once the step has committed. Returns its id."""
        self._reaches_out = True
        return write_letter(
            to,
            occasion,
            values,
            step_id=self.id,
            at=self.at,
            subject_kind=self.transition.kind,
            subject_id=self.subject.id,
            document=document,
            unsubscribe_url=unsubscribe_url,
        )

    def vouch(self, purpose: str, sha256: str) -> None:
        """Let the record name a content of the subject by its hash, as it names each file that the step stores."""
        name_content(self.id, self.transition.kind, purpose, sha256)

    def enqueue(self, job: str, /, *, due_at: datetime | None = None, **arguments: Any) -> None:
        """Promise a job; it is offered to the queue once the step has committed."""
        self._reaches_out = True
        jobs.enqueue(job, step_id=self.id, at=self.at, due_at=due_at, **arguments)

    @property
    def _can_be_repeated(self) -> bool:
        """Whether something new came about, and the state that was left does not tell that it did."""
        return self.subject.state == self._state_before and (self._reaches_out or rows_made() > self._rows_before)

    def _record(self, changes: dict[str, list[Any]]) -> None:
        record_event(**self._event(changes), journals_hash=step_digest(self._booked))

    def _event(self, changes: dict[str, list[Any]]) -> dict[str, Any]:
        return {
            "step_id": self.id,
            "unit_id": unit_memo().setdefault("unit_id", self.id),
            "at": self.at,
            "actor_id": self.actor.id,
            "tag": self.transition.tag,
            "subject_kind": self.transition.kind,
            "subject_id": self.subject.id,
            "scope": self.subject.scope,
            "body": {
                "changes": changes,
                "why": self.why,
                **({} if self.actor.id else {"actor": self.actor.name}),
                **({"contents": contents} if (contents := contents_of(self.id)) else {}),
            },
        }


@contextmanager
def transition(
    subject: Subject, move: Transition, *, by: Any, at: datetime, why: str | None = None, version: int | None = None
) -> Iterator[Step]:
    """Move `subject` by one row of its lifecycle.

    Opens or joins the unit of work; reads the row again under lock; asks state, version and policy; runs the body;
    sets the target state; records the event; commits at the outermost level. Any exception undoes all of it. A step
    that makes something new and could be taken again, for neither state nor version tells that it was taken, spends the
    page that was sent.

    Args:
        version: the version of the subject that the person was looking at, where an overtaken view must be refused.

    Raises:
        WrongState: someone was faster, or the step does not fit the state.
        NotPermitted: the row's policy says no.
        SentAlready: the page that asks for it was sent before.
    """
    with unit_of_work():
        db.session.flush()
        db.session.refresh(subject, with_for_update={"of": type(subject)})
        ensure_open(subject, move, by=by)
        ensure_seen(subject, version, move, by=by)
        before = _columns(subject)
        step = Step(move, subject, by, at, why)
        yield step
        if move.target is not None:
            subject.state = move.target
        if not move.is_reminder:
            subject.version += 1
        db.session.flush()
        if version is None and step._can_be_repeated:
            spend_page()
        step._record(changes_between(before, _columns(subject)))


def ensure_open(subject: Subject, move: Transition, *, by: Any) -> None:
    """The step fits the state, and this person may take it. `transition` asks it under the row's lock; a page that
    foretells what the step will answer asks it without.

    Raises:
        WrongState: someone was faster, or the step does not fit the state.
        NotPermitted: the row's policy says no.
    """
    if subject.state not in move.sources:
        if move.is_left_behind_by(subject) and move.is_still_to_come(subject):
            raise WrongState(not_yet(subject))
        raise WrongState(
            _(
                "Someone was faster, or this was done before: it is now “%(state)s”. Nothing was changed by you.",
                state=getattr(subject.state, "label", subject.state),
            )
        )
    if reason := move.allowed(by, subject):
        raise NotPermitted(reason)


def ensure_seen(subject: Subject, version: int | None, move: Transition, *, by: Any) -> None:
    """Refuse a step of somebody who was looking at another version. Called under the row's lock.

    Raises:
        WrongState: it has changed since.
    """
    if version is not None and version != subject.version:
        refuse_overtaken(subject, move, by=by)


def refuse_overtaken(subject: Subject, move: Transition, *, by: Any) -> NoReturn:
    """The person was looking at something that has changed since. Raises `WrongState`."""
    if by.id is not None and find_last_actor(move.kind, subject.id) == by.id:
        raise WrongState(_("You changed this in another window. Look at the new version, then decide again."))
    raise WrongState(
        _("Someone else changed this while you were looking at it. Look at the new version, then decide again.")
    )


@contextmanager
def creation(subject: Subject, move: Transition, *, by: Any, at: datetime, why: str | None = None) -> Iterator[Step]:
    """The first step of a life: out of nothing, into the lifecycle's first state. It spends the page that was sent.

    Raises:
        NotPermitted: the row's policy says no.
        SentAlready: the page that asks for it was sent before.
    """
    if not move.is_creation:
        raise RuntimeError(f"{move.tag} is a step of a life that has begun")
    with unit_of_work():
        if reason := move.allowed(by, subject):
            raise NotPermitted(reason)
        spend_page()
        subject.state = move.target
        subject.version = 1
        db.session.add(subject)
        db.session.flush()
        step = Step(move, subject, by, at, why)
        yield step
        db.session.flush()
        step._record(changes_between({}, _columns(subject)))


def creations(subjects: Sequence[Subject], move: Transition, *, by: Any, at: datetime) -> None:
    """The same for many subjects at once, from which nothing else follows: each has its step and its event.

    Raises:
        NotPermitted: for one of them; then none comes into being.
        SentAlready: the page that asks for it was sent before.
    """
    if not move.is_creation:
        raise RuntimeError(f"{move.tag} is a step of a life that has begun")
    with unit_of_work():
        for subject in subjects:
            if reason := move.allowed(by, subject):
                raise NotPermitted(reason)
            subject.state = move.target
            subject.version = 1
        spend_page()
        db.session.add_all(subjects)
        db.session.flush()
        steps = [Step(move, subject, by, at, None) for subject in subjects]
        record_events([step._event(changes_between({}, _columns(step.subject))) for step in steps])


def fresh(kind: type[Any], subject_id: int) -> Any:
    """Load a subject for a job or a command. Raises `NotFound`."""
    subject = db.session.get(kind, subject_id)
    if subject is None:
        raise NotFound(_("There is no such thing any more."))
    return subject


UNRECORDED = frozenset({"version", "password_hash", "totp_secret", "subscriber_email", "sealed_token", "sealed_secret"})
"""Columns whose values never enter the record."""


def _columns(subject: Any) -> dict[str, Any]:
    """What the record keeps of a subject: all but secrets; where its class names them in `RECORDED`, only those."""
    only = getattr(type(subject), "RECORDED", None)
    return {
        attribute.key: getattr(subject, attribute.key)
        for attribute in inspect(subject).mapper.column_attrs
        if (attribute.key not in UNRECORDED if only is None else attribute.key in only)
    }


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """``{column: [before, after]}`` of what differs, in values that JSON can say; as it enters the record."""
    return {
        key: [_plain(before.get(key)), _plain(value)]
        for key, value in after.items()
        if before.get(key) != value and not (key not in before and value is None)
    }


def _plain(value: Any) -> Any:
    """What JSON can say of a column's value, the same on both databases."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | str | dict | list):
        return value
    if isinstance(value, datetime):
        return canonical_moment(value)
    if isinstance(value, date):
        return value.isoformat()
    return str(value)
