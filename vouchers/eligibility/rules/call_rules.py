"""What the call asks for: its dates, its regions, its amounts, its documents."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from vouchers.core.money import total
from vouchers.core.text import Instant
from vouchers.core.text import say as _
from vouchers.eligibility.rules.facts import Facts
from vouchers.eligibility.rules.own_work import cost_base
from vouchers.eligibility.rules.ownership import plain
from vouchers.eligibility.rules.registry import MET, NOT_MET, UNCLEAR, Answer, rule


@rule("in_time", _("Submitted in time"), _("Text of the call"))
def _in_time(facts: Facts) -> Answer:
    terms = facts.terms
    values = {"at": Instant(facts.submitted_at, terms.time_zone), "end": Instant(terms.closes_at, terms.time_zone)}
    if terms.opens_at <= facts.submitted_at.replace(microsecond=0) <= terms.closes_at + terms.grace:
        return MET, _("Submitted on %(at)s; the call closes on %(end)s.", **values)
    return NOT_MET, _("Submitted on %(at)s, outside the call, which closes on %(end)s.", **values)


@rule("scope", _("Region and instrument of the call"), _("Text of the call"))
def _scope(facts: Facts) -> Answer:
    terms = facts.terms
    values = {"region": facts.region.name, "instrument": facts.instrument}
    if facts.region.code in terms.regions and facts.instrument in terms.instruments:
        return MET, _("%(region)s takes part in the call, and it offers %(instrument)s.", **values)
    return NOT_MET, _("%(region)s with %(instrument)s is not part of this call.", **values)


@rule("cap", _("Amount asked for"), _("Text of the call"))
def _cap(facts: Facts) -> Answer:
    cap, requested = facts.terms.cap, facts.requested
    if requested is None or requested.currency != cap.currency:
        return UNCLEAR, _("No amount in %(currency)s is asked for.", currency=cap.currency)
    if not requested.cents:
        return NOT_MET, _("Nothing is asked for.")
    most = facts.terms.most or cap
    if requested > most:
        return NOT_MET, _(
            "%(requested)s is asked for; the voucher is worth at most %(cap)s.", requested=requested, cap=most
        )
    if requested > cap:
        return MET, _(
            "%(requested)s is asked for; by its size the company can have %(cap)s at most.",
            requested=requested,
            cap=cap,
        )
    return MET, _("%(requested)s is asked for, of at most %(cap)s.", requested=requested, cap=cap)


@rule("activity_dates", _("Dates of the activity"), _("Text of the call"))
def _activity_dates(facts: Facts) -> Answer | None:
    earliest, latest = facts.terms.activities_from, facts.terms.activities_until
    if earliest is None and latest is None:
        return None
    start, end = facts.activity_start, facts.activity_end
    if start is None or end is None:
        return UNCLEAR, _("The days of the activity are not stated.")
    values = {"start": start, "end": end, "earliest": earliest or "…", "latest": latest or "…"}
    if start <= end and (earliest is None or start >= earliest) and (latest is None or end <= latest):
        return MET, _("From %(start)s to %(end)s, within %(earliest)s to %(latest)s.", **values)
    return NOT_MET, _("From %(start)s to %(end)s is not within %(earliest)s to %(latest)s.", **values)


@rule("prior_approval", _("Activity starts after the approval"), _("Text of the call"))
def _prior_approval(facts: Facts) -> Answer | None:
    """An activity on or before the day of approval cannot be paid; the earliest approval is today."""
    if not facts.terms.prior_approval:
        return None
    if facts.activity_start is None:
        return UNCLEAR, _("The first day of the activity is not stated.")
    values = {"start": facts.activity_start, "today": facts.today}
    if facts.activity_start > facts.today:
        return MET, _("It starts on %(start)s, after today, %(today)s.", **values)
    return NOT_MET, _("It starts on %(start)s, which is not after today, %(today)s.", **values)


@rule("documents", _("Required documents"), _("Text of the call"))
def _documents(facts: Facts) -> Answer | None:
    if not facts.terms.documents:
        return None
    missing = [name for code, name in facts.terms.documents if code not in facts.documents]
    if missing:
        return NOT_MET, _("Missing: %(names)s.", names=", ".join(missing))
    return MET, _("Attached: %(names)s.", names=", ".join(name for _code, name in facts.terms.documents))


@rule("min_cost", _("Cost of the activity high enough"), _("Text of the call"))
def _min_cost(facts: Facts) -> Answer | None:
    """What others charge and what own work costs, together."""
    least, external, own = facts.terms.min_cost, facts.external_cost, facts.own_work_cost
    if least is None:
        return None
    costs = [cost for cost in (external, own) if cost is not None]
    if external is None or {cost.currency for cost in costs} != {least.currency}:
        return UNCLEAR, _("The cost of the activity is not stated.")
    cost = total(costs, least.currency)
    values = {"cost": cost, "least": least}
    if cost >= least:
        return MET, _("It costs %(cost)s; at least %(least)s are asked for.", **values)
    return NOT_MET, _("It costs %(cost)s, which is less than %(least)s.", **values)


@rule("own_work", _("Own work within its part of the costs"), _("Text of the call"))
def _own_work(facts: Facts) -> Answer | None:
    """Own work counts up to its part of the base; more is no fault, but the amount asked for must fit what counts."""
    limit, own, external = facts.terms.own_work_limit, facts.own_work_cost, facts.external_cost
    if limit is None or own is None or not own.cents:
        return None
    if external is None or external.currency != own.currency or facts.requested is None:
        return UNCLEAR, _("Own work of %(own)s is planned; the costs of others are not stated.", own=own)
    base = cost_base(external, own, limit)
    most = base.share(facts.terms.rate or Decimal(1))
    values = {"own": own, "external": external, "base": base, "most": most, "limit": plain(Fraction(limit) * 100)}
    if min(facts.requested, facts.terms.cap) <= most:
        return MET, _(
            "Own work of %(own)s beside %(external)s of others: %(base)s count (own work at most %(limit)s %%), worth "
            "%(most)s.",
            **values,
        )
    return NOT_MET, _(
        "Own work may be at most %(limit)s %% of the costs. Of %(own)s beside %(external)s of others %(base)s count, "
        "worth %(most)s; more is asked for.",
        **values,
    )
