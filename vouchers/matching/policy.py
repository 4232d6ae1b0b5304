"""Who may match experts and applications. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation import policy as evaluation
from vouchers.users import policy as users
from vouchers.users.states import Role

is_the_office = users.is_the_office
is_manager = evaluation.is_manager
is_that_expert = evaluation.is_that_expert
is_expert = evaluation.is_expert
STEERS = {Role.CLUSTER_MANAGER, Role.COORDINATOR}
READS = {*STEERS, Role.FINANCE_OFFICER, Role.AUDITOR}
ALL_REGIONS = "-"


def may_steer(actor: Any, run: Any) -> Sentence | None:
    """A cluster manager of the region, or a coordinator; all regions at once only a coordinator."""
    roles = {Role.COORDINATOR} if run.place == ALL_REGIONS else STEERS
    if actor.id is not None and actor.holds(roles, run.scope):
        return None
    return _("Only a cluster manager of this region, or a coordinator, may do this.")


def may_steer_or_office(actor: Any, run: Any) -> Sentence | None:
    """Whoever steers the run; the office itself when a newer one takes its place."""
    return None if actor.is_office else may_steer(actor, run)


def may_confirm(actor: Any, run: Any) -> Sentence | None:
    """A cluster manager of the region; of all regions, each manager confirms the part of the own."""
    if actor.id is not None and covered_by(actor, run, {Role.CLUSTER_MANAGER}):
        return None
    return _("Only a cluster manager of this region may do this.")


def may_read(actor: Any, run: Any) -> Sentence | None:
    """Staff of one of the run's regions."""
    if actor.id is not None and covered_by(actor, run, READS):
        return None
    return users.may_oversee(actor, run)


def covered_by(actor: Any, run: Any, roles: set[Role]) -> list[str]:
    """The codes of the run's regions for which a person holds one of these roles."""
    codes = run.call.plan.regions if run.place == ALL_REGIONS else (run.place,)
    return [code for code in codes if actor.holds(roles, f"{run.call.programme.code}/{code}")]
