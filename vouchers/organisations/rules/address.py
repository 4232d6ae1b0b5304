"""Where an organisation is: its post code, its country beside its region's, and its place in the web. Pure."""

from __future__ import annotations

import re

from vouchers.core.countries import Country
from vouchers.core.errors import RuleBroken
from vouchers.core.localised import Text
from vouchers.core.text import say as _
from vouchers.core.typed import is_web_address

_FOUR, _FIVE = re.compile(r"(?:[A-Z]{1,2}-)?[0-9]{4}"), re.compile(r"(?:[A-Z]{1,2}-)?[0-9]{5}")
_POST_CODES = {
    "AT": (_FOUR, "1010"),
    "BE": (_FOUR, "4000"),
    "CH": (_FOUR, "3011"),
    "DE": (_FIVE, "70173"),
    "DK": (_FOUR, "2100"),
    "FR": (_FIVE, "67000"),
    "GB": (re.compile(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}"), "EH16 4UX"),
    "IE": (re.compile(r"[A-Z][0-9][0-9W] ?[A-Z0-9]{4}"), "D02 X285"),
    "LU": (_FOUR, "1855"),
    "NL": (re.compile(r"[1-9][0-9]{3} ?[A-Z]{2}"), "6525 EC"),
}
"""How a post code is built, with an example; of other countries only the letters are looked at."""


def ensure_post_code(text: str, country: str) -> None:
    """Refuse what cannot be a post code of that country.

    Raises:
        RuleBroken: field ``post_code``.
    """
    typed = text.strip().upper()
    if not typed:
        return
    if not re.fullmatch(r"[A-Z0-9 -]+", typed):
        raise RuleBroken(
            _("A post code consists of letters, digits, blanks and dashes only."),
            field="post_code",
        )
    form, example = _POST_CODES.get(country, (None, ""))
    if form is not None and not form.fullmatch(typed):
        raise RuleBroken(
            _("A post code (%(country)s) looks like %(example)s.", country=Country(country), example=example),
            field="post_code",
        )


def ensure_seat(country: str, region_name: Text, region_country: str) -> None:
    """Refuse a country in which the region is not: the seat decides which State grants the aid.

    Raises:
        RuleBroken: field ``country``.
    """
    if country and region_country and country != region_country:
        raise RuleBroken(
            _(
                "%(region)s is not in the country that you chose. A company applies where its seat is.",
                region=region_name,
            ),
            field="country",
        )


def read_website(text: str) -> str:
    """The address of a site, with its scheme: ``example.org`` gives ``https://example.org``; or ``""``.

    Raises:
        RuleBroken: field ``website``; neither http nor https, or without a host.
    """
    bare = text.strip()
    if not bare:
        return ""
    whole = bare if "://" in bare else f"https://{bare}"
    if not is_web_address(whole):
        raise RuleBroken(_("Enter a web address, such as https://example.org."), field="website")
    return whole
