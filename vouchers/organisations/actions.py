"""Everything that can happen to an organisation, its members and its bank accounts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import update

from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.letters.actions import Addressee
from vouchers.likenesses.actions import ensure_two_persons
from vouchers.organisations import policy, queries
from vouchers.organisations.lifecycle import BANK_ACCOUNT, MEMBERSHIP, ORGANISATION
from vouchers.organisations.models import BankAccount, Membership, Organisation
from vouchers.organisations.rules.address import ensure_post_code, ensure_seat, read_website
from vouchers.organisations.rules.iban import bic_of_account, ensure_iban, mask_iban
from vouchers.organisations.rules.identifiers import ensure_identified, ensure_vat_number
from vouchers.organisations.states import BankAccountState, MemberRole, MembershipState
from vouchers.regions.models import Region
from vouchers.regions.queries import is_own_account
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, Step, creation, transition

NAMELESS = "–"
"""In place of a name that was deleted."""


@dataclass(frozen=True, slots=True)
class Details:
    """What is asked of an organisation."""

    name: str
    country: str
    vat_number: str
    register_number: str
    street: str
    building: str
    post_code: str
    town: str
    website: str = ""
    is_person: bool = False
    """One natural person who trades in their own name."""


def found_organisation(details: Details, region: Region, *, by: User, at: datetime) -> Organisation:
    """Enter an organisation; whoever enters it becomes its first owner."""
    organisation = Organisation(region=region, created_at=at)
    _fill(organisation, details)
    with creation(organisation, ORGANISATION.found, by=by, at=at):
        membership = Membership(
            organisation=organisation, user_id=by.id, email=by.email, role=MemberRole.OWNER, invited_at=at
        )
        with creation(membership, MEMBERSHIP.found, by=by, at=at):
            return organisation


def edit_organisation(
    organisation: Organisation, details: Details, *, by: User, at: datetime, version: int | None = None
) -> None:
    """Change what the register says of an organisation. While money is live, another name only waits to be confirmed;
    who sends the present name along leaves what waits as it is."""
    with transition(organisation, ORGANISATION.edit, by=by, at=at, version=version) as step:
        present, waiting = organisation.name, organisation.asked_name
        is_renamed = details.name != present
        is_held = is_renamed and queries.has_live_money(organisation.id)
        _fill(organisation, replace(details, name=present) if is_held else details)
        if is_renamed and not is_held:
            _forget_asked(organisation)
        elif is_held and details.name != waiting:
            organisation.asked_name, organisation.asked_by_id, organisation.asked_at = details.name, by.id, at
            organisation.name_refusal = ""
            page = full_url("organisations.show", organisation_id=organisation.id)
            _write_to_owners(step, organisation, "ask_name", asked=details.name, asker=by.name, link=page)


def withdraw_name(organisation: Organisation, *, by: User, at: datetime) -> None:
    """The present name stays; the other one is not asked for any more."""
    with transition(organisation, ORGANISATION.withdraw_name, by=by, at=at):
        ensure_name_asked(organisation)
        _forget_asked(organisation)


def confirm_name(
    organisation: Organisation, *, by: User, at: datetime, version: int | None = None, two_persons: str = ""
) -> None:
    """Confirm, as a second person, the name that was asked for: it is the organisation's from now on.

    Raises:
        WrongState: none waits any more, or another one than the person was looking at (`version`).
        RuleBroken: the person looks like who asked, or a member, and gives no reason (field ``two_persons``).
    """
    with transition(organisation, ORGANISATION.confirm_name, by=by, at=at, version=version) as step:
        before, asked = organisation.name, ensure_name_asked(organisation)
        ensure_two_persons(step, policy.others_of_name(organisation), two_persons)
        organisation.name = asked
        _forget_asked(organisation)
        _write_to_owners(step, organisation, "confirm_name", before=before)


def refuse_name(organisation: Organisation, reason: str, *, by: User, at: datetime, version: int | None = None) -> None:
    """Refuse the name that was asked for, with a reason that the organisation reads; the present one stays."""
    with transition(organisation, ORGANISATION.refuse_name, by=by, at=at, version=version, why=reason) as step:
        asked = ensure_name_asked(organisation)
        _forget_asked(organisation)
        organisation.name_refusal = reason
        again = full_url("organisations.edit", organisation_id=organisation.id)
        _write_to_owners(step, organisation, "refuse_name", asked=asked, reason=reason, link=again)


def ensure_name_asked(organisation: Organisation) -> str:
    """The name that waits. Raises `WrongState` where none does."""
    if organisation.asked_name is None:
        raise WrongState(_("No other name waits any more. Nothing was changed by you."))
    return organisation.asked_name


def _forget_asked(organisation: Organisation) -> None:
    organisation.asked_name = organisation.asked_by_id = organisation.asked_at = None
    organisation.name_refusal = ""


def _write_to_owners(step: Step, organisation: Organisation, occasion: str, **values: Any) -> None:
    for owner in queries.list_owners(organisation.id):
        step.write(
            Addressee(owner.email, owner.name, owner.language, owner.id),
            f"organisations/{occasion}",
            organisation=organisation.name,
            **values,
        )


def read_vat_number(details: Details, organisation: Organisation | None = None) -> str:
    """The VAT number as it is kept, or ``""`` where a number in the company register stands for it.

    Raises:
        RuleBroken: it cannot be one, it is missing, or it is another organisation's.
    """
    vat_number = ensure_vat_number(details.vat_number, details.country)
    ensure_identified(vat_number=vat_number, register_number=details.register_number)
    other = queries.find_by_vat_number(vat_number) if vat_number else None
    if other is not None and (organisation is None or other.id != organisation.id):
        raise RuleBroken(
            _("An organisation with this VAT number is registered already. Ask its owner to invite you."),
            field="vat_number",
        )
    return vat_number


def _fill(organisation: Organisation, details: Details) -> None:
    region = organisation.region
    ensure_seat(details.country, region.name, region.country)
    ensure_post_code(details.post_code, details.country)
    kept = {"vat_number": read_vat_number(details, organisation), "website": read_website(details.website)}
    for column, value in (asdict(details) | kept).items():
        setattr(organisation, column, value)


def invite_member(organisation: Organisation, email: str, role: MemberRole, *, by: User, at: datetime) -> Membership:
    """Invite a colleague by email. The invitation waits until somebody with that address accepts it."""
    email = email.strip().lower()
    open_states = (MembershipState.INVITED, MembershipState.ACTIVE)
    if any(member.email == email and member.state in open_states for member in organisation.memberships):
        raise RuleBroken(_("%(email)s is a member or was invited already.", email=email), field="email")
    membership = Membership(organisation=organisation, email=email, role=role, invited_at=at)
    with creation(membership, MEMBERSHIP.invite, by=by, at=at) as step:
        step.write(
            Addressee(email, email),
            "organisations/invite_member",
            organisation=organisation.name,
            inviter=by.name,
            role=role.label,
            link=full_url("organisations.mine"),
        )
        return membership


def accept_membership(membership: Membership, *, by: User, at: datetime) -> None:
    """The invited person joins."""
    with transition(membership, MEMBERSHIP.accept, by=by, at=at):
        membership.user_id = by.id


def change_member_role(membership: Membership, role: MemberRole, *, by: User, at: datetime) -> None:
    """Give a member another role. An organisation always keeps an owner."""
    with transition(membership, MEMBERSHIP.change_role, by=by, at=at):
        membership.role = role
        _ensure_owner_left(membership.organisation)


def name_signatory(membership: Membership, *, by: User, at: datetime) -> None:
    """Mark a member as one who may sign for the organisation, whatever the member's role."""
    with transition(membership, MEMBERSHIP.name_signatory, by=by, at=at):
        membership.is_signatory = True


def end_signatory(membership: Membership, *, by: User, at: datetime) -> None:
    """Take the mark away again."""
    with transition(membership, MEMBERSHIP.end_signatory, by=by, at=at):
        membership.is_signatory = False


def end_membership(membership: Membership, *, by: User, at: datetime) -> None:
    """Take a member, or an open invitation, away. An organisation always keeps an owner."""
    with transition(membership, MEMBERSHIP.end, by=by, at=at):
        _ensure_owner_left(membership.organisation, without=membership)


def _ensure_owner_left(organisation: Organisation, without: Membership | None = None) -> None:
    db.session.refresh(organisation, with_for_update={"of": Organisation})
    db.session.refresh(organisation, ["memberships"])
    for member in organisation.memberships:
        if member is not without and member.state == MembershipState.ACTIVE and member.role == MemberRole.OWNER:
            return
    raise RuleBroken(_("An organisation needs an owner. Make someone else an owner first."), field="role")


def propose_bank_account(
    organisation: Organisation, *, holder: str, iban: str, bic: str, by: User, at: datetime
) -> BankAccount:
    """Enter an account. Nothing is paid to it until a second person, at the region's office, has confirmed it."""
    account = _read_account(holder, iban, bic, by=by, at=at)
    account.organisation = organisation
    with unit_of_work():
        for older in queries.list_bank_accounts(organisation.id):
            if older.state == BankAccountState.PROPOSED:
                _retire(older, at=at)
        with creation(account, BANK_ACCOUNT.propose, by=by, at=at) as step:
            page = full_url("organisations.show", organisation_id=organisation.id)
            told = {"proposer": by.name, "iban": mask_iban(account.iban), "link": page}
            _write_to_owners(step, organisation, "propose_bank_account", **told)
            return account


def propose_account_of(owner: Any, *, holder: str, iban: str, bic: str, by: User, at: datetime) -> BankAccount:
    """Enter the account of an expert, or of a provider who has no organisation at this office (a row of its register).

    Nothing is paid to it until a second person has confirmed it.
    """
    account = _read_account(holder, iban, bic, by=by, at=at)
    with unit_of_work():
        setattr(account, owner.__tablename__, owner)
        setattr(account, f"{owner.__tablename__}_id", owner.id)
        for older in queries.list_accounts_beside(account):
            if older.state == BankAccountState.PROPOSED:
                _retire(older, at=at)
        with creation(account, BANK_ACCOUNT.propose, by=by, at=at):
            return account


def _read_account(holder: str, iban: str, bic: str, *, by: User, at: datetime) -> BankAccount:
    number = ensure_iban(iban)
    _ensure_not_own(number)
    return BankAccount(
        holder=holder, iban=number, bic=bic_of_account(number, bic), proposed_by_id=by.id, proposed_at=at
    )


def _ensure_not_own(iban: str) -> None:
    """Money never goes from an account of the office to one of the office.

    Raises:
        RuleBroken: field ``iban``; a region pays from this account.
    """
    if is_own_account(iban):
        raise RuleBroken(
            _("This is the account from which a region of this office pays. Enter the account of the payee."),
            field="iban",
        )


def confirm_bank_account(account: BankAccount, *, by: User, at: datetime, two_persons: str = "") -> None:
    """Confirm, as a second person, that the account is its owner's; an earlier one is retired.

    Raises:
        RuleBroken: the person looks like who entered it, or whose it is, and gives no reason (field ``two_persons``);
            or a region pays from this account.
    """
    with unit_of_work():
        for earlier in queries.list_accounts_beside(account):
            if earlier.state == BankAccountState.CONFIRMED:
                _retire(earlier, at=at)
        with transition(account, BANK_ACCOUNT.confirm, by=by, at=at) as step:
            ensure_two_persons(step, policy.others_of_account(account), two_persons)
            _ensure_not_own(account.iban)
            account.confirmed_by_id, account.confirmed_at = by.id, at
            if account.organisation is not None:  # experts and providers hear of theirs where they are paid
                _write_to_owners(step, account.organisation, "confirm_bank_account", iban=mask_iban(account.iban))


def reject_bank_account(account: BankAccount, reason: str, *, by: User, at: datetime) -> None:
    """Refuse an account, with a reason that its owner reads."""
    with transition(account, BANK_ACCOUNT.reject, by=by, at=at, why=reason) as step:
        account.reason = reason
        if account.organisation is not None:
            again = full_url("organisations.propose_bank_account", organisation_id=account.organisation_id)
            told = {"iban": mask_iban(account.iban), "reason": reason, "link": again}
            _write_to_owners(step, account.organisation, "reject_bank_account", **told)


def _retire(account: BankAccount, *, at: datetime) -> None:
    with transition(account, BANK_ACCOUNT.retire, by=OFFICE, at=at):
        pass


def dispose_of_bank_account(account: BankAccount, why: str, *, by: Any, at: datetime) -> None:
    """Take holder and number away; by whom and when it was entered and confirmed stays. They go first, so that the
    record of this step does not tell them again."""
    bare = {"holder": NAMELESS, "iban": "", "bic": "", "reason": ""}
    with unit_of_work():
        emptied = update(BankAccount).where(BankAccount.id == account.id).values(**bare)
        db.session.execute(emptied.execution_options(synchronize_session=False))
        with transition(account, BANK_ACCOUNT.dispose, by=by, at=at, why=why):
            pass
