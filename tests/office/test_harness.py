"""The test harness itself: a clean database for each test, in whatever order they run."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from tests.databases import find_binaries
from vouchers.core.clock import now
from vouchers.core.database import db, unit_of_work
from vouchers.core.models import Counter


@pytest.mark.parametrize("time", [1, 2, 3])
def test_nothing_is_left_of_the_test_before(app, time):
    assert db.session.scalar(select(func.count()).select_from(Counter)) == 0

    with unit_of_work():
        db.session.add(Counter(series=f"S-{time}", last=time))

    assert db.session.scalar(select(func.count()).select_from(Counter)) == 1


def test_a_further_database_is_clean_and_apart(all_databases, app, tmp_path):
    from sqlalchemy import create_engine, text

    with unit_of_work():
        db.session.add(Counter(series="here", last=1))
    url = all_databases.copy(tmp_path)
    engine = create_engine(url)
    try:
        with engine.connect() as connection:
            assert connection.scalar(text("SELECT count(*) FROM counter")) == 0
    finally:
        engine.dispose()
        all_databases.drop(url)


def test_the_engine_is_the_one_that_the_run_asked_for(app, is_postgresql):
    assert (db.engine.dialect.name == "postgresql") is is_postgresql


def test_time_stands_still_until_it_is_moved(clock):
    before = now()

    clock.forward(days=3, hours=1)

    assert (now() - before).total_seconds() == 73 * 3600


def test_mail_arrives_in_the_mailbox(mailbox, settings):
    import smtplib
    from email.message import EmailMessage

    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = "a@example.org", "b@example.org", "Čau"
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port) as server:
        server.send_message(letter)

    assert [message["Subject"] for message in mailbox.wait_for(1)] == ["Čau"]
    assert len(mailbox.to("b@example.org")) == 1


def test_redis_runs_where_the_settings_say_and_can_be_taken_away(redis_server, settings):
    from redis import Redis
    from redis.exceptions import ConnectionError as Away

    assert Redis.from_url(settings.redis_url).ping()

    redis_server.stop()

    with pytest.raises(Away):
        Redis.from_url(settings.redis_url).ping()


@pytest.mark.postgres
def test_a_server_is_found_only_among_real_binaries():
    assert (find_binaries() / "initdb").exists()
