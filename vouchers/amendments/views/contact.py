"""The pages of the provider's contact person, who has no account."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from vouchers.agreements.policy import ProviderVisit
from vouchers.agreements.states import PartyKind
from vouchers.amendments import forms, policy, queries
from vouchers.amendments.actions import entering, terminating
from vouchers.amendments.lifecycle import TERMINATION
from vouchers.amendments.views.blueprint import blueprint
from vouchers.amendments.views.changing import accept, page_of
from vouchers.amendments.views.ending import ANSWERED
from vouchers.amendments.views.ending import page_of as page_of_termination
from vouchers.core import clock
from vouchers.core.asking import ask, take
from vouchers.core.web import guarded
from vouchers.documents.queries import find_document
from vouchers.documents.web import answer_with


@blueprint.get("/provider/<token>")
@guarded(queries.get_amendment_visit, policy.came_with_link, is_public=True)
def provider(visit: ProviderVisit) -> Any:
    """The amended agreement for the provider's contact person."""
    return render_template("amendments/show.html", token=_token(), **page_of(visit.agreement))


@blueprint.get("/provider/<token>/amendment.pdf")
@guarded(queries.get_amendment_visit, policy.came_with_link, is_public=True)
def provider_pdf(visit: ProviderVisit) -> Any:
    """The same as a file."""
    amendment = visit.agreement
    return answer_with(find_document(amendment.document_id) if amendment.document_id else None)


@blueprint.route("/provider/<token>/accept", methods=["GET", "POST"])
@guarded(queries.get_amendment_visit, policy.came_with_link, is_public=True)
def accept_as_provider(visit: ProviderVisit) -> Any:
    """Accept as the service provider."""
    home = url_for(".provider", token=_token())
    return accept(
        visit.agreement,
        PartyKind.PROVIDER,
        entering.accept_amendment_as_provider,
        visit.contact,
        home,
        token=_token(),
    )


@blueprint.route("/terminations/provider/<token>", methods=["GET", "POST"])
@guarded(queries.get_hearing, policy.came_with_link, is_public=True)
def heard(visit: ProviderVisit) -> Any:
    """The provider's contact reads why an agreement shall end, and answers."""
    termination, token = visit.agreement, _token()
    form = None
    if request.method == "POST" or TERMINATION.is_open_to(visit.contact, termination, "answer_as_provider"):
        form = forms.AnswerTerminationForm()

        def act() -> None:
            terminating.answer_as_provider(termination, form.answer.data, by=visit.contact, at=clock.now())

        if take(form, act, ANSWERED):
            return redirect(url_for(".heard", token=token), 303)
    return ask("amendments/heard.html", form, token=token, **page_of_termination(termination))


def _token() -> str:
    assert request.view_args is not None
    return str(request.view_args["token"])
