"""Finding amendments, the versions of an agreement, terminations, and what stands in their way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.agreements import queries as agreements
from vouchers.agreements.models import Agreement
from vouchers.agreements.policy import ProviderContact, ProviderVisit
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.amendments.models import AgreementVersion, Amendment, AmendmentSide, Termination, TerminationSide
from vouchers.amendments.rules import Limits, Standing, Wanted
from vouchers.amendments.states import AmendmentState, TerminationState
from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money, total
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, StageBalance
from vouchers.ledger.queries import shares_on_stage
from vouchers.organisations.models import Organisation
from vouchers.programmes.models import Call
from vouchers.users.mandate import Mandate
from vouchers.users.models import User
from vouchers.users.queries import list_holders
from vouchers.users.secrets import hash_token
from vouchers.users.states import Role

get_agreement = agreements.get_agreement

Obstacle = Callable[[Agreement], Sentence | None]
_OBSTACLES: list[Obstacle] = []


def stands_in_the_way(find: Obstacle) -> Obstacle:
    """Let a later stage say what is to be decided first, before an agreement ends or is worth less."""
    _OBSTACLES.append(find)
    return find


def find_obstacle(agreement: Agreement) -> Sentence | None:
    """What is to be decided first; None where nothing is."""
    return next((found for find in _OBSTACLES if (found := find(agreement)) is not None), None)


def standing_of(agreement: Agreement) -> Standing:
    """What an amendment may change, as it stands."""
    provider = agreement.provider_party
    return Standing(
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        claim_by=agreement.claim_by,
        amount=agreement.amount,
        provider_name=provider.name if provider else "",
        provider_contact=str(agreement.terms["data"].get("provider_contact") or "") if provider else "",
        provider_email=provider.contact_email if provider else "",
    )


def wanted_by(amendment: Amendment) -> Wanted:
    """What an amendment asks for."""
    names = ("starts_on", "ends_on", "amount", "provider_name", "provider_contact", "provider_email", "provider_region")
    return Wanted(**{name: getattr(amendment, name) for name in names})


def limits_of(agreement: Agreement) -> Limits:
    """Within what an amendment must stay."""
    application, stages = agreement.application, (Account.ACCEPTED, Account.PAID)
    shares = [share for stage in stages for share in shares_on_stage(application.reference, stage)]
    used = total([share.amount for share in shares], agreement.currency)
    return Limits(agreements.bounds_of(application), application.grant.cap, used, is_sum=application.grant.is_sum)


def map_carried(voucher: str) -> dict[int, Money]:
    """Fund -> what it carries of a voucher, on whatever stage."""
    found = select(Fund, func.sum(StageBalance.cents)).join(StageBalance, StageBalance.fund_id == Fund.id)
    rows = db.session.execute(found.where(StageBalance.voucher == voucher).group_by(Fund.id))
    return {fund.id: Money(int(cents), fund.currency) for fund, cents in rows}


def map_rates(fund_ids: Sequence[int]) -> dict[int, Any]:
    """Fund -> the part of the budget that it carries."""
    return {row.id: row.rate for row in db.session.execute(select(Fund.id, Fund.rate).where(Fund.id.in_(fund_ids)))}


_AMENDED = (
    joinedload(Amendment.agreement).options(*agreements.WHOLE),
    selectinload(Amendment.sides),
    joinedload(Amendment.asked_by),
    joinedload(Amendment.decided_by),
)


def get_amendment(amendment_id: int) -> Amendment:
    """An amendment with its agreement. Raises `NotFound`."""
    found = db.session.scalars(select(Amendment).where(Amendment.id == amendment_id).options(*_AMENDED)).first()
    if found is None:
        raise NotFound(_("There is no such amendment."))
    return found


def get_amendment_visit(token: str) -> ProviderVisit:
    """The amendment that a provider's link opens, and whom the link stands for. Raises `NotFound`."""
    side = db.session.scalars(select(AmendmentSide).where(AmendmentSide.token_hash == hash_token(token))).first()
    if side is None:
        raise NotFound(_("This link is not known. Copy the whole address from the email."))
    return ProviderVisit(get_amendment(side.amendment_id), ProviderContact(side.id, side.name))


def list_sides(amendment_id: int) -> list[AmendmentSide]:
    """Who has to accept an amendment, as it is in the database now."""
    found = select(AmendmentSide).where(AmendmentSide.amendment_id == amendment_id).order_by(AmendmentSide.id)
    return list(db.session.scalars(found.execution_options(populate_existing=True)))


def list_amendments_of(agreement_id: int) -> list[Amendment]:
    """The amendments of an agreement, oldest first."""
    found = select(Amendment).where(Amendment.agreement_id == agreement_id).options(*_AMENDED)
    return list(db.session.scalars(found.order_by(Amendment.number)))


def count_amendments(agreement_id: int) -> int:
    """How many were asked for so far."""
    return db.session.scalar(select(func.count(Amendment.id)).where(Amendment.agreement_id == agreement_id)) or 0


def find_open_amendment(agreement_id: int) -> Amendment | None:
    """The one that waits for a decision, for acceptances or for its day."""
    waits = Amendment.state.in_((AmendmentState.ASKED, AmendmentState.AGREED))
    found = select(Amendment).where(Amendment.agreement_id == agreement_id, waits).options(*_AMENDED)
    return db.session.scalars(found).first()


def list_agreed(*, most: int = 500) -> list[int]:
    """Ids of those that are agreed and not yet in force, the oldest first."""
    found = select(Amendment.id).where(Amendment.state == AmendmentState.AGREED).order_by(Amendment.id).limit(most)
    return list(db.session.scalars(found))


def list_overtaken(at: datetime, *, most: int = 500) -> list[int]:
    """Ids of open amendments that come to nothing: not accepted in time, or their agreement has ended."""
    missing = select(AmendmentSide.id).where(
        AmendmentSide.amendment_id == Amendment.id, AmendmentSide.accepted_at.is_(None)
    )
    found = (
        select(Amendment.id)
        .join(Amendment.agreement)
        .where(Amendment.state.in_((AmendmentState.ASKED, AmendmentState.AGREED)))
        .where(
            or_(
                Agreement.state != AgreementState.ACTIVE,
                and_(Amendment.state == AmendmentState.AGREED, Amendment.accept_by < at, missing.exists()),
            )
        )
    )
    return list(db.session.scalars(found.order_by(Amendment.id).limit(most)))


def list_versions(agreement_id: int) -> list[AgreementVersion]:
    """What ruled, oldest first; nothing where the agreement was never amended."""
    found = select(AgreementVersion).where(AgreementVersion.agreement_id == agreement_id)
    return list(db.session.scalars(found.order_by(AgreementVersion.number)))


def find_version_at(agreement: Agreement, at: datetime | None) -> AgreementVersion | None:
    """The terms that ruled at a moment, where later ones have taken their place; None: the agreement itself says it."""
    versions = list_versions(agreement.id) if at is not None else []
    ruled = [one for one in versions if at is not None and one.from_at <= at] or versions[:1]
    return ruled[-1] if ruled and ruled[-1] is not versions[-1] else None


def get_version(agreement_id: int, number: int) -> AgreementVersion:
    """One version of an agreement's text. Raises `NotFound`."""
    wanted = AgreementVersion.agreement_id == agreement_id, AgreementVersion.number == number
    loaded = joinedload(AgreementVersion.agreement).options(*agreements.WHOLE)
    if (found := db.session.scalars(select(AgreementVersion).where(*wanted).options(loaded)).first()) is None:
        raise NotFound(_("There is no such agreement."))
    return found


_ENDED = (
    joinedload(Termination.agreement).options(*agreements.WHOLE),
    selectinload(Termination.sides).joinedload(TerminationSide.answered_by),
    joinedload(Termination.proposed_by),
    joinedload(Termination.decided_by),
)


def get_termination(termination_id: int) -> Termination:
    """The end of an agreement that was proposed. Raises `NotFound`."""
    found = db.session.scalars(select(Termination).where(Termination.id == termination_id).options(*_ENDED)).first()
    if found is None:
        raise NotFound(_("There is no such termination."))
    return found


def get_hearing(token: str) -> ProviderVisit:
    """The termination about which a provider's link lets its contact answer. Raises `NotFound`."""
    side = db.session.scalars(select(TerminationSide).where(TerminationSide.token_hash == hash_token(token))).first()
    if side is None:
        raise NotFound(_("This link is not known. Copy the whole address from the email."))
    return ProviderVisit(get_termination(side.termination_id), ProviderContact(side.id, side.name))


def list_terminations_of(agreement_id: int) -> list[Termination]:
    """The proposals to end an agreement, oldest first."""
    found = select(Termination).where(Termination.agreement_id == agreement_id).options(*_ENDED)
    return list(db.session.scalars(found.order_by(Termination.id)))


def find_open_termination(agreement_id: int) -> Termination | None:
    """The proposal that waits for a second person."""
    waits = Termination.state == TerminationState.PROPOSED
    found = select(Termination).where(Termination.agreement_id == agreement_id, waits).options(*_ENDED)
    return db.session.scalars(found).first()


def find_ending(agreement_id: int) -> int | None:
    """The id of the proposal to end an agreement that is not decided yet."""
    waits = Termination.state == TerminationState.PROPOSED
    return db.session.scalar(select(Termination.id).where(Termination.agreement_id == agreement_id, waits))


def list_ending(application_ids: Sequence[int]) -> list[Termination]:
    """The proposals to end the agreements of these applications that are not decided yet."""
    waits = Agreement.application_id.in_(application_ids), Termination.state == TerminationState.PROPOSED
    found = select(Termination).join(Termination.agreement).where(*waits).order_by(Termination.id)
    loaded = contains_eager(Termination.agreement), selectinload(Termination.sides)
    return list(db.session.scalars(found.options(*loaded)))


def list_to_accept(application_ids: Sequence[int]) -> list[Amendment]:
    """The amendments of these applications' agreements that the SME has not accepted yet."""
    missing = select(AmendmentSide.id).where(
        AmendmentSide.amendment_id == Amendment.id,
        AmendmentSide.kind == PartyKind.SME,
        AmendmentSide.accepted_at.is_(None),
    )
    waits = Agreement.application_id.in_(application_ids), Amendment.state == AmendmentState.AGREED, missing.exists()
    found = select(Amendment).join(Amendment.agreement).where(*waits).order_by(Amendment.id)
    return list(db.session.scalars(found.options(contains_eager(Amendment.agreement))))


# Lists and people ----------------------------------------------------------------------------------------------------

SORTS = ("asked", "agreement", "state")


def list_amendments(query: ListQuery, mandate: Mandate) -> Page:
    """Amendments within a mandate. Filter: ``state``; search by the number of the agreement or the organisation."""
    statement = (
        select(Amendment)
        .join(Amendment.agreement)
        .join(Agreement.application)
        .join(Application.call)
        .join(Call.programme)
        .join(Application.region)
        .join(Application.organisation)
        .where(agreements.covered_by(mandate))
        .options(
            contains_eager(Amendment.agreement)
            .contains_eager(Agreement.application)
            .options(contains_eager(Application.region), contains_eager(Application.organisation))
        )
    )
    if state := query.filters.get("state"):
        statement = statement.where(Amendment.state == state)
    if query.q:
        found = (column.icontains(query.q, autoescape=True) for column in (Agreement.number, Organisation.name))
        statement = statement.where(or_(*found))
    orders = {"asked": Amendment.asked_at, "agreement": Agreement.number, "state": Amendment.state}
    return paginate(db.session, statement, query, orders, unique=[Amendment.id])


def list_deciders(agreement: Agreement, *, besides: int | None) -> list[User]:
    """Who may decide as another person: the region's cluster managers, where there is none the coordinators."""
    programme, region = agreement.application.call.programme.code, agreement.application.region.code
    managers = list_holders({Role.CLUSTER_MANAGER}, programme, region, besides=besides)
    return managers or list_holders({Role.COORDINATOR}, programme, None, besides=besides)


def say_overtaken(amendment: Amendment) -> str:
    """Why an open amendment comes to nothing, as the record says it."""
    is_ended = amendment.agreement.state != AgreementState.ACTIVE
    return "The agreement has ended." if is_ended else "Not every party has accepted it in time."
