"""The rules of the 360Giving Data Standard 1.2 for a package and its grants, as its reference documentation states
them: what must be there, of which kind, and which words are allowed. Written from the documentation, not from our code.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

DAY = re.compile(r"[0-9]{4}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])")
REQUIRED = ("id", "title", "description", "currency", "amountAwarded", "awardDate", "fundingOrganization")
TEXTS = ("id", "title", "description", "currency", "awardDate", "fromOpenCall", "dataSource", "dateModified", "url")
NUMBERS = ("amountAwarded", "amountAppliedFor", "amountDisbursed")
LISTS = (
    "plannedDates", "actualDates", "recipientOrganization", "beneficiaryLocation", "fundingOrganization",
    "grantProgramme", "classifications", "relatedDocument",
)  # fmt: skip
KNOWN = {*TEXTS, *NUMBERS, *LISTS, "recipientIndividual"}
ORGANISATION = {
    "id", "name", "department", "streetAddress", "addressLocality", "addressRegion", "addressCountry", "postalCode",
    "companyNumber", "charityNumber", "url", "description",
}  # fmt: skip


def faults_of_package(package: Any) -> list[str]:
    """What a validator would find; empty: valid."""
    found = []
    if not re.fullmatch(r"\d+\.\d+", package.get("version", "")):
        found.append("version")
    if not package.get("publisher", {}).get("name"):
        found.append("publisher.name")
    found += [name for name in ("title", "identifier") if not isinstance(package.get(name), str)]
    found += [name for name in ("license", "downloadURL", "accessURL") if not is_uri(package.get(name))]
    if not is_day(package.get("issued")):
        found.append("issued")
    grants = package.get("grants")
    if not isinstance(grants, list) or not grants:
        return [*found, "grants"]
    if len({repr(one) for one in grants}) < len(grants) or len({one.get("id") for one in grants}) < len(grants):
        found.append("grants are not unique")
    return found + [f"{one.get('id')}: {fault}" for one in grants for fault in faults_of_grant(one)]


def faults_of_grant(grant: Any) -> list[str]:
    """What a validator would find in one grant."""
    found = [f"{name} is missing" for name in REQUIRED if name not in grant]
    found += [f"{name} is unknown" for name in grant if name not in KNOWN]
    found += [f"{name} is no text" for name in TEXTS if name in grant and not isinstance(grant[name], str)]
    found += [f"{name} is empty" for name in ("id", "title", "description") if not grant.get(name)]
    found += [name for name in NUMBERS if name in grant and not isinstance(grant[name], (int, Decimal))]
    found += [f"{name} is no list" for name in LISTS if name in grant and not isinstance(grant[name], list)]
    if ("recipientOrganization" in grant) == ("recipientIndividual" in grant):
        found.append("neither or both kinds of recipient")
    if not re.fullmatch("[A-Z]{3}", grant.get("currency", "")):
        found.append("currency")
    if not is_day(grant.get("awardDate")):
        found.append("awardDate")
    if grant.get("fromOpenCall", "Yes") not in ("Yes", "No"):
        found.append("fromOpenCall")
    if "dateModified" in grant and not is_moment(grant["dateModified"]):
        found.append("dateModified")
    found += [name for name in ("dataSource", "url") if name in grant and not is_uri(grant[name])]
    for one in [*grant.get("recipientOrganization", []), *grant.get("fundingOrganization", [])]:
        found += _faults_of_organisation(one)
    individual = grant.get("recipientIndividual")
    if individual is not None and not (individual.get("id") and individual.get("name")):
        found.append("recipientIndividual")
    for planned in grant.get("plannedDates", []):
        found += [
            f"plannedDates.{name}" for name in planned if name in ("startDate", "endDate") and not is_day(planned[name])
        ]
    for place in grant.get("beneficiaryLocation", []):
        if not re.fullmatch("[A-Z]{2}", place.get("countryCode", "XX")):
            found.append("countryCode")
    for part in grant.get("grantProgramme", []):
        if "url" in part and not is_uri(part["url"]):
            found.append("grantProgramme.url")
    return found


def _faults_of_organisation(one: Any) -> list[str]:
    found = [f"organisation.{name}" for name in ("id", "name") if not isinstance(one.get(name), str) or not one[name]]
    found += [f"organisation.{name} is unknown" for name in one if name not in ORGANISATION]
    return found + [f"organisation.{name} is no text" for name, value in one.items() if not isinstance(value, str)]


def is_day(text: Any) -> bool:
    """A day, or a whole moment."""
    return isinstance(text, str) and (DAY.fullmatch(text) is not None or is_moment(text))


def is_moment(text: Any) -> bool:
    """A moment with its zone (RFC 3339)."""
    if not isinstance(text, str) or "T" not in text:
        return False
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00")).tzinfo is not None
    except ValueError:
        return False


def is_uri(text: Any) -> bool:
    """An absolute address."""
    return isinstance(text, str) and bool(urlsplit(text).scheme and urlsplit(text).netloc)
