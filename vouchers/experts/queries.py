"""Finding experts, what belongs to them, and what keeps them from being asked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from vouchers.core.database import Base, db
from vouchers.core.errors import NotFound
from vouchers.core.localised import Text
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.documents.queries import list_documents_of
from vouchers.experts.models import Absence, Expert, ExpertContract, InterestDeclaration
from vouchers.experts.rules.availability import Standing, Stretch, obstacle_of
from vouchers.experts.states import AbsenceState, ContractState, ExpertState, InterestState
from vouchers.providers.queries import has_code
from vouchers.providers.rules.terms import REMINDED_BEFORE
from vouchers.users.models import User

WHOLE = (joinedload(Expert.user).selectinload(User.grants),)
"""What policies and pages need of an expert."""


def get_expert(expert_id: int) -> Expert:
    """An expert with the account. Raises `NotFound`."""
    found = db.session.scalars(select(Expert).where(Expert.id == expert_id).options(*WHOLE)).first()
    if found is None:
        raise NotFound(_("There is no such expert."))
    return found


def find_expert_of(programme_code: str, user_id: int) -> Expert | None:
    """A person's entry in a programme's register."""
    found = select(Expert).where(Expert.programme_code == programme_code, Expert.user_id == user_id)
    return db.session.scalars(found.options(*WHOLE)).first()


def list_of_user(user_id: int) -> list[Expert]:
    """A person's entries, one for each programme."""
    return list(db.session.scalars(select(Expert).where(Expert.user_id == user_id).order_by(Expert.programme_code)))


def list_register(query: ListQuery, *, programmes: Collection[str] | None, today: date) -> Page:
    """The experts of these programmes (None: all); filter ``interests``: whose declaration is overdue."""
    statement = _searched(query)
    if programmes is not None:
        statement = statement.where(Expert.programme_code.in_(programmes))
    if state := query.filters.get("state"):
        statement = statement.where(Expert.state == ExpertState(state))
    if query.filters.get("interests"):
        is_overdue = or_(Expert.interests_due_on < today, Expert.id.not_in(_declared()))
        statement = statement.where(is_overdue, Expert.state != ExpertState.EXPIRED)
    return paginate(db.session, statement, query, ORDERS)


def list_admitted(query: ListQuery, *, programme: str) -> Page:
    """The experts of a programme who may be asked."""
    admitted = _searched(query).where(Expert.programme_code == programme, Expert.state == ExpertState.ADMITTED)
    return paginate(db.session, admitted, query, ORDERS)


ORDERS = {"name": User.name, "employer": Expert.employer, "region": Expert.region_code, "since": Expert.admitted_at,
          "until": Expert.admitted_until}  # fmt: skip


def _searched(query: ListQuery) -> Select[Any]:
    statement = select(Expert).join(Expert.user).options(*WHOLE)
    if region := query.filters.get("region"):
        statement = statement.where(Expert.region_code == region)
    if field := query.filters.get("field"):
        statement = statement.where(has_code(Expert.fields, field))
    if query.q:
        wanted = (
            column.icontains(query.q, autoescape=True)
            for column in (User.name, User.email, Expert.employer, Expert.expertise)
        )
        statement = statement.where(or_(*wanted))
    return statement


# What belongs to an entry --------------------------------------------------------------------------------------------


def list_files(expert: Expert) -> list[Document]:
    """The CV and the references, oldest first."""
    return list_documents_of("expert", expert.id)


def get_absence(absence_id: int) -> Absence:
    """An absence with its expert. Raises `NotFound`."""
    found: Absence | None = _one_part(Absence, absence_id)
    if found is None:
        raise NotFound(_("There is no such absence."))
    return found


def get_contract(contract_id: int, **_rest_of_address: Any) -> ExpertContract:
    """A contract with its expert. Raises `NotFound`."""
    found: ExpertContract | None = _one_part(ExpertContract, contract_id)
    if found is None:
        raise NotFound(_("There is no such contract."))
    return found


def _one_part(kind: Any, part_id: int) -> Any:
    whole = joinedload(kind.expert).options(*WHOLE)
    return db.session.scalars(select(kind).where(kind.id == part_id).options(whole)).first()


def list_absences(expert_id: int, today: date) -> list[Absence]:
    """The absences that have not passed, the next one first."""
    found = select(Absence).where(
        Absence.expert_id == expert_id, Absence.state == AbsenceState.NOTED, Absence.until_on >= today
    )
    return list(db.session.scalars(found.order_by(Absence.from_on, Absence.id)))


def find_contract(expert_id: int) -> ExpertContract | None:
    """The contract that is offered or in force."""
    found = select(ExpertContract).where(
        ExpertContract.expert_id == expert_id, ExpertContract.state != ContractState.ENDED
    )
    return db.session.scalars(found).first()


def list_contracts(expert_id: int) -> list[ExpertContract]:
    """Every contract with an expert, the newest first."""
    found = select(ExpertContract).where(ExpertContract.expert_id == expert_id).order_by(ExpertContract.id.desc())
    return list(db.session.scalars(found))


def list_declared(expert_id: int) -> list[InterestDeclaration]:
    """The declaration that holds; none or one, but for two at the same moment."""
    found = select(InterestDeclaration).where(
        InterestDeclaration.expert_id == expert_id, InterestDeclaration.state == InterestState.DECLARED
    )
    return list(db.session.scalars(found.order_by(InterestDeclaration.id)))


def _declared() -> Select[Any]:
    return select(InterestDeclaration.expert_id).where(InterestDeclaration.state == InterestState.DECLARED)


def map_interests(expert_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    """Expert id -> the organisations of the declaration that holds: what conflicts are detected from."""
    found = select(InterestDeclaration.expert_id, InterestDeclaration.organisations).where(
        InterestDeclaration.expert_id.in_(expert_ids), InterestDeclaration.state == InterestState.DECLARED
    )
    return {expert_id: tuple(names) for expert_id, names in db.session.execute(found)}


def find_obstacles(experts: Iterable[Expert], today: date, due_on: date | None = None) -> dict[int, Sentence]:
    """Expert id -> why nothing new may be given: suspended, ended, away, without contract or declaration.

    Three queries, however many experts.

    Args:
        due_on: the day on which the marks would be due; an absence on it is an obstacle too.
    """
    experts = list(experts)
    ids = [expert.id for expert in experts]
    contracts, absences = map_contracts(ids), _map_absences(ids, today)
    declared = set(db.session.scalars(_declared().where(InterestDeclaration.expert_id.in_(ids))))
    standings = {
        one.id: Standing(
            one.state,
            one.admitted_until,
            one.interests_due_on,
            contracts.get(one.id),
            tuple(absences.get(one.id, ())),
            has_declared=one.id in declared,
        )
        for one in experts
    }
    found = {key: obstacle_of(standing, today, due_on) for key, standing in standings.items()}
    return {key: sentence for key, sentence in found.items() if sentence is not None}


def map_contracts(ids: Collection[int]) -> dict[int, ContractState]:
    """Expert id -> the state of the newest contract; without those for whom none was ever issued."""
    newest = select(func.max(ExpertContract.id)).where(ExpertContract.expert_id.in_(ids))
    found = select(ExpertContract.expert_id, ExpertContract.state).where(
        ExpertContract.id.in_(newest.group_by(ExpertContract.expert_id))
    )
    return dict(db.session.execute(found).tuples().all())


def _map_absences(ids: Collection[int], today: date) -> dict[int, list[Stretch]]:
    found = select(Absence.expert_id, Absence.from_on, Absence.until_on).where(
        Absence.expert_id.in_(ids), Absence.state == AbsenceState.NOTED, Absence.until_on >= today
    )
    absences: dict[int, list[Stretch]] = {}
    for expert_id, from_on, until_on in db.session.execute(found.order_by(Absence.from_on)):
        absences.setdefault(expert_id, []).append(Stretch(from_on, until_on))
    return absences


# For jobs and papers -------------------------------------------------------------------------------------------------


def list_due(today: date) -> list[Expert]:
    """Admitted experts whose term has ended, or something of whom is due within the days of a reminder."""
    soon = today + timedelta(days=max(REMINDED_BEFORE))
    near = or_(Expert.admitted_until <= soon, Expert.interests_due_on <= soon)
    found = select(Expert).where(Expert.state == ExpertState.ADMITTED, near).options(*WHOLE)
    return list(db.session.scalars(found.order_by(Expert.id)))


def list_passed_contracts(today: date) -> list[ExpertContract]:
    """Contracts whose last day has passed."""
    passed = (ExpertContract.state != ContractState.ENDED, ExpertContract.until_on < today)
    return list(db.session.scalars(select(ExpertContract).where(*passed).order_by(ExpertContract.id)))


@dataclass(frozen=True, slots=True)
class OfficeOfProgramme:
    """Who stands behind a programme, in its first language."""

    programme: str
    name: str
    email: str


def find_office(programme_code: str) -> OfficeOfProgramme:
    """Name and contact of a programme.

    Programmes stand on a floor above this one, so their table is asked for by its name.
    """
    programme = Base.metadata.tables["programme"]
    config = db.session.scalar(select(programme.c.config).where(programme.c.code == programme_code))
    if config is None:
        return OfficeOfProgramme(programme_code, programme_code, "")
    contact = config["contact"]
    return OfficeOfProgramme(str(config["name"]["versions"][0][1]), str(contact["name"]), str(contact["email"]))


# What stands on floors above ----------------------------------------------------------------------------------------

Held = dict[int, list[tuple[Text, int]]]
"""Expert id -> (title of a call, how many of its applications the expert has)."""
_map_held: Callable[[str], Held] = lambda _programme: {}  # noqa: E731


def use_held(map_of: Callable[[str], Held]) -> None:
    """Set who knows which applications the experts of a programme have (the application shell does)."""
    global _map_held
    _map_held = map_of


def map_held(programme_code: str) -> Held:
    """How many applications of each call that is not decided yet the experts of a programme have."""
    return _map_held(programme_code)
