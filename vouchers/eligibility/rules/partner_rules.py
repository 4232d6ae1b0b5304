"""The partner: where it sits, and that it is nobody's own."""

from __future__ import annotations

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.rules.facts import Evaluator, Facts, Partner
from vouchers.eligibility.rules.likeness import domain_of, is_same_organisation
from vouchers.eligibility.rules.pool import find_outside
from vouchers.eligibility.rules.registry import MET, NOT_MET, UNCLEAR, Answer, rule
from vouchers.programmes.rules.instrument_plan import CrossBorder, ProviderRule
from vouchers.programmes.rules.reserved import ELSEWHERE


@rule("cross_border", _("Partner in another region or country"), _("Text of the call"))
def _cross_border(facts: Facts) -> Answer | None:
    wanted, place = facts.terms.cross_border, facts.partner.place
    if wanted is CrossBorder.NONE:
        return None
    if place is None:
        return UNCLEAR, _("It is not stated in which region the partner is.")
    if place.code == ELSEWHERE:
        return UNCLEAR, _("The partner is in none of the programme’s regions. Find out in which country it is.")
    values = {"place": place.name, "own": facts.region.name}
    if wanted is CrossBorder.OTHER_COUNTRY and not place.country:
        return UNCLEAR, _("The country of %(place)s is not known.", **values)
    is_other = place.code != facts.region.code
    if wanted is CrossBorder.OTHER_COUNTRY:
        is_other = place.country != facts.region.country
    if is_other:
        return MET, _("The partner is in %(place)s, the applicant in %(own)s.", **values)
    return NOT_MET, _("The partner is in %(place)s, as the applicant is; another one is asked for.", **values)


@rule("provider", _("Partner independent of the applicant"), _("Text of the call"))
def _provider(facts: Facts) -> Answer | None:
    """Neither the applicant itself by name or email domain, nor linked with it, nor somebody who marks in the call."""
    if found := find_evaluator_of(facts.partner):
        return NOT_MET, say_evaluator(*found)
    if facts.terms.provider is ProviderRule.NONE and not facts.partner.name:
        return None
    name, email, company = facts.partner.name, facts.partner.email, facts.company
    if not name:
        return UNCLEAR, _("No partner is named.")
    if is_same_organisation(name, company.name):
        return NOT_MET, _("The partner, %(name)s, bears the applicant's name.", name=name)
    for linked in sorted(company.linked_names):
        if is_same_organisation(name, linked):
            return NOT_MET, _("The partner, %(name)s, is linked with the applicant by ownership.", name=name)
    domain = domain_of(email)
    if email.lower() in company.member_emails or domain in {domain_of(one) for one in company.member_emails} - {""}:
        return NOT_MET, _("The partner's email address, %(email)s, is the applicant's own.", email=email)
    return MET, _("%(name)s has another name and another email domain than the applicant.", name=name)


def find_evaluator_of(partner: Partner) -> tuple[Evaluator, str] | None:
    """Who marks in the call and is one of the chosen, belongs to it, or has its address or domain; with its name."""
    for name, email in partner.chosen:
        for one in partner.evaluators:
            if _is_of(one, name, email):
                return one, name or email
    return None


def _is_of(expert: Evaluator, name: str, email: str) -> bool:
    domain = domain_of(email)
    if email and email.lower() == expert.email.lower():
        return True
    own = (expert.employer, *expert.linked, expert.name)
    return bool(domain and domain == domain_of(expert.email)) or any(is_same_organisation(name, one) for one in own)


def say_evaluator(expert: Evaluator, name: str) -> Sentence:
    """Why this partner cannot be paid by vouchers of the call."""
    return _("%(expert)s, who marks in this call, belongs to the partner, %(name)s.",
             expert=expert.name, name=name)  # fmt: skip


@rule("directory", _("Partner chosen from the directory"), _("Text of the call"))
def _directory(facts: Facts) -> Answer | None:
    """A scheme that chose its providers beforehand pays nobody else."""
    if facts.terms.provider not in {ProviderRule.REGISTERED, ProviderRule.ACCREDITED}:
        return None
    name = facts.partner.name
    if not name:
        return UNCLEAR, _("No partner is named.")
    for listed in sorted(facts.partner.directory):
        if is_same_organisation(name, listed):
            return MET, _("%(name)s stands in the directory of providers.", name=name)
    if facts.terms.has_pool and (sentence := find_outside(name, facts.partner.directory)):
        return NOT_MET, sentence
    if facts.terms.provider is ProviderRule.ACCREDITED:
        return NOT_MET, _("%(name)s is not an accredited provider of this programme.", name=name)
    return NOT_MET, _("%(name)s does not stand in the directory of providers.", name=name)
