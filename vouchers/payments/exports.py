"""The bank file of a batch."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.payments.models import Batch, Payment
from vouchers.payments.rules.bank_file_checks import check_bank_file
from vouchers.payments.rules.credit_transfer import Account, CreditTransfer, Party, TransferBatch
from vouchers.payments.rules.pain001 import Version, write_pain001
from vouchers.payments.states import FileVersion

MEDIA_TYPE = "application/xml"
_VERSIONS: dict[FileVersion, Version] = {FileVersion.V09: "001.001.09", FileVersion.V03: "001.001.03"}


def bank_file(batch: Batch, *, at: datetime) -> bytes:
    """The batch as pain.001 in the version that its bank takes, read again and found without fault.

    Raises:
        RuleBroken: a value that a bank would refuse; the sentence names the payment and the field.
    """
    content = write_pain001(_transfers(batch, at), _VERSIONS[batch.file_version])
    if findings := check_bank_file(content):
        faults = " ".join(str(finding) for finding in findings)
        raise RuleBroken(_("The bank would refuse this file, so it was not written: %(faults)s", faults=faults))
    return content


def _transfers(batch: Batch, at: datetime) -> TransferBatch:
    region = batch.region
    payer = Party(region.account_holder, region.street, region.building, region.post_code, region.town, region.country)
    return TransferBatch(
        message_id=batch.number,
        created_at=at.replace(microsecond=0),
        initiating_party=region.account_holder,
        debtor=payer,
        debtor_account=Account(region.iban, region.bic or None),
        execute_on=batch.execute_on,
        transfers=tuple(_transfer(payment) for payment in batch.payments),
    )


def _transfer(payment: Payment) -> CreditTransfer:
    return CreditTransfer(
        end_to_end_id=payment.end_to_end_id,
        instruction_id=payment.end_to_end_id,
        amount=payment.amount,
        creditor=Party(
            payment.creditor_name,
            payment.street,
            payment.building,
            payment.post_code,
            payment.town,
            payment.country,
        ),
        account=Account(payment.iban, payment.bic or None),
        remittance=payment.remittance,
    )
