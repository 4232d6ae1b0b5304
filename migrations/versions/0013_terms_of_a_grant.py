"""terms of a grant

What a voucher pays may depend on the size of the company: the size that the formal check found is kept with the
application, and so are the terms on which it was awarded.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        "ALTER TABLE application ADD COLUMN size VARCHAR(40) "
        "CONSTRAINT ck_application_size CHECK (size IN ('micro', 'small', 'medium', 'large'))"
    )
    op.add_column("application", sa.Column("granted_terms", sa.JSON(), nullable=True))
    _fix_awards()


def _fix_awards() -> None:
    """Those awarded so far keep the terms of their instrument as they stand."""
    config, terms = sa.column("config", sa.JSON()), sa.column("granted_terms", sa.JSON())
    application = sa.table("application", sa.column("instrument_id"), sa.column("awarded_cents"), terms)
    for key, stored in op.get_bind().execute(sa.select(sa.column("id"), config).select_from(sa.table("instrument"))).all():
        awarded = sa.update(application).where(application.c.instrument_id == key)
        op.execute(awarded.where(application.c.awarded_cents.is_not(None)).values(granted_terms=stored["grant"]))


def downgrade() -> None:
    op.drop_column("application", "granted_terms")
    op.drop_column("application", "size")
