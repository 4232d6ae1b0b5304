"""Every row of every lifecycle is reachable, has an action that uses it, and a way by which somebody presses it."""

from __future__ import annotations

import ast
from collections import defaultdict
from functools import cache

import pytest

import vouchers.app
from tests.architecture.source import modules, names_in, package_of, room_of
from vouchers.core.lifecycle import ALL_LIFECYCLES, Lifecycle
from vouchers.core.text import Sentence

assert vouchers.app
DOORS = {"views", "jobs", "cli"}


def constants() -> dict[str, Lifecycle]:
    """``CLAIM`` -> its lifecycle."""
    import importlib

    found = {}
    for name in modules():
        if room_of(name) == "lifecycle":
            module = importlib.import_module(name)
            found |= {key: value for key, value in vars(module).items() if isinstance(value, Lifecycle)}
    return found


ROWS = [
    pytest.param(constant, verb, id=f"{lifecycle.kind}.{verb}")
    for constant, lifecycle in constants().items()
    for verb in lifecycle.transitions
]


@cache
def uses() -> dict[tuple[str, str], set[str]]:
    """(``CONSTANT``, its verb) -> names of the functions of actions rooms in which ``CONSTANT.verb`` stands."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for name, tree in modules().items():
        if room_of(name) != "actions":
            continue
        for function in ast.walk(tree):
            if isinstance(function, ast.FunctionDef):
                for node in ast.walk(function):
                    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                        found[node.value.id, node.attr].add(function.name)
    return dict(found)


def functions_using(constant: str, verb: str) -> set[str]:
    """Names of the functions of an actions room in which ``CONSTANT.verb`` stands."""
    return uses().get((constant, verb), set())


@cache
def reachable_functions() -> set[str]:
    """Functions of actions rooms that a page, a job or a command calls, directly or through other actions."""
    bodies: dict[str, set[str]] = {}
    for name, tree in modules().items():
        if room_of(name) == "actions" or name == "vouchers.workflow.transition":
            for function in ast.walk(tree):
                if isinstance(function, ast.FunctionDef):
                    bodies.setdefault(function.name, set()).update(names_in(function))
        elif room_of(name) == "sources":  # what is paid hears of it through a table of actions
            bodies.setdefault("tell_source", set()).update(names_in(tree))
    shells = {"app", "cli", "worker", "home"}
    todo = set().union(
        *(names_in(tree) for name, tree in modules().items() if room_of(name) in DOORS or package_of(name) in shells)
    )
    reached: set[str] = set()
    while todo:
        name = todo.pop()
        if name in bodies and name not in reached:
            reached.add(name)
            todo |= bodies[name]
    return reached


@pytest.mark.parametrize(("constant", "verb"), ROWS)
def test_every_row_has_its_action(constant, verb):
    assert functions_using(constant, verb), f"no action uses {constant}.{verb}"


@pytest.mark.parametrize(("constant", "verb"), ROWS)
def test_every_row_can_be_pressed_by_somebody(constant, verb):
    actions = functions_using(constant, verb)
    assert actions & reachable_functions(), f"no page, job or command leads to {actions or constant}.{verb}"


@pytest.mark.parametrize("lifecycle", ALL_LIFECYCLES.values(), ids=lambda lifecycle: lifecycle.kind)
def test_every_state_is_reached(lifecycle):
    rows = lifecycle.transitions.values()
    assert any(row.is_creation for row in rows), "nothing brings it into being"
    assert all(row.target is not None for row in rows if row.is_creation)
    reached = {row.target for row in rows if row.is_creation}
    while more := {row.target for row in rows if row.target and row.sources & reached} - reached:
        reached |= more
    states = type(next(iter(reached)))
    assert reached == set(states), f"never reached: {set(states) - reached}"


@pytest.mark.parametrize("lifecycle", ALL_LIFECYCLES.values(), ids=lambda lifecycle: lifecycle.kind)
def test_every_row_has_a_label_and_a_policy_that_says_what_it_asks(lifecycle):
    for row in lifecycle.transitions.values():
        assert isinstance(row.label, Sentence), row.tag
        assert row.label.source.strip(), row.tag
        assert row.allowed.__doc__, f"{row.tag}: {row.allowed.__name__} does not say what it asks"


def test_no_two_lifecycles_share_a_kind():
    assert len({lifecycle.kind for lifecycle in constants().values()}) == len(constants())
