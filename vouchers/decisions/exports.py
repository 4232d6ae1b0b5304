"""Feedback reports as files: what the experts say of an application, without their names."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, BinaryIO

from flask_babel import force_locale

from vouchers.applications.models import Application
from vouchers.core.formatting import moment
from vouchers.core.text import say as _
from vouchers.decisions.models import Decision
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.queries.feedback import FAIR, Feedback, feedback_on, find_fair_score
from vouchers.decisions.queries.ranked import map_applications
from vouchers.documents import pages
from vouchers.programmes.rules.plan import Allocation


def feedback_file(application: Application, decision: Decision, *, language: str) -> bytes | None:
    """The report on one application, as PDF; None where no expert has marked it."""
    feedback = feedback_on(application, language=language)
    return None if feedback is None else feedback_pdf(application, decision, feedback, language=language)


def feedback_pdf(application: Application, decision: Decision, feedback: Feedback, *, language: str) -> bytes:
    """The report: the decision, each criterion with mark, threshold and comments, the sum, the whole."""
    region = application.region
    with force_locale(language):
        name = str(_("What the experts say: %(reference)s", reference=application.reference))
        story: list[Any] = [pages.title(name), pages.key_values(_facts(application, decision, feedback))]
        if find_fair_score(decision):
            story.append(pages.paragraph(FAIR))
        story.append(pages.heading(_("Marks")))
        story.append(
            pages.table(
                [_("Criterion"), _("Mark"), _("At least")],
                [[one.name, _marked(one.mark, is_below=one.is_below), one.threshold] for one in feedback.criteria]
                + [[_("Sum"), _marked(feedback.total, is_below=feedback.is_total_below), feedback.total_threshold]],
                shares=(0.6, 0.2, 0.2),
                numeric=(1, 2),
            )
        )
        for one in feedback.criteria:
            story += [pages.subheading(one.name), pages.bullets(one.comments)]
        story += [pages.subheading(_("The whole")), pages.bullets(feedback.comments)]
        return pages.build_pdf(
            story,
            title=name,
            author=region.office_name,
            language=language,
            letterhead=pages.Letterhead(
                region.office_name,
                (f"{region.street} {region.building}".strip(), f"{region.post_code} {region.town}", region.email),
                application.reference,
            ),
            created_at=decision.decided_at,
        )


def _facts(application: Application, decision: Decision, feedback: Feedback) -> list[tuple[Any, Any]]:
    plan, fair = application.call.plan, find_fair_score(decision)
    rows: list[tuple[Any, Any]] = [
        (_("Organisation"), application.organisation.name),
        (_("Title"), application.title),
        (_("Call"), plan.title.for_reader()),
        (_("Decision"), decision.state.label),
        (_("Decided on"), moment(decision.decided_at, application.region.time_zone)),
        (_("Score"), fair.raw if fair else feedback.score),
    ]
    if fair:
        rows.append((_("Score corrected for harsh and mild experts"), fair.corrected))
    publishes = application.call.programme.plan.rules.publish_winners and plan.allocation is not Allocation.LOTTERY
    if publishes and decision.rank:
        rows.append((_("Place"), str(decision.rank)))
    if decision.reason:
        rows.append((_("Reason"), decision.reason))
    return rows


def _marked(mark: str, *, is_below: bool) -> str:
    return f"{mark} ({_('Below')})" if is_below else mark


def feedback_zip(
    application_ids: Sequence[int], stream: BinaryIO, *, language: str, at: datetime, note: Callable[[int], None]
) -> None:
    """Write the reports on these applications into a file, some at a time; those that no expert has marked are left
    out.

    Args:
        note: is told how many applications have been looked at, after each part.
    """
    with zipfile.ZipFile(stream, "w") as package:
        for start in range(0, len(application_ids), REPORTS_AT_ONCE):
            part = application_ids[start : start + REPORTS_AT_ONCE]
            found = map_applications(part)
            for application in (found[key] for key in part if key in found):
                decision = find_decision(application.id)
                content = feedback_file(application, decision, language=language) if decision else None
                if content is not None:
                    package.writestr(zipfile.ZipInfo(f"{application.reference}.pdf", at.timetuple()[:6]), content)
            note(start + len(part))


REPORTS_AT_ONCE = 50
"""Reports between two notes of progress: half a second of work."""
