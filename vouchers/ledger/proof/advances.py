"""What was paid ahead: no fund has settled more of a voucher's advances than it owed, and the register agrees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import func, select

from vouchers.core.database import Base, db
from vouchers.core.money import Money
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal, JournalLine
from vouchers.ledger.proof.faults import Fault
from vouchers.ledger.proof.stages import line_below_nothing

SETTLE = ("settle_advance", "forfeit_advance")


def faults_of_advances() -> Iterator[Fault]:
    """Added up and compared by the database; only what is wrong comes here."""
    yield from _settled_too_much()
    yield from _register_differs()


def _settled_too_much() -> Iterator[Fault]:
    line, account = JournalLine, Account.ADVANCES_PAID.value
    standing = func.sum(line.cents)
    below: Any = (
        select(line.fund_id, line.voucher, standing)
        .where(line.account == account)
        .group_by(line.fund_id, line.voucher)
        .having(standing < 0)
        .order_by(line.fund_id, line.voucher)
    )
    for fund_id, voucher, cents in db.session.execute(below).all():
        line_id, journal_id = line_below_nothing(fund_id, account, voucher)
        named = f"fund {fund_id}, account {account}, voucher {voucher or '-'}"
        more = Money(-int(cents)).plain
        sentence = f"{named}: {more} more settled than paid ahead, by line {line_id} of journal {journal_id}"
        yield Fault(sentence, line_id, journal_id)


def _register_differs() -> Iterator[Fault]:
    """The register of advances stands on a floor above this one, so its tables are known by name."""
    tables = Base.metadata.tables
    advance, share = tables["advance"], tables["advance_share"]
    agreement, application = tables["agreement"], tables["application"]
    kept = {
        (fund_id, voucher): int(cents)
        for fund_id, voucher, cents in db.session.execute(
            select(share.c.fund_id, application.c.reference, func.sum(share.c.settled_cents))
            .join(advance, advance.c.id == share.c.advance_id)
            .join(agreement, agreement.c.id == advance.c.agreement_id)
            .join(application, application.c.id == agreement.c.application_id)
            .where(share.c.settled_cents > 0)
            .group_by(share.c.fund_id, application.c.reference)
        )
    }
    booked = {
        (fund_id, voucher): (-int(cents), line_id)
        for fund_id, voucher, cents, line_id in db.session.execute(
            select(JournalLine.fund_id, JournalLine.voucher, func.sum(JournalLine.cents), func.min(JournalLine.id))
            .join(Journal, Journal.id == JournalLine.journal_id)
            .where(Journal.event.in_(SETTLE), JournalLine.account == Account.ADVANCES_PAID.value)
            .group_by(JournalLine.fund_id, JournalLine.voucher)
        )
    }
    for key in sorted(kept.keys() | booked.keys()):
        cents, line_id = booked.get(key, (0, None))
        if kept.get(key, 0) != cents:
            named = f"fund {key[0]}, voucher {key[1] or '-'}"
            said, were = Money(kept.get(key, 0)).plain, Money(cents).plain
            yield Fault(f"{named}: the register says {said} of advances are settled, and {were} were booked", line_id)
