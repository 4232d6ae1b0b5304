"""What a bank says with a code when it refuses or returns a payment, in words. Pure.

Codes of ISO 20022's external code sets (status reason and return reason): those that the EPC allows in SEPA credit
transfers (EPC132-08, EPC115-06), and those that banks send beside them. Codes that ask the same of the office share a
sentence. A code without a row here is shown as it came.
"""

from __future__ import annotations

from vouchers.core.text import Sentence
from vouchers.core.text import say as _

_ACCOUNT_WRONG = _("The account number is wrong.")
_NOT_ALLOWED = _("This kind of payment is not allowed on the account.")
_NAME_OR_ADDRESS = _("The name or the address of the beneficiary is missing or wrong.")
_BANK_WRONG = _("The bank's code (BIC) is wrong.")
_FORMAT = _("The file or the payment is not written as the bank wants it.")
_LAW = _("The bank may not carry it out for reasons of law.")

_CLOSED = _("The account is closed.")
_KIND_OF_ACCOUNT = _("The account is of a kind that cannot be paid to.")
_CURRENCY = _("The currency is wrong.")
_TOO_MUCH = _("The amount is more than the bank allows.")
_SUMS = _("The sum of the file is wrong.")
_NUMBER = _("The number of payments in the file is wrong.")
_USED_BEFORE = _("A reference in the file was used before.")
_KIND_OF_PAYMENT = _("The bank does not know this kind of payment.")
_COUNTRY = _("The code of a country is wrong.")
_PARTY = _("The bank does not know one of the parties by its number.")
_PAYER = _("The name, the address or the account of the payer is missing or wrong.")
_CANCELLED = _("The payment was cancelled on request.")
_RIGHTS = _("The bank refused the order because a signature or a right is missing.")
_DAY = _("The day of payment is wrong.")
_BETWEEN_BANKS = _("The payment could not be settled between the banks.")
_FAULT = _("The bank had a technical fault.")
_PAYER_BANK = _("The bank that pays cannot be reached.")
_PAYEE_BANK = _("The bank of the beneficiary cannot be reached.")
_NOT_TAKEN = _("The bank of the beneficiary does not take this kind of payment.")
_REMITTANCE = _("The text or the reference of the payment is wrong.")

_MORE = {
    "AC07 AC16": _CLOSED,
    "AC05": _("The account that pays is closed."),
    "AC12": _KIND_OF_ACCOUNT,
    "AC15": _("The account details of the beneficiary have changed."),
    "AC08 RC02 RC05 RC07 RC08 RC10 PY01": _BANK_WRONG,
    "RC06 RC09": _PAYER_BANK,
    "RC11 ED01 AG10 AG11": _PAYEE_BANK,
    "AC09 AC10 AC11 AM03 AM11": _CURRENCY,
    "AG03 AG12": _NOT_ALLOWED,
    "FF03 FF04 FF06 FF07": _KIND_OF_PAYMENT,
    "AG04 AG05 AG06 BE09 BE10 BE11": _COUNTRY,
    "AG08 AG13 DS04 DS0A DS0B DS0C DS0D DS0E DS0F DS0G DS0H": _RIGHTS,
    "AG09": _("The bank has not received the payment."),
    "AM12 AM22": _("The amount is zero or no valid amount."),
    "AM13 AM14 AM21 AM23": _TOO_MUCH,
    "AM15": _("The amount is less than the bank allows."),
    "AM16 AM17": _SUMS,
    "AM18 AM19 AM20": _NUMBER,
    "BE08 BE23": _PAYER,
    "BE15 BE16 BE17 RR12": _PARTY,
    "BE20 BE21 BE22": _NAME_OR_ADDRESS,
    "DS02 PCUS": _CANCELLED,
    "DS0K": _("The bank gave no reason."),
    "DT02 DT06": _DAY,
    "CUTA": _("The file came too late for its day."),
    "DU01 DU02 DU04 DU05 RF01": _USED_BEFORE,
    "DU03": _("The same payment was received before."),
    "ED06 TS01 TS04 AB05 AB06 AB07 AB08 AB09 AB10": _BETWEEN_BANKS,
    "FF02 FF08 FF09 RR10 TD01 TD02 TD03": _FORMAT,
    "FF10 FF11 TA01 DS24": _FAULT,
    "RR05 RR06": _LAW,
    "RR07 RR08 RR09": _REMITTANCE,
    "SL02 SL13 SL14 SP01 SP02 SVNR": _NOT_TAKEN,
}

REASONS: dict[str, Sentence] = {
    "AC01": _ACCOUNT_WRONG,
    "AC02": _("The account that pays is wrong."),
    "AC03": _ACCOUNT_WRONG,
    "AC04": _("The account is closed."),
    "AC06": _("The account is blocked."),
    "AC13": _("The account is of a kind that cannot be paid to."),
    "AC14": _("The account is of a kind that cannot be paid to."),
    "AG01": _NOT_ALLOWED,
    "AG02": _("The bank does not know this kind of payment."),
    "AM01": _("The amount is zero."),
    "AM02": _("The amount is more than the bank allows."),
    "AM04": _("There is not enough money on the account that pays."),
    "AM05": _("The same payment was received before."),
    "AM06": _("The amount is less than the bank allows."),
    "AM07": _("The amount is blocked."),
    "AM09": _("The amount is not the one that was agreed."),
    "AM10": _("The sum of the file is wrong."),
    "ARDT": _("The payment was given back before."),
    "BE01": _NAME_OR_ADDRESS,
    "BE04": _NAME_OR_ADDRESS,
    "BE05": _("The bank does not know who sent the file."),
    "BE06": _("The bank does not know the beneficiary."),
    "BE07": _("The address of the payer is missing or wrong."),
    "CNOR": _("The bank of the beneficiary cannot be reached."),
    "CURR": _("The currency is wrong."),
    "CUST": _("The payment was called back by the one who ordered it."),
    "DNOR": _("The bank that pays cannot be reached."),
    "DT01": _("The day of payment is wrong."),
    "DUPL": _("The same payment was received before."),
    "ED05": _("The payment could not be settled between the banks."),
    "ERIN": _("The bank of the beneficiary does not take this kind of payment."),
    "FF01": _FORMAT,
    "FF05": _FORMAT,
    "FOCR": _("The bank gives the money back because the payer asked for it."),
    "FRAD": _("The bank suspects fraud."),
    "FR01": _("The bank suspects fraud."),
    "MD07": _("The beneficiary has died."),
    "MS02": _("The beneficiary does not want the money."),
    "MS03": _("The bank gave no reason."),
    "NARR": _("The bank gave its reason in words."),
    "NOAS": _("The beneficiary did not answer the bank."),
    "NOOR": _("The bank never received the payment that was called back."),
    "RC01": _BANK_WRONG,
    "RC03": _BANK_WRONG,
    "RC04": _BANK_WRONG,
    "RR01": _LAW,
    "RR02": _LAW,
    "RR03": _LAW,
    "RR04": _LAW,
    "SL01": _("The bank does not offer this service for the account."),
    "SL11": _("The account takes money only from payers whom its owner has named."),
    "SL12": _("The account takes no money from this payer."),
    "TECH": _("The bank had a technical fault."),
    "TM01": _("The file came too late for its day."),
    "UPAY": _("The payment was not due."),
} | {code: reason for codes, reason in _MORE.items() for code in codes.split()}
"""Code -> what it says."""

_ABOUT_THE_ACCOUNT = frozenset(
    {
        *("AC01", "AC03", "AC04", "AC06", "AC07", "AC12", "AC13", "AC14", "AC15", "AG01", "AG03", "BE06", "ERIN"),
        *("MD07", "PY01", "RC01", "RC04", "RC05", "RC07"),
    }
)


def say_reason(code: str) -> Sentence:
    """A bank's code in words; one that is not known, as it came; and a sentence for none."""
    if not code.strip():
        return REASONS["MS03"]
    known = REASONS.get(code.strip().upper())
    return known or _("The bank gave the code %(code)s.", code=code.strip())


def is_about_the_account(code: str) -> bool:
    """Whether paying once more to the same account would fail again."""
    return code.strip().upper() in _ABOUT_THE_ACCOUNT
