"""Programmes in the register, loaded from their files as the command does."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.engine import make_url

import vouchers.programmes
from tests import databases
from tests.builders import kept
from vouchers.audit.models import AuditEvent
from vouchers.core import clock
from vouchers.core.database import db
from vouchers.programmes import actions, queries
from vouchers.programmes.models import Call, Envelope, Instrument, Programme
from vouchers.programmes.rules.plain import Plain, as_plain
from vouchers.programmes.rules.plan import ProgrammePlan
from vouchers.programmes.rules.programme_file import read_programme_file
from vouchers.programmes.rules.source import read_source
from vouchers.regions.models import Region
from vouchers.regions.queries import find_region
from vouchers.workflow.transition import OFFICE

LOADED_AT = datetime(2026, 1, 15, 9, 0, tzinfo=UTC)
IN2_FILE = Path(vouchers.programmes.__file__).parent / "files" / "in2lifesciences.yaml"
IN2_LIMITS = "  payment_limits: {finance_officer: 25000, cluster_manager: 100000}\n"
"""The line of that file that a test of other limits replaces."""
SMALL_FILE = Path(__file__).parents[1] / "programmes" / "files" / "small.yaml"


@dataclass(frozen=True, slots=True)
class LoadedProgramme:
    """A programme by its code; every attribute is read anew, because a unit of work forgets what was read before it."""

    code: str

    @property
    def programme(self) -> Programme:
        return queries.get_programme(self.code)

    def call(self, code: str = "2026-1") -> Call:
        return queries.get_call(programme_code=self.code, call_code=code)

    def instrument(self, code: str) -> Instrument:
        return next(item for item in queries.list_instruments(self.programme.id) if item.code == code)

    def region(self, code: str = "BE-WAL") -> Region:
        found = find_region(code)
        assert found is not None
        return found

    def envelope(self, region: str = "BE-WAL", call: str = "2026-1", instrument: str = "*") -> Envelope:
        envelopes = queries.list_envelopes_of([self.call(call).id])
        return next(item for item in envelopes if (item.region.code, item.instrument_code) == (region, instrument))


def in2() -> LoadedProgramme:
    """IN2LifeSciences as it ships: eight regions, three calls; 2026-1 has EUR 100,000 per region."""
    return _load(IN2_FILE.read_text(encoding="utf-8"))


def a_programme(text: str = "", **replaced: str) -> LoadedProgramme:
    """The programme of a file's text, by default the small one; `replaced` gives other values to its lines.

    ``a_programme(closes="2027-03-28 17:00")`` writes that after every ``closes:``.
    """
    return _load(programme_text(text, **replaced))


def another_programme(region: str = "FR-ARA") -> LoadedProgramme:
    """The small one beside `in2`; in Wallonia, its money lies on the account from which `in2` pays there."""
    wallonia = ("FR-ARA", "BE-WAL"), ("FR7630004000010000001234558", "BE34091000277790")
    changes = {"FR-ARA": (), "BE-WAL": (*wallonia, ("country: FR", "country: BE"), ("69000", "4000"))}
    text = SMALL_FILE.read_text(encoding="utf-8")
    for before, after in changes[region]:
        text = text.replace(before, after)
    return a_programme(text)


@kept.known
def a_correction(call: str, text: str = "", **replaced: str) -> LoadedProgramme:
    """The programme of `a_programme` after a correction of its published call."""
    text = programme_text(text, **replaced)
    correction = actions.Correction(call, "A mistake is mended.")
    actions.load_programme(plan_of(text), source=source_of(text), correction=correction, by=OFFICE, at=clock.now())
    return LoadedProgramme(plan_of(text).code)


@kept.known
def a_programme_from_before(text: str = "") -> LoadedProgramme:
    """The programme of a file, as it was loaded when declarations of aid were not asked for unless the file did."""
    plan = plan_of(programme_text(text))
    plan = replace(plan, rules=replace(plan.rules, aid_declaration=False))
    actions.load_programme(plan, source=source_of(programme_text(text)), by=OFFICE, at=LOADED_AT)
    return LoadedProgramme(plan.code)


def with_claim_terms(text: str, instrument: str, block: str) -> str:
    """The text of a file where an instrument says this of its claims, in place of what it says; `block` has no key."""
    before, found, rest = text.partition(f"\n  - code: {instrument}\n")
    assert found, instrument
    at = re.search(r"^    claim:.*\n(?:      .*\n)*", rest, re.MULTILINE)
    following = re.search(r"^(?:  - code: |\S)", rest, re.MULTILINE)
    assert following is not None
    whole = f"    claim:\n{block}" if block else ""
    if at is not None and at.start() < following.start():
        return before + found + rest[: at.start()] + whole + rest[at.end() :]
    return before + found + rest[: following.start()] + whole + rest[following.start() :]


def programme_text(text: str = "", **replaced: str) -> str:
    """The text of `a_programme`."""
    lines = (text or SMALL_FILE.read_text(encoding="utf-8")).splitlines()
    for key, value in replaced.items():
        assert any(line.strip().startswith(f"{key}:") for line in lines), key
        lines = [
            line[: line.index(key)] + f"{key}: {value}" if line.strip().startswith(f"{key}:") else line
            for line in lines
        ]
    return "\n".join(lines) + "\n"


@cache
def plan_of(text: str) -> ProgrammePlan:
    """Read once per process."""
    return read_programme_file(text)


def during_call() -> datetime:
    """A morning on which IN2LifeSciences 2026-1 is open."""
    return datetime(2026, 10, 5, 9, 0, tzinfo=UTC)


@cache
def source_of(text: str) -> Plain:
    """The file in plain values, as it is kept."""
    return as_plain(read_source(text))


@kept.known
def _load(text: str) -> LoadedProgramme:
    plan = plan_of(text)

    def load() -> None:
        actions.load_programme(plan, source=source_of(text), by=OFFICE, at=LOADED_AT)
        _let_go()

    desk = _clean_desk()
    if desk is None:
        actions.load_programme(plan, source=source_of(text), by=OFFICE, at=LOADED_AT)
    else:
        desk.first_time(text, load)
        kept.note_commit()
    return LoadedProgramme(plan.code)


def _clean_desk() -> databases.Desk | None:
    """The desk of this process, if the office works on it and nothing was written since it was made clean."""
    desk = next(iter(databases.desks), None)
    if (
        desk is None
        or db.engine.url != make_url(desk.url)
        or db.session.scalars(select(AuditEvent.id).limit(1)).first()
    ):
        return None
    _let_go()
    return desk


def _let_go() -> None:
    db.session.remove()
    db.engine.dispose()
