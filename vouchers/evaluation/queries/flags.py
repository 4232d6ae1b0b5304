"""What the manager of an application should know of its marking before anything is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from vouchers.applications.models import Application
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import COUNTED, SUBMITTED
from vouchers.evaluation.queries.blinding import Told, list_told
from vouchers.evaluation.queries.versions import VersionsRead, number_versions
from vouchers.evaluation.rules.scope import ScopeAnswers, count_scope
from vouchers.evaluation.rules.unsubmitting import UNDECIDED


@dataclass(frozen=True, slots=True)
class Flags:
    """Names that a blind call should not tell, answers on scope, versions that were read, experts still to find."""

    told: Sequence[Told]
    scope: ScopeAnswers
    outside: Sequence[Assignment]
    """Submitted sheets that say that the application is not within the scope."""
    versions: VersionsRead
    missing: int
    """Experts who are still to be found, once the evaluation has begun."""


def flags_of(application: Application, assignments: Sequence[Assignment], language: str) -> Flags:
    """What stands out on this application."""
    submitted = [one for one in assignments if one.state == SUBMITTED]
    counted = sum(one.state in COUNTED for one in assignments)
    wanted = application.instrument.plan.experts_per_application
    return Flags(
        told=list_told(application, language=language),
        scope=count_scope([one.is_in_scope for one in submitted]),
        outside=[one for one in submitted if one.is_in_scope is False],
        versions=number_versions(application, assignments),
        missing=max(0, wanted - counted) if assignments and application.state in UNDECIDED else 0,
    )
