"""files are asked for again

A request for clarification opens files beside questions: the purposes that it opened, and which file that waits to be
sent takes the place of which file that was submitted.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clarification", sa.Column("documents", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("clarification", sa.Column("replaced", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    op.drop_column("clarification", "replaced")
    op.drop_column("clarification", "documents")
