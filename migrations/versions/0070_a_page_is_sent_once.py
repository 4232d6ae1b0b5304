"""which pages were sent, so that none makes the same thing twice

Revision ID: 0070
Revises: 0069
"""

import sqlalchemy as sa
from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "spent_page",
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("request_hash", name=op.f("pk_spent_page")),
    )
    op.create_index(op.f("ix_spent_page_spent_at"), "spent_page", ["spent_at"])


def downgrade() -> None:
    op.drop_table("spent_page")
