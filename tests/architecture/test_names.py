"""Where a line may stand: the clock, the person, the commit, and how large a room may grow."""

from __future__ import annotations

import ast

import pytest

from tests.architecture.source import PROGRAM, ROOT, modules, package_of, room_of

MODULES = [pytest.param(name, id=name.removeprefix("vouchers.")) for name in modules()]
FORBIDDEN_ROOMS = {"utils", "util", "helpers", "common", "manager", "managers", "service", "services", "misc", "base"}
DOORS = {"views", "jobs", "cli", "forms", "web"}
SHELL = {"app", "cli", "worker", "demo", "home"}
FURNITURE = {"core", "documents", "demo"}
LONGEST = 330
"""Lines. A room that grows beyond about 300 becomes a package of the same name."""


def is_door(name: str) -> bool:
    return room_of(name) in DOORS or package_of(name) in SHELL or name in {"vouchers.core.web", "vouchers.core.clock"}


def calls(tree: ast.AST) -> set[str]:
    """Dotted names of what is called, as far as they are plain."""
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


@pytest.mark.parametrize("name", MODULES)
def test_only_doors_read_the_clock_and_know_who_is_there(name):
    if is_door(name) or name == "vouchers.jobs.queue":
        return
    tree = modules()[name]
    imported = {
        alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom | ast.Import) for alias in node.names
    }
    assert "current_user" not in imported
    assert "clock.now" not in calls(tree)
    assert not {"web.actor", "actor"} & calls(tree)


@pytest.mark.parametrize("name", MODULES)
def test_only_the_clock_reads_the_time(name):
    if name in {"vouchers.core.clock", "vouchers.demo.capture"}:  # the demo's mail server lives outside the story
        return
    read = {"datetime.now", "datetime.utcnow", "date.today", "datetime.today", "time.time"}
    assert not read & calls(modules()[name])


@pytest.mark.parametrize("name", MODULES)
def test_only_the_unit_of_work_commits(name):
    if name != "vouchers.core.database":
        assert not {"db.session.commit", "session.commit"} & calls(modules()[name])


@pytest.mark.parametrize("name", MODULES)
def test_only_actions_add_and_delete(name):
    may = {"actions"}
    if room_of(name) in may or package_of(name) in {
        "core",
        "workflow",
        "audit",
        "ledger",
        "jobs",
        "letters",
        "documents",
    }:
        return
    assert not {"db.session.add", "db.session.add_all", "db.session.delete"} & calls(modules()[name])


@pytest.mark.parametrize("name", MODULES)
def test_a_module_is_named_after_what_it_is_and_says_so(name):
    assert not FORBIDDEN_ROOMS & set(name.split("."))
    assert ast.get_docstring(modules()[name]), "a module says what it is for"


@pytest.mark.parametrize("name", [name for name in modules() if room_of(name) and package_of(name) not in FURNITURE])
def test_no_room_of_the_business_outgrows_its_house(name):
    path = PROGRAM.parent.joinpath(*name.split("."))
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    assert len(path.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("name", [name for name in modules() if room_of(name) == "actions"])
def test_every_public_action_is_told_who_and_when(name):
    """Whoever moves a subject says who did it, and is told when."""
    for function in modules()[name].body:
        if isinstance(function, ast.FunctionDef) and not function.name.startswith("_"):
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and ast.unparse(call.func) in {"transition", "creation"}:
                    assert {"by", "at"} <= {keyword.arg for keyword in call.keywords}, function.name
                    assert "at" in {argument.arg for argument in function.args.kwonlyargs}, function.name
            assert ast.get_docstring(function), f"{function.name} does not say what it changes"


def test_no_float_near_money():
    for name, tree in modules().items():
        if name == "vouchers.core.money" or room_of(name) in {"postings"} or package_of(name) == "ledger":
            assert "float" not in calls(tree), name


def test_the_root_holds_no_stray_module():
    assert {path.name for path in ROOT.glob("*.py")} == {"config.py", "office.py", "wsgi.py", "gunicorn.conf.py"}
