"""Older registers gain the day of registration, also where a reference was noted twice."""

from __future__ import annotations

from flask_migrate import downgrade, upgrade
from sqlalchemy import select, text

from tests.builders.evaluation import an_awarded_application
from tests.builders.programmes import during_call, in2
from vouchers.core.database import db
from vouchers.eligibility.models import AidEntry


def test_the_day_comes_from_the_moment_of_noting_and_a_double_reference_breaks_nothing(app, clock):
    in2()
    clock.__init__(during_call())
    for _turn in range(3):
        an_awarded_application("MG")
    db.session.remove()

    downgrade(revision="0010")
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(
            text(
                "UPDATE aid_entry SET state = 'registered', reference = 'TAM-77', registered_at = "
                "'2027-03-01 23:30:00' WHERE id < (SELECT max(id) FROM aid_entry)"
            )
        )
    upgrade()

    noted = db.session.scalars(select(AidEntry).order_by(AidEntry.id)).all()
    assert [str(entry.registered_on) for entry in noted] == ["2027-03-02", "2027-03-02", "None"]
    assert [entry.register_key for entry in noted] == ["BE/tam-77", None, None]
    assert [entry.reference for entry in noted] == ["TAM-77", "TAM-77", ""]
