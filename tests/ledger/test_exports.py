"""The books as CSV: the same bytes from both databases, nothing that a spreadsheet would execute."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from tests.ledger.books import budget, open_funds, post, shares
from vouchers.ledger import recipes
from vouchers.ledger.exports import COLUMNS, stream_ledger_csv, write_ledger_csv


def exported(**narrowed):
    out = io.BytesIO()
    count = write_ledger_csv(out, **narrowed)
    rows = list(csv.DictReader(io.StringIO(out.getvalue().decode(), newline="")))
    assert len(rows) == count
    return rows


@pytest.fixture
def funds(app):
    funds = open_funds()
    budget("100", funds)
    return funds


def test_a_line_says_all_that_there_is_to_say(funds):
    post(recipes.precommit(shares(funds[:1], "7.05"), voucher="IN2-2026-0001", narrative='Awarded, "first"\nplace'))
    row = exported()[-1]
    assert tuple(row) == COLUMNS
    assert row.pop("step_id")
    assert int(row.pop("line")) == 6
    assert row == {
        "journal": "2", "date": "2026-03-02", "booked_at": "2026-03-02T12:00:00Z", "event": "precommit",
        "reference": "IN2-2026-0001", "narrative": 'Awarded, "first"\nplace', "account": "B120",
        "account_name": "Pre-committed (awarded)", "programme": "IN2", "call": "2026-COLLAB", "region": "BE-WAL",
        "instrument": "*", "fund_line": "ERDF", "voucher": "IN2-2026-0001", "debit": "7.05", "credit": "0.00",
        "currency": "EUR", "reverses": "", "corrects": "",
    }  # fmt: skip


def test_the_bytes_are_these(funds):
    post(recipes.precommit(shares(funds[:1], "0.05"), voucher="V,1", narrative=""))
    out = io.BytesIO()
    write_ledger_csv(out, programme="IN2")
    head, *lines = out.getvalue().decode().splitlines()
    assert head == ",".join(COLUMNS)
    assert [line.rpartition(",")[2] for line in lines[-2:]] == ["", ""]  # corrects nothing
    assert [line.rsplit(",", 4)[0] for line in lines[-2:]] == [
        '2,2026-03-02,2026-03-02T12:00:00Z,precommit,"V,1",,B110,Available,IN2,2026-COLLAB,BE-WAL,*,ERDF,,0.00,0.05,EUR',
        '2,2026-03-02,2026-03-02T12:00:00Z,precommit,"V,1",,B120,Pre-committed (awarded),IN2,2026-COLLAB,BE-WAL,*,ERDF,"V,1",0.05,0.00,EUR',  # noqa: E501
    ]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(funds, sign):
    danger = f"{sign}HYPERLINK(1)"
    post(recipes.precommit(shares(funds, "1"), voucher=danger, narrative=danger))
    odd = open_funds(programme=danger, region=danger)
    post(recipes.appropriate(shares(odd, "1"), reference=danger, narrative="ok"))
    cells = [cell for row in exported() for cell in row.values()]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert cells.count(f"'{danger}") > 10


def test_regions_and_days_are_narrowed(funds):
    other = open_funds(region="NL-LIM")
    post(recipes.appropriate(shares(other, "5"), reference="B", narrative=""), on=date(2026, 12, 31))
    assert {row["region"] for row in exported()} == {"BE-WAL", "NL-LIM"}
    assert {row["region"] for row in exported(regions=["NL-LIM"])} == {"NL-LIM"}
    assert {row["region"] for row in exported(first=date(2026, 3, 3))} == {"NL-LIM"}
    assert {row["region"] for row in exported(last=date(2026, 12, 30))} == {"BE-WAL"}
    assert exported(regions=[]) == exported(programme="OTHER") == exported(first=date(2027, 1, 1)) == []


def test_calls_accounts_events_and_a_search_are_narrowed(funds):
    post(recipes.precommit(shares(funds[:1], "7"), voucher="V_1", narrative=""))
    post(recipes.precommit(shares(funds[:1], "8"), voucher="VX1", narrative=""))
    assert {row["event"] for row in exported(event="precommit")} == {"precommit"}
    assert {row["account"] for row in exported(account="B120")} == {"B120"}
    assert [row["debit"] for row in exported(account="B120", search="V_1")] == ["7.00"]
    assert {row["reference"] for row in exported(search="V")} == {"V_1", "VX1"}
    assert exported(call="2026-COLLAB", instrument="*") == exported()
    assert exported(call="OTHER") == exported(instrument="OTHER") == exported(search="V%") == []


def test_a_reader_who_leaves_half_way_disturbs_nobody(funds):
    for _turn in range(12):
        chunks = stream_ledger_csv()
        next(chunks)
        next(chunks)
        chunks.close()
    assert len(exported()) == 4


def test_the_amounts_of_an_export_add_up(funds):
    post(recipes.precommit(shares(funds, "99.99"), voucher="V1", narrative=""))
    rows = exported()
    assert sum(int(row["debit"].replace(".", "")) for row in rows) == sum(
        int(row["credit"].replace(".", "")) for row in rows
    )
