"""One person whose account is the subject, and a step that does all that a step can do."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.ledger.books import shares
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db
from vouchers.jobs.models import QueuedJob
from vouchers.ledger.models import Journal, JournalLine, StageBalance
from vouchers.ledger.recipes import precommit
from vouchers.letters.actions import Addressee
from vouchers.letters.models import Letter
from vouchers.users.lifecycle import USER
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, Step, creation, transition

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
RECORDS = (AuditEvent, AuditDetail, Journal, JournalLine, StageBalance, Letter, QueuedJob)


def a_person(email: str = "ann@example.org") -> User:
    """An invited person, made by the step that makes one."""
    person = User(email=email, name="Ann", password_hash=None, created_at=AT)
    with creation(person, USER.invite, by=OFFICE, at=AT):
        return person


def everything(step: Step, funds: Any, amount: str = "40") -> None:
    """Money, a letter and a job in one step."""
    step.post(precommit(shares(funds, amount), voucher="V1", narrative="all in one"))
    to = Addressee("ann@example.org", "Ann")
    step.write(to, "organisations/confirm_bank_account", organisation="Genolab", iban="BE68 5390 0754 7034")
    step.enqueue("audit.seal")


def disable(person: User, funds: Any, *, by: Any = OFFICE, amount: str = "40", at: datetime = AT, **asked: Any) -> None:
    """Disable the account, with everything that a step may bring along."""
    with transition(person, USER.disable, by=by, at=at, **asked) as step:
        person.name = "Nobody"
        everything(step, funds, amount)


def traces() -> dict[str, Any]:
    """All that a step leaves behind, read anew."""
    db.session.rollback()
    db.session.expire_all()
    counted: dict[str, Any] = {kind.__tablename__: db.session.query(kind).count() for kind in RECORDS}
    counted["people"] = [(one.state, one.version, one.name) for one in db.session.query(User).order_by(User.id)]
    counted["available"] = sum(row.cents for row in db.session.query(StageBalance).filter_by(account="B110"))
    return counted
