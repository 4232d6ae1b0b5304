"""Files of the auditors' desk: populations and samples as CSV, a draw as JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, BinaryIO

from vouchers.audits.models import Sample, SampleUnit
from vouchers.audits.rules.populations import HEADER, Population, Unit, file_lines
from vouchers.core.money import Money
from vouchers.core.spreadsheets import csv_pieces, harmless

_AT_ONCE = 2_000
_NOTE_EVERY = 100_000


def write_population(units: Iterable[Unit], file: BinaryIO, note: Callable[[int], None]) -> Population:
    """Write the file of a population while its columns are read, in one pass.

    Args:
        note: is told now and then how many units were read.
    """
    file.write(HEADER.encode())
    return Population.of(_written(units, file, note))


def _written(units: Iterable[Unit], file: BinaryIO, note: Callable[[int], None]) -> Iterator[Unit]:
    batch: list[Unit] = []
    for count, unit in enumerate(units, start=1):
        batch.append(unit)
        if len(batch) == _AT_ONCE:
            yield from _flush(batch, file)
        if count % _NOTE_EVERY == 0:
            note(count)
    yield from _flush(batch, file)


def _flush(batch: list[Unit], file: BinaryIO) -> list[Unit]:
    lines = file_lines(batch)
    next(lines)
    file.write("".join(lines).encode())
    taken = batch.copy()
    batch.clear()
    return taken


SAMPLE_HEADER = (
    "place", "reference", "region", "call", "instrument", "stratum", "amount", "currency", "certain", "hits", "point",
    "error", "kind", "note",
)  # fmt: skip


def sample_csv(units: Sequence[SampleUnit]) -> Iterator[str]:
    """The units of a sample with what was found; money in whole units with two places. ``point`` is in cents."""
    return csv_pieces(SAMPLE_HEADER, map(_cells, units))


def _cells(unit: SampleUnit) -> tuple[Any, ...]:
    return (
        unit.place,
        unit.reference,
        unit.region_code,
        unit.call_code,
        unit.instrument_code,
        unit.stratum,
        Money(unit.cents).plain,
        unit.currency,
        "yes" if unit.hits == 0 else "no",
        unit.hits,
        "" if unit.point is None else unit.point,
        "" if unit.error_cents is None else Money(unit.error_cents).plain,
        unit.error_kind.value if unit.error_kind else "",
        harmless(unit.note),
    )


def draw_json(sample: Sample, units: Sequence[SampleUnit]) -> str:
    """What a draw needs to be done again elsewhere (`redraw_sample.py`), and what came of it here."""
    mandate = sample.mandate
    return json.dumps(
        {
            "sample": sample.number,
            "mandate": mandate.number,
            "programme": mandate.programme.code,
            "regions": mandate.region_codes,
            "from": mandate.first_on.isoformat(),
            "to": mandate.last_on.isoformat(),
            "basis": sample.basis.value,
            "currency": sample.currency,
            "parameters": sample.parameters,
            "seed": sample.seed,
            "population_sha256": sample.population_sha256,
            "population_count": sample.population_count,
            "population_cents": sample.population_cents,
            "strata": sample.strata,
            "units": [{"reference": one.reference, "stratum": one.stratum, "hits": one.hits} for one in units],
        },
        indent=1,
    )
