"""marks without their comments

What a list of thousands reads of each sheet. The sheets that exist are read once.

Revision ID: 0034
Revises: 0033
"""

import json

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

AT_ONCE = 500
ASSIGNMENT = sa.table(
    "assignment", sa.column("id", sa.BigInteger), sa.column("marks", sa.JSON), sa.column("marks_alone", sa.Text)
)


def upgrade() -> None:
    op.add_column("assignment", sa.Column("marks_alone", sa.Text(), nullable=False, server_default="{}"))
    connection, last = op.get_bind(), 0
    after = sa.select(ASSIGNMENT.c.id, ASSIGNMENT.c.marks).order_by(ASSIGNMENT.c.id).limit(AT_ONCE)
    write = (
        ASSIGNMENT.update().where(ASSIGNMENT.c.id == sa.bindparam("key")).values(marks_alone=sa.bindparam("alone"))
    )
    while rows := connection.execute(after.where(ASSIGNMENT.c.id > last)).all():
        connection.execute(write, [{"key": key, "alone": _alone(marks or {})} for key, marks in rows])
        last = rows[-1][0]


def _alone(marks: dict[str, dict[str, str | None]]) -> str:
    return json.dumps({code: one.get("mark") for code, one in sorted(marks.items())}, separators=(",", ":"))


def downgrade() -> None:
    op.drop_column("assignment", "marks_alone")
