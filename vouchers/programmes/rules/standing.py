"""What a programme file leaves out and yet stands: it is read as though the file had it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import replace
from typing import Any

from vouchers.programmes.rules.pinning import pinned_call
from vouchers.programmes.rules.plain import as_plain, as_tree
from vouchers.programmes.rules.source import Items, Node, Scalar
from vouchers.programmes.rules.source import Mapping as Tree

Plain = Any
KINDS = {"regions": "Region", "fund_lines": "Fund line", "instruments": "Instrument", "calls": "Call"}
"""The lists of a file whose items may stand, and what one of each is called on the command line."""


def with_what_stands(
    tree: Tree, stored: Plain, standing: Mapping[str, Collection[str]]
) -> tuple[Tree, list[tuple[str, str]]]:
    """The file with all that it leaves out and that stands, and (kind, code) of each.

    Args:
        stored: the file that was loaded last, as it holds.
        standing: list of a file -> the codes in it that were published.
    """
    kept: list[tuple[str, str]] = []
    for name, kind in KINDS.items():
        written = _items(tree.entries[name][1]) if name in tree.entries else []
        nodes = list(written)
        before: str | None = None
        for code in _codes(stored.get(name)):
            if code in standing[name] and code not in map(_code, nodes):
                place = next(
                    (at for at, node in enumerate(nodes, 1) if before is not None and _code(node) == before), 0
                )
                nodes.insert(place, as_tree(_standing(name, code, stored, tree)))
                kept.append((kind, code))
            before = code
        if len(nodes) > len(written):
            tree = replace(tree, entries={**tree.entries, name: (Scalar(name, True, 0, 0), Items(0, 0, nodes))})
    return tree, kept


def call_in(source: Plain, code: str) -> Plain:
    """A call of a file; its form is written out where it was only named."""
    call = deepcopy(coded_item(source.get("calls"), code))
    if isinstance(call, dict) and isinstance(call.get("form"), str):
        form = deepcopy(coded_item(source.get("forms"), call["form"]))
        if form is not None:
            form.pop("code", None)
            call["form"] = form
    return call


def coded_item(items: Plain, code: str) -> Plain:
    """The block of a list that has this code."""
    return next((item for item in items or [] if isinstance(item, dict) and item.get("code") == code), None)


def _standing(name: str, code: str, stored: Plain, tree: Tree) -> Plain:
    """What stands; a call of "all regions" keeps those that it was published with."""
    if name != "calls":
        return coded_item(_list(stored.get(name)), code)
    call = call_in(stored, code)
    regions = _list(as_plain(tree.entries["regions"][1])) if "regions" in tree.entries else []
    return call if regions == _list(stored.get("regions")) else pinned_call(call, stored)


def _items(node: Node) -> list[Node]:
    if isinstance(node, Items):
        return node.nodes
    return [node] if isinstance(node, Tree) else []


def _list(value: Plain) -> list[Plain]:
    return value if isinstance(value, list) else [value] if isinstance(value, dict) else []


def _codes(value: Plain) -> list[str]:
    return [str(item["code"]) for item in _list(value) if isinstance(item, dict) and item.get("code")]


def _code(node: Node) -> str | None:
    entry = node.entries.get("code") if isinstance(node, Tree) else None
    return entry[1].text if entry is not None and isinstance(entry[1], Scalar) else None
