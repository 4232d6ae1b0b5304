"""What whoever enrols does: begin, save, attach, submit with a receipt, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from vouchers.core.clock import office_day
from vouchers.core.database import unit_of_work
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.links import full_url
from vouchers.core.numbering import numbered
from vouchers.core.text import say as _
from vouchers.documents.actions import KeptFile, add_document, remove_document
from vouchers.documents.models import Document
from vouchers.organisations.models import Organisation
from vouchers.pools import queries
from vouchers.pools.lifecycle import ENROLMENT
from vouchers.pools.models import Enrolment, PoolCall
from vouchers.pools.rules.content import list_gaps
from vouchers.pools.states import PoolKind
from vouchers.providers.queries import name_of_programme
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.users.rules.signing import ensure_own_name
from vouchers.workflow.transition import Step, creation, transition

MOST_FILES = 5
"""Of one kind."""


def start_enrolment(call: PoolCall, organisation: Organisation | None = None, *, by: User, at: datetime) -> Enrolment:
    """Begin to enrol oneself, or an organisation; whoever has begun already goes on there.

    Raises:
        RuleBroken: the call is not open, or it looks for organisations and none is named.
    """
    _ensure_open(call, at)
    if call.kind == PoolKind.PROVIDERS and organisation is None:
        raise RuleBroken(_("Choose the organisation that enrols."), field="organisation")
    if call.kind == PoolKind.EXPERTS:
        organisation = None
    key = f"organisation:{organisation.id}" if organisation else f"user:{by.id}"
    with unit_of_work():
        there = queries.find_open(call.id, key)
        if there is not None:
            return there
        enrolment = Enrolment(
            call=call,
            user=by,
            organisation=organisation,
            applicant_key=key,
            content=_known(organisation),
            started_at=at,
        )
        enrolment.user_id = by.id
        with creation(enrolment, ENROLMENT.start, by=by, at=at):
            return enrolment


def _known(organisation: Organisation | None) -> dict[str, Any]:
    """What the office knows already of an organisation, so that nobody types it again."""
    if organisation is None:
        return {"load_limit": 10}
    return {
        "country": organisation.country,
        "region_code": organisation.region.code,
        "vat_number": organisation.vat_number,
        "register_number": organisation.register_number,
        "website": organisation.website,
    }


def _ensure_open(call: PoolCall, at: datetime) -> None:
    if not call.is_open(at):
        raise RuleBroken(_("This call is not open. Nothing can be begun or submitted in it now."))


def save_enrolment(
    enrolment: Enrolment, content: Mapping[str, Any], *, by: User, at: datetime, version: int | None = None
) -> None:
    """Keep what was answered so far; what is missing is said on the check page."""
    with transition(enrolment, ENROLMENT.save, by=by, at=at, version=version):
        enrolment.content = dict(content)


def attach_enrolment_file(enrolment: Enrolment, purpose: str, kept: KeptFile, *, by: User, at: datetime) -> Document:
    """Lay a file to the enrolment; a new CV takes the place of the one before.

    Raises:
        RuleBroken: field ``file``; there are too many of this kind.
    """
    with transition(enrolment, ENROLMENT.attach, by=by, at=at) as step:
        there = [one for one in queries.list_files(enrolment) if one.purpose == purpose]
        for older in there if purpose == "cv" else []:
            remove_document(older, at=at)
        if purpose != "cv" and len(there) >= MOST_FILES:
            raise RuleBroken(_("At most %(most)s files can be attached.", most=MOST_FILES), field="file")
        return add_document(
            kept,
            purpose=purpose,
            subject_kind="enrolment",
            subject_id=enrolment.id,
            step_id=step.id,
            by_id=by.id,
            at=at,
        )


def detach_enrolment_file(enrolment: Enrolment, document_id: int, *, by: User, at: datetime) -> None:
    """Take a file off. Raises `NotFound`."""
    with transition(enrolment, ENROLMENT.detach, by=by, at=at):
        found = next((one for one in queries.list_files(enrolment) if one.id == document_id), None)
        if found is None:
            raise NotFound(_("There is no such file."))
        remove_document(found, at=at)


def gaps_of(enrolment: Enrolment) -> list[tuple[str, Any]]:
    """What is missing before it can be submitted: (step, what to do)."""
    call = enrolment.call
    files = {one.purpose for one in queries.list_files(enrolment)}
    has_fields = bool(queries.list_fields(call.programme_code))
    return list_gaps(call.kind, call.terms, enrolment.content, files, has_fields=has_fields)


def submit_enrolment(enrolment: Enrolment, name: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """Hand it in, declared by name, with a numbered receipt. The server's clock decides.

    Raises:
        RuleBroken: the call is closed, something is missing, or field ``name``.
    """
    with transition(enrolment, ENROLMENT.submit, by=by, at=at, version=version) as step:
        _ensure_open(enrolment.call, at)
        ensure_own_name(name, by.name, field="name")
        if gaps := gaps_of(enrolment):
            raise RuleBroken(gaps[0][1])
        enrolment.submitted_at, enrolment.submitted_name = at, name
        enrolment.number = numbered(f"{enrolment.programme_code.upper()}-POOL", office_day(at).year)
        write_to_applicant(step, enrolment, "pools/submit", submitted_at=at, zone=enrolment.call.time_zone)


def withdraw_enrolment(enrolment: Enrolment, *, by: User, at: datetime) -> None:
    """Take it back; nobody decides on it any more."""
    with transition(enrolment, ENROLMENT.withdraw, by=by, at=at) as step:
        if enrolment.submitted_at is not None:
            write_to_applicant(step, enrolment, "pools/withdraw")


def write_to_applicant(step: Step, enrolment: Enrolment, occasion: str, **values: Any) -> None:
    """A letter to the person who began the enrolment."""
    facts: dict[str, Any] = {
        "number": enrolment.number or "",
        "call": enrolment.call.title,
        "programme": name_of_programme(enrolment.programme_code),
        "who": enrolment.name,
        "link": full_url("pools.enrolment", enrolment_id=enrolment.id),
    }
    step.write(addressee(enrolment.user), occasion, **facts, **values)
