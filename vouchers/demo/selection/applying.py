"""Applications of the third programme, and their marks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from vouchers.applications.actions import drafting, submitting
from vouchers.applications.actions.handling import take_over_application
from vouchers.applications.queries.files import get_application
from vouchers.core.clock import stopped_at
from vouchers.demo.selection import texts
from vouchers.demo.selection.office import Office, Round
from vouchers.demo.settling import confirm_account
from vouchers.evaluation.actions import assignments, checks
from vouchers.evaluation.actions.assignments import Sheet
from vouchers.evaluation.queries.assignments import get_assignment

LOW, HIGH = Decimal("2.5"), Decimal(4)
"""Marks below the first are weak, from the second on strong."""


@dataclass(frozen=True, slots=True)
class Case:
    """One application to be: who applies, with which project of `texts`, for how many euros, in which language."""

    company: str
    project: int
    euros: int = 8_000
    language: str = "nl"


def hand_in(office: Office, part: Round, case: Case, at: datetime) -> int:
    """Write and submit it; returns its id."""
    organisation, owner = office.companies[case.company]
    call = office.calls[part]
    instrument = next(one for one in call.programme.instruments if one.code in call.plan.instruments)
    with stopped_at(at):
        begun = drafting.start_application(call, instrument, organisation, by=owner, at=at)
        project = texts.PROJECTS[case.project]
        partner, address = texts.PARTNERS[case.project % len(texts.PARTNERS)]
        given = {
            "headcount": str(4 + 3 * case.project),
            "turnover": str(300_000 + 90_000 * case.project),
            "balance_sheet": str(180_000 + 70_000 * case.project),
            "title": project.title,
            "language": case.language,
            "fields": project.field,
            "idea": project.idea,
            "use": project.use,
            "requested_amount": str(case.euros),
            "provider_name": partner,
            "provider_email": address,
        }
        drafting.save_answers(get_application(begun.id), given, by=owner, at=at)
        at += timedelta(hours=2)
        submitting.submit_application(get_application(begun.id), by=owner, at=at)
        confirm_account(office.settled, organisation, at=at)
    return begun.id


def hand_in_all(office: Office, part: Round, cases: tuple[Case, ...], *, unchecked: int = 0) -> list[int]:
    """All of a call in its last days, each checked after it has closed but the last ones; returns their ids."""
    ids = []
    for number, case in enumerate(cases):
        ids.append(hand_in(office, part, case, office.ago(part.closed + 5 - number * 0.3)))
    for number, key in enumerate(ids[: len(ids) - unchecked]):
        application = get_application(key)
        at = office.ago(part.closed - 1) + timedelta(minutes=12 * number)
        managers = office.managers[application.region.code]
        with stopped_at(at):
            if number % 3:
                take_over_application(application, by=managers[number % len(managers)], at=at)
            checks.find_eligible(application, {}, by=managers[0], at=at)
    return ids


def give(office: Office, application_id: int, expert: int, at: datetime, *, days: int = 14) -> int:
    """Give it to an expert, by number; returns the id of the assignment."""
    application = get_application(application_id)
    manager = office.managers[application.region.code][0]
    with stopped_at(at):
        due_at = at + timedelta(days=days)
        found = assignments.assign_expert(application, office.experts[expert], by=manager, at=at, due_at=due_at)
        return found.id


def accept(office: Office, assignment_id: int, at: datetime) -> None:
    """The expert declares that there is no conflict."""
    assignment = get_assignment(assignment_id)
    with stopped_at(at):
        assignments.declare_no_conflict(assignment, by=assignment.expert.user, at=at)


def submit(assignment_id: int, marks: str, at: datetime) -> None:
    """Hand in a sheet: ``4 3.5 4``, a mark for each criterion."""
    assignment = get_assignment(assignment_id)
    with stopped_at(at):
        assignments.submit_marks(assignment, write_sheet(marks), by=assignment.expert.user, at=at)


def keep(assignment_id: int, marks: str, at: datetime) -> None:
    """Save a sheet that is not finished: the last criterion and the word on the whole are missing."""
    assignment = get_assignment(assignment_id)
    whole = write_sheet(marks)
    given = dict(whole.marks) | {"plan": {"mark": None, "comment": ""}}
    with stopped_at(at):
        sheet = Sheet(given, "", is_in_scope=True)
        assignments.save_marks(assignment, sheet, by=assignment.expert.user, at=at)


def mark(office: Office, application_id: int, experts: tuple[int, int], sheets: tuple[str, str], at: datetime) -> None:
    """Give it to two experts, who mark it within a week."""
    given = [give(office, application_id, expert, at) for expert in experts]
    for number, (assignment_id, marks) in enumerate(zip(given, sheets, strict=True)):
        accept(office, assignment_id, at + timedelta(days=1, hours=3 * number))
        submit(assignment_id, marks, at + timedelta(days=4 + number, hours=5))


def write_sheet(marks: str) -> Sheet:
    """A sheet with its comments, which fit the marks."""
    found = [Decimal(one) for one in marks.split()]
    given = {
        code: {"mark": str(one), "comment": remarks[_level(one)]}
        for (code, remarks), one in zip(texts.REMARKS.items(), found, strict=True)
    }
    return Sheet(given, texts.WHOLE[_level(sum(found, Decimal()) / len(found))], is_in_scope=True)


def _level(one: Decimal) -> int:
    return 0 if one < LOW else 1 if one < HIGH else 2
