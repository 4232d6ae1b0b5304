"""What is kept of conflicts of interest: found when somebody looked, cleared or confirmed by a manager."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.core.database import unit_of_work
from vouchers.evaluation.lifecycle import CONFLICT_FINDING
from vouchers.evaluation.models import ConflictFinding
from vouchers.evaluation.queries.conflicts import Looked
from vouchers.evaluation.rules.conflicts import DECLARED
from vouchers.evaluation.states import Source, Weight
from vouchers.experts.models import Expert
from vouchers.workflow.transition import creation


def keep_findings(looked: Looked, *, by: Any, at: datetime) -> list[ConflictFinding]:
    """Put what is found now on record, as far as it is not there. Returns all that is on record of the pair."""
    known = {one.key for one in looked.kept}
    with unit_of_work():
        added = [
            _new(
                ConflictFinding(
                    application=looked.application,
                    expert=looked.expert,
                    kind=one.kind,
                    fact=one.fact,
                    weight=one.weight,
                    source=one.source,
                    evidence=one.evidence.source,
                ),
                by=by,
                at=at,
            )
            for one in looked.conflicts
            if one.key not in known
        ]
        return [*looked.kept, *added]


def keep_declared(application: Application, expert: Expert, fact: str, said: str, *, by: Any, at: datetime) -> None:
    """Put the expert's own declaration on record; nobody clears it.

    Args:
        fact: where it was said: the assignment's number, or ``bid``.
        said: in the expert's words, or in the office's where the expert chose from a list.
    """
    finding = ConflictFinding(
        application=application,
        expert=expert,
        kind=DECLARED,
        fact=fact,
        weight=Weight.FORBIDS,
        source=Source.DECLARED,
        evidence=said,
    )
    _new(finding, by=by, at=at)


def _new(finding: ConflictFinding, *, by: Any, at: datetime) -> ConflictFinding:
    finding.found_at = at
    with creation(finding, CONFLICT_FINDING.find, by=by, at=at):
        return finding
