"""A call's money, as blocks of the file: envelopes per region and instrument, and the totals that they must make."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.core.money import Money, total
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.declared import Declared
from vouchers.programmes.rules.faults import not_known
from vouchers.programmes.rules.plan import Envelope


def read_envelopes(
    call: Block, declared: Declared, *, regions: tuple[str, ...], instruments: tuple[str, ...]
) -> tuple[Envelope, ...]:
    """The envelopes; a region has either one for all instruments or one for each, never both."""
    envelopes: dict[tuple[str, str | None], Envelope] = {}
    for block in call.blocks("envelopes", "envelope", required=False):
        envelope = _envelope(block, declared)
        if block.is_sound("region") and call.is_sound("regions") and envelope.region not in regions:
            block.fault("region", _("%(code)s does not take part in this call.", code=envelope.region))
        is_offered = envelope.instrument is None or envelope.instrument in instruments
        if block.is_sound("instrument") and call.is_sound("instruments") and not is_offered:
            block.fault("instrument", _("%(code)s is not offered in this call.", code=envelope.instrument))
        if block.is_sound("region", "instrument"):
            _ensure_alone(block, envelope, envelopes)
            envelopes.setdefault((envelope.region, envelope.instrument), envelope)
    return tuple(envelopes.values())


def _envelope(block: Block, declared: Declared) -> Envelope:
    region = _known(block, "region", declared.region_codes)
    instrument = _known(block, "instrument", declared.instrument_codes) if block.has("instrument") else None
    amount = block.amount("amount")
    quota = block.whole_or_none("quota", 1, 1_000_000)
    if block.has("shares"):
        return Envelope(region, instrument, amount, _own_shares(block, declared, amount), quota, has_own_shares=True)
    rates = [line.rate for line in declared.fund_lines]
    parts = amount.split(rates) if rates else []
    shares = tuple((line.code, part) for line, part in zip(declared.fund_lines, parts, strict=True))
    return Envelope(region, instrument, amount, shares, quota)


def _own_shares(block: Block, declared: Declared, amount: Money) -> tuple[tuple[str, Money], ...]:
    """What each fund line gives to this envelope, in the order of the fund lines; they make the amount to the cent."""
    known = [line.code for line in declared.fund_lines]
    given: dict[str, Money] = {}
    for code, part in block.pairs("shares"):
        if code not in known:
            part.fault(code, _no_such(code, known))
            continue
        given[code] = part.amount(code)
        if part.is_sound(code) and not given[code]:
            part.fault(code, _("The share is nothing: leave the line out instead."))
    added = total(list(given.values()), amount.currency)
    if block.is_sound("shares", "amount") and block.is_sound_within("shares") and added != amount:
        sentence = _("The shares add up to %(added)s, but the envelope has %(amount)s.", added=added, amount=amount)
        block.fault("shares", sentence)
    return tuple((code, given[code]) for code in known if code in given)


def _known(block: Block, key: str, known: tuple[str, ...]) -> str:
    code = block.plain(key, most=40)
    if code and code not in known:
        block.fault(key, not_known(code, known))
    return code


def _ensure_alone(block: Block, envelope: Envelope, others: dict[tuple[str, str | None], Envelope]) -> None:
    if (envelope.region, envelope.instrument) in others:
        block.fault("region", _("%(code)s has this envelope twice.", code=envelope.region))
    elif any(region == envelope.region and None in {envelope.instrument, code} for region, code in others):
        sentence = _(
            "%(code)s has one envelope for all instruments and another for a single one: choose one way.",
            code=envelope.region,
        )
        block.fault("instrument" if envelope.instrument else "region", sentence)


def ensure_totals(
    call: Block, envelopes: tuple[Envelope, ...], *, regions: tuple[str, ...], instruments: tuple[str, ...]
) -> None:
    """The envelopes add up to the totals that the file states, to the cent."""
    if not call.has("totals"):
        if envelopes:
            call.fault("totals", _('State what the envelopes add up to: "totals: {all: ...}".'))
        return
    totals = call.block("totals", "totals")
    if envelopes and totals.is_block and not any(map(totals.has, totals.keys)):
        call.fault("totals", _('State what the envelopes add up to: "totals: {all: ...}".'))
    if not call.is_sound_within("envelopes"):
        return
    currency = call.reading.currency
    if totals.has("all"):
        _compare(totals, "all", total([item.amount for item in envelopes], currency))
    for code, block in totals.pairs("regions"):
        if code in regions or not call.is_sound("regions"):
            _compare(block, code, total([item.amount for item in envelopes if item.region == code], currency))
        else:
            block.fault(code, _no_such(code, regions))
    for code, block in totals.pairs("instruments"):
        if code in instruments or not call.is_sound("instruments"):
            _compare(block, code, total([item.amount for item in envelopes if item.instrument == code], currency))
        else:
            block.fault(code, _no_such(code, instruments))


def _no_such(code: str, known: Sequence[str]) -> Sentence:
    """What is wrong with a line of amounts: a known code, with its amount but without the colon; or none at all."""
    word, _blank, amount = code.partition(" ")
    if word in known and amount:
        values = {"code": word, "amount": amount[:40]}
        return _('A colon is missing after "%(code)s": write "%(code)s: %(amount)s".', **values)
    return not_known(code, known)


def _compare(block: Block, key: str, added: Money) -> None:
    stated = block.amount(key)
    if block.is_sound(key) and stated != added:
        sentence = _("The envelopes add up to %(added)s, but %(stated)s is stated here.", added=added, stated=stated)
        block.fault(key, sentence)
