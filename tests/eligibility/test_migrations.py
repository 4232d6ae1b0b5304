"""Older registers gain the day of registration, also where a reference was noted twice."""

from __future__ import annotations

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import select, text

from tests.builders.evaluation import an_awarded_application
from tests.builders.programmes import during_call, in2
from vouchers.core.database import db
from vouchers.eligibility.models import AidEntry

FILE = Path(__file__).resolve().parents[2] / "migrations/versions/0011_day_of_registration.py"
OLDER = """
    UPDATE aid_entry SET state = 'registered', reference = 'TAM-77', registered_at = '2027-03-01 23:30:00'
    WHERE id < (SELECT max(id) FROM aid_entry)
"""


def migration() -> ModuleType:
    spec = spec_from_file_location("day_of_registration", FILE)
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_day_comes_from_the_moment_of_noting_and_a_double_reference_breaks_nothing(app, clock):
    in2()
    clock.__init__(during_call())
    for _turn in range(3):
        an_awarded_application("MG")
    db.session.remove()

    step = migration()
    with (
        db.engine.connect().execution_options(writes=True) as connection,
        connection.begin(),
        Operations.context(MigrationContext.configure(connection)),
    ):
        step.downgrade()
        connection.execute(text(OLDER))
        step.upgrade()

    noted = db.session.scalars(select(AidEntry).order_by(AidEntry.id)).all()
    assert [str(entry.registered_on) for entry in noted] == ["2027-03-02", "2027-03-02", "None"]
    assert [entry.register_key for entry in noted] == ["BE/tam-77", None, None]
    assert [entry.reference for entry in noted] == ["TAM-77", "TAM-77", ""]
