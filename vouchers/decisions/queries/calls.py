"""The first page of decisions: every call and region in which somebody has applied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from vouchers.applications.models import Application
from vouchers.applications.queries.worklist import Desk
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.decisions.queries.contests import AWARDED, UNDER_WAY
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, StageBalance
from vouchers.programmes.models import Call, Instrument
from vouchers.programmes.rules.instrument_plan import Evaluator

_S = ApplicationState


@dataclass(frozen=True, slots=True)
class CallRow:
    """One region of one call on the first page: how many stand where, and what is left."""

    call: Call
    region: str
    region_name: Text
    counts: Mapping[str, int]
    """By ``under_way``, ``to_decide``, ``awarded``, ``reserved``, ``rejected``."""
    left: Money


def list_call_rows(desk: Desk) -> list[CallRow]:
    """The calls and regions on a reader's desk in which somebody has applied, newest call first; in four queries."""
    by_manager = select(Instrument.id).where(Instrument.config["evaluation"].as_string() == Evaluator.MANAGER.value)
    is_by_manager = Application.instrument_id.in_(by_manager)
    found = db.session.execute(
        select(Application.call_id, Application.region_id, Application.state, is_by_manager, func.count())
        .where(desk.within)
        .group_by(Application.call_id, Application.region_id, Application.state, is_by_manager)
    ).all()
    counts: dict[tuple[int, int], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for call_id, region_id, state, by_hand, count in found:
        counts[call_id, region_id][_column(state, bool(by_hand))] += count
    calls = {
        call.id: call
        for call in db.session.scalars(
            select(Call).where(Call.id.in_({key for key, _r in counts})).options(joinedload(Call.programme))
        )
    }
    left = _left_by_call_and_region()
    rows = []
    for (call_id, region_id), numbers in counts.items():
        call, (code, name) = calls[call_id], desk.regions[region_id]
        money = left.get((call.programme.code, call.code, code), Money(0, call.programme.plan.currency))
        rows.append(CallRow(call, code, name, numbers, money))
    return sorted(rows, key=lambda row: (-row.call.opens_at.timestamp(), row.call.code, row.region_name.for_reader()))


def _column(state: ApplicationState, by_manager: bool) -> str:
    if state == _S.EVALUATED or (state == _S.ELIGIBLE and by_manager):
        return "to_decide"
    if state in UNDER_WAY:
        return "under_way"
    if state in AWARDED:
        return "awarded"
    return {_S.RESERVED: "reserved", _S.REJECTED: "rejected"}.get(state, "other")


def _left_by_call_and_region() -> dict[tuple[str, str, str], Money]:
    found = (
        select(Fund.programme, Fund.call, Fund.region, Fund.currency, func.sum(StageBalance.cents).label("cents"))
        .join(StageBalance, StageBalance.fund_id == Fund.id)
        .where(StageBalance.account == Account.AVAILABLE.value)
        .group_by(Fund.programme, Fund.call, Fund.region, Fund.currency)
    )
    return {
        (row.programme, row.call, row.region): Money(int(row.cents), row.currency) for row in db.session.execute(found)
    }
