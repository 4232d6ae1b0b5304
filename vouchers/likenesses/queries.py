"""Finding who looks like whom, and what was noted of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    """Who of the others looks like the actor under another account; see `map_found`."""
    return map_found([actor], others).get(actor.id, []) if actor.id is not None else []


def map_found(actors: Sequence[Any], others: Iterable[Other]) -> dict[int, list[Found]]:
    """Actor -> who of the others looks like that actor under another account; actors whom nobody is like are left out.

    Whom a coordinator has told apart counts only with a sign that was not there then. One query, and a second one where
    somebody is alike, whatever their number.
    """
    everybody = once_each(others)
    sharing = _sharing_organisations([actor.id for actor in actors])
    found: dict[int, list[Found]] = {}
    for actor in actors:
        for one in everybody:
            shared = {Sign.MEMBER} if (actor.id, one.user.id) in sharing else set()
            if signs := signs_between(actor, one.user) | shared:
                found.setdefault(actor.id, []).append(Found(one.user, one.part, join_signs(signs)))
    return _but_cleared(found) if found else {}


def _but_cleared(found: dict[int, list[Found]]) -> dict[int, list[Found]]:
    cleared = _cleared(list(found))
    left = {
        actor_id: [one for one in some if set(one.signs) - cleared.get((actor_id, one.user.id), set())]
        for actor_id, some in found.items()
    }
    return {actor_id: some for actor_id, some in left.items() if some}


def _sharing_organisations(user_ids: Sequence[int]) -> set[tuple[int, int]]:
    """(one of these, another account) of which both act for the same organisation. The register of organisations stands
    on a floor above this one, so its table is known by name."""
    own, other = (Base.metadata.tables["membership"].alias(name) for name in ("own", "other"))
    shared = and_(
        own.c.organisation_id == other.c.organisation_id,
        own.c.state == "active",
        other.c.state == "active",
        other.c.user_id != own.c.user_id,
    )
    found = select(own.c.user_id, other.c.user_id).select_from(own.join(other, shared))
    return {(one, another) for one, another in db.session.execute(found.where(own.c.user_id.in_(user_ids)))}


def _cleared(user_ids: Sequence[int]) -> dict[tuple[int, int], set[Sign]]:
    """(one of these, another account) -> the signs in spite of which a coordinator told the two apart."""
    found = select(Likeness.actor_id, Likeness.other_id, Likeness.signs).where(
        Likeness.state == LikenessState.TOLD_APART,
        or_(Likeness.actor_id.in_(user_ids), Likeness.other_id.in_(user_ids)),
    )
    cleared: dict[tuple[int, int], set[Sign]] = {}
    for one, other, signs in db.session.execute(found):
        for pair in ((one, other), (other, one)):
            cleared.setdefault(pair, set()).update(Sign(sign) for sign in signs)
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
