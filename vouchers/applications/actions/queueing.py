"""What a step of an application means for those who wait in an order: the queue of its call, or its reserve list."""

from __future__ import annotations

from typing import Any

from vouchers.applications.models import Application
from vouchers.programmes.rules.plan import Allocation
from vouchers.workflow.transition import Step


def promise_walk(step: Step, application: Application, *, is_new: bool = False, frees: bool = False) -> None:
    """Let the queue or the reserve list be walked once this step has committed; nothing in a call that has neither.

    The job stands on a later floor and is promised by its name, in the transaction of the step: no submission can be
    committed without it.

    Args:
        is_new: the application joins the queue now, so the walk is over as soon as another one has taken it up.
        frees: money or a place becomes free with this step, so a reserve list may move.
    """
    plan = application.call.plan
    if plan.allocation is Allocation.FIRST_COME or (plan.has_reserve_list and frees):
        new: dict[str, Any] = {"application_id": application.id} if is_new else {}
        if frees and plan.allocation is not Allocation.FIRST_COME:
            new["is_freed"] = True
        step.enqueue("decisions.walk_queue", call_id=application.call_id, region_id=application.region_id, **new)
