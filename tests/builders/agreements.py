"""Awards and agreements, made by the steps that make them in the office. ``in2()`` must have been loaded."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.builders import evaluation
from tests.builders.applications import owner_of
from tests.builders.evaluation import a_manager
from tests.builders.kept import kept
from tests.builders.programmes import during_call
from vouchers.agreements import queries
from vouchers.agreements.actions import accepting, issuing
from vouchers.agreements.actions.issuing import Asked
from vouchers.agreements.models import Agreement
from vouchers.agreements.policy import ProviderContact
from vouchers.applications.models import Application
from vouchers.users.models import User


@kept
def an_awarded_application(
    instrument: str = "MG",
    region: str = "BE-WAL",
    *,
    amount: str | None = None,
    at: datetime | None = None,
    **rest: Any,
) -> Application:
    """An application with a voucher of what it asked for, its money set aside in the books."""
    at = at or during_call()
    return evaluation.an_awarded_application(instrument, region, requested=amount, at=at, **rest)


@kept
def an_offered_agreement(
    instrument: str = "MG",
    region: str = "BE-WAL",
    *,
    amount: str | None = None,
    manager: User | None = None,
    at: datetime | None = None,
    **rest: Any,
) -> Agreement:
    """An agreement that waits for its parties, issued two hours after the submission."""
    at = at or during_call()
    manager = manager or a_manager(region, at=at)
    application = an_awarded_application(instrument, region, amount=amount, at=at, **rest)
    agreement = issuing.issue_agreement(application, asked_for(application), by=manager, at=at + timedelta(hours=2))
    return queries.get_agreement(agreement.id)


def asked_for(application: Application, **changed: Any) -> Asked:
    """A window from the day after the approval, and the provider from the answers."""
    bounds, answers = queries.bounds_of(application), queries.map_answers(application.id)
    starts_on = bounds.approved_on + timedelta(days=1)
    names = ("provider_name", "provider_contact", "provider_email")
    values = {
        "starts_on": starts_on,
        "ends_on": bounds.last_end(starts_on),
        "outside_reason": "The partner has time at once.",
        **{name: str(answers.get(name) or "") for name in names},
    }
    return Asked(**(values | changed))


@kept
def accept_all(agreement: Agreement, manager: User, *, at: datetime) -> Agreement:
    """Every party accepts."""
    owner, digest = owner_of(agreement.application), agreement.sha256
    accepting.accept_as_sme(agreement, owner.name, digest, by=owner, at=at)
    agreement = queries.get_agreement(agreement.id)
    if provider := agreement.provider_party:
        contact = ProviderContact(provider.id, provider.name)
        accepting.accept_as_provider(agreement, "Jan de Vries", digest, by=contact, at=at)
        agreement = queries.get_agreement(agreement.id)
    accepting.accept_as_region(agreement, manager.name, digest, by=manager, at=at)
    return queries.get_agreement(agreement.id)


@kept
def an_active_agreement(
    instrument: str = "MG",
    region: str = "BE-WAL",
    *,
    amount: str | None = None,
    manager: User | None = None,
    at: datetime | None = None,
    **rest: Any,
) -> Agreement:
    """An agreement that every party accepted, three hours after the submission."""
    at = at or during_call()
    manager = manager or a_manager(region, at=at)
    agreement = an_offered_agreement(instrument, region, amount=amount, manager=manager, at=at, **rest)
    return accept_all(agreement, manager, at=at + timedelta(hours=3))
