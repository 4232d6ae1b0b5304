"""The papers of a company that the rules of a call read: which are there, and what happens without the others."""

from __future__ import annotations

from typing import Any

from flask import url_for

from vouchers.applications.models import Application
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.eligibility.queries import find_declaration, find_statement
from vouchers.eligibility.rules.terms import terms_for


def paper_tasks(application: Application) -> list[dict[str, Any]]:
    """The statement of ownership and the declaration of aid, each where the rules need it, for a list of tasks."""
    back = url_for("applications.show", application_id=application.id)
    rules, company = application.call.programme.plan.rules, application.organisation_id
    terms = terms_for(rules, application.call.plan, application.instrument.plan, application.region.code)
    tasks = []
    if terms.smes_only:
        to_state = url_for("eligibility.state_ownership_statement", organisation_id=company, next=back)
        shown = url_for("eligibility.ownership", organisation_id=company, next=back)
        tasks.append(
            _task(
                _("Who owns the company, and its size"),
                shown if find_statement(company) else None,
                to_state,
                WITHOUT_STATEMENT,
            )
        )
    if terms.needs_declaration:
        to_sign = url_for("eligibility.sign_aid_declaration", organisation_id=company, next=back)
        shown = url_for("eligibility.aid", organisation_id=company, next=back)
        tasks.append(
            _task(
                _("Aid received, and what may still be granted"),
                shown if find_declaration(company) else None,
                to_sign,
                WITHOUT_DECLARATION,
            )
        )
    return tasks


WITHOUT_STATEMENT = _(
    "You can submit without it. The office then goes by the figures in your answers, and asks you where they leave "
    "open whether you are an SME."
)
WITHOUT_DECLARATION = _("You can submit without it, but no voucher is granted before it is signed.")


def _task(text: Sentence, shown: str | None, to_do: str, without: Sentence) -> dict[str, Any]:
    if shown is not None:
        return {"text": text, "href": shown, "status": _("Completed")}
    return {"text": text, "href": to_do, "status": _("Not yet started"), "colour": "blue", "hint": without}
