"""A bank's status report (ISO 20022 pain.002, versions 03 to 14): what became of a file of payments on its way.

A refusal of the whole file or of a block holds for each payment in it. Whether a payment was executed is not said
here, whatever its status: only money that has left the account, which is a matter of the statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from vouchers.banking.rules import bank_xml as xml
from vouchers.banking.rules.bank_xml import refuse
from vouchers.banking.rules.kinds import FileKind, ensure_kind
from vouchers.banking.rules.movements import BlockStatus, Reason, ReportLine, ReportRead
from vouchers.core.text import say as _

REFUSED = frozenset({"RJCT", "CANC"})
"""Rejected, or cancelled on request: the money will not leave."""
MOST_LINES = 100_000


def read_report(stream: BinaryIO) -> ReportRead:
    """The report in a file.

    Raises:
        RuleBroken: field ``file``; not such a file, or one that does not say to which file of payments it answers.
    """
    is_document, draft = False, _Draft()
    names = ("Document", "GrpHdr", "OrgnlGrpInfAndSts", "OrgnlPmtInfAndSts", "TxInfAndSts")
    for event, element in xml.walk(stream, *names):
        name = xml.local_name(element)
        if event == "start" and name == "Document":
            ensure_kind(xml.namespace(element), FileKind.REPORT)
            is_document = True
        elif event == "end" and is_document and name != "Document":
            draft.take(name, element)
    return draft.finished()


class _Draft:
    """A report while it is read."""

    def __init__(self) -> None:
        self.message_id = self.created = self.original = self.status = ""
        self.reason = Reason()
        self.blocks: list[BlockStatus] = []
        self.lines: list[ReportLine] = []

    def take(self, name: str, element: Any) -> None:
        """One element, when it is whole."""
        if name == "GrpHdr":
            self.message_id, self.created = xml.text(element, "MsgId")[:35], xml.text(element, "CreDtTm")
        elif name == "OrgnlGrpInfAndSts":
            self.original, self.status = xml.text(element, "OrgnlMsgId")[:35], xml.text(element, "GrpSts").upper()
            self.reason = _reason(element)
        elif name == "OrgnlPmtInfAndSts":
            block = BlockStatus(_block_of(element), xml.text(element, "PmtInfSts").upper(), _reason(element))
            self.blocks.append(block)
            xml.forget(element)
        elif name == "TxInfAndSts":
            if len(self.lines) >= MOST_LINES:
                raise refuse(_("The file holds more than %(most)s entries.", most=MOST_LINES))
            self.lines.append(_line(element))
            xml.forget_likes(element)

    def finished(self) -> ReportRead:
        """The report as read. Raises `RuleBroken`."""
        if not self.message_id:
            raise refuse(_("The report has no id (GrpHdr/MsgId)."))
        if not self.original:
            raise refuse(_("The report does not say to which file of payments it answers (OrgnlMsgId)."))
        return ReportRead(
            self.message_id,
            self.created,
            self.original,
            self.status,
            self.reason,
            tuple(self.blocks),
            tuple(self._with_inherited(line) for line in self.lines),
        )

    def _with_inherited(self, line: ReportLine) -> ReportLine:
        """A line without a status has that of its block, else that of the file."""
        block = next((one for one in self.blocks if one.block == line.block), None)
        status = line.status or (block.status if block else "") or self.status
        return ReportLine(line.end_to_end_id, line.block, status, line.reason, line.cents, line.currency)


def _block_of(element: Any) -> str:
    return xml.text(element, "OrgnlPmtInfId")[:35]


def _line(element: Any) -> ReportLine:
    parent = element.getparent()
    amount = xml.part(element, "OrgnlTxRef/Amt/InstdAmt", "OrgnlTxRef/IntrBkSttlmAmt")
    return ReportLine(
        end_to_end_id=xml.text(element, "OrgnlEndToEndId", "OrgnlInstrId")[:35],
        block=_block_of(parent) if parent is not None else "",
        status=xml.text(element, "TxSts").upper(),
        reason=_reason(element),
        cents=xml.cents_of(amount.text or "") if amount is not None else None,
        currency=amount.get("Ccy", "") if amount is not None else "",
    )


def _reason(element: Any) -> Reason:
    """The first code that is given, and all words."""
    code, words = "", []
    for information in xml.parts(element, "StsRsnInf"):
        code = code or xml.text(information, "Rsn/Cd", "Rsn/Prtry")[:35]
        words += xml.texts(information, "AddtlInf")
    return Reason(code, " ".join(words)[:500])


@dataclass(frozen=True, slots=True)
class Refusals:
    """What a report refuses: everything that was ordered (`whole` says why), or single payments by end-to-end id."""

    whole: Reason | None
    single: dict[str, Reason]
    lines: tuple[ReportLine, ...] = ()
    """The refusing lines of `single`, as the bank wrote them."""
    is_contradictory: bool = False
    """The bank refuses everything and accepts single payments of it: a person must ask the bank."""


def refusals_of(report: ReportRead) -> Refusals:
    """Which payments the bank will not make. The reason of a line goes before that of its block and of the file."""
    refused_blocks = {block.block: block for block in report.blocks if block.status in REFUSED}
    whole: Reason | None = report.reason if report.status in REFUSED else None
    if whole is None and refused_blocks and _are_all_blocks(report.blocks):
        whole = _told(next(iter(refused_blocks.values())).reason, report.reason)
    lines = tuple(line for line in report.lines if line.status in REFUSED)
    is_contradictory = whole is not None and len(lines) < len(report.lines)
    single = {}
    for line in lines:
        block = refused_blocks.get(line.block)
        single[line.end_to_end_id] = _told(line.reason, block.reason if block else Reason(), report.reason)
    return Refusals(None if is_contradictory else whole, single, lines, is_contradictory)


def _are_all_blocks(blocks: Sequence[BlockStatus]) -> bool:
    """Our files have one block; a report with several blocks speaks of single payments."""
    return all(block.status in REFUSED for block in blocks)


def _told(*reasons: Reason) -> Reason:
    return next((reason for reason in reasons if reason.code or reason.words), Reason())
