"""draws are held here

A frozen pool becomes a draw, with its source, numbers and result. The lots of the pools that stand there were drawn
elsewhere, which their awards say in words; they are marked so.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _moment() -> sa.DateTime:
    return sa.DateTime(timezone=True)


KEPT = ("version", "call_id", "region_id", "instruments", "round", "references", "sha256", "frozen_at", "frozen_by_id")
COLUMNS = {
    "state": lambda: _words("frozen", "announced", "numbered", "drawn", name="drawstate"),
    "version": sa.Integer,
    "call_id": sa.Integer,
    "region_id": sa.Integer,
    "instruments": sa.Text,
    "round": sa.Integer,
    "references": sa.JSON,
    "sha256": sa.Text,
    "frozen_at": _moment,
    "frozen_by_id": sa.Integer,
}


def upgrade() -> None:
    op.create_table(
        "draw",
        sa.Column("id", sa.Integer(), nullable=False),
        *(sa.Column(name, kind(), nullable=False) for name, kind in COLUMNS.items()),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("is_held_elsewhere", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("source", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("source_url", sa.Text(), nullable=False, server_default=""),
        sa.Column("numbers", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("expected", sa.JSON(), nullable=False, server_default="[]"),
        sa.Column("held_at", _moment(), nullable=True),
        sa.Column("hash", _words("sha256", "md5", name="drawhash"), nullable=False, server_default="sha256"),
        sa.Column("announced_at", _moment(), nullable=True),
        sa.Column("commitment", sa.Text(), nullable=True),
        sa.Column("sealed_secret", sa.Text(), nullable=True),
        sa.Column("secret", sa.Text(), nullable=True),
        sa.Column("typed", sa.JSON(), nullable=True),
        sa.Column("typed_at", _moment(), nullable=True),
        sa.Column("typed_by_id", sa.Integer(), nullable=True),
        sa.Column("corrected", sa.JSON(), nullable=True),
        sa.Column("correction_reason", sa.Text(), nullable=False, server_default=""),
        sa.Column("corrected_at", _moment(), nullable=True),
        sa.Column("corrected_by_id", sa.Integer(), nullable=True),
        sa.Column("keystring", sa.Text(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("run_at", _moment(), nullable=True),
        sa.Column("run_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("state <> 'drawn' OR keystring IS NOT NULL", name=op.f("ck_draw_drawn_has_key")),
        sa.ForeignKeyConstraint(["call_id"], ["call.id"], name=op.f("fk_draw_call_id")),
        sa.ForeignKeyConstraint(["region_id"], ["region.id"], name=op.f("fk_draw_region_id")),
        *(
            sa.ForeignKeyConstraint([f"{verb}_by_id"], ["user_account.id"], name=op.f(f"fk_draw_{verb}_by_id"))
            for verb in ("frozen", "typed", "corrected", "run")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_draw")),
        sa.UniqueConstraint(
            "call_id", "region_id", "instruments", "round", name=op.f("uq_draw_call_id_region_id_instruments_round")
        ),
    )
    op.create_index("ix_draw_state_held", "draw", ["state", "held_at"])
    _carry_over()
    op.drop_table("draw_pool")


def _carry_over() -> None:
    connection = op.get_bind()
    pool = sa.table("draw_pool", sa.column("id"), *(sa.column(name, COLUMNS[name]()) for name in KEPT))
    draw = sa.table(
        "draw",
        *(sa.column(name, COLUMNS[name]()) for name in KEPT),
        *(sa.column(name) for name in ("state", "places", "is_held_elsewhere")),
    )
    for row in connection.execute(sa.select(pool).order_by(pool.c.id)).mappings().all():
        kept = {name: row[name] for name in KEPT}
        more = {"state": "frozen", "places": len(row["references"]), "is_held_elsewhere": True}
        connection.execute(sa.insert(draw).values(**kept, **more))


def downgrade() -> None:
    raise NotImplementedError("a draw with its numbers does not fit into a pool")
