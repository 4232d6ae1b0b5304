"""A sample of a claim's costs that anybody can draw again, by SHA-256 of a stored seed and each cost's number.

Costs from the amount that the instrument names are always looked at; of the others a part is drawn, in the order of
SHA-256(``seed:number``) as hexadecimal text, where the number is the cost's place in the claim, from 1. An error in the
sample ends it: then every cost is checked, so nothing is ever projected onto what nobody looked at.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.instrument_plan import SampleRule

WENT_BACK = _("This claim went back to the company with a question, so every cost of it is checked.")


def draw_sample(amounts: Sequence[Money], rule: SampleRule, seed: str) -> list[int]:
    """The numbers, from 1, of the costs that are looked at."""
    every = range(1, len(amounts) + 1)
    large = [number for number in every if rule.above is not None and amounts[number - 1] >= rule.above]
    rest = [number for number in every if number not in set(large)]
    wanted = max(rule.least, int((Decimal(len(rest)) * rule.part).to_integral_value(ROUND_CEILING)))
    return sorted([*large, *sorted(rest, key=lambda number: _rank(seed, number))[:wanted]])


def _rank(seed: str, number: int) -> str:
    return hashlib.sha256(f"{seed}:{number}".encode()).hexdigest()


def ensure_may_sample(rule: SampleRule | None, costs: int, *, went_back: bool, has_drawn: bool) -> SampleRule:
    """The instrument allows a sample of so many costs, nobody had a question to the company about this claim, and none
    was drawn before: nobody draws until it suits."""
    if rule is None:
        raise RuleBroken(_("This voucher has no rule for samples: check every cost."))
    if went_back:
        raise RuleBroken(WENT_BACK)
    if has_drawn:
        raise WrongState(_("A sample of this claim was drawn before. Check what was drawn, or every cost."))
    if costs < rule.min_costs:
        raise RuleBroken(
            _("A claim is checked by a sample from %(least)s costs on. Check every cost.", least=rule.min_costs)
        )
    return rule


def why_no_sample(rule: SampleRule | None, costs: int, *, went_back: bool) -> Sentence | str | None:
    """None: a sample may be drawn, where none was. Otherwise the sentence with which the draw would be refused."""
    try:
        ensure_may_sample(rule, costs, went_back=went_back, has_drawn=False)
    except RuleBroken as refused:
        return refused.sentence
    return None


def ensure_sample_holds(has_errors: bool) -> None:
    """What was drawn is without error."""
    if has_errors:
        raise RuleBroken(_("There is an error in the sample, so every cost must be checked."))
