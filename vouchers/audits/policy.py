"""Who may do what on the auditors' desk. Each answers None (yes) or the reason why not.

An auditor's own rows are the only ones that an auditor writes. A mandate counts while its role is held: when it ends,
the role is gone, and with it every answer None below.
"""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.mandate import READERS, mandate_of
from vouchers.users.states import Role

is_the_office = users.is_the_office
may_oversee = users.may_oversee
NO_MANDATE = _("Only the auditor who holds this mandate may do this, as long as it is in force.")


def may_give_mandate(actor: Any, mandate: Any) -> Sentence | None:
    """The coordinator of the programme, or an administrator; nobody gives a mandate to oneself."""
    if mandate is not None and actor.id is not None and actor.id == mandate.auditor_id:
        return _("Nobody gives a mandate to oneself.")
    if users.is_administrator(actor, mandate) is None:
        return None
    if actor.id is not None and actor.holds({Role.COORDINATOR}, mandate.programme.scope if mandate else None):
        return None
    return _("Only the coordinator of the programme, or an administrator, gives and ends mandates.")


def may_end_mandate(actor: Any, mandate: Any) -> Sentence | None:
    """Whoever may give it; and the office, once its time is over."""
    return None if actor.is_office else may_give_mandate(actor, mandate)


def is_reader(actor: Any, subject: Any = None) -> Sentence | None:
    """Staff who read a programme: officers, coordinators and auditors; and administrators, who give mandates."""
    if actor.id is not None and actor.holds(READERS | {Role.ADMINISTRATOR}):
        return None
    return _("This part of the office is for its staff.")


def may_read_mandate(actor: Any, mandate: Any) -> Sentence | None:
    """Its auditor, whoever oversees the programme or one of its regions, and administrators."""
    if actor.id is not None and (actor.id == mandate.auditor_id or users.is_administrator(actor, mandate) is None):
        return None
    programme = mandate.programme.code
    if actor.id is not None and any(actor.holds(READERS, f"{programme}/{code}") for code in mandate.reach):
        return None
    if not mandate.region_codes and any(code == programme for code, _region in mandate_of(actor).pairs):
        return None
    return _("This belongs to another region or programme, so you may not see it.")


def may_read_population(actor: Any, mandate: Any) -> Sentence | None:
    """Its auditor while it is in force, and staff whose roles cover all of it."""
    programme = mandate.programme.code
    is_covered = actor.id is not None and all(
        actor.holds({Role.AUDITOR, Role.COORDINATOR}, f"{programme}/{code}") for code in mandate.reach
    )
    return None if is_covered else is_auditor(actor, mandate)


def is_within(mandate: Any, application: Any) -> Sentence | None:
    """Whether a voucher lies in a mandate."""
    programme, _slash, region = application.scope.partition("/")
    if mandate.programme.code == programme and mandate.covers(region):
        return None
    return _("The voucher %(reference)s is outside of your mandate.", reference=application.reference)


def is_auditor(actor: Any, mandate: Any) -> Sentence | None:
    """The auditor who holds the mandate, while it is in force."""
    if actor.id is not None and actor.id == mandate.auditor_id and _is_held(actor, mandate.key):
        return None
    return NO_MANDATE


def is_sampler(actor: Any, sample: Any) -> Sentence | None:
    """The auditor who holds the sample's mandate, while it is in force."""
    return is_auditor(actor, sample.mandate)


def may_read_sample(actor: Any, sample: Any) -> Sentence | None:
    """Auditors whose role covers all of the mandate: what will be looked at is not told to those who are audited."""
    if is_sampler(actor, sample) is None:
        return None
    programme = sample.mandate.programme.code
    if actor.id is not None and all(
        actor.holds({Role.AUDITOR}, f"{programme}/{code}") for code in sample.mandate.reach
    ):
        return None
    return _("Samples are read by the auditors only.")


def is_finder(actor: Any, finding: Any) -> Sentence | None:
    """The auditor who holds the mandate, for a region in it."""
    if reason := is_auditor(actor, finding.mandate):
        return reason
    if finding.mandate.covers(finding.region.code):
        return None
    return _("This region is outside of your mandate.")


def is_follower(actor: Any, finding: Any) -> Sentence | None:
    """An auditor with a mandate in force for the finding's region: also the one who comes after whoever issued it."""
    grants = actor.grants if actor.id is not None else ()
    if any(grant.role is Role.AUDITOR and grant.given_for and grant.covers(finding.scope) for grant in grants):
        return None
    return NO_MANDATE


def may_reply(actor: Any, finding: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region."""
    return users.is_officer(actor, finding)


def _is_held(actor: Any, key: str) -> bool:
    return any(grant.role is Role.AUDITOR and grant.given_for == key for grant in actor.grants)
