"""The report of a claim: what it says, who has signed it, what was delivered, and how satisfied the company is."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, total
from vouchers.core.text import say as _
from vouchers.programmes.rules.instrument_plan import ClaimTerms

MARKS = range(1, 6)


def digest_of(report: str, answers: Mapping[str, str], delivered: Sequence[Any]) -> str:
    """SHA-256, in hex, of the canonical JSON of a report: sorted keys, no spaces, UTF-8."""
    whole = {"report": report, "answers": dict(answers), "delivered": list(delivered)}
    canonical = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def deliverable_purpose(code: str) -> str:
    """Under which the files of a deliverable lie on the claim."""
    return f"deliverable_{code}"


def answer_purpose(number: int) -> str:
    """Under which the files lie on the claim that go with the answer to its first, second, third question. No document
    that an instrument asks for has such a code, for those have no hyphen."""
    return f"answer-{number}"


def open_stops(stops: Iterable[Any]) -> list[Any]:
    """Those of the questions to the beneficiary that wait for an answer."""
    return [stop for stop in stops if stop.resumed_on is None]


def answer_purposes(stops: Sequence[Any]) -> set[str]:
    """Under which files may be put with the answer that is being written: of the last question, while it is open."""
    return {answer_purpose(len(stops))} if open_stops(stops) else set()


def ensure_answered(stops: Iterable[Any], answer: str) -> None:
    """A question is answered in words, so that whoever reads the claim later need not guess what was changed."""
    if open_stops(stops) and not answer.strip():
        raise RuleBroken(_("Write your answer to the question."), field="answer")


def worth_of(terms: ClaimTerms, codes: Collection[str], amount: Money) -> Money:
    """What these deliverables are worth of a sum: each its part, to the cent; without parts all of it for all."""
    if any(one.part is None for one in terms.deliverables):
        is_whole = {one.code for one in terms.deliverables} <= set(codes)
        return amount if is_whole else Money(0, amount.currency)
    parts = amount.split([one.part for one in terms.deliverables if one.part is not None])
    worth = [part for one, part in zip(terms.deliverables, parts, strict=True) if one.code in codes]
    return total(worth, amount.currency)


def ensure_deliverable(terms: ClaimTerms, code: str, *, claimed_elsewhere: Collection[str]) -> None:
    """It is one that the voucher names, and no other claim has it."""
    if code not in {one.code for one in terms.deliverables}:
        raise RuleBroken(_("This voucher is not paid for that."), field="code")
    if code in claimed_elsewhere:
        raise RuleBroken(_("This was delivered with another claim already. It is paid once."), field="code")


def ensure_delivered_in_time(delivered_on: date, *, starts_on: date, ends_on: date, today: date) -> None:
    """Within the agreement, both days included, and not in the future."""
    if delivered_on > today:
        sentence = _("This day lies in the future. Enter the day on which it was delivered.")
        raise RuleBroken(sentence, field="delivered_on")
    if not starts_on <= delivered_on <= ends_on:
        raise RuleBroken(
            _("It must be delivered within the agreement: from %(start)s to %(end)s.", start=starts_on, end=ends_on),
            field="delivered_on",
        )


def ensure_refusal_has_reason(is_accepted: bool, reason: str, field: str) -> None:
    """The company reads why a deliverable is not paid; of one that is paid there is nothing to say."""
    if not is_accepted and not reason.strip():
        raise RuleBroken(_("Say why this is not accepted; the company reads it."), field=field)
    if is_accepted and reason.strip():
        raise RuleBroken(_("You accept this, and wrote why not. Do not accept it, or empty this field."), field=field)


def ensure_marks(terms: ClaimTerms, marks: Mapping[str, int]) -> None:
    """Each question of satisfaction has a mark from 1 to 5, and nothing else has."""
    codes = {one.code for one in terms.satisfaction}
    if set(marks) != codes or any(mark not in MARKS for mark in marks.values()):
        raise RuleBroken(_("Give each question a mark from 1 to 5."))


def ensure_satisfaction(terms: ClaimTerms, marks: Mapping[str, int], *, is_final: bool) -> None:
    """With its last claim the company says how satisfied it is."""
    if is_final and terms.satisfaction and not marks:
        raise RuleBroken(_("Before your last claim, say how satisfied you are: it takes a minute."))


def missing_answers(terms: ClaimTerms, answers: Mapping[str, str]) -> Iterable[Any]:
    """The questions of the report that must be answered and are not."""
    return [one for one in terms.report if one.is_required and not answers.get(one.code, "").strip()]
