"""The authorised signatory, where the call asks for one: sent for the signature, sent back."""

from __future__ import annotations

from datetime import datetime

from vouchers.applications import letters
from vouchers.applications.actions.submitting import ensure_complete, list_blockers
from vouchers.applications.lifecycle import APPLICATION
from vouchers.applications.models import Application
from vouchers.applications.queries import files as queries
from vouchers.applications.queries.signatories import list_signatories
from vouchers.applications.rules.deadline import ensure_open
from vouchers.applications.rules.signing import ensure_asks_for_signature, ensure_somebody_signs
from vouchers.documents.queries import list_documents_of
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def send_to_signatory_application(application: Application, *, by: User, at: datetime) -> None:
    """The writers are done: whoever signs is told, and nothing can be changed until it comes back.

    Raises:
        RuleBroken: the call asks for no signature, nobody may sign, something is missing, or the call is closed.
    """
    with transition(application, APPLICATION.send_to_signatory, by=by, at=at) as step:
        plan = application.call.plan
        ensure_asks_for_signature(plan)
        ensure_open(plan, at)
        signatories = list_signatories(application.organisation)
        ensure_somebody_signs(len(signatories))
        documents = list_documents_of("application", application.id)
        ensure_complete(list_blockers(application, queries.map_values(application.id), documents, at=at))
        letters.write_of_signature(step, application, "send_to_signatory", by=by, readers=signatories)


def send_back_application(application: Application, reason: str, *, by: User, at: datetime) -> None:
    """Not yet: the writers go on, and are told why."""
    with transition(application, APPLICATION.send_back, by=by, at=at, why=reason) as step:
        readers = queries.list_writers(application.organisation)
        letters.write_of_signature(step, application, "send_back", by=by, readers=readers, reason=reason)
