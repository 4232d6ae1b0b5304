"""What ties a person of the office to an applicant, as far as the office can see it."""

from __future__ import annotations

from collections.abc import Iterable

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.likeness import domain_of, is_same_domain, is_same_organisation


def say_ties(email: str, employers: Iterable[str], *, applicant: str, member_emails: Iterable[str]) -> list[Sentence]:
    """What speaks for stepping back: the mail domain of a member, or the applicant as employer in a register."""
    own = domain_of(email)
    ties = []
    if any(is_same_domain(own, domain_of(one)) for one in member_emails):
        ties.append(_("Your email domain, %(domain)s, is the applicant's.", domain=own))
    if any(is_same_organisation(one, applicant) for one in employers):
        ties.append(_("By the register of experts you work for the applicant, %(name)s.", name=applicant))
    return ties
