"""Several statements at once, after a page that names how many; and what is to be paid, as a file."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for

from vouchers.core import clock
from vouchers.core.errors import NotFound
from vouchers.core.forms import BaseForm
from vouchers.core.money import total
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, reader_day
from vouchers.fees import exports, forms, policy, queries
from vouchers.fees.actions import many as actions
from vouchers.fees.models import FeeStatement
from vouchers.fees.queries import Owed
from vouchers.fees.views.blueprint import blueprint
from vouchers.fees.views.hints import say_hints
from vouchers.users.mandate import OFFICERS, mandate_of

MOST = 200
"""What is taken of one press."""


@blueprint.post("/many")
@asks(policy.is_any_officer)
def approve_many() -> Any:
    """Approve the selected statements as their second person: first how many and how much, then each by itself."""
    texts = request.form.getlist("picked")[:MOST]
    ids = [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 19]
    picked = queries.list_picked(ids, mandate_of(actor(), OFFICERS))
    return _after_confirmation(
        forms.ApproveManyForm,
        [(one.id, one.number, one.expert.user.name, one.region, one.amount) for one in picked],
        hints=say_hints(picked),
        title=_("Approve for payment"),
        back=url_for(".statements"),
        act=lambda: actions.approve_many(picked, by=actor(), at=clock.now()),
    )


@blueprint.post("/owed/many")
@asks(policy.is_any_manager)
def draw_up_many() -> Any:
    """Draw up the statements of the selected experts: first how many, then each by itself."""
    picked = [one for one in map(_owed, request.form.getlist("picked")[:MOST]) if one is not None and one.sheets]
    return _after_confirmation(
        BaseForm,
        [(_key(one), one.expert.user.name, one.call.plan.title, one.region, None) for one in picked],
        title=_("Draw up a statement"),
        back=url_for(".owed"),
        act=lambda: actions.draw_up_many(picked, by=actor(), at=clock.now()),
    )


def _key(one: Owed) -> str:
    return f"{one.call.id}/{one.region.code}/{one.expert.id}"


def _owed(key: str) -> Owed | None:
    """What is owed by the key that the list posts; None for anything else, or of another's region."""
    call, _slash, rest = key.partition("/")
    region, _slash, expert = rest.rpartition("/")
    if not all(part.isascii() and part.isdigit() and len(part) < 10 for part in (call, expert)):
        return None
    try:
        found = queries.get_owed(int(call), region, int(expert))
    except NotFound:
        return None
    return found if policy.is_manager(actor(), found) is None else None


def _after_confirmation(
    form_kind: Any, rows: list[Any], *, title: Any, back: str, act: Any, hints: dict[int, list[Sentence]] | None = None
) -> Any:
    """The page that names what was selected, and what to know of it (`hints`); once it is confirmed, what came of
    each."""
    if not rows:
        flash(str(_("Select at least one statement first.")), "error")
        return redirect(back, 303)
    is_confirmed = "confirmed" in request.form
    form = form_kind() if is_confirmed else form_kind(formdata=None)
    if is_confirmed and form.validate_on_submit():
        return render_template("evaluation/many_done.html", told=act(), title=title, back=back, column=_("Statement"))
    amounts = [row[-1] for row in rows if row[-1] is not None]
    amount = total(amounts, amounts[0].currency) if amounts else None
    status = 422 if is_confirmed else 200
    page = {"rows": rows, "title": title, "back": back, "amount": amount, "hints": hints or {}}
    return render_template("fees/many.html", form=form, **page), status


@blueprint.get("/payable.csv")
@asks(policy.is_reader)
def export_payable() -> Response:
    """The approved statements of the reader's regions that are to be paid, for a spreadsheet."""
    found: list[FeeStatement] = queries.list_payable(mandate_of(actor()))
    answer = Response("".join(exports.payable_csv(found)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="fees-{reader_day().isoformat()}.csv"'
    return answer
