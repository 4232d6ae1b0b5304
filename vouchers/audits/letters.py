"""What is written to auditors and to the regions that they audit."""

from __future__ import annotations

from typing import Any

from vouchers.audits.models import AuditFinding, Mandate
from vouchers.audits.queries.findings import list_officers
from vouchers.core.links import full_url
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.workflow.transition import Step


def write_to_auditor(step: Step, mandate: Mandate, occasion: str) -> None:
    """Say that a mandate begins or ends."""
    step.write(
        addressee(mandate.auditor),
        f"audits/{occasion}",
        number=mandate.number,
        programme=mandate.programme.plan.name.in_language(mandate.auditor.language),
        subject=mandate.subject,
        first_on=mandate.first_on,
        last_on=mandate.last_on,
        until=mandate.ends_at,
        zone=mandate.auditor.time_zone,
        reason=mandate.reason,
        link=full_url("audits.mandate", mandate_id=mandate.id),
    )


def write_to_officers(step: Step, finding: AuditFinding, occasion: str, text: str) -> None:
    """Tell those who may answer for the region."""
    for person in list_officers(finding):
        _write(step, finding, person, occasion, text)


def write_to_finder(step: Step, finding: AuditFinding, occasion: str, text: str) -> None:
    """Tell the auditor under whose mandate it was found."""
    _write(step, finding, finding.mandate.auditor, occasion, text)


def _write(step: Step, finding: AuditFinding, person: User, occasion: str, text: str) -> None:
    values: dict[str, Any] = {
        "number": finding.number,
        "title": finding.title,
        "voucher": finding.voucher,
        "region": finding.region.name.in_language(person.language),
        "text": text,
        "reply_by": finding.reply_by,
        "link": full_url("audits.finding", finding_id=finding.id),
    }
    step.write(addressee(person), f"audits/{occasion}", **values)
