"""What the pages of claims share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for

from vouchers.claims.models import Claim
from vouchers.claims.queries import files as queries
from vouchers.core.lifecycle import Transition
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.web import actor

blueprint = Blueprint("claims", __name__, url_prefix="/claims")


def ask(template: str, claim: Claim, form: Any, **context: Any) -> Any:
    """A form page: 422 once it was posted and refused."""
    page = render_template(
        f"claims/{template}.html", claim=claim, application=claim.agreement.application, form=form, **context
    )
    return page, 422 if request.method == "POST" else 200


def ask_to_remove(claim: Claim, name: str, lost: Sentence) -> str:
    """The question before a part of the claim is taken out."""
    caption, back = f"{_('Claim')} {claim.number}", url_for(".show", claim_id=claim.id)
    return render_template("layout/remove.html", caption=caption, name=name, lost=lost, back=back)


def moved_on_from(claim: Claim, move: Transition) -> Any:
    """The second of two clicks: show what the first one did. Who was overtaken by another gets the words back."""
    last = queries.list_milestones(claim.id)[-1] if move.is_left_behind_by(claim) else None
    if last is None or (last.tag, last.actor_id) != (move.tag, actor().id):
        return None
    flash(str(_("Nothing more was changed. The claim stands at: %(state)s.", state=claim.state.label)), "info")
    return redirect(url_for(".show", claim_id=claim.id), 303)


def back_home(claim: Claim, sentence: Any) -> Any:
    """To the claim's page, with a word of what was done."""
    flash(str(sentence), "success")
    return redirect(url_for(".show", claim_id=claim.id), 303)


def number_in_address(name: str) -> int | None:
    """A number of the address, besides the claim's."""
    assert request.view_args is not None
    value = request.view_args.get(name)
    return int(value) if value is not None else None
