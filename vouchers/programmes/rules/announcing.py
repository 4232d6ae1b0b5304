"""What the public page of a call says of the settings that decide who may apply and what is paid. Pure.

Each setting has its teller, and one that nobody tells is found by a test: no condition is learnt from a rejection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from vouchers.core.text import Sentence, say_count
from vouchers.core.text import say as _
from vouchers.programmes.rules.instrument_plan import CrossBorder, Instrument, Party, ProviderRule
from vouchers.programmes.rules.plan import Call, ProgrammePlan, StateAid
from vouchers.programmes.rules.selection_plan import Pool

Told = Iterator[Sentence]


@dataclass(frozen=True, slots=True)
class Announced:
    """A call, or a draft of one, with what its conditions stand in."""

    programme: ProgrammePlan
    call: Call


# Who may apply --------------------------------------------------------------------------------------------------------


def _smes_only(it: Announced) -> Told:
    if it.programme.rules.smes_only:
        yield _(
            "A small or medium-sized company: fewer than 250 people, and a turnover of at most 50 million euros or a "
            "balance sheet of at most 43 million. Companies that belong to a group count with their group."
        )


def _regions(_it: Announced) -> Told:
    yield _("Your company has its seat in one of the regions below. You apply to that region.")


def _sectors(it: Announced) -> Told:
    if codes := it.programme.rules.excluded_sectors:
        yield _("A company of these sectors cannot apply (NACE codes): %(codes)s.", codes=", ".join(codes))


def _vouchers_per_sme(it: Announced) -> Told:
    rules = it.programme.rules
    if rules.vouchers_per_sme:
        yield say_count(
            "A company can have %(count)s voucher of this programme in all.",
            "A company can have %(count)s vouchers of this programme in all.",
            rules.vouchers_per_sme,
        )
        yield from _within(rules.vouchers_within_months)


def _within(months: int | None) -> Told:
    if months:
        yield _("What was granted in the last %(count)s months counts.", count=months)


def _state_aid(it: Announced) -> Told:
    rules = it.programme.rules
    bases = {rules.state_aid_of(region) for region in it.call.regions}
    if StateAid.DE_MINIMIS in bases:
        yield _(
            "The voucher is de minimis aid: with what your company and those that it controls or that control it "
            "received in the last three years, it may not exceed %(ceiling)s.",
            ceiling=rules.de_minimis_ceiling,
        )
    if rules.aid_declaration and StateAid.DE_MINIMIS in bases:
        yield _("No voucher is granted before your company has signed its declaration of the aid that it received.")


def _signatory(it: Announced) -> Told:
    if it.call.has_signatory:
        yield _("Only the person who may sign for your organisation submits the application.")


def _consortium(it: Announced) -> Told:
    asked = it.call.consortium
    if asked is not None:
        yield _("You apply with %(least)s to %(most)s partners.", least=asked.least, most=asked.most)
        yield say_count(
            "Each confirms within %(count)s day of its invitation, before the application can be submitted.",
            "Each confirms within %(count)s days of its invitation, before the application can be submitted.",
            asked.confirm_by_days,
        )


def _spent_with(it: Announced) -> Told:
    asked = it.call.spent_with
    if asked is None:
        return
    name = it.programme.name if asked.programme in (None, it.programme.code) else asked.programme
    if asked.pool is Pool.PROVIDERS:
        yield _("The vouchers are spent only with providers admitted to the pool of %(programme)s.", programme=name)
    else:
        yield _("The vouchers are spent only with experts admitted to the pool of %(programme)s.", programme=name)


WHO: Mapping[str, Callable[[Announced], Told]] = {
    "rules.smes_only": _smes_only,
    "call.regions": _regions,
    "rules.excluded_sectors": _sectors,
    "rules.vouchers_per_sme": _vouchers_per_sme,
    "rules.state_aid": _state_aid,
    "call.has_signatory": _signatory,
    "call.consortium": _consortium,
    "call.spent_with": _spent_with,
}
"""Setting -> what it says of who may apply, in the order of the page."""


# What is paid ---------------------------------------------------------------------------------------------------------


def _prior_approval(it: Instrument) -> Told:
    if it.prior_approval:
        yield _("Apply before you start: an activity on or before the day of our approval cannot be paid.")


def _min_cost(it: Instrument) -> Told:
    if it.grant.min_cost:
        yield _("The activity costs at least %(amount)s.", amount=it.grant.min_cost)


def _own_work(it: Instrument) -> Told:
    if it.grant.own_work is not None:
        share = f"{(it.grant.own_work * Decimal(100)).normalize():f}"
        yield _("Your own work may be at most %(share)s %% of the costs.", share=share)


def _vat(it: Instrument) -> Told:
    if not it.grant.pays_vat:
        yield _("VAT is not paid: your company bears it.")


_CROSS_BORDER = {
    CrossBorder.OTHER_REGION: _("Your partner sits in another region than you."),
    CrossBorder.OTHER_COUNTRY: _("Your partner sits in another country than you."),
}
_PROVIDER = {
    ProviderRule.REGISTERED: _("You choose a provider that is registered with the programme."),
    ProviderRule.ACCREDITED: _("You choose a provider that the programme has accredited."),
}


def _cross_border(it: Instrument) -> Told:
    if it.cross_border in _CROSS_BORDER:
        yield _CROSS_BORDER[it.cross_border]


def _provider(it: Instrument) -> Told:
    if it.provider in _PROVIDER:
        yield _PROVIDER[it.provider]


def _per_call(it: Instrument) -> Told:
    if most := it.per_sme.per_call:
        yield say_count(
            "At most %(count)s voucher of this kind per company in this call.",
            "At most %(count)s vouchers of this kind per company in this call.",
            most,
        )


def _active(it: Instrument) -> Told:
    if most := it.per_sme.active:
        yield say_count(
            "At most %(count)s voucher of this kind per company at the same time.",
            "At most %(count)s vouchers of this kind per company at the same time.",
            most,
        )


def _in_all(it: Instrument) -> Told:
    if most := it.per_sme.in_all:
        yield say_count(
            "At most %(count)s voucher of this kind per company in all.",
            "At most %(count)s vouchers of this kind per company in all.",
            most,
        )


def _amount(it: Instrument) -> Told:
    if it.per_sme.amount:
        yield _("At most %(amount)s of this kind per company in all.", amount=it.per_sme.amount)


def _within_months(it: Instrument) -> Told:
    yield from _within(it.per_sme.within_months)


def _valid_for(it: Instrument) -> Told:
    yield say_count(
        "You have %(count)s month for the activity.",
        "You have %(count)s months for the activity.",
        it.valid_for_months,
    )


def _payee(it: Instrument) -> Told:
    yield (
        _("The money goes to the provider.")
        if it.payee is Party.PROVIDER
        else _("The money goes to you, after the activity.")
    )


def _decided_within(it: Instrument) -> Told:
    if it.decide_within_working_days:
        yield say_count(
            "We aim to decide within %(count)s working day.",
            "We aim to decide within %(count)s working days.",
            it.decide_within_working_days,
        )


PAID: Mapping[str, Callable[[Instrument], Told]] = {
    "instrument.prior_approval": _prior_approval,
    "grant.min_cost": _min_cost,
    "grant.own_work": _own_work,
    "grant.pays_vat": _vat,
    "instrument.cross_border": _cross_border,
    "instrument.provider": _provider,
    "per_sme.per_call": _per_call,
    "per_sme.active": _active,
    "per_sme.in_all": _in_all,
    "per_sme.amount": _amount,
    "per_sme.within_months": _within_months,
    "instrument.valid_for_months": _valid_for,
    "instrument.payee": _payee,
    "instrument.decide_within_working_days": _decided_within,
}
"""Setting -> what it says of a voucher, in the order of the page."""


def who_may_apply(programme: ProgrammePlan, call: Call) -> list[Sentence]:
    """Every condition on the company and on how it applies."""
    return [sentence for tell in WHO.values() for sentence in tell(Announced(programme, call))]


def how_it_is_sent(programme: ProgrammePlan, call: Call) -> list[Sentence]:
    """Who submits, and who confirms before: what a writer must know from the first day."""
    it = Announced(programme, call)
    return [*_signatory(it), *_consortium(it)]


def what_is_paid(instrument: Instrument) -> list[Sentence]:
    """Every condition on one kind of voucher."""
    return [sentence for tell in PAID.values() for sentence in tell(instrument)]
