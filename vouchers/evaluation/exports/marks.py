"""The marks of a call, raw and corrected, and the experts' effects as CSV: enough to reckon everything again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from vouchers.core.spreadsheets import csv_pieces, harmless
from vouchers.evaluation.queries.fairness import MarkedList, stream_effects, stream_marks, stream_sheets
from vouchers.evaluation.rules.correcting import from_millionths
from vouchers.evaluation.rules.scoring import read_mark, score_text

KINDS = ("applications", "experts", "sheets")


def marks_csv(listed: MarkedList, kind: str) -> Iterator[str]:
    """One of `KINDS`, in pieces. No cell of words is executed by a spreadsheet."""
    make = {"applications": _applications, "experts": _experts, "sheets": _sheets}[kind]
    header, rows = make(listed)
    return csv_pieces(header, rows)


def _applications(listed: MarkedList) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    is_comparable = listed.refusal is None
    header = ("application", "organisation", "region", "group", "sheets", "raw", "raw_place", "corrected",
              "corrected_place", "standard_error", "spread", "waits_for_one_more_expert")  # fmt: skip
    rows = (
        (
            row.reference,
            harmless(row.organisation),
            row.region,
            row.island + 1,
            row.sheets,
            _points(row.raw),
            row.raw_place,
            _points(row.corrected),
            row.corrected_place if is_comparable else "",
            _points(row.error),
            _points(row.spread),
            "yes" if row.divergence_id else "no",
        )
        for row in stream_marks(listed)
    )
    return header, rows


def _experts(listed: MarkedList) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    header = ("expert", "employer", "group", "sheets", "effect", "standard_error", "least", "lower_quartile", "median",
              "upper_quartile", "greatest")  # fmt: skip
    rows = (
        (
            harmless(row.name),
            harmless(row.employer),
            row.island + 1,
            row.sheets,
            _points(row.effect),
            _points(row.error),
            *(_points(one) for one in row.box),
        )
        for row in stream_effects(listed)
    )
    return header, rows


def _sheets(listed: MarkedList) -> tuple[Sequence[str], Iterable[Sequence[Any]]]:
    criteria = listed.marking.criteria
    header = ("application", "expert", *(one.code for one in criteria), "score")
    rows = (
        (reference, harmless(name), *marks, _score(marks, [one.weight for one in criteria]))
        for reference, name, marks in stream_sheets(listed)
    )
    return header, rows


def _score(marks: Sequence[str], weights: Sequence[Any]) -> str:
    exact = sum(weight * read_mark(mark) for weight, mark in zip(weights, marks, strict=True))
    return format(exact.normalize() + 0, "f")


def _points(value: int | None) -> str:
    return "" if value is None else score_text(from_millionths(value))
