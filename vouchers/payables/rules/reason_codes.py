"""What a bank says with a code when it refuses or returns a payment, in words. Pure.

Codes of ISO 20022's external code sets (status reason and return reason), as the EPC allows them in SEPA credit
transfers (EPC132-08, EPC115-06). A code without a row here is shown as it came.
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
}

_ABOUT_THE_ACCOUNT = frozenset({"AC01", "AC03", "AC04", "AC06", "AC13", "AC14", "AG01", "BE06", "ERIN", "MD07", "RC01"})


def say_reason(code: str) -> Sentence:
    """A bank's code in words; one that is not known, as it came."""
    known = REASONS.get(code.strip().upper())
    return known or _("The bank gave the code %(code)s.", code=code.strip() or "?")


def is_about_the_account(code: str) -> bool:
    """Whether paying once more to the same account would fail again."""
    return code.strip().upper() in _ABOUT_THE_ACCOUNT
