"""A bank file of many payments: written as pain.001, and read again by the office's own checks, on one core."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from datetime import UTC, date, datetime

from bench.figures import Figure, peak_memory
from vouchers.core.money import Money
from vouchers.payments.rules.bank_file_checks import check_bank_file
from vouchers.payments.rules.credit_transfer import Account, CreditTransfer, Party, TransferBatch
from vouchers.payments.rules.pain001 import write_pain001

CHILD = "from bench.bank_file import write_once; write_once({count})"


def measure(count: int = 10_000) -> list[Figure]:
    """In a process of its own, so that the memory is the file's alone (and that of the interpreter)."""
    command = [sys.executable, "-c", CHILD.format(count=count)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    found = json.loads(told.stdout.splitlines()[-1])
    return [
        Figure(
            "pain.001 written", count / found["written"], " payments/s", memory=found["memory"],
            note=f"{count:,}, {found['bytes'] / 1e6:.1f} MB, in {found['written']:.2f} s",
        ),
        Figure("  checked beyond the schema", count / found["read"], " payments/s", note=f"{found['read']:.2f} s"),
    ]  # fmt: skip


def write_once(count: int) -> None:
    """Write and check one file; prints seconds, bytes and MB as JSON."""
    batch = a_batch(count)
    began = time.perf_counter()
    xml = write_pain001(batch)
    written = time.perf_counter() - began
    began = time.perf_counter()
    assert check_bank_file(xml) == []
    read = time.perf_counter() - began
    memory = peak_memory()
    print(json.dumps({"written": written, "read": read, "bytes": len(xml), "memory": memory}))


def a_batch(count: int) -> TransferBatch:
    """Payments to companies whose names have to be spelt in the letters of SEPA."""
    transfers = tuple(
        CreditTransfer(
            end_to_end_id=f"IN2-V{number:06d}-P1",
            instruction_id=f"I{number}",
            amount=Money(100_00 + number, "EUR"),
            creditor=Party(f"Müller & Söhne {number}", "Hauptstraße", str(number), "70173", "Stuttgart", "DE"),
            account=Account("DE89370400440532013000", "COBADEFFXXX"),
            remittance=f"Collaboration voucher IN2-V{number:06d}",
        )
        for number in range(1, count + 1)
    )
    return TransferBatch(
        message_id="IN2-RUN-2026-0007",
        created_at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        initiating_party="Brabant Development Agency",
        debtor=Party("Brabant Development Agency", "Goirleseweg", "15", "5026 PB", "Tilburg", "NL"),
        debtor_account=Account("NL91ABNA0417164300", "ABNANL2A"),
        execute_on=date(2026, 12, 1),
        transfers=transfers,
    )
