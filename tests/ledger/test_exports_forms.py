"""The books as JSON Lines, XLSX and Beancount: the same lines as the CSV, said in each form's own way."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest

from tests.ledger.books import budget, open_funds, post, shares
from tests.ledger.exported import as_beancount, as_csv, as_json, as_sheets, balances_of, written
from vouchers.core.database import db, unit_of_work
from vouchers.core.money import EUR
from vouchers.ledger import queries, recipes
from vouchers.ledger.chart import FundKind
from vouchers.ledger.exports import FORMATS, stream_ledger
from vouchers.ledger.exports.beancount_names import component, fund_names
from vouchers.ledger.exports.narrowing import FundFacts
from vouchers.ledger.models import Fund

ODD = 'Żółw & "Söhne" \\ <a@b>\nsecond\tline \x07 _x0041_'


@pytest.fixture
def funds(app):
    funds = open_funds()
    budget("100", funds)
    return funds


@pytest.fixture
def other_funds(funds):
    """Another region of another programme, in another currency."""
    more = [
        Fund(programme="*A B", call="c_1", region="Île", instrument="x", line=line, kind=FundKind.OWN,
             rate=Decimal("0.5"), currency="DKK")
        for line in ("a b", "a-b")
    ]  # fmt: skip
    with unit_of_work():
        db.session.add_all(more)
    parts = queries.shares_of(more, EUR("10"))
    parts = [recipes.Share(part.fund_id, part.kind, type(part.amount)(part.amount.cents, "DKK")) for part in parts]
    post(recipes.appropriate(parts, reference="DKK", narrative="Krone"), on=date(2025, 1, 2))
    return more


def moved(funds):
    """A voucher's money, from the award to the bank, on several days."""
    post(recipes.precommit(shares(funds, "40"), voucher="V1", narrative=ODD), on=date(2026, 3, 4))
    post(recipes.commit(shares(funds, "40"), voucher="V1", narrative=""), on=date(2026, 3, 5))
    part = queries.next_shares("V1", EUR("33.33"))
    post(recipes.accept_claim(part, voucher="V1", reference="V1-C1", narrative="Claim"), on=date(2026, 4, 1))
    post(recipes.order_payment([("V1", part)], reference="P1", narrative="Batch"), on=date(2026, 4, 2))
    post(recipes.debit_bank([("V1", part)], reference="P1", narrative="Executed"), on=date(2026, 5, 1))


# --- JSON Lines -------------------------------------------------------------------------------------------------------


def test_json_lines_say_what_the_csv_says(funds, other_funds):
    moved(funds)
    rows = as_json()
    assert [list(row) for row in rows if set(row) != {*rows[0]}] == []
    for row, cells in zip(rows, as_csv(), strict=True):
        assert int(row["cents"]) == int(Decimal(cells["debit"]) * 100) - int(Decimal(cells["credit"]) * 100)
        plain = {name: "" if row[name] is None else str(row[name]) for name in cells}
        assert {name: text.removeprefix("'") for name, text in cells.items()} == plain
    assert ODD in [row["narrative"] for row in rows]  # nothing is neutralised here: a program reads it


def test_json_lines_are_written_in_one_way_on_every_database(funds, other_funds):
    moved(funds)
    odd = 'V"\\\x1f2 :first 100%'
    post(recipes.precommit(shares(funds, "1"), voucher=odd, narrative="%s {0}"), on=date(2026, 3, 6))
    content, _count = written("jsonl")
    lines = content.decode().splitlines(keepends=True)
    assert lines == [json.dumps(json.loads(one), ensure_ascii=False, separators=(",", ":")) + "\n" for one in lines]
    assert odd in {json.loads(one)["voucher"] for one in lines}


# --- XLSX -------------------------------------------------------------------------------------------------------------


def test_a_workbook_has_days_numbers_and_texts(funds):
    moved(funds)
    [[headings, *rows]] = as_sheets()
    cells = [dict(zip(headings, row, strict=True)) for row in rows]
    for cell, line in zip(cells, as_csv(), strict=True):
        assert cell["date"] == datetime.fromisoformat(line["date"])
        assert (Decimal(str(cell["debit"])), Decimal(str(cell["credit"]))) == (
            Decimal(line["debit"]),
            Decimal(line["credit"]),
        )
        for name in ("reference", "account", "account_name", "region", "voucher", "step_id", "booked_at"):
            assert (cell[name] or "") == line[name]
        assert (str(cell["journal"]), str(cell["line"])) == (line["journal"], line["line"])


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_a_workbook_is_a_formula_or_a_link(funds, sign):
    danger = f'{sign}HYPERLINK("http://example.org")'
    post(recipes.precommit(shares(funds, "1"), voucher=danger, narrative="https://example.org"))
    text, _count = written("xlsx")
    with zipfile.ZipFile(io.BytesIO(text)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet
        assert "hyperlink " not in sheet.lower()
        assert not [name for name in archive.namelist() if "worksheets/_rels" in name]
    [[_headings, *rows]] = as_sheets()
    texts = [cell for row in rows for cell in row if isinstance(cell, str)]
    assert not [cell for cell in texts if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert len([cell for cell in texts if cell.startswith((f"'{sign}", "'_x000D_"))]) > 3


def test_a_full_sheet_is_followed_by_another(funds):
    moved(funds)
    whole = as_sheets()[0]
    lines = len(whole) - 1
    for most in (2, 4, lines, lines + 1, lines + 2):
        sheets = as_sheets(rows_per_sheet=most)
        assert len(sheets) == -(-lines // (most - 1))
        assert all(sheet[0] == whole[0] for sheet in sheets)
        assert [row for sheet in sheets for row in sheet[1:]] == whole[1:]
    assert as_sheets(programme="OTHER") == [[whole[0]]]


def test_the_same_books_give_the_same_bytes(funds):
    moved(funds)
    for form in FORMATS:
        assert written(form) == written(form)


# --- Beancount --------------------------------------------------------------------------------------------------------


def trial_balance() -> dict[tuple[str, str], int]:
    """(account, currency) -> cents that are not nothing, as our own books have them."""
    rows = db.session.execute(
        db.text(
            "SELECT l.account, f.currency, sum(l.cents) FROM journal_line l JOIN fund f ON f.id = l.fund_id "
            "GROUP BY l.account, f.currency"
        )
    )
    return {(account, currency): int(cents) for account, currency, cents in rows if cents}


def test_beancount_finds_no_fault_and_the_same_balances(funds, other_funds, tmp_path):
    moved(funds)
    entries, errors = as_beancount(tmp_path)
    assert errors == []
    assert {key: cents for key, cents in balances_of(entries).items() if cents} == trial_balance()


def test_a_transaction_says_step_journal_voucher_and_correction(funds, tmp_path):
    moved(funds)
    entries, _errors = as_beancount(tmp_path, event="precommit")
    [booked] = [entry for entry in entries if type(entry).__name__ == "Transaction"]
    assert (booked.date, booked.payee, booked.narration) == (date(2026, 3, 4), "precommit", ODD)
    assert (booked.tags, booked.links) == ({"budget"}, {"journal-2"})
    assert booked.meta["step"]
    assert booked.meta["reference"] == "V1"
    assert [posting.meta.get("voucher") for posting in booked.postings] == [None, "V1", None, "V1"]
    assert booked.postings[1].account == ("Equity:Budget:B120-Pre-committed-awarded:IN2:2026-COLLAB:BE-WAL:All:ERDF")


def test_a_journal_of_both_books_is_one_transaction_in_each(funds, tmp_path):
    moved(funds)
    entries, _errors = as_beancount(tmp_path, event="bank_debit")
    both = [entry for entry in entries if type(entry).__name__ == "Transaction"]
    assert [entry.tags for entry in both] == [{"general"}, {"budget"}] or [entry.tags for entry in both] == [
        {"budget"},
        {"general"},
    ]
    assert len({frozenset(entry.links) for entry in both}) == 1


@pytest.mark.parametrize(
    "narrowed",
    [
        {"first": date(2026, 4, 1)},
        {"first": date(2026, 4, 1), "last": date(2026, 4, 30)},
        {"last": date(2026, 3, 31)},
        {"account": "B120"},
        {"search": "V1"},
        {"account": "1000", "first": date(2026, 5, 1)},
        {"regions": ["BE-WAL"]},
        {"regions": []},
        {"programme": "OTHER"},
        {"first": date(2030, 1, 1)},
    ],
    ids=str,
)
def test_beancount_finds_no_fault_in_a_part_of_the_books(funds, other_funds, tmp_path, narrowed):
    moved(funds)
    entries, errors = as_beancount(tmp_path, **narrowed)
    assert errors == []
    ended = {**narrowed, "first": None}
    expected: dict[tuple[str, str], int] = {}
    for row in as_json(**ended):
        key = row["account"], row["currency"]
        expected[key] = expected.get(key, 0) + row["cents"]
    found = {key: cents for key, cents in balances_of(entries).items() if key[0] and cents}
    assert found == {key: cents for key, cents in expected.items() if cents}


def test_a_cent_that_is_changed_on_the_way_is_found_by_beancount(funds, tmp_path):
    moved(funds)
    text, _count = written("beancount")
    file = tmp_path / "changed.beancount"
    file.write_bytes(text.replace(b"33.33", b"33.34").replace(b"20.00 EUR", b"20.01 EUR", 1))
    from beancount import loader

    _entries, errors, _options = loader.load_file(str(file))
    assert errors


def test_no_two_funds_share_a_name(app):
    facts = [FundFacts(number, *codes, "EUR") for number, codes in enumerate(
        [("P", "c", "R", "*", "a b"), ("P", "c", "R", "*", "a-b"), ("P", "c", "R", "All", "a_b"),
         ("p", "C", "R", "*", "A b"),
         ("P", "c", "R", "*", "a b-F2")], start=1,
    )]  # fmt: skip
    names = fund_names(facts)
    assert len(set(names.values())) == len(facts)
    assert fund_names(facts[:2]) == {key: names[key] for key in (1, 2)}


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("BE-WAL", "BE-WAL"),
        ("erdf", "Erdf"),
        ("Île de France", "Ile-de-France"),
        ("=1+1", "1-1"),
        ("", "X"),
        ("東京", "X"),
        ("--", "X"),
    ],
)
def test_a_part_of_a_name_begins_with_a_capital_or_a_digit(code, name):
    assert component(code) == name


# --- any form ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_a_reader_who_leaves_half_way_disturbs_nobody(funds, form):
    moved(funds)
    for _turn in range(12):
        pieces = stream_ledger(form)
        next(pieces)
        next(pieces, None)
        pieces.close()
    assert written(form)[1] == len(as_csv()) > 20


@pytest.mark.parametrize("form", FORMATS)
def test_all_forms_count_the_same_lines(funds, other_funds, form):
    moved(funds)
    for narrowed in ({}, {"search": "P"}, {"fund_line": "ERDF"}, {"last": date(2026, 3, 4)}, {"account": "2000"}):
        assert written(form, **narrowed)[1] == len(as_csv(**narrowed))


def test_what_is_booked_meanwhile_is_in_no_half(funds):
    """A file is one look at the books."""
    moved(funds)
    count = len(as_csv())
    pieces = stream_ledger("beancount")
    head = next(pieces)
    post(recipes.precommit(shares(funds, "1"), voucher="V2", narrative="Meanwhile"))
    text = head + b"".join(pieces)
    assert b"Meanwhile" not in text
    assert len(as_csv()) == count + 4
