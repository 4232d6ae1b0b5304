"""The pages of alerts: asking, confirming, ending. Nobody needs an account; the links in the letters are the keys."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import get_locale

from vouchers.alerts import actions, forms, queries
from vouchers.alerts.models import Alert
from vouchers.alerts.states import AlertState
from vouchers.core import clock
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.text import say as _
from vouchers.core.web import actor, public
from vouchers.programmes.queries import list_programmes
from vouchers.regions.queries import list_choices
from vouchers.users.limits import LETTERS, SIGN_IN, limiter
from vouchers.users.secrets import open_address, seal_address

blueprint = Blueprint("alerts", __name__)


@blueprint.after_request
def _keep_out_of_caches(response: Response) -> Response:
    """Links must not be found in a browser's cache, nor in a search engine."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.route("/alerts", methods=["GET", "POST"])
@limiter.limit(LETTERS, methods=["POST"])
@public
def ask() -> Any:
    """Ask for letters about new calls. The answer is the same whether or not the address is known."""
    sent = open_address(request.args.get("sent", "")) if request.method == "GET" else None
    if sent is not None:
        return _asked(sent)
    form = forms.AskAlertForm(data={name: request.args.get(name, "") for name in ("region", "instrument")})
    form.region.choices, form.instrument.choices = _regions(), _instruments()
    if form.validate_on_submit():
        try:
            actions.ask_alert(
                form.email.data,
                form.region.data or "",
                form.instrument.data or "",
                str(get_locale()),
                by=actor(),
                at=clock.now(),
            )
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            return _asked(form.email.data)
    return render_template("alerts/ask.html", form=form), 422 if request.method == "POST" else 200


def _asked(email: str) -> str:
    """A letter is on its way; `sent` in the address draws the page again in another language."""
    again = url_for(".ask", sent=seal_address(email))
    return render_template("alerts/asked.html", email=email, again=again)


@blueprint.route("/alerts/<token>/confirm", methods=["GET", "POST"])
@limiter.limit(SIGN_IN, methods=["POST"])
@public
def confirm(token: str) -> Any:
    """Say that the letters are wanted: by a button, because scanners of mail open every link."""
    alert = queries.find_by_token(token)
    if alert is None or alert.state == AlertState.ENDED:
        return _gone()
    form = forms.ConfirmAlertForm()
    if form.validate_on_submit():
        try:
            actions.confirm_alert(alert, by=actor(), at=clock.now())
        except WrongState:  # pressed twice
            pass
        else:
            flash(str(_("Done. We write to you when there is a new call.")), "success")
        return redirect(url_for(".confirm", token=token), 303)
    page = render_template("alerts/confirm.html", form=form, alert=alert, token=token, wanted=_wanted(alert))
    return page, 422 if request.method == "POST" else 200


@blueprint.route("/alerts/<token>/end", methods=["GET", "POST"])
@public
def end(token: str) -> Any:
    """Stop the letters. A mail program may post here by itself (RFC 8058), so no page of ours need have been open."""
    alert = queries.find_by_token(token)
    if alert is None:
        return _gone()
    if request.method == "POST" and alert.state != AlertState.ENDED:
        with suppress(WrongState):  # pressed twice
            actions.end_alert(alert, by=actor(), at=clock.now())
        return render_template("alerts/ended.html")
    if alert.state == AlertState.ENDED:
        return render_template("alerts/ended.html")
    return render_template("alerts/end.html", form=forms.EndAlertForm(), alert=alert, wanted=_wanted(alert))


end.is_machine = True  # type: ignore[attr-defined]


def _gone() -> Any:
    return render_template("alerts/gone.html"), 404


def _wanted(alert: Alert) -> dict[str, str]:
    """Which calls, in words; an empty word is any."""
    return {
        "region": dict(_regions()).get(alert.region_code, alert.region_code),
        "instrument": dict(_instruments()).get(alert.instrument_code, alert.instrument_code),
    }


def _regions() -> list[tuple[str, str]]:
    return list_choices()


def _instruments() -> list[tuple[str, str]]:
    language = str(get_locale())
    names = {item.code: item.plan.name.in_language(language) for one in list_programmes() for item in one.instruments}
    return sorted(names.items(), key=lambda pair: pair[1])
