"""How the two-minute check says to a visitor what a rule found: in whole sentences, without codes.

The formal check shows its officer the evidence of a rule; a visitor reads these sentences instead. Where there is none
for an outcome, the evidence itself is plain enough.
"""

from __future__ import annotations

from collections.abc import Callable

from vouchers.core.money import Money
from vouchers.core.text import Instant, Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.aid import INTERREG_CEILING
from vouchers.eligibility.rules.applicant_rules import HEADCOUNT, TURNOVER
from vouchers.eligibility.rules.facts import Facts
from vouchers.eligibility.states import Outcome
from vouchers.programmes.rules.instrument_plan import CrossBorder, ProviderRule
from vouchers.programmes.rules.phase import why_not_open

Words = Callable[[Facts, Outcome], Sentence | None]


def find_words(code: str, facts: Facts, outcome: Outcome) -> Sentence | None:
    """What a visitor is told of a rule, by its code; None where the rule's own evidence will do."""
    words = _WORDS.get(code)
    return words(facts, outcome) if words else None


def _in_time(facts: Facts, outcome: Outcome) -> Sentence | None:
    terms = facts.terms
    if outcome is Outcome.MET:
        return _("You can apply until %(moment)s.", moment=Instant(terms.closes_at, terms.time_zone))
    return why_not_open(terms, facts.submitted_at)


def _sme(facts: Facts, outcome: Outcome) -> Sentence | None:
    count = facts.company.headcount
    if outcome is Outcome.MET:
        return _("By its people, and by its turnover or its balance sheet, your company is small enough.")
    figures = [one for one in (facts.company.turnover, facts.company.balance_sheet) if one is not None]
    if outcome is Outcome.UNCLEAR and any(one.currency != TURNOVER.currency for one in figures):
        return None
    if outcome is Outcome.UNCLEAR and count is not None:
        return _(
            "To be sure, we need the turnover and the balance sheet total: at least one of them must be low enough."
        )
    if outcome is Outcome.NOT_MET and count is not None and count >= HEADCOUNT:
        return _("Your company has %(count)s people; it must have fewer than %(most)s.", count=count, most=HEADCOUNT)
    return None


def _sector(facts: Facts, outcome: Outcome) -> Sentence | None:
    nace = facts.company.nace
    if outcome is Outcome.UNCLEAR:
        return _("Some activities are excluded, and you have not said which one is yours.")
    if outcome is Outcome.NEEDS_PERSON:
        return _("A part of your main activity, NACE %(nace)s, is excluded. You may be in the other part.", nace=nace)
    if outcome is Outcome.NOT_MET:
        return _("Your main activity, NACE %(nace)s, is excluded.", nace=nace)
    return _("Your main activity, NACE %(nace)s, is not excluded.", nace=nace)


def aid_left(facts: Facts) -> Money | None:
    """What may still be asked for under the limit where the whole voucher does not fit; None where it fits or nothing
    is left. A fixed sum is granted whole or not at all.
    """
    received, terms = facts.company.de_minimis_received, facts.terms
    ceiling, is_fixed = terms.de_minimis_ceiling, terms.rate is None
    if is_fixed or received is None or {received.currency, terms.cap.currency} != {ceiling.currency}:
        return None
    left = ceiling.cents - received.cents
    return Money(left, ceiling.currency) if 0 < left < terms.cap.cents else None


def _de_minimis(facts: Facts, outcome: Outcome) -> Sentence | None:
    received, ceiling = facts.company.de_minimis_received, facts.terms.de_minimis_ceiling
    if received is None:
        return _("You have not said how much de minimis aid your company has received.")
    if left := aid_left(facts):
        return _(
            "Your company received %(received)s: at most %(left)s is left under the limit of %(ceiling)s.",
            received=received,
            left=left,
            ceiling=ceiling,
        )
    values = {"received": received, "voucher": facts.terms.cap, "ceiling": ceiling}
    if outcome is Outcome.MET:
        return _(
            "Your company received %(received)s. With this voucher of up to %(voucher)s it stays within the limit of "
            "%(ceiling)s.",
            **values,
        )
    if outcome is Outcome.NOT_MET:
        return _(
            "Your company received %(received)s. With this voucher of up to %(voucher)s it would be above the limit "
            "of %(ceiling)s.",
            **values,
        )
    return None


def _gber_20a(facts: Facts, outcome: Outcome) -> Sentence | None:
    if outcome is not Outcome.MET:
        return None
    return _(
        "One company may receive %(ceiling)s in this project, and this voucher is worth up to %(voucher)s.",
        ceiling=INTERREG_CEILING,
        voucher=facts.terms.cap,
    )


def _gber_28(_facts: Facts, outcome: Outcome) -> Sentence | None:
    if outcome is not Outcome.NEEDS_PERSON:
        return None
    return _("A company in difficulty cannot have this voucher. The office looks at the accounts of your company.")


def _activity_dates(facts: Facts, outcome: Outcome) -> Sentence | None:
    start, earliest, latest = facts.activity_start, facts.terms.activities_from, facts.terms.activities_until
    if start is None:
        return _("The first day of the activity is not stated.")
    if outcome is Outcome.MET:
        return _("A start on %(start)s fits into the time of this call.", start=start)
    if earliest is not None and start < earliest:
        return _("%(start)s is too early: the first day is %(earliest)s.", start=start, earliest=earliest)
    return _("%(start)s is too late: everything must be done by %(latest)s.", start=start, latest=latest)


def _prior_approval(facts: Facts, outcome: Outcome) -> Sentence | None:
    start = facts.activity_start
    if outcome is Outcome.MET:
        return _("You would start on %(start)s. Our approval must come before that day.", start=start)
    if outcome is Outcome.NOT_MET:
        return _("You would start on %(start)s, before we can approve anything.", start=start)
    return None


def _cross_border(facts: Facts, outcome: Outcome) -> Sentence | None:
    place = facts.partner.place
    if place is None:
        return _("You have not said where your partner is.")
    values = {"place": place.name, "own": facts.region.name}
    if outcome is Outcome.MET:
        return _("Your partner is in %(place)s, your company in %(own)s.", **values)
    if outcome is not Outcome.NOT_MET:
        return None
    return say_elsewhere(facts)


def say_elsewhere(facts: Facts) -> Sentence:
    """Where the partner must be."""
    if facts.terms.cross_border is CrossBorder.OTHER_COUNTRY:
        return _("The partner must be in another country than yours.")
    return _("The partner must be in another region than yours.")


def _directory(facts: Facts, _outcome: Outcome) -> Sentence | None:
    if facts.terms.provider is ProviderRule.ACCREDITED:
        return _("You choose a provider that the programme has accredited.")
    return _("You choose a provider that is registered with the programme.")


_WORDS: dict[str, Words] = {
    "in_time": _in_time,
    "sme": _sme,
    "sector": _sector,
    "de_minimis": _de_minimis,
    "gber_20a": _gber_20a,
    "gber_28": _gber_28,
    "activity_dates": _activity_dates,
    "prior_approval": _prior_approval,
    "cross_border": _cross_border,
    "directory": _directory,
}
