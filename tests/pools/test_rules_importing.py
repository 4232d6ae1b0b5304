"""Files with a pool, as they come: encodings, separators, cells, and what each line would do."""

from datetime import date

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.pools.exports import template_csv
from vouchers.pools.rules.importing import Effect, Register, plan_lines
from vouchers.pools.rules.table import COLUMNS, decode, read_cents, read_codes, read_day, read_rows
from vouchers.pools.states import PoolKind

EXPERTS, PROVIDERS = PoolKind.EXPERTS, PoolKind.PROVIDERS
HEADER = "email,name,employer,country,languages,expertise,daily_rate"
EVA = "eva@x.example,Eva,KTH,SE,en sv,Sensors,600"
KNOWN_EVA = {
    "id": 7, "is_suspended": False, "employer": "KTH", "country": "SE", "region": "", "languages": ["en", "sv"],
    "expertise": "Sensors", "fields": [], "load_limit": 10, "daily_rate": 60_000, "admitted_until": None,
}  # fmt: skip
LAB = {"id": 3, "is_suspended": False, "name": "Lab", "country": "BE", "vat_number": "BE0403170701", "services": ""}


def register(**known):
    return Register({"en", "sv"}, {"med"}, {"BE-WAL"}, "EUR", date(2026, 3, 2), known)


def plans(*lines, kind=EXPERTS, known=None, header=HEADER):
    return plan_lines(read_rows("\n".join([header, *lines]), kind), kind, register(**known or {}))


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("é".encode(), "UTF-8"),
        (b"\xef\xbb\xbf" + "é".encode(), "UTF-8 (BOM)"),
        ("é €".encode("cp1252"), "Windows-1252"),
        (b"plain", "UTF-8"),
    ],
)
def test_encodings_are_told(content, encoding):
    text, told = decode(content)
    assert told == encoding
    assert text.startswith(("é", "plain"))


@pytest.mark.parametrize("content", [b"PK\x03\x04\0\0", "é".encode("utf-16"), b"\x81\x8d\xff", b"a" * 5_000_001])
def test_what_is_no_text_is_refused(content):
    with pytest.raises(RuleBroken) as refusal:
        decode(content)
    assert refusal.value.field == "file"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separators_are_found(separator):
    text = "\r\n".join(line.replace(",", separator) for line in (HEADER, EVA)) + "\r\n\r\n"
    (row,) = read_rows(text, EXPERTS)
    assert (row.number, row.cells["employer"], row.cells["languages"]) == (2, "KTH", "en sv")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (HEADER, "nothing below it"),
        (HEADER.replace("email", "mail") + "\n" + EVA, "no column “mail”"),
        (HEADER + ",name\n" + EVA, "is there twice"),
        ("email,name\na@b.example,A", "“employer” is missing"),
        (HEADER + '\n"' + EVA, "quotation mark"),
        (HEADER + ("\n" + EVA) * 5001, "more than 5000 lines"),
    ],
)
def test_files_that_are_no_pool(text, words):
    with pytest.raises(RuleBroken, match=words):
        read_rows(text, EXPERTS)


def test_formula_cells_are_text():
    line = 'a@x.example,=HYPERLINK(1),"\'=1+1",SE,en,@SUM,600'
    (plan,) = plans(line)
    assert plan.effect == Effect.NEW
    assert (plan.values["name"], plan.values["employer"]) == ("=HYPERLINK(1)", "=1+1")


def test_a_line_is_new_changed_the_same_or_refused():
    known = {"eva@x.example": KNOWN_EVA}
    assert [plan.effect for plan in plans(EVA)] == [Effect.NEW]
    assert [plan.effect for plan in plans(EVA, known=known)] == [Effect.SAME]
    assert [plan.effect for plan in plans(EVA.replace("KTH", "").replace("600", ""), known=known)] == [Effect.SAME]
    (changed,) = plans(EVA.replace("600", "650,50").replace(",650,50", ',"650,50"'), known=known)
    assert changed.changes == (("daily_rate", "600.00", "650.50"),)
    assert changed.entry_id == 7


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        (EVA.replace("eva@", "eva"), "email", "correct format"),
        (EVA.replace("eva@x.example", ""), "email", "Enter the email"),
        (EVA.replace("SE", "Sweden"), "country", "no country code"),
        (EVA.replace("en sv", "xx"), "languages", "not one of the codes"),
        (EVA.replace("600", "much"), "daily_rate", "no amount"),
        (EVA.replace("600", "1.000"), "daily_rate", "no amount"),
        (EVA.replace("KTH", ""), "employer", "must be filled in"),
        (EVA + ",more", "", "more cells"),
        (EVA.replace("KTH", "K" * 141), "employer", "at most 140"),
    ],
)
def test_a_refused_line_says_where_and_why(line, column, words):
    (plan,) = plans(line)
    (fault,) = plan.faults
    assert (plan.effect, fault.column) == (Effect.REFUSED, column)
    assert words in str(fault)


def test_all_faults_of_a_line_are_told_at_once_each_with_its_column():
    header = f"{HEADER},region,fields,load_limit,admitted_until"
    right = EVA + ",BE-WAL,med,5,2027-01-01"
    wrong = "eva@x.example,Eva,,Sweden,en xx yy,Sensors,much,Mars,art,many,soon,more"
    refused, taken = plans(wrong, right, header=header)
    told = ["", "employer", "country", "region", "languages", "languages", "fields", "load_limit"]
    assert [fault.column for fault in refused.faults] == [*told, "daily_rate", "admitted_until"]
    assert [str(fault)[:15] for fault in refused.faults[4:6]] == ["languages: “xx”", "languages: “yy”"]
    assert taken.effect == Effect.NEW
    (stays,) = plans(
        wrong.replace("Sensors", "Optics"), header=header, known={"eva@x.example": KNOWN_EVA | {"is_suspended": True}}
    )
    assert "employer" not in [fault.column for fault in stays.faults]
    assert "suspended" in str(stays.faults[1])
    (lab,) = plans(
        "Lab;Belgium;BE1;ftp://x;nobody", kind=PROVIDERS, header="name;country;vat_number;website;contact_email"
    )
    assert [fault.column for fault in lab.faults] == ["country", "vat_number", "website", "contact_email"]


def test_the_same_codes_in_another_order_are_no_change():
    known = {"eva@x.example": KNOWN_EVA | {"languages": ["sv", "en"]}}
    (same,) = plans(EVA, known=known)
    assert (same.effect, same.changes) == (Effect.SAME, ())
    (changed,) = plans(EVA.replace("KTH", "DTU"), known=known)
    assert changed.changes == (("employer", "KTH", "DTU"),)
    assert changed.values["languages"] == ["sv", "en"]


def test_of_double_lines_the_first_is_taken_and_suspended_entries_stay():
    first, second = plans(EVA, EVA.replace("eva@", "EVA@"))
    assert (first.effect, second.effect) == (Effect.NEW, Effect.REFUSED)
    assert "Line 2 is about the same entry" in str(second.faults[0])
    (stays,) = plans(EVA.replace("KTH", "DTU"), known={"eva@x.example": KNOWN_EVA | {"is_suspended": True}})
    assert "suspended" in str(stays.faults[0])


def test_providers_are_found_by_number_or_name():
    header = "name;country;vat_number;services"
    known = {"BE0403170701": LAB, "lab": LAB}
    lines = ["LAB;BE;;Test", "Other;BE;0403.170.701;", "New;BE;BE0403170702;", "New 2;BE;;", "New 3;BE;BE0403000059;"]
    found = plan_lines(read_rows("\n".join([header, *lines]), PROVIDERS), PROVIDERS, register(**known))
    assert [plan.effect for plan in found] == ["changed", "changed", "refused", "refused", "new"]
    assert ("services", "", "Test") in found[0].changes
    assert ("name", "Lab", "Other") in found[1].changes
    assert (found[2].faults[0].column, found[3].faults[0].column) == ("vat_number", "vat_number")


def test_cells():
    assert read_codes("en, fr|de  en") == ["en", "fr", "de"]
    assert [read_day(text) for text in ("2027-03-01", "1.3.2027", "01/03/2027", "31.2.2027", "soon")] == [
        "2027-03-01", "2027-03-01", "2027-03-01", None, None,
    ]  # fmt: skip
    assert [read_cents(text, "EUR") for text in ("600", "€ 600,5", "-1", "x")] == [60_000, 60_050, None, None]


@pytest.mark.parametrize("kind", PoolKind)
def test_the_template_reads_as_what_it_shows(kind):
    text, encoding = decode(template_csv(kind))
    (row,) = read_rows(text, kind)
    assert encoding == "UTF-8 (BOM)"
    assert tuple(row.cells) == COLUMNS[kind]


@pytest.mark.parametrize(
    ("was", "limit", "count", "is_warned"), [(10, 2, 3, True), (10, 3, 3, False), (10, 4, 3, False), (2, 2, 3, False)]
)
def test_a_load_below_what_an_expert_has_is_told(was, limit, count, is_warned):
    known = {"eva@x.example": KNOWN_EVA | {"load_limit": was, "held": [("Round 1", count), ("Round 2", 1)]}}
    (plan,) = plans(f"{EVA},{limit}", known=known, header=f"{HEADER},load_limit")
    assert plan.effect == (Effect.CHANGED if was != limit else Effect.SAME)
    assert ["Round 1" in str(one) and f"more than {limit}" in str(one) for one in plan.warnings] == [True] * is_warned
