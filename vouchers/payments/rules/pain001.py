"""The bank file: SEPA credit transfers as ISO 20022 pain.001, in version .09 or, for older banks, .03.

Equal batches give equal bytes. The schema cannot say what a bank refuses, so each value passes `transfer_checks` first;
nothing is ever cut to fit. Sources: ISO 20022 pain.001.001.09 and .03, EPC132-08 (customer to bank).
"""

from __future__ import annotations

import re
from datetime import UTC
from typing import Any, Literal, get_args

from lxml import etree

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.organisations.rules.iban import EEA
from vouchers.payments.rules import sepa_text
from vouchers.payments.rules.credit_transfer import Account, CreditTransfer, Party, TransferBatch
from vouchers.payments.rules.transfer_checks import (
    batch_label,
    ensure_account,
    ensure_amount,
    ensure_bank,
    ensure_batch_can_be_written,
    ensure_country,
    ensure_name,
    ensure_present,
    ensure_reference,
    ensure_text,
    payment_label,
)

Version = Literal["001.001.09", "001.001.03"]

_BIC_OF_VERSION_03 = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?")


def write_pain001(batch: TransferBatch, version: Version = "001.001.09") -> bytes:
    """The file for the bank: UTF-8, declared, one payment block, the same bytes for an equal batch.

    Raises:
        RuleBroken: a value that the bank would refuse; the sentence names the payment and the field.
        ValueError: no such version.
    """
    if version not in get_args(Version):
        raise ValueError(version)
    ensure_batch_can_be_written(batch)
    return _Writer(version).write(batch)


class _Writer:
    """Writes one batch; knows in what the two versions differ."""

    def __init__(self, version: Version):
        self.version = version
        self.namespace = f"urn:iso:std:iso:20022:tech:xsd:pain.{version}"

    def write(self, batch: TransferBatch) -> bytes:
        where = batch_label(batch)
        default_namespace: dict[Any, str] = {None: self.namespace}
        document = etree.Element(self._tag("Document"), nsmap=default_namespace)
        root = self._add(document, "CstmrCdtTrfInitn")
        self._header(root, batch, where)
        self._payments(root, batch, where)
        body: bytes = etree.tostring(document, encoding="UTF-8", xml_declaration=False)
        return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body + b"\n"

    def _header(self, root: etree._Element, batch: TransferBatch, where: Sentence) -> None:
        header = self._add(root, "GrpHdr")
        self._add(header, "MsgId", ensure_reference(batch.message_id, where, _("message id")))
        created_at = batch.created_at.astimezone(UTC).replace(tzinfo=None)
        self._add(header, "CreDtTm", created_at.isoformat(timespec="seconds") + "Z")
        self._sums(header, batch)
        party = self._add(header, "InitgPty")
        self._add(party, "Nm", ensure_name(batch.initiating_party, where, _("initiating party")))

    def _payments(self, root: etree._Element, batch: TransferBatch, where: Sentence) -> None:
        block = self._add(root, "PmtInf")
        self._add(block, "PmtInfId", batch.payment_information_id)
        self._add(block, "PmtMtd", "TRF")
        self._add(block, "BtchBookg", "true" if batch.batch_booking else "false")
        self._sums(block, batch)
        self._add(self._add(self._add(block, "PmtTpInf"), "SvcLvl"), "Cd", "SEPA")
        self._execution_day(block, batch)
        self._party(block, "Dbtr", batch.debtor, where, _("payer"), has_address=True)
        self._account(block, "DbtrAcct", batch.debtor_account, where)
        self._bank(block, "DbtrAgt", batch.debtor_account, where, is_required=True)
        self._add(block, "ChrgBr", "SLEV")
        for position, transfer in enumerate(batch.transfers, start=1):
            self._transfer(block, transfer, payment_label(position, transfer))

    def _transfer(self, block: etree._Element, transfer: CreditTransfer, where: Sentence) -> None:
        payment = self._add(block, "CdtTrfTxInf")
        ids = self._add(payment, "PmtId")
        self._add(ids, "InstrId", ensure_reference(transfer.instruction_id, where, _("instruction id")))
        self._add(ids, "EndToEndId", ensure_reference(transfer.end_to_end_id, where, _("end-to-end id")))
        amount = self._add(self._add(payment, "Amt"), "InstdAmt", ensure_amount(transfer, where))
        amount.set("Ccy", "EUR")
        self._bank(payment, "CdtrAgt", transfer.account, where, is_required=False)
        has_address = transfer.creditor.has_address or transfer.account.iban[:2] not in EEA
        self._party(payment, "Cdtr", transfer.creditor, where, _("beneficiary"), has_address=has_address)
        self._account(payment, "CdtrAcct", transfer.account, where)
        remittance = ensure_text(transfer.remittance, where, _("remittance text"), sepa_text.LONGEST_REMITTANCE)
        if remittance:
            self._add(self._add(payment, "RmtInf"), "Ustrd", remittance)

    def _sums(self, parent: etree._Element, batch: TransferBatch) -> None:
        self._add(parent, "NbOfTxs", str(len(batch.transfers)))
        self._add(parent, "CtrlSum", batch.total.plain)

    def _execution_day(self, block: etree._Element, batch: TransferBatch) -> None:
        day = batch.execute_on.isoformat()
        if self.version == "001.001.03":
            self._add(block, "ReqdExctnDt", day)
        else:
            self._add(self._add(block, "ReqdExctnDt"), "Dt", day)

    def _party(
        self, parent: etree._Element, tag: str, party: Party, where: Sentence, role: Sentence, *, has_address: bool
    ) -> None:
        """Inside the European Economic Area a beneficiary may stand without an address (EPC132-08)."""
        element = self._add(parent, tag)
        self._add(element, "Nm", ensure_name(party.name, where, _("name of the %(role)s", role=role)))
        if not has_address:
            return
        address = self._add(element, "PstlAdr")
        for line, value, label, longest in (
            ("StrtNm", party.street, _("street of the %(role)s", role=role), sepa_text.LONGEST_STREET),
            ("BldgNb", party.building, _("house number of the %(role)s", role=role), sepa_text.LONGEST_BUILDING),
            ("PstCd", party.post_code, _("post code of the %(role)s", role=role), sepa_text.LONGEST_POST_CODE),
        ):
            fitted = ensure_text(value, where, label, longest)
            if fitted:
                self._add(address, line, fitted)
        town = _("town of the %(role)s", role=role)
        self._add(
            address, "TwnNm", ensure_present(ensure_text(party.town, where, town, sepa_text.LONGEST_TOWN), where, town)
        )
        self._add(address, "Ctry", ensure_country(party.country, where, _("country of the %(role)s", role=role)))

    def _account(self, parent: etree._Element, tag: str, account: Account, where: Sentence) -> None:
        self._add(self._add(self._add(parent, tag), "Id"), "IBAN", ensure_account(account, where))

    def _bank(self, parent: etree._Element, tag: str, account: Account, where: Sentence, *, is_required: bool) -> None:
        """Without a BIC the payer's bank is "not provided" (the schema wants one), the beneficiary's is left out."""
        if account.bic:
            bic = ensure_bank(account.bic, where)
            if self.version == "001.001.03" and not _BIC_OF_VERSION_03.fullmatch(bic):
                raise RuleBroken(
                    _("%(where)s, BIC: %(bic)s cannot stand in a file of version .03.", where=where, bic=bic)
                )
            bank = self._add(self._add(parent, tag), "FinInstnId")
            self._add(bank, "BIC" if self.version == "001.001.03" else "BICFI", bic)
        elif is_required:
            bank = self._add(self._add(parent, tag), "FinInstnId")
            self._add(self._add(bank, "Othr"), "Id", "NOTPROVIDED")

    def _add(self, parent: etree._Element, tag: str, text: str | None = None) -> etree._Element:
        element = etree.SubElement(parent, self._tag(tag))
        if text is not None:
            element.text = text
        return element

    def _tag(self, name: str) -> str:
        return f"{{{self.namespace}}}{name}"
