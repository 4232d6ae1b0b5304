"""What the office does with an expert in the register."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from vouchers.core.clock import office_day
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.links import full_url
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.experts import queries
from vouchers.experts.actions.tasks import end_open_tasks, holding_open_tasks
from vouchers.experts.lifecycle import EXPERT
from vouchers.experts.models import Expert
from vouchers.providers.queries import name_of_programme
from vouchers.providers.rules.terms import due_reminder, ensure_term
from vouchers.users.actions.accounts import invite_user
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE, creation, transition


@dataclass(frozen=True, slots=True)
class Profile:
    """What is needed to match an expert with applications, and to detect conflicts. Languages as ``("en", "fr")``."""

    employer: str
    country: str
    region_code: str
    languages: tuple[str, ...]
    expertise: str
    load_limit: int = 10
    fields: tuple[str, ...] = ()
    """Codes of the programme's taxonomy."""
    referees: str = ""
    daily_rate: Money | None = None


def admit_expert(
    email: str,
    name: str,
    programme_code: str,
    profile: Profile,
    *,
    until: date | None = None,
    by: Any,
    at: datetime,
) -> Expert:
    """Enter a person into a programme's register; one without an account is invited by letter.

    Args:
        until: the last day of the admission; None: without an end.

    Raises:
        RuleBroken: the person is in the register already (field ``email``), or the day lies in the past.
    """
    ensure_term(until, office_day(at), "admitted_until")
    with unit_of_work():
        user = invite_user(email, name, Role.EXPERT, programme_code, by=OFFICE, at=at).user
        if queries.find_expert_of(programme_code, user.id) is not None:
            raise RuleBroken(_("%(name)s is in the register already.", name=user.name), field="email")
        expert = Expert(programme_code=programme_code, user=user, admitted_at=at, admitted_until=until)
        expert.interests_due_on = office_day(at)
        _fill(expert, profile)
        with creation(expert, EXPERT.admit, by=by, at=at) as step:
            step.write(
                addressee(user),
                "experts/admit",
                programme=name_of_programme(programme_code),
                link=full_url("experts.mine"),
            )
            return expert


def edit_expert(expert: Expert, profile: Profile, *, by: User, at: datetime, version: int | None = None) -> None:
    """Change what the register says of an expert. A new employer is a new interest: it is declared from today on."""
    with transition(expert, EXPERT.edit, by=by, at=at, version=version) as step:
        is_elsewhere = (expert.employer, expert.region_code) != (profile.employer, profile.region_code)
        if expert.employer != profile.employer and expert.interests_due_on is not None:
            expert.interests_due_on, expert.interests_reminded = min(expert.interests_due_on, office_day(at)), None
        _fill(expert, profile)
        if is_elsewhere:
            step.enqueue("evaluation.look_again", expert_id=expert.id)


def _fill(expert: Expert, profile: Profile) -> None:
    lists = {"languages": list(profile.languages), "fields": list(profile.fields)}
    for column, value in (asdict(profile) | lists | {"daily_rate": profile.daily_rate}).items():
        setattr(expert, column, value)


def suspend_expert(expert: Expert, reason: str, *, by: User, at: datetime) -> None:
    """Ask this expert no more, for a reason that the expert reads. Open tasks end at once; submitted marks stay."""
    with (
        holding_open_tasks(expert) as ensure_all_held,
        transition(expert, EXPERT.suspend, by=by, at=at, why=reason) as step,
    ):
        ensure_all_held()
        expert.suspended_because = reason
        ended = end_open_tasks(expert, reason, at=at)
        step.write(
            addressee(expert.user),
            "experts/suspend",
            programme=name_of_programme(expert.programme_code),
            reason=reason,
            ended=ended,
        )


def reinstate_expert(expert: Expert, *, by: User, at: datetime) -> None:
    """Ask this expert again."""
    with transition(expert, EXPERT.reinstate, by=by, at=at) as step:
        expert.suspended_because = ""
        step.write(
            addressee(expert.user),
            "experts/reinstate",
            programme=name_of_programme(expert.programme_code),
            link=full_url("evaluation.mine"),
        )


def renew_expert(expert: Expert, until: date | None, *, by: Any, at: datetime, version: int | None = None) -> None:
    """Admit for a further term, up to and with a day (None: without an end); also one whose term has ended."""
    with transition(expert, EXPERT.renew, by=by, at=at, version=version) as step:
        ensure_term(until, office_day(at), "admitted_until")
        expert.admitted_until, expert.term_reminded = until, None
        step.write(addressee(expert.user), "experts/renew", until=until, **_facts(expert))


def expire_expert(expert: Expert, *, by: Any, at: datetime) -> None:
    """The term has passed: the expert is asked no more. What was given already can still be marked."""
    with transition(expert, EXPERT.expire, by=by, at=at) as step:
        if expert.admitted_until is None or expert.admitted_until >= office_day(at):
            raise RuleBroken(_("The admission still holds."))
        step.write(addressee(expert.user), "experts/expire", until=expert.admitted_until, **_facts(expert))


def remind_expert(expert: Expert, *, by: Any, at: datetime) -> None:
    """Write what is due now: that the term ends soon, that interests are to be declared; each reminder once."""
    with transition(expert, EXPERT.remind, by=by, at=at) as step:
        today = office_day(at)
        term = due_reminder(expert.admitted_until, expert.term_reminded, today)
        interests = due_reminder(expert.interests_due_on, expert.interests_reminded, today)
        if term is None and interests is None:
            raise RuleBroken(_("This letter was written before."))
        if term is not None:
            expert.term_reminded = term
            step.write(addressee(expert.user), "experts/remind_term", until=expert.admitted_until, **_facts(expert))
        if interests is not None:
            expert.interests_reminded = interests
            facts = _facts(expert) | {"link": full_url("experts.declare", expert_id=expert.id)}
            step.write(addressee(expert.user), "experts/remind_interests", until=expert.interests_due_on, **facts)


def _facts(expert: Expert) -> dict[str, Any]:
    return {
        "programme": name_of_programme(expert.programme_code),
        "link": full_url("experts.show", expert_id=expert.id),
    }
