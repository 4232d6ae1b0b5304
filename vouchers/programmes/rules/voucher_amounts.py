"""Whether the money of a call and the amount that its form asks for fit what a voucher of it is worth. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.declared import Declared
from vouchers.programmes.rules.grant_plan import GrantKind
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.plan import Call, CutPolicy, Envelope

REQUESTED = "requested_amount"


def ensure_vouchers_fit(block: Block, declared: Declared, call: Call) -> None:
    """Somebody can ask for each voucher, and each envelope holds one voucher at least.

    Real costs may stay below the cap, so an envelope below it carries a smaller voucher; a sum cannot.
    """
    if not block.is_sound("instruments") or not block.is_sound_within("form"):
        return
    offered = declared.instruments_of(call.instruments)
    for instrument in offered:
        least = _least_asked(call, instrument)
        most = instrument.grant.span(call.regions).most_cap
        if most and least is not None and least > most:
            sentence = _(
                '"%(question)s" takes %(least)s at least, but %(instrument)s pays %(cap)s at most: nobody could apply.',
                question=REQUESTED,
                least=least,
                instrument=instrument.code,
                cap=most,
            )
            block.fault("form", sentence)
    if call.cut_policy is not CutPolicy.PARTIAL and block.is_sound_within("envelopes"):
        for part, envelope in zip(block.blocks("envelopes", "envelope", required=False), call.envelopes, strict=True):
            _ensure_one_fits(part, envelope, offered)


def _least_asked(call: Call, instrument: Instrument) -> Money | None:
    """The least amount that somebody who applies for the instrument may ask for."""
    for question in call.form.questions:
        if question.code == REQUESTED and question.is_asked_for(instrument.code):
            return question.minimum if isinstance(question.minimum, Money) else None
    return None


def _ensure_one_fits(block: Block, envelope: Envelope, offered: list[Instrument]) -> None:
    carried = list(list_carried(envelope, offered))
    least = min((one.grant.span((envelope.region,)).least_cap for one in carried), default=None)
    if least and envelope.amount < least and all(one.grant.kind is not GrantKind.REAL_COST for one in carried):
        sentence = _(
            "The envelope has %(amount)s, but one voucher is worth %(sum)s: it carries none.",
            amount=envelope.amount,
            sum=least,
        )
        block.fault("amount", sentence)


def list_carried(envelope: Envelope, offered: list[Instrument]) -> Iterator[Instrument]:
    """The instruments whose vouchers the envelope pays."""
    yield from (one for one in offered if envelope.instrument in (None, one.code))
