"""What the keepers of a register do with an enrolment: mark it, admit it into the register, or refuse it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from vouchers.core.clock import office_day
from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.documents.actions import KeptFile
from vouchers.experts.actions import own
from vouchers.experts.actions import register as experts
from vouchers.experts.models import Expert
from vouchers.experts.queries import find_expert_of
from vouchers.experts.states import ExpertState
from vouchers.pools import queries
from vouchers.pools.actions.enrolling import write_to_applicant
from vouchers.pools.lifecycle import ENROLMENT
from vouchers.pools.models import Enrolment
from vouchers.pools.rules.marking import PoolMark, ensure_admissible, ensure_marks, read_marks, score_of
from vouchers.pools.states import PoolKind
from vouchers.providers import actions as providers
from vouchers.providers.models import Provider
from vouchers.providers.queries import find_same
from vouchers.providers.rules.offers import read_services
from vouchers.providers.rules.terms import ensure_term
from vouchers.providers.states import ProviderState
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def mark_enrolment(
    enrolment: Enrolment, marks: Mapping[str, PoolMark], *, by: User, at: datetime, version: int | None = None
) -> None:
    """Mark against the call's criteria; a later sheet takes the place of the one before, and the record keeps both.

    Raises:
        RuleBroken: a mark is missing or none.
    """
    with transition(enrolment, ENROLMENT.mark, by=by, at=at, version=version):
        criteria = enrolment.call.terms.criteria
        ensure_marks(marks, criteria)
        enrolment.marks = {code: {"mark": str(one.mark), "comment": one.comment} for code, one in marks.items()}
        enrolment.score_hundredths = int(score_of(marks, criteria) * 100)
        enrolment.marked_by_id, enrolment.marked_at = by.id, at


def admit_enrolment(enrolment: Enrolment, until: date, *, by: User, at: datetime) -> None:
    """Admit up to and with a day: the person enters the register of experts, or the organisation is accredited.

    Raises:
        RuleBroken: it was not marked or is below a threshold, the day lies in the past, or the entry is suspended.
    """
    with unit_of_work():
        with transition(enrolment, ENROLMENT.admit, by=by, at=at) as step:
            ensure_term(until, office_day(at), "until")
            ensure_admissible(read_marks(enrolment.marks), enrolment.call.terms.criteria)
            enrolment.decided_by_id, enrolment.decided_at, enrolment.admitted_until = by.id, at, until
            write_to_applicant(step, enrolment, "pools/admit", until=until)
        if enrolment.call.kind == PoolKind.EXPERTS:
            _admit_expert(enrolment, until, by=by, at=at)
        else:
            _accredit_provider(enrolment, until, by=by, at=at)


def refuse_enrolment(enrolment: Enrolment, reasons: str, *, by: User, at: datetime) -> None:
    """Refuse, with reasons that whoever enrolled reads."""
    with transition(enrolment, ENROLMENT.refuse, by=by, at=at, why=reasons) as step:
        enrolment.decided_by_id, enrolment.decided_at, enrolment.reasons = by.id, at, reasons
        write_to_applicant(step, enrolment, "pools/refuse", reasons=reasons)


def profile_of(content: Mapping[str, Any], currency: str) -> experts.Profile:
    """The entry of an expert, as an enrolment says it."""
    cents = content.get("rate_cents")
    return experts.Profile(
        employer=str(content["employer"]),
        country=str(content["country"]),
        region_code=str(content.get("region_code") or ""),
        languages=tuple(content["languages"]),
        expertise=str(content["expertise"]),
        load_limit=int(content.get("load_limit") or 10),
        fields=tuple(content.get("fields") or ()),
        referees=str(content.get("referees") or ""),
        daily_rate=None if cents is None else Money(int(cents), currency),
    )


def _admit_expert(enrolment: Enrolment, until: date, *, by: User, at: datetime) -> None:
    person, code = enrolment.user, enrolment.programme_code
    profile = profile_of(enrolment.content, queries.currency_of(code))
    expert = find_expert_of(code, person.id)
    if expert is None:
        expert = experts.admit_expert(person.email, person.name, code, profile, until=until, by=by, at=at)
    else:
        if expert.state == ExpertState.SUSPENDED:
            raise RuleBroken(
                _("%(name)s is suspended in the register. Admit the expert there first.", name=person.name)
            )
        experts.edit_expert(expert, profile, by=by, at=at)
        experts.renew_expert(expert, until, by=by, at=at)
    _take_over(enrolment, expert, by=by, at=at)


def _take_over(enrolment: Enrolment, expert: Expert, *, by: User, at: datetime) -> None:
    """The CV, and the days in which the person is away."""
    for one in queries.list_files(enrolment):
        if one.purpose == "cv":
            kept = KeptFile(one.filename, one.media_type, one.size, one.sha256, one.scan_state)
            own.attach_expert_file(expert, "cv", kept, by=by, at=at)
    first, last = (enrolment.content.get(name) for name in ("away_from", "away_until"))
    if first and last and date.fromisoformat(last) >= office_day(at):
        own.note_absence(expert, date.fromisoformat(first), date.fromisoformat(last), by=by, at=at)


def _accredit_provider(enrolment: Enrolment, until: date, *, by: User, at: datetime) -> None:
    code, content = enrolment.programme_code, enrolment.content
    details = providers.ProviderDetails(
        name=enrolment.name,
        fields=tuple(content.get("fields") or ()),
        services=read_services(str(content.get("services") or ""), queries.currency_of(code)),
        **{
            name: str(content.get(name) or "")
            for name in ("country", "region_code", "vat_number", "register_number", "website", "contact_email")
        },
    )
    provider: Provider | None = find_same(code, details.name, details.vat_number)
    if provider is None:
        provider = providers.register_provider(code, details, by=by, at=at)
    elif provider.state == ProviderState.SUSPENDED:
        raise RuleBroken(
            _("%(name)s is suspended in the register. Admit the provider there first.", name=provider.name)
        )
    else:
        providers.edit_provider(provider, details, by=by, at=at)
    providers.accredit_provider(provider, until, by=by, at=at)
