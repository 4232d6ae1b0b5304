"""agreements change and end

Amendments with the versions that they leave, and the end of an agreement before its time.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

CHECK = "ck_agreement_agreementstate"
BEFORE = ("offered", "active", "declined", "expired", "completed")
AFTER = (*BEFORE, "terminated")


def upgrade() -> None:
    _allow(BEFORE, AFTER)
    op.create_table('agreement_version',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('from_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('amount_cents', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('claim_by', sa.Date(), nullable=False),
    sa.Column('provider_name', sa.Text(), nullable=False),
    sa.Column('terms', sa.JSON(), nullable=False),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('acceptances', sa.JSON(), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_agreement_version_agreement_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_agreement_version_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_agreement_version')),
    sa.UniqueConstraint('agreement_id', 'number', name=op.f('uq_agreement_version_agreement_id_number'))
    )
    op.create_table('amendment',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('asked', 'agreed', 'in_force', 'refused', 'withdrawn', 'lapsed', name='amendmentstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('asked_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('asked_by_id', sa.Integer(), nullable=False),
    sa.Column('is_of_sme', sa.Boolean(), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=True),
    sa.Column('ends_on', sa.Date(), nullable=True),
    sa.Column('amount_cents', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('currency', sa.Text(), nullable=False),
    sa.Column('provider_name', sa.Text(), nullable=False),
    sa.Column('provider_contact', sa.Text(), nullable=False),
    sa.Column('provider_email', sa.Text(), nullable=False),
    sa.Column('provider_region', sa.Text(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('minutes', sa.Text(), nullable=False),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.Column('in_force_on', sa.Date(), nullable=True),
    sa.Column('accept_by', sa.DateTime(timezone=True), nullable=True),
    sa.Column('terms', sa.JSON(), nullable=True),
    sa.Column('sha256', sa.Text(), nullable=False),
    sa.Column('document_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=True),
    sa.Column('entered_at', sa.DateTime(timezone=True), nullable=True),
    sa.CheckConstraint('amount_cents > 0', name=op.f('ck_amendment_amount_positive')),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> asked_by_id', name=op.f('ck_amendment_two_persons')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_amendment_agreement_id')),
    sa.ForeignKeyConstraint(['asked_by_id'], ['user_account.id'], name=op.f('fk_amendment_asked_by_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_amendment_decided_by_id')),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_amendment_document_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_amendment')),
    sa.UniqueConstraint('agreement_id', 'number', name=op.f('uq_amendment_agreement_id_number'))
    )
    op.create_index(op.f('ix_amendment_state'), 'amendment', ['state'], unique=False)
    op.create_index('uq_amendment_open', 'amendment', ['agreement_id'], unique=True, postgresql_where=sa.text("state IN ('asked', 'agreed')"), sqlite_where=sa.text("state IN ('asked', 'agreed')"))
    op.create_table('amendment_side',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('kind', sa.Enum('sme', 'provider', 'region', name='partykind', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('name', sa.Text(), nullable=False),
    sa.Column('contact_email', sa.Text(), nullable=False),
    sa.Column('token_hash', sa.Text(), nullable=True),
    sa.Column('accepted_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('accepted_name', sa.Text(), nullable=False),
    sa.Column('accepted_by_id', sa.Integer(), nullable=True),
    sa.Column('amendment_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.ForeignKeyConstraint(['accepted_by_id'], ['user_account.id'], name=op.f('fk_amendment_side_accepted_by_id')),
    sa.ForeignKeyConstraint(['amendment_id'], ['amendment.id'], name=op.f('fk_amendment_side_amendment_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_amendment_side')),
    sa.UniqueConstraint('amendment_id', 'kind', name=op.f('uq_amendment_side_amendment_id_kind')),
    sa.UniqueConstraint('token_hash', name=op.f('uq_amendment_side_token_hash'))
    )
    op.create_table('termination',
    sa.Column('id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('state', sa.Enum('proposed', 'confirmed', 'refused', 'withdrawn', name='terminationstate', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('agreement_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('cause', sa.Enum('breach', 'given_up', 'insolvency', 'decision_withdrawn', 'impossible', name='terminationcause', native_enum=False, create_constraint=True, length=40), nullable=False),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(timezone=True), nullable=False),
    sa.Column('proposed_by_id', sa.Integer(), nullable=False),
    sa.Column('decided_at', sa.DateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=False),
    sa.CheckConstraint('decided_by_id IS NULL OR decided_by_id <> proposed_by_id', name=op.f('ck_termination_two_persons')),
    sa.ForeignKeyConstraint(['agreement_id'], ['agreement.id'], name=op.f('fk_termination_agreement_id')),
    sa.ForeignKeyConstraint(['decided_by_id'], ['user_account.id'], name=op.f('fk_termination_decided_by_id')),
    sa.ForeignKeyConstraint(['proposed_by_id'], ['user_account.id'], name=op.f('fk_termination_proposed_by_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_termination'))
    )
    op.create_index(op.f('ix_termination_agreement_id'), 'termination', ['agreement_id'], unique=False)
    op.create_index('uq_termination_open', 'termination', ['agreement_id'], unique=True, postgresql_where=sa.text("state = 'proposed'"), sqlite_where=sa.text("state = 'proposed'"))


def downgrade() -> None:
    for table in ("termination", "amendment_side", "amendment", "agreement_version"):
        op.drop_table(table)
    _allow(AFTER, BEFORE)


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(f"'{word}'" for word in words)


def _allow(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    """Let the state be one of other words. SQLite would copy the table, which others refer to: its text is edited."""
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint(op.f(CHECK), "agreement", type_="check")
        op.create_check_constraint(op.f(CHECK), "agreement", f"state IN ({_list(after)})")
        return
    op.execute("PRAGMA writable_schema = ON")
    op.get_bind().execute(
        sa.text("UPDATE sqlite_master SET sql = replace(sql, :before, :after) WHERE type = 'table' AND name = :name"),
        {"before": _list(before), "after": _list(after), "name": "agreement"},
    )
    op.execute("PRAGMA writable_schema = RESET")
