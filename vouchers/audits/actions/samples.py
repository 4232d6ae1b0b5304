"""Samples: planned, drawn by a job, filled in unit by unit, concluded."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from vouchers.audits.lifecycle import SAMPLE
from vouchers.audits.models import Mandate, Sample, SampleUnit
from vouchers.audits.queries import populations, samples
from vouchers.audits.rules.drawing import Draw
from vouchers.audits.rules.parameters import Parameters, ensure_known, ensure_sound
from vouchers.audits.rules.populations import Population
from vouchers.audits.rules.projecting import ensure_error
from vouchers.audits.rules.records import stratum_as_json
from vouchers.audits.rules.results import ensure_all_entered, ensure_systemic, result_of
from vouchers.audits.rules.sizes import size_of
from vouchers.audits.states import Basis, ErrorKind
from vouchers.core.clock import office_day
from vouchers.core.database import db, unit_of_work
from vouchers.core.money import Money
from vouchers.core.numbering import numbered
from vouchers.documents.actions import KeptFile, add_document
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


def plan_sample(
    mandate: Mandate, basis: Basis, wanted: Parameters, seed: str = "", *, by: User, at: datetime
) -> Sample:
    """Fix how a sample will be drawn, and from which seed, before anybody knows what it will hit.

    Args:
        seed: empty: one is made here.

    Raises:
        RuleBroken: the parameters do not fit together, or not to the population as it is now.
    """
    ensure_sound(wanted)
    with unit_of_work():
        currency = populations.currency_of(mandate)
        strata = populations.list_strata(mandate, basis, wanted.strata_by)
        ensure_known(wanted, [one.code for one in strata])
        size_of(wanted, strata, currency)
        sample = Sample(
            number=numbered("S", office_day(at).year),
            mandate=mandate,
            basis=basis,
            parameters=wanted.as_json(),
            seed=seed or secrets.token_hex(16),
            currency=currency,
            planned_at=at,
        )
        with creation(sample, SAMPLE.plan, by=by, at=at):
            return sample


def order_sample(sample: Sample, *, by: User, at: datetime) -> None:
    """Have it drawn: a job reads the population from the books and keeps it as a file."""
    with transition(sample, SAMPLE.order, by=by, at=at) as step:
        sample.done, sample.problem = 0, ""
        step.enqueue("audits.draw_sample", sample_id=sample.id)


def report_draw(sample: Sample, done: int, *, by: Any, at: datetime) -> None:
    """Note how many units of the population were read. Raises `WrongState` when another worker has drawn it."""
    with transition(sample, SAMPLE.report, by=by, at=at):
        sample.done = done


def fail_draw(sample: Sample, problem: str, *, by: Any, at: datetime) -> None:
    """The books have changed so that it cannot be drawn as planned: say why."""
    with transition(sample, SAMPLE.fail, by=by, at=at, why=problem):
        sample.problem = problem


def keep_draw(sample: Sample, draw: Draw, population: Population, file: KeptFile, *, by: Any, at: datetime) -> None:
    """Keep what was drawn, and the population from which. Raises `WrongState` when another worker has drawn it."""
    with transition(sample, SAMPLE.draw, by=by, at=at) as step:
        sample.drawn_at, sample.done = at, len(population)
        sample.population_count, sample.population_cents = len(population), sum(population.cents)
        sample.negative_count, sample.negative_cents = population.negative_count, population.negative_cents
        sample.population_sha256 = file.sha256
        sample.strata = [stratum_as_json(one) for one in draw.strata]
        db.session.execute(insert(SampleUnit), _rows(sample, draw, population))
        add_document(
            file, purpose="population", subject_kind="sample", subject_id=sample.id, step_id=step.id, by_id=None, at=at
        )


def _rows(sample: Sample, draw: Draw, population: Population) -> list[dict[str, Any]]:
    rows = []
    for one in draw.units:
        group = population.groups[population.group_of[one.place]]
        rows.append(
            {
                "sample_id": sample.id,
                "place": one.place + 1,
                "reference": population.references[one.place],
                "region_code": group.region,
                "call_code": group.call,
                "instrument_code": group.instrument,
                "stratum": one.stratum,
                "cents": population.cents[one.place],
                "currency": sample.currency,
                "hits": one.hits,
                "point": one.point,
                "note": "",
            }
        )
    return rows


def enter_result(unit: SampleUnit, error: Money, kind: ErrorKind, note: str, *, by: User, at: datetime) -> None:
    """Say what was found in one unit; zero is a result too. What was entered before is written over, on record.

    Raises:
        RuleBroken: field ``error``.
    """
    with transition(
        unit.sample, SAMPLE.enter, by=by, at=at, why=f"{unit.reference}: {error.plain} {kind.value} {note}"
    ):
        db.session.refresh(unit)
        ensure_error(error.cents, unit.cents)
        unit.error = error
        unit.error_kind = kind if error else None
        unit.note, unit.entered_at, unit.entered_by_id = note, at, by.id


def enter_no_errors(sample: Sample, ids: Sequence[int], *, by: User, at: datetime) -> int:
    """Say of several units that they were audited and are in order; those with a result keep it. Returns how many."""
    with transition(sample, SAMPLE.enter, by=by, at=at, why="no error"):
        found = samples.list_picked(sample, ids)
        for unit in found:
            unit.error_cents, unit.entered_at, unit.entered_by_id = 0, at, by.id
        return len(found)


def conclude_sample(sample: Sample, systemic: Money, remarks: str, *, by: User, at: datetime) -> None:
    """Project what was found to the population, and fix the conclusion.

    Args:
        systemic: the extent of the systemic errors in the whole population.

    Raises:
        RuleBroken: a unit has no result, or the systemic errors are less than those in the sample (``systemic``).
    """
    with transition(sample, SAMPLE.conclude, by=by, at=at):
        units = samples.list_all_units(sample)
        ensure_all_entered(units)
        ensure_systemic(systemic.cents, units, sample.population_cents or 0)
        sample.systemic = systemic
        result = result_of(sample, units)
        sample.concluded_at, sample.conclusion = at, result.conclusion
        sample.projected_cents, sample.total_cents, sample.upper_cents = result.projected, result.total, result.upper
        sample.remarks = remarks


def discard_sample(sample: Sample, reason: str, *, by: User, at: datetime) -> None:
    """Lay it aside, with the reason; it stays where it is."""
    with transition(sample, SAMPLE.discard, by=by, at=at, why=reason):
        sample.remarks = reason
