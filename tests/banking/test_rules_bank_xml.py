"""What no bank sends is refused before it is parsed; what banks do send is read, whatever its encoding."""

from io import BytesIO

import pytest

from tests.banking.files import a_file, a_report, a_statement, golden
from vouchers.banking.rules import bank_xml
from vouchers.banking.rules.bank_xml import cents_of, day_of, ensure_safe, moment_of, walk
from vouchers.banking.rules.camt053 import read_statements
from vouchers.banking.rules.kinds import FileKind, find_kind
from vouchers.banking.rules.pain002 import read_report
from vouchers.core.errors import RuleBroken

CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    f'<Document xmlns="{CAMT}"><BkToCstmrStmt><Stmt><Id>&b;</Id></Stmt></BkToCstmrStmt></Document>'
)
DTD = "document type or entities"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB.encode(), DTD),
        (b"<!--" + b" " * 300_000 + b"-->" + BOMB.partition("?>")[2].encode(), DTD),  # behind the first chunk
        (b"<a>" + b" " * (bank_xml._CHUNK - 8) + b"<!DOCTYPE b []></a>", DTD),  # across the border of two chunks
        (b'<!DOCTYPE a SYSTEM "http://127.0.0.1/x.dtd"><a/>', DTD),
        (b'<?xml version="1.0" encoding="UTF-7"?>+ADwAIQ-DOCTYPE a+AD4-<a/>', "UTF-8"),
        (BOMB.encode("utf-16"), "UTF-8"),
        (BOMB.replace("?>", ' encoding="UTF-16"?>', 1).encode("utf-16"), "UTF-8"),
        (b"", "empty"),
        (b"  \n", "empty"),
        (b"PK\x03\x04rest", "packed archive"),
        (b"PK\x03\x04\x14\x00\x06\x00[Content_Types].xml", "a spreadsheet or a document"),
        (b":20:940\n:25:NL91", "no XML file"),
        (b"<Dokument>", "not well-formed"),
        (b"<a/>", "neither a bank statement"),
        (f"<Document xmlns='{CAMT.replace('053', '052')}'/>".encode(), "during the day"),
        (f"<Document xmlns='{CAMT.replace('053', '054')}'/>".encode(), "single bookings"),
        (f"<Document xmlns='{CAMT.replace('camt.053', 'pain.001')}'/>".encode(), "for the bank"),
        (f"<Document xmlns='{CAMT.replace('001.08', '001.99')}'/>".encode(), "does not read this version"),
    ],
)
def test_what_no_bank_sends_is_refused_in_a_sentence(content, says):
    with pytest.raises(RuleBroken, match=says) as refused:
        find_kind(BytesIO(content))
    assert refused.value.field == "file"


def test_a_file_beyond_the_bound_is_refused(monkeypatch):
    monkeypatch.setattr(bank_xml, "LARGEST_FILE", 1024 * 1024)
    with pytest.raises(RuleBroken, match="larger than 1 MB"):
        ensure_safe(BytesIO(b"<a>" + b" " * 1024 * 1024 + b"</a>"))


def test_a_deep_tree_is_refused_and_not_descended():
    deep = b"<Document xmlns='" + CAMT.encode() + b"'>" + b"<a>" * 5_000 + b"</a>" * 5_000 + b"</Document>"
    with pytest.raises(RuleBroken, match="well-formed"):
        list(walk(BytesIO(deep), "Stmt"))


@pytest.mark.parametrize("encoding", ["UTF-8", "ISO-8859-1", "windows-1252", "ISO-8859-15"])
def test_the_encodings_of_banks_are_read(encoding):
    body = a_file(
        a_statement(
            "<Ntry><Amt Ccy='EUR'>1.00</Amt><CdtDbtInd>DBIT</CdtDbtInd>"
            "<AddtlNtryInf>Überweisung é</AddtlNtryInf></Ntry>"
        )
    )
    content = f'<?xml version="1.0" encoding="{encoding}"?>\n'.encode() + body.read().decode().encode(encoding)
    assert read_statements(BytesIO(content))[0].movements[0].remittance == "Überweisung é"


def test_a_mark_before_the_file_is_taken_for_what_it_is():
    assert find_kind(BytesIO(b"\xef\xbb\xbf" + a_file(a_statement()).read())) is FileKind.STATEMENT


def test_each_reader_refuses_the_other_kind():
    with pytest.raises(RuleBroken, match="neither"):
        read_statements(a_report("X"))
    with pytest.raises(RuleBroken, match="neither"):
        read_report(a_file(a_statement()))


def test_the_kind_is_told_inside_an_envelope():
    assert find_kind(golden("camt053_10_envelope.xml")) is FileKind.STATEMENT


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("7437.55", 743755), ("20000", 2000000), ("0.5", 50), ("+1.00", 100), ("1.50000", 150), ("12.", 1200),
        ("", None), ("-1.00", None), ("1,00", None), ("1.005", None), ("1e3", None), ("NaN", None),
        ("12345678901234.00", None), ("１.00", None),
    ],
)  # fmt: skip
def test_amounts(written, cents):
    assert cents_of(written) == cents


def test_what_is_no_day_or_moment_is_none():
    assert day_of(None) is None
    assert moment_of("2026-12-02T18:00:00.123+01:00").hour == 18
    assert moment_of("yesterday") is None
