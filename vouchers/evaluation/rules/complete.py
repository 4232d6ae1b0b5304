"""What a score sheet still lacks before it may be submitted: all of it at once, each with its field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from vouchers.core.errors import RuleBroken, ensure_none
from vouchers.core.text import say as _
from vouchers.evaluation.rules.scoring import read_mark
from vouchers.programmes.rules.plan import Criterion, Marking

Marks = Mapping[str, Mapping[str, str | None]]
"""Criterion code -> mark and comment as they are stored."""


def list_gaps(marks: Marks, overall_comment: str, marking: Marking) -> Iterator[RuleBroken]:
    """What a sheet or a consensus lacks, in the order of the page. Of scope, see `vouchers.evaluation.rules.scope`."""
    yield from _gaps_of_criteria(marks, marking.criteria, marking.comment_min, marking.comment_max)
    if not overall_comment.strip():
        yield RuleBroken(_("Say in a few words what you think of the whole"), field="overall_comment")


def ensure_complete(marks: Marks, criteria: Sequence[Criterion], *, least: int = 1, most: int = 3000) -> None:
    """Every criterion has a mark and a comment.

    Args:
        least, most: characters of a comment, blanks at its ends not counted.

    Raises:
        RuleBroken: of the first that lacks one or has no mark (field ``mark-CODE`` or ``comment-CODE``), with the
            others in `besides`.
    """
    ensure_none(_gaps_of_criteria(marks, criteria, least, most))


def _gaps_of_criteria(marks: Marks, criteria: Sequence[Criterion], least: int, most: int) -> Iterator[RuleBroken]:
    for criterion in criteria:
        given = marks.get(criterion.code) or {}
        yield from _gap_of_mark(criterion, given.get("mark"))
        yield from _gap_of_comment(criterion, str(given.get("comment") or ""), least=least, most=most)


def _gap_of_mark(criterion: Criterion, mark: str | None) -> Iterator[RuleBroken]:
    field = f"mark-{criterion.code}"
    if not mark:
        yield RuleBroken(_("Give a mark for “%(criterion)s”", criterion=criterion.name), field=field)
        return
    try:
        read_mark(mark)
    except RuleBroken as broken:
        yield RuleBroken(broken.sentence, field=field)


def _gap_of_comment(criterion: Criterion, comment: str, *, least: int, most: int) -> Iterator[RuleBroken]:
    length, field = len(comment.strip()), f"comment-{criterion.code}"
    if not length:
        sentence = _("Say in a comment why you give this mark for “%(criterion)s”", criterion=criterion.name)
        yield RuleBroken(sentence, field=field)
    elif length < least or length > most:
        sentence = _(
            "The comment on “%(criterion)s” has %(length)s characters; it needs %(least)s to %(most)s.",
            criterion=criterion.name,
            length=length,
            least=least,
            most=most,
        )
        yield RuleBroken(sentence, field=field)
