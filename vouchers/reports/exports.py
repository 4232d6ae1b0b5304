"""Reports as files: sent while they are read, so that their size costs no memory."""

from __future__ import annotations

import re
from collections.abc import Iterator

from vouchers.core.database import end_reading
from vouchers.core.tables import ListQuery
from vouchers.ledger.exports import stream_ledger
from vouchers.reports.queries.choice import Choice


def ledger_file(form: str, query: ListQuery, choice: Choice) -> Iterator[bytes]:
    """The lines that the page of the books lists with the same address. No cell of it is executed."""
    end_reading()  # the stream reads on a connection of its own; holding two would starve other readers
    return stream_ledger(
        form,
        **choice.of_funds(),
        account=query.filters.get("account"),
        event=query.filters.get("event"),
        fund_line=query.filters.get("fund_line"),
        voucher_of=query.filters.get("voucher_of"),
        search=query.q,
        first=choice.first,
        last=choice.last,
    )


def ledger_file_name(form: str, query: ListQuery, choice: Choice) -> str:
    """``ledger-in2lifesciences-BE-WAL-B150-2026-01-01-2026-12-31.csv``, of what was chosen."""
    picked = [query.filters.get(name) for name in ("account", "event", "fund_line", "voucher_of")]
    narrowed = [*picked, re.sub(r"[^A-Za-z0-9]+", "-", query.q)]
    days = [str(choice.first or ""), str(choice.last or "")]
    parts = ["ledger", choice.programme, choice.region, choice.call, choice.instrument, *narrowed, *days]
    return "-".join(part for part in parts if part) + f".{form}"
