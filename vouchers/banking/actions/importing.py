"""Taking in a file of the bank, whichever it is."""

from __future__ import annotations

from datetime import datetime
from typing import Any, BinaryIO

from vouchers.banking.actions.reports import take_in_report
from vouchers.banking.actions.statements import TakenIn, take_in_statements
from vouchers.banking.models import BankReport
from vouchers.banking.rules.kinds import FileKind, find_kind
from vouchers.documents.actions import ensure_harmless
from vouchers.documents.naming import join_name, split_name


def import_bank_file(stream: BinaryIO, filename: str, *, by: Any, at: datetime) -> TakenIn | tuple[BankReport, bool]:
    """Take in a statement file or a status report, told by what is in it. Raises `RuleBroken` (field ``file``)."""
    stem, _extension = split_name(filename)
    take_in = take_in_statements if find_kind(stream) is FileKind.STATEMENT else take_in_report
    ensure_harmless(stream)
    return take_in(stream, join_name(stem, ".xml"), by=by, at=at)
