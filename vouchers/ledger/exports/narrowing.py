"""What lines a file holds, as conditions that both databases understand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypedDict

COLUMNS = (
    "journal", "date", "booked_at", "event", "reference", "narrative", "account", "account_name", "programme", "call",
    "region", "instrument", "fund_line", "voucher", "debit", "credit", "currency", "step_id", "line", "reverses",
    "corrects",
)  # fmt: skip
"""What every form says of a line. ``reverses`` is a journal, ``corrects`` a day in a closed period."""


class Narrowing(TypedDict, total=False):
    """What lines a file holds; all of them without it."""

    programme: str | None
    regions: Sequence[str] | None
    """None: all."""
    call: str | None
    instrument: str | None
    """That the fund is for; ``*`` is for all."""
    fund_line: str | None
    account: str | None
    event: str | None
    search: str | None
    """How the line's voucher or the journal's reference begins."""
    voucher_of: str | None
    """Code of an instrument: the lines of its vouchers, whatever fund carries them."""
    first: date | None
    """Accounting day."""
    last: date | None
    places: tuple[int, int] | None
    """What was booked by the steps that stand in the record's tree from one place up to another."""


@dataclass(frozen=True, slots=True)
class FundFacts:
    """A fund as the files name it."""

    id: int
    programme: str
    call: str
    region: str
    instrument: str
    line: str
    currency: str


VOUCHERS_OF = (
    "SELECT a.reference FROM application a JOIN instrument i ON i.id = a.instrument_id WHERE i.code = :voucher_of"
)
"""Applications stand on a floor above this one, so their tables are asked for by name."""
_STEPS_AT_PLACES = """
    SELECT e.step_id FROM audit_run r
    JOIN audit_event e ON e.id >= r.first_event_id AND e.id < r.first_event_id + r.size
    WHERE r.first_position >= :first_place AND r.first_position < :end_place AND e.journals_hash <> ''
"""
"""A seal ends where a run ends, so that runs are counted whole."""


class Conditions:
    """The conditions of a `Narrowing`, with named values (``:first``). Nothing of it was typed by anybody."""

    def __init__(self, narrowed: Narrowing, funds: Sequence[FundFacts]) -> None:
        self.narrowed = narrowed
        regions, search = narrowed.get("regions"), narrowed.get("search")
        for sign in ("/", "%", "_") if search else ():
            search = search and search.replace(sign, f"/{sign}")
        self.values: dict[str, Any] = {
            "account": narrowed.get("account"),
            "event": narrowed.get("event"),
            "first": _iso(narrowed.get("first")),
            "last": _iso(narrowed.get("last")),
            "search": f"{search}%" if search else None,
            "voucher_of": narrowed.get("voucher_of"),
        }
        self._places = narrowed.get("places")
        if self._places is not None:
            self.values["first_place"], self.values["end_place"] = self._places
        asked = {
            "programme": narrowed.get("programme"),
            "call": narrowed.get("call"),
            "instrument": narrowed.get("instrument"),
            "line": narrowed.get("fund_line"),
        }
        self.funds = {
            fund.id: fund
            for fund in funds
            if all(code is None or getattr(fund, name) == code for name, code in asked.items())
            and (regions is None or fund.region in regions)
        }
        self._are_all_funds = len(self.funds) == len(funds)

    @property
    def keeps_whole_journals(self) -> bool:
        """Whether what is left of a journal still balances for each fund and book."""
        return not any(self.values[name] for name in ("account", "search", "voucher_of"))

    def of_funds(self, column: str) -> str:
        """Which funds."""
        if self._are_all_funds:
            return "1 = 1"
        return f"{column} IN ({', '.join(map(str, self.funds))})" if self.funds else "1 = 0"

    def of_journals(self, *, with_first: bool = True) -> str:
        """Conditions on the table ``journal``."""
        found = ["1 = 1"]
        if self.values["event"]:
            found.append("event = :event")
        if self.values["first"] and with_first:
            found.append("booked_on >= :first")
        if self.values["last"]:
            found.append("booked_on <= :last")
        if self._places is not None:
            found.append(f"step_id IN ({_STEPS_AT_PLACES})")
        return " AND ".join(found)

    def of_lines(self) -> str:
        """Conditions on the table ``journal_line``, named ``l``, but for the search, which asks the journal too."""
        found = [self.of_funds("l.fund_id")]
        if self.values["account"]:
            found.append("l.account = :account")
        if self.values["voucher_of"]:
            found.append(f"l.voucher IN ({VOUCHERS_OF})")
        return " AND ".join(found)

    def is_found(self, column: str) -> str:
        """Whether a text begins as the search does; true without one."""
        return f"{column} LIKE :search ESCAPE '/'" if self.values["search"] else "1 = 1"


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
