"""claims are kept whole

Each step that fixes a claim keeps what it says, word for word, and names it by its hash; it may be erased by law and
never changed. What was claimed before has no version. Questions on a claim have an answer in words.

Revision ID: 0065
Revises: 0064
"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

CHANGED = """
    OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL OR NEW.content <> '' OR NEW.id <> OLD.id
    OR NEW.claim_id <> OLD.claim_id OR NEW.step_id <> OLD.step_id OR NEW.sha256 <> OLD.sha256
    OR NEW.kept_at <> OLD.kept_at
"""


def upgrade() -> None:
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "claim_version",
        sa.Column("id", big, nullable=False),
        sa.Column("claim_id", big, nullable=False),
        sa.Column("step_id", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kept_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["claim_id"], ["claim.id"], name=op.f("fk_claim_version_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_version")),
        sa.UniqueConstraint("step_id", name=op.f("uq_claim_version_step_id")),
    )
    op.create_index(op.f("ix_claim_version_claim_id"), "claim_version", ["claim_id"])
    op.add_column("claim_clock_stop", sa.Column("answer", sa.Text(), server_default="", nullable=False))
    _guard()


def _guard() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for name, verb, each in (("append_only", "DELETE", "ROW"), ("no_truncate", "TRUNCATE", "STATEMENT")):
            op.execute(
                f"CREATE TRIGGER claim_version_{name} BEFORE {verb} ON claim_version "
                f"FOR EACH {each} EXECUTE FUNCTION refuse_change()"
            )
        op.execute(
            "CREATE FUNCTION only_erase_claim_version() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {CHANGED} THEN RAISE EXCEPTION 'claim_version may only be erased'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER claim_version_only_erased BEFORE UPDATE ON claim_version "
            "FOR EACH ROW EXECUTE FUNCTION only_erase_claim_version()"
        )
    else:
        op.execute(
            "CREATE TRIGGER claim_version_no_delete BEFORE DELETE ON claim_version "
            "BEGIN SELECT RAISE(ABORT, 'claim_version is append-only'); END"
        )
        op.execute(
            f"CREATE TRIGGER claim_version_only_erased BEFORE UPDATE ON claim_version WHEN {CHANGED} "
            "BEGIN SELECT RAISE(ABORT, 'claim_version may only be erased'); END"
        )
        op.execute(
            "CREATE TRIGGER claim_version_no_replace BEFORE INSERT ON claim_version "
            "WHEN EXISTS (SELECT 1 FROM claim_version WHERE id = NEW.id OR step_id = NEW.step_id) "
            "BEGIN SELECT RAISE(ABORT, 'claim_version is append-only'); END"
        )


def downgrade() -> None:
    op.drop_column("claim_clock_stop", "answer")
    op.drop_table("claim_version")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION only_erase_claim_version()")
