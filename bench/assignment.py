"""Who marks what, for many: the choice proven best, the worst-off raised after, beside a greedy choice and a bare flow.

Pure: no database. Each way runs in a process of its own, so that its peak memory is its own. The affinity has the
structure of a programme: forty fields, applications in a few of them, experts that follow the fashion.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from bench.figures import Figure, draw, peak_memory

SEED = 20260901
EACH = 3
SIZES = ((1_000, 300, 11), (10_000, 2_000, 17))
"""Applications, experts, applications that an expert takes at most."""
FIELDS = 40
BARRED = 0.05
"""Share of pairs that a conflict forbids."""


def measure(largest: int = SIZES[-1][0]) -> list[Figure]:
    """The lines of the table, for the sizes up to so many applications."""
    found = []
    sizes = [size for size in SIZES if size[0] <= largest] or [(largest, largest // 3, SIZES[0][2])]
    for applications, experts, most in sizes:
        size = f"{applications:,} x {experts:,} x {EACH}"
        told = {way: _of_child(way, applications, experts, most) for way in WAYS}
        best = told["proven"]["total"]
        for way in WAYS:
            one = told[way]
            notes = [
                f"{one['seconds']:.1f} s, {one['processor']:.1f} s of processor time",
                f"total {100 * one['total'] / best:.2f} % of the proven best",
            ]
            notes += [f"{one['empty']:,} places empty"] if one["empty"] else []
            notes += [one["note"]] if one["note"] else []
            found.append(
                Figure(
                    f"assignment {size}: {way}", rate=applications * EACH / one["seconds"], unit=" places/s",
                    memory=one["megabytes"], note="; ".join(notes),
                )
            )  # fmt: skip
    return found


def _of_child(way: str, *size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.assignment", way, *map(str, size)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    told: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return told


def _problem(applications: int, experts: int, most: int) -> Any:
    import numpy as np

    from vouchers.matching.rules.problem import FORBIDDEN, UNIT, Problem

    dice = np.random.default_rng(SEED)
    topics = dice.dirichlet(np.full(FIELDS, 0.08), applications).astype(np.float32)
    fashion = dice.dirichlet(np.full(FIELDS, 0.5)) * 6 + 0.01
    skills = dice.dirichlet(fashion, experts).astype(np.float32)
    topics /= np.linalg.norm(topics, axis=1)[:, None]
    skills /= np.linalg.norm(skills, axis=1)[:, None]
    worth = np.empty((applications, experts), dtype=np.int32)
    for start in range(0, applications, 500):
        part = (topics[start : start + 500] @ skills.T * UNIT).astype(np.int32)
        part[dice.random(part.shape, dtype=np.float32) < BARRED] = FORBIDDEN
        worth[start : start + 500] = part
    kinds = dice.integers(0, 16, experts)
    return Problem(worth, np.full(applications, EACH), np.full(experts, most), kinds)


def _proven(problem: Any) -> tuple[Any, str]:
    from vouchers.matching.rules.solving import maximise

    best = maximise(problem)
    gap = f"gap to the LP bound {best.gap / best.total:.4%}, {best.rounds} rounds, {len(best.among):,} candidates"
    return best.pairs, gap


def _spread(problem: Any) -> tuple[Any, str]:
    from dataclasses import replace

    return _proven(replace(problem, bonus=20_000))


def _fair(problem: Any) -> tuple[Any, str]:
    from vouchers.matching.rules.fairness import fares_of, make_fair
    from vouchers.matching.rules.solving import maximise

    began = time.perf_counter()
    best = maximise(problem)
    proven = time.perf_counter() - began
    fares = fares_of(problem.need)
    worst = int(fares.of(problem, best.pairs).min())
    fair = make_fair(problem, best, fares)
    took = time.perf_counter() - began - proven
    return fair.pairs, (
        f"fairness pass {took:.1f} s of it: the worst-off from {worst / 1e6:.3f} to {fair.worst / 1e6:.3f}, "
        f"at most {fair.worst_bound / 1e6:.3f}"
    )


def _greedy(problem: Any) -> tuple[Any, str]:
    from vouchers.matching.rules.greedy import choose_greedily

    return choose_greedily(problem), ""


def _bare(problem: Any) -> tuple[Any, str]:
    from vouchers.matching.rules.flows import best_among
    from vouchers.matching.rules.pricing import every_pair
    from vouchers.matching.rules.problem import Chosen

    among = every_pair(problem)
    taken = best_among(problem, among)
    return Chosen(among.applications[taken], among.experts[taken]), f"all {len(among):,} pairs in one flow"


WAYS: dict[str, Callable[[Any], tuple[Any, str]]] = {
    "proven": _proven, "proven, with spread": _spread, "then fair": _fair, "greedy": _greedy, "bare flow": _bare,
}  # fmt: skip


def _run(way: str, *size: int) -> None:
    from vouchers.matching.rules.problem import is_kept, total_of

    problem = _problem(*size)
    began, began_cpu = time.perf_counter(), time.process_time()
    pairs, note = WAYS[way](problem)
    seconds, processor = time.perf_counter() - began, time.process_time() - began_cpu
    assert is_kept(problem, pairs)
    megabytes = peak_memory()
    told = {"seconds": seconds, "total": total_of(problem, pairs), "megabytes": megabytes, "note": note}
    told["processor"] = processor
    print(json.dumps(told | {"empty": int(problem.need.sum()) - len(pairs)}))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _run(sys.argv[1], *map(int, sys.argv[2:]))
    else:
        print(draw(measure()))
