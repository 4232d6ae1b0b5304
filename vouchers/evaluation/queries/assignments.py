"""Finding assignments, their experts, and what the experts' marks make together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application, Submission
from vouchers.applications.queries import files as applications
from vouchers.applications.rules.asking import may_read_file
from vouchers.applications.rules.content import Content, read_content
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.documents.queries import find_document
from vouchers.evaluation.models import Assignment, Consensus
from vouchers.evaluation.queries.conflicts import Looked, look_at_all
from vouchers.evaluation.queries.consensus import find_agreed, map_agreed, map_agreed_of_call
from vouchers.evaluation.rules.assigning import Asked, language_in, list_obstacles
from vouchers.evaluation.rules.scoring import Result, read_bare_marks, read_sheet, score
from vouchers.evaluation.states import AssignmentState
from vouchers.experts.models import Expert
from vouchers.experts.queries import find_obstacles, list_admitted
from vouchers.experts.states import ExpertState
from vouchers.programmes.queries import form_of
from vouchers.programmes.rules.form_plan import Reader
from vouchers.programmes.rules.plan import Marking

_S = AssignmentState
SUBMITTED = _S.SUBMITTED
OPEN = frozenset({_S.ASSIGNED, _S.ACCEPTED})
COUNTED = frozenset({*OPEN, _S.SUBMITTED})
"""What counts as an expert's load: whatever was given and not given back or set aside, decided or not."""

EXPERT = joinedload(Assignment.expert).joinedload(Expert.user)
WHOLE = (EXPERT, joinedload(Assignment.application).options(*applications.WHOLE))
"""What policies and pages need of an assignment."""


def get_assignment(assignment_id: int, **_rest_of_address: Any) -> Assignment:
    """An assignment with its application and expert. Raises `NotFound`."""
    found = db.session.scalars(select(Assignment).where(Assignment.id == assignment_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such task."))
    return found


def list_assignments(application_id: int) -> list[Assignment]:
    """Everybody who was ever given this application, oldest first."""
    found = select(Assignment).where(Assignment.application_id == application_id).order_by(Assignment.id)
    return list(db.session.scalars(found.options(*WHOLE)))


def find_current(application_id: int, expert_id: int) -> Assignment | None:
    """The assignment of this pair that was not taken back."""
    found = select(Assignment).where(
        Assignment.application_id == application_id,
        Assignment.expert_id == expert_id,
        Assignment.state != _S.REMOVED,
    )
    return db.session.scalars(found).first()


def list_mine(query: ListQuery, *, user_id: int) -> Page:
    """What this person was given, in all programmes; in the order ``next``, what is still to be done comes first."""
    found = select(Assignment).join(Assignment.expert).where(Expert.user_id == user_id, Assignment.state != _S.REMOVED)
    if state := query.filters.get("state"):
        found = found.where(Assignment.state == AssignmentState(state))
    to_do = case((Assignment.state.in_(OPEN), Assignment.due_at))
    orders = {"next": to_do, "due": Assignment.due_at, "assigned": Assignment.assigned_at}
    return paginate(db.session, found.options(*WHOLE), query, orders)


def list_open_of_expert(expert_id: int) -> list[Assignment]:
    """What this expert was given and has not finished, in the order of the applications."""
    found = select(Assignment).where(Assignment.expert_id == expert_id, Assignment.state.in_(OPEN))
    return list(db.session.scalars(found.options(*WHOLE).order_by(Assignment.application_id)))


def hold_open_applications(expert_id: int) -> list[str]:
    """The same references; their applications are held to the end of the step, in the order of their ids."""
    given = select(Assignment.application_id).where(Assignment.expert_id == expert_id, Assignment.state.in_(OPEN))
    found = select(Application.reference).where(Application.id.in_(given)).order_by(Application.id)
    return list(db.session.scalars(found.with_for_update(of=Application)))


def list_open_references(expert_id: int) -> list[str]:
    """The references of the same."""
    return [one.application.reference for one in list_open_of_expert(expert_id)]


# Choosing experts ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """An expert who may be asked, with what speaks for and against."""

    looked: Looked
    asked: Asked

    @property
    def expert(self) -> Expert:
        """Who it is."""
        return self.looked.expert

    @property
    def obstacles(self) -> list[Sentence]:
        """What forbids the assignment beside conflicts."""
        return list_obstacles(self.asked)

    @property
    def is_free(self) -> bool:
        """Whether nothing forbids the assignment now."""
        return not self.obstacles and not self.looked.barring


def list_candidates(application: Application, query: ListQuery, today: date, due_on: date) -> Page:
    """The admitted experts of the programme, with load, detected conflicts and whatever else stands against each.

    Args:
        due_on: the day on which the marks would be due.
    """
    page = list_admitted(query, programme=application.call.programme.code)
    looked = look_at_all(application, page.items)
    asked = list_asked(looked, today, due_on)
    return replace(page, items=[Candidate(*pair) for pair in zip(looked, asked, strict=True)])


def find_language(application: Application) -> str:
    """The code of the language that an application says it is written in; empty where it says none."""
    newest = applications.find_submission(application.id)
    return language_in(read_content(newest.content).answers) if newest is not None else ""


def list_asked(looked: Sequence[Looked], today: date, due_on: date) -> list[Asked]:
    """What decides whether each of these experts may be given the application, in this order; all look at the same
    one. A constant number of queries."""
    if not looked:
        return []
    application, ids = looked[0].application, [one.expert.id for one in looked]
    loads, earlier = count_loads(ids, application.call_id), _map_earlier(application.id, ids)
    obstacles = find_obstacles([one.expert for one in looked], today, due_on)
    language = find_language(application)
    return [
        Asked(
            instrument=application.instrument.plan,
            marking=application.call.plan.marking,
            is_in_pool=one.expert.programme_code == application.call.programme.code,
            expert_state=one.expert.state,
            load=loads.get(one.expert.id, 0),
            load_limit=one.expert.load_limit,
            earlier=earlier.get(one.expert.id),
            obstacle=obstacles.get(one.expert.id),
            language=language,
            languages=one.expert.languages,
            barring=one.barring,
        )
        for one in looked
    ]


def _map_earlier(application_id: int, expert_ids: Sequence[int]) -> dict[int, AssignmentState]:
    found = select(Assignment.expert_id, Assignment.state).where(
        Assignment.application_id == application_id,
        Assignment.expert_id.in_(expert_ids),
        Assignment.state != _S.REMOVED,
    )
    return {row.expert_id: row.state for row in db.session.execute(found.order_by(Assignment.id.desc()))}


def count_loads(expert_ids: Sequence[int], call_id: int) -> dict[int, int]:
    """How many applications of a call each expert has: what counts against “applications of one call at most”."""
    found = (
        select(Assignment.expert_id, func.count())
        .join(Assignment.application)
        .where(Assignment.expert_id.in_(expert_ids), Assignment.state.in_(COUNTED), Application.call_id == call_id)
        .group_by(Assignment.expert_id)
    )
    return {row.expert_id: row[1] for row in db.session.execute(found)}


# What the expert reads -----------------------------------------------------------------------------------------------


def get_pinned_content(assignment: Assignment) -> Content:
    """The version that the expert reads: the one that stood when the absence of a conflict was declared."""
    pinned = db.session.get(Submission, assignment.submission_id) if assignment.submission_id else None
    if pinned is None:
        raise NotFound(_("There is no version to read yet."))
    return read_content(pinned.content)


def is_blind(application: Application) -> bool:
    """Whether its experts read without the applicant's name."""
    marking = application.call.plan.marking
    return marking is not None and marking.is_blind


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A file of the pinned version, for the expert of this assignment."""

    assignment: Assignment
    document_id: int

    @property
    def document(self) -> Document | None:
        """The stored file, if it belongs to the pinned version."""
        content, application = get_pinned_content(self.assignment), self.assignment.application
        form, files = form_of(application.call, content.form_digest), content.documents
        asked = next((file for file in files if file.id == self.document_id), None)
        readers = frozenset({Reader.EXPERT})
        if asked is None or not may_read_file(form, asked.purpose, readers, is_blind=is_blind(application)):
            return None
        return find_document(self.document_id)


def get_shown_document(assignment_id: int, document_id: int) -> ShownDocument:
    """A file as an expert asks for it. Raises `NotFound` for an unknown assignment."""
    return ShownDocument(get_assignment(assignment_id), document_id)


# Marks ---------------------------------------------------------------------------------------------------------------


def map_results(application_ids: Sequence[int], marking: Marking) -> dict[int, tuple[Result, int]]:
    """What the submitted sheets make of each application, and how many there are."""
    sheets: dict[int, list[Mapping[str, Any]]] = defaultdict(list)
    found = select(Assignment.application_id, Assignment.marks).where(
        Assignment.application_id.in_(application_ids), Assignment.state == _S.SUBMITTED
    )
    for application_id, marks in db.session.execute(found):
        sheets[application_id].append(marks)
    return _results(sheets, map_agreed(application_ids), marking)


def _results(
    sheets: Mapping[int, Sequence[Mapping[str, Any]]], agreed: Mapping[int, Mapping[str, Any]], marking: Marking
) -> dict[int, tuple[Result, int]]:
    """Where the experts have agreed on one sheet, that counts; the number is of those who have marked."""
    return {
        key: (result_of([agreed[key]] if key in agreed else marks, marking), len(marks))
        for key, marks in sheets.items()
    }


def map_results_of_call(call_id: int, region_id: int, marking: Marking) -> dict[int, tuple[Result, int]]:
    """The same for a whole region of a call, in one query that reads the marks alone and no comments."""
    found = (
        select(Assignment.application_id, Assignment.marks_alone)
        .join(Assignment.application)
        .where(Application.call_id == call_id, Application.region_id == region_id, Assignment.state == _S.SUBMITTED)
    )
    sheets: dict[int, list[str]] = defaultdict(list)
    for application_id, marks in db.session.execute(found):
        sheets[application_id].append(marks)
    agreed = map_agreed_of_call(call_id, region_id)

    @cache
    def result(alike: tuple[str, ...]) -> Result:
        return result_of([read_bare_marks(marks) for marks in alike], marking)

    return {
        key: (result_of([agreed[key]], marking) if key in agreed else result(tuple(sorted(marks))), len(marks))
        for key, marks in sheets.items()
    }


def list_submitted_people(application_id: int) -> list[Assignment]:
    """The same, with the experts' accounts."""
    return [one for one in list_assignments(application_id) if one.state == _S.SUBMITTED]


def find_marked_by_suspended(application_ids: Sequence[int]) -> set[int]:
    """Those of these applications for which marks of an expert count who was suspended since."""
    found = (
        select(Assignment.application_id)
        .join(Assignment.expert)
        .where(
            Assignment.application_id.in_(application_ids),
            Assignment.state == _S.SUBMITTED,
            Expert.state == ExpertState.SUSPENDED,
        )
    )
    return set(db.session.scalars(found))


def list_counting(application_id: int) -> Sequence[Assignment | Consensus]:
    """The sheets that make the result of an application: the consensus of its experts, or what each submitted."""
    agreed = find_agreed(application_id)
    return [agreed] if agreed is not None else list_submitted(application_id)


def result_of(sheets: Sequence[Mapping[str, Any]], marking: Marking) -> Result:
    """What complete sheets, as they are stored, make together."""
    return score([read_sheet(marks, marking.criteria) for marks in sheets], marking)


def list_submitted(application_id: int) -> list[Assignment]:
    """The assignments whose marks count."""
    found = select(Assignment).where(Assignment.application_id == application_id, Assignment.state == _S.SUBMITTED)
    return list(db.session.scalars(found.order_by(Assignment.id)))
