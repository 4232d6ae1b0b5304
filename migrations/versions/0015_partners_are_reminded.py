"""partners are reminded

The last reminder of a partner's answer, in hours before the last instant for it: none is sent twice.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("partner", sa.Column("reminded_hours", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("partner", "reminded_hours")
