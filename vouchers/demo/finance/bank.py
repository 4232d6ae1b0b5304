"""The bank of one region of the demo: it writes statements of the account (camt.053), which the office takes in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO
from xml.sax.saxutils import escape

from vouchers.banking.actions.entries import book_statement
from vouchers.banking.actions.statements import take_in_statements
from vouchers.banking.queries.statements import get_statement
from vouchers.core.money import Money
from vouchers.payments.models import Payment
from vouchers.regions.models import Region
from vouchers.users.models import User

SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a statement; money that comes in is positive."""

    cents: int
    reference: str = ""
    """The EndToEndId of the payment that it is about."""
    returned: str = ""
    """The reason code of money that came back."""
    name: str = ""
    text: str = ""


@dataclass(slots=True)
class Bank:
    """An account, as its bank sees it."""

    region: Region
    officer: User
    """Who takes the statements in."""
    balance: int = 30_000_000
    sequence: int = 0

    def tell(self, lines: Sequence[Line], *, on: date, at: datetime) -> None:
        """Write a statement of the day; the office takes it in, and books what it recognises."""
        self.sequence += 1
        opening, self.balance = self.balance, self.balance + sum(line.cents for line in lines)
        text = self._write(lines, opening, on)
        name = f"statement-{on:%Y-%m-%d}-{self.sequence}.xml"
        for statement in take_in_statements(BytesIO(text.encode()), name, by=self.officer, at=at).new:
            if statement.to_book:
                book_statement(get_statement(statement.id), at=at)

    def _write(self, lines: Sequence[Line], opening: int, on: date) -> str:
        number = f"{on:%Y}-{self.sequence:03d}"
        account = f"<Acct><Id><IBAN>{self.region.iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        balances = _balance("OPBD", opening, on) + _balance("CLBD", self.balance, on)
        entries = "".join(_entry(line, f"{number}-{place}", on) for place, line in enumerate(lines, 1))
        head = f"<GrpHdr><MsgId>{number}</MsgId><CreDtTm>{on}T20:00:00</CreDtTm></GrpHdr>"
        stated = f"<Id>{number}</Id><ElctrncSeqNb>{self.sequence}</ElctrncSeqNb>"
        whole = f"<BkToCstmrStmt>{head}<Stmt>{stated}{account}{balances}{entries}</Stmt></BkToCstmrStmt>"
        return f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{SPACE}">{whole}</Document>'


def paid(payment: Payment) -> Line:
    """The money of a payment has left."""
    return Line(-payment.amount.cents, payment.end_to_end_id, name=payment.creditor_name)


def _amount(cents: int) -> str:
    way = "DBIT" if cents < 0 else "CRDT"
    return f'<Amt Ccy="EUR">{Money(abs(cents)).plain}</Amt><CdtDbtInd>{way}</CdtDbtInd>'


def _balance(code: str, cents: int, on: date) -> str:
    return f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp>{_amount(cents)}<Dt><Dt>{on}</Dt></Dt></Bal>"


def _entry(line: Line, number: str, on: date) -> str:
    days = f"<BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>"
    refs = f"<Refs><EndToEndId>{escape(line.reference)}</EndToEndId></Refs>" if line.reference else ""
    side = "Dbtr" if line.cents > 0 else "Cdtr"
    other = f"<RltdPties><{side}><Pty><Nm>{escape(line.name)}</Nm></Pty></{side}></RltdPties>" if line.name else ""
    text = f"<RmtInf><Ustrd>{escape(line.text)}</Ustrd></RmtInf>" if line.text else ""
    back = f"<RtrInf><Rsn><Cd>{line.returned}</Cd></Rsn></RtrInf>" if line.returned else ""
    amount = f'<Amt Ccy="EUR">{Money(abs(line.cents)).plain}</Amt>'
    details = f"<NtryDtls><TxDtls>{refs}{amount}{other}{text}{back}</TxDtls></NtryDtls>"
    status = "<Sts><Cd>BOOK</Cd></Sts>"
    return f"<Ntry>{_amount(line.cents)}{status}{days}<AcctSvcrRef>{number}</AcctSvcrRef>{details}</Ntry>"
