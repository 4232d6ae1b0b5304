"""What an enrolment says, and what is still missing. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.pools.rules.terms import Asked, PoolTerms
from vouchers.pools.states import PoolKind

CV = Asked("cv", "Curriculum vitae (CV)", True)
CV_LABEL = _("Curriculum vitae (CV)")

_MISSING: dict[PoolKind, tuple[tuple[str, Sentence], ...]] = {
    PoolKind.EXPERTS: (
        ("employer", _("Enter the employer")),
        ("country", _("Choose the country")),
        ("languages", _("Choose at least one language")),
        ("expertise", _("Enter the fields of expertise")),
        ("load_limit", _("Enter how many applications you take")),
    ),
    PoolKind.PROVIDERS: (
        ("country", _("Choose the country")),
        ("contact_email", _("Enter the email address")),
        ("services", _("Enter what you offer")),
    ),
}


def files_asked(kind: PoolKind, terms: PoolTerms) -> tuple[Asked, ...]:
    """The files of a call: of an expert always the CV."""
    return (CV, *terms.files) if kind == PoolKind.EXPERTS else terms.files


def list_gaps(
    kind: PoolKind, terms: PoolTerms, content: Mapping[str, Any], files: Collection[str], *, has_fields: bool
) -> list[tuple[str, Sentence]]:
    """What must be there before it can be submitted: (``"form"`` or ``"files"``, what to do).

    Args:
        files: the purposes of the files that are attached.
        has_fields: whether the programme has a taxonomy of fields.
    """
    gaps = [("form", sentence) for name, sentence in _MISSING[kind] if not content.get(name)]
    if has_fields and not content.get("fields"):
        gaps.append(("form", _("Choose at least one field of expertise")))
    answers = content.get("answers", {})
    for question in terms.questions:
        if question.is_required and not answers.get(question.code):
            gaps.append(("form", _("Answer “%(question)s”", question=question.label)))
    for asked in files_asked(kind, terms):
        if asked.is_required and asked.code not in files:
            label = CV_LABEL if asked is CV else asked.label
            gaps.append(("files", _("Attach “%(name)s”", name=label)))
    return gaps
