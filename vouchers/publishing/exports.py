"""What is published, as files: sent while they are read, so that their size costs no memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import force_locale

from vouchers.core.clock import office_day
from vouchers.core.links import full_url
from vouchers.core.money import Money
from vouchers.core.spreadsheets import csv_pieces, harmless
from vouchers.core.text import say as _
from vouchers.core.workbooks import WorkbookColumn, workbook_pieces
from vouchers.programmes.rules.plan import ProgrammePlan
from vouchers.publishing.queries.reporting import Found, Recipient
from vouchers.publishing.rules.granted import Granted
from vouchers.publishing.rules.indicators import Indicator
from vouchers.publishing.rules.operations import COLUMNS, FORMS, NATURAL_PERSON, operation_cells
from vouchers.publishing.rules.threesixty import grant_json, package_json
from vouchers.surveys.rules.answering import Kind
from vouchers.surveys.states import Group

_AT_ONCE = 200
RECIPIENTS = (
    _("Organisation"), _("Natural person"), _("VAT number"), _("Register number"), _("Town"), _("Country"),
    _("Code of the region"), _("Region"), _("Vouchers"), _("Amount awarded"), _("Paid"), _("Currency"),
)  # fmt: skip
INDICATORS = (_("Indicator"), _("Name"), _("Region"), _("Value"), _("Currency"))


def grants_json(programme: ProgrammePlan, vouchers: Iterable[Granted], *, at: datetime) -> Iterator[str]:
    """The vouchers as a package of the 360Giving Data Standard."""
    page = full_url("publishing.granted", programme_code=programme.code)
    file = full_url("publishing.grants", programme_code=programme.code)
    title = f"{programme.name.in_language(programme.languages[0])}: vouchers"
    kept = [package_json(programme, title=title, page=page, file=file, issued_on=office_day(at))]
    for number, one in enumerate(vouchers):
        call = full_url("programmes.call", programme_code=programme.code, call_code=one.call)
        kept.append(f"{',' if number else ''}\n{grant_json(one, call)}")
        if len(kept) >= _AT_ONCE:
            yield "".join(kept)
            kept.clear()
    yield "".join([*kept, "\n]}\n"])


def operations_csv(vouchers: Iterable[Granted], language: str) -> Iterator[str]:
    """The list of operations for any spreadsheet; UTF-8 with the mark by which Excel knows it."""
    header, rows = _operations(vouchers, language)
    yield "\ufeff"
    yield from csv_pieces(header, ([_plain(cell) for cell in row] for row in rows))


def operations_xlsx(vouchers: Iterable[Granted], language: str) -> Iterator[bytes]:
    """The list of operations as a workbook."""
    header, rows = _operations(vouchers, language)
    return workbook_pieces("Operations", _columns(header, FORMS), (_numbers(row) for row in rows))


def _operations(vouchers: Iterable[Granted], language: str) -> tuple[list[str], Iterator[Sequence[Any]]]:
    with force_locale(language):
        header, natural_person = [str(column) for column in COLUMNS], str(NATURAL_PERSON)
    return header, (operation_cells(one, language, natural_person) for one in vouchers)


def recipients_csv(recipients: Iterable[Recipient]) -> Iterator[str]:
    """Recipients and amounts by region, for the programme's own report."""
    yield "\ufeff"
    rows = ([_plain(cell) for cell in _recipient(one)] for one in recipients)
    yield from csv_pieces([column.source for column in RECIPIENTS], rows)


def recipients_xlsx(recipients: Iterable[Recipient]) -> Iterator[bytes]:
    """The same as a workbook."""
    header = [str(column) for column in RECIPIENTS]
    forms = {place: "money" for place, column in enumerate(RECIPIENTS) if column.source in ("Amount awarded", "Paid")}
    return workbook_pieces("Recipients", _columns(header, forms), (_numbers(_recipient(one)) for one in recipients))


def _columns(header: Sequence[str], forms: Mapping[int, str]) -> list[WorkbookColumn]:
    return [WorkbookColumn(title, form=forms.get(place, "")) for place, title in enumerate(header)]


def _numbers(row: Sequence[Any]) -> list[Any]:
    """The same with money as exact numbers."""
    return [Decimal(cell.plain) if isinstance(cell, Money) else cell for cell in row]


def _recipient(one: Recipient) -> Sequence[Any]:
    return (
        one.name,
        "yes" if one.is_person else "no",
        one.vat_number,
        one.register_number,
        one.town,
        one.country,
        one.region,
        one.region_name.for_reader(),
        one.vouchers,
        one.awarded,
        one.paid,
        one.awarded.currency,
    )


def indicators_csv(indicators: Sequence[Indicator], regions: Sequence[str], found: Sequence[Found]) -> Iterator[str]:
    """The indicators by region (an empty region is all of them), then what surveys found of those with a voucher."""
    rows = [
        [one.code, one.name.source, region, *_value(value)]
        for one in indicators
        for region, value in zip((*regions, ""), (*one.values, one.whole), strict=True)
    ]
    rows += [
        [f"survey {part.call} {part.months}", _asked(line), "", _answer(line), ""]
        for part in found
        for line in part.lines
        if line.cells[Group.AWARDED].value is not None
    ]
    yield "\ufeff"
    yield from csv_pieces([column.source for column in INDICATORS], rows)


def _value(value: int | Money) -> tuple[str, str]:
    return (value.plain, value.currency) if isinstance(value, Money) else (str(value), "")


def _asked(line: Any) -> str:
    asked: str = line.label.source
    return f"{asked}: {line.choice.source}" if line.choice else asked


def _answer(line: Any) -> str:
    value: Decimal = line.cells[Group.AWARDED].value
    return f"{(value / 100 if line.kind is Kind.MONEY else value).quantize(Decimal('0.0001')):f}"


def _plain(cell: Any) -> str:
    """As CSV writes it: money and numbers without groups, days as ISO 8601, texts that nothing executes."""
    if cell is None:
        return ""
    if isinstance(cell, Money):
        return cell.plain
    if isinstance(cell, Decimal):
        return f"{cell:f}"
    if isinstance(cell, (int, date)):
        return str(cell)
    return harmless(str(cell))
