"""day of registration

An entry of the aid register keeps the day on which the grant was entered there, and its reference stands once in the
register of one country. The day of earlier entries is the region's day of the moment at which they were noted. Where a
reference was noted twice, the first entry holds it: the other one keeps its words without holding it.

Revision ID: 0011
Revises: 0010
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

ENTRIES = """
    SELECT e.id, e.reference, e.granted_on, e.registered_at, r.country, r.time_zone
    FROM aid_entry e JOIN region r ON r.id = e.region_id
    WHERE e.reference <> '' OR e.registered_at IS NOT NULL
    ORDER BY e.registered_at, e.id
"""


def upgrade() -> None:
    op.execute(
        "ALTER TABLE aid_entry ADD COLUMN registered_on DATE "
        "CONSTRAINT ck_aid_entry_registered_after_grant CHECK (registered_on >= granted_on)"
    )
    op.add_column("aid_entry", sa.Column("register_key", sa.Text(), nullable=True))
    _fill()
    op.create_index(op.f("ix_aid_entry_register_key"), "aid_entry", ["register_key"], unique=True)


def _fill() -> None:
    typed = sa.text(ENTRIES).columns(granted_on=sa.Date(), registered_at=sa.DateTime(timezone=True))
    held: set[str] = set()
    for entry in op.get_bind().execute(typed).all():
        key = f"{entry.country}/{''.join(entry.reference.split()).casefold()}" if entry.reference else None
        op.get_bind().execute(
            sa.text("UPDATE aid_entry SET registered_on = :day, register_key = :key WHERE id = :id").bindparams(
                sa.bindparam("day", type_=sa.Date())
            ),
            {"day": _day_of(entry), "key": None if key in held else key, "id": entry.id},
        )
        held.add(key or "")


def _day_of(entry: sa.Row) -> object:
    if entry.registered_at is None:
        return None
    moment: datetime = entry.registered_at
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(aware.astimezone(ZoneInfo(entry.time_zone)).date(), entry.granted_on)


def downgrade() -> None:
    op.drop_index(op.f("ix_aid_entry_register_key"), "aid_entry")
    op.drop_column("aid_entry", "register_key")
    op.drop_column("aid_entry", "registered_on")
