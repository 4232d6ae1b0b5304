"""files of pools are forgotten

What was read of a pool is in the register once it is written; the file, which tells of many persons, is not kept.

Revision ID: 0058
Revises: 0057
"""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE pool_import SET text = '' WHERE state IN ('done', 'discarded')")


def downgrade() -> None:
    """The words are gone for good."""
