"""The packs that were asked for."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import joinedload

from vouchers.audit.models import AuditSeal
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.packs.models import Pack
from vouchers.packs.states import PackState
from vouchers.users.mandate import Mandate

_WHOLE = (joinedload(Pack.since), joinedload(Pack.seal), joinedload(Pack.asked_by))


def get_pack(pack_id: int) -> Pack:
    """A pack by its number. Raises `NotFound`."""
    found = db.session.scalars(select(Pack).where(Pack.id == pack_id).options(*_WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such audit pack."))
    return found


def list_packs(query: ListQuery, mandate: Mandate) -> Page:
    """A page of the packs that a mandate covers."""
    found = select(Pack).where(_covers(mandate)).options(*_WHOLE)
    return paginate(db.session, found, query, {"asked": Pack.id}, unique=[Pack.id])


def list_earlier(mandate: Mandate) -> Sequence[Pack]:
    """The newest packs that another one may continue, newest first."""
    built = select(Pack).where(_covers(mandate), Pack.state == PackState.BUILT)
    return db.session.scalars(built.options(*_WHOLE).order_by(Pack.id.desc()).limit(50)).all()


def _covers(mandate: Mandate) -> ColumnElement[bool]:
    clauses: list[ColumnElement[bool]] = []
    for programme, region in sorted(mandate.pairs, key=str):
        of = ~false() if programme is None else Pack.programme == programme
        clauses.append(of if region is None else of & (Pack.region == region))
    return or_(false(), *clauses)


def find_busy(*, programme: str | None, region: str | None, since: AuditSeal | None) -> Pack | None:
    """The same pack, where it is being built."""
    wanted = select(Pack).where(
        Pack.state == PackState.ASKED,
        Pack.programme.is_not_distinct_from(programme),
        Pack.region.is_not_distinct_from(region),
        Pack.since_id.is_not_distinct_from(since.id if since else None),
        Pack.asked_by_id.is_not(None),
    )
    return db.session.scalars(wanted.order_by(Pack.id.desc()).limit(1)).first()


def find_file(pack: Pack) -> Document | None:
    """The pack's file, once it is built."""
    return next(iter(list_documents_of("pack", pack.id)), None)
