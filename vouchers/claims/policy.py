"""Who may do what with a claim. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vouchers.agreements import policy as agreements
from vouchers.agreements.states import AgreementState
from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.rules.persons import is_one_person

is_the_office = users.is_the_office


def is_claimant(actor: Any, claim: Any) -> Sentence | None:
    """An owner or editor of the beneficiary."""
    return applications.is_writer(actor, claim.agreement.application)


def is_writing(actor: Any, claim: Any) -> Sentence | None:
    """An owner or editor of the beneficiary, while the agreement is in force."""
    return is_claimant(actor, claim) or _is_in_force(claim)


def _is_in_force(claim: Any) -> Sentence | None:
    if claim.agreement.state == AgreementState.ACTIVE:
        return None
    return _("The agreement is not in force any more, so nothing can be claimed under it.")


def is_signing_provider(actor: Any, claim: Any) -> Sentence | None:
    """The provider's contact person, with the link from the email, while the agreement is in force."""
    return is_provider(actor, claim) or _is_in_force(claim)


def is_provider(actor: Any, claim: Any) -> Sentence | None:
    """The provider's contact person, with the link from the email."""
    return agreements.is_provider_contact(actor, claim.agreement)


@dataclass(frozen=True, slots=True)
class ReportVisit:
    """A claim whose report was opened with the provider's link, and the contact whom the link stands for."""

    claim: Any
    contact: agreements.ProviderContact


def came_with_link(_actor: Any, visit: ReportVisit) -> Sentence | None:
    """Whoever opens the provider's link is taken for its contact person, signed in or not."""
    return is_provider(visit.contact, visit.claim)


def may_read(actor: Any, claim: Any) -> Sentence | None:
    """A member of the beneficiary; staff of the region once it was submitted."""
    application = claim.agreement.application
    if applications.is_applicant(actor, application) is None:
        return None
    return applications.may_oversee(actor, claim) if claim.submitted_at else users.NOT_YOURS


def is_verifier(actor: Any, claim: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region, neither of the beneficiary nor stepped back."""
    return users.is_officer(actor, claim) or applications.is_neutral(actor, claim.agreement.application)


def is_second_officer(actor: Any, claim: Any) -> Sentence | None:
    """An officer of the region other than the one who verified (two persons, not two roles)."""
    if reason := is_verifier(actor, claim):
        return reason
    if is_one_person(actor, claim.verified_by):
        return _("You verified this claim; someone else must authorise it.")
    return None
