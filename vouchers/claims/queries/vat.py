"""What the application said about VAT, beside what a claim says."""

from __future__ import annotations

from vouchers.agreements.queries import map_answers
from vouchers.claims.models import Claim
from vouchers.claims.rules import vat
from vouchers.core.text import Sentence


def find_vat_answer(application_id: int) -> bool | None:
    """What the application said about recovering VAT, if it was asked."""
    answer = map_answers(application_id).get("vat_recoverable")
    return None if answer in (None, "") else answer in (True, "yes")


def find_vat_contradiction(claim: Claim, *, for_company: bool = False, line_id: int | None = None) -> Sentence | None:
    """What whoever checks the claim, or whoever writes it, should know: it counts VAT in another way than the
    application said.

    Args:
        line_id: the only cost that is looked at.
    """
    lines = [line for line in claim.costs if line_id in (None, line.id) and line.vat_cents]
    answer = find_vat_answer(claim.agreement.application_id) if lines else None
    found = vat.list_contradicting(lines, answer, pays_vat=claim.agreement.application.grant.pays_vat)
    if not found:
        return None
    return vat.say_to_company(found, answer) if for_company else vat.say_to_office(found, answer)
