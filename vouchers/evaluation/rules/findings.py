"""Closing the formal check: what the officer says of each rule beside what the rule found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.registry import Reading
from vouchers.eligibility.states import Outcome


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
    if outcome != reading.outcome and not reason:
        raise RuleBroken(
            _("Say why you decide otherwise on “%(rule)s”.", rule=name), field=f"reason-{reading.rule.code}"
        )
    return Settled(reading, outcome, reason)


def ensure_eligible(settled: Sequence[Settled]) -> None:
    """Every rule is met."""
    for one in settled:
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
