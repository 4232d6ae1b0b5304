"""What is submitted, word for word, as canonical JSON; its SHA-256 stands on the receipt."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime
from typing import Any

from vouchers.applications.rules.asking import file_answers, is_submitted_file, shown_sections, with_files
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.digest import canonical_json, content_digest
from vouchers.programmes.rules.form_plan import Form
from vouchers.programmes.rules.question_types import read_answer

FORMAT = "application/1"
ORGANISATION = (
    "name", "country", "vat_number", "register_number", "street", "building", "post_code", "town", "website",
)  # fmt: skip
"""What is kept of the organisation."""
PARTNER = ("name", "vat_number", "register_number", "contact", "function", "email")
"""What is kept of a partner that confirmed."""
_form_digests: dict[tuple[str, str], str] = {}


def declaration() -> Sentence:
    """What the applicant declares by submitting."""
    return _(
        "What this application says is true and complete. I may submit it for the organisation, and I know that the "
        "voucher can be claimed back if it is not so."
    )


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """One file as it was submitted."""

    id: int
    purpose: str
    filename: str
    media_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Content:
    """One submission. `answers` are canonical, by question code, of the questions that were asked."""

    reference: str
    programme: str
    call: str
    call_digest: str
    form: str
    form_digest: str
    instrument: str
    region: str
    organisation: Mapping[str, str]
    answers: Mapping[str, Any]
    documents: Sequence[AttachedFile]
    declaration: str
    submitted_at: str
    submitted_by: str
    partners: Sequence[Mapping[str, str]] = ()
    """Who confirmed to apply together, where the call asks for partners."""

    def as_text(self) -> str:
        """Canonical JSON: sorted keys, no spaces, plain ASCII."""
        parts = {part.name: getattr(self, part.name) for part in fields(self)}
        if not self.partners:
            del parts["partners"]
        return canonical_json({"format": FORMAT, **parts, "documents": [asdict(one) for one in self.documents]})


def content_of(
    application: Any,
    answers: Mapping[str, Any],
    documents: Sequence[Any],
    *,
    partners: Sequence[Any] = (),
    by: Any,
    at: datetime,
) -> Content:
    """What is submitted at this moment: the answers to what was asked, the files, the organisation as it is now."""
    call, organisation = application.call, application.organisation
    form, whole = call.plan.form, with_files(call.plan.form, answers, documents)
    shown = {
        question.code: question
        for asked in shown_sections(form, application.instrument.code, whole)
        for question in asked.questions
    }
    return Content(
        reference=application.reference,
        programme=call.programme.code,
        call=call.code,
        call_digest=call.digest,
        form=form.code,
        form_digest=form_digest(call.digest, form),
        instrument=application.instrument.code,
        region=application.region.code,
        organisation={column: getattr(organisation, column) for column in ORGANISATION},
        answers={code: read_answer(question, whole.get(code)) for code, question in shown.items()},
        documents=[attached(one) for one in documents if is_submitted_file(one.purpose, shown)],
        declaration=declaration().source,
        submitted_at=at.isoformat(),
        submitted_by=by.name,
        partners=[{column: getattr(one, column) for column in PARTNER} for one in partners],
    )


def attached(document: Any) -> AttachedFile:
    """A stored file as it is submitted."""
    return AttachedFile(
        document.id, document.purpose, document.filename, document.media_type, document.size, document.sha256
    )


def amended(
    content: Content, answers: Mapping[str, Any], files: Sequence[AttachedFile], *, by: Any, at: datetime
) -> Content:
    """The next version: these answers and files are its own; all else, the form too, is as it was submitted."""
    return replace(
        content,
        answers={**content.answers, **answers, **file_answers(files)},
        documents=files,
        submitted_at=at.isoformat(),
        submitted_by=by.name,
    )


def read_content(text: str) -> Content:
    """A stored submission."""
    stored = json.loads(text)
    stored.pop("format")
    stored["documents"] = tuple(AttachedFile(**one) for one in stored["documents"])
    return Content(**stored)


def sha256_of(text: str) -> str:
    """The hash on the receipt, in hex."""
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def form_digest(call_digest: str, form: Form) -> str:
    """The fingerprint of the form; computed once for each content of a call."""
    key = (call_digest, form.code)
    if key not in _form_digests:
        _form_digests[key] = content_digest(form)
    return _form_digests[key]


def number_prefix(programme_code: str) -> str:
    """How a programme's numbers begin: ``IN2`` of in2lifesciences, ``FASI`` of fasilis."""
    short = re.match(r"[a-z]{1,4}[0-9]{1,2}|[a-z]{1,4}", programme_code.lower())
    return (short[0] if short else programme_code[:4]).upper()
