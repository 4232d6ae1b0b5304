"""The names under a report, seen together. Pure."""

from __future__ import annotations

from typing import Any

from vouchers.agreements.states import PartyKind
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users.rules.signing import is_same_person


def is_one_name(company: str, provider: str) -> bool:
    """Whether a person signed for both.

    Args:
        provider: as it is kept: the name, after a comma the function, if any was said. A name may have commas, too.
    """
    parts = provider.split(",")
    return any(is_same_person(company, " ".join(parts[:count])) for count in range(1, len(parts) + 1))


def say_one_name(claim: Any) -> Sentence | None:
    """What whoever checks a claim should know: one name stands under its report, as it is, for both parties."""
    company, provider = (claim.signature_of(kind) for kind in (PartyKind.SME, PartyKind.PROVIDER))
    if company is None or provider is None or not is_one_name(company.name, provider.name):
        return None
    return _(
        "The report is signed with the same name for the company and for the provider: %(name)s. Ask who has signed "
        "for the provider.",
        name=company.name,
    )
