"""What may import what: the contracts in `pyproject.toml`, and the same floors in words."""

from __future__ import annotations

import re
import tomllib

from importlinter.cli import lint_imports

import vouchers
from tests.architecture.source import PROGRAM, ROOT, modules

CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}


def test_every_contract_is_kept(monkeypatch, capsys):
    monkeypatch.chdir(ROOT)
    failed = lint_imports(cache_dir=None)
    assert failed == 0, capsys.readouterr().out


def test_the_floors_in_words_are_those_that_are_kept():
    told = re.findall(r"^    ([a-z][a-z |:]*?)(?:  .*)?$", vouchers.__doc__, flags=re.MULTILINE)
    kept = CONTRACTS["floors"]["layers"]
    assert told[1:] == kept[1:]
    assert set(told[0].split(" : ")) <= set(kept[0].split(" : "))


def test_every_business_package_keeps_the_rooms():
    floors = CONTRACTS["floors"]["layers"]
    business = {f"vouchers.{name}" for name in floors[1 : floors.index("workflow")]}
    assert set(CONTRACTS["rooms"]["containers"]) == business


def test_every_package_says_what_it_is_and_re_exports_nothing():
    for name, tree in modules().items():
        path = PROGRAM.parent.joinpath(*name.split("."))
        if path.is_dir() and name.count(".") == 1:
            assert [type(node).__name__ for node in tree.body] == ["Expr"], (
                f"{name}/__init__.py is more than a docstring"
            )
