"""What a mandate may be: its period and its end, and who may hold it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.users.states import Role

LONGEST = timedelta(days=6 * 366)
"""An auditor's access does not outlast a programming period by accident."""


def ensure_period(first_on: date, last_on: date) -> None:
    """The period that is audited. Raises `RuleBroken`, field ``last_on``."""
    if last_on < first_on:
        raise RuleBroken(_("The last day of the period lies before the first one."), field="last_on")


def ensure_end(ends_at: datetime, *, at: datetime) -> None:
    """When the access ends. Raises `RuleBroken`, field ``until``."""
    if ends_at <= at:
        raise RuleBroken(_("Choose a day that is still to come: the mandate ends with it."), field="until")
    if ends_at > at + LONGEST:
        raise RuleBroken(_("A mandate lasts six years at most. Another one can be given then."), field="until")


def ensure_independent(name: str, grants: Iterable[Any], programme: str) -> None:
    """Whoever works for a programme or marks its applications does not audit it.

    Raises:
        RuleBroken: field ``email``.
    """
    for grant in grants:
        if grant.role is not Role.AUDITOR and grant.programme_code in (None, programme):
            raise RuleBroken(
                _(
                    "%(name)s is “%(role)s” in this programme, so somebody else must audit it.",
                    name=name,
                    role=grant.role.label,
                ),
                field="email",
            )


def ensure_without_interest(name: str, organisations: Collection[str]) -> None:
    """Whoever acts for a company that applied to a programme, or is paid by it, does not audit it.

    Args:
        organisations: the names of those for which the person acts.

    Raises:
        RuleBroken: field ``email``.
    """
    if organisations:
        raise RuleBroken(
            _(
                "%(name)s acts for %(organisations)s, which has to do with this programme, so somebody else must "
                "audit it.",
                name=name,
                organisations=", ".join(sorted(organisations)),
            ),
            field="email",
        )


def ensure_regions(codes: Collection[str], known: Collection[str]) -> None:
    """Each region is one of the programme's. Raises `RuleBroken`, field ``regions``."""
    unknown = sorted(set(codes) - set(known))
    if unknown:
        raise RuleBroken(
            _("There is no region with the code %(code)s.", code=", ".join(unknown)),
            field="regions",
        )
