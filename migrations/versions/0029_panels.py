"""panels

Panels with their members, agenda, recorded votes and minutes, and interviews with applicants.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _to(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def upgrade() -> None:
    _panels()
    _votes()
    _interviews()


def _panels() -> None:
    states = _words("planned", "in_session", "minutes", "closed", "cancelled", name="panelstate")
    op.create_table(
        "panel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        _moment("meets_at"),
        sa.Column("quorum", sa.Integer(), nullable=False),
        sa.Column("agenda", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.Column("approved_by_ids", sa.JSON(), nullable=False),
        _moment("opened_at", nullable=True),
        _moment("closed_at", nullable=True),
        sa.CheckConstraint("quorum > 0", name=op.f("ck_panel_quorum_positive")),
        _to("panel", "call_id", "call"),
        _to("panel", "region_id", "region"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel")),
    )
    op.create_index(op.f("ix_panel_call_id"), "panel", ["call_id"])
    op.create_table(
        "panel_seat",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("is_chair", sa.Boolean(), nullable=False),
        sa.Column("is_present", sa.Boolean(), nullable=False),
        sa.Column("is_empty", sa.Boolean(), nullable=False),
        sa.Column("recusals", sa.JSON(), nullable=False),
        _to("panel_seat", "panel_id", "panel"),
        _to("panel_seat", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_seat")),
        sa.UniqueConstraint("panel_id", "user_id", name=op.f("uq_panel_seat_panel_id_user_id")),
    )
    op.create_index(op.f("ix_panel_seat_user_id"), "panel_seat", ["user_id"])


def _votes() -> None:
    op.create_table(
        "panel_vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", _words("open", "carried", "lost", "withdrawn", name="votestate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        sa.Column("kind", _words("confirm", "move", "fund", "refuse", name="votekind"), nullable=False),
        sa.Column("place", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        _moment("proposed_at"),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        _moment("closed_at", nullable=True),
        _to("panel_vote", "panel_id", "panel"),
        _to("panel_vote", "application_id", "application"),
        _to("panel_vote", "proposed_by_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_vote")),
    )
    op.create_index(
        "uq_panel_vote_open",
        "panel_vote",
        ["panel_id", "application_id"],
        unique=True,
        postgresql_where=sa.text("state = 'open'"),
        sqlite_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "panel_ballot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vote_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("choice", _words("yes", "no", "abstain", name="choice"), nullable=False),
        _moment("cast_at"),
        _to("panel_ballot", "vote_id", "panel_vote"),
        _to("panel_ballot", "user_id", "user_account"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_panel_ballot")),
        sa.UniqueConstraint("vote_id", "user_id", name=op.f("uq_panel_ballot_vote_id_user_id")),
    )


def _interviews() -> None:
    states = _words("offered", "confirmed", "move_asked", "held", "cancelled", name="interviewstate")
    op.create_table(
        "interview",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=False),
        _moment("starts_at"),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("questions", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("reply", sa.Text(), nullable=False),
        _moment("replied_at", nullable=True),
        sa.Column("notes", sa.Text(), nullable=False),
        sa.CheckConstraint("minutes > 0", name=op.f("ck_interview_has_length")),
        _to("interview", "panel_id", "panel"),
        _to("interview", "application_id", "application"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interview")),
    )
    op.create_index(op.f("ix_interview_application_id"), "interview", ["application_id"])
    op.create_index(
        "uq_interview_standing",
        "interview",
        ["panel_id", "application_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
        sqlite_where=sa.text("state <> 'cancelled'"),
    )


def downgrade() -> None:
    for table in ("interview", "panel_ballot", "panel_vote", "panel_seat", "panel"):
        op.drop_table(table)
