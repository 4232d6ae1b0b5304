"""papers go when their time has ended

Holds, and lists of what may go that two persons approve. Files and applications say when they were deleted; of what was
submitted the content may be deleted, and nothing else of it ever changes.

Revision ID: 0052
Revises: 0051
"""

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

CLASSES = ("draft", "selection", "agreement", "expenditure", "person", "copy")
LAWS = ("draft", "selection", "payment", "state_aid", "account", "copy")
NAMELESS = "disposed_law IS NULL OR (disposed_at IS NOT NULL AND disposed_class IS NOT NULL AND filename = '')"
BYTES_LEFT = "disposed_at IS NOT NULL AND bytes_removed_at IS NULL"
CHANGED = """
    OLD.erased_at IS NOT NULL OR NEW.erased_at IS NULL OR NEW.content <> '' OR NEW.id <> OLD.id
    OR NEW.application_id <> OLD.application_id OR NEW.receipt_number <> OLD.receipt_number OR NEW.sha256 <> OLD.sha256
    OR NEW.submitted_at <> OLD.submitted_at OR NEW.submitted_by_id <> OLD.submitted_by_id
"""


def upgrade() -> None:
    _make_holds()
    _make_lists()
    op.add_column("application", sa.Column("disposed_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("submission", sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("user_account", sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True))
    _change_document()
    _let_submissions_be_erased()


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _words(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _moment(name: str, *, nullable: bool = False) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _make_holds() -> None:
    op.create_table(
        "hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", _words("set", "lifted", name="holdstate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        _moment("set_at"),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        _moment("lifted_at", nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("lifted_because", sa.Text(), nullable=False),
        sa.CheckConstraint("lifted_by_id IS NULL OR lifted_by_id <> set_by_id", name=op.f("ck_hold_two_persons")),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_hold_programme_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_hold_application_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["user_account.id"], name=op.f("fk_hold_set_by_id")),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["user_account.id"], name=op.f("fk_hold_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(op.f("ix_hold_programme_id"), "hold", ["programme_id"])
    op.create_index(op.f("ix_hold_application_id"), "hold", ["application_id"])


def _make_lists() -> None:
    states = _words("proposed", "approved", "refused", "carried_out", name="disposalstate")
    op.create_table(
        "disposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", states, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        _moment("proposed_at"),
        sa.Column("proposed_by_id", sa.Integer(), nullable=False),
        _moment("decided_at", nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        _moment("carried_out_at", nullable=True),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR state = 'refused' OR decided_by_id <> proposed_by_id",
            name=op.f("ck_disposal_two_persons"),
        ),
        sa.ForeignKeyConstraint(["programme_id"], ["programme.id"], name=op.f("fk_disposal_programme_id")),
        sa.ForeignKeyConstraint(["proposed_by_id"], ["user_account.id"], name=op.f("fk_disposal_proposed_by_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["user_account.id"], name=op.f("fk_disposal_decided_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal")),
        sa.UniqueConstraint("number", name=op.f("uq_disposal_number")),
    )
    op.create_index(op.f("ix_disposal_state"), "disposal", ["state"])
    op.create_index(op.f("ix_disposal_programme_id"), "disposal", ["programme_id"])
    op.create_table(
        "disposal_item",
        sa.Column("id", _big(), nullable=False),
        sa.Column("disposal_id", sa.Integer(), nullable=False),
        sa.Column("application_id", _big(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("law", _words(*LAWS, name="law"), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("outcome", _words("waiting", "deleted", "kept", name="outcome"), nullable=False),
        _moment("carried_out_at", nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("answers", "files", "letters", "details")),
        sa.ForeignKeyConstraint(["disposal_id"], ["disposal.id"], name=op.f("fk_disposal_item_disposal_id")),
        sa.ForeignKeyConstraint(["application_id"], ["application.id"], name=op.f("fk_disposal_item_application_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_disposal_item_user_id")),
        sa.CheckConstraint(
            "(application_id IS NULL) <> (user_id IS NULL)", name=op.f("ck_disposal_item_one_subject")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposal_item")),
        sa.UniqueConstraint(
            "disposal_id", "application_id", name=op.f("uq_disposal_item_disposal_id_application_id")
        ),
        sa.UniqueConstraint("disposal_id", "user_id", name=op.f("uq_disposal_item_disposal_id_user_id")),
    )
    op.create_index(op.f("ix_disposal_item_user_id"), "disposal_item", ["user_id"])
    op.create_index(op.f("ix_disposal_item_application_id"), "disposal_item", ["application_id"])
    op.create_index("ix_disposal_item_outcome", "disposal_item", ["disposal_id", "outcome"])


def _change_document() -> None:
    """SQLite adds a column with its check in one statement; a table that others lean on is not made anew."""
    is_postgresql = op.get_bind().dialect.name == "postgresql"
    moment = "TIMESTAMP WITH TIME ZONE" if is_postgresql else "DATETIME"
    op.execute(f"ALTER TABLE document ADD COLUMN disposed_class VARCHAR(40) {_one_of('paperclass', CLASSES)}")
    op.execute(f"ALTER TABLE document ADD COLUMN disposed_law VARCHAR(40) {_one_of('law', LAWS)}")
    nameless = f"CONSTRAINT ck_document_disposed_is_nameless CHECK ({NAMELESS})"
    op.execute(f"ALTER TABLE document ADD COLUMN bytes_removed_at {moment} {nameless}")
    op.create_index(
        "ix_document_bytes_left", "document", ["disposed_at"],
        postgresql_where=sa.text(BYTES_LEFT), sqlite_where=sa.text(BYTES_LEFT),
    )  # fmt: skip


def _one_of(name: str, words: tuple[str, ...]) -> str:
    column = {"paperclass": "disposed_class", "law": "disposed_law"}[name]
    listed = ", ".join(f"'{word}'" for word in words)
    return f"CONSTRAINT ck_document_{name} CHECK ({column} IN ({listed}))"


def _let_submissions_be_erased() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER submission_append_only ON submission")
        op.execute(
            "CREATE TRIGGER submission_append_only BEFORE DELETE ON submission "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            "CREATE FUNCTION only_erase_submission() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"IF {CHANGED} THEN RAISE EXCEPTION 'submission may only be erased'; END IF; RETURN NEW; END $$"
        )
        op.execute(
            "CREATE TRIGGER submission_only_erased BEFORE UPDATE ON submission "
            "FOR EACH ROW EXECUTE FUNCTION only_erase_submission()"
        )
    else:
        op.execute("DROP TRIGGER submission_no_update")
        op.execute(
            f"CREATE TRIGGER submission_only_erased BEFORE UPDATE ON submission WHEN {CHANGED} "
            "BEGIN SELECT RAISE(ABORT, 'submission may only be erased'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER submission_only_erased ON submission")
        op.execute("DROP FUNCTION only_erase_submission()")
        op.execute("DROP TRIGGER submission_append_only ON submission")
        op.execute(
            "CREATE TRIGGER submission_append_only BEFORE UPDATE OR DELETE ON submission "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute("ALTER TABLE document DROP CONSTRAINT ck_document_disposed_is_nameless")
    else:
        op.execute("DROP TRIGGER submission_only_erased")
        op.execute(
            "CREATE TRIGGER submission_no_update BEFORE UPDATE ON submission "
            "BEGIN SELECT RAISE(ABORT, 'submission is append-only'); END"
        )
    op.drop_index("ix_document_bytes_left", "document")
    for column in ("bytes_removed_at", "disposed_law", "disposed_class"):
        op.execute(f"ALTER TABLE document DROP COLUMN {column}")
    op.execute("ALTER TABLE user_account DROP COLUMN forgotten_at")
    op.execute("ALTER TABLE submission DROP COLUMN erased_at")
    op.execute("ALTER TABLE application DROP COLUMN disposed_at")
    op.drop_table("disposal_item")
    op.drop_table("disposal")
    op.drop_table("hold")
