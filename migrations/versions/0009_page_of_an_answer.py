"""page of an answer

The mark of the opened page that an answer was written on: one person's two windows notice one another.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("answer", sa.Column("saved_on_page", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("answer", "saved_on_page")
