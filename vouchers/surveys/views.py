"""The questionnaire for those who are asked, and the results for the staff."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from vouchers.applications.queries.files import get_call
from vouchers.applications.queries.worklist import READERS
from vouchers.core import clock
from vouchers.core.errors import NotFound, RuleBroken
from vouchers.core.formatting import money, number, percent
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery
from vouchers.core.text import say as _
from vouchers.core.typed import whole_number
from vouchers.core.web import actor, asks, guarded
from vouchers.regions.queries import find_region, map_names
from vouchers.surveys import actions, exports, forms, policy, queries
from vouchers.surveys.models import Survey
from vouchers.surveys.policy import Respondent
from vouchers.surveys.queries import Audience
from vouchers.surveys.rules.answering import QUESTIONS, Kind
from vouchers.surveys.rules.results import FEWEST, Compared, compare
from vouchers.surveys.rules.timing import is_open
from vouchers.surveys.states import Group, SurveyState
from vouchers.users.mandate import mandate_of

blueprint = Blueprint("surveys", __name__, url_prefix="/surveys")


@blueprint.get("/yours")
@asks(policy.is_signed_in)
def mine() -> Any:
    """The surveys of one's own organisations."""
    return render_template("surveys/mine.html", surveys=queries.list_surveys_of(actor()))


@blueprint.route("/yours/<int:survey_id>", methods=["GET", "POST"])
@guarded(queries.get_survey, policy.may_answer)
def answer(survey: Survey) -> Any:
    """The questionnaire for a member who has signed in."""
    return _questionnaire(survey, actor())


@blueprint.route("/with-link/<token>", methods=["GET", "POST"])
@guarded(queries.get_survey_of_link, policy.holds_link, is_public=True)
def visit(survey: Survey) -> Any:
    """The questionnaire behind the link of the letter."""
    return _questionnaire(survey, Respondent(survey.id, survey.application.organisation.name))


def _questionnaire(survey: Survey, person: Any) -> Any:
    now, is_asked = clock.now(), survey.state == SurveyState.ASKED
    may_correct = survey.state == SurveyState.ANSWERED and is_open(survey.due_at, now)
    known = queries.get_answer(survey.id) if may_correct else None
    kept = {question.code: getattr(known, question.code) for question in QUESTIONS} if known else {}
    given = kept | ({"follow_on_cents": known.follow_on} if known else {})
    form = forms.SurveyForm(data={"version": str(survey.version), **given}, currency=survey.application.currency)
    if (is_asked or may_correct) and form.validate_on_submit():
        try:
            if is_asked:
                actions.answer_survey(survey, form.answers, by=person, at=now)
            elif form.answers != kept:  # the same once more is a second press of the button
                version = whole_number(form.version.data)
                actions.correct_survey(survey, form.answers, by=person, at=now, version=version)
        except RuleBroken as refused:
            form.refuse(refused)
        else:
            flash(str(_("Thank you. Your answers are kept.")), "success")
            return redirect(request.path, 303)
    status = 422 if request.method == "POST" and (is_asked or may_correct) else 200
    page = {"survey": survey, "form": form, "is_asked": is_asked, "may_correct": may_correct, "fewest": FEWEST}
    return render_template("surveys/answer.html", **page), status


@blueprint.get("/")
@asks(policy.is_staff)
def calls() -> Any:
    """The calls that ask both groups how they are doing."""
    programmes = {grant.programme_code for grant in actor().grants if grant.role in READERS}
    seen = None if None in programmes else [code for code in programmes if code]
    waiting = queries.list_unanswered(ListQuery.read(request.args, sorts=["due"]), mandate_of(actor()))
    return render_template("surveys/calls.html", rows=queries.list_surveyed_calls(seen), page=waiting)


def get_audience(call_id: int) -> Audience:
    """The call, and the region of the address; without one, all regions for whoever may see all. Raises `NotFound`."""
    call, asked = get_call(call_id), request.args.get("region", "")
    scope = call.programme.code
    if not asked and not actor().holds(READERS, f"{scope}/-"):
        asked = next((code for code in call.plan.regions if actor().holds(READERS, f"{scope}/{code}")), "")
    region = find_region(asked) if asked in call.plan.regions else None
    if asked and region is None:
        raise NotFound(_("This call has no such region."))
    return Audience(call, region)


@blueprint.get("/calls/<int:call_id>")
@guarded(get_audience, policy.may_oversee)
def results(audience: Audience) -> Any:
    """Both groups side by side."""
    months = _asked_months(audience)
    if months is None:
        return _asks_nobody()
    counts = queries.count_states(audience, months)
    names, scope = map_names(), audience.call.programme.code
    codes = [code for code in audience.call.plan.regions if actor().holds(READERS, f"{scope}/{code}")]
    return render_template(
        "surveys/results.html",
        audience=audience,
        months=months,
        regions=[(code, names[code].for_reader()) for code in codes],
        sees_all=actor().holds(READERS, f"{scope}/-"),
        groups=[_response(group, counts) for group in Group],
        taken=queries.count_taken(audience, months),
        lines=compare(queries.list_answers(audience, months)),
        shown=lambda line, value: _shown(line, value, audience),
        fewest=FEWEST,
        Group=Group,
    )


@blueprint.get("/calls/<int:call_id>/results.csv")
@guarded(get_audience, policy.may_oversee)
def export(audience: Audience) -> Any:
    """The same as a table for spreadsheets."""
    months = _asked_months(audience)
    if months is None:
        return _asks_nobody()
    content = exports.csv_of(compare(queries.list_answers(audience, months)))
    answer = Response(content, content_type="text/csv; charset=utf-8")
    name = f"survey-{audience.call.code}-{months}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _asked_months(audience: Audience) -> int | None:
    """What the address asks for, else the first; None where the call asks nobody."""
    asked_after = audience.call.plan.survey_months
    asked = request.args.get("months", "")
    return next((months for months in asked_after if str(months) == asked), next(iter(asked_after), None))


def _asks_nobody() -> Any:
    flash(str(_("This call asks nobody afterwards.")), "info")
    return redirect(url_for(".calls"), 303)


def _response(group: Group, counts: Any) -> dict[str, Any]:
    asked = sum(counts[group, state] for state in SurveyState)
    answered = counts[group, SurveyState.ANSWERED]
    rate = Decimal(answered) / asked if asked else None
    return {"group": group, "asked": asked, "answered": answered, "rate": rate}


def _shown(line: Compared, value: Decimal | None, audience: Audience) -> str:
    """A value of the results in the reader's words."""
    if value is None:
        return "–"
    if line.kind in {Kind.YES_NO, Kind.CHOICE}:
        return percent(value, 1)
    if line.kind is Kind.MONEY:
        return money(Money(int(value.to_integral_value()), audience.call.programme.plan.currency))
    return number(value, 1)
