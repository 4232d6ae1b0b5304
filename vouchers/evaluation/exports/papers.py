"""The score sheet on paper, for the expert who filled it in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.core.formatting import moment
from vouchers.core.languages import language
from vouchers.core.text import say as _
from vouchers.documents import pages
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import get_pinned_content
from vouchers.evaluation.states import AssignmentState


def sheet_pdf(assignment: Assignment, *, at: datetime, zone: str) -> bytes:
    """The sheet as it stands, submitted or not, in the language of the page that asked for it."""
    application = assignment.application
    marking, region = application.call.plan.marking, application.region
    assert marking is not None  # nobody is assigned without
    title = _("Score sheet of %(reference)s", reference=application.reference)
    story: list[Any] = [pages.title(title), pages.key_values(_facts(assignment, zone))]
    for criterion in marking.criteria:
        given = assignment.marks.get(criterion.code) or {}
        story.append(pages.heading(f"{criterion.name.for_reader()}: {given.get('mark') or '–'}"))
        story.append(pages.paragraph(str(given.get("comment") or "–")))
    if marking.scope_question is not None:
        answer = "–" if assignment.is_in_scope is None else _("Yes") if assignment.is_in_scope else _("No")
        story.append(pages.heading(marking.scope_question.for_reader()))
        story.append(pages.paragraph(answer))
        if assignment.scope_comment:
            story.append(pages.paragraph(assignment.scope_comment))
    story += [pages.heading(_("The whole")), pages.paragraph(assignment.overall_comment or "–")]
    return pages.build_pdf(
        story,
        title=title,
        author=region.office_name,
        language=language(),
        letterhead=pages.Letterhead(region.office_name, (region.email,), application.reference),
        created_at=at,
    )


def _facts(assignment: Assignment, zone: str) -> list[tuple[Any, Any]]:
    application, content = assignment.application, get_pinned_content(assignment)
    is_submitted = assignment.state == AssignmentState.SUBMITTED and assignment.submitted_at is not None
    return [
        (_("Title"), str(content.answers.get("title") or "–")),
        (_("Call"), application.call.plan.title.for_reader()),
        (_("Expert"), assignment.expert.user.name),
        (
            _("Submitted"),
            moment(assignment.submitted_at, zone) if is_submitted else _("Draft: not submitted yet"),
        ),
    ]
