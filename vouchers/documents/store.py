"""The office's one store and its virus scanner: chosen by the application shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vouchers.documents.models import Document

if TYPE_CHECKING:
    from vouchers.documents.scanning import Scanner
    from vouchers.documents.storage import Store

_store: Store | None = None
_scanner: Scanner | None = None


def use_store(store: Store) -> None:
    """Set the store (the application shell does)."""
    global _store
    _store = store


def the_store() -> Store:
    """The store in use."""
    if _store is None:
        raise RuntimeError("no document store is set up")
    return _store


def read_bytes(document: Document) -> bytes:
    """The bytes of a stored file."""
    with the_store().open(document.sha256) as stream:
        return stream.read()


def use_scanner(scanner: Scanner) -> None:
    """Set the virus scanner (the application shell does)."""
    global _scanner
    _scanner = scanner


def the_scanner() -> Scanner:
    """The virus scanner in use."""
    if _scanner is None:
        raise RuntimeError("no scanner is set up")
    return _scanner
