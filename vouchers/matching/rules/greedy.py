"""The choice that a person would make: always the best pair that is still possible. Shown beside the best choice."""

from __future__ import annotations

import numpy as np

from vouchers.matching.rules.problem import Chosen, Problem, chosen

CHUNK = 500_000
"""Pairs that are sorted out together."""


def choose_greedily(problem: Problem) -> Chosen:
    """The highest pair first, ties in the order of the rows; ends when nothing more fits. Bonuses are not looked at."""
    need, room = problem.need.tolist(), problem.room.tolist()
    experts, found = len(room), []
    order = np.argsort(-problem.worth.reshape(-1), kind="stable")
    for start in range(0, len(order), CHUNK):
        part = order[start : start + CHUNK]
        applications, which = part // experts, part % experts
        worth = problem.worth.reshape(-1)[part]
        fits = (worth >= 0) & (np.array(need)[applications] > 0) & (np.array(room)[which] > 0)
        for application, expert in zip(applications[fits].tolist(), which[fits].tolist(), strict=True):
            if need[application] > 0 and room[expert] > 0:
                need[application] -= 1
                room[expert] -= 1
                found.append((application, expert))
        if len(part) and worth[-1] < 0:
            break
    return chosen(found)
