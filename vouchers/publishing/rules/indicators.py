"""Common indicators of Regulation (EU) 2021/1058 (Annex I) and of Interreg, counted from the vouchers. Pure.

As the staff working document SWD(2021) 198 defines them: RCO01 and RCO02 count an enterprise once it has its support,
which is once its agreement is in force, and once only, however many vouchers it has; RCO87 counts the legal entities
that cooperate formally, as partners who stand in the agreement, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
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
    supported: int
    """Recipients with an agreement in force, now or once."""
    across_borders: int
    """Organisations that cooperate across a border under these agreements."""
    awarded: Money
    paid: Money
    own: Money
    """What the beneficiaries of completed vouchers bore of the verified costs."""


@dataclass(frozen=True, slots=True)
class Once:
    """The same of all regions together, each organisation counted once."""

    recipients: int = 0
    supported: int = 0
    across_borders: int = 0


@dataclass(frozen=True, slots=True)
class Sums:
    """All regions together."""

    vouchers: int
    once: Once
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


@dataclass(frozen=True, slots=True)
class Body:
    """A legal entity, by what tells it from others, and where it sits; no country: nobody knows."""

    key: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Cooperation:
    """Who is bound by one agreement that was in force."""

    region: str
    beneficiary: Body
    partners: tuple[Body, ...]
    asks_abroad: bool = False
    """Whether its instrument takes a partner in another country only."""

    @property
    def is_across(self) -> bool:
        """Whether a partner sits in another country; one of unknown seat does where the instrument asks for it."""
        return any(
            one.country != self.beneficiary.country if one.country else self.asks_abroad for one in self.partners
        )


def body_key(*, vat_number: str = "", register_number: str = "", organisation_id: int | None = None, name: str) -> str:
    """By what a legal entity is known again: its VAT number, its entry here, its register number, or else its name."""
    if vat_number:
        return f"vat {''.join(vat_number.split()).upper()}"
    if organisation_id is not None:
        return f"organisation {organisation_id}"
    if register_number:
        return f"register {''.join(register_number.split()).upper()}"
    return f"name {' '.join(name.casefold().split())}"


def list_across(cooperations: Iterable[Cooperation]) -> Mapping[str, frozenset[str]]:
    """Region -> the organisations that cooperate across a border under the agreements that it granted."""
    found: dict[str, set[str]] = {}
    for one in cooperations:
        if one.is_across:
            found.setdefault(one.region, set()).update(body.key for body in (one.beneficiary, *one.partners))
    return {region: frozenset(keys) for region, keys in found.items()}


def sums_of(counted: Sequence[Counted], once: Once, currency: str) -> Sums:
    """The line below all regions."""
    return Sums(
        sum(one.vouchers for one in counted),
        once,
        total([one.awarded for one in counted], currency),
        total([one.paid for one in counted], currency),
        total([one.own for one in counted], currency),
    )


def indicators_of(counted: Sequence[Counted], sums: Sums) -> list[Indicator]:
    """The indicators in the order of the regulation; without double counting where it asks for none.

    Every voucher is a grant, so that RCO02 says the same as RCO01.
    """
    supported = tuple(one.supported for one in counted)
    return [
        Indicator("RCO01", _("Enterprises supported"), supported, sums.once.supported),
        Indicator("RCO02", _("Enterprises supported by grants"), supported, sums.once.supported),
        Indicator(
            "RCO87",
            _("Organisations cooperating across borders"),
            tuple(one.across_borders for one in counted),
            sums.once.across_borders,
        ),
        Indicator(
            "RCR02", _("Private investments matching public support"), tuple(one.own for one in counted), sums.own
        ),
    ]
