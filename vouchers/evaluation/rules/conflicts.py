"""What speaks against giving an application to an expert, seen from what the office knows.

Every finding bears its evidence and says where that comes from. A hard one forbids the assignment and nobody clears it;
a clearable one forbids it until a manager has cleared it with a reason; the rest is shown. What the office cannot know,
the expert declares.

Any finding needs something that expert and application share: a person, a name, a number, a domain, a region. So the
pairs of a whole call are joined by these keys first (`join_pairs`), and only pairs that share one are looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.likeness import bare_name, domain_of, is_same_domain
from vouchers.evaluation.rules.conflict_facts import Body, CaseFacts, ExpertFacts, Key
from vouchers.evaluation.states import Source, Weight


@dataclass(frozen=True, slots=True)
class Conflict:
    """One finding: its kind, what it does, the fact that it rests on, the evidence in words, and whence that is.

    `fact` tells one finding of a kind from the next: what was cleared stays cleared only while the fact is the same.
    """

    kind: str
    weight: Weight
    fact: str
    evidence: Sentence
    source: Source

    @property
    def is_hard(self) -> bool:
        """Whether nobody can clear it."""
        return self.weight is Weight.FORBIDS

    @property
    def key(self) -> tuple[str, str]:
        """What the record knows it by."""
        return self.kind, self.fact


DECLARED = "declared"


def declared_by_expert(fact: str) -> Conflict:
    """What the expert has said, when answering to a proposal or once the application was given; nobody clears it."""
    said = _("This expert has declared a conflict of interest with this application.")
    return Conflict(DECLARED, Weight.FORBIDS, fact, said, Source.DECLARED)


def find_in_pair(expert: ExpertFacts, case: CaseFacts) -> list[Conflict]:
    """The same as `find_conflicts`, for many pairs: most of them share nothing, or the region alone."""
    shared = expert.keys & case.keys
    if not shared:
        return []
    if len(shared) == 1 and next(iter(shared))[0] == "region":
        return [_of_own_region(case.region_code)]
    return find_conflicts(expert, case)


@lru_cache(maxsize=1024)
def _of_own_region(region: str) -> Conflict:
    said = _("The expert is of the applicant's region, %(region)s; the call forbids it.", region=region)
    return Conflict("own_region", Weight.FORBIDS, region, said, Source.REGISTER)


def find_conflicts(expert: ExpertFacts, case: CaseFacts) -> list[Conflict]:
    """All that speaks against this pair, the gravest first."""
    found = {one.key: one for one in _found(expert, case)}
    return sorted(found.values(), key=lambda one: _ORDER.index(one.weight))


_ORDER = list(Weight)


def join_pairs(experts: Mapping[int, ExpertFacts], cases: Mapping[int, CaseFacts]) -> Iterator[tuple[int, int]]:
    """(expert, application) wherever the two share a key: all pairs in which anything can be found, and few others."""
    by_key: dict[Key, list[int]] = defaultdict(list)
    for case_id, case in cases.items():
        for key in case.keys:
            by_key[key].append(case_id)
    for expert_id, expert in experts.items():
        shared = {case_id for key in expert.keys for case_id in by_key.get(key, ())}
        yield from ((expert_id, case_id) for case_id in sorted(shared))


def _found(expert: ExpertFacts, case: CaseFacts) -> Iterator[Conflict]:
    yield from _with_applicant(expert, case)
    for partner in case.partners:
        yield from _with_partner(expert, partner)
    yield from _by_ownership(expert, case)
    yield from _by_interests(expert, case)
    yield from _in_call(expert, case)
    yield from _from_before(expert, case)


def _with_applicant(expert: ExpertFacts, case: CaseFacts) -> Iterator[Conflict]:
    name, region = case.applicant.name, case.region_code
    if expert.user_id in case.member_ids:
        said = _("The expert is a member of the applicant, %(name)s.", name=name)
        yield Conflict("member", Weight.FORBIDS, name, said, Source.MEMBERS)
    if expert.house.is_same(case.applicant):
        said = _("The expert works for the applicant, %(name)s.", name=name)
        yield Conflict("employer", Weight.FORBIDS, name, said, Source.REGISTER)
    if any(is_same_domain(expert.domain, one) for one in case.domains):
        said = _("The expert's email domain, %(domain)s, is the applicant's.", domain=expert.domain)
        yield Conflict("domain", Weight.FORBIDS, expert.domain, said, Source.MEMBERS)
    if region and expert.region_code == region and not case.allows_own_region:
        yield _of_own_region(region)


def _with_partner(expert: ExpertFacts, partner: Body) -> Iterator[Conflict]:
    if expert.house.is_same(partner) or partner.bare in {bare_name(one) for one in expert.acts_for} - {""}:
        said = _("The expert works for the partner, %(name)s.", name=partner.name)
        yield Conflict("provider", Weight.FORBIDS, partner.name, said, Source.APPLICATION)
    if is_same_domain(expert.domain, domain_of(partner.email)):
        said = _("The expert's email domain, %(domain)s, is the partner's.", domain=expert.domain)
        yield Conflict("provider_domain", Weight.FORBIDS, expert.domain, said, Source.APPLICATION)
    if expert.email.lower() == partner.email.lower() != "":
        said = _("The expert is the partner's contact person.")
        yield Conflict("provider_person", Weight.FORBIDS, partner.name, said, Source.APPLICATION)


def _by_ownership(expert: ExpertFacts, case: CaseFacts) -> Iterator[Conflict]:
    for link in case.links:
        if not expert.house.is_same(link.body):
            continue
        values = {"employer": expert.employer, "name": link.to, "firm": link.stated_by}
        if link.is_linked:
            said = _("%(employer)s is linked with %(name)s by ownership, as %(firm)s has stated.", **values)
            yield Conflict("linked", Weight.FORBIDS, f"{link.body.bare} {link.to}", said, Source.OWNERSHIP)
        else:
            said = _("%(employer)s is a partner enterprise of %(name)s, as %(firm)s has stated.", **values)
            yield Conflict(
                "partner_enterprise", Weight.CLEARABLE, f"{link.body.bare} {link.to}", said, Source.OWNERSHIP
            )


def _by_interests(expert: ExpertFacts, case: CaseFacts) -> Iterator[Conflict]:
    involved = {one.bare for one in (case.applicant, *case.partners)} | {
        one.body.bare for one in case.links if one.is_linked
    }
    for name in expert.interests:
        if bare_name(name) in involved - {""}:
            said = _("The expert has declared an interest in %(name)s.", name=name)
            yield Conflict("interest", Weight.FORBIDS, name, said, Source.INTERESTS)


def _in_call(expert: ExpertFacts, case: CaseFacts) -> Iterator[Conflict]:
    """Who competes in a call, or is paid by its vouchers, marks nobody in it: all its applications want its money."""
    for body in expert.applies_with:
        if not body.is_same(case.applicant):
            said = _("%(name)s, to which the expert belongs, applies in the same call.", name=body.name)
            yield Conflict("own_application", Weight.FORBIDS, body.name, said, Source.CALL)
    for reference in expert.contact_in:
        if reference != case.reference:
            said = _(
                "The expert is the partner's contact person in %(reference)s of the same call.", reference=reference
            )
            yield Conflict("provider_in_call", Weight.FORBIDS, reference, said, Source.CALL)
    for body in expert.chosen:
        if not any(body.is_same(partner) for partner in case.partners):
            said = _("The expert works for %(name)s, whom an applicant of this call has chosen.", name=body.name)
            yield Conflict("provider_in_call", Weight.FORBIDS, body.name, said, Source.CALL)


def _from_before(expert: ExpertFacts, case: CaseFacts) -> Iterator[Conflict]:
    for work in case.works:
        if expert.house.is_same(work.partner):
            said = _("The expert's employer was the applicant's partner in %(reference)s.", reference=work.reference)
            yield Conflict("common_work", Weight.CLEARABLE, work.reference, said, Source.VOUCHERS)
    if expert.user_id in case.declared_by:
        said = _("The expert has declared a conflict with another application of this organisation.")
        yield Conflict("declared_before", Weight.CLEARABLE, case.applicant.name, said, Source.EVALUATIONS)
    elif expert.user_id in case.marked_by:
        said = _("The expert was given another application of this organisation.")
        yield Conflict("earlier_marks", Weight.SHOWN, case.applicant.name, said, Source.EVALUATIONS)


def list_barring(conflicts: Sequence[Conflict], cleared: frozenset[tuple[str, str]]) -> list[Conflict]:
    """Those that forbid the assignment now: the hard ones, and the clearable ones that nobody has cleared."""
    return [one for one in conflicts if one.is_hard or (one.weight is Weight.CLEARABLE and one.key not in cleared)]
