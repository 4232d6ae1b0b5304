"""What is written to people about an advance. All of it in the open step."""

from __future__ import annotations

from typing import Any

from vouchers.advances import policy, queries
from vouchers.advances.models import Advance
from vouchers.core.links import full_url
from vouchers.users.actions.links import addressee
from vouchers.workflow.transition import Step


def write_to_deciders(step: Step, advance: Advance) -> None:
    """The officers of the region who may decide."""
    for officer in queries.list_deciders(advance.agreement):
        if policy.is_decider(officer, advance) is None:
            step.write(addressee(officer), "advances/ask", **_facts(advance))


def write_to_beneficiary(step: Step, advance: Advance, occasion: str, **values: Any) -> None:
    """Everybody who may act for the beneficiary."""
    for writer in queries.list_writers(advance.organisation):
        step.write(addressee(writer), occasion, **(_facts(advance) | values))


def _facts(advance: Advance) -> dict[str, Any]:
    application = advance.agreement.application
    return {
        "number": advance.number,
        "amount": advance.amount,
        "project": application.title,
        "organisation": application.organisation.name,
        "region": application.region.office_name,
        "purpose": advance.purpose,
        "link": full_url("advances.show", advance_id=advance.id),
    }
