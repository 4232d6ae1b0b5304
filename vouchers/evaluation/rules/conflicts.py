"""What speaks against giving an application to an expert, seen from what the office knows.

A detected conflict is shown with its evidence before the expert is asked. A hard one forbids the assignment; nobody
can clear it. What the office cannot know, the expert declares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.likeness import domain_of, is_same_organisation


@dataclass(frozen=True, slots=True)
class ExpertFacts:
    """What is known of an expert."""

    user_id: int
    email: str
    employer: str
    region_code: str
    has_marked_applicant: bool = False
    """Whether the expert is or was given another application of the same organisation."""
    linked: tuple[str, ...] = ()
    """Providers for whose organisation the expert acts."""


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """What is known of the application, as far as it concerns conflicts."""

    applicant: str
    member_ids: frozenset[int]
    member_emails: frozenset[str]
    region_code: str
    provider: str
    provider_email: str
    allows_own_region: bool
    chosen_in_call: tuple[str, ...] = ()
    """The providers whom any application of the call names."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """One finding: its kind, whether it forbids the assignment, and the evidence in words."""

    kind: str
    is_hard: bool
    evidence: Sentence


def find_conflicts(expert: ExpertFacts, case: CaseFacts) -> list[Conflict]:
    """All that speaks against this pair, the gravest first."""
    return list(_found(expert, case))


def _found(expert: ExpertFacts, case: CaseFacts) -> Iterator[Conflict]:
    own_domain = domain_of(expert.email)
    own_names = (expert.employer, *expert.linked)
    for chosen in case.chosen_in_call:
        if chosen != case.provider and any(is_same_organisation(own, chosen) for own in own_names):
            evidence = _("The expert works for %(name)s, whom an applicant of this call has chosen.", name=chosen)
            yield Conflict("provider_in_call", True, evidence)
    if expert.user_id in case.member_ids:
        yield Conflict("member", True, _("The expert is a member of the applicant, %(name)s.", name=case.applicant))
    if is_same_organisation(expert.employer, case.applicant):
        yield Conflict("employer", True, _("The expert works for the applicant, %(name)s.", name=case.applicant))
    if any(is_same_organisation(own, case.provider) for own in own_names):
        yield Conflict("provider", True, _("The expert works for the partner, %(name)s.", name=case.provider))
    if own_domain and own_domain in {domain_of(email) for email in case.member_emails}:
        yield Conflict(
            "domain", True, _("The expert's email domain, %(domain)s, is the applicant's.", domain=own_domain)
        )
    if own_domain and own_domain == domain_of(case.provider_email):
        yield Conflict(
            "provider_domain", True, _("The expert's email domain, %(domain)s, is the partner's.", domain=own_domain)
        )
    if expert.email.lower() == case.provider_email.lower() != "":
        yield Conflict("provider_person", True, _("The expert is the partner's contact person."))
    if expert.region_code and expert.region_code == case.region_code and not case.allows_own_region:
        yield Conflict(
            "own_region",
            True,
            _("The expert is of the applicant's region, %(region)s; the call forbids it.", region=case.region_code),
        )
    if expert.has_marked_applicant:
        yield Conflict("earlier_marks", False, _("The expert was given another application of this organisation."))
