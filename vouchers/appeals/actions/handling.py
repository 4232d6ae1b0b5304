"""Who decides an appeal, and whether a late one is admitted: persons who were not involved before."""

from __future__ import annotations

from datetime import datetime

from vouchers.appeals import letters, policy
from vouchers.appeals.lifecycle import APPEAL
from vouchers.appeals.models import Appeal
from vouchers.appeals.queries import involved
from vouchers.appeals.rules import ruling as rules
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def admit_late_appeal(appeal: Appeal, reason: str, *, by: User, at: datetime) -> None:
    """A late appeal counts as one in time from now on. Raises `RuleBroken` without a reason or for who was involved."""
    with transition(appeal, APPEAL.admit_late, by=by, at=at, why=reason.strip()) as step:
        rules.ensure_reason(reason)
        rules.ensure_not_involved(by.id, involved.list_involved(appeal))
        letters.write_to_applicant(step, appeal, "admit_late", reason=reason.strip())


def refuse_late_appeal(appeal: Appeal, reason: str, *, by: User, at: datetime) -> None:
    """A late appeal is not heard. Raises `RuleBroken` without a reason or for who was involved."""
    with transition(appeal, APPEAL.refuse_late, by=by, at=at, why=reason.strip()) as step:
        rules.ensure_reason(reason)
        rules.ensure_not_involved(by.id, involved.list_involved(appeal))
        appeal.decider, appeal.decided_at, appeal.ruling = by, at, reason.strip()
        letters.write_to_applicant(step, appeal, "refuse_late", reason=reason.strip())


def take_up_appeal(appeal: Appeal, *, by: User, at: datetime) -> None:
    """Decide it oneself. Raises `RuleBroken` for whoever was involved before."""
    with transition(appeal, APPEAL.take_up, by=by, at=at) as step:
        rules.ensure_not_involved(by.id, involved.list_involved(appeal))
        appeal.decider = by
        letters.write_to_applicant(step, appeal, "take_up", decider=by.name)


def appoint_appeal(appeal: Appeal, person: User, *, by: User, at: datetime) -> None:
    """Name who decides: a coordinator of the programme, or a manager of any of its regions.

    Raises:
        RuleBroken: the person was involved before, belongs to the applicant or has no such role.
    """
    with transition(appeal, APPEAL.appoint, by=by, at=at, why=person.name) as step:
        if not policy.decides_in_programme(person, appeal) or not person.is_active:
            raise RuleBroken(_("%(name)s has no role in which appeals are decided.", name=person.name), field="person")
        sentence = _("%(name)s was involved before, so another person must decide the appeal.", name=person.name)
        if policy.is_neutral(person, appeal.application) is not None:
            raise RuleBroken(sentence, field="person")
        rules.ensure_not_involved(person.id, involved.list_involved(appeal), sentence=sentence)
        appeal.decider = person
        letters.write_to_person(step, appeal, person, "appoint", by=by.name)
        letters.write_to_applicant(step, appeal, "take_up", decider=person.name)


def hand_back_appeal(appeal: Appeal, reason: str, *, by: User, at: datetime) -> None:
    """Somebody else decides it after all: absence, or a tie to the applicant that shows only now."""
    with transition(appeal, APPEAL.hand_back, by=by, at=at, why=reason.strip()) as step:
        rules.ensure_reason(reason)
        appeal.decider = None
        letters.write_to_deciders(step, appeal, "filed")
