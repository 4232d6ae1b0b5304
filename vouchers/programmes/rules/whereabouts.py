"""Where in a programme file a setting stands that a plan names in its own words. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from vouchers.programmes.rules.changes import name_of_item
from vouchers.programmes.rules.plain import as_plain
from vouchers.programmes.rules.source import Items, Mapping, Node, Scalar
from vouchers.programmes.rules.telling import keys_of, step_into

_ROOTS = {"calls": "call", "instruments": "instrument"}


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file, in the file's words; of what the file leaves out, the line of the block around it."""

    path: str
    line: int
    column: int


def find_place(tree: Mapping, path: str) -> Spot:
    """``calls[2026-1].closes_at`` -> ``calls[2026-1].closes`` and its line."""
    words = re.findall(r"[^.\[\]]+|\[[^\]]*\]", path)
    if words[0] == "rules":
        words = ["programme", *words]
    node: Node | None = tree
    line, column, kind, said = tree.line, tree.column, "file", ""
    for word in words:
        if word.startswith("["):
            node, said = _item(node, word[1:-1]), said + word
            kind = _ROOTS.get(said.partition("[")[0], kind) if said.count("[") == 1 else kind
            line, column = (node.line, node.column) if node is not None else (line, column)
            continue
        if kind == "form" and isinstance(node, Scalar):
            node = _item(_value(tree, "forms"), node.text)
        names = keys_of(kind, word)
        _key, inner = step_into(kind, word, None)
        for name in names:
            entry = node.entries.get(name) if isinstance(node, Mapping) else None
            if entry is not None:
                line, column = entry[0].line, entry[0].column
            node = entry[1] if entry is not None else None
        said += ("." if said else "") + ".".join(names)
        kind = inner if kind != "file" else word
    return Spot(said, line, column)


def _value(tree: Mapping, name: str) -> Node | None:
    entry = tree.entries.get(name)
    return entry[1] if entry is not None else None


def _item(node: Node | None, name: str) -> Node | None:
    if node is None:
        return None
    items = node.nodes if isinstance(node, Items) else [node]
    for number, item in enumerate(items, 1):
        plain = as_plain(item)
        if isinstance(plain, dict) and name_of_item(plain, number) == name:
            return item
    return None
