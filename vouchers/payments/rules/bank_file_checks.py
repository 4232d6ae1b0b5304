"""A second pair of eyes on a bank file: read the bytes again and say what a bank would refuse.

Shares no code with the writer but the tables of `sepa_text` and the rule of an IBAN. Goes beyond the schema, which
lets pass a wrong sum, a repeated end-to-end id, a zero amount and an unstructured address (refused by banks from
15 November 2026, EPC132-08). A beneficiary's address, where given, needs a town and a country; of the payer's address,
which the payer's bank holds itself, only free lines are refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.organisations.rules.iban import ensure_bic, ensure_iban
from vouchers.payments.rules import sepa_text
from vouchers.payments.rules.bank_file_reading import Unreadable, read_bank_file

_DOCUMENT = re.compile(r"\{(urn:iso:std:iso:20022:tech:xsd:pain\.001\.001\.(?:0[3-9]|1[0-9]))\}Document")
_AMOUNT = re.compile(r"([0-9]{1,15})\.([0-9]{2})")
_SUM = re.compile(r"([0-9]{1,15})(?:\.([0-9]{1,2})0*)?")
_COUNT = re.compile(r"[0-9]{1,15}")
_LONGEST = {
    "MsgId": sepa_text.LONGEST_ID,
    "PmtInfId": sepa_text.LONGEST_ID,
    "InstrId": sepa_text.LONGEST_ID,
    "EndToEndId": sepa_text.LONGEST_ID,
    "Nm": sepa_text.LONGEST_NAME,
    "StrtNm": sepa_text.LONGEST_STREET,
    "BldgNb": sepa_text.LONGEST_BUILDING,
    "PstCd": sepa_text.LONGEST_POST_CODE,
    "TwnNm": sepa_text.LONGEST_TOWN,
    "Ustrd": sepa_text.LONGEST_REMITTANCE,
}
_REFERENCES = frozenset({"MsgId", "PmtInfId", "InstrId", "EndToEndId"})


def check_bank_file(xml_bytes: bytes) -> list[Sentence]:
    """Everything that is wrong with a pain.001 file, in the order of the file; empty when a bank can take it."""
    try:
        document = read_bank_file(xml_bytes)
    except Unreadable as fault:
        return [fault.sentence]
    match = _DOCUMENT.fullmatch(document.tag)
    if match is None:
        return [_("This is not a credit transfer file (ISO 20022 pain.001.001.03 or later).")]
    return list(_File(document, match.group(1)).findings())


class _File:
    """One parsed file. Paths are written without the namespace, as the standard writes them."""

    def __init__(self, document: etree._Element, namespace: str):
        self.document = document
        self.prefix = f"{{{namespace}}}"
        self.seen: dict[str, int] = {}
        self.position = 0

    def findings(self) -> Iterator[Sentence]:
        root = self._child(self.document, "CstmrCdtTrfInitn")
        header = None if root is None else self._child(root, "GrpHdr")
        if root is None or header is None:
            yield _("The file has no group header (GrpHdr).")
            return
        where = _("Group header")
        payments = list(root.iter(f"{self.prefix}CdtTrfTxInf"))
        if not payments:
            yield _("The file holds no payment.")
        yield from self._missing(header, where, "MsgId", "CreDtTm", "NbOfTxs", "CtrlSum", "InitgPty/Nm")
        yield from self._sums(header, payments, where)
        yield from self._texts(header, where)
        for block in self._children(root, "PmtInf"):
            yield from self._block(block)

    def _block(self, block: etree._Element) -> Iterator[Sentence]:
        where = _("Payment block %(id)s", id=_shown(self._text(block, "PmtInfId")))
        payments = self._children(block, "CdtTrfTxInf")
        yield from self._missing(block, where, "PmtInfId", "Dbtr/Nm", "DbtrAcct/Id/IBAN")
        yield from self._sums(block, payments, where)
        yield from self._fixed(block, where, PmtMtd="TRF", ChrgBr="SLEV")
        day = self._text(block, "ReqdExctnDt/Dt") or self._text(block, "ReqdExctnDt")
        if not _is_day(day):
            yield _("%(where)s: the execution day (ReqdExctnDt) is missing or not a date.", where=where)
        yield from self._bank_details(block, "DbtrAcct/Id/IBAN", "DbtrAgt", where)
        for part in block:
            if part.tag != f"{self.prefix}CdtTrfTxInf":
                yield from self._texts(part, where, block)
        payer = self._text(block, "DbtrAcct/Id/IBAN")
        for payment in payments:
            yield from self._payment(payment, payer)

    def _payment(self, payment: etree._Element, payer: str) -> Iterator[Sentence]:
        self.position += 1
        reference = self._text(payment, "PmtId/EndToEndId")
        where = _("Payment %(position)s (%(id)s)", position=self.position, id=_shown(reference))
        yield from self._missing(payment, where, "PmtId/EndToEndId", "Amt/InstdAmt", "Cdtr/Nm", "CdtrAcct/Id/IBAN")
        first = self.seen.setdefault(reference, self.position)
        if reference and first != self.position:
            yield _(
                "%(where)s, end-to-end id (EndToEndId): the same as that of payment %(first)s.",
                where=where,
                first=first,
            )
        yield from self._amount(payment, where)
        yield from self._bank_details(payment, "CdtrAcct/Id/IBAN", "CdtrAgt", where)
        if payer and _compact(payer) == _compact(self._text(payment, "CdtrAcct/Id/IBAN")):
            yield _(
                "%(where)s, IBAN (%(path)s): the payment goes to the account that it comes from.",
                where=where,
                path="CdtrAcct/Id/IBAN",
            )
        yield from self._creditor_address(payment, where)
        yield from self._remittance(payment, where)
        yield from self._texts(payment, where)

    def _amount(self, payment: etree._Element, where: Sentence) -> Iterator[Sentence]:
        element = self._find(payment, "Amt/InstdAmt")
        if element is None:
            return
        if element.get("Ccy") != "EUR":
            yield _("%(where)s, amount (InstdAmt): the currency must be EUR.", where=where)
        cents = _cents(element.text or "", _AMOUNT)
        if cents is None:
            yield _(
                "%(where)s, amount (InstdAmt): “%(text)s” is not a positive amount with two decimals.",
                where=where,
                text=_shown(element.text or ""),
            )
        elif cents == 0:
            yield _("%(where)s, amount (InstdAmt): zero cannot be paid.", where=where)
        elif cents > sepa_text.MOST_CENTS:
            yield _("%(where)s, amount (InstdAmt): more than 999999999.99.", where=where)

    def _sums(self, parent: etree._Element, payments: list[etree._Element], where: Sentence) -> Iterator[Sentence]:
        """A count or a sum that the file states must be that of its payments, the sum to the cent."""
        count = self._text(parent, "NbOfTxs")
        if count and not (_COUNT.fullmatch(count) and int(count) == len(payments)):
            yield _(
                "%(where)s, number of payments (NbOfTxs): the file says %(stated)s and holds %(held)s.",
                where=where,
                stated=_shown(count),
                held=len(payments),
            )
        stated = self._text(parent, "CtrlSum")
        held = sum(_cents(self._text(payment, "Amt/InstdAmt"), _SUM) or 0 for payment in payments)
        if stated and _cents(stated, _SUM) != held:
            yield _(
                "%(where)s, control sum (CtrlSum): the file says %(stated)s and the payments add up to %(held)s.",
                where=where,
                stated=_shown(stated),
                held=f"{held // 100}.{held % 100:02d}",
            )

    def _bank_details(self, parent: etree._Element, iban_path: str, agent: str, where: Sentence) -> Iterator[Sentence]:
        iban = self._text(parent, iban_path)
        if iban:
            yield from _iban_findings(iban, where, iban_path)
        for tag in ("BICFI", "BIC"):
            path = f"{agent}/FinInstnId/{tag}"
            element = self._find(parent, path)
            if element is not None:
                yield from _bic_findings(element.text or "", where, path)

    def _creditor_address(self, payment: etree._Element, where: Sentence) -> Iterator[Sentence]:
        address = self._find(payment, "Cdtr/PstlAdr")
        if address is not None:
            yield from self._missing(address, where, "TwnNm", "Ctry")

    def _remittance(self, payment: etree._Element, where: Sentence) -> Iterator[Sentence]:
        information = self._child(payment, "RmtInf")
        if information is not None and len(self._children(information, "Ustrd")) > 1:
            yield _("%(where)s, remittance text (RmtInf/Ustrd): only one is allowed.", where=where)

    def _texts(self, part: etree._Element, where: Sentence, within: etree._Element | None = None) -> Iterator[Sentence]:
        """Every text of `part`, wherever it stands: its characters, its length, and what its tag asks of it."""
        for element in part.iter(etree.Element):
            tag = element.tag.rpartition("}")[2]
            if len(element):
                continue
            text = element.text or ""
            faults = list(_text_faults(tag, text))
            if faults:
                field = self._path(element, part if within is None else within)
                for fault in faults:
                    yield _("%(where)s, %(field)s: %(fault)s", where=where, field=field, fault=fault)

    def _missing(self, parent: etree._Element, where: Sentence, *paths: str) -> Iterator[Sentence]:
        for path in paths:
            if not self._text(parent, path).strip():
                inside = parent.tag.rpartition("}")[2]
                yield _("%(where)s: %(field)s is missing in %(inside)s.", where=where, field=path, inside=inside)

    def _fixed(self, block: etree._Element, where: Sentence, **values: str) -> Iterator[Sentence]:
        for tag, value in values.items():
            if self._text(block, tag) != value:
                yield _("%(where)s, %(field)s: must be %(value)s.", where=where, field=tag, value=value)

    def _path(self, element: etree._Element, top: etree._Element) -> str:
        names = [element.tag.rpartition("}")[2]]
        for parent in element.iterancestors():
            if parent is top:
                break
            names.append(parent.tag.rpartition("}")[2])
        return "/".join(reversed(names))

    def _child(self, parent: etree._Element, tag: str) -> etree._Element | None:
        return parent.find(self.prefix + tag)

    def _children(self, parent: etree._Element, tag: str) -> list[etree._Element]:
        return parent.findall(self.prefix + tag)

    def _find(self, parent: etree._Element, path: str) -> etree._Element | None:
        found: etree._Element | None = parent
        for tag in path.split("/"):
            found = None if found is None else found.find(self.prefix + tag)
        return found

    def _text(self, parent: etree._Element, path: str) -> str:
        found = self._find(parent, path)
        return "" if found is None else found.text or ""


def _text_faults(tag: str, text: str) -> Iterator[Sentence]:
    foreign = sepa_text.foreign_characters(text)
    if foreign:
        yield _("banks do not accept these characters: %(foreign)s", foreign=foreign)
    if tag == "AdrLine":
        yield _("an unstructured address line; banks refuse it since 15 November 2026.")
    longest = _LONGEST.get(tag)
    if longest is not None and len(text) > longest:
        yield _("%(length)s characters, and at most %(longest)s are allowed.", length=len(text), longest=longest)
    if tag in _REFERENCES and sepa_text.has_misplaced_slash(text):
        yield _("a reference may not begin or end with a slash, nor hold two in a row.")
    if tag == "Ctry" and text not in sepa_text.country_codes():
        yield _("“%(code)s” is no ISO country code.", code=_shown(text))


def _iban_findings(iban: str, where: Sentence, path: str) -> Iterator[Sentence]:
    try:
        is_canonical = ensure_iban(iban) == iban
    except RuleBroken as fault:
        yield _("%(where)s, IBAN (%(path)s): %(fault)s", where=where, path=path, fault=fault.sentence)
        return
    if not is_canonical:
        yield _("%(where)s, IBAN (%(path)s): spaces or small letters may not stand in it.", where=where, path=path)


def _bic_findings(bic: str, where: Sentence, path: str) -> Iterator[Sentence]:
    try:
        is_canonical = ensure_bic(bic) == bic
    except RuleBroken as fault:
        yield _("%(where)s, BIC (%(path)s): %(fault)s", where=where, path=path, fault=fault.sentence)
        return
    if not is_canonical:
        yield _("%(where)s, BIC (%(path)s): spaces or small letters may not stand in it.", where=where, path=path)


def _compact(iban: str) -> str:
    return "".join(iban.split()).upper()


def _cents(text: str, pattern: re.Pattern[str]) -> int | None:
    match = pattern.fullmatch(text)
    if match is None:
        return None
    return int(match.group(1)) * 100 + int((match.group(2) or "").ljust(2, "0"))


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _shown(text: str) -> str:
    return "".join(c if c.isprintable() else "?" for c in text[:50]) or "?"
