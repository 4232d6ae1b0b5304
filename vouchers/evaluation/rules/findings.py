"""Closing the formal check: what the officer says of each rule beside what the rule found.

An officer may know better than a rule that reads answers; not better than the office's own count of vouchers and aid.
The award asks these limits again and listens to nobody, so a check that calls one of them met would promise the company
what it cannot get. While such a limit reads “not met” the check therefore cannot say otherwise. Where a running voucher
ends or a declaration is put right, the rule itself reads differently: every check is read anew when it is opened.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.aid_rules import AT_AWARD, cumulation_of, is_more_than_declared
from vouchers.eligibility.rules.facts import Facts
from vouchers.eligibility.rules.figures import find_contradiction
from vouchers.eligibility.rules.registry import RULES, Reading
from vouchers.eligibility.states import Outcome
from vouchers.programmes.rules.plan import StateAid

LIMITS = ("per_sme", *AT_AWARD)
"""Rules that the award keeps too: numbers of vouchers, and ceilings of aid and money."""

KNOWN_BEFORE = ("sme", "sector", "min_cost", "own_work", "provider", *LIMITS)
"""Rules that are read already while the application is written."""

LIMIT_REACHED = _(
    "The award keeps this limit too, so it cannot be said to be met while it is not. If the limit may be free again "
    "later, close the check then."
)


def is_limit_reached(reading: Reading) -> bool:
    """Whether the award would refuse this whatever the officer says of it."""
    return reading.outcome == Outcome.NOT_MET and reading.rule.code in LIMITS


@dataclass(frozen=True, slots=True)
class Verdict:
    """The officer's word on one rule, with a reason where it is not the rule's own."""

    outcome: Outcome | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Settled:
    """One rule as it goes into the record."""

    reading: Reading
    outcome: Outcome
    reason: str

    @property
    def is_overruled(self) -> bool:
        """Whether the officer says something else than the rule."""
        return self.outcome != self.reading.outcome

    @property
    def evidence(self) -> Sentence:
        """The rule's evidence; where it was overruled, with what the rule had found."""
        if not self.is_overruled:
            return self.reading.evidence
        return _(
            "%(evidence)s (The rule found: %(found)s.)",
            evidence=self.reading.evidence,
            found=self.reading.outcome.label,
        )


STILL_ASKED = _(
    "The applicant is being asked for clarification, so the check cannot be closed. Wait for the answer, or take the "
    "request back."
)


def ensure_nothing_is_asked(is_asked: bool) -> None:
    """No request for clarification waits for the applicant: what the check reads may still change."""
    if is_asked:
        raise RuleBroken(STILL_ASKED)


def settle(readings: Sequence[Reading], verdicts: Mapping[str, Verdict]) -> list[Settled]:
    """Put both together. A rule without a verdict stands as it was found.

    Raises:
        RuleBroken: a rule is left unclear (field ``outcome-RULE``), or overruled without a reason (``reason-RULE``).
    """
    return [_settled(reading, verdicts.get(reading.rule.code)) for reading in readings]


def _settled(reading: Reading, verdict: Verdict | None) -> Settled:
    outcome = verdict.outcome if verdict and verdict.outcome else reading.outcome
    reason = verdict.reason.strip() if verdict else ""
    name = reading.rule.name
    if outcome not in {Outcome.MET, Outcome.NOT_MET}:
        raise RuleBroken(
            _("Say whether “%(rule)s” is met: it is still unclear.", rule=name), field=f"outcome-{reading.rule.code}"
        )
    if outcome == Outcome.MET and is_limit_reached(reading):
        raise RuleBroken(LIMIT_REACHED, field=f"outcome-{reading.rule.code}")
    if outcome != reading.outcome and not reason:
        raise RuleBroken(
            _("Say why you decide otherwise on “%(rule)s”.", rule=name), field=f"reason-{reading.rule.code}"
        )
    return Settled(reading, outcome, reason)


def ensure_eligible(settled: Sequence[Settled]) -> None:
    """Every rule is met."""
    for one in settled:
        if is_limit_reached(one.reading):
            raise RuleBroken(LIMIT_REACHED, field=f"outcome-{one.reading.rule.code}")
        if one.outcome != Outcome.MET:
            raise RuleBroken(
                _(
                    "“%(rule)s” is not met, so the application cannot be eligible. If it is met, say so with a reason.",
                    rule=one.reading.rule.name,
                ),
                field=f"outcome-{one.reading.rule.code}",
            )


def ensure_ineligible(settled: Sequence[Settled]) -> list[Settled]:
    """At least one rule is not met; these are the grounds."""
    grounds = [one for one in settled if one.outcome == Outcome.NOT_MET]
    if not grounds:
        raise RuleBroken(_("Every rule is met. Say which one is not, and why, or find the application eligible."))
    return grounds


def say_limits(facts: Facts) -> list[Sentence]:
    """The rules that are not met by what the office knows, and answers that contradict what it knows."""
    readings = ((RULES[code], RULES[code].read(facts)) for code in KNOWN_BEFORE)
    found = [
        _("%(rule)s: %(evidence)s", rule=rule.name, evidence=answer[1])
        for rule, answer in readings
        if answer is not None and answer[0] is Outcome.NOT_MET
    ]
    return [*found, *_other_figures(facts), *_other_aid(facts)]


def _other_figures(facts: Facts) -> list[Sentence]:
    """The size of the company matters to this call, and is stated twice differently."""
    contradiction = find_contradiction(facts.company) if facts.terms.smes_only or facts.terms.size else None
    if contradiction is None:
        return []
    return [_("%(rule)s: %(evidence)s", rule=RULES["sme"].name, evidence=contradiction.for_the_company)]


def _other_aid(facts: Facts) -> list[Sentence]:
    said, ceiling = facts.company.de_minimis_received, facts.terms.de_minimis_ceiling
    if facts.terms.state_aid is not StateAid.DE_MINIMIS or said is None or said.currency != ceiling.currency:
        return []
    known = cumulation_of(facts, Money(0, ceiling.currency))
    if said < known.used:
        return [
            _(
                "The office knows of %(known)s of de minimis aid that you received in the last three years; your "
                "answer is %(answer)s.",
                known=known.used,
                answer=said,
            )
        ]
    if is_more_than_declared(facts, known):
        return [
            _(
                "Your answer says that %(said)s of de minimis aid was received; your signed declaration and the grants "
                "of this office add up to %(used)s from %(start)s to %(end)s. Mend the one that is wrong.",
                said=said,
                used=known.used,
                start=known.window_from,
                end=known.window_to,
            )
        ]
    return []
