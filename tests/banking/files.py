"""Bank files for tests: the golden ones of several dialects, and short ones written on the spot."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from pathlib import Path
from xml.sax.saxutils import escape

VECTORS = Path(__file__).parent / "vectors"
DAY = date(2026, 12, 1)


def golden(name: str) -> BytesIO:
    """A file as a bank sent it."""
    return BytesIO((VECTORS / name).read_bytes())


def an_entry(
    amount: str,
    *,
    credit: bool = False,
    reference: str = "",
    block: str = "",
    bank_reference: str = "",
    returned: str | None = None,
    status: str = "BOOK",
    on: date = DAY,
    more: str = "",
    about: str = "",
) -> str:
    """One entry; with `reference` it tells its transaction, `returned` makes it a return with that code."""
    way = "CRDT" if credit else "DBIT"
    reason = f"<RtrInf><Rsn><Cd>{returned}</Cd></Rsn></RtrInf>" if returned else "<RtrInf/>" if returned == "" else ""
    batch = f"<Btch><PmtInfId>{block}</PmtInfId></Btch>" if block else ""
    refs = f"<Refs><EndToEndId>{escape(reference)}</EndToEndId></Refs>"
    told = f"<TxDtls>{refs}<Amt Ccy='EUR'>{amount}</Amt>{about}{reason}</TxDtls>" if reference else ""
    details = f"<NtryDtls>{batch}{told}</NtryDtls>" if batch or told else ""
    own = f"<AcctSvcrRef>{bank_reference}</AcctSvcrRef>" if bank_reference else ""
    return (
        f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{way}</CdtDbtInd><Sts><Cd>{status}</Cd></Sts>"
        f"<BookgDt><Dt>{on}</Dt></BookgDt><ValDt><Dt>{on}</Dt></ValDt>{own}{more}{details}</Ntry>"
    )


def _balance(code: str, amount: str, on: date) -> str:
    way = "DBIT" if amount.startswith("-") else "CRDT"
    return (
        f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount.lstrip('-')}</Amt>"
        f"<CdtDbtInd>{way}</CdtDbtInd><Dt><Dt>{on}</Dt></Dt></Bal>"
    )


def a_statement(
    *entries: str,
    iban: str = "NL91ABNA0417164300",
    number: str = "2026-1",
    opening: str | None = None,
    closing: str | None = None,
    on: date = DAY,
    sequence: str = "",
) -> str:
    """One statement."""
    balances = (_balance("OPBD", opening, on) if opening else "") + (_balance("CLBD", closing, on) if closing else "")
    count = f"<ElctrncSeqNb>{sequence}</ElctrncSeqNb>" if sequence else ""
    return (
        f"<Stmt><Id>{number}</Id>{count}<Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{balances}{''.join(entries)}</Stmt>"
    )


def a_file(*statements: str, message: str = "M-1") -> BytesIO:
    """A camt.053.001.08 file of statements."""
    head = f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-12-01T20:00:00</CreDtTm></GrpHdr>"
    space = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
    text = f"<Document xmlns='{space}'><BkToCstmrStmt>{head}{''.join(statements)}</BkToCstmrStmt></Document>"
    return BytesIO(text.encode())


def a_line(reference: str, status: str = "RJCT", code: str = "AC04", *, amount: str = "", words: str = "") -> str:
    """What a status report says of one payment."""
    said = f"<AddtlInf>{words}</AddtlInf>" if words else ""
    reason = f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn>{said}</StsRsnInf>" if code else ""
    stated = f"<OrgnlTxRef><Amt><InstdAmt Ccy='EUR'>{amount}</InstdAmt></Amt></OrgnlTxRef>" if amount else ""
    return (
        f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{status}</TxSts>{reason}{stated}"
        "</TxInfAndSts>"
    )


def a_report(
    original: str, *lines: str, status: str = "PART", block_status: str = "", message: str = "STS-1", code: str = ""
) -> BytesIO:
    """A pain.002.001.10 file on one file of payments."""
    space = "urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"
    reason = f"<StsRsnInf><Rsn><Cd>{code}</Cd></Rsn></StsRsnInf>" if code else ""
    group = f"<OrgnlMsgId>{original}</OrgnlMsgId><GrpSts>{status}</GrpSts>{reason}"
    of_block = f"<PmtInfSts>{block_status}</PmtInfSts>" if block_status else ""
    block = (
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{original}-1</OrgnlPmtInfId>{of_block}{''.join(lines)}</OrgnlPmtInfAndSts>"
    )
    head = f"<GrpHdr><MsgId>{message}</MsgId><CreDtTm>2026-11-20T10:00:00</CreDtTm></GrpHdr>"
    text = (
        f"<Document xmlns='{space}'><CstmrPmtStsRpt>{head}<OrgnlGrpInfAndSts>{group}</OrgnlGrpInfAndSts>"
        f"{block if lines or block_status else ''}</CstmrPmtStsRpt></Document>"
    )
    return BytesIO(text.encode())
