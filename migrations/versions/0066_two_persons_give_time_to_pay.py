"""two persons give time to pay

Each plan of instalments is kept with who proposed it, who agreed and why; those of before are taken from the record.
And when it was decided to let a recovery go.

Revision ID: 0066
Revises: 0065
"""

from itertools import groupby, zip_longest

import sqlalchemy as sa
from alembic import op

revision = "0066"
down_revision = "0065"
branch_labels = None
depends_on = None

KEY = "CONSTRAINT fk_recovery_instalment_plan_id REFERENCES recovery_plan (id)"
OPEN = sa.text("agreed_at IS NULL AND refused_at IS NULL")
MOMENT = sa.DateTime(timezone=True)
PEOPLE = ("proposed_by_id", "decided_by_id")


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "recovery_plan",
        sa.Column("id", _big(), nullable=False),
        sa.Column("recovery_id", _big(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("first_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("proposed_at", MOMENT, nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("agreed_at", MOMENT, nullable=True),
        sa.Column("refused_at", MOMENT, nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("replaced_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "agreed_at IS NULL OR decided_by_id <> proposed_by_id", name=op.f("ck_recovery_plan_two_persons")
        ),
        sa.CheckConstraint(
            "agreed_at IS NULL OR refused_at IS NULL", name=op.f("ck_recovery_plan_agreed_or_refused")
        ),
        sa.ForeignKeyConstraint(["recovery_id"], ["recovery.id"], name=op.f("fk_recovery_plan_recovery_id")),
        *(
            sa.ForeignKeyConstraint([column], ["user_account.id"], name=op.f(f"fk_recovery_plan_{column}"))
            for column in PEOPLE
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_plan")),
    )
    op.create_index(op.f("ix_recovery_plan_recovery_id"), "recovery_plan", ["recovery_id"])
    op.create_index(
        "uq_recovery_plan_open",
        "recovery_plan",
        ["recovery_id"],
        unique=True,
        postgresql_where=OPEN,
        sqlite_where=OPEN,
    )
    number = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    op.execute(f"ALTER TABLE recovery_instalment ADD COLUMN plan_id {number} {KEY}")
    op.create_index(op.f("ix_recovery_instalment_plan_id"), "recovery_instalment", ["plan_id"])
    op.add_column("recovery", sa.Column("relief_decided_at", MOMENT, nullable=True))
    _take_from_the_record()


def _take_from_the_record() -> None:
    """What was agreed on and decided before, as far as the record still has the words."""
    bind = op.get_bind()
    event = sa.table(
        "audit_event",
        sa.column("id"),
        sa.column("at", MOMENT),
        sa.column("actor_id"),
        sa.column("tag"),
        sa.column("subject_id"),
    )
    detail = sa.table("audit_detail", sa.column("event_id"), sa.column("body", sa.JSON()))
    found = (
        sa.select(event.c.subject_id, event.c.at, event.c.actor_id, detail.c.body)
        .join_from(event, detail, detail.c.event_id == event.c.id, isouter=True)
        .where(event.c.tag == "recovery.plan", event.c.actor_id.is_not(None))
        .order_by(event.c.subject_id, event.c.id)
    )
    for recovery_id, rows in groupby(bind.execute(found).all(), key=lambda row: row.subject_id):
        plans = list(rows)
        for row, later in zip_longest(plans, plans[1:]):
            _keep(bind, recovery_id, row, later.at if later else None)
    bind.execute(
        sa.text(
            "UPDATE recovery SET relief_decided_at = (SELECT max(e.at) FROM audit_event e"
            " WHERE e.subject_id = recovery.id AND e.tag IN ('recovery.waive', 'recovery.refuse_waiver', 'recovery.cancel')"
            " AND e.actor_id = recovery.relief_decided_by_id) WHERE relief_decided_by_id IS NOT NULL"
        )
    )
    bind.execute(
        sa.text(
            "UPDATE recovery SET relief_decided_at = NULL, relief_decided_by_id = NULL WHERE state = 'waiver_proposed'"
        )
    )


def _keep(bind, recovery_id, row, replaced_at) -> None:
    part = sa.table(
        "recovery_instalment",
        sa.column("recovery_id"),
        sa.column("due_on", sa.Date()),
        sa.column("plan_id"),
        sa.column("replaced_at", MOMENT),
    )
    plan = sa.table(
        "recovery_plan",
        sa.column("id"),
        sa.column("recovery_id"),
        sa.column("parts"),
        sa.column("first_on", sa.Date()),
        sa.column("reason"),
        sa.column("proposed_at", MOMENT),
        sa.column("proposed_by_id"),
        sa.column("agreed_at", MOMENT),
        sa.column("answer"),
        sa.column("replaced_at", MOMENT),
    )
    ends = part.c.replaced_at.is_(None) if replaced_at is None else part.c.replaced_at == replaced_at
    own = sa.and_(part.c.recovery_id == recovery_id, ends)
    parts, first_on = bind.execute(sa.select(sa.func.count(), sa.func.min(part.c.due_on)).where(own)).one()
    if not parts:
        return
    bind.execute(
        sa.insert(plan).values(
            recovery_id=recovery_id,
            parts=parts,
            first_on=first_on,
            reason=(row.body or {}).get("why") or "–",
            proposed_at=row.at,
            proposed_by_id=row.actor_id,
            agreed_at=row.at,
            answer="",
            replaced_at=replaced_at,
        )
    )
    made = bind.scalar(sa.select(sa.func.max(plan.c.id)).where(plan.c.recovery_id == recovery_id))
    bind.execute(sa.update(part).where(own).values(plan_id=made))


def downgrade() -> None:
    op.drop_column("recovery", "relief_decided_at")
    op.drop_index(op.f("ix_recovery_instalment_plan_id"), "recovery_instalment")
    with op.batch_alter_table("recovery_instalment") as batch_op:
        batch_op.drop_constraint("fk_recovery_instalment_plan_id", type_="foreignkey")
        batch_op.drop_column("plan_id")
    op.drop_table("recovery_plan")
