"""Sheets that count although a conflict stands against their expert."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import COUNTED, EXPERT, SUBMITTED
from vouchers.evaluation.queries.conflicts import map_hard_among
from vouchers.programmes.models import Call

RUNNING = (ApplicationState.ELIGIBLE, ApplicationState.IN_EVALUATION, ApplicationState.EVALUATED)


def ensure_untainted(call: Call, application_ids: Collection[int]) -> None:
    """No sheet that counts is of an expert who has a conflict with its application. A constant number of queries.

    Raises:
        RuleBroken: with the applications and the experts.
    """
    if said := list_tainted(call, application_ids):
        raise RuleBroken(
            _(
                "An expert whose marks count has a conflict of interest: %(references)s. Clear or confirm it first.",
                references=", ".join(said[:5]) + (" …" if len(said) > 5 else ""),
            )
        )


def list_tainted(call: Call, application_ids: Collection[int]) -> list[str]:
    """Of these applications those with such a sheet, each with its experts: ``IN2-2026-0031 (Ada Moreau)``."""
    return [f"{one.reference} ({', '.join(one.experts)})" for one in find_tainted(call, application_ids)]


@dataclass(frozen=True, slots=True)
class Tainted:
    """An application with a sheet that counts and should not, and the names of the experts who wrote one."""

    application_id: int
    reference: str
    experts: tuple[str, ...]


def find_tainted(call: Call, application_ids: Collection[int]) -> list[Tainted]:
    """The same, for a page that leads there. A constant number of queries."""
    if not application_ids or call.plan.marking is None:
        return []
    found = select(Assignment).where(Assignment.application_id.in_(application_ids), Assignment.state == SUBMITTED)
    counting = list(db.session.scalars(found.options(EXPERT)))
    experts = {one.expert_id: one.expert for one in counting}
    pairs = map_hard_among(call, list(experts.values()), application_ids) if experts else {}
    tainted = defaultdict(list)
    for one in counting:
        if (one.expert_id, one.application_id) in pairs:
            tainted[one.application_id].append(one.expert.user.name)
    if not tainted:
        return []
    named = select(Application.id, Application.reference).where(Application.id.in_(tainted)).order_by(Application.id)
    return [Tainted(key, reference, tuple(tainted[key])) for key, reference in db.session.execute(named)]


def list_to_look_at(*, expert_id: int | None = None, organisation_id: int | None = None) -> list[int]:
    """The ids of assignments that run or count on what is not decided: of an expert, or on applications of an
    organisation."""
    wanted = or_(Assignment.expert_id == expert_id, Application.organisation_id == organisation_id)
    found = (
        select(Assignment.id)
        .join(Assignment.application)
        .where(wanted, Assignment.state.in_(COUNTED), Application.state.in_(RUNNING))
        .order_by(Assignment.id)
    )
    return list(db.session.scalars(found))
