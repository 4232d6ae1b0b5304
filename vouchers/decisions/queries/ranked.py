"""The pages of a ranking, and the applications of its places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from vouchers.applications.models import Application
from vouchers.applications.queries.files import WHOLE
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.tables import ListQuery, Page, page_of
from vouchers.decisions.queries.contests import UNDER_WAY, Contest
from vouchers.decisions.rules.ranking import Place
from vouchers.evaluation.rules.scoring import Result


@dataclass(frozen=True, slots=True)
class RankedRow:
    """One line of the ranking page."""

    place: Place
    application: Application
    result: Result | None


def list_ranked(contest: Contest, query: ListQuery) -> Page:
    """One page of the ranking; only its own applications are loaded."""
    wanted = query.filters.get("standing")
    found = [place for place in contest.places if not wanted or place.standing == wanted]
    if code := query.filters.get("instrument"):
        ids = {instrument.id for instrument in contest.instruments if instrument.code == code}
        mine = set(
            db.session.scalars(
                select(Application.id).where(
                    Application.call_id == contest.call.id,
                    Application.region_id == contest.region.id,
                    Application.instrument_id.in_(ids),
                )
            )
        )
        found = [place for place in found if place.entry.key in mine]
    page = page_of(found, query)
    applications = map_applications([place.entry.key for place in page.items])
    items = [
        RankedRow(place, applications[place.entry.key], contest.results.get(place.entry.key)) for place in page.items
    ]
    return Page(items, page.total, page.query)


def map_applications(ids: Sequence[Any]) -> dict[int, Application]:
    """Applications by id, with what policies and pages need."""
    found = db.session.scalars(select(Application).where(Application.id.in_(ids)).options(*WHOLE))
    return {application.id: application for application in found}


def list_references(ids: Sequence[Any]) -> list[str]:
    """The references of some applications."""
    found = select(Application.reference).where(Application.id.in_(ids)).order_by(Application.reference)
    return list(db.session.scalars(found))


def list_open_before(contest: Contest) -> list[str]:
    """The references of those of earlier rounds who wait for the same money and are not decided."""
    if contest.round is None or contest.round.starts_at is None:
        return []
    found = select(Application.reference).where(
        Application.call_id == contest.call.id,
        Application.region_id == contest.region.id,
        Application.instrument_id.in_([instrument.id for instrument in contest.instruments]),
        Application.submitted_at < contest.round.starts_at,
        Application.state.in_([*UNDER_WAY, ApplicationState.EVALUATED]),
    )
    return list(db.session.scalars(found.order_by(Application.id)))
