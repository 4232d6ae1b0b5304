"""What may stand in public: nothing that names the applicant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

SHORTEST_NAME = 4
"""Letters. Anything shorter is found in every text."""


def ensure_names_nobody(texts: Mapping[str, str], names: Iterable[str]) -> None:
    """Refuse a public text in which one of these names stands, whatever its case and spacing.

    Args:
        texts: by form field.
        names: of the organisation and its people, their addresses, the application's number and title.
    """
    wanted = [name for name in dict.fromkeys(names) if len(name.strip()) >= SHORTEST_NAME]
    for field, text in texts.items():
        for name in wanted:
            if _flat(name) in _flat(text):
                raise RuleBroken(
                    _("“%(name)s” tells who asked. Write it so that nobody can be recognised.", name=name), field=field
                )


def _flat(text: str) -> str:
    return re.sub(r"[\s\W_]+", " ", text.casefold()).strip()
