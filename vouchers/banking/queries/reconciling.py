"""The bank's balance beside that of the books at the end of a statement, and each difference by itself.

The funds of the regions that are paid from an account are its part of account 1000, in its currency: a fund belongs to
one programme in one region, and a region to one account.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Date,
    Select,
    String,
    Subquery,
    and_,
    case,
    cast,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from vouchers.banking.models import Entry, EntryDebt, EntryPayment, Statement
from vouchers.banking.rules.reconciling import Counted, Reconciliation, Span
from vouchers.banking.states import DifferenceKind, Effect, EntryState
from vouchers.core.database import db
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, Journal, JournalLine
from vouchers.payments.models import Batch, Payment
from vouchers.regions.models import Region

_LEFT = ("bank_debit", "undue_payment")
_CAME_BACK = ("payment_returned", "undue_returned")
_SIGNED = case((Entry.is_credit, Entry.cents), else_=-Entry.cents)
_REFERENCE = case(
    (Entry.end_to_end_id != "", Entry.end_to_end_id),
    (Entry.bank_reference != "", Entry.bank_reference),
    (Entry.entry_reference != "", Entry.entry_reference),
    else_=Statement.number.concat(literal("/"))
    .concat(cast(Entry.entry_number, String))
    .concat(case((Entry.part > 0, literal("/").concat(cast(Entry.part, String))), else_="")),
)
"""What an entry is called by: as `Entry.reference`, after the number of its statement where the bank gave no name."""
_NO_DAY, _NO_ID = cast(null(), Date), cast(null(), BigInteger)


def find_span(statement: Statement) -> Span | None:
    """What is compared for a statement; None where the bank states no day or no closing balance."""
    if statement.last_on is None or statement.closing_cents is None:
        return None
    found = select(Statement.first_on, Statement.last_on, Statement.opening_cents).where(*_account(statement))
    first = db.session.execute(found.order_by(Statement.last_on, Statement.id).limit(1)).one()
    opening = first.opening_cents
    return Span(
        statement.id, statement.iban, statement.currency, first.first_on or first.last_on, statement.last_on, opening
    )


def _account(of: Statement | Span) -> tuple[ColumnElement[bool], ...]:
    return Statement.iban == of.iban, Statement.currency == of.currency, Statement.last_on.is_not(None)


def _is_through(span: Span) -> ColumnElement[bool]:
    """Whether a statement is the one that is looked at, or lies before it; one without a day does not."""
    same_day = and_(Statement.last_on == span.through_on, Statement.id <= span.statement_id)
    return and_(*_account(span), or_(Statement.last_on < span.through_on, same_day))


def _of_account(span: Span) -> ColumnElement[bool]:
    """Whether a fund is paid from the account."""
    regions = select(Region.code).where(Region.iban == span.iban)
    return and_(Fund.region.in_(regions), Fund.currency == span.currency)


def _is_within(span: Span, day: Any) -> ColumnElement[bool]:
    return and_(day.is_not(None), day.between(span.first_on, span.through_on))


def reconcile(statement: Statement, span: Span) -> Reconciliation:
    """The two balances and the sums of what they differ by, in three queries."""
    differences = _differences(span)
    by_kind = select(differences.c.kind, func.count(), func.sum(differences.c.cents)).group_by(differences.c.kind)
    kept = select(func.coalesce(func.sum(_SIGNED), 0)).join(Entry.statement)
    kept = kept.where(_is_through(span), Entry.state != EntryState.NOTED)
    books, execution, suspense, before = db.session.execute(_balances(span)).one()
    assert statement.closing_cents is not None  # there is a span
    return Reconciliation(
        currency=span.currency,
        closing_cents=statement.closing_cents,
        books_cents=int(books),
        execution_cents=int(execution),
        suspense_cents=int(suspense),
        before_cents=int(before),
        opening_cents=span.opening_cents,
        entries_cents=int(db.session.scalar(kept) or 0),
        differences={
            DifferenceKind(kind): Counted(count, int(cents)) for kind, count, cents in db.session.execute(by_kind)
        },
    )


def _balances(span: Span) -> Select[Any]:
    """What stands on the accounts at the end, and on that of the bank before the first statement."""

    def on_account(account: Account, day: ColumnElement[bool]) -> Any:
        is_counted = and_(JournalLine.account == account.value, day)
        return func.coalesce(func.sum(case((is_counted, JournalLine.cents), else_=0)), 0)

    accounts = (Account.BANK, Account.IN_EXECUTION, Account.SUSPENSE)
    columns = [on_account(account, Journal.on <= span.through_on) for account in accounts]
    found = select(*columns, on_account(Account.BANK, Journal.on < span.first_on)).select_from(JournalLine)
    found = found.join(Journal, Journal.id == JournalLine.journal_id).join(Fund, Fund.id == JournalLine.fund_id)
    return found.where(JournalLine.account.in_([account.value for account in accounts]), _of_account(span))


def list_differences(query: ListQuery, span: Span) -> Page:
    """The differences one by one, as rows (kind, day at the bank, day in the books, entry, journal, reference, words,
    cents). Filter: ``kind``."""
    found = _differences(span)
    statement = select(found)
    if kind := query.filters.get("kind"):
        statement = statement.where(found.c.kind == kind)
    day = func.coalesce(found.c.bank_on, found.c.book_on)
    orders = {"day": day, "amount": found.c.cents, "kind": (found.c.kind, day)}
    return paginate(db.session, statement, query, orders, unique=[found.c.number])


def _differences(span: Span) -> Subquery:
    """All of them; `number` is unlike in any two."""
    return union_all(
        _unsettled(span), _paid_elsewhen(span), _booked_elsewhen(span), _split_elsewhen(span), _by_hand(span)
    ).subquery()


def _row(kind: Any, number: Any, cents: Any, words: Any, **more: Any) -> tuple[Any, ...]:
    return (
        kind.label("kind"),
        number.label("number"),
        more.get("bank_on", _NO_DAY).label("bank_on"),
        more.get("book_on", _NO_DAY).label("book_on"),
        more.get("entry_id", _NO_ID).label("entry_id"),
        more.get("journal_id", _NO_ID).label("journal_id"),
        more.get("reference", literal("")).label("reference"),
        words.label("words"),
        cast(cents, BigInteger).label("cents"),
    )


def _numbered(letter: str, key: Any) -> Any:
    return literal(letter).concat(cast(key, String))


def _unsettled(span: Span) -> Select[Any]:
    """Entries that nobody has matched or booked: the bank has moved them, the books have not."""
    kind = case(
        (Entry.state == EntryState.SET_ASIDE, literal(DifferenceKind.SET_ASIDE.value)),
        else_=literal(DifferenceKind.OPEN.value),
    )
    columns = _row(
        kind,
        _numbered("a", Entry.id),
        _SIGNED,
        case((Entry.reason != "", Entry.reason), else_=Entry.other_name),
        bank_on=Entry.booked_on,
        entry_id=Entry.id,
        reference=_REFERENCE,
    )
    states = (EntryState.OPEN, EntryState.RECOGNISED, EntryState.SET_ASIDE)
    found = select(*columns).join(Entry.statement)
    return found.where(_is_through(span), Entry.state.in_(states))


def _elsewhen(span: Span, is_booked: ColumnElement[bool], cents: Any) -> tuple[ColumnElement[bool], Any]:
    """Whether what an entry settled is at the bank by the end of the span and not in the books of it (`is_booked`), or
    the other way round; and what that changes of the difference."""
    through = _is_through(span)
    return or_(and_(through, ~is_booked), and_(~through, is_booked)), case((through, cents), else_=-cents)


def _kind_elsewhen(span: Span) -> Any:
    """Whether the days lie on either side, or the bank tells it in a later statement that ends on the same day."""
    is_later = and_(Statement.last_on == span.through_on, Statement.id > span.statement_id)
    later, other = DifferenceKind.LATER_STATEMENT.value, DifferenceKind.OTHER_DAY.value
    return case((and_(*_account(span), is_later), literal(later)), else_=literal(other))


def _paid_elsewhen(span: Span) -> Select[Any]:
    """Payments that an entry executed or gave back."""
    leaves = Entry.effect == Effect.EXECUTES
    day = case((leaves, Payment.executed_on), else_=Payment.returned_on)
    is_booked = and_(_is_within(span, day), Region.iban == span.iban, Payment.currency == span.currency)
    is_one, cents = _elsewhen(span, is_booked, case((leaves, -Payment.amount_cents), else_=Payment.amount_cents))
    columns = _row(
        _kind_elsewhen(span),
        _numbered("b", EntryPayment.id),
        cents,
        Payment.creditor_name,
        bank_on=Entry.booked_on,
        book_on=day,
        entry_id=Entry.id,
        reference=Payment.end_to_end_id,
    )
    found = select(*columns).select_from(EntryPayment).join(EntryPayment.entry).join(Entry.statement)
    found = found.join(Payment, Payment.id == EntryPayment.payment_id).join(Payment.batch).join(Batch.region)
    return found.where(Entry.state == EntryState.MATCHED, is_one)


def _booked_elsewhen(span: Span) -> Select[Any]:
    """Entries that have a journal: booked by hand, paying a recovery, or the charge that is kept of what came back."""
    given_back = select(func.coalesce(func.sum(Payment.amount_cents), 0)).join(EntryPayment.payment)
    given_back = given_back.where(EntryPayment.entry_id == Entry.id)
    own = case((Entry.effect == Effect.GIVES_BACK, _SIGNED - given_back.scalar_subquery()), else_=_SIGNED)
    columns, is_one = _in_journal(span, _numbered("c", Entry.id), own)
    found = select(*columns).select_from(Entry).join(Entry.statement).join(Journal, Journal.id == Entry.journal_id)
    return found.where(is_one)


def _split_elsewhen(span: Span) -> Select[Any]:
    """Entries that pay several recoveries, debt by debt."""
    columns, is_one = _in_journal(span, _numbered("e", EntryDebt.id), EntryDebt.cents)
    found = select(*columns).select_from(EntryDebt).join(EntryDebt.entry).join(Entry.statement)
    return found.join(Journal, Journal.id == EntryDebt.journal_id).where(is_one)


def _in_journal(span: Span, number: Any, own: Any) -> tuple[tuple[Any, ...], ColumnElement[bool]]:
    """The columns of what an entry (`own`: how much of it) has in a journal; whether the two lie on either side."""
    lines = select(JournalLine.id).join(Fund, Fund.id == JournalLine.fund_id)
    lines = lines.where(JournalLine.journal_id == Journal.id, JournalLine.account == Account.BANK.value)
    is_booked = and_(_is_within(span, Journal.on), lines.where(_of_account(span)).exists())
    is_one, cents = _elsewhen(span, is_booked, own)
    columns = _row(
        _kind_elsewhen(span),
        number,
        cents,
        Journal.narrative,
        bank_on=Entry.booked_on,
        book_on=Journal.on,
        entry_id=Entry.id,
        journal_id=Journal.id,
        reference=case((Journal.reference != "", Journal.reference), else_=_REFERENCE),
    )
    return columns, is_one


def _by_hand(span: Span) -> Select[Any]:
    """What moved account 1000 with no entry of a statement behind it. What was undone within the span is left out."""
    moved = _moved_bank(span)
    confirmed = case((and_(moved.c.subject_kind == "batch", moved.c.event == "bank_debit"), _confirmed(moved)), else_=0)
    cents = moved.c.cents + confirmed
    columns = _row(
        literal(DifferenceKind.BY_HAND.value),
        _numbered("d", moved.c.id),
        -cents,
        moved.c.narrative,
        book_on=moved.c.on,
        journal_id=moved.c.id,
        reference=moved.c.reference,
    )
    return select(*columns).where(cents != 0, ~_has_entry(moved), ~_is_undone(span, moved))


def _moved_bank(span: Span) -> Subquery:
    """The journals of the span that change what the account has."""
    cents = func.sum(JournalLine.cents)
    names = (Journal.id, Journal.on, Journal.subject_kind, Journal.subject_id, Journal.event, Journal.reverses_id)
    words = (Journal.reference, Journal.narrative)
    found = select(*names, *words, cents.label("cents")).join(JournalLine, JournalLine.journal_id == Journal.id)
    found = found.join(Fund, Fund.id == JournalLine.fund_id)
    found = found.where(JournalLine.account == Account.BANK.value, _of_account(span), _is_within(span, Journal.on))
    return found.group_by(Journal.id).having(cents != 0).subquery()


def _has_entry(moved: Subquery) -> ColumnElement[bool]:
    """Whether an entry stands behind a journal: through its payment, or by name."""
    executes = and_(Entry.effect == Effect.EXECUTES, moved.c.event.in_(_LEFT))
    gives_back = and_(Entry.effect == Effect.GIVES_BACK, moved.c.event.in_(_CAME_BACK))
    of_payment = (
        select(EntryPayment.id)
        .join(EntryPayment.entry)
        .where(EntryPayment.payment_id == moved.c.subject_id, Entry.state == EntryState.MATCHED)
        .where(moved.c.subject_kind == "payment", or_(executes, gives_back))
    )
    return or_(and_(of_payment.exists(), ~_is_reversed(moved.c.id)), _is_named(moved.c.id))


def _is_reversed(journal_id: Any) -> ColumnElement[bool]:
    """Whether a journal was taken back, whenever: then no entry of its payment stands behind it."""
    mirror = aliased(Journal)
    return select(mirror.id).where(mirror.reverses_id == journal_id).exists()


def _is_named(journal_id: Any) -> ColumnElement[bool]:
    """Whether an entry names a journal as what has it, or a part of it, in the books."""
    whole, part = select(Entry.id), select(EntryDebt.id)
    return or_(
        whole.where(Entry.journal_id == journal_id).exists(), part.where(EntryDebt.journal_id == journal_id).exists()
    )


def _is_undone(span: Span, moved: Subquery) -> ColumnElement[bool]:
    """Whether a journal and its mirror image both lie in the span, and neither has an entry."""
    mirror, original = aliased(Journal), aliased(Journal)
    taken_back = select(mirror.id).where(mirror.reverses_id == moved.c.id, _is_within(span, mirror.on))
    takes_back = select(original.id).where(original.id == moved.c.reverses_id, _is_within(span, original.on))
    return or_(taken_back.exists(), takes_back.where(~_is_named(original.id)).exists())


def _confirmed(moved: Subquery) -> Any:
    """Of a batch that was marked as executed by hand: the payments that entries have shown since."""
    own = aliased(Journal)
    single = (
        select(own.id)
        .where(own.subject_kind == "payment", own.subject_id == Payment.id, own.event == "bank_debit")
        .where(~_is_reversed(own.id))
    )
    found = select(func.coalesce(func.sum(Payment.amount_cents), 0))
    found = found.join(EntryPayment, EntryPayment.payment_id == Payment.id).join(EntryPayment.entry)
    found = found.where(Payment.batch_id == moved.c.subject_id, Entry.state == EntryState.MATCHED)
    return found.where(Entry.effect == Effect.EXECUTES, ~single.exists()).scalar_subquery()
