"""State aid: the ceiling of the regulation under which the region grants."""

from __future__ import annotations

from dataclasses import replace

from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.aid import Cumulation, NewGrant, cumulate, read_advice_ceiling, read_project_ceiling
from vouchers.eligibility.rules.applicant_rules import usual_grant
from vouchers.eligibility.rules.facts import Facts
from vouchers.eligibility.rules.registry import MET, NEEDS_PERSON, NOT_MET, RULES, UNCLEAR, Answer, rule
from vouchers.programmes.rules.plan import StateAid


@rule("de_minimis", _("De minimis ceiling"), _("Regulation (EU) 2023/2831, Article 3(2)"))
def _de_minimis(facts: Facts) -> Answer | None:
    """What was received in three years and the new grant stay within the ceiling together, or the whole grant falls."""
    if facts.terms.state_aid is not StateAid.DE_MINIMIS:
        return None
    ceiling, new = facts.terms.de_minimis_ceiling, usual_grant(facts)
    if new is None:
        return UNCLEAR, _not_stated(ceiling)
    if not facts.aid.is_signed:
        return _by_answer(facts, new, ceiling)
    if new.currency != ceiling.currency:
        return _by_a_person(cumulation_of(facts, Money(0, ceiling.currency)), new)
    found = cumulation_of(facts, new)
    if found.outcome is not NOT_MET and facts.aid.left_out:
        names = ", ".join(facts.aid.left_out)
        return UNCLEAR, _("The declaration of aid leaves out firms that the company controls: %(names)s.", names=names)
    if found.outcome is MET and is_more_than_declared(facts, found):
        return UNCLEAR, _(
            "The application says that %(said)s was received, but the signed declaration and the grants of this office "
            "add up to %(used)s from %(start)s to %(end)s. Ask the company which is right.",
            said=facts.company.de_minimis_received,
            used=found.used,
            start=found.window_from,
            end=found.window_to,
        )
    return found.outcome, found.evidence


def is_more_than_declared(facts: Facts, found: Cumulation) -> bool:
    """Whether the application's own answer names more aid than the signed declaration and the grants made here."""
    said = facts.company.de_minimis_received
    return facts.aid.is_signed and said is not None and said.currency == found.used.currency and said > found.used


def cumulation_of(facts: Facts, new: Money) -> Cumulation:
    """The new grant on top of all that was declared and granted here."""
    grant = NewGrant(facts.today, new, facts.aid.member_state, facts.aid.members)
    return cumulate(grant, facts.aid.entries, facts.terms.de_minimis_ceiling)


def _by_a_person(found: Cumulation, new: Money) -> Answer:
    """The office keeps no rates: it refuses only where what is known in euros is too much by itself."""
    if found.outcome is NOT_MET:
        return NOT_MET, found.evidence
    return NEEDS_PERSON, _(
        "%(used)s of at most %(ceiling)s from %(start)s to %(end)s. Convert %(new)s into euros, and aid that is not "
        "stated in euros, and check that all of it stays below the ceiling.",
        used=found.used,
        ceiling=found.ceiling,
        start=found.window_from,
        end=found.window_to,
        new=new,
    )


def _by_answer(facts: Facts, new: Money, ceiling: Money) -> Answer:
    """Before a declaration is signed: the amount that the form asked for, which may refuse but not always allow."""
    received = facts.company.de_minimis_received
    if received is None or {received.currency, new.currency} != {ceiling.currency}:
        return UNCLEAR, _UNSIGNED if facts.terms.needs_declaration else _not_stated(ceiling)
    values = {"received": received, "new": new, "sum": received + new, "ceiling": ceiling}
    if received + new > ceiling:
        return NOT_MET, _("%(received)s received and %(new)s now make %(sum)s, above %(ceiling)s.", **values)
    if facts.terms.needs_declaration:
        return UNCLEAR, _UNSIGNED
    return MET, _("%(received)s received and %(new)s now make %(sum)s, of at most %(ceiling)s.", **values)


_UNSIGNED = _(
    "The declaration of the aid received is not signed yet. The company signs it on the page of its "
    "organisation, under “Aid received, and what may still be granted”; nothing is granted before."
)


def _not_stated(ceiling: Money) -> Sentence:
    return _(
        "The aid received so far, or the amount asked for, is not stated in %(currency)s.", currency=ceiling.currency
    )


@rule("gber_20a", _("Aid for taking part in an Interreg project"), _("Regulation (EU) 651/2014, Article 20a"))
def _gber_20a(facts: Facts) -> Answer | None:
    """22,000 euros per undertaking and project."""
    if facts.terms.state_aid is not StateAid.GBER_20A:
        return None
    new = usual_grant(facts)
    if new is None or new.currency != "EUR":
        return UNCLEAR, _("The amount asked for is not stated in euros, as the ceiling is.")
    return read_project_ceiling(facts.aid.in_programme or Money(0), new)


@rule("gber_28", _("Aid for innovation advice to SMEs"), _("Regulation (EU) 651/2014, Article 28(4)"))
def _gber_28(facts: Facts) -> Answer | None:
    """220,000 euros per undertaking over any three years; a person must see that it is not in difficulty."""
    if facts.terms.state_aid is not StateAid.GBER_28:
        return None
    new = usual_grant(facts)
    if new is None or new.currency != "EUR":
        return UNCLEAR, _("The amount asked for is not stated in euros, as the ceiling is.")
    outcome, evidence = read_advice_ceiling(new, facts.aid.entries, facts.today, facts.aid.members)
    if outcome is not MET:
        return outcome, evidence
    return NEEDS_PERSON, _(
        "%(evidence)s Check that the company is not in difficulty (Article 1(4)).", evidence=evidence
    )


AT_AWARD = ("de_minimis", "gber_20a", "gber_28", "per_sme_amount")
"""Rules that are asked again at the decision and at the signature, whatever the formal check said before."""


def ensure_grantable(facts: Facts) -> None:
    """The aid and the money of the company still fit; where the programme asks for it, the declaration is signed.

    What the form asked of aid is of the day of submission, and a person has judged it at the formal check: beside a
    signed declaration it holds up no grant.

    Raises:
        RuleBroken: with the rule and its evidence.
    """
    if facts.aid.is_signed:
        facts = replace(facts, company=replace(facts.company, de_minimis_received=None))
    for code in AT_AWARD:
        answer = RULES[code].read(facts)
        if answer is None:
            continue
        outcome, evidence = answer
        is_open = code == "de_minimis" and facts.terms.needs_declaration and outcome not in {MET, NEEDS_PERSON}
        if outcome is NOT_MET or is_open:
            raise RuleBroken(_("%(rule)s: %(evidence)s", rule=RULES[code].name, evidence=evidence))
