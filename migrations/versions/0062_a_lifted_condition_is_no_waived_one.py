"""a lifted condition is no waived one

Those that an appeal lifted before stay as they were recorded.

Revision ID: 0062
Revises: 0061
"""

import sqlalchemy as sa
from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None

BEFORE = ["open", "waiver_asked", "met", "waived", "lapsed"]


def upgrade() -> None:
    _allow([*BEFORE, "lifted"])


def downgrade() -> None:
    op.execute("UPDATE award_condition SET state = 'waived' WHERE state = 'lifted'")
    _allow(BEFORE)


def _allow(words: list[str]) -> None:
    with op.batch_alter_table("award_condition") as batch_op:
        batch_op.drop_constraint(op.f("ck_award_condition_conditionstate"), type_="check")
        batch_op.create_check_constraint(op.f("ck_award_condition_conditionstate"), sa.column("state").in_(words))
