"""Experts in the register, admitted by the office, with an account that works."""

from __future__ import annotations

from datetime import datetime

from tests.builders.kept import Numbers, kept
from tests.builders.users import an_expert_user
from vouchers.core import clock
from vouchers.experts import queries
from vouchers.experts.actions.own import declare_interests
from vouchers.experts.actions.register import Profile, admit_expert
from vouchers.experts.models import Expert
from vouchers.workflow.transition import OFFICE

_numbers = Numbers()


def a_profile(
    *, employer: str = "", region: str = "UK-SCT", languages: tuple[str, ...] = ("en",), load_limit: int = 10
) -> Profile:
    """A profile without a conflict with anybody."""
    return Profile(
        employer=employer or f"Institute {next(_numbers)}",
        country="GB",
        region_code=region,
        languages=languages,
        expertise="Diagnostics, microfluidics",
        load_limit=load_limit,
    )


@kept
def an_expert(
    programme: str = "in2lifesciences",
    *,
    email: str | None = None,
    name: str | None = None,
    employer: str = "",
    region: str = "UK-SCT",
    load_limit: int = 10,
    at: datetime | None = None,
    has_declared: bool = True,
) -> Expert:
    """An admitted expert who can sign in and has declared to have no interests."""
    at = at or clock.now()
    number = next(_numbers)
    user = an_expert_user(programme, email=email or f"expert{number}@pool{number}.example", name=name, at=at)
    profile = a_profile(employer=employer, region=region, load_limit=load_limit)
    expert = queries.get_expert(admit_expert(user.email, user.name, programme, profile, by=OFFICE, at=at).id)
    if has_declared:
        declare_interests(expert, "None.", [], user.name, by=user, at=at)
    return expert
