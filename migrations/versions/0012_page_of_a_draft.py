"""page of a draft

The mark of the opened page that began a draft: a second press of the same button, or the same page in a second tab,
leads to the draft that the first has begun.

Revision ID: 0012
Revises: 0011
"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("application", sa.Column("started_on_page", sa.Text(), nullable=True))
    op.create_index("ix_application_started_on_page", "application", ["started_by_id", "started_on_page"], unique=True)


def downgrade() -> None:
    op.drop_index("ix_application_started_on_page", "application")
    op.drop_column("application", "started_on_page")
