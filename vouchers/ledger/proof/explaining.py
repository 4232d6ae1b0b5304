"""Which line of a journal was rewritten, and what stood there: what makes the recorded hash true again.

The event holds a hash over all that its step booked. If one line was changed, the line as it was can be found again by
trying what it may have been: the amount that makes its fund balance, each account of the chart, each fund and voucher
that the journal knows; or that it was not there at all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from vouchers.core.money import Money
from vouchers.ledger.chart import Account
from vouchers.ledger.digests import Line, step_digest
from vouchers.ledger.proof.reading import BookedLine, JournalOfLines

_MOST_LINES = 200
"""Of a journal that is looked into: with more, trying takes longer than it is worth."""


@dataclass(frozen=True, slots=True)
class Explained:
    """The line that is wrong, and how."""

    line: int
    journal: int
    reason: str


def explain(journals: Sequence[JournalOfLines]) -> Explained | None:
    """The one line of a step's journals that was changed or added; None where it is more, or something else."""
    recorded = journals[0].recorded
    for place, journal in enumerate(journals):
        if len(journal.lines) > _MOST_LINES:
            continue
        others = [one.digest for one in journals]
        for line, lines, reason in _attempts(journal):
            others[place] = journal.digest_with(lines)
            if step_digest(others) == recorded:
                return Explained(line.id, journal.id, f"line {line.id} of journal {journal.id} {reason}")
    return None


def _attempts(journal: JournalOfLines) -> Iterator[tuple[BookedLine, list[Line], str]]:
    """Each line, with the lines that the journal would have had, and what that would mean."""
    hashed = [line.hashed for line in journal.lines]
    lacking: dict[tuple[int, bool], int] = defaultdict(int)
    for line in journal.lines:
        lacking[line.fund_id, line.account[:1] == "B"] += line.cents
    funds = sorted({(line.fund_code, line.currency) for line in journal.lines})
    vouchers = sorted({"", str((journal.facts or {})["reference"]), *(line.voucher for line in journal.lines)})
    for place, line in enumerate(journal.lines):
        rest = hashed[:place] + hashed[place + 1 :]
        yield line, rest, "was not booked by it"
        code, currency, account, cents, voucher = line.hashed
        more = lacking[line.fund_id, account[:1] == "B"]
        if more:
            reason = f"says {Money(cents).plain} where {Money(cents - more).plain} was booked"
            yield line, [*rest, (code, currency, account, cents - more, voucher)], reason
        for other in Account:
            if other != account:
                reason = f"stands on {account} where {other.value} was booked"
                yield line, [*rest, (code, currency, other.value, cents, voucher)], reason
        for of_fund in funds:
            if of_fund != (code, currency):
                reason = f"stands on the fund {code} where {of_fund[0]} was booked"
                yield line, [*rest, (*of_fund, account, cents, voucher)], reason
        for known in vouchers:
            if known != voucher:
                reason = f"names the voucher {voucher or '-'} where {known or '-'} was booked"
                yield line, [*rest, (code, currency, account, cents, known)], reason
