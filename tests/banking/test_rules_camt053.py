"""Statements of several banks' dialects, read to the same values."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.banking.files import a_file, a_statement, an_entry, golden
from vouchers.banking.rules.camt053 import read_statements
from vouchers.banking.rules.movements import Balance
from vouchers.core.errors import RuleBroken

SECOND = date(2026, 12, 2)


def rows(statement):
    return [(one.entry, one.part, one.signed, one.end_to_end_id) for one in statement.movements]


def test_the_sample_with_a_batch_and_a_return():
    (statement,) = read_statements(golden("sample_camt.053.001.08.xml"))

    assert (statement.number, statement.sequence, statement.iban) == ("2026-234", "234", "NL91ABNA0417164300")
    assert statement.opening == Balance(10_000_000, date(2026, 12, 1))
    assert statement.closing == Balance(9_300_000, SECOND)
    assert rows(statement) == [
        (1, 1, -700_000, "IN2-V0001-C1"),
        (1, 2, -43_755, "IN2-V0003-C1"),
        (2, 1, 43_755, "IN2-V0003-C1"),
    ]
    paid, _other, back = statement.movements
    assert (paid.payment_block, paid.kind, paid.entry_reference) == ("IN2-RUN-2026-0007-1", "PMNT/ICDT/ESCT", "E1")
    assert (back.is_return, back.return_code, back.value_on) == (True, "AC01", SECOND)


def test_version_02_with_a_prefix():
    (statement,) = read_statements(golden("camt053_02_prefixed.xml"))

    assert (statement.iban, statement.sequence, statement.stated_entries) == ("BE68539007547034", "235", 4)
    assert (statement.opening.cents, statement.closing) == (2_000_000, Balance(793_650, SECOND))
    assert statement.opening.cents + sum(one.signed for one in statement.movements) == statement.closing.cents
    batch, paid, fee, back, charge = statement.movements
    assert (batch.part, batch.payment_block, batch.transactions) == (0, "IN2-BEWAL-2026-0007", 2)
    assert (batch.value_on, batch.bank_reference, batch.kind) == (date(2026, 12, 1), "B0001", "N501")
    assert (paid.signed, paid.other_name, paid.other_iban) == (
        -50_000,
        "Société Générale d'Études",
        "FR7630006000011234567890189",
    )
    assert (paid.remittance, fee.signed, fee.is_charge) == ("Meet and Greet V0009", -50, True)
    assert (back.is_return, back.return_code, back.return_text) == (
        True,
        "AC04",
        "AC04 COMPTE CLOTURE VEUILLEZ VERIFIER",
    )
    assert (charge.is_charge, charge.remittance) == (True, "Frais de tenue de compte")


def test_version_06_with_two_accounts():
    first, second = read_statements(golden("camt053_06_two_accounts.xml"))

    assert (first.iban, second.iban) == ("DK5000400440116243", "DE89370400440532013000")
    assert (first.opening.cents, first.closing.cents, first.page) == (-10_000, -85_000, "")
    assert (first.first_on, first.last_on) == (SECOND, SECOND)
    whole, pending, information = first.movements
    assert (whole.part, whole.references, whole.transactions) == (0, ("IN2-V0001-C1", "IN2-V0002-C1"), 2)
    assert [one.is_booked for one in (whole, pending, information)] == [True, False, False]
    assert (second.opening, second.closing, second.last_on) == (None, None, SECOND)
    assert (second.movements[0].end_to_end_id, second.movements[0].currency) == ("IN2-V0004-C1", "EUR")


def test_version_10_in_an_envelope():
    (statement,) = read_statements(golden("camt053_10_envelope.xml"))

    back, fee, reversal = statement.movements
    assert (back.signed, back.is_return, back.return_code, back.other_name) == (43_755, True, "MD07", "Medicon ApS")
    assert (back.remittance, fee.signed, fee.is_charge, fee.is_return) == ("RF18539007547034", -250, True, False)
    assert (reversal.is_reversal, reversal.end_to_end_id, reversal.signed) == (True, "IN2-V0002-C1", 400_000)
    assert statement.opening.cents + sum(one.signed for one in statement.movements) == statement.closing.cents


@pytest.mark.parametrize("version", ["02", "03", "04", "06", "08", "10", "13"])
def test_every_version_is_read(version):
    content = (
        a_file(a_statement(an_entry("5.00", reference="R")))
        .read()
        .replace(b"053.001.08", f"053.001.{version}".encode())
    )
    assert rows(read_statements(type(a_file())(content))[0]) == [(1, 1, -500, "R")]


def test_a_page_in_the_middle_opens_and_closes_with_interim_balances():
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd></Bal>"
        for code, amount in (("ITBD", "10.00"), ("ITBD", "5.00"))
    )
    page = "<StmtPgntn><PgNb>2</PgNb><LastPgInd>false</LastPgInd></StmtPgntn>"
    text = a_statement(balances, an_entry("5.00")).replace("<Acct>", page + "<Acct>")
    (statement,) = read_statements(a_file(text))
    assert (statement.page, statement.opening.cents, statement.closing.cents) == ("2", 1000, 500)


def test_balances_behind_the_entries_are_read_too():
    balance = (
        "<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>5.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>"
    )
    (statement,) = read_statements(a_file(a_statement(an_entry("1.00"), an_entry("2.00"), balance)))
    assert (statement.closing.cents, statement.entries) == (500, 2)


def test_transactions_that_do_not_add_up_leave_the_entry_whole():
    details = "".join(
        f"<TxDtls><Refs><EndToEndId>{r}</EndToEndId></Refs><Amt Ccy='EUR'>1.00</Amt></TxDtls>" for r in "AB"
    )
    entry = an_entry("5.00").replace("</Ntry>", f"<NtryDtls>{details}</NtryDtls></Ntry>")
    (movement,) = read_statements(a_file(a_statement(entry)))[0].movements
    assert (movement.part, movement.is_torn, movement.cents) == (0, True, 500)


def test_a_foreign_amount_of_a_transaction_is_not_taken_for_that_of_the_entry():
    foreign = "<AmtDtls><InstdAmt><Amt Ccy='DKK'>7.00</Amt></InstdAmt></AmtDtls>"
    detail = f"<TxDtls><Refs><EndToEndId>A</EndToEndId></Refs>{foreign}</TxDtls>"
    entry = an_entry("5.00").replace("</Ntry>", f"<NtryDtls>{detail}</NtryDtls></Ntry>")
    (movement,) = read_statements(a_file(a_statement(entry)))[0].movements
    assert (movement.cents, movement.references) == (500, ("A",))


AMOUNT = st.integers(min_value=0, max_value=10**9)
PLACES = st.sampled_from(["Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt", ""])
DETAIL = st.tuples(AMOUNT, PLACES, st.sampled_from(["", "CRDT", "DBIT"]), st.integers(min_value=0, max_value=500))


def written(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def a_detail(cents, place, direction, charge):
    amount = f"<Amt Ccy='EUR'>{written(cents)}</Amt>"
    for tag in reversed(place.split("/")[:-1]):
        amount = f"<{tag}>{amount}</{tag}>"
    fee = (
        f"<Chrgs><Rcrd><Amt Ccy='EUR'>{written(charge)}</Amt><CdtDbtInd>DBIT</CdtDbtInd></Rcrd></Chrgs>"
        if charge
        else ""
    )
    way = f"<CdtDbtInd>{direction}</CdtDbtInd>" if direction else ""
    return f"<TxDtls>{amount if place else ''}{way}{fee}</TxDtls>"


@given(AMOUNT, st.booleans(), st.lists(DETAIL, max_size=4), st.sampled_from([0, 1]))
def test_the_movements_of_an_entry_always_add_up_to_it(cents, credit, details, exact):
    if exact and details:  # an entry that its transactions and charges explain
        whole = sum((one[0] if one[2] == "CRDT" else -one[0]) - one[3] for one in details)
        cents, credit = abs(whole), whole > 0
    told = "".join(a_detail(*one) for one in details)
    entry = an_entry(written(cents), credit=credit).replace("</Ntry>", f"<NtryDtls>{told}</NtryDtls></Ntry>")
    (statement,) = read_statements(a_file(a_statement(entry)))
    assert sum(one.signed for one in statement.movements) == (cents if credit else -cents)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (a_statement(an_entry("five")), "Entry 1: “five” is not an amount"),
        (a_statement(an_entry("1.00"), an_entry("1.00").replace("DBIT", "BOTH")), "Entry 2 does not say"),
        (a_statement("<Ntry><CdtDbtInd>DBIT</CdtDbtInd></Ntry>"), "is not an amount"),
        (a_statement(opening="x1"), "Balance OPBD"),
        (a_statement(number=""), "has no id"),
        (a_statement(iban=""), "does not say of which account"),
        ("", "holds no statement"),
    ],
)
def test_what_cannot_be_understood_is_refused(text, says):
    with pytest.raises(RuleBroken, match=says):
        read_statements(a_file(text))


@pytest.mark.parametrize(
    ("account", "balance", "entry", "found"),
    [
        ("EUR", "EUR", "EUR", "EUR"),
        ("USD", "USD", "USD", "USD"),
        ("eur", "EUR", "EUR", "EUR"),
        ("", "DKK", "DKK", "DKK"),
        ("", "", "DKK", "DKK"),
        ("EUR", "", "", "EUR"),
        ("EUR", "USD", "EUR", None),
        ("EUR", "EUR", "USD", None),
        ("EUR", "USD", "USD", None),
        ("", "EUR", "USD", None),
    ],
)
def test_a_statement_is_told_in_the_currency_of_its_account(account, balance, entry, found):
    text = a_file(a_statement(an_entry("1.00"), opening="5.00")).read().decode()
    text = text.replace("<Ccy>EUR</Ccy>", f"<Ccy>{account}</Ccy>" if account else "")
    head, tail = text.split("<Ntry>")
    stream = BytesIO("<Ntry>".join((_in(head, balance), _in(tail, entry))).encode())
    if found is not None:
        assert read_statements(stream)[0].currency == found
        return
    with pytest.raises(RuleBroken, match="nothing was taken in") as refused:
        read_statements(stream)
    assert {account or balance, "USD"} <= set(str(refused.value).replace(",", " ").split())


def _in(text, currency):
    return text.replace(" Ccy='EUR'", f" Ccy='{currency}'" if currency else "")


def prtry(code):
    return f"<BkTxCd><Prtry><Cd>{code}</Cd></Prtry></BkTxCd>"


def words(text):
    return f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf>"


@pytest.mark.parametrize(
    ("told", "code", "is_return"),
    [
        ({"more": prtry("NRTI+168"), "about": words("EREF+OUR-1 SVWZ+RETURE AC01 IBAN FEHLERHAFT")}, "AC01", False),
        ({"more": prtry("NTRF+166"), "about": words("RETOURE SEPA-UEBERWEISUNG, GRUND: MS03")}, "MS03", False),
        ({"more": prtry("RTI/AC04")}, "AC04", False),
        ({"about": "<AddtlTxInf>/RTRN/AC06/RETOUR</AddtlTxInf>"}, "AC06", False),
        ({"returned": "", "about": words("AC04 COMPTE CLOTURE")}, "AC04", True),
        ({"returned": "AC06", "about": words("AC04 COMPTE CLOTURE")}, "AC06", True),
        ({"about": "<RtrInf><Rsn><Prtry>914</Prtry></Rsn></RtrInf>" + words("AC01")}, "AC01", True),
        ({"about": "<RtrInf><Rsn><Prtry>914</Prtry></Rsn></RtrInf>" + words("RETOURE")}, "914", True),
        ({"about": "<RtrInf><Rsn><Prtry>AC01 - IBAN</Prtry></Rsn></RtrInf>"}, "AC01", True),
        ({"reference": "AC04", "about": words("AC04")}, "", False),
        ({"credit": False, "about": words("REFUND OF AC04")}, "", False),
        ({"about": words("THANK YOU")}, "", False),
    ],
)
def test_why_money_came_back_is_read_wherever_the_bank_writes_it(told, code, is_return):
    entry = an_entry("5.00", **{"reference": "OUR-1", "credit": True} | told)
    (movement,) = read_statements(a_file(a_statement(entry)))[0].movements
    assert (movement.return_code, movement.is_return) == (code, is_return)


def test_an_entry_that_gives_no_amounts_keeps_the_code_that_all_its_transactions_bear():
    def coded(*codes):
        told = "".join(
            f"<TxDtls><Refs><EndToEndId>V{place}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy='DKK'>1.00</Amt></TxAmt>"
            f"</AmtDtls>{words(code)}</TxDtls>"
            for place, code in enumerate(codes)
        )
        entry = an_entry("5.00", credit=True, more=f"<NtryDtls>{told}</NtryDtls>")
        (movement,) = read_statements(a_file(a_statement(entry)))[0].movements
        return movement.references, movement.return_code

    assert coded("AC04", "AC04") == (("V0", "V1"), "AC04")
    assert coded("AC04", "MS03") == (("V0", "V1"), "")
