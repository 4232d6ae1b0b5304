"""The public page on which anybody verifies a receipt: it shows no content and no name."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request

from vouchers.applications.queries.receipts import find_receipt
from vouchers.applications.rules.receipts import Given, Spellings, find_hashes, find_numbers, list_differences
from vouchers.core.choices import FileField
from vouchers.core.errors import RuleBroken
from vouchers.core.fields import LongTextField, TextField
from vouchers.core.formatting import cities, long_days
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.core.web import public
from vouchers.users.forms import time_zones
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
    def given(self) -> Given:
        """All that was given; of a PDF, what its description says in plain letters."""
        read = self.file.data.stream.read(MOST_READ).decode("latin-1") if self.file.data else ""
        return Given(self.number.data or "", self.sha256.data or "", self.text.data or "", read)


@blueprint.route("/receipts", methods=["GET", "POST"])
@public
@limiter.limit(SIGN_IN, methods=["POST"])
def verify() -> Any:
    """Say whether this number was given for this hash, and when, and what else was given that does not agree."""
    form, asked, found, differences = VerifyReceiptForm(), None, None, []
    if request.method == "POST" and form.validate():
        given = form.given
        numbers, hashes = find_numbers(given.everything), find_hashes(given.everything)
        if numbers and hashes:
            asked, found = numbers[0], find_receipt(numbers, hashes)
            differences = list_differences(given, found, _spellings(found.received_at, given.text)) if found else []
        else:
            form.refuse(RuleBroken(_("Enter the number and the hash as they stand on the receipt."), field="number"))
    page = {"form": form, "number": asked, "found": found, "differences": differences}
    return render_template("applications/verify.html", **page), 422 if form.problems else 200


def _spellings(at: datetime, text: str) -> Spellings:
    """How a receipt writes this moment: in UTC, and on the clocks of the cities that the text names."""
    zones = [zone for zone, _name in time_zones() if any(city in text for city in cities(zone))]
    local = [at.astimezone(ZoneInfo(zone)) for zone in {"UTC", *zones}]
    days = {spelling for one in local for spelling in (f"{one:%Y-%m-%d}", *long_days(one.date()))}
    times = {f"{one:{pattern}}" for one in local for pattern in ("%H:%M", "%H:%M:%S")}
    return Spellings(frozenset(days), frozenset(times))
