"""One entry of a statement as its movements.

Where the bank tells the transactions of an entry, each is a movement of its own, and charges that the bank has put
into the same entry are another one; so the movements of an entry always add up to it. Where they would not, or where
the bank gives no amount for each transaction, the entry stays whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from vouchers.banking.rules import bank_xml as xml
from vouchers.banking.rules.bank_xml import refuse
from vouchers.banking.rules.movements import Movement
from vouchers.banking.rules.reasons import find_code, is_known
from vouchers.core.text import say as _

_NONE_GIVEN = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOTAVAILABLE", "NULL"})
_END_TO_END = re.compile(r"(?:^|[\s/])(?:EREF|EndToEndId)\s*[+:/]\s*([A-Za-z0-9/?:().,'+-]{1,35})", re.IGNORECASE)
_RETURNS = frozenset({"RRTN", "RPCR"})
"""Sub-families of bank transactions: return of a payment, reversal at the payer's request."""
_CHARGES = frozenset({"CHRG", "COMM", "FEES"})
_AMOUNTS = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/CntrValAmt/Amt", "AmtDtls/InstdAmt/Amt")
"""Where banks put the amount of a transaction; the instructed one last, because charges may be taken from it."""
LONGEST_TEXT = 500


def read_entry(element: Any, number: int, account_currency: str) -> list[Movement]:
    """The movements of one entry. Raises `RuleBroken` where its amount, direction or a day cannot be understood."""
    whole = _whole(element, number, account_currency)
    details = xml.parts(element, "NtryDtls/TxDtls")
    if not details:
        return [_with_texts(replace(whole, charges=_kept(whole, _charges_of(element))), element, element)]
    is_only = len(details) == 1
    told = [_Detail.read(detail, whole, _charges_of(element) if is_only else 0, is_only) for detail in details]
    if any(one.cents is None for one in told):
        found = [_with_texts(whole, detail, element) for detail in details]
        kept = _kept(whole, told[0].charges) if is_only else 0
        references = tuple(one.end_to_end_id for one in found)
        return [
            replace(whole, transactions=len(found), references=references, charges=kept, return_code=_one_code(found))
        ]
    movements = [_of_detail(one, whole, element, place) for place, one in enumerate(told, 1)]
    missing = whole.signed - sum(one.signed for one in movements)
    if not missing:
        return movements
    if -missing in _charges(element, details):
        apart = [replace(one, charges=0) for one in movements]
        return [*apart, _charge(whole, missing, len(movements) + 1)]
    torn = replace(whole, is_torn=True, transactions=len(told))
    return [_with_texts(torn, details[0], element) if len(told) == 1 else torn]


def _whole(element: Any, number: int, account_currency: str) -> Movement:
    amount = xml.part(element, "Amt")
    cents = xml.cents_of(amount.text or "") if amount is not None else None
    direction = xml.text(element, "CdtDbtInd")
    if amount is None or cents is None:
        written = "" if amount is None else (amount.text or "")[:40]
        raise refuse(_("Entry %(number)s: “%(text)s” is not an amount.", number=number, text=written))
    if direction not in {"CRDT", "DBIT"}:
        raise refuse(_("Entry %(number)s does not say whether money came or went (CdtDbtInd).", number=number))
    kind, subfamily = _kind(element)
    batch = xml.text(element, "NtryDtls/Btch/NbOfTxs")
    return Movement(
        entry=number,
        part=0,
        is_credit=direction == "CRDT",
        cents=cents,
        currency=(amount.get("Ccy") or account_currency)[:3].upper(),
        is_booked=xml.text(element, "Sts/Cd", "Sts/Prtry", "Sts").upper() in {"BOOK", ""},
        booked_on=_day(xml.part(element, "BookgDt", "ValDt"), number),
        value_on=_day(xml.part(element, "ValDt", "BookgDt"), number),
        is_charge=bool(_CHARGES & set(kind.split("/"))),
        is_reversal=xml.text(element, "RvslInd").lower() in {"true", "1"},
        is_return=subfamily in _RETURNS,
        entry_reference=xml.text(element, "NtryRef")[:35],
        bank_reference=xml.text(element, "AcctSvcrRef")[:35],
        payment_block=xml.text(element, "NtryDtls/Btch/PmtInfId", "NtryDtls/Btch/MsgId")[:35],
        transactions=int(batch) if batch.isascii() and batch.isdigit() and len(batch) < 8 else 0,
        kind=kind,
    )


def _day(element: Any, number: int) -> date | None:
    day, written = xml.day_of(element), xml.written_day(element)
    if day is None and written:
        raise refuse(_("Entry %(number)s: “%(text)s” is not a day.", number=number, text=written[:40]))
    return day


def _kind(element: Any) -> tuple[str, str]:
    domain, family = xml.text(element, "BkTxCd/Domn/Cd"), xml.text(element, "BkTxCd/Domn/Fmly/Cd")
    subfamily = xml.text(element, "BkTxCd/Domn/Fmly/SubFmlyCd")
    words = [word for word in (domain, family, subfamily) if word] or [xml.text(element, "BkTxCd/Prtry/Cd")]
    return "/".join(words)[:70], subfamily


@dataclass(frozen=True, slots=True)
class _Detail:
    element: Any
    cents: int | None
    is_credit: bool
    charges: int
    """What the bank has taken for itself, and is not in `cents`."""

    @classmethod
    def read(cls, element: Any, whole: Movement, entry_charges: int, is_only: bool) -> _Detail:
        """The amount of one transaction, in the currency of the entry, from wherever the bank puts it."""
        direction = xml.text(element, "CdtDbtInd")
        is_credit = direction == "CRDT" if direction in {"CRDT", "DBIT"} else whole.is_credit
        amounts = [_cents_at(element, path, whole.currency) for path in _AMOUNTS]
        cents = next((one for one in amounts if one is not None), None)
        instructed, charges = amounts[-1], _charges_of(element) or entry_charges
        if instructed and cents and charges and instructed == cents + (charges if is_credit else -charges):
            cents, charges = instructed, 0  # the bank has put its charges into the amount
        if cents is None and is_only and not _has_amount(element):
            cents = whole.cents
        return cls(element, cents, is_credit, charges)


def _cents_at(element: Any, path: str, currency: str) -> int | None:
    found = xml.part(element, path)
    if found is None or found.get("Ccy", currency).upper() != currency:
        return None
    return xml.cents_of(found.text or "")


def _has_amount(element: Any) -> bool:
    return any(xml.part(element, path) is not None for path in _AMOUNTS)


def _of_detail(detail: _Detail, whole: Movement, entry: Any, place: int) -> Movement:
    assert detail.cents is not None  # an entry of which not all are told stays whole
    kind, subfamily = _kind(detail.element)
    found = replace(
        whole,
        part=place,
        is_credit=detail.is_credit,
        cents=detail.cents,
        transactions=1,
        kind=kind or whole.kind,
        is_return=whole.is_return or subfamily in _RETURNS,
    )
    return _with_texts(replace(found, charges=_kept(found, detail.charges)), detail.element, entry)


def _with_texts(movement: Movement, element: Any, entry: Any) -> Movement:
    """The references and words of a transaction (or of the entry itself where it tells none)."""
    remittance = " ".join(
        [
            *xml.texts(element, "RmtInf/Ustrd"),
            *xml.texts(element, "RmtInf/Strd/CdtrRefInf/Ref"),
            *xml.texts(element, "RmtInf/Strd/AddtlRmtInf"),
        ]
    )
    words = " ".join(
        dict.fromkeys([remittance, xml.text(element, "AddtlTxInf"), xml.text(entry, "AddtlNtryInf")])
    ).strip()
    given = (_given(xml.text(element, f"Refs/{name}")) for name in ("EndToEndId", "InstrId"))
    reference = next((one for one in given if one), "") or _found_in(words)
    is_return, code, text = _return_of(element, entry, movement, words.replace(reference, " ") if reference else words)
    other = "Cdtr" if not movement.is_credit or is_return or movement.is_reversal else "Dbtr"
    return replace(
        movement,
        end_to_end_id=reference[:35],
        payment_block=(xml.text(element, "Refs/PmtInfId", "Refs/MsgId") or movement.payment_block)[:35],
        bank_reference=(xml.text(element, "Refs/AcctSvcrRef") or movement.bank_reference)[:35],
        is_return=is_return,
        return_code=code,
        return_text=text[:LONGEST_TEXT],
        other_name=xml.text(element, f"RltdPties/{other}/Pty/Nm", f"RltdPties/{other}/Nm")[:140],
        other_iban=xml.text(element, f"RltdPties/{other}Acct/Id/IBAN")[:34],
        remittance=words[:LONGEST_TEXT],
    )


def _given(reference: str) -> str:
    return "" if reference.upper() in _NONE_GIVEN else reference


def _found_in(words: str) -> str:
    """The end-to-end id that some banks write into the text only."""
    found = _END_TO_END.search(words)
    return _given(found.group(1)) if found else ""


def _return_of(element: Any, entry: Any, movement: Movement, words: str) -> tuple[bool, str, str]:
    """Whether the bank calls it a return, with its code and words.

    Some banks book what comes back as any money that comes, and write the code into their own kind of entry or into
    the text only: so it is read from there, whatever the kind.
    """
    information = xml.part(element, "RtrInf")
    is_return = movement.is_return or information is not None
    if not is_return and not movement.is_reversal and not movement.is_credit:
        return False, "", ""
    said = "" if information is None else " ".join(xml.texts(information, "AddtlInf"))
    given = "" if information is None else xml.text(information, "Rsn/Cd", "Rsn/Prtry")
    own = (xml.text(one, "BkTxCd/Prtry/Cd") for one in (element, entry))
    code = given if is_known(given) else find_code(" ".join((given, *own, said, words))) or given
    return is_return, code[:35], said


def _one_code(movements: list[Movement]) -> str:
    """The code that all of them bear; empty where they bear several."""
    codes = {one.return_code for one in movements}
    return codes.pop() if len(codes) == 1 else ""


def _charges(entry: Any, details: list[Any]) -> set[int]:
    """What the bank may have taken for itself, in cents: as the entry says, as its transactions say, and both."""
    of_entry, of_details = _charges_of(entry), sum(_charges_of(one) for one in details)
    return {of_entry, of_details, of_entry + of_details}


def _charges_of(element: Any) -> int:
    taken = 0
    for charge in xml.parts(element, "Chrgs"):
        for record in xml.parts(charge, "Rcrd") or [charge]:
            cents = xml.cents_of(xml.text(record, "Amt", "TtlChrgsAndTaxAmt"))
            taken += (cents or 0) * (-1 if xml.text(record, "CdtDbtInd") == "CRDT" else 1)
    return taken


def _kept(movement: Movement, charges: int) -> int:
    """What may be missing from money that came; of money that left, charges leave beside it."""
    return max(charges, 0) if movement.is_credit else 0


def _charge(whole: Movement, signed: int, place: int) -> Movement:
    return replace(
        whole, part=place, is_charge=True, is_credit=signed > 0, cents=abs(signed), is_return=False, is_reversal=False
    )
