"""Countries by ISO 3166-1 alpha-2."""

from __future__ import annotations

from vouchers.core.countries import COUNTRIES
from vouchers.core.text import say as _
from vouchers.programmes.rules.values import Misread

MEANT = {"UK": "GB", "EL": "GR"}


def read_country(text: str) -> str:
    """A country code in capitals."""
    code = text.strip()
    if code in COUNTRIES:
        return code
    meant = MEANT.get(code.upper(), code.upper())
    if meant in COUNTRIES:
        raise Misread(
            _('"%(code)s" is not an ISO country code. Did you mean "%(meant)s"?', code=code[:20], meant=meant)
        )
    raise Misread(_('"%(code)s" is not an ISO country code of two letters, such as BE.', code=code[:20]))
