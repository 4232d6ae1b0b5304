"""sheets and their days

The answer to the question on scope, when marks were taken back, and the last reminder of them.

Revision ID: 0025
Revises: 0024
"""

import sqlalchemy as sa
from alembic import op


revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assignment", sa.Column("is_in_scope", sa.Boolean(), nullable=True))
    op.add_column("assignment", sa.Column("scope_comment", sa.Text(), nullable=False, server_default=""))
    op.add_column("assignment", sa.Column("unsubmitted_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("assignment", sa.Column("reminded_days", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("reminded_days", "unsubmitted_at", "scope_comment", "is_in_scope"):
        op.drop_column("assignment", name)
