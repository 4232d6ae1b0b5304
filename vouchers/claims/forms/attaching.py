"""What is asked of whoever attaches a file to a claim."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.claims.models import Claim
from vouchers.claims.rules.reporting import answer_purposes
from vouchers.core.choices import FileField, SelectField, only_one
from vouchers.core.fields import Text
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.documents.models import Document


class AttachForm(BaseForm):
    """A file, what it is, the cost that it proves, and the file whose place it takes, if any."""

    purpose = SelectField(_("What is it?"), missing=_("Choose what the file is"))
    line = SelectField(
        _("Which cost does it prove?"),
        hint=_("Each cost needs its invoice or ticket. It may have further files, such as the proof that you paid it."),
        placeholder=_("None in particular"),
    )
    replaces = SelectField(
        _("Does it replace a file?"),
        hint=_("The file that you choose is taken off the claim. Every other file stays."),
        placeholder=_("No, keep every file"),
    )
    file = FileField(
        _("File"),
        hint=_("PDF, PNG, JPEG, DOCX or XLSX."),
        missing=_("Choose a file"),
        accept=".pdf,.png,.jpg,.jpeg,.docx,.xlsx",
    )

    @classmethod
    def of(cls, claim: Claim, documents: Sequence[Document], *, line_id: str = "", purpose: str = "") -> AttachForm:
        """The form of a claim with these files, with a cost or a kind of document chosen already."""
        asked = claim.agreement.application.instrument.plan.claim_documents
        names = {one.code: one.name for one in claim.agreement.application.instrument.plan.claim.deliverables}
        delivered = [(one.purpose, str(names[one.code])) for one in claim.delivered if one.code in names]
        purposes: list[tuple[str, Text]] = [*((one.code, str(one.name)) for one in asked), *delivered]
        purposes = purposes or [("evidence", _("Evidence"))]
        first = asked[0].code if asked and line_id else ""
        purposes += [(code, _("With your answer to the question")) for code in answer_purposes(claim.stops)]
        form = cls(data={"line": line_id, "purpose": purpose or first or only_one(purposes)})
        form.purpose.choices = purposes
        form.line.choices = [(line.id, f"{line.supplier}, {line.invoice_number}") for line in claim.costs]
        kinds = {str(choice[0]): str(choice[1]) for choice in form.purpose.choices}
        form.replaces.choices = [
            (one.id, f"{kinds[one.purpose]}: {one.filename}" if one.purpose in kinds else one.filename)
            for one in documents
        ]
        if not documents:
            del form.replaces
        return form

    @property
    def line_id(self) -> int | None:
        """The cost that was chosen."""
        return int(self.line.data) if self.line.data else None

    @property
    def replaced_id(self) -> int | None:
        """The file that was chosen."""
        return int(self.replaces.data) if self.replaces and self.replaces.data else None
