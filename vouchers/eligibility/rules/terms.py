"""What programme, call and instrument ask of an application, read from the programme file."""

from __future__ import annotations

from datetime import timedelta

from vouchers.eligibility.rules.facts import Terms
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.plan import Call, ProgrammeRules, StateAid


def needs_declaration(rules: ProgrammeRules, region: str) -> bool:
    """Whether nothing is granted in this region before the company has signed its declaration of aid received."""
    return rules.aid_declaration and rules.state_aid_of(region) is StateAid.DE_MINIMIS


def terms_for(rules: ProgrammeRules, call: Call, instrument: Instrument, region: str) -> Terms:
    """The terms for an application in this region."""
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
        cap=instrument.grant.cap,
        prior_approval=instrument.prior_approval,
        cross_border=instrument.cross_border,
        provider=instrument.provider,
        per_sme=instrument.per_sme,
        vouchers_per_sme=rules.vouchers_per_sme,
        documents=tuple((one.code, str(one.name)) for one in instrument.application_documents if one.is_required),
        rate=instrument.grant.rate,
        own_work_limit=instrument.grant.own_work,
        excluded_sectors=rules.excluded_sectors,
        needs_declaration=needs_declaration(rules, region),
        min_cost=instrument.grant.min_cost,
        vouchers_within_months=rules.vouchers_within_months,
        grace=timedelta(minutes=call.grace_minutes),
    )
