"""Common indicators of Regulation (EU) 2021/1058 (Annex I) and of Interreg, counted from the vouchers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vouchers.core.localised import Text
from vouchers.core.money import Money, total
from vouchers.core.text import Sentence
from vouchers.core.text import say as _


@dataclass(frozen=True, slots=True)
class Counted:
    """What one region granted."""

    code: str
    name: Text
    vouchers: int
    recipients: int
    across_borders: int
    """Recipients of vouchers that ask for a partner elsewhere."""
    awarded: Money
    paid: Money
    own: Money
    """What the beneficiaries of completed vouchers bore of the verified costs."""


@dataclass(frozen=True, slots=True)
class Sums:
    """All regions together; `recipients` counts each organisation once."""

    vouchers: int
    recipients: int
    awarded: Money
    paid: Money
    own: Money


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator with its value for each region; `whole` may be less than their sum where one counts for two."""

    code: str
    name: Sentence
    values: tuple[int | Money, ...]
    whole: int | Money


def sums_of(counted: Sequence[Counted], recipients: int, currency: str) -> Sums:
    """The line below all regions."""
    return Sums(
        sum(one.vouchers for one in counted),
        recipients,
        total([one.awarded for one in counted], currency),
        total([one.paid for one in counted], currency),
        total([one.own for one in counted], currency),
    )


def indicators_of(counted: Sequence[Counted], sums: Sums) -> list[Indicator]:
    """The indicators in the order of the regulation; without double counting where it asks for none."""
    each = tuple(one.recipients for one in counted)
    return [
        Indicator("RCO01", _("Enterprises supported"), each, sums.recipients),
        Indicator("RCO02", _("Enterprises supported by grants"), each, sums.recipients),
        Indicator(
            "RCO87",
            _("Organisations cooperating across borders"),
            tuple(one.across_borders for one in counted),
            sum(one.across_borders for one in counted),
        ),
        Indicator(
            "RCR02", _("Private investments matching public support"), tuple(one.own for one in counted), sums.own
        ),
    ]
