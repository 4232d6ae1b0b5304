"""a new name is confirmed while money is live

Names that were changed before stay as they are.

Revision ID: 0068
Revises: 0067
"""

import sqlalchemy as sa
from alembic import op

revision = "0068"
down_revision = "0067"
branch_labels = None
depends_on = None

KEY = "CONSTRAINT fk_organisation_asked_by_id REFERENCES user_account (id)"
WHOLE = "(asked_name IS NULL) = (asked_at IS NULL) AND (asked_name IS NULL) = (asked_by_id IS NULL)"


def upgrade() -> None:
    """SQLite adds a column with its check in one statement; a table that others lean on is not made anew."""
    moment = "TIMESTAMP WITH TIME ZONE" if op.get_bind().dialect.name == "postgresql" else "DATETIME"
    op.add_column("organisation", sa.Column("asked_name", sa.Text(), nullable=True))
    op.execute(f"ALTER TABLE organisation ADD COLUMN asked_by_id INTEGER {KEY}")
    op.execute(f"ALTER TABLE organisation ADD COLUMN asked_at {moment} CONSTRAINT ck_organisation_asked_whole CHECK ({WHOLE})")
    op.add_column("organisation", sa.Column("name_refusal", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("organisation", "name_refusal")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("ALTER TABLE organisation DROP CONSTRAINT ck_organisation_asked_whole")
    for column in ("asked_at", "asked_by_id", "asked_name"):
        op.drop_column("organisation", column)
