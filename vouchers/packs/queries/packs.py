"""The packs that were asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager, joinedload

from vouchers.audit.models import AuditSeal
from vouchers.audits.models import Mandate
from vouchers.audits.states import MandateState
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.packs.models import Pack
from vouchers.packs.rules import KEPT_FOR
from vouchers.packs.states import PackState

_SEALS = (joinedload(Pack.since), joinedload(Pack.seal))
_WHOLE = (
    *_SEALS,
    joinedload(Pack.asked_by),
    joinedload(Pack.mandate).options(joinedload(Mandate.programme), joinedload(Mandate.auditor)),
)
_MOST_EARLIER = 50


def get_pack(pack_id: int) -> Pack:
    """A pack by its number. Raises `NotFound`."""
    found = db.session.scalars(select(Pack).where(Pack.id == pack_id).options(*_WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such audit pack."))
    return found


def list_packs(query: ListQuery, mandates: Sequence[Mandate]) -> Page:
    """A page of the packs that were asked for under these mandates."""
    found = select(Pack).join(Pack.mandate).where(Mandate.id.in_([mandate.id for mandate in mandates]))
    found = found.options(contains_eager(Pack.mandate), *_SEALS)
    return paginate(db.session, found, query, {"asked": Pack.id, "mandate": Mandate.number}, unique=[Pack.id])


def list_earlier(mandate: Mandate) -> Sequence[Pack]:
    """The newest packs of a mandate that another one may continue, newest first; also those that are no longer kept."""
    built = select(Pack).where(
        Pack.mandate_id == mandate.id, Pack.state.in_([PackState.BUILT, PackState.REMOVED]), Pack.seal_id.is_not(None)
    )
    return db.session.scalars(built.options(*_SEALS).order_by(Pack.id.desc()).limit(_MOST_EARLIER)).all()


def find_busy(mandate: Mandate, since: AuditSeal | None, language: str) -> Pack | None:
    """The same pack, where it is being built."""
    wanted = select(Pack).where(
        Pack.state == PackState.ASKED,
        Pack.mandate_id == mandate.id,
        Pack.since_id.is_not_distinct_from(since.id if since else None),
        Pack.language == language,
    )
    return db.session.scalars(wanted.order_by(Pack.id.desc()).limit(1)).first()


def list_due(at: datetime) -> list[int]:
    """The packs whose file is to be removed: the mandate has ended, or it has lain here for long enough."""
    wanted = (
        select(Pack.id)
        .join(Pack.mandate)
        .where(Pack.state == PackState.BUILT)
        .where(or_(Mandate.state == MandateState.ENDED, Mandate.ends_at <= at, Pack.built_at <= at - KEPT_FOR))
    )
    return list(db.session.scalars(wanted.order_by(Pack.id)))


def find_file(pack: Pack) -> Document | None:
    """The pack's file, once it is built."""
    return next(iter(list_documents_of("pack", pack.id)), None)
