"""The bank account of an organisation: IBAN (ISO 13616) and BIC (ISO 9362), as people type them.

The country's length, structure and the mod-97 check digits come from schwifty. National check digits inside the
account number are not tested: a bank may have left them, and only the bank can know.
"""

from __future__ import annotations

from schwifty import BIC, IBAN
from schwifty.exceptions import InvalidChecksumDigits, InvalidCountryCode, InvalidLength, SchwiftyException

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

# fmt: off
SEPA_IBAN_COUNTRIES = frozenset({
    "AD", "AL", "AT", "BE", "BG", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GI", "GR", "HR",
    "HU", "IE", "IS", "IT", "LI", "LT", "LU", "LV", "MC", "MD", "ME", "MK", "MT", "NL", "NO", "PL", "PT", "RO",
    "RS", "SE", "SI", "SK", "SM", "VA",
})
# fmt: on
"""First two letters of the IBANs of the SEPA scheme area (EPC409-09). Overseas parts use their mainland's letters."""
EEA = SEPA_IBAN_COUNTRIES - {"AD", "AL", "CH", "GB", "GI", "MC", "MD", "ME", "MK", "RS", "SM", "VA"}
"""Where the IBAN alone is enough."""


def ensure_iban(text: str) -> str:
    """The IBAN without spaces, in capitals: ``be68 5390 0754 7034`` gives ``BE68539007547034``.

    Raises:
        RuleBroken: field ``iban``; not an IBAN, a wrong length, wrong check digits, or not a SEPA country.
    """
    compact = "".join(text.split())
    if not compact:
        raise RuleBroken(_("Enter the IBAN."), field="iban")
    if not (compact.isascii() and compact.isalnum()):
        raise RuleBroken(_("An IBAN consists of the letters A to Z and digits only."), field="iban")

    iban = IBAN(compact.upper(), allow_invalid=True)
    length = _length_in(iban)
    if iban.country_code not in SEPA_IBAN_COUNTRIES:
        raise RuleBroken(
            _("%(country)s is not a SEPA country, so this account cannot be paid to.", country=iban.country_code),
            field="iban",
        )
    if len(iban) != length:
        raise RuleBroken(_length_sentence(iban, length), field="iban")
    try:
        iban.validate()
    except InvalidChecksumDigits:
        raise RuleBroken(
            _("The check digits of this IBAN are wrong. A character may be mistyped or two may be swapped."),
            field="iban",
        ) from None
    except SchwiftyException:
        raise RuleBroken(
            _("This is not how an IBAN of %(country)s is built.", country=iban.country_code), field="iban"
        ) from None
    return str(iban)


def ensure_bic(text: str) -> str:
    """The BIC without spaces, in capitals: ``abna nl 2a`` gives ``ABNANL2A``.

    Raises:
        RuleBroken: field ``bic``; not 8 or 11 characters, or not built like a BIC of an existing country.
    """
    compact = "".join(text.split())
    if not compact:
        raise RuleBroken(_("Enter the BIC."), field="bic")
    if not (compact.isascii() and compact.isalnum()):
        raise RuleBroken(_("A BIC consists of the letters A to Z and digits only."), field="bic")
    try:
        return str(BIC(compact.upper(), enforce_swift_compliance=True))
    except InvalidLength:
        sentence = _("A BIC has 8 or 11 characters; this one has %(length)s.", length=len(compact))
    except InvalidCountryCode:
        sentence = _("The fifth and sixth letter of a BIC name its country; %(country)s is none.", country=compact[4:6])
    except SchwiftyException:
        sentence = _("A BIC begins with four letters for the bank and two for the country, like ABNANL2A.")
    raise RuleBroken(sentence, field="bic")


def bic_of_account(iban: str, typed: str) -> str:
    """The BIC that belongs to an account: as typed; left out where the IBAN alone is enough; else the bank's own.

    Inside the European Economic Area a payment goes by IBAN alone (Regulation (EU) 260/2012, Article 5(7)); for the
    other countries of SEPA the bank file names the BIC (EPC409-09).

    Raises:
        RuleBroken: field ``bic``; none is typed, one is needed, and the IBAN does not tell the bank.
    """
    if typed.strip():
        return ensure_bic(typed)
    country = iban[:2]
    if country in EEA:
        return ""
    known = IBAN(iban).bic
    if known is None:
        raise RuleBroken(
            _("A payment to %(country)s needs the BIC of your bank. It stands beside the IBAN.", country=country),
            field="bic",
        )
    return str(known)


def ensure_bic_fits(iban: str, typed: str) -> None:
    """Refuse a BIC that is none, also beside an IBAN that is wrong, or the lack of one that is needed.

    Raises:
        RuleBroken: field ``bic``, or ``iban`` where only a right IBAN would tell whether a BIC is needed.
    """
    if typed.strip():
        ensure_bic(typed)
    else:
        bic_of_account(ensure_iban(iban), typed)


def format_iban(iban: str) -> str:
    """In groups of four, for screens and letters: ``BE68 5390 0754 7034``."""
    return " ".join(iban[i : i + 4] for i in range(0, len(iban), 4))


def mask_iban(iban: str) -> str:
    """Only the last four characters, for lists and logs: ``•••• 7034``. Short texts are hidden altogether."""
    return f"•••• {iban[-4:]}" if len(iban) > 8 else "••••"


def _length_in(iban: IBAN) -> int:
    try:
        return int(iban.spec.iban_length)
    except InvalidCountryCode:
        raise RuleBroken(
            _(
                "An IBAN begins with two letters for its country; %(letters)s is no country with IBANs.",
                letters=iban.country_code,
            ),
            field="iban",
        ) from None


def _length_sentence(iban: IBAN, length: int) -> Sentence:
    values = {"country": iban.country_code, "length": length, "given": len(iban)}
    if len(iban) < length:
        return _("This IBAN is too short: %(country)s has %(length)s characters, this one has %(given)s.", **values)
    return _("This IBAN is too long: %(country)s has %(length)s characters, this one has %(given)s.", **values)
