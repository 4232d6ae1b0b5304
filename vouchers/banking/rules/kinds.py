"""What a bank's file is: told by the namespace of its document, never by its name."""

from __future__ import annotations

import re
from enum import Enum
from typing import BinaryIO

from vouchers.banking.rules.bank_xml import namespace, refuse, walk
from vouchers.core.text import say as _


class FileKind(Enum):
    """What the office takes from a bank."""

    STATEMENT = "camt.053"
    REPORT = "pain.002"


_KIND = re.compile(r"(camt\.05[234]|pain\.00[12])\.\d{3}\.(\d{2})")
_VERSIONS = {FileKind.STATEMENT: range(2, 14), FileKind.REPORT: range(3, 15)}
_OTHERS = {
    "camt.052": _("This is a report during the day (camt.052). Import the statement of the day (camt.053)."),
    "camt.054": _("This is a notice of single bookings (camt.054). Import the statement (camt.053), which has all."),
    "pain.001": _("This is a file of payments for the bank, not one from the bank."),
}
_NONE = _("This is neither a bank statement (camt.053) nor a status report (pain.002) of ISO 20022.")


def kind_of(space: str) -> FileKind:
    """The kind of a document by its namespace. Raises `RuleBroken` for what the office does not take."""
    found = _KIND.search(space)
    if found is None:
        raise refuse(_NONE)
    name, version = found.group(1), int(found.group(2))
    for kind in FileKind:
        if name == kind.value and version in _VERSIONS[kind]:
            return kind
    raise refuse(_OTHERS.get(name, _("The office does not read this version: %(name)s.", name=found.group(0))))


def find_kind(stream: BinaryIO) -> FileKind:
    """The kind of a file by its first document; the stream is left at its start. Raises `RuleBroken`."""
    for _event, element in walk(stream, "Document"):
        kind = kind_of(namespace(element))
        stream.seek(0)
        return kind
    raise refuse(_NONE)


def ensure_kind(space: str, wanted: FileKind) -> None:
    """A document must be of the wanted kind. Raises `RuleBroken`."""
    if kind_of(space) is not wanted:
        raise refuse(_NONE)
