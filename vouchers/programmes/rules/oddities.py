"""What may be meant in a programme file, but looks odd: told on the command line, in English as all of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from vouchers.programmes.rules.doubts import list_doubts
from vouchers.programmes.rules.grant_plan import GrantKind
from vouchers.programmes.rules.plan import Call, ProgrammePlan, Region
from vouchers.programmes.rules.unclear import list_unclear
from vouchers.programmes.rules.voucher_amounts import list_carried


def list_oddities(plan: ProgrammePlan, *, new_calls: Collection[str], at: datetime) -> Iterator[str]:
    """A sentence for each; `new_calls` are loaded for the first time."""
    yield from _list_shared_accounts(plan)
    if plan.currency != "EUR":
        yield (
            f"the currency is {plan.currency}: bank files are in EUR only, so the office pays outside of them; and "
            "what the law counts in EUR (size of a company, aid received) a person must judge."
        )
    for call in plan.calls:
        if call.code in new_calls and call.closes_at < at:
            closed = f"{call.closes_at:%Y-%m-%d %H:%M} UTC"
            yield f"call {call.code} closed before it was loaded ({closed}): nobody can apply."
        yield from _list_small_envelopes(plan, call)
        if call.draw is not None:
            yield from (f"call {call.code}: {said.source}" for said in list_doubts(call.draw))
        for question, rule in list_unclear(plan, call):
            yield (
                f'call {call.code}: the form does not ask "{question}", so the rule "{rule}" will need a person '
                f"for each application."
            )


def _list_shared_accounts(plan: ProgrammePlan) -> Iterator[str]:
    for sharing in regions_of_one_account(plan):
        codes = " and ".join(region.code for region in sharing)
        yield f"{codes} pay from the same account {sharing[0].bank_account.iban}: check that no IBAN was copied."


def regions_of_one_account(plan: ProgrammePlan) -> list[list[Region]]:
    """The regions that have the same IBAN, account by account."""
    sharing: dict[str, list[Region]] = {}
    for region in plan.regions:
        if region.bank_account.iban:
            sharing.setdefault(region.bank_account.iban, []).append(region)
    return [regions for regions in sharing.values() if len(regions) > 1]


def _list_small_envelopes(plan: ProgrammePlan, call: Call) -> Iterator[str]:
    offered = [one for one in plan.instruments if one.code in call.instruments]
    for envelope in call.envelopes:
        for instrument in list_carried(envelope, offered):
            most = instrument.grant.span((envelope.region,)).most_cap
            if instrument.grant.kind is GrantKind.REAL_COST and envelope.amount < most:
                yield (
                    f"call {call.code}: the envelope of {envelope.region} has {envelope.amount}, less than one voucher "
                    f"{instrument.code} at its cap of {most}."
                )
