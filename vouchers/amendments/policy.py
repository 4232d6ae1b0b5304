"""Who may change or end an agreement in force. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.agreements import policy as agreements
from vouchers.agreements.states import PartyKind
from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.rules.persons import is_one_person
from vouchers.users.states import Role

is_the_office = users.is_the_office
is_reader = agreements.is_reader
may_read_agreement = agreements.may_read
is_of_sme = agreements.is_sme


def is_decider(actor: Any, agreement: Any) -> Sentence | None:
    """A cluster manager of the region, or a coordinator of the programme, who has no part in the application."""
    if actor.id is None or not actor.holds({Role.CLUSTER_MANAGER, Role.COORDINATOR}, agreement.scope):
        return _("Only a cluster manager of this region, or a coordinator, may decide this.")
    return applications.is_neutral(actor, agreement.application)


def may_ask_for(actor: Any, agreement: Any) -> Sentence | None:
    """The beneficiary's people, or a cluster manager of the region."""
    return None if agreements.is_sme(actor, agreement) is None else agreements.is_manager(actor, agreement)


def may_ask(actor: Any, amendment: Any) -> Sentence | None:
    """The beneficiary's people, or a cluster manager of the region."""
    return may_ask_for(actor, amendment.agreement)


def may_decide_amendment(actor: Any, amendment: Any) -> Sentence | None:
    """A cluster manager or coordinator; never the person who asked."""
    if reason := is_decider(actor, amendment.agreement):
        return reason
    if actor.id == amendment.asked_by_id:
        return _("You asked for this amendment, so somebody else must decide it.")
    return None


def is_asker(actor: Any, amendment: Any) -> Sentence | None:
    """Whoever asked, or, where the beneficiary asked, any of its people."""
    if actor.id is not None and actor.id == amendment.asked_by_id:
        return None
    if amendment.is_of_sme:
        return agreements.is_sme(actor, amendment.agreement)
    return _("Only the person who asked for this amendment may withdraw it.")


def is_sme_of_amendment(actor: Any, amendment: Any) -> Sentence | None:
    """An owner or editor of the beneficiary."""
    return agreements.is_sme(actor, amendment.agreement)


def is_manager_of_amendment(actor: Any, amendment: Any) -> Sentence | None:
    """A cluster manager of the region."""
    return agreements.is_manager(actor, amendment.agreement)


def is_contact_of_amendment(actor: Any, amendment: Any) -> Sentence | None:
    """Whoever holds the link that was sent to the provider of the amended agreement."""
    return agreements.is_provider_contact(actor, amendment)


def may_read_amendment(actor: Any, amendment: Any) -> Sentence | None:
    """Whoever may read the agreement, and the contact of a provider who joins by the amendment."""
    if agreements.is_provider_contact(actor, amendment) is None:
        return None
    return agreements.may_read(actor, amendment.agreement)


def may_propose_end_of(actor: Any, agreement: Any) -> Sentence | None:
    """A cluster manager or coordinator without a part in the application; or an owner or editor of the beneficiary."""
    return None if agreements.is_sme(actor, agreement) is None else is_decider(actor, agreement)


def may_propose_termination(actor: Any, termination: Any) -> Sentence | None:
    """A cluster manager or coordinator without a part in the application; or an owner or editor of the beneficiary."""
    return may_propose_end_of(actor, termination.agreement)


def is_sme_heard(actor: Any, termination: Any) -> Sentence | None:
    """An owner or editor of the beneficiary, once, where it is heard."""
    return agreements.is_sme(actor, termination.agreement) or _is_still_heard(termination.side(PartyKind.SME))


def is_contact_heard(actor: Any, termination: Any) -> Sentence | None:
    """Whoever holds the link that was sent to the provider to be heard, once."""
    return agreements.is_provider_contact(actor, termination) or _is_still_heard(termination.provider_party)


def _is_still_heard(side: Any) -> Sentence | None:
    if side is None:
        return _("Nobody is heard here: the SME itself has asked for the end.")
    return _("This party has answered already.") if side.answered_at else None


def may_decide_termination(actor: Any, termination: Any) -> Sentence | None:
    """A cluster manager or coordinator without a part in the application, other than the one who proposed it."""
    if reason := is_decider(actor, termination.agreement):
        return reason
    if is_one_person(actor, termination.proposed_by):
        return _("You proposed this, so somebody else must decide it.")
    return None


def is_proposer(actor: Any, termination: Any) -> Sentence | None:
    """The person who proposed it."""
    if actor.id is not None and actor.id == termination.proposed_by_id:
        return None
    return _("Only the person who proposed this may withdraw it.")


def may_read_termination(actor: Any, termination: Any) -> Sentence | None:
    """Whoever may read the agreement."""
    return agreements.may_read(actor, termination.agreement)


def came_with_link(_actor: Any, visit: Any) -> Sentence | None:
    """Whoever opens the provider's link is taken for its contact person, signed in or not."""
    return is_contact_of_amendment(visit.contact, visit.agreement)


def may_read_version(actor: Any, version: Any) -> Sentence | None:
    """Whoever may read the agreement."""
    return agreements.may_read(actor, version.agreement)
