"""The firms of a statement that stand in no sum, each with the reason."""

from __future__ import annotations

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.ownership import QUARTER, Firm, FirmKind, Structure
from vouchers.eligibility.rules.sme import Why, assess


def list_uncounted(whole: Structure) -> list[tuple[Firm, Sentence]]:
    """Every firm, persons apart, that is neither linked with the applicant nor its partner."""
    counted = {line.firm.code: line.why for line in assess(whole).lines}
    own = {code for code, why in counted.items() if why is not Why.PARTNER}
    firms = (firm for code, firm in whole.firms.items() if code not in counted and firm.kind is not FirmKind.PERSON)
    return [(firm, _reason(whole, firm, own)) for firm in firms]


def _reason(whole: Structure, firm: Firm, own: set[str]) -> Sentence:
    held = [one for one in whole.holdings if firm.code in (one.owner, one.owned) and own & {one.owner, one.owned}]
    if any(one.is_exempt and one.owner == firm.code and one.percent >= QUARTER for one in held):
        return _("Not counted: exempt investor")
    if held:
        return _("Not counted: less than 25 percent")
    return _("Not counted: neither linked with the applicant nor its partner")
