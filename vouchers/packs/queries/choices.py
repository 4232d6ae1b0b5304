"""What a person may ask a pack of."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.queries import list_programme_codes
from vouchers.regions.queries import list_regions_of
from vouchers.users.mandate import Mandate, mandate_of
from vouchers.users.states import Role

WHOLE = "-/-"
"""The whole office, as a scope."""


def reach_of(actor: Any) -> Mandate:
    """All for administrators; for others what their mandates as auditors cover."""
    if actor.holds({Role.ADMINISTRATOR}):
        return Mandate(frozenset({(None, None)}))
    return mandate_of(actor, {Role.AUDITOR})


def list_scopes(reach: Mandate) -> list[tuple[str, Sentence | str]]:
    """(scope, label) of all that may be asked for: ``PROGRAMME/REGION``, ``-`` for all."""
    scopes: list[tuple[str, Sentence | str]] = []
    if (None, None) in reach.pairs:
        scopes.append((WHOLE, _("The whole office")))
    for programme in list_programme_codes():
        if not reach.covers_programme(programme):
            continue
        allowed = reach.regions_in(programme)
        if allowed is None:
            scopes.append((f"{programme}/-", _("%(programme)s, all regions", programme=programme)))
        for region in list_regions_of([programme]):
            if allowed is None or region.code in allowed:
                label = _("%(programme)s, %(region)s", programme=programme, region=region.name)
                scopes.append((f"{programme}/{region.code}", label))
    return scopes


def parts_of(scope: str) -> tuple[str | None, str | None]:
    """Programme and region of a scope; None for all."""
    programme, _slash, region = scope.partition("/")
    return (None if programme == "-" else programme), (None if region == "-" else region)
