"""Whether an application goes to the person who signs."""

from __future__ import annotations

from collections.abc import Callable

from vouchers.applications.rules.asking import SIGNATORY
from vouchers.applications.rules.blockers import Blocker
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.programmes.rules.plan import Call


def ensure_asks_for_signature(call: Call) -> None:
    """Only where the call says so; elsewhere every writer submits."""
    if not call.has_signatory:
        raise RuleBroken(_("This call asks for no signature: you can submit the application yourself."))


NOBODY_SIGNS = _(
    "Nobody may sign for the organisation yet. An owner chooses who may, on the page of the organisation; then send it "
    "again."
)


def ensure_somebody_signs(signatories: int) -> None:
    """Somebody must be able to do it."""
    if not signatories:
        raise RuleBroken(NOBODY_SIGNS)


def missing_signatory(call: Call, signatories: Callable[[], int]) -> list[Blocker]:
    """The same as something to mend, so that it is read before the application is sent."""
    if not call.has_signatory or signatories():
        return []
    return [Blocker(SIGNATORY, "members", NOBODY_SIGNS)]
