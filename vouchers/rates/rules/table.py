"""The Commission's file of monthly rates (InforEuro, CSV): its encoding, separator, columns and lines. Pure.

The file says for each country its currency, the currency's ISO code, and how many units of it one euro is worth in a
month. The headings differ with the page and the language from which the file is taken; what is known is in `NAMES`. A
file of one month may leave the month out, then whoever loads it says which. One line for each country means that a
currency may stand in the file often; it must say the same each time. The euro itself is no rate.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.rates.rules.converting import EURO, next_month

MOST_BYTES = 5_000_000
MOST_LINES = 60_000
FIRST_YEAR = 1994
"""The first year of the Commission's own series."""
NAMES: dict[str, tuple[str, ...]] = {
    "code": ("iso code", "isocode", "iso", "iso a3 code", "isoa3code", "iso 4217", "currency iso", "currencyiso",
             "currency code", "currencycode", "code", "code iso", "iso-code", "iso code currency", "valutakode"),
    "month": ("month", "period", "validity", "date", "date start", "datestart", "start date", "valid from", "mois",
              "periode", "période", "monat", "zeitraum", "maand", "måned"),
    "amount": ("amount", "value", "rate", "exchange rate", "exchangerate", "units per euro", "1 eur =", "1 euro =",
               "montant", "valeur", "taux", "betrag", "wert", "kurs", "bedrag", "koers", "waarde", "beløb"),
}  # fmt: skip
_CODE = re.compile(r"[A-Z]{3}")
_AMOUNT = re.compile(
    r"[0-9]{1,12}([.,][0-9]{1,12})?|[0-9]{1,3}(,[0-9]{3})+\.[0-9]{1,12}|[0-9]{1,3}(\.[0-9]{3})+,[0-9]{1,12}"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class RateLine:
    """One line of the file: where it stands (the header is line 1), what it says, or why it cannot be taken."""

    number: int
    code: str
    month: date | None
    units: Decimal | None
    """Units for one euro."""
    fault: Sentence | None = None


def read_rates(text: str, *, month: date | None, today: date) -> list[RateLine]:
    """The rates of a file, each currency and month once, in the order of the file.

    Args:
        month: of a file that does not name it; None where the file does.
        today: a rate is for the next month at the latest.

    Raises:
        RuleBroken: field ``file`` or ``month``; it is no such file.
    """
    separator = _separator(text)
    try:
        rows = [row for row in _numbered(text, separator) if any(cell.strip() for cell in row[1])]
    except csv.Error:
        raise _refused(_("A quotation mark is not closed in this file.")) from None
    if not rows:
        raise _refused(_("This file is empty."))
    places = _places(rows[0][1])
    if "month" not in places and month is None:
        raise RuleBroken(_("This file does not say of which month its rates are. Enter the month."), field="month")
    if len(rows) == 1:
        raise _refused(_("This file has a header and nothing below it."))
    if len(rows) - 1 > MOST_LINES:
        raise _refused(_("This file has more than %(most)s lines. Split it.", most=MOST_LINES))
    lines = [_read(number, cells, places, month, separator, today) for number, cells in rows[1:]]
    found = list(_each_once([line for line in lines if line is not None]))
    if not found:
        raise _refused(_("There is no rate in this file."))
    return found


def decode(content: bytes) -> str:
    """The text of a file. Raises `RuleBroken` (field ``file``): it is too large, or no text."""
    if len(content) > MOST_BYTES:
        raise _refused(_("This file is larger than 5 MB. Split it."))
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in content:
        raise _refused(_("This is not a CSV file. Save your table as “CSV UTF-8” and choose that file."))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def read_month(text: str) -> date | None:
    """``2026-10``, ``10/2026``, ``01/10/2026``, ``202610``, ``October 2026`` as its first day; None: no month."""
    bare = text.strip().lower()
    bare = bare[:10] if re.match(r"\d{4}-\d\d-\d\dt", bare) else bare
    if named := re.fullmatch(r"([a-z]{3})[a-z]*\.?[ \-/]+(\d{4})", bare):
        if named[1] not in _MONTHS:
            return None
        return _first_of(named[2], str(_MONTHS.index(named[1]) + 1))
    for pattern in (r"(?P<y>\d{4})[-/.]?(?P<m>\d{2})", r"(?P<y>\d{4})[-/.](?P<m>\d{1,2})([-/.]\d{1,2})?"):
        if found := re.fullmatch(pattern, bare):
            return _first_of(found["y"], found["m"])
    found = re.fullmatch(r"(\d{1,2}[-/.])?(?P<m>\d{1,2})[-/.](?P<y>\d{4})", bare)
    return _first_of(found["y"], found["m"]) if found else None


def _first_of(year: str, month: str) -> date | None:
    try:
        return date(int(year), int(month), 1)
    except ValueError:
        return None


def read_units(text: str, separator: str = ",") -> Decimal | None:
    """Units for one euro; None where it is no number above zero, or where the comma could mean thousands."""
    bare = "".join(text.split()).replace("'", "").replace("’", "")
    if not _AMOUNT.fullmatch(bare):
        return None
    if separator == "," and re.fullmatch(r"[1-9][0-9]{0,2},[0-9]{3}", bare):
        return None
    sign = max(".,", key=bare.rfind)
    other = "," if sign == "." else "."
    units = Decimal(bare.replace(other, "").replace(sign, "."))
    return units if units > 0 else None


def _refused(sentence: Sentence) -> RuleBroken:
    return RuleBroken(sentence, field="file")


def _separator(text: str) -> str:
    first = next((line for line in text.splitlines() if line.strip()), "")
    return max(",;\t", key=first.count)


def _numbered(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = 1
    for cells in reader:
        yield start, cells
        start = reader.line_num + 1


def _places(header: list[str]) -> dict[str, int]:
    """Where the columns stand that are needed."""
    names = [" ".join(cell.strip().lower().replace("_", " ").split()) for cell in header]
    places: dict[str, int] = {}
    for meant, known in NAMES.items():
        found = [place for place, name in enumerate(names) if name in known]
        if len(found) > 1:
            raise _refused(_("The column “%(name)s” is there twice.", name=header[found[1]].strip()))
        if found:
            places[meant] = found[0]
    for meant, usual in (("code", "ISO code"), ("amount", "Amount")):
        if meant not in places:
            raise _refused(_("The column “%(name)s” is missing.", name=usual))
    return places


def _read(
    number: int, cells: list[str], places: dict[str, int], month: date | None, separator: str, today: date
) -> RateLine | None:
    """One line; None for the euro, and for a currency that has no rate."""

    def cell(meant: str) -> str:
        place = places.get(meant)
        return cells[place].strip() if place is not None and place < len(cells) else ""

    code, said = cell("code").upper(), cell("amount")
    of_month = read_month(cell("month")) if "month" in places else month
    units = read_units(said, separator)
    if not _CODE.fullmatch(code):
        fault = _("“%(code)s” is no ISO code of a currency, such as PLN.", code=code[:20])
        return RateLine(number, code[:20], of_month, units, fault)
    if not said and code != EURO:
        return None
    if of_month is None or of_month.year < FIRST_YEAR:
        fault = _("“%(month)s” is no month, such as 2026-10.", month=cell("month")[:20])
        return RateLine(number, code, None, units, fault)
    if units is None:
        fault = _("“%(amount)s” is no rate: write it with a point, without a sign for thousands.", amount=said[:20])
        return RateLine(number, code, of_month, None, fault)
    if of_month > next_month(today):
        fault = _("The rates of this month are not known yet.")
        return RateLine(number, code, of_month, units, fault)
    if code == EURO:
        fault = _("One euro is one euro: this file does not count in units for one euro.")
        return None if units == 1 else RateLine(number, code, of_month, units, fault)
    return RateLine(number, code, of_month, units)


def _each_once(lines: list[RateLine]) -> Iterator[RateLine]:
    """A currency stands there once for each country that uses it; it says the same each time."""
    seen: dict[tuple[str, date | None], RateLine] = {}
    for line in lines:
        if line.fault is not None:
            yield line
            continue
        first = seen.setdefault((line.code, line.month), line)
        if first is line:
            yield line
        elif first.units != line.units:
            fault = _("Line %(number)s says another rate for the same currency and month.", number=first.number)
            yield RateLine(line.number, line.code, line.month, line.units, fault)
