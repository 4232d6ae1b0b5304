"""The empty table that an import begins with."""

from __future__ import annotations

import csv
import io

from vouchers.pools.rules.table import COLUMNS
from vouchers.pools.states import PoolKind

_EXAMPLES: dict[PoolKind, dict[str, str]] = {
    PoolKind.EXPERTS: {
        "email": "eva@example.org",
        "name": "Eva Expert",
        "employer": "KTH",
        "country": "SE",
        "languages": "en sv",
        "expertise": "Sensors and diagnostics",
        "load_limit": "10",
        "daily_rate": "600.00",
        "admitted_until": "2030-12-31",
    },
    PoolKind.PROVIDERS: {
        "name": "Example Laboratory",
        "country": "BE",
        "vat_number": "BE0403170701",
        "website": "https://example.org",
        "contact_email": "lab@example.org",
        "services": "Usability test; 850; day | Advice",
        "accredited_until": "2030-12-31",
    },
}


def template_csv(kind: PoolKind) -> bytes:
    """Header and one example line, in UTF-8 with a mark so that spreadsheets know it."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS[kind], restval="")
    writer.writeheader()
    writer.writerow(_EXAMPLES[kind])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
