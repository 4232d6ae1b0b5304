"""a payment left though nothing was owed

Revision ID: 0063
Revises: 0062
"""

import sqlalchemy as sa
from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

BEFORE = ["ordered", "executed", "rejected", "given_back", "cancelled"]


def upgrade() -> None:
    _allow([*BEFORE, "undue"])


def downgrade() -> None:
    op.execute("UPDATE payment SET state = 'rejected' WHERE state = 'undue'")
    _allow(BEFORE)


def _allow(words: list[str]) -> None:
    with op.batch_alter_table("payment") as batch_op:
        batch_op.drop_constraint(op.f("ck_payment_paymentstate"), type_="check")
        batch_op.create_check_constraint(op.f("ck_payment_paymentstate"), sa.column("state").in_(words))
