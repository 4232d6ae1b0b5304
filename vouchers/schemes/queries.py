"""Finding drafts, and whom a correction concerns."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import Base, db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.experts.models import Expert
from vouchers.ledger.models import Fund
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call, Programme
from vouchers.programmes.rules.rounds import rounds_of
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.states import DraftState
from vouchers.users.models import RoleGrant

GONE = (ApplicationState.WITHDRAWN, ApplicationState.INELIGIBLE, ApplicationState.REJECTED, ApplicationState.LAPSED)
"""A correction no longer concerns these."""


def get_draft(draft_id: int, **_rest_of_address: Any) -> SchemeDraft:
    """A draft with its programme. Raises `NotFound`."""
    found = db.session.get(SchemeDraft, draft_id, options=(joinedload(SchemeDraft.programme),), populate_existing=True)
    if found is None:
        raise NotFound(_("There is no such draft."))
    return found


def get_programme(programme_code: str) -> Programme:
    """A programme with its calls, the newest first. Raises `NotFound`."""
    found = db.session.scalars(
        select(Programme).where(Programme.code == programme_code).options(selectinload(Programme.calls))
    ).first()
    if found is None:
        raise NotFound(_("There is no programme %(code)s.", code=programme_code))
    return found


def list_programmes() -> list[Programme]:
    """Every programme with its calls."""
    return list(db.session.scalars(select(Programme).options(selectinload(Programme.calls)).order_by(Programme.code)))


def list_open_drafts(programme_ids: Sequence[int]) -> list[SchemeDraft]:
    """The drafts of these programmes that are neither published nor discarded, the newest first."""
    found = (
        select(SchemeDraft)
        .where(SchemeDraft.programme_id.in_(programme_ids), SchemeDraft.state == DraftState.DRAFT)
        .order_by(SchemeDraft.changed_at.desc(), SchemeDraft.id.desc())
        .options(joinedload(SchemeDraft.programme))
    )
    return list(db.session.scalars(found))


def has_applications(call_id: int) -> bool:
    """Whether anybody has begun to apply in the call."""
    return db.session.scalars(select(Application.id).where(Application.call_id == call_id).limit(1)).first() is not None


def has_submissions(call_id: int) -> bool:
    """Whether anybody has submitted an application in the call, whatever became of it."""
    found = select(Application.id).where(Application.call_id == call_id, Application.submitted_at.is_not(None))
    return db.session.scalars(found.limit(1)).first() is not None


def find_settled_end(call: Call) -> datetime | None:
    """The end of the last round from which something was decided or whose pool is frozen; of a call without rounds its
    own end.

    Draws stand on a floor above this one, so their table is asked for by its name.
    """
    draw = Base.metadata.tables["draw"]
    frozen = db.session.scalar(select(func.max(draw.c.round)).where(draw.c.call_id == call.id))
    decided = select(func.max(Application.submitted_at)).where(
        Application.call_id == call.id, Application.decided_at.is_not(None)
    )
    last = db.session.scalar(decided)
    if frozen is None and last is None:
        return None
    rounds = rounds_of(call.plan)
    ends = [one.cut_off for one in rounds if one.number <= (frozen or 0) or (last and one.holds(last))]
    return max(ends, default=None) if rounds else call.closes_at


def map_regions_elsewhere(programme: Programme) -> dict[str, Any]:
    """Code -> block of every region that another programme has in its file."""
    others = db.session.scalars(select(Programme.source).where(Programme.id != programme.id))
    regions = [one for source in others for one in (source or {}).get("regions") or []]
    return {str(one["code"]): one for one in regions if isinstance(one, dict) and one.get("code")}


def is_named(programme_code: str, region_code: str) -> bool:
    """Whether a role, an expert or a fund of the books names a region in a programme."""
    of_programme = or_(RoleGrant.programme_code.is_(None), RoleGrant.programme_code == programme_code)
    return any(
        db.session.scalar(select(exists().where(*conditions)))
        for conditions in (
            (RoleGrant.region_code == region_code, of_programme),
            (Expert.region_code == region_code, Expert.programme_code == programme_code),
            (Fund.region == region_code, Fund.programme == programme_code),
        )
    )


def list_concerned(call: Call, after_id: int, most: int) -> list[Application]:
    """The next applications of a call that is corrected, with their regions and their organisations' members."""
    found = (
        select(Application)
        .where(Application.call_id == call.id, Application.id > after_id, Application.state.not_in(GONE))
        .order_by(Application.id)
        .limit(most)
        .options(
            joinedload(Application.region),
            selectinload(Application.organisation).selectinload(Organisation.memberships),
        )
    )
    return list(db.session.scalars(found))
