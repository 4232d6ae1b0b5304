"""The third programme's office: its file with calls around today, its staff, companies and days."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from string import Template

from vouchers.demo.people import Person
from vouchers.demo.selection import people
from vouchers.demo.settling import Settled, chosen_password, found, invite
from vouchers.experts.models import Expert
from vouchers.organisations.models import Organisation
from vouchers.programmes.actions import load_programme
from vouchers.programmes.models import Call
from vouchers.programmes.queries import get_call
from vouchers.programmes.rules.plain import as_plain
from vouchers.programmes.rules.programme_file import read_programme_tree
from vouchers.programmes.rules.source import read_source
from vouchers.users.models import User
from vouchers.users.secrets import ChosenPassword
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

HERE = Path(__file__).parent
PROGRAMME = "euregio-care"
BEGAN = 375
"""So many days ago the programme was loaded."""
FIRST_NUMBER = 6_503
"""Companies of the demo's other programmes have lower ones."""


@dataclass(frozen=True, slots=True)
class Round:
    """One call: how many days ago it opened and closed, and each region's money in euros."""

    opened: int
    closed: int
    limburg: int
    liege: int


PAST, DECIDED, RANKED, MARKED, ASSIGNED = (
    Round(345, 315, 20_000, 16_000),
    Round(140, 105, 24_000, 8_000),
    Round(90, 58, 30_000, 16_000),
    Round(55, 24, 24_000, 12_000),
    Round(22, 5, 24_000, 16_000),
)
ROUNDS = (PAST, DECIDED, RANKED, MARKED, ASSIGNED)
DRAWN = Round(75, 48, 10_000, 5_000)
"""Small vouchers, drawn by lot."""
HELD = 16
"""So many days ago the public source of the lots has drawn."""


@dataclass(slots=True)
class Office:
    """Who is there, and what day it is; every step is taken by one of these people."""

    today: datetime
    """This morning, or yesterday's."""
    chosen: ChosenPassword
    settled: Settled = field(default_factory=Settled)
    managers: dict[str, tuple[User, User]] = field(default_factory=dict)
    companies: dict[str, tuple[Organisation, User]] = field(default_factory=dict)
    experts: list[Expert] = field(default_factory=list)
    calls: dict[Round, Call] = field(default_factory=dict)

    @property
    def coordinator(self) -> User:
        """Of the programme."""
        return self.settled.staff[Role.COORDINATOR]

    def ago(self, days: float) -> datetime:
        """So many days before this morning."""
        return self.today - timedelta(days=days)


def open_office(now: datetime) -> Office:
    """Load the programme with its calls, and bring in staff and companies."""
    morning = now.replace(hour=8, minute=12, second=0, microsecond=0)
    today = morning if morning <= now else morning - timedelta(days=1)
    office = Office(today, chosen_password())
    at = office.ago(BEGAN)
    tree = read_source(_write_file(office))
    plan = read_programme_tree(tree)
    load_programme(plan, source=as_plain(tree), by=OFFICE, at=at)
    _bring_in_staff(office, at)
    for number, company in enumerate(people.COMPANIES):
        office.companies[company.name] = settle_company(office, number, at + timedelta(minutes=10 * number))
    for part in (*ROUNDS, DRAWN):
        office.calls[part] = get_call(PROGRAMME, code_of(office, part))
    return office


def settle_company(office: Office, number: int, at: datetime) -> tuple[Organisation, User]:
    """A company of the programme with its founder; providers stand behind the companies."""
    company = (*people.COMPANIES, *(one.company for one in people.PROVIDERS))[number]
    return found(office.settled, company, FIRST_NUMBER + number, office.chosen, at=at)


def code_of(office: Office, part: Round) -> str:
    """The code of a call: year and month of its opening, and whether it draws lots."""
    return f"{office.ago(part.opened):%Y-%m}{'-lots' if part is DRAWN else ''}"


def _write_file(office: Office) -> str:
    calls = [_write_call(office, part, "call.yaml") for part in ROUNDS]
    parts = [*calls, _write_call(office, DRAWN, "lots.yaml")]
    return (HERE / "programme.yaml").read_text(encoding="utf-8") + "".join(parts)


def _write_call(office: Office, part: Round, name: str) -> str:
    return Template((HERE / name).read_text(encoding="utf-8")).substitute(
        code=code_of(office, part),
        month=f"{office.ago(part.opened):%B %Y}",
        opens=f"{office.ago(part.opened):%Y-%m-%d}",
        closes=f"{office.ago(part.closed):%Y-%m-%d}",
        held=f"{office.ago(HELD):%Y-%m-%d}",
        limburg=part.limburg,
        liege=part.liege,
    )


def _bring_in_staff(office: Office, at: datetime) -> None:
    def enter(person: Person, role: Role, region: str | None) -> User:
        return invite(person, role, PROGRAMME, region, office.chosen, at=at)

    office.settled.staff[Role.COORDINATOR] = enter(people.COORDINATOR, Role.COORDINATOR, None)
    enter(people.AUDITOR, Role.AUDITOR, None)
    for region, (first, second) in people.MANAGERS.items():
        office.managers[region] = (
            enter(first, Role.CLUSTER_MANAGER, region),
            enter(second, Role.CLUSTER_MANAGER, region),
        )
        office.settled.officers[region] = enter(people.OFFICERS[region], Role.FINANCE_OFFICER, region)
