"""The codes with which banks refuse and return payments, in plain words.

Codes: ISO 20022 external code sets, status reason (ExternalStatusReason1Code) and return reason
(ExternalReturnReason1Code). Codes that ask the same of the office share a sentence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from vouchers.core.text import Sentence
from vouchers.core.text import say as _

_MEANINGS: tuple[tuple[str, Sentence], ...] = (
    ("AC01 AC03 AC14", _("The payee’s account number is wrong. Ask the payee for the right one.")),
    ("AC02 AC13", _("The office’s own account number is wrong in the file.")),
    ("AC04 AC07", _("The payee’s account is closed. Ask the payee for another one.")),
    ("AC05", _("The office’s own account is closed.")),
    ("AC06", _("The account is blocked. Ask the payee for another one.")),
    ("AC08 RC01 RC02 RC04 RC05 RC07 RC08 RC10 PY01 CNOR", _("The code (BIC) of the payee’s bank is wrong or unknown.")),
    ("RC03 RC06 RC09 DNOR", _("The code (BIC) of the office’s own bank is wrong or unknown.")),
    ("RC11 ED01", _("The payment cannot be routed to the payee’s bank.")),
    ("AC09 AC10 AC11 AM03 AM11 CURR", _("The account does not take this currency.")),
    ("AC12", _("The account is of a kind that takes no such payments. Ask the payee for another one.")),
    ("AC15", _("The payee’s account details have changed. Ask the payee for the new ones.")),
    ("AG01 AG03 AG12", _("The account may not be used for such a payment. Ask the payee for another one.")),
    ("AG02 FF03 FF04 FF05 FF06", _("The kind of payment is not known to the bank.")),
    ("AG04 AG05 AG06 BE09 BE10 BE11", _("The code of a country is wrong.")),
    ("AG08 AG13 DS04 DS0A DS0B DS0C DS0D DS0E DS0F DS0G DS0H", _("The bank refused the order: a signature or a right is missing.")),
    ("AG09 NOOR", _("The bank has not received the payment.")),
    ("AG10 AG11", _("The payee’s bank takes no payments at this time.")),
    ("AM01 AM12 AM22", _("The amount is zero or no valid amount.")),
    ("AM02 AM13 AM14 AM21 AM23", _("The amount is higher than the bank allows.")),
    ("AM04", _("There was not enough money on the office’s account.")),
    ("AM05 DU03 DUPL", _("The bank takes this for a payment that was made before.")),
    ("AM06 AM15", _("The amount is lower than the bank allows.")),
    ("AM07", _("The amount is blocked on the account.")),
    ("AM09", _("The amount is not the one that was expected.")),
    ("AM10 AM16 AM17", _("The sums in the file do not agree.")),
    ("AM18 AM19 AM20", _("The number of payments in the file does not agree.")),
    ("BE01", _("The name does not belong to the account. Ask the payee for name and account.")),
    ("BE04 RR03", _("The payee’s name or address is missing.")),
    ("BE05 BE15 BE16 BE17 RR12", _("The bank does not know one of the parties by the identification given.")),
    ("BE06", _("The payee is not known to the bank. Ask the payee for name and account.")),
    ("BE07 BE08 RR01 RR02", _("The office’s own name, address or account is missing.")),
    ("BE20", _("A name is too long for the bank.")),
    ("BE21 BE22", _("The payee’s name is missing.")),
    ("CUST FOCR DS02 PCUS", _("The payment was cancelled on request.")),
    ("MS02", _("The payee refused the payment and gave no reason.")),
    ("MS03 DS0K", _("The bank gave no reason.")),
    ("NARR", _("The bank gave its reason in words only.")),
    ("MD07", _("The payee has died.")),
    ("DT01 DT02", _("A date in the file is not valid.")),
    ("DT06", _("The bank has moved the day of payment.")),
    ("TM01 CUTA", _("The file reached the bank too late.")),
    ("DU01 DU02 DU04 DU05 RF01", _("A reference in the file was used before.")),
    ("ED05 ED06 TS01 TS04 AB05 AB06 AB07 AB08 AB09 AB10", _("The payment could not be settled between the banks. It may be made again.")),
    ("FF01 FF02 FF07 FF08 FF09 TD01 TD02 TD03", _("The file is not as the bank asks for it.")),
    ("FF10 FF11 TA01 TECH DS24", _("Something failed at the bank. The payment may be made again.")),
    ("FR01 FRAD", _("The bank suspects fraud. Speak to the bank before anything is paid again.")),
    ("NOAS", _("The payee did not answer the bank.")),
    ("RR04 RR05 RR06", _("A law or rule of the country forbids or asks for more. Speak to the bank.")),
    ("RR07 RR08 RR09", _("The remittance text or reference is not valid.")),
    ("RR10", _("The file has characters that the bank does not accept.")),
    ("SL01 SL02 SL11 SL12 SL13 SL14 SP01 SP02 SVNR ERIN", _("The payee or a bank has barred such payments.")),
    ("UPAY", _("The payee says that the money was not due.")),
)  # fmt: skip
UNKNOWN_CODE = _("The bank gave a code of its own.")
NO_CODE = _("The bank gave no reason.")


def _table() -> Iterator[tuple[str, Sentence]]:
    for codes, meaning in _MEANINGS:
        for code in codes.split():
            yield code, meaning


MEANINGS: dict[str, Sentence] = dict(_table())
"""Code -> what it means for the office."""
_LIKE_A_CODE = re.compile(r"(?<![A-Za-z0-9])([A-Z]{2}[0-9]{2})(?![A-Za-z0-9])")


def explain(code: str) -> Sentence:
    """What a code means; a sentence also for none and for one that no table has."""
    if not code:
        return NO_CODE
    return MEANINGS.get(code.strip().upper(), UNKNOWN_CODE)


def find_code(words: str) -> str:
    """The code that a bank wrote into its text, as banks of older formats do; empty where there is none."""
    return next((code for code in _LIKE_A_CODE.findall(words) if code in MEANINGS), "")


def in_words(code: str, words: str | Iterable[str] = "") -> Sentence:
    """``AC01: the payee's account number is wrong ... (what the bank wrote)``."""
    said = words if isinstance(words, str) else " ".join(words)
    if code and said:
        return _("%(code)s: %(meaning)s (%(words)s)", code=code, meaning=explain(code), words=said)
    if code:
        return _("%(code)s: %(meaning)s", code=code, meaning=explain(code))
    return _("%(meaning)s (%(words)s)", meaning=explain(code), words=said) if said else explain(code)
