"""The pages on which tokens are issued and revoked."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from vouchers.api import actions, forms, policy, queries
from vouchers.api.lifecycle import API_TOKEN
from vouchers.api.models import ApiToken
from vouchers.api.states import Right, TokenState
from vouchers.api.views.blueprint import blueprint
from vouchers.core import clock
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded
from vouchers.programmes.queries import list_programmes
from vouchers.regions.queries import find_region, list_regions
from vouchers.users.states import Role


@blueprint.get("/tokens")
@asks(policy.issues_tokens)
def tokens() -> Any:
    """The tokens of finance systems that this person may revoke."""
    states = list(TokenState)
    query = ListQuery.read(request.args, sorts=queries.SORTS, default="-issued", filters={"state": states})
    return render_template(
        "api/tokens.html",
        page=queries.list_tokens(query, _scopes()),
        states=states,
        now=clock.now(),
        API_TOKEN=API_TOKEN,
    )


def _scopes() -> list[tuple[str | None, str | None]] | None:
    """What the person's grants as a finance officer cover; None for an administrator, who revokes any."""
    if actor().holds({Role.ADMINISTRATOR}):
        return None
    return [(one.programme_code, one.region_code) for one in actor().grants if one.role == Role.FINANCE_OFFICER]


@blueprint.route("/tokens/issue", methods=["GET", "POST"])
@asks(policy.issues_tokens)
def issue() -> Any:
    """Issue a token; its secret is shown once, on the page that answers."""
    form = _form()
    if form.validate_on_submit():
        region = find_region(form.region.data)
        assert region is not None  # it was offered
        rights = [Right(word) for word in form.rights.data]
        try:
            token, secret = actions.issue_token(
                form.name.data,
                region,
                form.programme.data or None,
                rights,
                form.until.data,
                by=actor(),
                at=clock.now(),
            )
        except RuleBroken as refused:
            form.refuse(refused)
        except NotPermitted as refused:
            form.refuse(RuleBroken(refused.sentence, field="programme"))
        else:
            return render_template("api/issued.html", token=queries.get_token(token.id), secret=secret)
    return render_template("api/issue.html", form=form), 422 if request.method == "POST" else 200


def _form() -> forms.IssueTokenForm:
    person = actor()
    is_officer, is_administrator = person.holds({Role.FINANCE_OFFICER}), person.holds({Role.ADMINISTRATOR})
    regions = [
        (one.code, one.name.for_reader())
        for one in list_regions()
        if is_administrator or any(_covers(grant, one.code) for grant in person.grants)
    ]
    own = {grant.programme_code for grant in person.grants if grant.role == Role.FINANCE_OFFICER}
    opens_all = is_administrator or None in own
    programmes = [(one.code, one.plan.name.for_reader()) for one in list_programmes() if opens_all or one.code in own]
    return forms.IssueTokenForm.offering(regions, programmes, may_acknowledge=is_officer, opens_all=opens_all)


def _covers(grant: Any, region_code: str) -> bool:
    return grant.role == Role.FINANCE_OFFICER and grant.region_code in (None, region_code)


@blueprint.route("/tokens/<int:token_id>/revoke", methods=["GET", "POST"])
@guarded(queries.get_token, API_TOKEN.revoke)
def revoke(token: ApiToken) -> Any:
    """End a token at once."""
    form = forms.RevokeTokenForm()
    if form.validate_on_submit():
        actions.revoke_token(token, by=actor(), at=clock.now())
        flash(str(_("The token is revoked: it opens nothing any more.")), "success")
        return redirect(url_for(".tokens"), 303)
    return render_template("api/revoke.html", form=form, token=token), 422 if request.method == "POST" else 200
