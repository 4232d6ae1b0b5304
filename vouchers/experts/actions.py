"""Everything that can happen to an expert in the register."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.experts import queries
from vouchers.experts.lifecycle import EXPERT
from vouchers.experts.models import Expert
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


def admit_expert(email: str, name: str, programme_code: str, profile: Profile, *, by: Any, at: datetime) -> Expert:
    """Enter a person into a programme's register; one without an account is invited by letter.

    Raises:
        RuleBroken: the person is in the register already (field ``email``).
    """
    with unit_of_work():
        user = invite_user(email, name, Role.EXPERT, programme_code, by=OFFICE, at=at).user
        if queries.find_expert_of(programme_code, user.id) is not None:
            raise RuleBroken(_("%(name)s is in the register already.", name=user.name), field="email")
        expert = Expert(programme_code=programme_code, user=user, admitted_at=at)
        _fill(expert, profile)
        with creation(expert, EXPERT.admit, by=by, at=at) as step:
            step.write(addressee(user), "experts/admit", programme=programme_code, link=full_url("evaluation.mine"))
            return expert


def edit_expert(expert: Expert, profile: Profile, *, by: User, at: datetime, version: int | None = None) -> None:
    """Change what the register says of an expert."""
    with transition(expert, EXPERT.edit, by=by, at=at, version=version):
        _fill(expert, profile)


def _fill(expert: Expert, profile: Profile) -> None:
    for column, value in (asdict(profile) | {"languages": list(profile.languages)}).items():
        setattr(expert, column, value)


def suspend_expert(expert: Expert, reason: str, *, by: User, at: datetime) -> None:
    """Ask this expert no more, for a reason that the expert reads. What was given already can still be marked."""
    with transition(expert, EXPERT.suspend, by=by, at=at, why=reason) as step:
        expert.suspended_because = reason
        step.write(addressee(expert.user), "experts/suspend", programme=expert.programme_code, reason=reason)


def reinstate_expert(expert: Expert, *, by: User, at: datetime) -> None:
    """Ask this expert again."""
    with transition(expert, EXPERT.reinstate, by=by, at=at) as step:
        expert.suspended_because = ""
        step.write(
            addressee(expert.user),
            "experts/reinstate",
            programme=expert.programme_code,
            link=full_url("evaluation.mine"),
        )
