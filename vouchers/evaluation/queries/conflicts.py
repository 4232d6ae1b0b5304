"""What the office knows against giving applications to experts, for one application or for a whole call.

A constant number of queries, however many experts and applications; the pairs are joined by what they share.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.likeness import bare_name
from vouchers.evaluation.models import ConflictFinding
from vouchers.evaluation.queries import conflict_ground as ground
from vouchers.evaluation.queries.conflict_ground import Applying
from vouchers.evaluation.rules.conflict_facts import Body, CaseFacts, ExpertFacts, Key
from vouchers.evaluation.rules.conflicts import (
    DECLARED,
    Conflict,
    declared_by_expert,
    find_in_pair,
    join_pairs,
    list_barring,
)
from vouchers.evaluation.rules.ownership_links import Ownership
from vouchers.evaluation.states import ConflictState, Weight
from vouchers.experts.models import Expert
from vouchers.experts.queries import get_expert, map_interests
from vouchers.experts.states import ExpertState
from vouchers.programmes.models import Call
from vouchers.providers.queries import map_linked_names
from vouchers.regions.models import Region

Pair = tuple[int, int]
"""Expert and application, by their ids."""


# What the assignment asks --------------------------------------------------------------------------------------------


def map_hard_pairs(call: Call, region: Region | None = None) -> dict[Pair, list[Conflict]]:
    """The pairs of a call that nobody may assign now, with why: hard conflicts, and clearable ones that stand.

    Of all admitted experts of the programme and the applications of the call (of one region) that still run.
    """
    return _barring(call, map_pairs(call, region))


def map_hard_among(
    call: Call, experts: Sequence[Expert], application_ids: Collection[int]
) -> dict[Pair, list[Conflict]]:
    """The same for some experts, whose accounts are loaded, and some applications of a call."""
    return _barring(call, _look(call, experts, lambda one: one.id in application_ids))


def map_known_among(
    call: Call, experts: Sequence[Expert], application_ids: Collection[int]
) -> dict[Pair, list[Conflict]]:
    """Everything that is known of some experts, whose accounts are loaded, and some applications of a call: also what
    forbids nothing and is only shown."""
    return _look(call, experts, lambda one: one.id in application_ids)


def _barring(call: Call, found: Mapping[Pair, list[Conflict]]) -> dict[Pair, list[Conflict]]:
    cleared = map_cleared(call.id)
    barred = {pair: list_barring(conflicts, cleared.get(pair, frozenset())) for pair, conflicts in found.items()}
    return {pair: conflicts for pair, conflicts in barred.items() if conflicts}


def map_pairs(call: Call, region: Region | None = None) -> dict[Pair, list[Conflict]]:
    """Everything that is known of every pair in a call; a pair without a finding is not in it."""
    experts = db.session.scalars(
        select(Expert)
        .where(Expert.programme_code == call.programme.code, Expert.state == ExpertState.ADMITTED)
        .options(joinedload(Expert.user))
    ).all()
    return _look(call, experts, lambda one: region is None or one.region_code == region.code)


def map_of_application(application: Application, experts: Sequence[Expert]) -> dict[int, list[Conflict]]:
    """Expert id -> what speaks against giving the application to these experts, whose accounts are loaded."""
    found = _look(application.call, experts, lambda one: one.id == application.id)
    return {expert.id: found.get((expert.id, application.id), []) for expert in experts}


def _look(call: Call, experts: Sequence[Expert], is_wanted: Callable[[Applying], bool]) -> dict[Pair, list[Conflict]]:
    applying = ground.list_applying(call.id)
    wanted = [one for one in applying if is_wanted(one)]
    providers = ground.map_providers(call.id)
    people = _people(call.programme.code, experts, applying, providers)
    cases = _cases(call, wanted, providers, [expert.employer for expert in experts])
    found = {
        (expert_id, case_id): find_in_pair(people[expert_id], cases[case_id])
        for expert_id, case_id in join_pairs(people, cases)
    }
    for pair, conflict in _list_standing(call.id):
        if pair[0] in people and pair[1] in cases:
            others = found.get(pair, [])
            found[pair] = others if conflict.key in {one.key for one in others} else [conflict, *others]
    return {pair: conflicts for pair, conflicts in found.items() if conflicts}


# The facts -----------------------------------------------------------------------------------------------------------


def _people(
    programme: str, experts: Sequence[Expert], applying: Sequence[Applying], providers: Mapping[int, tuple[Body, ...]]
) -> dict[int, ExpertFacts]:
    by_name, by_organisation = defaultdict(list), {one.organisation_id: one.body for one in applying}
    for body in by_organisation.values():
        by_name[body.bare].append(body)
    contacts: dict[str, list[str]] = defaultdict(list)
    chosen: dict[Key, Body] = {}
    for one in applying:
        for provider in providers.get(one.id, ()):
            contacts[provider.email.lower()].append(one.reference)
            for key in provider.keys:
                chosen.setdefault(key, provider)
    memberships = ground.map_memberships([expert.user_id for expert in experts])
    acts_for = map_linked_names(programme, [expert.user_id for expert in experts])
    interests, numbers = map_interests([expert.id for expert in experts]), ground.map_numbers()
    return {
        expert.id: ExpertFacts(
            user_id=expert.user_id,
            email=expert.user.email,
            employer=expert.employer,
            region_code=expert.region_code,
            employer_numbers=numbers.get(bare_name(expert.employer), frozenset()),
            interests=tuple(interests.get(expert.id, ())),
            applies_with=_distinct(
                [
                    *(by_organisation[key] for key in memberships.get(expert.user_id, ()) if key in by_organisation),
                    *(by_name.get(bare_name(expert.employer), []) if bare_name(expert.employer) else []),
                ]
            ),
            contact_in=tuple(dict.fromkeys(contacts.get(expert.user.email.lower(), ()))),
            acts_for=acts_for.get(expert.user_id, ()),
            chosen=_chosen_of(expert, acts_for.get(expert.user_id, ()), numbers, chosen),
        )
        for expert in experts
    }


def _chosen_of(
    expert: Expert, acts_for: Sequence[str], numbers: Mapping[str, frozenset[str]], chosen: Mapping[Key, Body]
) -> tuple[Body, ...]:
    """Those among the chosen who employ the expert, or for whom the expert acts."""
    houses = [Body(name, numbers=numbers.get(bare_name(name), frozenset())) for name in (expert.employer, *acts_for)]
    keys = sorted({key for house in houses if house.bare for key in house.keys})
    return _distinct(chosen[key] for key in keys if key in chosen)


def _distinct(bodies: Iterable[Body]) -> tuple[Body, ...]:
    return tuple({body.bare: body for body in bodies}.values())


def _cases(
    call: Call, wanted: Sequence[Applying], providers: Mapping[int, tuple[Body, ...]], employers: Sequence[str]
) -> dict[int, CaseFacts]:
    marking = call.plan.marking
    organisation_ids = {one.organisation_id for one in wanted}
    members = ground.map_members(organisation_ids)
    consortium = ground.map_consortium([one.id for one in wanted])
    named = {bare_name(one) for one in employers}
    named |= {body.bare for one in wanted for body in providers.get(one.id, ())}
    ownership = Ownership(ground.list_stated(organisation_ids, named))
    works, looks = ground.map_works(organisation_ids), ground.map_looks(organisation_ids)
    cases = {}
    for one in wanted:
        partners = (*providers.get(one.id, ()), *consortium.get(one.id, ()))
        people = members.get(one.organisation_id, ())
        marked = [look for look in looks.get(one.organisation_id, ()) if look.application_id != one.id]
        cases[one.id] = CaseFacts(
            applicant=one.body,
            reference=one.reference,
            region_code=one.region_code,
            allows_own_region=bool(marking and marking.own_region_experts),
            member_ids=frozenset(person.user_id for person in people if person.user_id is not None),
            member_emails=frozenset(person.email.lower() for person in people),
            partners=partners,
            links=tuple(link for body in (one.body, *partners) for link in ownership.list_links(body)),
            works=tuple(work for work in works.get(one.organisation_id, ()) if work.reference != one.reference),
            marked_by=frozenset(look.user_id for look in marked),
            declared_by=frozenset(look.user_id for look in marked if look.is_declared),
        )
    return cases


# What is on record ---------------------------------------------------------------------------------------------------


def map_cleared(call_id: int) -> dict[Pair, frozenset[tuple[str, str]]]:
    """What managers have cleared in a call."""
    found = (
        select(ConflictFinding.expert_id, ConflictFinding.application_id, ConflictFinding.kind, ConflictFinding.fact)
        .join(ConflictFinding.application)
        .where(Application.call_id == call_id, ConflictFinding.state == ConflictState.CLEARED)
    )
    cleared: dict[Pair, set[tuple[str, str]]] = defaultdict(set)
    for expert_id, of_application, kind, fact in db.session.execute(found):
        cleared[expert_id, of_application].add((kind, fact))
    return {pair: frozenset(keys) for pair, keys in cleared.items()}


def _list_standing(call_id: int) -> list[tuple[Pair, Conflict]]:
    """What experts have declared themselves in a call, and what managers have confirmed; nobody clears either."""
    found = (
        select(ConflictFinding)
        .join(ConflictFinding.application)
        .where(
            Application.call_id == call_id,
            or_(ConflictFinding.kind == DECLARED, ConflictFinding.state == ConflictState.CONFIRMED),
        )
        .order_by(ConflictFinding.id)
    )
    return [
        (
            (one.expert_id, one.application_id),
            declared_by_expert(one.fact)
            if one.kind == DECLARED
            else Conflict(one.kind, Weight.FORBIDS, one.fact, Sentence(one.evidence, {}), one.source),
        )
        for one in db.session.scalars(found)
    ]


def list_kept(application_id: int) -> list[ConflictFinding]:
    """The findings on record for an application, with the person who settled each."""
    found = select(ConflictFinding).where(ConflictFinding.application_id == application_id)
    return list(db.session.scalars(found.options(joinedload(ConflictFinding.settled_by)).order_by(ConflictFinding.id)))


@dataclass(frozen=True, slots=True)
class Looked:
    """One expert and one application, looked at: what is found now, and what is on record."""

    application: Application
    expert: Expert
    conflicts: Sequence[Conflict]
    kept: Sequence[ConflictFinding]

    @property
    def cleared(self) -> frozenset[tuple[str, str]]:
        """What a manager has cleared."""
        return frozenset(one.key for one in self.kept if one.state == ConflictState.CLEARED)

    @property
    def barring(self) -> list[Conflict]:
        """What forbids the assignment now."""
        return list_barring(self.conflicts, self.cleared)

    @property
    def rows(self) -> list[tuple[Conflict, ConflictFinding | None]]:
        """Each conflict with its record, if there is one."""
        by_key = {one.key: one for one in self.kept}
        return [(conflict, by_key.get(conflict.key)) for conflict in self.conflicts]

    @property
    def gone(self) -> list[ConflictFinding]:
        """What is on record and not found any more."""
        found = {conflict.key for conflict in self.conflicts}
        return [one for one in self.kept if one.key not in found]

    @property
    def declared(self) -> list[ConflictFinding]:
        """What the expert declared, where the application is not looked at any more."""
        return [one for one in self.gone if one.kind == DECLARED]


def look_at_all(application: Application, experts: Sequence[Expert]) -> list[Looked]:
    """One application beside these experts, each pair as it stands."""
    conflicts, kept = map_of_application(application, experts), defaultdict(list)
    for one in list_kept(application.id):
        kept[one.expert_id].append(one)
    return [Looked(application, expert, conflicts[expert.id], kept[expert.id]) for expert in experts]


def look_at(application: Application, expert: Expert) -> Looked:
    """One pair as it stands."""
    return look_at_all(application, [expert])[0]


def get_looked(application_id: int, expert_id: int, **_rest_of_address: Any) -> Looked:
    """The pair that an address names. Raises `NotFound`."""
    application, expert = get_application(application_id), get_expert(expert_id)
    if expert.programme_code != application.call.programme.code:
        raise NotFound(_("There is no such expert."))
    return look_at(application, expert)
