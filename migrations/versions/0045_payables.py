"""payables

What is owed is a row of its own, paid by payments that each have their own fate; providers and experts have accounts.

Claims that were authorised or paid become payables; batches keep their payments. Fee statements that were approved
before were booked nowhere: they are approved once more, and booked then.

Revision ID: 0045
Revises: 0044
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

IS_CONFIRMED = "state = 'confirmed'"
IS_LIVE = "state IN ('ordered', 'executed')"
STATES = {"authorised": "open", "in_payment": "ordered", "paid": "paid"}
FATES = {"made": "ordered", "authorised": "ordered", "executed": "executed", "cancelled": "cancelled"}
PAYABLE_STATES = ("open", "held", "ordered", "paid", "cancelled")
FATE_STATES = ("ordered", "executed", "rejected", "given_back", "cancelled")
FEE_STATES = ("drawn_up", "disputed", "agreed", "payable", "in_payment", "paid", "cancelled")


def _states(*words: str, name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, create_constraint=True, length=40)


def _big() -> sa.types.TypeEngine:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    payments, lines = _take_out("payment"), _take_out("fee_line")
    of_batch = _batches_before()
    _accounts()
    _make_payable()
    _change_payment()
    _batches()
    _fill(payments, of_batch)
    _fees()
    _put_in("fee_line", lines)


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


def _take_out(name: str) -> list[dict[str, Any]]:
    """All rows of a table, out of the way: SQLite makes a table anew to change it, and no row may lean on it then."""
    table = _table(name)
    rows = [dict(row) for row in op.get_bind().execute(sa.select(table).order_by(table.c.id)).mappings()]
    op.get_bind().execute(table.delete())
    return rows


def _put_in(name: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(_table(name).insert(), rows)


def _batches_before() -> dict[int, Any]:
    found = sa.text("SELECT id, state, executed_on, bank_reference FROM payment_batch")
    rows = op.get_bind().execute(found.columns(id=sa.BigInteger(), executed_on=sa.Date()))
    return {row.id: row for row in rows}


def _accounts() -> None:
    with op.batch_alter_table("bank_account") as batch_op:
        batch_op.drop_index("uq_bank_account_one_confirmed")
        batch_op.alter_column("organisation_id", existing_type=sa.Integer(), nullable=True)
        for owner in ("provider", "expert"):
            batch_op.add_column(sa.Column(f"{owner}_id", sa.Integer(), nullable=True))
            batch_op.create_foreign_key(op.f(f"fk_bank_account_{owner}_id"), owner, [f"{owner}_id"], ["id"])
            batch_op.create_index(op.f(f"ix_bank_account_{owner}_id"), [f"{owner}_id"])
        batch_op.create_check_constraint(
            op.f("ck_bank_account_one_owner"),
            "(CASE WHEN organisation_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN provider_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN expert_id IS NULL THEN 0 ELSE 1 END) = 1",
        )
    for column in ("organisation_id", "provider_id", "expert_id"):
        op.create_index(
            f"uq_bank_account_confirmed_{column}",
            "bank_account",
            [column],
            unique=True,
            postgresql_where=sa.text(IS_CONFIRMED),
            sqlite_where=sa.text(IS_CONFIRMED),
        )


def _make_payable() -> None:
    op.create_table(
        "payable",
        sa.Column("id", _big(), nullable=False),
        sa.Column("state", _states(*PAYABLE_STATES, name="payablestate"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source_kind", _states("claim", "advance", "fee_statement", name="sourcekind"), nullable=False),
        sa.Column("source_id", _big(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("programme_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("call_code", sa.Text(), nullable=False),
        sa.Column("instrument_code", sa.Text(), nullable=False),
        sa.Column("voucher", sa.Text(), nullable=False),
        sa.Column("payee_kind", _states("organisation", "provider", "expert", name="payeekind"), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("provider_id", sa.Integer(), nullable=True),
        sa.Column("expert_id", sa.Integer(), nullable=True),
        sa.Column("payee_name", sa.Text(), nullable=False),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("amount_cents", _big(), nullable=False),
        sa.Column("set_off_cents", _big(), nullable=False),
        sa.Column("books_account", sa.Text(), nullable=False),
        sa.Column("pay_by", sa.Date(), nullable=True),
        sa.Column("accrued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("hold_reason", sa.Text(), nullable=False),
        sa.Column("return_code", sa.Text(), nullable=False),
        sa.Column("return_note", sa.Text(), nullable=False),
        sa.Column("returned_account_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("amount_cents > 0", name=op.f("ck_payable_amount_positive")),
        sa.CheckConstraint(
            "set_off_cents >= 0 AND set_off_cents <= amount_cents", name=op.f("ck_payable_set_off_within")
        ),
        sa.CheckConstraint(
            "(payee_kind = 'organisation' AND organisation_id IS NOT NULL AND provider_id IS NULL"
            " AND expert_id IS NULL) OR (payee_kind = 'provider' AND organisation_id IS NULL AND expert_id IS NULL)"
            " OR (payee_kind = 'expert' AND expert_id IS NOT NULL AND organisation_id IS NULL AND provider_id IS NULL)",
            name=op.f("ck_payable_one_payee"),
        ),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_payable_{column}"))
            for column, table in (
                ("programme_id", "programme"),
                ("region_id", "region"),
                ("organisation_id", "organisation"),
                ("provider_id", "provider"),
                ("expert_id", "expert"),
                ("returned_account_id", "bank_account"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payable")),
    )
    for column in ("number", "region_id", "voucher", "organisation_id", "provider_id", "expert_id"):
        op.create_index(op.f(f"ix_payable_{column}"), "payable", [column])
    op.create_index("ix_payable_worklist", "payable", ["state", "region_id", "pay_by"])
    op.create_index(
        "uq_payable_live_source",
        "payable",
        ["source_kind", "source_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
        sqlite_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "payable_share",
        sa.Column("payable_id", _big(), nullable=False),
        sa.Column("fund_id", sa.Integer(), nullable=False),
        sa.Column("cents", _big(), nullable=False),
        sa.Column("set_off_cents", _big(), nullable=False),
        sa.CheckConstraint("cents > 0", name=op.f("ck_payable_share_cents_positive")),
        sa.CheckConstraint(
            "set_off_cents >= 0 AND set_off_cents <= cents", name=op.f("ck_payable_share_set_off_within")
        ),
        sa.ForeignKeyConstraint(["payable_id"], ["payable.id"], name=op.f("fk_payable_share_payable_id")),
        sa.ForeignKeyConstraint(["fund_id"], ["fund.id"], name=op.f("fk_payable_share_fund_id")),
        sa.PrimaryKeyConstraint("payable_id", "fund_id", name=op.f("pk_payable_share")),
    )


def _fill(payments: list[dict[str, Any]], of_batch: dict[int, Any]) -> None:
    """Every claim that is owed or was paid becomes a payable; its payments pay that."""
    connection = op.get_bind()
    payable, share = _table("payable"), _table("payable_share")
    shares, providers = _shares(connection), _providers(connection)
    attempts = Counter(payment["claim_id"] for payment in payments)
    of_claim: dict[int, tuple[int, str]] = {}
    for row in connection.execute(_CLAIMS).mappings().all():
        values = _payable(row, providers, attempts)
        (payable_id,) = connection.execute(payable.insert().values(**values)).inserted_primary_key
        of_claim[row["id"]] = payable_id, row["reference"]
        for fund_id, cents in shares[row["id"]]:
            whose = {"payable_id": payable_id, "fund_id": fund_id}
            connection.execute(share.insert().values(**whose, cents=cents, set_off_cents=0))
    for payment in payments:
        batch = of_batch[payment["batch_id"]]
        payment["payable_id"], payment["voucher"] = of_claim[payment.pop("claim_id")]
        payment.pop("is_live")
        payment |= {"state": FATES[batch.state], "version": 1, "executed_on": batch.executed_on, "returned_on": None}
        payment |= {"bank_reference": batch.bank_reference, "return_reference": ""}
        payment |= {"reason_code": "", "reason_note": ""}
    _put_in("payment", payments)


_CLAIMS = sa.text(
    """
    SELECT claim.id, claim.state, claim.number, claim.currency, claim.grant_cents, claim.pay_by, claim.authorised_at,
           application.reference, application.region_id, application.organisation_id, call.programme_id,
           call.code AS call_code, instrument.code AS instrument_code, instrument.config AS config,
           organisation.name AS organisation_name, programme.code AS programme_code,
           agreement_party.name AS provider_name
    FROM claim
    JOIN agreement ON agreement.id = claim.agreement_id
    JOIN application ON application.id = agreement.application_id
    JOIN organisation ON organisation.id = application.organisation_id
    JOIN call ON call.id = application.call_id
    JOIN programme ON programme.id = call.programme_id
    JOIN instrument ON instrument.id = application.instrument_id
    LEFT JOIN agreement_party ON agreement_party.agreement_id = agreement.id AND agreement_party.kind = 'provider'
    WHERE claim.state IN ('authorised', 'in_payment', 'paid')
    ORDER BY claim.id
    """
).columns(
    id=sa.BigInteger(),
    pay_by=sa.Date(),
    authorised_at=sa.DateTime(timezone=True),
    config=sa.JSON(),
)


def _payable(row: Any, providers: dict[tuple[str, str], int], attempts: Counter[int]) -> dict[str, Any]:
    is_provider = row["config"].get("payee") == "provider" and row["provider_name"]
    name = row["provider_name"] if is_provider else row["organisation_name"]
    return {
        "state": STATES[row["state"]],
        "version": 1,
        "source_kind": "claim",
        "source_id": row["id"],
        "number": row["number"],
        "programme_id": row["programme_id"],
        "region_id": row["region_id"],
        "call_code": row["call_code"],
        "instrument_code": row["instrument_code"],
        "voucher": row["reference"],
        "payee_kind": "provider" if is_provider else "organisation",
        "organisation_id": None if is_provider else row["organisation_id"],
        "provider_id": providers.get((row["programme_code"], name.lower())) if is_provider else None,
        "payee_name": name,
        "currency": row["currency"],
        "amount_cents": row["grant_cents"],
        "set_off_cents": 0,
        "books_account": "2000",
        "pay_by": row["pay_by"],
        "accrued_at": row["authorised_at"],
        "attempts": attempts[row["id"]],
        "hold_reason": "",
        "return_code": "",
        "return_note": "",
    }


def _providers(connection: sa.Connection) -> dict[tuple[str, str], int]:
    found = sa.text("SELECT programme_code, name, id FROM provider WHERE state <> 'ended'")
    return {(row.programme_code, row.name.lower()): row.id for row in connection.execute(found)}


def _shares(connection: sa.Connection) -> dict[int, list[tuple[int, int]]]:
    """Claim -> what each fund owes of it: from the journals of its authorisation."""
    found = sa.text(
        """
        SELECT journal.subject_id, journal_line.fund_id, sum(journal_line.cents) AS cents
        FROM journal JOIN journal_line ON journal_line.journal_id = journal.id
        WHERE journal.subject_kind = 'claim' AND journal_line.account = 'B140'
        GROUP BY journal.subject_id, journal_line.fund_id
        HAVING sum(journal_line.cents) > 0
        """
    )
    shares: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in connection.execute(found):
        shares[row.subject_id].append((row.fund_id, int(row.cents)))
    return shares


def _change_payment() -> None:
    op.drop_index("uq_payment_claim_live", table_name="payment")
    with op.batch_alter_table("payment") as batch_op:
        batch_op.drop_index(op.f("ix_payment_claim_id"))
        batch_op.drop_constraint(op.f("fk_payment_claim_id"), type_="foreignkey")
        batch_op.drop_column("claim_id")
        batch_op.drop_column("is_live")
        batch_op.add_column(sa.Column("state", _states(*FATE_STATES, name="paymentstate"), nullable=False))
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column("payable_id", _big(), nullable=False))
        for name in ("voucher", "bank_reference", "return_reference", "reason_code", "reason_note"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=False))
        for name in ("executed_on", "returned_on"):
            batch_op.add_column(sa.Column(name, sa.Date(), nullable=True))
        batch_op.create_foreign_key(op.f("fk_payment_payable_id"), "payable", ["payable_id"], ["id"])
        batch_op.create_index(op.f("ix_payment_payable_id"), ["payable_id"])
    op.create_index(
        "uq_payment_payable_live",
        "payment",
        ["payable_id"],
        unique=True,
        postgresql_where=sa.text(IS_LIVE),
        sqlite_where=sa.text(IS_LIVE),
    )


def _batches() -> None:
    with op.batch_alter_table("payment_batch") as batch_op:
        batch_op.drop_constraint(op.f("ck_payment_batch_batchstate"), type_="check")
    op.execute(sa.text("UPDATE payment_batch SET state = 'done' WHERE state = 'executed'"))
    with op.batch_alter_table("payment_batch") as batch_op:
        batch_op.create_check_constraint(
            op.f("ck_payment_batch_batchstate"), sa.column("state").in_(("made", "authorised", "done", "cancelled"))
        )
        batch_op.add_column(
            sa.Column(
                "file_version",
                _states("001.001.09", "001.001.03", name="fileversion"),
                server_default="001.001.09",
                nullable=False,
            )
        )


def _fees() -> None:
    with op.batch_alter_table("fee_statement") as batch_op:
        batch_op.drop_constraint(op.f("ck_fee_statement_feestate"), type_="check")
        batch_op.create_check_constraint(op.f("ck_fee_statement_feestate"), sa.column("state").in_(FEE_STATES))
    op.execute(
        sa.text(
            "UPDATE fee_statement SET state = 'agreed', approved_at = NULL, approved_by_id = NULL "
            "WHERE state = 'payable'"
        )
    )


def downgrade() -> None:
    raise NotImplementedError("what is owed, paid and returned is never forgotten")
