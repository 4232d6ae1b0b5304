"""Which files are those of a cost. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def proves(document: Any, line: Any) -> bool:
    """Whether a file of the claim is the cost's first one, or a further one of it."""
    return bool(document.id == line.document_id or document.part_id == line.id)


def files_of(line: Any, documents: Iterable[Any]) -> list[Any]:
    """Those of these files of the claim that are the cost's, its first one first."""
    found = [document for document in documents if proves(document, line)]
    return sorted(found, key=lambda document: document.id != line.document_id)
