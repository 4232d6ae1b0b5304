"""The pages of audit packs: those of one's mandates, asking for one, how far it has come, and the file."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, make_response, redirect, render_template, request, url_for

from vouchers.audits.models import Mandate
from vouchers.audits.policy import is_auditor
from vouchers.audits.queries import mandates
from vouchers.core import clock
from vouchers.core.asking import ask as ask_page
from vouchers.core.asking import press, take
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.documents.web import answer_with
from vouchers.packs import actions, policy
from vouchers.packs.forms import AskPackForm
from vouchers.packs.lifecycle import PACK
from vouchers.packs.models import Pack
from vouchers.packs.queries import packs as queries
from vouchers.packs.rules import cover_of_mandate
from vouchers.packs.states import PackState
from vouchers.users.states import Role

blueprint = Blueprint("packs", __name__, url_prefix="/audit-packs")


@blueprint.get("/")
@asks(policy.is_mandated)
def packs() -> Any:
    """The packs of the reader's mandates."""
    query = ListQuery.read(request.args, sorts=["asked", "mandate"], default="-asked")
    person = actor()
    keys = {grant.given_for for grant in person.grants if grant.role == Role.AUDITOR}
    own = mandates.list_own(person.id, keys)
    return render_template("packs/packs.html", page=queries.list_packs(query, own), own=own)


@blueprint.route("/mandates/<int:mandate_id>/ask", methods=["GET", "POST"])
@guarded(mandates.get_mandate, is_auditor)
def ask(mandate: Mandate) -> Any:
    """Ask for a pack of what a mandate covers."""
    earlier = {pack.id: pack for pack in queries.list_earlier(mandate)}
    form = AskPackForm.with_choices(list(earlier.values()))
    asked: list[Pack] = []

    def act() -> None:
        before = earlier.get(form.earlier.data or 0)
        since, language = before.seal if before else None, form.language.data
        cover = cover_of_mandate(mandate)
        asked.append(actions.ask_pack(mandate, cover, since=since, language=language, by=actor(), at=clock.now()))

    if take(form, act):
        return redirect(url_for(".show", pack_id=asked[0].id), 303)
    return ask_page("packs/ask.html", form, mandate=mandate, regions=mandates.list_regions(mandate))


@blueprint.get("/<int:pack_id>")
@guarded(queries.get_pack, policy.may_take)
def show(pack: Pack) -> Any:
    """How far it has come, and the file; while it is built, the browser asks again by itself."""
    document = queries.find_file(pack) if pack.state is PackState.BUILT else None
    verbs = PACK.open_to(actor(), pack)
    page = make_response(render_template("packs/show.html", pack=pack, document=document, verbs=verbs))
    if pack.state is PackState.ASKED:
        page.headers["Refresh"] = "5"
    return page


@blueprint.post("/<int:pack_id>/cancel")
@guarded(queries.get_pack, PACK.cancel)
def cancel(pack: Pack) -> Any:
    """Do not build it."""
    press(lambda: actions.cancel_pack(pack, by=actor(), at=clock.now()), _("The pack is cancelled."))
    return redirect(url_for(".show", pack_id=pack.id), 303)


@blueprint.get("/<int:pack_id>/file")
@guarded(queries.get_pack, policy.may_take)
def file(pack: Pack) -> Any:
    """The pack, if whoever asks may have it now."""
    return answer_with(queries.find_file(pack))
