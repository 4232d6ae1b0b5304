"""What the page of a call's marks shows: raw and corrected side by side, the experts beside one another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, and_, distinct, func, or_, select

from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import Sentence
from vouchers.evaluation.models import Assignment, CorrectedMark, Divergence, ExpertEffect, MarkCorrection
from vouchers.evaluation.queries.corrections import OUT, find_correction, find_marks_version, say_islands
from vouchers.evaluation.rules.correcting import from_millionths
from vouchers.evaluation.rules.scoring import HIGHEST, read_bare_marks
from vouchers.evaluation.states import AssignmentState, DivergenceState
from vouchers.experts.models import Expert
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call
from vouchers.programmes.rules.plan import Marking
from vouchers.regions.models import Region
from vouchers.users.models import User

_SUBMITTED = Assignment.state == AssignmentState.SUBMITTED
AT_ONCE = 2000


@dataclass(frozen=True)
class MarkedList:
    """The marks of a call, of one region or (None) of all together."""

    call: Call
    region: Region | None
    marking: Marking

    @property
    def scope(self) -> str:
        """Whose mandate covers it; ``-`` is the whole programme."""
        return f"{self.call.programme.code}/{self.region.code if self.region else '-'}"

    @cached_property
    def correction(self) -> MarkCorrection | None:
        """As it was reckoned last."""
        return find_correction(self.call.id)

    @cached_property
    def is_current(self) -> bool:
        """Whether no sheet has come in or fallen away since."""
        version = find_marks_version(self.call.id, self.marking)
        return version == (self.correction.marks_version if self.correction else "")

    @property
    def within(self) -> list[ColumnElement[bool]]:
        """Its applications."""
        of_region = [Application.region_id == self.region.id] if self.region else []
        return [Application.call_id == self.call.id, Application.state.not_in(OUT), *of_region]

    @property
    def correction_id(self) -> int | None:
        """Whose lines are shown."""
        return self.correction.id if self.correction else None

    @property
    def most(self) -> Fraction:
        """The highest score that a sheet can have."""
        return sum((Fraction(one.weight) for one in self.marking.criteria), Fraction()) * Fraction(HIGHEST)

    @cached_property
    def refusal(self) -> Sentence | None:
        """Why its corrected marks cannot be compared, if they cannot."""
        lines = select(CorrectedMark.island).join(CorrectedMark.application)
        mine = lines.where(CorrectedMark.correction_id == self.correction_id, *self.within)
        if len(db.session.scalars(mine.distinct().limit(2)).all()) < 2:
            return None
        found = db.session.execute(mine.add_columns(CorrectedMark.application_id))
        return say_islands({application: island for island, application in found})


# Applications --------------------------------------------------------------------------------------------------------

MARK_SORTS = ("raw", "corrected", "change", "spread", "sheets", "reference")


def _marks(listed: MarkedList) -> Any:
    """Every marked application with its places among all of the list."""
    change = CorrectedMark.corrected_millionths - CorrectedMark.raw_millionths
    is_open = and_(Divergence.application_id == Application.id, Divergence.state == DivergenceState.OPEN)
    return (
        select(
            Application.id,
            Application.reference,
            Organisation.name.label("organisation"),
            Region.code.label("region"),
            CorrectedMark.island,
            CorrectedMark.sheets,
            CorrectedMark.raw_millionths.label("raw"),
            CorrectedMark.corrected_millionths.label("corrected"),
            CorrectedMark.error_millionths.label("error"),
            CorrectedMark.spread_millionths.label("spread"),
            change.label("change"),
            func.rank().over(order_by=CorrectedMark.raw_millionths.desc()).label("raw_place"),
            func.rank().over(order_by=CorrectedMark.corrected_millionths.desc()).label("corrected_place"),
            Divergence.id.label("divergence_id"),
        )
        .select_from(CorrectedMark)
        .join(Application, Application.id == CorrectedMark.application_id)
        .join(Organisation, Organisation.id == Application.organisation_id)
        .join(Region, Region.id == Application.region_id)
        .outerjoin(Divergence, is_open)
        .where(CorrectedMark.correction_id == listed.correction_id, *listed.within)
    )


def list_marks(listed: MarkedList, query: ListQuery) -> Page:
    """One page of the applications, in two queries."""
    rows = _marks(listed).subquery()
    found = select(rows)
    if query.q:
        wanted = [rows.c[name].icontains(query.q, autoescape=True) for name in ("reference", "organisation")]
        found = found.where(or_(*wanted))
    sorts = {name: rows.c[name] for name in MARK_SORTS}
    return paginate(db.session, found, query, sorts, unique=[rows.c.id])


def stream_marks(listed: MarkedList) -> Iterator[Any]:
    """Every application, the best corrected first."""
    found = _marks(listed).order_by(CorrectedMark.corrected_millionths.desc(), Application.reference)
    yield from db.session.execute(found.execution_options(yield_per=AT_ONCE))


# Experts -------------------------------------------------------------------------------------------------------------

EFFECT_SORTS = ("effect", "error", "sheets", "name")


def _effects(listed: MarkedList) -> Any:
    """Every expert who marked an application of the list; the figures are those of the whole call."""
    marked = select(Assignment.expert_id).join(Assignment.application).where(_SUBMITTED, *listed.within).distinct()
    return (
        select(
            ExpertEffect.id,
            ExpertEffect.expert_id,
            User.name.label("name"),
            Expert.employer,
            ExpertEffect.island,
            ExpertEffect.sheets,
            ExpertEffect.effect_millionths.label("effect"),
            ExpertEffect.error_millionths.label("error"),
            ExpertEffect.box,
        )
        .select_from(ExpertEffect)
        .join(Expert, Expert.id == ExpertEffect.expert_id)
        .join(User, User.id == Expert.user_id)
        .where(ExpertEffect.correction_id == listed.correction_id, ExpertEffect.expert_id.in_(marked))
    )


def list_effects(listed: MarkedList, query: ListQuery) -> Page:
    """One page of the experts, in two queries."""
    sorts = {
        "effect": ExpertEffect.effect_millionths,
        "error": ExpertEffect.error_millionths,
        "sheets": ExpertEffect.sheets,
        "name": User.name,
    }
    found = _effects(listed)
    if query.q:
        found = found.where(User.name.icontains(query.q, autoescape=True))
    return paginate(db.session, found, query, sorts, unique=[ExpertEffect.id])


def stream_effects(listed: MarkedList) -> Iterator[Any]:
    """Every expert, the harshest first."""
    found = _effects(listed).order_by(ExpertEffect.effect_millionths, ExpertEffect.id)
    yield from db.session.execute(found.execution_options(yield_per=AT_ONCE))


def stream_sheets(listed: MarkedList) -> Iterator[tuple[str, str, list[str]]]:
    """Every submitted sheet of the list: application, expert, the marks in the order of the call's criteria."""
    codes = [one.code for one in listed.marking.criteria]
    found = (
        select(Application.reference, User.name, Assignment.marks_alone)
        .select_from(Assignment)
        .join(Assignment.application)
        .join(Expert, Expert.id == Assignment.expert_id)
        .join(User, User.id == Expert.user_id)
        .where(_SUBMITTED, *listed.within)
        .order_by(Application.reference, Assignment.id)
    )
    for reference, name, alone in db.session.execute(found.execution_options(yield_per=AT_ONCE)):
        marks = read_bare_marks(alone)
        yield reference, name, [str(marks[code]["mark"]) for code in codes]


def count_marks(listed: MarkedList) -> dict[str, int]:
    """How many applications, sheets and experts the list has, and how many applications wait for one more expert."""
    applications, sheets, waiting = db.session.execute(
        select(func.count(CorrectedMark.id), func.sum(CorrectedMark.sheets), func.count(Divergence.id))
        .select_from(CorrectedMark)
        .join(Application, Application.id == CorrectedMark.application_id)
        .outerjoin(
            Divergence, and_(Divergence.application_id == Application.id, Divergence.state == DivergenceState.OPEN)
        )
        .where(CorrectedMark.correction_id == listed.correction_id, *listed.within)
    ).one()
    experts = db.session.scalar(
        select(func.count(distinct(Assignment.expert_id)))
        .join(Assignment.application)
        .where(_SUBMITTED, *listed.within)
    )
    return {"applications": applications, "sheets": int(sheets or 0), "experts": experts or 0, "waiting": waiting}


def points(value: int | None) -> Fraction | None:
    """A stored figure in points."""
    return None if value is None else from_millionths(value)
