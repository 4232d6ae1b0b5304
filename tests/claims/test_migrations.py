"""The keys of invoices that were stored before are reckoned anew, by the rules that refuse."""

import importlib.util
import sqlite3
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import create_engine, text

from vouchers.claims.rules.invoices import invoice_key

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"
INVOICES = (
    ("UK Test Ltd", "Nr. GB-1"), ("UK Test", "Invoice GB-1"), ("Lab Uno S.A.", "02026/17"), ("Novo A/S", "N° 7"),
    ("SARL Müller & Co", "INV118"), ("Kowal Sp. z o.o.", "000"), ("Ltd", "No"), ("Groß & Søn", "№ 5"),
)  # fmt: skip


@pytest.mark.once
def test_stored_keys_are_those_of_today(tmp_path):
    path = tmp_path / "office.db"
    with sqlite3.connect(path) as old:
        old.execute(
            "CREATE TABLE cost_line (id INTEGER PRIMARY KEY, supplier TEXT, invoice_number TEXT, invoice_key TEXT)"
        )
        rows = [(*invoice, "as|before") for invoice in INVOICES]
        old.executemany("INSERT INTO cost_line (supplier, invoice_number, invoice_key) VALUES (?, ?, ?)", rows)
        old.execute("INSERT INTO cost_line VALUES (99, '', '', '')")  # erased by law
    spec = importlib.util.spec_from_file_location("step", VERSIONS / "0072_one_key_for_each_invoice.py")
    step = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(step)
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            step.upgrade()
        keys = connection.execute(text("SELECT invoice_key FROM cost_line ORDER BY id")).scalars().all()
    engine.dispose()
    assert keys == [*(invoice_key(*invoice) for invoice in INVOICES), ""]
