"""What the office knows of an expert and of an application, and the keys by which the two may meet. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vouchers.eligibility.rules.likeness import bare_name, domain_of

YEARS_OF_COMMON_WORK = 5
"""For how long a voucher that the expert's employer carried out for the applicant counts as common work."""

Key = tuple[str, Any]


@dataclass(frozen=True)
class Body:
    """An organisation as somebody names it: `numbers` in the spelling of `numbers_of`, `email` of its contact."""

    name: str
    email: str = ""
    numbers: frozenset[str] = frozenset()

    @cached_property
    def bare(self) -> str:
        """The name without case, accents and legal form."""
        return bare_name(self.name)

    @property
    def keys(self) -> tuple[Key, ...]:
        """By what another naming of the same organisation may be found: its name, and each number."""
        return (*([("name", self.bare)] if self.bare else []), *(("number", one) for one in sorted(self.numbers)))

    def is_same(self, other: Body) -> bool:
        """Whether both are one organisation: by a number, or by the name."""
        return bool(self.numbers & other.numbers) or (bool(self.bare) and self.bare == other.bare)


@dataclass(frozen=True)
class Link:
    """A firm that a statement of ownership ties to the applicant or to a partner of the application."""

    body: Body
    to: str
    """The name of the applicant or partner."""
    is_linked: bool
    """Linked: one undertaking with it. Else a partner enterprise: from a quarter up to half."""
    stated_by: str
    """Whose statement says so."""


@dataclass(frozen=True)
class Work:
    """An earlier voucher of the applicant: who carried it out."""

    partner: Body
    reference: str


@dataclass(frozen=True)
class ExpertFacts:
    """What is known of an expert, and of the expert's part in the call."""

    user_id: int
    email: str
    employer: str
    region_code: str
    employer_numbers: frozenset[str] = frozenset()
    interests: tuple[str, ...] = ()
    """Organisations that the expert names in the declaration of interests."""
    applies_with: tuple[Body, ...] = ()
    """Organisations of the expert that apply in this call."""
    acts_for: tuple[str, ...] = ()
    """Service providers for whose organisation the expert acts."""
    contact_in: tuple[str, ...] = ()
    """References of applications of this call whose partner's contact person the expert is."""
    chosen: tuple[Body, ...] = ()
    """Partners of applications of this call that employ the expert, or for whom the expert acts."""

    @cached_property
    def house(self) -> Body:
        """Whom the expert works for."""
        return Body(self.employer, numbers=self.employer_numbers)

    @cached_property
    def domain(self) -> str:
        """The expert's own mail domain; empty at hosts for everybody."""
        return domain_of(self.email)

    @cached_property
    def keys(self) -> frozenset[Key]:
        """What an application must share with this expert before anything can be found."""
        has_part = self.applies_with or self.contact_in or self.chosen
        return (
            frozenset(
                {
                    ("user", self.user_id),
                    ("email", self.email.lower()),
                    ("region", self.region_code),
                    *_of_body(self.house),
                    *(("name", bare_name(name)) for name in (*self.interests, *self.acts_for)),
                    *_of_domain(self.domain),
                    *([ANY] if has_part else []),
                }
            )
            - _EMPTY
        )


@dataclass(frozen=True)
class CaseFacts:
    """What is known of the application, as far as it concerns conflicts."""

    applicant: Body
    reference: str
    region_code: str
    allows_own_region: bool
    member_ids: frozenset[int] = frozenset()
    member_emails: frozenset[str] = frozenset()
    partners: tuple[Body, ...] = ()
    """The service provider, and the partners of a consortium."""
    links: tuple[Link, ...] = ()
    works: tuple[Work, ...] = ()
    """Vouchers of the applicant in the last `YEARS_OF_COMMON_WORK` years."""
    marked_by: frozenset[int] = frozenset()
    """Persons who were given another application of the same organisation."""
    declared_by: frozenset[int] = frozenset()
    """Persons who declared a conflict with another application of the same organisation."""

    @cached_property
    def domains(self) -> frozenset[str]:
        """The applicant's own mail domains."""
        return frozenset(domain_of(email) for email in self.member_emails) - {""}

    @cached_property
    def keys(self) -> frozenset[Key]:
        """What an expert must share with this application before anything can be found."""
        bodies = (
            self.applicant,
            *self.partners,
            *(one.body for one in self.links),
            *(one.partner for one in self.works),
        )
        domains = {*self.domains, *(domain_of(one.email) for one in self.partners)}
        return (
            frozenset(
                {
                    ANY,
                    *(("user", person) for person in self.member_ids | self.marked_by | self.declared_by),
                    *(key for body in bodies for key in _of_body(body)),
                    *(key for domain in domains for key in _of_domain(domain)),
                    *(("email", one.email.lower()) for one in self.partners),
                    *([] if self.allows_own_region else [("region", self.region_code)]),
                }
            )
            - _EMPTY
        )


ANY: Key = ("call", "")
_EMPTY: frozenset[Key] = frozenset({("email", ""), ("region", ""), ("name", ""), ("domain", "")})


def _of_body(body: Body) -> Iterator[Key]:
    yield "name", body.bare
    yield from (("number", number) for number in body.numbers)


def _of_domain(domain: str) -> Iterator[Key]:
    """The domain and those above it that are not the end of an address alone."""
    parts = domain.split(".")
    yield from (("domain", ".".join(parts[at:])) for at in range(len(parts) - 1))
