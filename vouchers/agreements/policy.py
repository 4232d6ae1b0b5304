"""Who may do what with an agreement. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.mandate import mandate_of

is_the_office = users.is_the_office


@dataclass(frozen=True, slots=True)
class ProviderContact:
    """The person at the provider's, without an account, who holds the link that was sent to the provider party."""

    party_id: int
    name: str
    id: None = None
    is_office: bool = False
    is_staff: bool = False

    def holds(self, *_: Any) -> bool:
        """No role."""
        return False


def is_manager(actor: Any, agreement: Any) -> Sentence | None:
    """A cluster manager of the region."""
    return applications.is_manager(actor, agreement.application)


def is_sme(actor: Any, agreement: Any) -> Sentence | None:
    """An owner or editor of the beneficiary."""
    return applications.is_writer(actor, agreement.application)


def is_provider_contact(actor: Any, agreement: Any) -> Sentence | None:
    """Whoever holds the provider party's link."""
    party = agreement.provider_party
    if isinstance(actor, ProviderContact) and party is not None and party.id == actor.party_id:
        return None
    return _("Only the provider's contact person may do this, with the link from the email.")


def may_read(actor: Any, agreement: Any) -> Sentence | None:
    """A member of the beneficiary, staff of the region, or the provider's contact."""
    if is_provider_contact(actor, agreement) is None:
        return None
    return applications.may_read(actor, agreement.application)


@dataclass(frozen=True, slots=True)
class ProviderVisit:
    """An agreement that was opened with the provider's link, and the contact person whom the link stands for."""

    agreement: Any
    contact: ProviderContact


def came_with_link(_actor: Any, visit: ProviderVisit) -> Sentence | None:
    """Whoever opens the provider's link is taken for its contact person, signed in or not."""
    return is_provider_contact(visit.contact, visit.agreement)


def is_reader(actor: Any, _subject: Any = None) -> Sentence | None:
    """Staff who may read files of at least one region."""
    return None if mandate_of(actor).pairs else _("Only the staff of a region or programme may see this.")
