"""Monthly rates, loaded as the office loads them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from tests.builders.programmes import during_call
from vouchers.rates import actions
from vouchers.rates.models import RateImport
from vouchers.workflow.transition import OFFICE

HEADER = "Country,Currency,ISO code,Period,Amount"
FILE = f"""{HEADER}
Denmark,Danish krone,DKK,10/2026,7.4605
Poland,Zloty,PLN,10/2026,4.2570
United Kingdom,Pound sterling,GBP,10/2026,0.86523
United States,US dollar,USD,10/2026,1.1612
Ecuador,US dollar,USD,10/2026,1.1612
Austria,Euro,EUR,10/2026,1
"""


def a_file_of_rates(*lines: str, header: str = HEADER) -> bytes:
    """A file with these lines."""
    return "\n".join([header, *lines, ""]).encode()


def a_read_file_of_rates(content: bytes | str = FILE, *, at: datetime | None = None, by: Any = OFFICE) -> RateImport:
    """A file that was read, and of which nothing is loaded yet."""
    content = content.encode() if isinstance(content, str) else content
    return actions.read_rate_import(content, "rates.csv", by=by, at=at or during_call())


def loaded_rates(
    content: bytes | str = FILE, *, reason: str = "", at: datetime | None = None, by: Any = OFFICE
) -> RateImport:
    """A file that was read and loaded."""
    at = at or during_call()
    kept = a_read_file_of_rates(content, at=at, by=by)
    actions.load_rate_import(kept, reason=reason, by=by, at=at)
    return kept
