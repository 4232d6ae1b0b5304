"""A command whose database is away or empty says so in a sentence."""

from __future__ import annotations

from sqlalchemy import text

from vouchers.core.database import db


def test_a_command_on_a_database_that_is_not_migrated_says_what_to_do(app):
    db.session.execute(text("ALTER TABLE audit_event RENAME TO away"))
    db.session.commit()
    done = app.test_cli_runner().invoke(args=["audit", "verify"])
    db.session.remove()
    db.session.execute(text("ALTER TABLE away RENAME TO audit_event"))
    db.session.commit()
    assert done.exit_code == 1
    assert done.output.startswith("Error: The database cannot do this: ")
    assert done.output.endswith("flask --app wsgi db upgrade\n")
    assert "SELECT" not in done.output
