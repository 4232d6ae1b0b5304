"""The unit of work and the column types, the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import event, insert, text

from tests import databases
from vouchers.core.database import after_commit, db, end_reading, in_unit, unit_memo, unit_of_work
from vouchers.core.models import Counter, HeldForm
from vouchers.core.money import EUR, Money
from vouchers.programmes.models import Envelope

AT = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)


def keep(series, last=1):
    db.session.add(Counter(series=series, last=last))


def kept():
    db.session.rollback()
    return sorted(db.session.scalars(db.select(Counter.series)))


def test_a_unit_commits_once_at_the_outermost_level(app):
    with unit_of_work():
        keep("a")
        with unit_of_work():
            keep("b")
            db.session.flush()
        with db.engine.connect() as other:
            assert other.execute(text("SELECT count(*) FROM counter")).scalar() == 0
        assert in_unit()
    assert not in_unit()
    assert kept() == ["a", "b"]


def test_what_was_read_is_read_anew_after_the_end_of_reading(app):
    with unit_of_work():
        keep("a", last=1)
    row = db.session.scalars(db.select(Counter)).one()
    with db.engine.begin() as other:
        other.execute(text("UPDATE counter SET last = 7"))
    end_reading()
    assert row.last == 7


def test_what_was_changed_in_memory_only_is_not_saved_by_the_end_of_reading(app):
    with unit_of_work():
        keep("a", last=1)
    db.session.scalars(db.select(Counter)).one().last = 9
    keep("b")
    end_reading()
    assert kept() == ["a"]
    assert db.session.scalars(db.select(Counter)).one().last == 1


def test_the_end_of_reading_passes_over_a_database_that_has_gone(app):
    connection = db.session.connection()
    db.session.scalars(db.select(Counter)).all()
    connection.connection.driver_connection.close()
    end_reading()
    assert kept() == []


def test_a_request_that_only_read_is_not_rolled_back(app):
    """A ROLLBACK would have PostgreSQL forget every statement that it had planned for the requests before."""
    ended = []
    for name in ("commit", "rollback"):
        event.listen(db.engine, name, lambda _connection, name=name: ended.append(name))
    for _request in range(12):
        with app.app_context():
            db.session.scalars(db.select(Counter)).all()
    assert ended == ["commit"] * 12
    if databases.ENGINE == "postgresql":
        planned = "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%FROM counter%'"
        assert db.session.scalar(text(planned)) == 1


def test_an_error_undoes_all(app):
    with pytest.raises(ZeroDivisionError), unit_of_work():  # noqa: PT012 - the body is what is tested
        keep("a")
        with unit_of_work():
            keep("b")
        db.session.flush()
        raise ZeroDivisionError
    assert kept() == []
    assert not in_unit()


def test_an_error_inside_that_is_passed_over_undoes_all_and_is_told(app):
    def pass_over():
        with unit_of_work():
            keep("a")
            try:
                with unit_of_work():
                    keep("b")
                    raise ZeroDivisionError
            except ZeroDivisionError:
                pass

    with pytest.raises(RuntimeError, match="passed over"):
        pass_over()
    assert kept() == []
    with unit_of_work():
        keep("c")
    assert kept() == ["c"]


def test_what_was_read_before_is_read_again_inside(app):
    with unit_of_work():
        keep("a")
    counter = db.session.get(Counter, "a")
    with unit_of_work():
        pass  # ends the transaction in which it was read
    assert counter.last == 1
    with unit_of_work():
        pass
    with db.engine.connect().execution_options(writes=True) as other:
        other.execute(text("UPDATE counter SET last = 7"))
        other.commit()
    with unit_of_work():
        assert counter.last == 7


def test_what_follows_a_commit_is_done_after_it_and_only_then(app):
    done = []
    with unit_of_work():
        after_commit(lambda: done.append(kept()))
        keep("a")
        assert done == []
    assert done == [["a"]]
    with pytest.raises(ZeroDivisionError), unit_of_work():  # noqa: PT012 - the body is what is tested
        after_commit(lambda: done.append("never"))
        raise ZeroDivisionError
    assert done == [["a"]]


def test_the_memo_lives_as_long_as_the_unit(app):
    with unit_of_work():
        unit_memo()["x"] = 1
        with unit_of_work():
            assert unit_memo() == {"x": 1}
    with unit_of_work():
        assert unit_memo() == {}


def test_a_refused_commit_does_not_spoil_the_next_unit(app):
    orphan = "INSERT INTO journal_line (journal_id, fund_id, account, cents, voucher) VALUES (9, 1, '1000', 1, '')"
    fund = (
        "INSERT INTO fund (id, programme, call, region, instrument, line, kind, rate, currency) "
        "VALUES (1, 'P', 'C', 'R', '*', 'L', 'own', 1, 'EUR')"
    )
    for _turn in range(3):
        with pytest.raises(Exception, match=r"(?i)foreign key"), unit_of_work():
            [db.session.execute(text(statement)) for statement in (fund, orphan)]
        with unit_of_work():
            keep(f"turn {_turn}")
    assert len(kept()) == 3


@pytest.mark.parametrize(
    "moment", [AT, AT.astimezone(timezone(timedelta(hours=5, minutes=30))), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]
)
def test_a_moment_comes_back_as_the_same_moment_in_utc(app, moment):
    with unit_of_work():
        db.session.add(HeldForm(token_hash="x", path="/", fields={}, held_at=moment))
    db.session.expire_all()
    read = db.session.get(HeldForm, "x").held_at
    assert read == moment
    assert read.utcoffset() == timedelta(0)
    with unit_of_work():
        db.session.execute(db.delete(HeldForm))


def test_a_moment_without_a_zone_is_refused(app):
    with pytest.raises(Exception, match="without a time zone"), unit_of_work():
        db.session.execute(insert(HeldForm).values(token_hash="x", path="/", fields={}, held_at=datetime(2026, 1, 1)))  # noqa: DTZ001


def test_an_amount_is_money_over_a_column_of_cents(app):
    envelope = Envelope()
    assert envelope.amount is None
    envelope.amount = EUR("100000")
    assert (envelope.amount_cents, envelope.currency, envelope.amount) == (10_000_000, "EUR", EUR("100000"))
    with pytest.raises(ValueError, match="on a row in EUR"):
        envelope.amount = Money(1, "DKK")
    envelope.amount = None
    assert envelope.amount_cents is None


def test_the_database_is_set_up_as_promised(app, is_postgresql):
    def ask(question):
        return db.session.execute(text(question)).scalar()

    if is_postgresql:
        assert ask("SHOW lock_timeout") == "20s"
        assert ask("SHOW transaction_isolation") == "read committed"
    else:
        assert [ask(f"PRAGMA {name}") for name in ("journal_mode", "foreign_keys", "synchronous")] == ["wal", 1, 2]
