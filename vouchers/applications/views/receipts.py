"""The public page on which anybody verifies a receipt: it shows no content and no name."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from vouchers.applications.queries.receipts import find_receipt
from vouchers.applications.rules.receipts import find_hashes, find_number
from vouchers.core.choices import FileField
from vouchers.core.errors import RuleBroken
from vouchers.core.fields import LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.core.web import public
from vouchers.users.limits import SIGN_IN, limiter

blueprint = Blueprint("receipts", __name__)
MOST_READ = 5_000_000
"""Octets of a receipt that are looked at; ours have some tens of thousands."""


class VerifyReceiptForm(BaseForm):
    """Number and hash, or whatever both stand in."""

    number = TextField(_("Receipt number"), hint=_("Like R-IN2-2026-000001"), width=20, max_length=40)
    sha256 = TextField(_("SHA-256 of the content"), hint=_("64 digits and letters"), max_length=100)
    text = LongTextField(
        _("Or paste the receipt"), hint=_("The whole text of the page or of the letter"), max_length=20_000, rows=4
    )
    file = FileField(_("Or choose the receipt that you downloaded (PDF)"), accept=".pdf")

    @property
    def everything(self) -> str:
        """All that was given, as one text; of a PDF, what its description says in plain letters."""
        read = self.file.data.stream.read(MOST_READ).decode("latin-1") if self.file.data else ""
        return "\n".join((self.number.data or "", self.sha256.data or "", self.text.data or "", read))


@blueprint.route("/receipts", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def verify() -> Any:
    """Say whether this number was given for this hash, and when."""
    form, given, found = VerifyReceiptForm(), None, None
    if request.method == "POST" and form.validate():
        everything = form.everything
        number, hashes = find_number(everything), find_hashes(everything)
        if number and hashes:
            given, found = number, find_receipt(number, hashes)
        else:
            form.refuse(RuleBroken(_("Enter the number and the hash as they stand on the receipt."), field="number"))
    status = 422 if form.problems else 200
    return render_template("applications/verify.html", form=form, number=given, found=found), status
