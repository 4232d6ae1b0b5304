"""applicants side

Who may sign, the state of waiting for the signature, the last reminder of a draft, answers that somebody else wrote
over, partners, and the forms of calls, each as it stood when something was submitted to it.

Revision ID: 0005
Revises: 0004
"""

import hashlib
import json

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

CHECK = "ck_application_applicationstate"
OLD = (
    "draft", "submitted", "ineligible", "eligible", "in_evaluation", "evaluated", "awarded", "reserved", "rejected",
    "agreed", "completed", "lapsed", "withdrawn",
)  # fmt: skip
NEW = ("draft", "awaiting_signature", *OLD[1:])


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _allow(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let the state be one of other words. SQLite would copy the table, which others refer to: its text is edited."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(CHECK), "application", type_="check")
        op.create_check_constraint(op.f(CHECK), "application", f"state IN ({_list(after)})")
        return
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = :name"),
        {"before": _list(before), "after": _list(after), "name": "application"},
    )
    op.execute("PRAGMA writable_schema = RESET")


def upgrade() -> None:
    _allow(OLD, NEW)
    op.add_column("answer", sa.Column("earlier", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("application", sa.Column("reminded_hours", sa.Integer(), nullable=True))
    op.add_column("membership", sa.Column("is_signatory", sa.Boolean(), nullable=False, server_default=sa.false()))
    _make_partners()
    _keep_forms()


def _make_partners() -> None:
    """Who applies together with an applicant."""
    big = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    states = sa.Enum(
        *("invited", "confirmed", "declined", "lapsed", "removed"),
        name="partnerstate",
        native_enum=False,
        create_constraint=True,
        length=40,
    )
    op.create_table(
        "partner",
        sa.Column("id", big, nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("application_id", big, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_by_id", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_partner_application_id")),
        sa.ForeignKeyConstraint(["invited_by_id"], ["user_account.id"], name=op.f("fk_partner_invited_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_partner_token_hash")),
    )
    op.create_index(op.f("ix_partner_application_id"), "partner", ["application_id"])
    op.create_index("ix_partner_state_due", "partner", ["state", "due_at"])


def _keep_forms() -> None:
    """Make the register of forms, with those that the calls have now."""
    forms = op.create_table(
        "form_version",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("config", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_form_version")),
    )
    calls = op.get_bind().execute(sa.select(sa.column("config", sa.JSON())).select_from(sa.table("call")))
    found = {}
    for (config,) in calls:
        text = json.dumps(config["form"], sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        found[hashlib.sha256(text.encode("ascii")).hexdigest()] = config["form"]
    if found:
        op.bulk_insert(forms, [{"digest": digest, "config": config} for digest, config in found.items()])


def downgrade() -> None:
    op.drop_table("form_version")
    op.drop_table("partner")
    op.drop_column("membership", "is_signatory")
    op.drop_column("application", "reminded_hours")
    op.drop_column("answer", "earlier")
    _allow(NEW, OLD)
