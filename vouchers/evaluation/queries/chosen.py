"""Whom applicants have chosen to be paid by their vouchers: providers and experts, in the answers and the agreement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, select

from vouchers.applications.models import Answer, Application
from vouchers.core.database import Base, db
from vouchers.eligibility.rules.likeness import numbers_of
from vouchers.evaluation.rules.conflict_facts import Body
from vouchers.experts.models import Expert
from vouchers.programmes.models import Call
from vouchers.programmes.rules.form_plan import Form, QuestionType
from vouchers.providers.models import Provider
from vouchers.users.models import User

NAMED = ("provider_name", "provider_email")
"""The codes that a programme reads itself; their texts name one provider."""


@dataclass(slots=True)
class Named:
    """What the answers of one application say."""

    name: str = ""
    email: str = ""
    providers: list[tuple[int | None, str]] = field(default_factory=list)
    """Entries of the register, or names that were written."""
    experts: list[int] = field(default_factory=list)


def codes_in(form: Form) -> dict[str, QuestionType]:
    """The questions of a form by which somebody is chosen out of a register."""
    chosen = (QuestionType.PROVIDER, QuestionType.EXPERT)
    return {question.code: question.type for question in form.questions if question.type in chosen}


def chosen_in(form: Form, answers: Mapping[str, Any]) -> tuple[Body, ...]:
    """Whom these answers choose: the provider that is named first, then the others. At most two queries."""
    said = _read(answers.items(), codes_in(form))
    return _bodies(said, _map_providers([said]), _map_experts([said]))


def map_chosen(where: ColumnElement[bool]) -> dict[int, tuple[Body, ...]]:
    """Application -> whom it has chosen, of the applications that fit; five queries, however many there are."""
    calls = db.session.scalars(select(Call).where(Call.id.in_(select(Application.call_id).where(where))))
    types = {call.id: codes_in(call.plan.form) for call in calls}
    codes = {*NAMED, *(code for of_call in types.values() for code in of_call)}
    rows = db.session.execute(
        select(Answer.application_id, Application.call_id, Answer.question, Answer.value)
        .join(Answer.application)
        .where(where, Answer.question.in_(codes))
        .order_by(Answer.id)
    )
    answers: dict[tuple[int, int], list[tuple[str, Any]]] = defaultdict(list)
    for application_id, call_id, question, value in rows:
        answers[application_id, call_id].append((question, value))
    said = {key: _read(given, types.get(call_id, {})) for (key, call_id), given in answers.items()}
    providers, experts = _map_providers(said.values()), _map_experts(said.values())
    found = {key: _bodies(one, providers, experts) for key, one in said.items()}
    for key, body in _list_agreed(where):
        found[key] = (*found.get(key, ()), body)
    return {key: tuple(dict.fromkeys(bodies)) for key, bodies in found.items() if bodies}


def _read(answers: Iterable[tuple[str, Any]], types: Mapping[str, QuestionType]) -> Named:
    said = Named()
    for code, value in answers:
        if isinstance(value, Mapping):
            number, name = value.get("id"), str(value.get("name") or "")
            if types.get(code) is QuestionType.PROVIDER:
                said.providers.append((number, name))
            elif types.get(code) is QuestionType.EXPERT and number is not None:
                said.experts.append(number)
        elif code == NAMED[0]:
            said.name = str(value or "")
        elif code == NAMED[1]:
            said.email = str(value or "")
    return said


def _map_providers(said: Iterable[Named]) -> dict[int, Body]:
    ids = {number for one in said for number, _name in one.providers if number is not None}
    found = db.session.scalars(select(Provider).where(Provider.id.in_(ids))) if ids else ()
    return {
        one.id: Body(one.name, one.contact_email, numbers_of(one.country, one.vat_number, one.register_number))
        for one in found
    }


def _map_experts(said: Iterable[Named]) -> dict[int, tuple[Body, ...]]:
    """The person, and whom the person works for."""
    ids = {number for one in said for number in one.experts}
    wanted = select(Expert.id, User.name, User.email, Expert.employer).join(Expert.user).where(Expert.id.in_(ids))
    rows = db.session.execute(wanted).all() if ids else ()
    return {key: (Body(name, email), *([Body(firm)] if firm else [])) for key, name, email, firm in rows}


def _bodies(said: Named, providers: Mapping[int, Body], experts: Mapping[int, Collection[Body]]) -> tuple[Body, ...]:
    written = [Body(said.name, said.email)] if said.name or said.email else []
    chosen = [providers.get(number or 0) or Body(name) for number, name in said.providers]
    advising = [body for number in said.experts for body in experts.get(number, ())]
    return (*written, *(one for one in chosen if one.bare), *advising)


def _list_agreed(where: ColumnElement[bool]) -> list[tuple[int, Body]]:
    """The providers of agreements; these stand on a floor above this one, so their tables are asked for by name."""
    agreement, party = Base.metadata.tables["agreement"], Base.metadata.tables["agreement_party"]
    found = (
        select(agreement.c.application_id, party.c.name, party.c.contact_email)
        .join(party, party.c.agreement_id == agreement.c.id)
        .join(Application, Application.id == agreement.c.application_id)
        .where(where, party.c.kind == "provider")
        .order_by(party.c.id)
    )
    return [(key, Body(name, email)) for key, name, email in db.session.execute(found)]
