"""VAT and register numbers: form and check digits. Whether one is in force, the VIES service knows. Pure."""

from __future__ import annotations

from stdnum import get_cc_module
from stdnum.exceptions import ValidationError

from vouchers.core.countries import Country
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

_VAT_PREFIX = {"GR": "EL", "GB": "GB"}
_COUNTRIES = {prefix: country for country, prefix in _VAT_PREFIX.items()}


def ensure_vat_number(text: str, country: str) -> str:
    """The VAT number in compact form with its country's letters, or ``""``.

    While no country is chosen, the number's own letters say it; a number without letters is taken as it is.

    Raises:
        RuleBroken: it cannot be a VAT number of that country (field ``vat_number``).
    """
    compact = "".join(letter for letter in text.upper() if letter.isalnum())
    if not compact:
        return ""
    country = country or _country_of(compact)
    if not country:
        return compact
    prefix = _VAT_PREFIX.get(country, country)
    bare = compact.removeprefix(prefix)
    module = get_cc_module(country.lower(), "vat")
    if module is None:
        return prefix + bare
    try:
        valid = module.validate(bare)
    except ValidationError:
        raise RuleBroken(
            _(
                "%(number)s cannot be a VAT number (%(country)s). Check the digits.",
                number=compact,
                country=Country(country),
            ),
            field="vat_number",
        ) from None
    return prefix + valid.upper().removeprefix(prefix)


def _country_of(compact: str) -> str:
    letters = compact[:2]
    return _COUNTRIES.get(letters, letters) if letters.isascii() and letters.isalpha() else ""


def ensure_identified(*, vat_number: str, register_number: str) -> None:
    """An organisation has a VAT number or a register number, so that it is found again.

    Raises:
        RuleBroken: neither was given.
    """
    if not vat_number and not register_number.strip():
        raise RuleBroken(
            _("Enter the VAT number, or the number in the company register if there is no VAT number."),
            field="vat_number",
        )
