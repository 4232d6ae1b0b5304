"""A second person who looks like the first, at a batch of payments. ``in2()`` must have been loaded."""

from __future__ import annotations

from tests.builders.kept import kept
from tests.builders.payments import PAID_AT, Desk, a_made_batch
from tests.builders.users import a_member_of_staff
from vouchers.likenesses.models import Likeness
from vouchers.likenesses.queries import list_noted_of
from vouchers.payments.actions.batches import authorise_batch
from vouchers.users.models import User
from vouchers.users.states import Role

REASON = "She is my cousin, and works in the other building."


def a_namesake(of: User, *, region: str = "BE-WAL") -> User:
    """A finance officer who bears another person's name."""
    return a_member_of_staff(Role.FINANCE_OFFICER, region=region, name=of.name.upper(), with_factor=False)


@kept
def a_noted_likeness(desk: Desk) -> Likeness:
    """A batch that its maker's namesake has authorised, with a reason."""
    batch = a_made_batch(desk)
    authorise_batch(batch, by=a_namesake(desk.maker, region=desk.region), at=PAID_AT, two_persons=REASON)
    return list_noted_of(("batch", batch.id))[0]
