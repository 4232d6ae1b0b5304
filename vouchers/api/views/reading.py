"""What finance systems read. Lists go on with a cursor, and what was read never comes again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from flask import jsonify

from vouchers.api import queries
from vouchers.api.models import ApiToken
from vouchers.api.rules.asking import read_cursor, read_day, read_limit, read_short, read_word, write_cursor
from vouchers.api.rules.openapi import description
from vouchers.api.states import Right
from vouchers.api.views.blueprint import ROOT, asked, blueprint, with_token
from vouchers.core.links import full_url
from vouchers.core.money import Money
from vouchers.core.web import public
from vouchers.ledger.chart import NAMES, Account
from vouchers.payables.states import PayableState
from vouchers.payments.models import Batch, Payment
from vouchers.payments.states import BatchState


@blueprint.get(f"{ROOT}/openapi.json")
@public
def openapi() -> Any:
    """The description of the interface."""
    asked()
    return jsonify(description(full_url("api.openapi").removesuffix("/openapi.json")))


openapi.for_programs = True  # type: ignore[attr-defined]


@blueprint.get(f"{ROOT}/ledger-lines")
@with_token(Right.LEDGER)
def ledger_lines(token: ApiToken) -> Any:
    """The lines of the books in the order of the sealed record."""
    said = asked("cursor", "limit", "from", "to", "account", "voucher")
    most = read_limit(said["limit"])
    rows = queries.list_ledger_lines(
        token,
        read_cursor(said["cursor"], 2),
        most + 1,
        first=read_day(said["from"], "from"),
        last=read_day(said["to"], "to"),
        account=read_short(said["account"], 10, "account"),
        voucher=read_short(said["voucher"], 40, "voucher"),
    )
    shown = rows[:most]
    after = write_cursor(shown[-1][0], shown[-1][1].id) if shown else said["cursor"] or None
    return _listed([_line(*row[1:]) for row in shown], after, has_more=len(rows) > most)


def _line(line: Any, journal: Any, fund: Any) -> dict[str, Any]:
    amount, nothing = Money(abs(line.cents), fund.currency).plain, Money(0, fund.currency).plain
    return {
        "id": line.id,
        "journal": journal.id,
        "booked_on": journal.on.isoformat(),
        "booked_at": _moment(journal.at),
        "event": journal.event,
        "reference": journal.reference,
        "narrative": journal.narrative,
        "account": line.account,
        "account_name": NAMES[Account(line.account)].source,
        "programme": fund.programme,
        "call": fund.call,
        "region": fund.region,
        "instrument": fund.instrument,
        "fund_line": fund.line,
        "voucher": line.voucher,
        "debit": amount if line.cents > 0 else nothing,
        "credit": amount if line.cents < 0 else nothing,
        "currency": fund.currency,
        "step_id": journal.step_id,
    }


@blueprint.get(f"{ROOT}/payables")
@with_token(Right.PAYABLES)
def payables(token: ApiToken) -> Any:
    """What the region owes, the oldest first."""
    said = asked("cursor", "limit", "state")
    (after,), most = read_cursor(said["cursor"], 1), read_limit(said["limit"])
    found = queries.list_payables(token, after, most + 1, read_word(said["state"], PayableState, "state"))
    return _paged([_payable(one) for one in found], [one.id for one in found], most, said["cursor"])


def _payable(one: Any) -> dict[str, Any]:
    return {
        "id": one.id,
        "number": one.number,
        "source": one.source_kind.value,
        "voucher": one.voucher,
        "programme": one.programme.code,
        "region": one.region.code,
        "payee_kind": one.payee_kind.value,
        "payee_name": one.payee_name,
        "amount": one.amount.plain,
        "set_off": one.set_off.plain,
        "open_amount": one.open_amount.plain,
        "currency": one.currency,
        "state": one.state.value,
        "pay_by": _day(one.pay_by),
        "accrued_at": _moment(one.accrued_at),
        "hold_reason": one.hold_reason,
        "return_code": one.return_code,
    }


@blueprint.get(f"{ROOT}/batches")
@with_token(Right.BATCHES)
def batches(token: ApiToken) -> Any:
    """The region's batches, the oldest first."""
    said = asked("cursor", "limit", "state")
    (after,), most = read_cursor(said["cursor"], 1), read_limit(said["limit"])
    found = queries.list_batches(token, after, most + 1, read_word(said["state"], BatchState, "state"))
    return _paged([_batch(*row) for row in found], [row[0].id for row in found], most, said["cursor"])


@blueprint.get(f"{ROOT}/batches/<number>")
@with_token(Right.BATCHES)
def batch(token: ApiToken, number: str) -> Any:
    """One batch."""
    asked()
    found = queries.get_batch_of(token, number)
    return jsonify(_batch(found, queries.count_payments(found)))


def _batch(one: Batch, payments: int) -> dict[str, Any]:
    return {
        "number": one.number,
        "state": one.state.value,
        "programme": one.programme.code,
        "region": one.region.code,
        "total": one.total.plain,
        "currency": one.currency,
        "payments": payments,
        "execute_on": one.execute_on.isoformat(),
        "made_at": _moment(one.made_at),
        "authorised_at": _moment(one.authorised_at) if one.authorised_at else None,
        "executed_on": _day(one.executed_on),
        "bank_reference": one.bank_reference,
    }


@blueprint.get(f"{ROOT}/batches/<number>/payments")
@with_token(Right.BATCHES)
def payments(token: ApiToken, number: str) -> Any:
    """The payments of a batch."""
    said = asked("cursor", "limit")
    (after,), most = read_cursor(said["cursor"], 1), read_limit(said["limit"])
    found = queries.list_payments(queries.get_batch_of(token, number), after, most + 1)
    return _paged([_payment(one) for one in found], [one.id for one in found], most, said["cursor"])


@blueprint.get(f"{ROOT}/payments/<end_to_end_id>")
@with_token(Right.BATCHES)
def payment(token: ApiToken, end_to_end_id: str) -> Any:
    """One payment."""
    asked()
    return jsonify(_payment(queries.get_payment_of(token, end_to_end_id)))


def _payment(one: Payment) -> dict[str, Any]:
    return {
        "end_to_end_id": one.end_to_end_id,
        "state": one.state.value,
        "payable": one.payable.number,
        "voucher": one.voucher,
        "creditor_name": one.creditor_name,
        "iban": one.iban,
        "bic": one.bic,
        "amount": one.amount.plain,
        "currency": one.currency,
        "remittance": one.remittance,
        "executed_on": _day(one.executed_on),
        "bank_reference": one.bank_reference,
        "returned_on": _day(one.returned_on),
        "reason_code": one.reason_code,
    }


def _paged(items: Sequence[Any], ids: Sequence[int], most: int, cursor: str) -> Any:
    shown = items[:most]
    after = write_cursor(ids[len(shown) - 1]) if shown else cursor or None
    return _listed(shown, after, has_more=len(items) > most)


def _listed(items: Sequence[Any], after: str | None, *, has_more: bool) -> Any:
    return jsonify(items=list(items), next=after, has_more=has_more)


def _day(value: Any) -> str | None:
    return value.isoformat() if value else None


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
