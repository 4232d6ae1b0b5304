"""The demo's people, organisations and bank accounts, entered by the steps that enter them in a real office."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app
from schwifty import IBAN
from sqlalchemy import select

from vouchers.core.database import db
from vouchers.demo import people
from vouchers.demo.people import Company, Person
from vouchers.experts.actions.own import declare_interests
from vouchers.experts.actions.register import Profile, admit_expert
from vouchers.experts.models import Expert
from vouchers.letters.models import Letter
from vouchers.organisations.actions import Details, confirm_bank_account, found_organisation, propose_bank_account
from vouchers.organisations.models import BankAccount, Organisation
from vouchers.organisations.queries import get_organisation
from vouchers.regions.queries import find_region
from vouchers.users import queries as users
from vouchers.users.actions import accounts
from vouchers.users.models import User
from vouchers.users.rules.links import LinkPurpose
from vouchers.users.secrets import ChosenPassword, choose_password, demo_password
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE, Visitor


@dataclass(slots=True)
class Settled:
    """Who and what is there, by code or address."""

    staff: dict[str, User] = field(default_factory=dict)
    managers: dict[str, User] = field(default_factory=dict)
    officers: dict[str, User] = field(default_factory=dict)
    experts: list[Expert] = field(default_factory=list)
    companies: dict[str, list[tuple[Organisation, User]]] = field(default_factory=dict)
    unconfirmed: dict[int, BankAccount] = field(default_factory=dict)
    """The bank accounts of companies that have nothing to do with the programme yet, by the company's id."""


def chosen_password() -> ChosenPassword:
    """What all of the demo's people choose; the sign-in page of a demo says it."""
    return choose_password(demo_password(current_app.config["SECRET_KEY"]), about=[])


def settle(programme: str, *, companies: int, at: datetime) -> Settled:
    """Everybody and every organisation of the demo."""
    chosen = chosen_password()
    settled = Settled()
    for person, role in (
        (people.ADMINISTRATOR, Role.ADMINISTRATOR),
        (people.COORDINATOR, Role.COORDINATOR),
    ):
        code = None if role == Role.ADMINISTRATOR else programme
        settled.staff[role] = invite(person, role, code, None, chosen, at=at)
    for office in people.STAFF:
        settled.managers[office.region] = invite(
            office.manager, Role.CLUSTER_MANAGER, programme, office.region, chosen, at=at
        )
        settled.officers[office.region] = invite(
            office.finance, Role.FINANCE_OFFICER, programme, office.region, chosen, at=at
        )
    _admit_experts(settled, programme, chosen, at=at + timedelta(minutes=10))
    for number, company in enumerate(people.make_companies(companies)):
        found(settled, company, number, chosen, at=at + timedelta(hours=1, minutes=number))
    return settled


def _admit_experts(settled: Settled, programme: str, chosen: ChosenPassword, *, at: datetime) -> None:
    coordinator = settled.staff[Role.COORDINATOR]
    for person, employer, country, region, expertise in people.EXPERTS:
        profile = Profile(
            employer=employer,
            country=country,
            region_code=region,
            languages=("en",),
            expertise=expertise,
            load_limit=60,
        )
        expert = admit_expert(person.email, person.name, programme, profile, by=coordinator, at=at)
        _accept(mailed_token(person.email), chosen, at=at)
        declare_interests(expert, "None.", [employer], person.name, by=expert.user, at=at)
        settled.experts.append(expert)


def invite(
    person: Person, role: Role, programme: str | None, region: str | None, chosen: ChosenPassword, *, at: datetime
) -> User:
    """Somebody with a role, who has accepted the invitation."""
    invitation = accounts.invite_user(person.email, person.name, role, programme, region, by=OFFICE, at=at)
    assert invitation.link is not None
    _accept(invitation.link.rpartition("/")[2], chosen, at=at)
    user = users.get_user(invitation.user.id)
    accounts.edit_profile(user, name=person.name, language=person.language, time_zone=person.time_zone, by=user, at=at)
    return users.get_user(user.id)


def _accept(token: str, chosen: ChosenPassword, *, at: datetime) -> None:
    link = users.find_link(token, LinkPurpose.INVITATION)
    assert link is not None
    accounts.accept_invitation(link, chosen, by=link.user, at=at)


def accept_mailed(person: Person, *, at: datetime) -> None:
    """Somebody accepts an invitation that only the letter knows."""
    _accept(mailed_token(person.email), chosen_password(), at=at)


def mailed_token(email: str, occasion: str = "users/%") -> str:
    """The token in the newest letter to an address on such an occasion: only its letter knows a link."""
    newest = (
        select(Letter.body)
        .where(Letter.to_email == email, Letter.occasion.like(occasion))
        .order_by(Letter.id.desc())
        .limit(1)
    )
    body = db.session.scalars(newest).one()
    return next(line for line in body.splitlines() if line.startswith("http")).rpartition("/")[2]


def found(
    settled: Settled, company: Company, number: int, chosen: ChosenPassword, *, at: datetime
) -> tuple[Organisation, User]:
    """A company with its owner and its bank account; `number` is its own in the whole demo."""
    owner = sign_up(owner_of(company), chosen, at=at)
    region = find_region(company.region)
    assert region is not None
    details = Details(
        name=company.name,
        country=company.country,
        vat_number=company.vat_number,
        register_number="" if company.vat_number else f"{company.country}-{70_000_000 + number * 7_919}",
        street=company.street,
        building=company.building,
        post_code=company.post_code,
        town=company.town,
    )
    organisation = found_organisation(details, region, by=owner, at=at)
    iban = _iban(company.country, number)
    account = propose_bank_account(
        organisation, holder=company.name, iban=iban, bic="", by=owner, at=at + timedelta(hours=1)
    )
    if number % 9 != 5:  # a few still wait, so that the finance officer has something to do
        settled.unconfirmed[organisation.id] = account
    founded = (get_organisation(organisation.id), users.get_user(owner.id))
    settled.companies.setdefault(company.region, []).append(founded)
    return founded


def confirm_account(settled: Settled, organisation: Organisation, *, at: datetime) -> None:
    """The region's officer confirms the account of a company that has applied or enrolled; only then it is theirs."""
    account = settled.unconfirmed.pop(organisation.id, None)
    if account is not None:
        confirm_bank_account(account, by=settled.officers[organisation.region.code], at=at)


def owner_of(company: Company) -> Person:
    """The founder, with an address in the company's own domain."""
    plain = unicodedata.normalize("NFKD", company.owner.lower().replace("ø", "o")).encode("ascii", "ignore").decode()
    return Person(f"{plain.replace(' ', '.')}@{company.house}", company.owner)


def sign_up(person: Person, chosen: ChosenPassword, *, at: datetime) -> User:
    """Somebody who opened an account by the page for it, and confirmed the address."""
    accounts.sign_up_user(person.name, person.email, chosen, by=Visitor(), at=at)
    link = users.find_link(mailed_token(person.email), LinkPurpose.CONFIRM)
    assert link is not None
    accounts.confirm_user(link, by=link.user, at=at)
    return users.get_user(link.user_id)


def _iban(country: str, number: int) -> str:
    account = f"{3_141_592 + number * 1_013}"
    digits = {"BE": 7, "DK": 10, "DE": 10, "NL": 10, "FR": 11, "GB": 8}[country]
    parts = {"BE": ("539", ""), "DK": ("0040", ""), "DE": ("37040044", ""), "NL": ("ABNA", "")}
    parts |= {"FR": ("20041", "01005"), "GB": ("NWBK", "601613")}
    bank, branch = parts[country]
    return str(IBAN.generate(country, bank_code=bank, branch_code=branch, account_code=account.rjust(digits, "0")))
