"""Finding who looks like whom, and what was noted of it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from vouchers.core.database import Base, db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.likenesses.models import Likeness
from vouchers.likenesses.rules import Found, Other, join_signs, once_each, signs_between
from vouchers.likenesses.states import LikenessState, Sign
from vouchers.users.mandate import Mandate
from vouchers.users.queries import covered_by

WHOLE = tuple(joinedload(part) for part in (Likeness.actor, Likeness.other, Likeness.decided_by))


def list_found(actor: Any, others: Iterable[Other]) -> list[Found]:
    """Who of the others looks like the actor under another account. Whom a coordinator has told apart from the actor
    counts only with a sign that was not there then. Two queries, whatever their number; none where nobody is left."""
    apart = [one for one in once_each(others) if actor.id is not None and one.user.id != actor.id]
    if not apart:
        return []
    sharing, cleared = _sharing_organisations(actor.id), _cleared(actor.id)
    found = []
    for one in apart:
        signs = signs_between(actor, one.user) | ({Sign.MEMBER} if one.user.id in sharing else set())
        if signs - cleared.get(one.user.id, set()):
            found.append(Found(one.user, one.part, join_signs(signs)))
    return found


def _sharing_organisations(user_id: int) -> set[int]:
    """Who else acts for an organisation for which this person acts. The register of organisations stands on a floor
    above this one, so its table is known by name."""
    own, other = (Base.metadata.tables["membership"].alias(name) for name in ("own", "other"))
    shared = and_(
        own.c.organisation_id == other.c.organisation_id,
        own.c.user_id == user_id,
        own.c.state == "active",
        other.c.state == "active",
        other.c.user_id.is_not(None),
        other.c.user_id != user_id,
    )
    return set(db.session.scalars(select(other.c.user_id).select_from(own.join(other, shared))))


def _cleared(user_id: int) -> dict[int, set[Sign]]:
    """Other account -> the signs in spite of which a coordinator told the two apart."""
    found = select(Likeness).where(
        Likeness.state == LikenessState.TOLD_APART, or_(Likeness.actor_id == user_id, Likeness.other_id == user_id)
    )
    cleared: dict[int, set[Sign]] = {}
    for one in db.session.scalars(found):
        other = one.other_id if one.actor_id == user_id else one.actor_id
        cleared.setdefault(other, set()).update(Sign(sign) for sign in one.signs)
    return cleared


def get_likeness(likeness_id: int) -> Likeness:
    """One of them with both people. Raises `NotFound`."""
    found = db.session.scalars(select(Likeness).where(Likeness.id == likeness_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such thing any more."))
    return found


def list_noted_of(*subjects: tuple[str, int]) -> list[Likeness]:
    """What was noted at the steps of these subjects (kind, id), oldest first."""
    among = or_(*(and_(Likeness.subject_kind == kind, Likeness.subject_id == key) for kind, key in subjects))
    return list(db.session.scalars(select(Likeness).where(among).options(*WHOLE).order_by(Likeness.id)))


def list_likenesses(query: ListQuery, mandate: Mandate) -> Page:
    """What was noted within a mandate. Filter: ``state``."""
    found = select(Likeness).where(_within(mandate)).options(*WHOLE)
    if state := query.filters.get("state"):
        found = found.where(Likeness.state == state)
    return paginate(db.session, found, query, {"noted": Likeness.id})


def _within(mandate: Mandate) -> Any:
    return covered_by(mandate, Likeness.programme_code, Likeness.region_code)
