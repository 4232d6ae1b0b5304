"""What a voucher is worth, as a block of the file, with what differs by size and region."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.organisations.states import Size
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.grant_plan import Grant, GrantKind, Variation


def _min_cost(block: Block, kind: GrantKind) -> Money | None:
    """The least that the activity costs, for real costs only."""
    if not block.has("min_cost"):
        return None
    if kind is not GrantKind.REAL_COST:
        block.fault("min_cost", _("Only real costs have a least cost; a fixed or lump sum is paid without them."))
    least = block.amount("min_cost")
    if block.is_sound("min_cost") and not least:
        block.fault("min_cost", _("A least cost of nothing is no limit: leave the line out."))
    return least


def _own_work(block: Block, kind: GrantKind) -> Decimal | None:
    """At most a part of the costs, for real costs only."""
    if not block.has("own_work"):
        return None
    if kind is not GrantKind.REAL_COST:
        block.fault("own_work", _("A limit on own work needs real costs; a fixed or lump sum is paid without them."))
    limit = block.rate("own_work")
    if block.is_sound("own_work") and limit >= 1:
        block.fault("own_work", _("Own work of 100 %% is no limit: leave the line out."))
    return limit


def read_grant(block: Block, regions: Collection[str]) -> Grant:
    """Real cost has a cap and a rate; a fixed or lump sum has an amount and nothing else.

    `regions` are the codes that the file declares.
    """
    kind = block.word("kind", GrantKind)
    if not block.is_sound("kind"):
        return Grant(kind, Money(0, block.reading.currency), None)
    _ensure_keys_fit(block, kind)
    sum_key = _sum_key(kind)
    cap = block.amount(sum_key)
    rate = block.rate("rate", Decimal(1)) if kind is GrantKind.REAL_COST else None
    _ensure_something(block, sum_key, cap)
    grant = Grant(kind, cap, rate, _own_work(block, kind), _pays_vat(block, kind), _min_cost(block, kind))
    return replace(grant, variations=_variations(block, grant, regions))


def _pays_vat(block: Block, kind: GrantKind) -> bool:
    """Usual; a sum is paid whatever the invoices say, so nothing is to be said of their VAT."""
    if block.has("pays_vat") and kind is not GrantKind.REAL_COST:
        block.fault("pays_vat", _("Only real costs have VAT; a fixed or lump sum is paid without them."))
    return block.flag("pays_vat", True)


def _sum_key(kind: GrantKind) -> str:
    return "cap" if kind is GrantKind.REAL_COST else "amount"


def _ensure_keys_fit(block: Block, kind: GrantKind) -> None:
    if kind is GrantKind.REAL_COST:
        if block.has("amount"):
            block.fault("amount", _('Real cost has no fixed "amount": write "cap" and "rate".'))
        return
    for key in ("rate", "cap"):
        if block.has(key):
            sentence = _('A voucher cannot be a fixed sum and have a %(key)s at once: remove "%(key)s".', key=key)
            block.fault(key, sentence)


def _ensure_something(block: Block, key: str, amount: Money) -> None:
    if block.is_sound(key) and not amount:
        block.fault(key, _("A voucher of nothing is no voucher."))


# What differs by size and region --------------------------------------------------------------------------------------


def _variations(block: Block, grant: Grant, regions: Collection[str]) -> tuple[Variation, ...]:
    parts = list(block.blocks("variations", "variation", required=False))
    variations = tuple(_variation(part, grant.kind, regions) for part in parts)
    clash = replace(grant, variations=variations).find_clash()
    if clash and block.is_sound_within("variations"):
        values = {"first": clash.first + 1, "size": clash.size.label, "code": clash.region}
        sentence = _("Number %(first)s says this too, and neither is more exact: %(size)s.", **values)
        if clash.region:
            sentence = _("Number %(first)s says this too, and neither is more exact: %(size)s in %(code)s.", **values)
        parts[clash.second].fault("rate" if clash.what == "rate" else _sum_key(grant.kind), sentence)
    return variations


def _variation(block: Block, kind: GrantKind, regions: Collection[str]) -> Variation:
    """What holds for some: for whom, and what of rate and cap is another one."""
    _ensure_keys_fit(block, kind)
    sum_key = _sum_key(kind)
    cap = block.amount(sum_key) if block.has(sum_key) else None
    if cap is not None:
        _ensure_something(block, sum_key, cap)
    found = Variation(
        sizes=tuple(Size(word) for word in block.words("sizes", [str(size) for size in Size], required=False)),
        regions=block.words("regions", regions, required=False),
        rate=block.rate("rate") if block.has("rate") and kind is GrantKind.REAL_COST else None,
        cap=cap,
    )
    if block.is_sound("sizes", "regions") and not found.sizes and not found.regions:
        block.fault("sizes", _("For whom is this? Name sizes, regions or both."))
    if block.is_sound("rate", "cap", "amount") and found.rate is None and found.cap is None:
        block.fault(sum_key, _("What is different here? Say what is paid."))
    return found
