"""A voucher as a grant of the 360Giving Data Standard 1.2 (JSON). Pure.

Amounts are JSON numbers with two decimals, written from whole cents: no binary fraction comes between. Who is a natural
person is a `recipientIndividual` without a name, as the standard asks for.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, date
from typing import Any

from vouchers.core.money import Money
from vouchers.programmes.rules.plan import ProgrammePlan
from vouchers.publishing.rules.granted import Granted

VERSION = "1.2"
_REGISTERS = {
    "BE": ("BE-BCE_KBO", r"BE([01][0-9]{9})", r"([01][0-9]{9})"),
    "DK": ("DK-CVR", r"DK([0-9]{8})", r"([0-9]{8})"),
    "NL": ("NL-KVK", None, r"([0-9]{8})"),
    "GB": ("GB-COH", None, r"([A-Z0-9]{2}[0-9]{6})"),
}
"""Country -> its register at org-id.guide, and where its number stands in the VAT and in the register number."""


def package_json(programme: ProgrammePlan, *, title: str, page: str, file: str, issued_on: date) -> str:
    """The package that the grants stand in, as JSON without its end: what follows is the list of grants."""
    about = {
        "version": VERSION,
        "title": title,
        "identifier": f"{prefix_of(programme)}-vouchers",
        "publisher": {"name": _line(programme.name.in_language(programme.languages[0]))}
        | ({"website": programme.website} if programme.website else {}),
        "license": programme.publishing.licence,
        "issued": issued_on.isoformat(),
        "downloadURL": file,
        "accessURL": page,
    }
    return _dump(about)[:-1] + ',"grants":['


def grant_json(one: Granted, page: str) -> str:
    """One grant. `page` is the address of its call."""
    about = _dump(_grant(one, page))[:-1]
    return f'{about},"amountAwarded":{_number(one.amount)},"amountDisbursed":{_number(one.paid)}}}'


def _grant(one: Granted, page: str) -> dict[str, Any]:
    language, prefix = one.programme.languages[0], prefix_of(one.programme)
    place = one.place
    return {
        "id": f"{prefix}-{one.reference}",
        "title": one.title or one.reference,
        "description": one.purpose_in(language),
        "currency": one.amount.currency,
        "awardDate": one.awarded_on.isoformat(),
        **_dates(one.starts_on, one.ends_on),
        **_recipient(one),
        "beneficiaryLocation": [{"name": place.name.in_language(language), "countryCode": place.country}],
        "fundingOrganization": [{"id": f"{prefix}-ORG-{place.code}", "name": place.office}],
        "grantProgramme": [
            {
                "code": f"{one.programme.code}/{one.call}",
                "title": _line(one.call_title.in_language(language)),
                "url": page,
            }
        ],
        "classifications": [
            {
                "vocabulary": f"{one.programme.code} instruments",
                "code": one.instrument.code,
                "title": _line(one.instrument.name.in_language(language)),
            }
        ],
        "fromOpenCall": "Yes",
        "dataSource": page,
        "dateModified": f"{one.changed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
    }


def _dates(starts_on: date | None, ends_on: date | None) -> dict[str, Any]:
    if starts_on is None or ends_on is None:
        return {}
    return {"plannedDates": [{"startDate": starts_on.isoformat(), "endDate": ends_on.isoformat()}]}


def _recipient(one: Granted) -> dict[str, Any]:
    who, prefix = one.beneficiary, prefix_of(one.programme)
    if who.is_person:
        return {"recipientIndividual": {"id": f"{prefix}-IND-{one.reference}", "name": "Individual Recipient"}}
    return {
        "recipientOrganization": [
            {
                "id": organisation_id(who.country, who.vat_number, who.register_number) or f"{prefix}-ORG-{who.id}",
                "name": who.name,
                "addressLocality": who.town,
                "postalCode": who.post_code,
                "addressCountry": who.country,
            }
        ]
    }


def organisation_id(country: str, vat_number: str, register_number: str) -> str:
    """The identifier of a company in the register of its country, as org-id.guide writes it; empty: not known."""
    if country not in _REGISTERS:
        return ""
    register, in_vat, in_register = _REGISTERS[country]
    number = re.sub(r"[^A-Z0-9]", "", register_number.upper())
    found = (in_vat and re.fullmatch(in_vat, vat_number, re.ASCII)) or re.fullmatch(in_register, number, re.ASCII)
    return f"{register}-{found[1]}" if found else ""


def prefix_of(programme: ProgrammePlan) -> str:
    """What identifiers of this programme begin with."""
    return programme.publishing.prefix or "360G-" + re.sub("[^A-Za-z0-9]", "", programme.code)


def _number(amount: Money) -> str:
    """As JSON writes a number: ``4000.00``."""
    return amount.plain


def _line(text: str) -> str:
    return " ".join(text.split())


def _dump(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
