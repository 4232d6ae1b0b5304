"""Excluded sectors by NACE code: ``01`` excludes the whole division, ``10.1`` its group, ``10.11`` one class."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

_NACE = re.compile(r"(?:NACE )?(?:[A-V] ?)?(\d{2})(?:\.?(\d{1,2}))?(?:[./ -]?\w{1,3})?", re.ASCII)


def ensure_nace(text: str) -> str:
    """The code as ``72``, ``72.1`` or ``72.11``; national endings (``72.11-0``, ``72.11Z``) are left out.

    Raises:
        RuleBroken: it is not a NACE code (field ``nace``).
    """
    read = _NACE.fullmatch(" ".join(text.upper().split()))
    if read is None or read[1] == "00":
        raise RuleBroken(
            _(
                "“%(text)s” is not a NACE code. Write it like 72 or 72.11; the company register names yours.",
                text=text[:20],
            ),
            field="nace",
        )
    return f"{read[1]}.{read[2]}" if read[2] else read[1]


def find_excluded(nace: str, excluded: Sequence[str]) -> str | None:
    """The first excluded code that covers this one, or None."""
    digits = nace.replace(".", "")
    return next((code for code in excluded if digits.startswith(code.replace(".", ""))), None)


def is_too_coarse(nace: str, excluded: Sequence[str]) -> bool:
    """Whether only a finer code would tell: the code is a division or group of which a part is excluded."""
    digits = nace.replace(".", "")
    return find_excluded(nace, excluded) is None and any(code.replace(".", "").startswith(digits) for code in excluded)
