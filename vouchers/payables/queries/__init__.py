"""Finding what is owed, to whom, and to which account it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.localised import named_choices
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.experts.models import Expert
from vouchers.ledger.models import Fund
from vouchers.organisations.models import BankAccount, Membership, Organisation
from vouchers.organisations.states import BankAccountState
from vouchers.payables.models import Payable, PayableShare, PayeeCheck
from vouchers.payables.queries.above import list_refused_unsent, map_debits, map_endings, map_refusals
from vouchers.payables.rules.readiness import Standing, is_changed_since
from vouchers.payables.rules.returns import SentBack, is_sent_back, tell_sent_back
from vouchers.payables.states import PayableState, PayeeKind, SourceKind
from vouchers.programmes.models import Programme
from vouchers.providers.models import Provider
from vouchers.providers.queries import list_current
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by

_MEMBERS = selectinload(Organisation.memberships).joinedload(Membership.user)
_PAYEE = (
    joinedload(Payable.organisation).options(_MEMBERS),
    joinedload(Payable.provider).joinedload(Provider.organisation).options(_MEMBERS),
    joinedload(Payable.expert).joinedload(Expert.user),
)
_SHARES = selectinload(Payable.shares).joinedload(PayableShare.fund)
WHOLE = (joinedload(Payable.programme), joinedload(Payable.region), *_PAYEE, _SHARES)
"""What policies and pages need of a payable."""

LIVE = tuple(state for state in PayableState if state != PayableState.CANCELLED)
SORTS = ("pay_by", "number", "payee", "region", "amount", "state")


def get_payable(payable_id: int) -> Payable:
    """A payable with its payee and shares. Raises `NotFound`."""
    found = db.session.scalars(select(Payable).where(Payable.id == payable_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such debt."))
    return found


def find_payable_of(source_kind: SourceKind, source_id: int) -> Payable | None:
    """The live payable of a source, if it is owed or was paid."""
    found = select(Payable).where(
        Payable.source_kind == source_kind, Payable.source_id == source_id, Payable.state.in_(LIVE)
    )
    return db.session.scalars(found.options(*WHOLE)).first()


def map_payables_of(source_kind: SourceKind, source_ids: Iterable[int]) -> dict[int, Payable]:
    """Source -> its live payable."""
    found = select(Payable).where(
        Payable.source_kind == source_kind, Payable.source_id.in_(list(source_ids)), Payable.state.in_(LIVE)
    )
    return {payable.source_id: payable for payable in db.session.scalars(found.options(*WHOLE))}


def list_sent_back(vouchers: Iterable[str]) -> list[SentBack]:
    """What is owed for these vouchers and did not reach the payee when it was paid last; oldest first."""
    found = select(Payable).where(Payable.voucher.in_([one for one in vouchers if one]))
    found = found.where(
        Payable.returned_account_id.is_not(None), Payable.state.in_((PayableState.OPEN, PayableState.HELD))
    )
    payables = db.session.scalars(found.options(*WHOLE).order_by(Payable.id)).all()
    return [tell_sent_back(one) for one in with_accounts(payables)] if payables else []


def find_sent_back(source_kind: SourceKind, source_id: int) -> SentBack | None:
    """Of a source whose last payment did not reach the payee, while none is under way again."""
    payable = find_payable_of(source_kind, source_id)
    standing = with_accounts([payable])[0] if payable is not None and payable.returned_account_id is not None else None
    return tell_sent_back(standing) if standing is not None and is_sent_back(standing) else None


def list_set_off_against(organisation_id: int, region_id: int, currency: str) -> list[Payable]:
    """The debts to an organisation, in one region and currency, of which something may be set off; oldest first."""
    found = select(Payable).where(
        Payable.organisation_id == organisation_id,
        Payable.region_id == region_id,
        Payable.currency == currency,
        Payable.state.in_((PayableState.OPEN, PayableState.HELD)),
        Payable.set_off_cents < Payable.amount_cents,
    )
    return list(db.session.scalars(found.options(*WHOLE).order_by(Payable.accrued_at, Payable.id)))


# The list ------------------------------------------------------------------------------------------------------------


def list_payables(query: ListQuery, mandate: Mandate) -> Page:
    """Payables of a mandate. Filters: ``state``, ``region``, ``payee``, ``fund``; search by number, name, voucher."""
    statement = _narrowed(_covered(mandate), query)
    if state := query.filters.get("state"):
        statement = statement.where(Payable.state == state)
    orders = {
        "pay_by": Payable.pay_by,
        "number": Payable.number,
        "payee": Payable.payee_name,
        "region": Region.plain_name,
        "amount": Payable.amount_cents,
        "state": Payable.state,
    }
    return paginate(db.session, statement.options(*_PAYEE), query, orders, unique=[Payable.id])


def list_proposed(query: ListQuery, mandate: Mandate, *, most: int) -> list[Standing]:
    """What is to be paid (held back included) with its shares, most urgent first; the filters of `list_payables` but
    ``state``, and ``line``."""
    waiting = Payable.state.in_((PayableState.OPEN, PayableState.HELD))
    statement = _narrowed(_covered(mandate), query).where(waiting)
    by_day = statement.order_by(Payable.pay_by.is_(None), Payable.pay_by, Payable.id)
    return with_accounts(db.session.scalars(by_day.options(*_PAYEE, _SHARES).limit(most)).all())


def list_waiting(mandate: Mandate, *, most: int) -> list[Standing]:
    """The same debts as `list_proposed` without filters, to be counted: without shares and the people of the payees."""
    found = _covered(mandate).where(Payable.state.in_((PayableState.OPEN, PayableState.HELD)))
    by_day = found.options(joinedload(Payable.provider)).order_by(Payable.pay_by.is_(None), Payable.pay_by, Payable.id)
    return with_accounts(db.session.scalars(by_day.limit(most)).all())


def list_chosen(payable_ids: Sequence[int]) -> list[Standing]:
    """These payables, whatever their state, in the order of their ids (locks are taken in it)."""
    found = select(Payable).where(Payable.id.in_(payable_ids)).options(*WHOLE).order_by(Payable.id)
    return with_accounts(db.session.scalars(found).all())


def total_open(mandate: Mandate) -> dict[str, tuple[int, int]]:
    """Currency -> how many debts wait to be paid, and what they come to in cents."""
    left = func.sum(Payable.amount_cents - Payable.set_off_cents)
    statement = select(Payable.currency, func.count(), left).join(Payable.programme).join(Payable.region)
    statement = statement.where(covered_by(mandate, Programme.code, Region.code), Payable.state == PayableState.OPEN)
    rows = db.session.execute(statement.group_by(Payable.currency).order_by(Payable.currency))
    return {currency: (int(count), int(cents)) for currency, count, cents in rows}


def list_budgets(mandate: Mandate) -> list[str]:
    """The budgets (``CALL/INSTRUMENT``) of which something waits to be paid."""
    waiting = Payable.state.in_((PayableState.OPEN, PayableState.HELD))
    statement = select(Payable.call_code, Payable.instrument_code).join(Payable.programme).join(Payable.region)
    statement = statement.where(covered_by(mandate, Programme.code, Region.code), waiting).distinct()
    rows = db.session.execute(statement.order_by(Payable.call_code, Payable.instrument_code))
    return [f"{call}/{instrument}" for call, instrument in rows]


def list_fund_lines(mandate: Mandate) -> list[str]:
    """The fund lines (``ERDF``) of which something waits to be paid."""
    statement = select(Fund.line).join(PayableShare, PayableShare.fund_id == Fund.id)
    statement = statement.join(Payable, Payable.id == PayableShare.payable_id).join(Payable.programme)
    waiting = Payable.state.in_((PayableState.OPEN, PayableState.HELD))
    statement = statement.join(Payable.region).where(covered_by(mandate, Programme.code, Region.code), waiting)
    return list(db.session.scalars(statement.distinct().order_by(Fund.line)))


def list_regions(mandate: Mandate) -> list[tuple[str, str]]:
    """Code and name of the regions of a mandate that owe or paid something, for filters."""
    owes = select(Payable.id).where(Payable.region_id == Region.id).join(Payable.programme)
    owes = owes.where(covered_by(mandate, Programme.code, Region.code))
    return named_choices((one.code, one.name) for one in db.session.scalars(select(Region).where(owes.exists())))


def _covered(mandate: Mandate) -> Select[Any]:
    return (
        select(Payable)
        .join(Payable.programme)
        .join(Payable.region)
        .where(covered_by(mandate, Programme.code, Region.code))
        .options(contains_eager(Payable.programme), contains_eager(Payable.region))
    )


def _narrowed(statement: Select[Any], query: ListQuery) -> Select[Any]:
    if region := query.filters.get("region"):
        statement = statement.where(Region.code == region)
    if payee := query.filters.get("payee"):
        statement = statement.where(Payable.payee_kind == payee)
    if budget := query.filters.get("budget"):
        call, _slash, instrument = budget.partition("/")
        statement = statement.where(Payable.call_code == call, Payable.instrument_code == instrument)
    if line := query.filters.get("line"):
        statement = statement.where(Payable.shares.any(PayableShare.fund.has(Fund.line == line)))
    if query.q:
        columns = (Payable.number, Payable.payee_name, Payable.voucher)
        statement = statement.where(or_(*(column.icontains(query.q, autoescape=True) for column in columns)))
    return statement


# Accounts ------------------------------------------------------------------------------------------------------------

Owner = tuple[str, int]
"""``("organisation", 7)``: whose account money goes to."""


def owner_of(payable: Payable) -> Owner | None:
    """Whose account a debt is paid to: a provider who has an organisation here is paid to the organisation's."""
    if payable.payee_kind == PayeeKind.ORGANISATION:
        return "organisation", payable.organisation_id or 0
    if payable.payee_kind == PayeeKind.EXPERT:
        return "expert", payable.expert_id or 0
    if payable.provider is None:
        return None
    organisation_id = payable.provider.organisation_id
    return ("organisation", organisation_id) if organisation_id else ("provider", payable.provider.id)


def with_accounts(payables: Sequence[Payable]) -> list[Standing]:
    """Each payable beside the confirmed and the proposed account of its payee, the bank's check of it and what the bank
    refused of it, and the proposal to end its agreement; four queries, and two more where a payment came back."""
    of_interest = (BankAccountState.CONFIRMED, BankAccountState.PROPOSED, BankAccountState.RETIRED)
    found: dict[tuple[Owner | None, BankAccountState], list[BankAccount]] = {}
    for known in list_accounts([owner for one in payables if (owner := owner_of(one))], of_interest):
        found.setdefault((_owner_of_account(known), known.state), []).append(known)
    confirmed = {owner: rows[-1] for (owner, state), rows in found.items() if state == BankAccountState.CONFIRMED}
    checks = map_checks_like(list(confirmed.values()))
    refusals = map_refusals([account.iban for account in confirmed.values()])
    back = [one.id for one in payables if one.returned_account_id is not None]
    debits, unsent = map_debits(back), list_refused_unsent(back)
    endings = map_endings(payables)
    standings = []
    for one in payables:
        owner = owner_of(one)
        account = confirmed.get(owner)
        proposed = next(reversed(found.get((owner, BankAccountState.PROPOSED), [])), None)
        is_changed = is_changed_since(one.accrued_at, account, found.get((owner, BankAccountState.RETIRED), []))
        told = checks[account.id] if account else []
        check = next((seen for seen in reversed(told) if account and seen.bank_account_id == account.id), None)
        standing = Standing(one, account, proposed, check, told, is_changed, debits.get(one.id, ""))
        refused = refusals.get(account.iban, []) if account else []
        ending, has_left = endings.get(one.id), one.id not in unsent
        standings.append(replace(standing, ending=ending, refusals=refused, has_left=has_left))
    return standings


def map_checks(account_ids: Iterable[int]) -> dict[int, PayeeCheck]:
    """Account -> the newest check of it."""
    found = _checks().where(PayeeCheck.bank_account_id.in_(list(account_ids)))
    return {one.bank_account_id: one for one in db.session.scalars(found.order_by(*_OLDEST_FIRST))}


def map_checks_like(accounts: Sequence[BankAccount]) -> dict[int, list[PayeeCheck]]:
    """Account -> the checks of it, and of the same IBAN where the same owner had entered it before; oldest first."""
    found = _checks().join(PayeeCheck.bank_account).options(contains_eager(PayeeCheck.bank_account))
    found = found.where(BankAccount.iban.in_({account.iban for account in accounts})).order_by(*_OLDEST_FIRST)
    told: dict[tuple[Owner, str], list[PayeeCheck]] = {}
    for one in db.session.scalars(found) if accounts else ():
        told.setdefault((_owner_of_account(one.bank_account), one.bank_account.iban), []).append(one)
    return {account.id: told.get((_owner_of_account(account), account.iban), []) for account in accounts}


def list_checks(account_id: int) -> list[PayeeCheck]:
    """Every check of an account, newest first."""
    found = _checks().where(PayeeCheck.bank_account_id == account_id).order_by(*_OLDEST_FIRST)
    return list(db.session.scalars(found))[::-1]


def get_check(check_id: int) -> PayeeCheck:
    """A check with its account and whose that is. Raises `NotFound`."""
    found: PayeeCheck | None = db.session.scalars(_checks().where(PayeeCheck.id == check_id)).first()
    if found is None:
        raise NotFound(_("There is no such check."))
    return found


_OLDEST_FIRST = (PayeeCheck.checked_on, PayeeCheck.id)


def _checks() -> Select[Any]:
    return select(PayeeCheck).options(
        joinedload(PayeeCheck.programme), joinedload(PayeeCheck.region), joinedload(PayeeCheck.recorded_by)
    )


def list_accounts(
    owners: Sequence[Owner], states: Sequence[BankAccountState], *, is_locked: bool = False
) -> list[BankAccount]:
    """The accounts of these owners in these states, in the order of their ids."""
    columns = {"organisation": BankAccount.organisation_id, "provider": BankAccount.provider_id}
    columns["expert"] = BankAccount.expert_id
    of = {kind: sorted({owner_id for one, owner_id in owners if one == kind}) for kind in columns}
    found = select(BankAccount).where(
        BankAccount.state.in_(states), or_(*(columns[kind].in_(ids) for kind, ids in of.items()))
    )
    found = found.order_by(BankAccount.id)
    return list(db.session.scalars(found.with_for_update(of=BankAccount) if is_locked else found))


def lock_confirmed_accounts(payables: Sequence[Payable]) -> dict[int, BankAccount]:
    """Payable -> the confirmed account of its payee, locked: nobody replaces it while money is sent to it."""
    owners = [owner for one in payables if (owner := owner_of(one))]
    found = list_accounts(owners, (BankAccountState.CONFIRMED,), is_locked=True)
    accounts = {_owner_of_account(account): account for account in found}
    return {one.id: accounts[owner] for one in payables if (owner := owner_of(one)) in accounts and owner}


def _owner_of_account(account: BankAccount) -> Owner:
    if account.organisation_id is not None:
        return "organisation", account.organisation_id
    if account.provider_id is not None:
        return "provider", account.provider_id
    return "expert", account.expert_id or 0


def list_providers(programme_code: str) -> list[Provider]:
    """The providers that stand in the register of a programme, by name."""
    return list_current(programme_code)


def names_of(user_ids: Iterable[int | None]) -> dict[int, str]:
    """Person -> name."""
    ids = {user_id for user_id in user_ids if user_id is not None}
    return {row.id: row.name for row in db.session.execute(select(User.id, User.name).where(User.id.in_(ids)))}
