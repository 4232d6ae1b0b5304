"""What programme, call and instrument ask of an application, read from the programme file."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from vouchers.eligibility.rules.facts import Company, Terms
from vouchers.eligibility.rules.figures import sizes_of_figures, typed_figures
from vouchers.eligibility.rules.size import SizeRange
from vouchers.organisations.states import Size
from vouchers.programmes.rules.grant_plan import Grant
from vouchers.programmes.rules.instrument_plan import Instrument, ProviderRule
from vouchers.programmes.rules.plan import Call, ProgrammeRules, StateAid


def needs_declaration(rules: ProgrammeRules, region: str) -> bool:
    """Whether nothing is granted in this region before the company has signed its declaration of aid received."""
    return rules.aid_declaration and rules.state_aid_of(region) is StateAid.DE_MINIMIS


def terms_for(
    rules: ProgrammeRules, call: Call, instrument: Instrument, region: str, sizes: SizeRange | None = None
) -> Terms:
    """The terms for an application in this region.

    Args:
        sizes: what the company's figures leave open; None while nobody has looked: the most of any size holds.
    """
    grant, span = instrument.grant, instrument.grant.span((region,))
    has_pool = call.spent_with is not None and instrument.provider is not ProviderRule.NONE
    size = _size_that_counts(sizes, rules) if grant.depends_on_size(region) else None
    found = replace(grant, cap=span.most_cap, rate=span.most_rate) if size is None else grant.applying(size, region)
    return Terms(
        opens_at=call.opens_at,
        closes_at=call.closes_at,
        time_zone=call.time_zone,
        regions=call.regions,
        instruments=call.instruments,
        activities_from=call.activities_from,
        activities_until=call.activities_until,
        smes_only=rules.smes_only,
        state_aid=rules.state_aid_of(region),
        de_minimis_ceiling=rules.de_minimis_ceiling,
        cap=found.cap,
        prior_approval=instrument.prior_approval,
        cross_border=instrument.cross_border,
        provider=ProviderRule.ACCREDITED if has_pool else instrument.provider,
        per_sme=instrument.per_sme,
        vouchers_per_sme=rules.vouchers_per_sme,
        documents=tuple((one.code, str(one.name)) for one in instrument.application_documents if one.is_required),
        rate=found.rate,
        own_work_limit=instrument.grant.own_work,
        excluded_sectors=rules.excluded_sectors,
        needs_declaration=needs_declaration(rules, region),
        min_cost=instrument.grant.min_cost,
        vouchers_within_months=rules.vouchers_within_months,
        grace=timedelta(minutes=call.grace_minutes),
        size=size,
        is_size_open=size is not None and sizes is not None and _is_open(grant, sizes.least, size, region),
        most=span.most_cap if span.most_cap > found.cap else None,
        has_pool=has_pool,
    )


def sizes_of(company: Company) -> SizeRange:
    """What is known of its size: by its statement of ownership, else by its own figures as far as they are in euros."""
    if company.status is not None:
        return company.status.size
    return sizes_of_figures(typed_figures(company))


def _size_that_counts(sizes: SizeRange | None, rules: ProgrammeRules) -> Size | None:
    """The largest that is possible: a company that wants the terms of a smaller one shows its figures."""
    if sizes is None:
        return None
    return Size.MEDIUM if rules.smes_only and sizes.most is Size.LARGE else sizes.most


def _is_open(grant: Grant, least: Size, most: Size, region: str) -> bool:
    possible = [size for size in Size if least.rank <= size.rank <= most.rank]
    return len({grant.applying(size, region) for size in possible}) > 1
