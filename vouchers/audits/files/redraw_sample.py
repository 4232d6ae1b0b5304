#!/usr/bin/env python3
"""Draw an audit sample again, away from the office: Python 3.9 or newer, nothing else.

    python3 redraw_sample.py draw.json population.csv

draw.json holds the parameters, the seed and the units as the office drew them; population.csv is the population. The
program takes the SHA-256 of the population, draws anew, and says whether both are the same. It shares no line with the
office's own program; docs/sampling.md says in words what it does.
"""

from __future__ import annotations

import csv
import hashlib
import json
import sys
from fractions import Fraction
from typing import Any, Iterator

Unit = Any

SPAN = 2**256


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__)
        return 2
    with open(sys.argv[1], encoding="utf-8") as file:
        told = json.load(file)
    with open(sys.argv[2], "rb") as file:
        content = file.read()
    found = hashlib.sha256(content).hexdigest()
    if found != told["population_sha256"]:
        print("WRONG: the population has the SHA-256 %s, the draw names %s" % (found, told["population_sha256"]))
        return 1
    rows = list(csv.DictReader(content.decode("utf-8").splitlines()))
    drawn = redraw(told, rows)
    named = [(one["reference"], one["stratum"], one["hits"]) for one in told["units"]]
    if drawn != named:
        for one in sorted(set(drawn) - set(named)):
            print("WRONG: not among the units of the draw: %s %s, hits %s" % one)
        for one in sorted(set(named) - set(drawn)):
            print("WRONG: among the units of the draw, and not drawn here: %s %s, hits %s" % one)
        return 1
    print("ok: %s units of %s, drawn again from seed %s" % (len(drawn), len(rows), told["seed"]))
    return 0


def redraw(told: dict[str, Any], rows: list[dict[str, Any]]) -> list[tuple[str, str, int]]:
    """[(reference, stratum, hits)] in the order of the population."""
    wanted, by = told["parameters"], told["parameters"]["strata_by"]
    units = [(row["reference"], "" if by == "none" else row[by], int(row["cents"])) for row in rows]
    units = [unit for unit in units if unit[2] > 0]
    hits: dict[str, int] = {}
    for stratum in told["strata"]:
        mine = [unit for unit in units if unit[1] == stratum["code"]]
        if stratum["size"] >= len(mine):
            hits.update({unit[0]: 0 for unit in mine})
        elif wanted["selection"] == "equal":
            hits.update(same_chance(mine, stratum["size"], told["seed"]))
        else:
            hits.update(by_size(mine, stratum["size"], stratum["code"], told["seed"], wanted))
    return [(reference, code, hits[reference]) for reference, code, _cents in units if reference in hits]


def same_chance(units: list[Unit], size: int, seed: str) -> dict[str, int]:
    """The units with the smallest hashes, once each."""
    ranked = sorted(units, key=lambda unit: hashlib.sha256((seed + "\n" + unit[0]).encode()).digest())
    return {unit[0]: 1 for unit in ranked[:size]}


def by_size(units: list[Unit], size: int, code: str, seed: str, wanted: dict[str, Any]) -> dict[str, int]:
    """Units above the interval for certain (0), the others as often as a point falls into them."""
    left, rest = size, units
    hits: dict[str, int] = {}
    interval = Fraction(sum(unit[2] for unit in rest), left)
    if wanted["method"] == "mus_conservative":
        hits = {unit[0]: 0 for unit in rest if unit[2] > interval}
    else:
        while True:
            above = [unit for unit in rest if unit[2] > interval]
            if not above:
                break
            hits.update({unit[0]: 0 for unit in above})
            rest = [unit for unit in rest if unit[2] <= interval]
            left -= len(above)
            interval = Fraction(sum(unit[2] for unit in rest), left)
    rest = [unit for unit in rest if unit[0] not in hits]
    book = sum(unit[2] for unit in rest)
    if wanted["selection"] == "cell":
        points = cells(interval, book, code, seed)
    else:
        points = steps(interval, book, interval * chance(seed, code, "start"))
    running, place = 0, -1
    for point in points:
        while running < point:
            place += 1
            running += rest[place][2]
        hits[rest[place][0]] = hits.get(rest[place][0], 0) + 1
    return hits


def steps(interval: Fraction, book: int, point: Fraction) -> Iterator[Fraction]:
    while point <= book:
        yield point
        point += interval


def cells(interval: Fraction, book: int, code: str, seed: str) -> Iterator[Fraction]:
    cell = 0
    while interval * cell < book:
        point = interval * (cell + chance(seed, code, "cell %d" % cell))
        if point <= book:
            yield point
        cell += 1


def chance(seed: str, code: str, name: str) -> Fraction:
    """A number above 0 and at most 1."""
    digest = hashlib.sha256((seed + "\n" + code + "\n" + name).encode()).digest()
    return Fraction(int.from_bytes(digest, "big") + 1, SPAN)


if __name__ == "__main__":
    sys.exit(main())
