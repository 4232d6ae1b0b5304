"""register of providers

Providers have a register of their own. Until now the providers of a programme were the employers of its admitted
experts: each of them is entered as registered and accredited without an end. It keeps the number by which answers to
questions of the type `provider` know it.

Revision ID: 0022
Revises: 0021
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

STATES = ("registered", "accredited", "suspended", "ended")


def upgrade() -> None:
    moment = sa.DateTime(timezone=True)
    provider = op.create_table(
        "provider",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(*STATES, name="providerstate", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("programme_code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("country", sa.Text(), nullable=False),
        sa.Column("region_code", sa.Text(), nullable=False),
        sa.Column("vat_number", sa.Text(), nullable=False),
        sa.Column("register_number", sa.Text(), nullable=False),
        sa.Column("website", sa.Text(), nullable=False),
        sa.Column("contact_email", sa.Text(), nullable=False),
        sa.Column("fields", sa.JSON(), nullable=False),
        sa.Column("services", sa.JSON(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("accredited_until", sa.Date(), nullable=True),
        sa.Column("reminded_days", sa.Integer(), nullable=True),
        sa.Column("suspended_because", sa.Text(), nullable=False),
        sa.Column("registered_at", moment, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_provider_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider")),
    )
    op.create_index("ix_provider_organisation_id", "provider", ["organisation_id"])
    for name, column, which in (
        ("uq_provider_name", "name", "state <> 'ended'"),
        ("uq_provider_vat_number", "vat_number", "state <> 'ended' AND vat_number <> ''"),
    ):
        op.create_index(
            name,
            "provider",
            ["programme_code", column],
            unique=True,
            postgresql_where=sa.text(which),
            sqlite_where=sa.text(which),
        )
    _enter_employers(provider)


def _enter_employers(provider: sa.Table) -> None:
    expert = sa.table("expert", *map(sa.column, ("id", "state", "programme_code", "employer", "country")))
    found = (
        sa.select(expert.c.programme_code, expert.c.employer, sa.func.min(expert.c.id), sa.func.min(expert.c.country))
        .where(expert.c.state == "admitted", expert.c.employer != "")
        .group_by(expert.c.programme_code, expert.c.employer)
    )
    empty = dict.fromkeys(("region_code", "vat_number", "register_number", "website", "contact_email"), "")
    bind = op.get_bind()
    rows = [
        {
            "id": number,
            "state": "accredited",
            "version": 1,
            "programme_code": programme,
            "name": employer,
            "country": country,
            "fields": [],
            "services": [],
            "suspended_because": "",
            "registered_at": datetime.now(UTC),
        }
        | empty
        for programme, employer, number, country in bind.execute(found)
    ]
    if rows:
        op.bulk_insert(provider, rows)
    if rows and bind.dialect.name == "postgresql":
        bind.execute(sa.text("SELECT setval(pg_get_serial_sequence('provider', 'id'), (SELECT max(id) FROM provider))"))


def downgrade() -> None:
    op.drop_table("provider")
