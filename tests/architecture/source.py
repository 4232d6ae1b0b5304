"""The program's own text, read as syntax trees, for the tests of the house."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ROOT / "vouchers"


@cache
def modules() -> dict[str, ast.Module]:
    """Dotted name -> tree of every module."""
    return {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): ast.parse(path.read_text())
        for path in sorted(PROGRAM.rglob("*.py"))
    }


def room_of(name: str) -> str:
    """``vouchers.claims.actions.verifying`` -> ``actions``; a package's own module has the room ``""``."""
    parts = name.split(".")
    return parts[2] if len(parts) > 2 else ""


def package_of(name: str) -> str:
    """``vouchers.claims.actions`` -> ``claims``."""
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def names_in(tree: ast.AST) -> set[str]:
    """Every name that is read or reached through a dot."""
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} | {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)
    }
