"""A bank's statement file (ISO 20022 camt.053, versions 02 to 13) as statements, whatever the dialect of the bank.

Banks differ in the prefix of the namespace, in the version, in an envelope around the document, in how they say the
state of an entry, where they put amounts, and in which balances they give. What is read here is what all of them mean.
The file is read entry by entry; only the values stay in memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from vouchers.banking.rules import bank_xml as xml
from vouchers.banking.rules.bank_xml import refuse
from vouchers.banking.rules.details import read_entry
from vouchers.banking.rules.kinds import FileKind, ensure_kind
from vouchers.banking.rules.movements import Balance, Movement, StatementRead
from vouchers.core.text import say as _

_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_HEAD = frozenset({"Id", "ElctrncSeqNb", "LglSeqNb", "CreDtTm", "StmtPgntn", "FrToDt", "Acct", "Bal", "TxsSummry"})
MOST_ENTRIES = 100_000


def read_statements(stream: BinaryIO) -> list[StatementRead]:
    """The statements of a file, in its order.

    Raises:
        RuleBroken: field ``file``; not such a file, or an entry of it that cannot be understood.
    """
    found: list[StatementRead] = []
    draft: _Draft | None = None
    is_document = False
    for event, element in xml.walk(stream, "Document", "Stmt", "Ntry"):
        name = xml.local_name(element)
        if (event, name) == ("start", "Document"):
            ensure_kind(xml.namespace(element), FileKind.STATEMENT)
            is_document = True
        elif (event, name) == ("start", "Stmt") and is_document:
            draft = _Draft()
        elif event == "end" and draft and name == "Ntry":
            draft.take_head(element.itersiblings(preceding=True))
            draft.take_entry(element)
            xml.forget(element)
        elif event == "end" and draft and name == "Stmt":
            draft.take_head(reversed(element))
            found.append(draft.finished())
            draft = None
            xml.forget(element)
    if not found:
        raise refuse(_("The file holds no statement."))
    return found


@dataclass(slots=True)
class _Draft:
    """A statement while it is read: its head comes before its entries, so that an entry knows its account."""

    values: dict[str, str] = field(default_factory=dict)
    days: dict[str, date | None] = field(default_factory=dict)
    balances: dict[str, list[Balance]] = field(default_factory=dict)
    is_last_page: bool = True
    stated_entries: int | None = None
    entries: int = 0
    movements: list[Movement] = field(default_factory=list)
    of_balances: list[str] = field(default_factory=list)
    """The currencies in which the balances are told."""

    def take_head(self, elements: Iterable[Any]) -> None:
        """What stands before the first entry, or (with banks that keep no order) behind the last one; last first."""
        for element in reversed(list(elements)):
            name = xml.local_name(element)
            if name in _HEAD:
                getattr(self, f"_take_{name.lower()}", self._take_text)(element)

    def take_entry(self, element: Any) -> None:
        """One entry."""
        self.entries += 1
        if self.entries > MOST_ENTRIES:
            raise refuse(_("The file holds more than %(most)s entries.", most=MOST_ENTRIES))
        self.movements += read_entry(element, self.entries, self.values.get("currency", ""))

    def _take_text(self, element: Any) -> None:
        self.values[xml.local_name(element)] = " ".join((element.text or "").split())[:70]

    def _take_stmtpgntn(self, element: Any) -> None:
        self.values["page"] = xml.text(element, "PgNb")[:5]
        self.is_last_page = xml.text(element, "LastPgInd").lower() in {"true", "1"}

    def _take_frtodt(self, element: Any) -> None:
        for name in ("Fr", "To"):
            self.days[name] = xml.day_of(xml.part(element, f"{name}DtTm", f"{name}Dt"))

    def _take_acct(self, element: Any) -> None:
        self.values["iban"] = (
            xml.text(element, "Id/IBAN", "Id/Othr/Id", "Id/PrtryAcct/Id").replace(" ", "").upper()[:34]
        )
        self.values["currency"] = xml.text(element, "Ccy")[:3].upper()

    def _take_bal(self, element: Any) -> None:
        code = xml.text(element, "Tp/CdOrPrtry/Cd", "Tp/Cd", "Tp/CdOrPrtry/Prtry")
        amount = xml.part(element, "Amt")
        cents = xml.cents_of(amount.text or "") if amount is not None else None
        if cents is None:
            raise refuse(_("Balance %(code)s: “%(text)s” is not an amount.", code=code, text=_shown(amount)))
        currency = ((amount.get("Ccy") if amount is not None else "") or "")[:3].upper()
        self.of_balances.append(currency)
        self.values["currency"] = self.values.get("currency") or currency
        signed = -cents if xml.text(element, "CdtDbtInd") == "DBIT" else cents
        on, written = xml.day_of(xml.part(element, "Dt")), xml.written_day(xml.part(element, "Dt"))
        if on is None and written:
            raise refuse(_("Balance %(code)s: “%(text)s” is not a day.", code=code, text=written[:40]))
        self.balances.setdefault(code, []).append(Balance(signed, on))

    def _take_txssummry(self, element: Any) -> None:
        stated = xml.text(element, "TtlNtries/NbOfNtries")
        self.stated_entries = int(stated) if stated.isascii() and stated.isdigit() and len(stated) < 10 else None

    def finished(self) -> StatementRead:
        """The statement as read. Raises `RuleBroken`."""
        values = self.values
        if not values.get("Id"):
            raise refuse(_("A statement in this file has no id (Stmt/Id)."))
        if not values.get("iban"):
            raise refuse(_("Statement %(number)s does not say of which account it is.", number=values["Id"]))
        self._ensure_one_currency()
        opening, closing = self._opening(), self._closing()
        days = [one.booked_on for one in self.movements if one.booked_on and one.is_booked]
        last_on = (closing.on if closing else None) or self.days.get("To") or max(days, default=None)
        return StatementRead(
            number=values["Id"],
            sequence=values.get("ElctrncSeqNb") or values.get("LglSeqNb") or "",
            page="" if self.is_last_page and values.get("page", "1") in {"", "1"} else values.get("page", ""),
            iban=values["iban"],
            currency=values.get("currency", ""),
            created=values.get("CreDtTm", ""),
            first_on=self.days.get("Fr") or (opening.on if opening else None) or min(days, default=None),
            last_on=last_on,
            opening=opening,
            closing=closing,
            entries=self.entries,
            stated_entries=self.stated_entries,
            movements=tuple(self.movements),
        )

    def _ensure_one_currency(self) -> None:
        """A statement is told in the currency of its account: sums of several would be sums of nothing."""
        told = [*self.of_balances, *(one.currency for one in self.movements)]
        account = self.values.get("currency") or next((one for one in told if one), "")
        self.values["currency"] = account
        if other := next((one for one in told if one and one != account), ""):
            raise refuse(
                _(
                    "Statement %(number)s is of an account in %(account)s, but a balance or an entry of it is in "
                    "%(other)s, so nothing was taken in.",
                    number=self.values["Id"],
                    account=account,
                    other=other,
                )
            )

    def _opening(self) -> Balance | None:
        found = next((self.balances[code][0] for code in _OPENING if code in self.balances), None)
        return found or self._interim(0)

    def _closing(self) -> Balance | None:
        found = next((self.balances[code][-1] for code in _CLOSING if code in self.balances), None)
        return found or self._interim(-1)

    def _interim(self, place: int) -> Balance | None:
        """A page in the middle of a statement opens and closes with interim balances."""
        interim = self.balances.get("ITBD", [])
        is_given = len(interim) > 1 or (interim and bool(set(self.balances) & {*_OPENING, *_CLOSING}))
        return interim[place] if is_given else None


def _shown(element: Any) -> str:
    return "" if element is None else (element.text or "").strip()[:40]
