"""What an expert does with the own entry: availability, files, the yearly declaration of interests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from vouchers.core.clock import office_day
from vouchers.core.database import unit_of_work
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.text import say as _
from vouchers.documents.actions import KeptFile, add_document, remove_document
from vouchers.documents.models import Document
from vouchers.experts import queries
from vouchers.experts.lifecycle import ABSENCE, EXPERT, INTEREST_DECLARATION
from vouchers.experts.models import Absence, Expert, InterestDeclaration
from vouchers.experts.rules.availability import ensure_stretch
from vouchers.experts.rules.interests import next_due
from vouchers.users.models import User
from vouchers.users.rules.signing import ensure_own_name
from vouchers.workflow.transition import OFFICE, creation, transition

MOST_FILES = 10
FILE_PURPOSES = ("cv", "reference")


@dataclass(frozen=True, slots=True)
class Offer:
    """What an expert may change of the own entry."""

    languages: tuple[str, ...]
    fields: tuple[str, ...]
    load_limit: int


def edit_own_expert(expert: Expert, offer: Offer, *, by: User, at: datetime, version: int | None = None) -> None:
    """The expert says in which languages and fields, and how many applications of a call, to be asked."""
    with transition(expert, EXPERT.edit_own, by=by, at=at, version=version):
        expert.languages, expert.fields = list(offer.languages), list(offer.fields)
        expert.load_limit = offer.load_limit


def note_absence(expert: Expert, from_on: date, until_on: date, *, by: User, at: datetime) -> Absence:
    """Enter days, the last one included, in which nothing new is given to the expert."""
    ensure_stretch(from_on, until_on, office_day(at))
    absence = Absence(expert=expert, from_on=from_on, until_on=until_on)
    with creation(absence, ABSENCE.note, by=by, at=at):
        return absence


def cancel_absence(absence: Absence, *, by: User, at: datetime) -> None:
    """The expert is there after all."""
    with transition(absence, ABSENCE.cancel, by=by, at=at):
        pass


def attach_expert_file(expert: Expert, purpose: str, kept: KeptFile, *, by: User, at: datetime) -> Document:
    """Lay a CV or a reference to the entry. A new CV takes the place of the one before.

    Raises:
        RuleBroken: field ``file``; there are too many files.
    """
    with transition(expert, EXPERT.attach, by=by, at=at) as step:
        there = queries.list_files(expert)
        if len(there) >= MOST_FILES:
            raise RuleBroken(_("At most %(most)s files can be attached.", most=MOST_FILES), field="file")
        for older in there if purpose == "cv" else []:
            if older.purpose == "cv":
                remove_document(older, at=at)
        return add_document(
            kept,
            purpose=purpose,
            subject_kind="expert",
            subject_id=expert.id,
            step_id=step.id,
            by_id=by.id,
            at=at,
        )


def detach_expert_file(expert: Expert, document_id: int, *, by: User, at: datetime) -> None:
    """Take a file off the entry. Raises `NotFound`."""
    with transition(expert, EXPERT.detach, by=by, at=at):
        found = next((one for one in queries.list_files(expert) if one.id == document_id), None)
        if found is None:
            raise NotFound(_("There is no such file."))
        remove_document(found, at=at)


def declare_interests(
    expert: Expert, statement: str, organisations: Sequence[str], name: str, *, by: User, at: datetime
) -> InterestDeclaration:
    """Declare interests for a year, by name; the declaration before is replaced.

    Raises:
        RuleBroken: field ``name``; it is not the name of the account.
    """
    ensure_own_name(name, by.name, field="name")
    with unit_of_work():
        for older in queries.list_declared(expert.id):
            with transition(older, INTEREST_DECLARATION.replace, by=OFFICE, at=at):
                pass
        declaration = InterestDeclaration(
            expert=expert,
            statement=statement,
            organisations=list(organisations),
            declared_name=name,
            declared_at=at,
            due_on=next_due(office_day(at)),
        )
        with creation(declaration, INTEREST_DECLARATION.declare, by=by, at=at) as step:
            step.enqueue("evaluation.look_again", expert_id=expert.id)
            expert.interests_due_on, expert.interests_reminded = declaration.due_on, None
            return declaration
