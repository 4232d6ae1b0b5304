"""Everything that is handed in, registered and kept of a company's eligibility."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from vouchers.core.clock import day_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.documents.actions import add_document, take_made
from vouchers.eligibility import letters, queries
from vouchers.eligibility.lifecycle import AID_DECLARATION, AID_ENTRY, KEPT_CHECK, OWNERSHIP_STATEMENT
from vouchers.eligibility.models import AidDeclaration, AidEntry, KeptCheck, OwnershipStatement
from vouchers.eligibility.rules.papers import read_entries, read_status, sha256_of, write_result
from vouchers.eligibility.rules.register import (
    ensure_day_of_registration,
    ensure_own_reference,
    register_by,
    register_key,
)
from vouchers.eligibility.rules.registry import Reading
from vouchers.eligibility.states import Occasion
from vouchers.organisations.models import Organisation
from vouchers.regions.models import Region
from vouchers.users.models import User
from vouchers.users.rules.signing import ensure_own_name
from vouchers.workflow.transition import OFFICE, creation, transition

NAMELESS = "–"
"""In place of a name that was deleted."""


def state_ownership_statement(
    organisation: Organisation, content: dict[str, Any], *, by: User, at: datetime
) -> OwnershipStatement:
    """Hand in who owns the company, with its figures; an earlier statement stays readable but counts no more.

    Raises:
        RuleBroken: the graph cannot be counted; the sentence names the place.
    """
    result = write_result(read_status(content))
    with unit_of_work():
        _lock(organisation)
        if (earlier := queries.find_statement(organisation.id)) is not None:
            with transition(earlier, OWNERSHIP_STATEMENT.supersede, by=OFFICE, at=at):
                pass
        statement = OwnershipStatement(
            organisation=organisation, content=content, result=result, stated_at=at, stated_by_id=by.id
        )
        with creation(statement, OWNERSHIP_STATEMENT.state, by=by, at=at) as step:
            step.enqueue("evaluation.look_again", organisation_id=organisation.id)
            return statement


def sign_aid_declaration(
    organisation: Organisation, content: dict[str, Any], *, signed_name: str, by: User, at: datetime
) -> AidDeclaration:
    """Declare by name all de minimis aid of the undertaking; it is kept as a file, and replaces an earlier one.

    Raises:
        RuleBroken: no name or not that of the account, or an entry that cannot be read.
    """
    name = " ".join(signed_name.split())
    if not name:
        raise RuleBroken(_("Write your name: it stands for your signature."), field="signed_name")
    ensure_own_name(name, by.name, field="signed_name")
    read_entries(content)
    sha256 = sha256_of(content)
    with unit_of_work():
        _lock(organisation)
        if (earlier := queries.find_declaration(organisation.id)) is not None:
            with transition(earlier, AID_DECLARATION.supersede, by=OFFICE, at=at):
                pass
        declaration = AidDeclaration(
            organisation=organisation,
            content=content,
            sha256=sha256,
            signed_name=name,
            signed_at=at,
            signed_by_id=by.id,
        )
        with creation(declaration, AID_DECLARATION.sign, by=by, at=at) as step:
            paper = letters.declaration_pdf(
                organisation, content, signed_name=name, account=by.name, sha256=sha256, at=at
            )
            add_document(
                take_made(paper, f"aid-declaration-{declaration.id}.pdf", "application/pdf"),
                purpose="aid_declaration",
                subject_kind="aid_declaration",
                subject_id=declaration.id,
                step_id=step.id,
                by_id=by.id,
                at=at,
            )
            return declaration


def dispose_of_ownership_statement(statement: OwnershipStatement, why: str, *, by: Any, at: datetime) -> None:
    """Take away what a company stated; that it did, when and by whom stays."""
    with unit_of_work():
        _empty(statement, content={}, result={})
        with transition(statement, OWNERSHIP_STATEMENT.dispose, by=by, at=at, why=why):
            pass


def dispose_of_aid_declaration(declaration: AidDeclaration, why: str, *, by: Any, at: datetime) -> None:
    """Take away what a company declared, and the name; that it did, its hash, when and by whom stays."""
    with unit_of_work():
        _empty(declaration, content={}, signed_name=NAMELESS)
        with transition(declaration, AID_DECLARATION.dispose, by=by, at=at, why=why):
            pass


def _empty(paper: OwnershipStatement | AidDeclaration, **bare: Any) -> None:
    """The words go first, so that the record of the step does not tell them again."""
    emptied = update(type(paper)).where(type(paper).id == paper.id).values(**bare)
    db.session.execute(emptied.execution_options(synchronize_session=False))


def _lock(organisation: Organisation) -> None:
    """Two papers handed in at once replace each other in turn."""
    db.session.refresh(organisation, with_for_update={"of": Organisation})


# The register of aid -------------------------------------------------------------------------------------------------


def open_aid_entry(
    *,
    application_id: int,
    application_reference: str,
    organisation_id: int,
    region: Region,
    programme: str,
    amount: Money,
    granted_on: date,
    at: datetime,
) -> AidEntry:
    """A voucher was granted: it must be registered; in the Union within 20 working days of the granting country."""
    entry = AidEntry(
        application_id=application_id,
        application_reference=application_reference,
        organisation_id=organisation_id,
        region=region,
        programme=programme,
        amount_cents=amount.cents,
        currency=amount.currency,
        granted_on=granted_on,
        register_by=register_by(granted_on, region.country),
    )
    with creation(entry, AID_ENTRY.open, by=OFFICE, at=at):
        return entry


def register_aid_entry(entry: AidEntry, reference: str, registered_on: date, *, by: User, at: datetime) -> None:
    """A manager has entered the grant in the central register and notes the register's reference and the day.

    Raises:
        RuleBroken: there is no reference, another grant has it, or the day cannot be that of the registration.
    """
    with transition(entry, AID_ENTRY.register, by=by, at=at):
        _note(entry, reference, registered_on, at=at)
        entry.registered_at, entry.registered_by_id = at, by.id


def correct_aid_entry(
    entry: AidEntry, reference: str, registered_on: date, reason: str, *, by: User, at: datetime
) -> None:
    """A wrong reference or day was noted: the right one takes its place, and the record keeps both with the reason.

    Raises:
        RuleBroken: no reason, nothing new, another grant has the reference, or the day cannot be right.
    """
    with transition(entry, AID_ENTRY.correct, by=by, at=at, why=reason.strip()):
        if not reason.strip():
            raise RuleBroken(_("Say why"), field="reason")
        _note(entry, reference, registered_on, at=at)


def _note(entry: AidEntry, reference: str, registered_on: date, *, at: datetime) -> None:
    """Write the number and the day, once they are known to be this entry's own."""
    number, region = " ".join(reference.split()), entry.region
    ensure_day_of_registration(registered_on, granted_on=entry.granted_on, today=day_in(region.time_zone, at))
    before = entry.reference if registered_on == entry.registered_on else ""
    holder = queries.find_holder(number, entry)
    ensure_own_reference(number, before=before, taken_by=holder.application_reference if holder else None)
    entry.reference, entry.registered_on = number, registered_on
    entry.register_key = register_key(region.country, number)
    try:
        db.session.flush()
    except IntegrityError as problem:  # another one noted it in the same moment
        raise RuleBroken(_("This reference is noted already. Enter the right one."), field="reference") from problem


def cancel_aid_entry(entry: AidEntry, reason: str, *, by: Any, at: datetime) -> None:
    """The grant has ended before it was worth anything: it counts no more against the ceiling."""
    with transition(entry, AID_ENTRY.cancel, by=by, at=at, why=reason):
        if not reason.strip():
            raise RuleBroken(_("Say why there is nothing to register."), field="reason")
        entry.reason = reason.strip()


def cancel_entry_of(application_id: int, reason: str, *, at: datetime) -> None:
    """The office cancels the entries of an application that has lapsed, if there are any."""
    for entry in queries.list_entries_of(application_id):
        cancel_aid_entry(entry, reason, by=OFFICE, at=at)


# What is kept --------------------------------------------------------------------------------------------------------


def keep_check(
    *,
    application_id: int,
    organisation_id: int,
    scope: str,
    occasion: Occasion,
    readings: Sequence[Reading],
    at: datetime,
) -> KeptCheck:
    """Keep what the rules said of an application at this moment, and which papers were in force."""
    statement = queries.find_statement(organisation_id)
    declaration = queries.find_declaration(organisation_id)
    kept = KeptCheck(
        application_id=application_id,
        occasion=occasion,
        statement_id=statement.id if statement else None,
        declaration_id=declaration.id if declaration else None,
        readings=[_written(reading) for reading in readings],
        scope=scope,
        kept_at=at,
    )
    with creation(kept, KEPT_CHECK.keep, by=OFFICE, at=at):
        return kept


def _written(reading: Reading) -> Mapping[str, str]:
    return {
        "rule": reading.rule.code,
        "outcome": reading.outcome.value,
        "evidence": reading.evidence.source,
        "source": reading.rule.source.source,
    }


def keep_papers(*, application_id: int, organisation_id: int, scope: str, at: datetime) -> None:
    """At a submission: which papers were in force, if any; the rules speak at the formal check."""
    if queries.has_papers(organisation_id):
        keep_check(
            application_id=application_id,
            organisation_id=organisation_id,
            scope=scope,
            occasion=Occasion.SUBMISSION,
            readings=(),
            at=at,
        )
