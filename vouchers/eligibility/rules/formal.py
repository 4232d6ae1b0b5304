"""The formal check: every rule of the registry in its order, each met, not met, unclear, or for a person to judge.

A rule that does not concern the instrument answers None. What is missing is unclear, never zero and never "met". The
officer sees every answer and may overrule it with a reason; nothing here decides by itself.
"""

from __future__ import annotations

from vouchers.core.text import Sentence
from vouchers.eligibility.rules import aid_rules, applicant_rules, call_rules, partner_rules
from vouchers.eligibility.rules.facts import Facts
from vouchers.eligibility.rules.registry import RULES, Reading

ROOMS = (call_rules, applicant_rules, aid_rules, partner_rules)
"""Importing a room enters its rules."""

ORDER = (
    *("in_time", "scope", "sme", "size", "sector", "de_minimis", "gber_20a", "gber_28"),
    *("cap", "min_cost", "own_work"),
    *("activity_dates", "prior_approval", "cross_border", "provider", "directory", "documents"),
    *("per_sme", "per_sme_amount"),
)
"""How the rules are shown, by their codes."""


def read_all(facts: Facts) -> list[Reading]:
    """What every rule that concerns the application says, in their order."""
    answers = ((rule, rule.read(facts)) for rule in map(RULES.__getitem__, ORDER))
    return [Reading(rule, *answer) for rule, answer in answers if answer is not None]


def find_name(code: str) -> Sentence | str:
    """The name of a rule by its code; the code itself for one that is no longer in the registry."""
    return RULES[code].name if code in RULES else code
