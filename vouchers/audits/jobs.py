"""What the auditors' desk does by itself: draws samples, and ends mandates whose time is over."""

from __future__ import annotations

from datetime import datetime
from tempfile import TemporaryFile
from typing import BinaryIO, cast

from flask_babel import force_locale

from vouchers.audits.actions import samples as actions
from vouchers.audits.actions.mandates import end_mandate
from vouchers.audits.exports import write_population
from vouchers.audits.queries import mandates, populations, samples
from vouchers.audits.rules.drawing import draw
from vouchers.audits.rules.sizes import size_of
from vouchers.audits.states import SampleState
from vouchers.core import clock
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.documents.actions import take_written
from vouchers.jobs.actions import note_life
from vouchers.jobs.registry import LONG, job
from vouchers.workflow.transition import OFFICE


@job("audits.draw_sample", limit=LONG)
def draw_sample(*, sample_id: int, at: datetime) -> None:
    """Read the population of a sample from the books, keep it as a file, and draw; may be killed and run again."""
    sample = samples.get_sample(sample_id)
    if sample.state is not SampleState.DRAWING:
        return

    def note(done: int) -> None:
        note_life(at=clock.now())
        actions.report_draw(samples.get_sample(sample_id), done, by=OFFICE, at=at)

    wanted, currency = sample.wanted, sample.currency
    try:
        with TemporaryFile() as file:
            units = populations.stream_units(sample.mandate, sample.basis)
            population = write_population(units, cast(BinaryIO, file), note)
            size = size_of(wanted, population.strata(wanted.strata_by), currency)
            drawn = draw(population, wanted, size.by_stratum, sample.seed)
            kept = take_written(cast(BinaryIO, file), f"population-{sample.number}.csv", "text/csv")
        actions.keep_draw(samples.get_sample(sample_id), drawn, population, kept, by=OFFICE, at=at)
    except RuleBroken as refused:
        with force_locale(sample.mandate.auditor.language):
            problem = str(refused)
        actions.fail_draw(samples.get_sample(sample_id), problem, by=OFFICE, at=at)
    except WrongState:  # another worker has drawn it
        return


@job("audits.end_mandates", every=300)
def end_mandates(*, at: datetime) -> None:
    """End each mandate whose time is over; its access ended by itself. May run many times at once."""
    for mandate_id in mandates.list_over(at):
        try:
            end_mandate(mandates.get_mandate(mandate_id), by=OFFICE, at=at)
        except WrongState:  # somebody ended it meanwhile
            continue
