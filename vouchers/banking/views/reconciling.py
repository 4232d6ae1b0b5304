"""The balance of the bank beside that of the books, at the end of a statement."""

from __future__ import annotations

from typing import Any

from flask import render_template, request

from vouchers.banking import policy
from vouchers.banking.models import Statement
from vouchers.banking.queries import reconciling as queries
from vouchers.banking.queries.booking import list_payers
from vouchers.banking.queries.statements import get_statement
from vouchers.banking.states import DifferenceKind
from vouchers.banking.views.blueprint import blueprint
from vouchers.core.tables import ListQuery
from vouchers.core.web import guarded


@blueprint.get("/statements/<int:statement_id>/reconciliation")
@guarded(get_statement, policy.may_read_all)
def reconciliation(statement: Statement) -> Any:
    """Why they differ, down to each entry and journal."""
    query = ListQuery.read(request.args, sorts=["day", "amount", "kind"], filters={"kind": list(DifferenceKind)})
    span = queries.find_span(statement)
    return render_template(
        "banking/reconciliation.html",
        statement=statement,
        span=span,
        found=queries.reconcile(statement, span) if span else None,
        page=queries.list_differences(query, span) if span else None,
        payers=list_payers(statement.iban),
        kinds=list(DifferenceKind),
        kind_of=DifferenceKind,
    )
