"""What a step of an application means for the queue of its call, where money is given in the order of submission."""

from __future__ import annotations

from typing import Any

from vouchers.applications.models import Application
from vouchers.programmes.rules.plan import Allocation
from vouchers.workflow.transition import Step


def promise_walk(step: Step, application: Application, *, is_new: bool = False) -> None:
    """Let the queue be walked once this step has committed; nothing in a call of another method.

    The job stands on a later floor and is promised by its name, in the transaction of the step: no submission can be
    committed without it.

    Args:
        is_new: the application joins the queue now, so the walk is over as soon as another one has taken it up.
    """
    if application.call.plan.allocation is Allocation.FIRST_COME:
        new: dict[str, Any] = {"application_id": application.id} if is_new else {}
        step.enqueue("decisions.walk_queue", call_id=application.call_id, region_id=application.region_id, **new)
