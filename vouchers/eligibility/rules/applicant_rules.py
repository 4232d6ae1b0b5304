"""Who applies: an SME by its ownership, in a sector that is not excluded, within its number of vouchers."""

from __future__ import annotations

from fractions import Fraction

from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.facts import Facts
from vouchers.eligibility.rules.figures import Contradiction, find_contradiction, whole_euros
from vouchers.eligibility.rules.ownership import plain
from vouchers.eligibility.rules.registry import MET, NEEDS_PERSON, NOT_MET, UNCLEAR, Answer, rule
from vouchers.eligibility.rules.sectors import find_excluded, is_too_coarse
from vouchers.eligibility.rules.sme import Status

HEADCOUNT, TURNOVER, BALANCE = 250, Money(50_000_000_00), Money(43_000_000_00)


@rule("sme", _("Small or medium-sized enterprise"), _("Recommendation 2003/361/EC, Annex, Article 2"))
def _sme(facts: Facts) -> Answer | None:
    """Fewer than 250 people, and turnover up to 50 million or balance sheet up to 43 million: either is enough."""
    if not facts.terms.smes_only:
        return None
    company = facts.company
    if company.status is not None:
        return _by_graph(company.status, find_contradiction(company))
    if company.headcount is None:
        return UNCLEAR, _("The number of people is not stated.")
    if company.headcount >= HEADCOUNT:
        return NOT_MET, _("%(count)s people work there; an SME has fewer than 250.", count=company.headcount)
    tests = (("turnover", company.turnover, TURNOVER), ("balance sheet", company.balance_sheet, BALANCE))
    for name, amount, most in tests:
        if amount is not None and amount.currency == most.currency and amount <= most:
            return MET, _(
                "%(count)s people, %(name)s %(amount)s (at most %(most)s).",
                count=company.headcount,
                name=_NAMES[name],
                amount=amount,
                most=most,
            )
    if any(amount is not None and amount.currency != most.currency for _name, amount, most in tests):
        return UNCLEAR, _(
            "The limits of the Recommendation are in euros, and the figures are not. The statement of ownership, which "
            "asks for euros, settles it, or a person does."
        )
    if any(amount is None for _name, amount, _most in tests):
        return UNCLEAR, _("Neither turnover nor balance sheet shows in euros that the company is an SME.")
    return NOT_MET, _(
        "Turnover %(turnover)s is above 50 million and balance sheet %(balance)s above 43 million.",
        turnover=company.turnover,
        balance=company.balance_sheet,
    )


@rule("size", _("Size of the company"), _("Recommendation 2003/361/EC, Annex, Article 2; text of the call"))
def _size(facts: Facts) -> Answer | None:
    """What the voucher pays depends on it. Where figures are missing the largest that is possible counts."""
    terms = facts.terms
    if terms.size is None:
        return None
    contradiction = find_contradiction(facts.company)
    if contradiction and contradiction.typed_sizes != contradiction.stated_sizes:
        return UNCLEAR, contradiction.for_the_office
    if terms.is_size_open:
        return UNCLEAR, _(
            "The figures leave open how large the company is: ask for them. Without them it counts as: %(size)s.",
            size=terms.size.label,
        )
    values = {"size": terms.size.label, "cap": terms.cap}
    if terms.rate is None:
        return MET, _("%(size)s: at most %(cap)s.", **values)
    rate = plain(Fraction(terms.rate) * 100)
    return MET, _("%(size)s: %(rate)s %% of the costs, at most %(cap)s.", rate=rate, **values)


_NAMES = {"turnover": _("turnover"), "balance sheet": _("balance sheet")}


def _by_graph(status: Status, contradiction: Contradiction | None) -> Answer:
    """The answer of the ownership graph over the closed years, unless the application itself says otherwise."""
    last = status.last
    if last.reason is not None:
        return NOT_MET, last.reason
    values = {
        "count": len(last.lines) - 1,
        "people": plain(last.headcount.value, 2),
        "turnover": whole_euros(last.turnover.value),
        "balance": whole_euros(last.balance.value),
        "size": status.size.least.label,
        "missing": ", ".join(last.missing),
    }
    if status.is_sme is None:
        if not last.missing:
            return UNCLEAR, _("The statement of ownership leaves open which firms count: ask the company.")
        return UNCLEAR, _("Figures are missing that could change the answer: %(missing)s.", **values)
    if contradiction and (status.is_sme or contradiction.typed_sizes.is_sme is not False):
        return UNCLEAR, contradiction.for_the_office
    sentence = _(
        "%(size)s by the statement of ownership, with %(count)s other firms: %(people)s people, turnover %(turnover)s, "
        "balance sheet %(balance)s in the last closed year.",
        **values,
    )
    return (MET if status.is_sme else NOT_MET), sentence


@rule("sector", _("Sector not excluded"), _("Text of the call; Regulation (EU) 2023/2831, Article 1"))
def _sector(facts: Facts) -> Answer | None:
    excluded, nace = facts.terms.excluded_sectors, facts.company.nace
    if not excluded:
        return None
    values = {"nace": nace, "codes": ", ".join(excluded)}
    if not nace:
        return UNCLEAR, _("The NACE code of the main activity is not stated; excluded are %(codes)s.", **values)
    if code := find_excluded(nace, excluded):
        return NOT_MET, _("NACE %(nace)s belongs to %(code)s, which is excluded.", nace=nace, code=code)
    if is_too_coarse(nace, excluded):
        return NEEDS_PERSON, _("A part of NACE %(nace)s is excluded (%(codes)s): find out which part it is.", **values)
    return MET, _("NACE %(nace)s is not among the excluded sectors: %(codes)s.", **values)


@rule("per_sme", _("Vouchers per company"), _("Text of the call"))
def _per_sme(facts: Facts) -> Answer | None:
    limits = list(list_limits(facts))
    if not limits:
        return None
    for name, count, most in limits:
        if count >= most:
            return NOT_MET, _("%(name)s: %(count)s already, at most %(most)s.", name=name, count=count, most=most)
    vouchers, per_call = facts.vouchers, facts.terms.per_sme.per_call
    if per_call is not None and vouchers.granted_in_call + vouchers.pending_in_call >= per_call:
        return UNCLEAR, _(
            "%(count)s more of this company is being decided in this call; at most %(most)s may be granted.",
            count=vouchers.pending_in_call,
            most=per_call,
        )
    found = "; ".join(f"{name}: {count}/{most}" for name, count, most in limits)
    return MET, _("Other vouchers of this company: %(found)s.", found=found)


def list_limits(facts: Facts) -> list[tuple[Sentence, int, int]]:
    """Each limit on a company's vouchers: its name, how many count against it, how many are allowed."""
    per_sme, vouchers = facts.terms.per_sme, facts.vouchers
    limits = (
        (_("granted in this call"), vouchers.granted_in_call, per_sme.per_call),
        (_("running"), vouchers.active, per_sme.active),
        (_counted(_("granted in all"), per_sme.within_months), vouchers.granted_in_all, per_sme.in_all),
        (
            _counted(_("granted in the programme"), facts.terms.vouchers_within_months),
            vouchers.granted_in_programme,
            facts.terms.vouchers_per_sme,
        ),
    )
    return [(name, count, most) for name, count, most in limits if most is not None]


def _counted(name: Sentence, months: int | None) -> Sentence:
    """The name of a limit, with the months over which it counts."""
    return name if months is None else _("%(name)s, last %(months)s months", name=name, months=months)


@rule("per_sme_amount", _("Money per company"), _("Text of the call"))
def _per_sme_amount(facts: Facts) -> Answer | None:
    most, new = facts.terms.per_sme.amount, usual_grant(facts)
    if most is None:
        return None
    granted = facts.vouchers.amount_in_all or Money(0, most.currency)
    if new is None or {new.currency, granted.currency} != {most.currency}:
        return UNCLEAR, _("The amount asked for is not stated in %(currency)s.", currency=most.currency)
    values = {"granted": granted, "new": new, "sum": granted + new, "most": most}
    if granted + new <= most:
        return MET, _("%(granted)s granted so far and %(new)s now make %(sum)s, of at most %(most)s.", **values)
    return NOT_MET, _("%(granted)s granted so far and %(new)s now make %(sum)s, above %(most)s.", **values)


def usual_grant(facts: Facts) -> Money | None:
    """What would be granted: what is asked for, up to the cap; None where that cannot be said."""
    cap = facts.terms.cap
    if facts.requested is None or facts.requested.currency != cap.currency:
        return None
    return min(facts.requested, cap)
