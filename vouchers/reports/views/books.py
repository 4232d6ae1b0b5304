"""The pages that sum the books up: the statement of a period, and how far the money is used up."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import render_template, request

from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks
from vouchers.ledger.chart import NAMES, STAGES, Account
from vouchers.reports import policy
from vouchers.reports.queries import absorption as absorbed
from vouchers.reports.queries import choice as choices
from vouchers.reports.queries import statement as statements
from vouchers.reports.views.blueprint import blueprint
from vouchers.users.mandate import mandate_of


@blueprint.get("/reports/statement")
@asks(policy.is_reader)
def statement() -> Any:
    """What stood on each account when a period began, what moved, and what stood when it ended."""
    chosen = choices.choose(request.args, mandate_of(actor()))
    first = chosen.first
    return render_template(
        "reports/statement.html",
        chosen=chosen,
        query=ListQuery.read(request.args, sorts=[]),
        statement=statements.get_statement(chosen),
        periods=statements.list_closed_periods(chosen),
        parameters={name: value for name, value in chosen.parameters.items() if name not in ("from", "to")},
        day_before=first - timedelta(days=1) if first and first > first.min else None,
    )


@blueprint.get("/reports/absorption")
@asks(policy.is_reader)
def absorption() -> Any:
    """How far each region, fund line or instrument has used up its money, with the way to every line behind it."""
    chosen = choices.choose(request.args, mandate_of(actor()))
    query = ListQuery.read(request.args, sorts=[], filters={"by": absorbed.GROUPS})
    by = query.filters.get("by", absorbed.GROUPS[0])
    rows = absorbed.absorption(chosen, by, as_of=chosen.last)
    return render_template(
        "reports/absorption.html",
        chosen=chosen,
        query=query,
        by=by,
        groups=[("region", _("Region")), ("fund_line", _("Fund line")), ("instrument", _("Instrument"))],
        rows=rows,
        sums=absorbed.add_up(rows, chosen.currency),
        names=_names(chosen, by),
        of_row=lambda code, account: _of_row(by, code, account),
        stages=[(stage.value, NAMES[stage]) for stage in STAGES],
        parameters={name: value for name, value in chosen.parameters.items() if name != "from"},
    )


def _of_row(by: str, code: str, account: str) -> dict[str, str]:
    """What narrows the ledger to the lines of one figure."""
    if by != "instrument":
        return {by: code}
    return {"instrument" if code == "*" or account == Account.AVAILABLE else "voucher_of": code}


def _names(chosen: choices.Choice, by: str) -> dict[str, Any]:
    """What people call the codes of the rows."""
    if by == "region":
        return {region.code: region.name for region in chosen.regions}
    if by == "instrument":
        return {"*": _("Not yet of one kind"), **{one.code: one.plan.name for one in chosen.instruments}}
    return {}
