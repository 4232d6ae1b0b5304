"""who confirmed for a partner

The partner's VAT or register number, and the function of the person who confirmed that it takes part.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

COLUMNS = ("vat_number", "register_number", "function")


def upgrade() -> None:
    for name in COLUMNS:
        op.add_column("partner", sa.Column(name, sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    for name in reversed(COLUMNS):
        op.drop_column("partner", name)
