"""Finding organisations, their members and accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select
from sqlalchemy.orm import joinedload, selectinload

from vouchers.core.database import Base, db
from vouchers.core.errors import NotFound
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.organisations.models import BankAccount, Dealing, Membership, Organisation
from vouchers.organisations.states import BankAccountState, MemberRole, MembershipState
from vouchers.regions.models import Region
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import covered_by

WHOLE = (joinedload(Organisation.region), selectinload(Organisation.memberships))
"""What policies and pages need of an organisation."""
_OWNERS = (BankAccount.organisation_id, BankAccount.provider_id, BankAccount.expert_id)


def get_organisation(organisation_id: int) -> Organisation:
    """An organisation with its region and members. Raises `NotFound`."""
    found = db.session.scalars(select(Organisation).where(Organisation.id == organisation_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such organisation."))
    return found


def list_of_member(user_id: int) -> list[Organisation]:
    """The organisations that a person acts for, by name."""
    mine = select(Membership.organisation_id).where(
        Membership.user_id == user_id, Membership.state == MembershipState.ACTIVE
    )
    found = select(Organisation).where(Organisation.id.in_(mine)).options(*WHOLE).order_by(Organisation.name)
    return list(db.session.scalars(found))


def find_by_vat_number(vat_number: str) -> Organisation | None:
    """The organisation that has this VAT number."""
    return db.session.scalars(select(Organisation).where(Organisation.vat_number == vat_number)).first()


def get_membership(membership_id: int) -> Membership:
    """A membership with its organisation. Raises `NotFound`."""
    whole = joinedload(Membership.organisation).options(*WHOLE)
    found = db.session.scalars(select(Membership).where(Membership.id == membership_id).options(whole)).first()
    if found is None:
        raise NotFound(_("There is no such member."))
    return found


def list_invitations_to(email: str) -> list[Membership]:
    """The open invitations to an address."""
    whole = joinedload(Membership.organisation).options(*WHOLE)
    found = (
        select(Membership).where(Membership.email == email, Membership.state == MembershipState.INVITED).options(whole)
    )
    return list(db.session.scalars(found.order_by(Membership.id)))


def get_bank_account(account_id: int) -> BankAccount:
    """A bank account with its organisation. Raises `NotFound`."""
    whole = joinedload(BankAccount.organisation).options(*WHOLE)
    found = db.session.scalars(select(BankAccount).where(BankAccount.id == account_id).options(whole)).first()
    if found is None:
        raise NotFound(_("There is no such bank account."))
    return found


def get_account_of_organisation(account_id: int) -> BankAccount:
    """The same, of an organisation only: the accounts of others have pages of their own. Raises `NotFound`."""
    account = get_bank_account(account_id)
    if account.organisation is None:
        raise NotFound(_("There is no such bank account."))
    return account


def list_bank_accounts(organisation_id: int) -> list[BankAccount]:
    """All accounts that were ever entered, newest first."""
    found = select(BankAccount).where(BankAccount.organisation_id == organisation_id).order_by(BankAccount.id.desc())
    return list(db.session.scalars(found.options(joinedload(BankAccount.organisation))))


def find_confirmed_account(organisation_id: int) -> BankAccount | None:
    """The one account that money may be paid to."""
    confirmed = select(BankAccount).where(
        BankAccount.organisation_id == organisation_id, BankAccount.state == BankAccountState.CONFIRMED
    )
    return db.session.scalars(confirmed).first()


def list_accounts_beside(account: BankAccount) -> list[BankAccount]:
    """The other accounts of the same owner, newest first, held to the end of the step."""
    found = select(BankAccount).where(_is_same_owner(account), BankAccount.id.is_distinct_from(account.id))
    return list(db.session.scalars(found.order_by(BankAccount.id.desc()).with_for_update(of=BankAccount)))


def _is_same_owner(account: BankAccount) -> ColumnElement[bool]:
    return next(
        column == getattr(account, column.key) for column in _OWNERS if getattr(account, column.key) is not None
    )


def find_present_account(account: BankAccount) -> BankAccount | None:
    """The confirmed account of the same owner that another one would replace."""
    found = select(BankAccount).where(_is_same_owner(account), BankAccount.id != account.id)
    return db.session.scalars(found.where(BankAccount.state == BankAccountState.CONFIRMED)).first()


def list_sent_back_from(account: BankAccount) -> list[Row[Any]]:
    """Number, code and note of what is owed since the bank refused its payment to an account (`has_left` false) or sent
    it back. Debts and payments stand on floors above, so their tables are known by name."""
    payable, payment = (Base.metadata.tables[name] for name in ("payable", "payment"))
    has_left = select(payment.c.state != "rejected").where(payment.c.payable_id == payable.c.id)
    last = has_left.order_by(payment.c.id.desc()).limit(1).correlate(payable).scalar_subquery()
    told = (payable.c.number, payable.c.return_code, payable.c.return_note, last.label("has_left"))
    found = select(*told).order_by(payable.c.id)
    found = found.where(payable.c.returned_account_id == account.id, payable.c.state.in_(("open", "held")))
    return list(db.session.execute(found))


def list_same_iban(account: BankAccount) -> list[BankAccount]:
    """The accounts of others that have the same IBAN and were not rejected; a provider's that is the organisation's
    own counts as the organisation's."""
    return map_same_iban([account])[account.id]


def map_same_iban(accounts: Sequence[BankAccount]) -> dict[int, list[BankAccount]]:
    """Account -> the accounts of others with the same IBAN, as `list_same_iban`; one query, and two more where there
    are some."""
    found = select(BankAccount).where(BankAccount.iban.in_({one.iban for one in accounts}))
    found = found.where(BankAccount.state != BankAccountState.REJECTED)
    whole = joinedload(BankAccount.organisation).options(*WHOLE)
    alike: dict[str, list[BankAccount]] = {}
    for one in db.session.scalars(found.options(whole).order_by(BankAccount.id)):
        alike.setdefault(one.iban, []).append(one)
    return {account.id: _of_others(account, alike.get(account.iban, [])) for account in accounts}


def _of_others(account: BankAccount, alike: Sequence[BankAccount]) -> list[BankAccount]:
    mine, own = account.organisation_id, _owner_of(account)
    others = [one for one in alike if _owner_of(one) != own]
    others = [one for one in others if mine is None or one.provider is None or one.provider.organisation_id != mine]
    return list({_owner_of(one): one for one in others}.values())


def _owner_of(account: BankAccount) -> tuple[int | None, ...]:
    return account.organisation_id, account.provider_id, account.expert_id


def within(mandate: Mandate) -> ColumnElement[bool]:
    """Whether a mandate covers an organisation, as `Organisation.scopes` says it; its region is joined."""
    mine = select(Dealing.organisation_id).where(covered_by(mandate, Dealing.programme, Dealing.region))
    return or_(covered_by(mandate.over_all_programmes, None, Region.code), Organisation.id.in_(mine))


def list_proposed_accounts(query: ListQuery, mandate: Mandate) -> Page:
    """Accounts that wait for a second person, of the organisations that a mandate covers."""
    statement = (
        select(BankAccount)
        .join(BankAccount.organisation)
        .join(Organisation.region)
        .where(BankAccount.state == BankAccountState.PROPOSED, within(mandate))
        .options(joinedload(BankAccount.organisation).options(*WHOLE))
    )
    if query.q:
        statement = statement.where(
            or_(
                Organisation.name.icontains(query.q, autoescape=True),
                BankAccount.iban.icontains(query.q, autoescape=True),
            )
        )
    orders = {"organisation": Organisation.name, "region": Region.code, "proposed": BankAccount.proposed_at}
    return paginate(db.session, statement, query, orders)


def has_live_money(organisation_id: int) -> bool:
    """Whether an agreement of the organisation is offered or in force, or something that it is owed, also as a
    provider, is not settled yet. All of it stands on floors above this one, so the tables are known by name."""
    names = ("agreement", "application", "payable", "provider")
    agreement, application, payable, provider = (Base.metadata.tables[name] for name in names)
    agreed = select(agreement.c.id).join(application, application.c.id == agreement.c.application_id)
    agreed = agreed.where(
        application.c.organisation_id == organisation_id, agreement.c.state.in_(("offered", "active"))
    )
    provides = select(provider.c.id).where(provider.c.organisation_id == organisation_id)
    owed = select(payable.c.id).where(
        or_(payable.c.organisation_id == organisation_id, payable.c.provider_id.in_(provides)),
        payable.c.state.in_(("open", "held", "ordered")),
    )
    return bool(db.session.scalar(select(or_(agreed.exists(), owed.exists()))))


def list_asked_names(query: ListQuery, mandate: Mandate) -> Page:
    """Organisations whose new name waits for a second person, of those that a mandate covers."""
    statement = (
        select(Organisation)
        .join(Organisation.region)
        .where(Organisation.asked_name.is_not(None), within(mandate))
        .options(*WHOLE, joinedload(Organisation.asked_by))
    )
    if query.q:
        names = (Organisation.name, Organisation.asked_name)
        statement = statement.where(or_(*(name.icontains(query.q, autoescape=True) for name in names)))
    orders = {"organisation": Organisation.name, "region": Region.code, "asked": Organisation.asked_at}
    return paginate(db.session, statement, query, orders)


def list_owners(organisation_id: int) -> list[User]:
    """The people who own an organisation."""
    found = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation_id, Membership.state == MembershipState.ACTIVE)
        .where(Membership.role == MemberRole.OWNER)
        .order_by(User.id)
    )
    return list(db.session.scalars(found))


def list_members(organisation_id: int) -> list[User]:
    """The people who act for an organisation, whatever their role."""
    found = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(Membership.organisation_id == organisation_id, Membership.state == MembershipState.ACTIVE)
        .order_by(User.id)
    )
    return list(db.session.scalars(found))
