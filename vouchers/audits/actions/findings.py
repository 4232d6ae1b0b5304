"""Findings: issued by an auditor, answered by the region, followed up and closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.audits import letters
from vouchers.audits.lifecycle import FINDING
from vouchers.audits.models import AuditFinding, FindingNote, Mandate
from vouchers.audits.rules.findings import ensure_reply_by, ensure_within
from vouchers.audits.states import Severity
from vouchers.core.clock import office_day
from vouchers.core.database import db, unit_of_work
from vouchers.core.money import Money
from vouchers.core.numbering import numbered
from vouchers.regions.models import Region
from vouchers.users.models import User
from vouchers.workflow.transition import Step, creation, transition


@dataclass(frozen=True, slots=True)
class Point:
    """What was found: in which region, in which voucher (None: in how the region works), and what it costs."""

    region: Region
    voucher: Application | None
    title: str
    severity: Severity
    amount: Money
    text: str


def issue_finding(mandate: Mandate, point: Point, reply_by: date, *, by: User, at: datetime) -> AuditFinding:
    """Tell a region what was found, and until when it is to answer; its officers are written to.

    Raises:
        RuleBroken: field ``voucher`` or ``reply_by``.
    """
    ensure_reply_by(reply_by, today=office_day(at))
    with unit_of_work():
        if point.voucher is not None:
            ensure_within(mandate, point.voucher, point.region)
        finding = AuditFinding(
            number=numbered("AF", office_day(at).year),
            mandate=mandate,
            region=point.region,
            voucher=point.voucher.reference if point.voucher else "",
            title=point.title,
            severity=point.severity,
            amount=point.amount,
            currency=point.amount.currency,
            reply_by=reply_by,
            issued_at=at,
        )
        with creation(finding, FINDING.issue, by=by, at=at, why=point.text) as step:
            _note(finding, step, point.text, by=by, at=at)
            letters.write_to_officers(step, finding, "issue", point.text)
        return finding


def reply_finding(finding: AuditFinding, text: str, *, by: User, at: datetime) -> None:
    """The region answers; the auditor is told."""
    with transition(finding, FINDING.reply, by=by, at=at, why=text) as step:
        _note(finding, step, text, by=by, at=at)
        letters.write_to_finder(step, finding, "reply", text)


def follow_up_finding(finding: AuditFinding, text: str, reply_by: date, *, by: User, at: datetime) -> None:
    """The answer does not settle it: say what is still to be done, and until when.

    Raises:
        RuleBroken: field ``reply_by``.
    """
    ensure_reply_by(reply_by, today=office_day(at))
    with transition(finding, FINDING.follow_up, by=by, at=at, why=text) as step:
        finding.reply_by = reply_by
        _note(finding, step, text, by=by, at=at)
        letters.write_to_officers(step, finding, "follow_up", text)


def close_finding(finding: AuditFinding, text: str, *, by: User, at: datetime) -> None:
    """Nothing more is to be done about it; say how it was settled."""
    with transition(finding, FINDING.close, by=by, at=at, why=text) as step:
        finding.closed_at = at
        _note(finding, step, text, by=by, at=at)
        letters.write_to_officers(step, finding, "close", text)


def _note(finding: AuditFinding, step: Step, text: str, *, by: Any, at: datetime) -> None:
    db.session.add(FindingNote(finding_id=finding.id, verb=step.transition.verb, text=text, at=at, by_id=by.id))
