"""conditions of an award are appealed against

Revision ID: 0057
Revises: 0056
"""

import sqlalchemy as sa
from alembic import op

revision = "0057"
down_revision = "0056"
branch_labels = None
depends_on = None

BEFORE = ["ineligible", "rejected", "reserved", "less"]


def upgrade() -> None:
    _allow([*BEFORE, "conditions"])


def downgrade() -> None:
    _allow(BEFORE)


def _allow(words: list[str]) -> None:
    with op.batch_alter_table("appeal") as batch_op:
        batch_op.drop_constraint(op.f("ck_appeal_against"), type_="check")
        batch_op.create_check_constraint(op.f("ck_appeal_against"), sa.column("against").in_(words))
