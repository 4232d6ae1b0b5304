"""Noting that a second person looks like the first, and what a coordinator finds out about the two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from vouchers.core.database import unit_of_work
from vouchers.core.links import full_url
from vouchers.letters.actions import Addressee
from vouchers.likenesses import queries
from vouchers.likenesses.lifecycle import LIKENESS
from vouchers.likenesses.models import Likeness
from vouchers.likenesses.rules import Found, Other, ensure_reason
from vouchers.likenesses.states import LikenessState
from vouchers.users.actions.persons import join_accounts, part_accounts
from vouchers.users.models import User
from vouchers.users.queries import list_holders
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE, Step, creation, transition


def ensure_two_persons(step: Step, others: Iterable[Other], reason: str) -> None:
    """Inside the step of a second person: note whom of the others the person looks like, and why they are two.

    The step's policy has refused the same person already. The office, which acts by what others decided, is nobody.

    Args:
        others: those who must be other persons than the one who takes the step.
        reason: in the words of that person; may be empty where nobody is alike.

    Raises:
        RuleBroken: somebody is alike, and no reason is given (field ``two_persons``).
    """
    found = queries.list_found(step.actor, others)
    ensure_reason(found, reason)
    for one in found:
        _note(step, one, reason.strip())


def _note(step: Step, found: Found, reason: str) -> None:
    programme, _slash, region = step.subject.scope.partition("/")
    likeness = Likeness(
        subject_kind=step.transition.kind,
        subject_id=step.subject.id,
        verb=step.transition.verb,
        step_id=step.id,
        programme_code=programme,
        region_code=region,
        actor_id=step.actor.id,
        other_id=found.user.id,
        part=found.part,
        signs=[sign.value for sign in found.signs],
        reason=reason,
        noted_at=step.at,
    )
    with creation(likeness, LIKENESS.note, by=step.actor, at=step.at):
        pass


def tell_apart_likeness(likeness: Likeness, answer: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """They are two persons: the same signs are not asked about again, and an earlier finding is taken back."""
    with unit_of_work():
        likeness = queries.get_likeness(likeness.id)
        was_same = likeness.state == LikenessState.FOUND_SAME
        with transition(likeness, LIKENESS.tell_apart, by=by, at=at, version=version):
            likeness.decided_by_id, likeness.decided_at, likeness.answer = by.id, at, answer
        if was_same:
            part_accounts(likeness.actor, likeness.other, by=OFFICE, at=at)


CONCERNED = (Role.FINANCE_OFFICER, Role.COORDINATOR)


def _write_to_officers(step: Step, likeness: Likeness) -> None:
    region = None if likeness.region_code == "-" else likeness.region_code
    pair = {likeness.actor_id, likeness.other_id, step.actor.id}
    for person in list_holders(CONCERNED, likeness.programme_code, region):
        if person.id not in pair:
            step.write(
                Addressee(person.email, person.name, person.language, person.id),
                "likenesses/find_same",
                one=likeness.actor.name,
                other=likeness.other.name,
                step=likeness.step_label,
                link=full_url("reports.desk"),
            )


def find_same_likeness(likeness: Likeness, answer: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """They are one person: from now on one of the accounts is refused wherever the other one took the first step. The
    finance officers and coordinators whom the step concerns are written to: what came of it has to be stopped by hand.
    """
    with unit_of_work():
        likeness = queries.get_likeness(likeness.id)
        with transition(likeness, LIKENESS.find_same, by=by, at=at, version=version) as step:
            likeness.decided_by_id, likeness.decided_at, likeness.answer = by.id, at, answer
            _write_to_officers(step, likeness)
        join_accounts(likeness.actor, likeness.other, by=OFFICE, at=at)
