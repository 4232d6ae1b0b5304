"""The pages on which the books are closed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.periods import actions, forms, policy, queries
from vouchers.periods.lifecycle import PERIOD
from vouchers.periods.rules import next_period
from vouchers.programmes.policy import READERS
from vouchers.regions.queries import list_choices, map_names
from vouchers.users.mandate import mandate_of

blueprint = Blueprint("periods", __name__)


@blueprint.get("/periods")
@asks(policy.may_read)
def periods() -> Any:
    """How far the books are closed, and what was closed when."""
    mandate = mandate_of(actor(), READERS)
    query = ListQuery.read(
        request.args, sorts=["through", "closed"], default="-through", filters=["programme", "region"]
    )
    books = queries.list_books(mandate)
    page = queries.list_periods(query, scopes=sorted(mandate.pairs, key=str))
    covered = {programme for programme, _region in mandate.pairs}
    return render_template(
        "periods/periods.html",
        books=books,
        page=page,
        closers=queries.map_closers(page.items),
        region_names=map_names(),
        programmes=sorted({(one.programme.code, one.programme.plan.name.for_reader()) for one in books}),
        regions=list_choices(None if None in covered else covered),
        next_period=next_period,
        today=clock.office_day(clock.now()),
        PERIOD=PERIOD,
    )


@blueprint.route("/periods/<programme_code>/<region_code>/close", methods=["GET", "POST"])
@guarded(queries.get_books, PERIOD.close)
def close(books: queries.Books) -> Any:
    """Close the next period of these books."""
    now = clock.now()
    period = next_period(books.standing, clock.office_day(now))
    form = forms.ClosePeriodForm.for_period(period)
    if form.validate_on_submit():
        try:
            actions.close_period(
                books.programme.code,
                books.region.code if books.region else "-",
                form.through_on.data,
                first_on=form.first_on.data,
                by=actor(),
                at=now,
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("The period is closed. What still belongs to it is booked as a correction.")), "success")
            return redirect(url_for(".periods"), 303)
    status = 422 if request.method == "POST" else 200
    return render_template("periods/close.html", form=form, books=books, period=period), status
