"""The declaration of aid on paper."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask_babel import force_locale

from vouchers.core.formatting import moment
from vouchers.core.text import say as _
from vouchers.documents import pages
from vouchers.eligibility.rules.papers import OWN
from vouchers.organisations.models import Organisation

LANGUAGE = "en"
"""Declarations have one binding language."""


def declaration_pdf(
    organisation: Organisation, content: Mapping[str, Any], *, signed_name: str, account: str, sha256: str, at: datetime
) -> bytes:
    """The signed declaration as a file; the same content gives the same bytes.

    Args:
        account: the name of the account that signed, beside the name that was typed.
    """
    region = organisation.region
    with force_locale(LANGUAGE):
        title = _("Declaration of de minimis aid received")
        story: list[Any] = [
            pages.title(title),
            pages.paragraph(
                _(
                    "Regulation (EU) 2023/2831, Article 7(4). The undertaking declares all de minimis aid that it and "
                    "the firms with it have received in the last three years."
                )
            ),
            pages.key_values(
                [
                    (_("Company"), organisation.name),
                    (_("Number"), organisation.vat_number or organisation.register_number),
                    (_("Firms that count as one undertaking with it"), ", ".join(content["members"]) or _("None")),
                ]
            ),
            pages.heading(_("Aid received")),
            _entries(organisation, content),
            pages.paragraph(DECLARED),
            pages.signature_block([pages.Signatory(_("For the company"), signed_name, moment(at, region.time_zone))]),
            pages.key_values([(_("Signed with the account of"), account)]),
        ]
        return pages.build_pdf(
            story,
            title=title,
            author=organisation.name,
            language=LANGUAGE,
            letterhead=pages.Letterhead(
                organisation.name,
                (f"{organisation.street} {organisation.building}", f"{organisation.post_code} {organisation.town}"),
                "",
            ),
            created_at=at,
            fingerprint=sha256,
        )


def _entries(organisation: Organisation, content: Mapping[str, Any]) -> Any:
    if not content["entries"]:
        return pages.paragraph(_("No de minimis aid was received in the last three years."))
    return pages.table(
        [_("Receiver"), _("Granted on"), _("Country"), _("Granted by"), _("Regulation"), _("Amount (EUR)")],
        [
            (
                organisation.name if one["undertaking"] == OWN else one["undertaking"],
                one["granted_on"],
                one["member_state"],
                one["granted_by"],
                one["regulation"],
                one["amount"],
            )
            for one in content["entries"]
        ],
        shares=[0.24, 0.14, 0.09, 0.23, 0.14, 0.16],
        numeric=[5],
    )


DECLARED = _(
    "I declare that this is complete and true, and that the company will report at once any further aid that is "
    "granted before the voucher is."
)
