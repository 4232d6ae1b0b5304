"""who handles an application

Nobody handles what came before, until somebody takes it over.

Revision ID: 0073
Revises: 0072
"""

from alembic import op

revision = "0073"
down_revision = "0072"
branch_labels = None
depends_on = None

KEY = "CONSTRAINT fk_application_officer_id REFERENCES user_account (id)"


def upgrade() -> None:
    op.execute(f"ALTER TABLE application ADD COLUMN officer_id INTEGER {KEY}")
    op.create_index(op.f("ix_application_officer_id"), "application", ["officer_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_application_officer_id"), "application")
    op.drop_column("application", "officer_id")
