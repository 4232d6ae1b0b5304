"""Proving the books: each journal balances, the stages kept are the stages booked, and all of it is what was sealed.

The record holds a hash of what each step booked (`digests`), so that not even the database's owner can rewrite a
journal, its lines and the stages together without a fault here or in ``audit verify``. One pass over all lines, in
constant memory; whatever is wrong is named with its line, where one can be named.
"""

from __future__ import annotations

from collections.abc import Iterator

from vouchers.ledger.proof.advances import faults_of_advances
from vouchers.ledger.proof.faults import Fault
from vouchers.ledger.proof.periods import faults_of_periods
from vouchers.ledger.proof.recoveries import faults_of_recoveries
from vouchers.ledger.proof.stages import faults_of_stages
from vouchers.ledger.proof.subjects import faults_of_subjects
from vouchers.ledger.proof.walking import faults_of_lines

__all__ = ["Fault", "find_faults", "list_faults"]


def find_faults() -> Iterator[Fault]:
    """Prove the books; yields each thing that is wrong, lines in their order first."""
    yield from faults_of_lines()
    yield from faults_of_stages()
    yield from faults_of_advances()
    yield from faults_of_periods()
    yield from faults_of_subjects()
    yield from faults_of_recoveries()


def list_faults() -> Iterator[str]:
    """The same in words."""
    for fault in find_faults():
        yield str(fault)
