"""Holds and lists of what may go, by the steps that make them. ``in2()`` must be loaded."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.builders.kept import kept
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff
from vouchers.jobs.registry import JOBS
from vouchers.retention.actions import holding, listing
from vouchers.retention.models import Disposal, Hold
from vouchers.retention.queries.registers import get_disposal, get_hold
from vouchers.users.models import User
from vouchers.users.queries import find_user
from vouchers.users.states import Role

DRAFTS_GO_AT = datetime(2028, 1, 3, 9, 0, tzinfo=UTC)
"""When the drafts of the call 2026-1 may go, and nothing that was submitted."""
ALL_GO_AT = datetime(2037, 1, 2, 9, 0, tzinfo=UTC)
"""When everything that was decided and paid in 2026 may go, ten years after the grant."""


def a_keeper(name: str, *, at: datetime) -> User:
    """A coordinator of the programme; the same one for the same name."""
    email = f"{name}@keepers.example"
    return find_user(email) or a_member_of_staff(Role.COORDINATOR, in2().code, email=email, name=name, at=at)


@kept
def a_hold(reference: str = "", *, by: User | None = None, at: datetime = DRAFTS_GO_AT) -> Hold:
    """A hold on the programme, or on one application."""
    by = by or a_keeper("first", at=at)
    made = holding.set_hold(in2().programme, reference, "Inquiry OC/2031/0815.", by=by, at=at)
    return get_hold(made.id)


@kept
def a_proposed_disposal(*, at: datetime = DRAFTS_GO_AT) -> Disposal:
    """A list of what is due that waits for the second person."""
    made = listing.propose_disposal(in2().programme, by=a_keeper("first", at=at), at=at)
    return get_disposal(made.id)


@kept
def an_approved_disposal(*, at: datetime = DRAFTS_GO_AT) -> Disposal:
    """A list that waits for the worker."""
    made = a_proposed_disposal(at=at)
    listing.approve_disposal(made, by=a_keeper("second", at=at), at=at)
    return get_disposal(made.id)


@kept
def a_carried_out_disposal(*, at: datetime = DRAFTS_GO_AT) -> Disposal:
    """A list of which everything was deleted."""
    made = an_approved_disposal(at=at)
    JOBS["retention.carry_out"](disposal_id=made.id, at=at)
    return get_disposal(made.id)


def a_ruler(name: str, *, at: datetime) -> User:
    """An administrator; the same one for the same name."""
    email = f"{name}@rulers.example"
    return find_user(email) or a_member_of_staff(Role.ADMINISTRATOR, email=email, name=name, at=at)


def a_list_of_persons(*, at: datetime) -> Disposal:
    """A list of persons who may be forgotten, that waits for the second person."""
    made = listing.propose_forgetting(by=a_ruler("first", at=at), at=at)
    return get_disposal(made.id)


def forget_all(*, at: datetime) -> Disposal:
    """Forget every person who may be."""
    made = a_list_of_persons(at=at)
    listing.approve_disposal(made, by=a_ruler("second", at=at), at=at)
    JOBS["retention.carry_out"](disposal_id=made.id, at=at)
    return get_disposal(made.id)
