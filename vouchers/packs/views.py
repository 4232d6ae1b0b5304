"""The pages of audit packs: all that one may see, asking for one, how far it has come, and the file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from vouchers.core import clock, languages
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.web import answer_with
from vouchers.packs import policy
from vouchers.packs.actions import ask_pack
from vouchers.packs.forms import AskPackForm
from vouchers.packs.models import Pack
from vouchers.packs.queries import choices
from vouchers.packs.queries import packs as queries
from vouchers.packs.states import PackState
from vouchers.reports.policy import is_record_reader

blueprint = Blueprint("packs", __name__, url_prefix="/audit-packs")


@blueprint.get("/")
@asks(policy.is_asker)
def packs() -> Any:
    """The packs within the reader's mandate."""
    query = ListQuery.read(request.args, sorts=["asked"], default="-asked")
    reach = choices.reach_of(actor())
    return render_template(
        "packs/packs.html", page=queries.list_packs(query, reach), labels=dict(choices.list_scopes(reach))
    )


@blueprint.route("/ask", methods=["GET", "POST"])
@asks(policy.is_asker)
def ask() -> Any:
    """Ask for a pack."""
    reach = choices.reach_of(actor())
    earlier = {pack.id: pack for pack in queries.list_earlier(reach)}
    form = AskPackForm.with_choices(choices.list_scopes(reach), list(earlier.values()))
    if form.validate_on_submit():
        try:
            pack = _ask(form, earlier)
            return redirect(url_for(".show", pack_id=pack.id), 303)
        except RuleBroken as broken:
            form.refuse(broken)
    return render_template("packs/ask.html", form=form), 422 if request.method == "POST" else 200


def _ask(form: AskPackForm, earlier: dict[int, Pack]) -> Pack:
    programme, region = choices.parts_of(form.scope.data)
    before = earlier.get(form.earlier.data or 0)
    if before is not None and (before.programme, before.region) != (programme, region):
        raise RuleBroken(_("That pack covers something else. Choose one of the same, or none."), field="earlier")
    since = before.seal if before else None
    return ask_pack(
        programme=programme, region=region, since=since, language=languages.language(), by=actor(), at=clock.now()
    )


@blueprint.get("/<int:pack_id>")
@guarded(queries.get_pack, policy.may_take)
def show(pack: Pack) -> Any:
    """How far it has come, and the file; while it is built, the browser asks again by itself."""
    labels = dict(choices.list_scopes(choices.reach_of(actor())))
    page = make_response(
        render_template(
            "packs/show.html",
            pack=pack,
            document=queries.find_file(pack),
            labels=labels,
            may_read_seals=is_record_reader(actor()) is None,
        )
    )
    if pack.state == PackState.ASKED:
        page.headers["Refresh"] = "5"
    return page


@blueprint.get("/<int:pack_id>/file")
@guarded(queries.get_pack, policy.may_take)
def file(pack: Pack) -> Any:
    """The pack."""
    return answer_with(queries.find_file(pack))
