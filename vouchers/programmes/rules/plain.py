"""The tree of a programme file as plain values (blocks, lists, texts, None), as the browser's drafts keep it; and back.

Texts stay texts, so nothing is lost or guessed on the way: ``60 %`` is ``"60 %"`` and ``17:00`` is ``"17:00"``.
"""

from __future__ import annotations

from typing import Any

from vouchers.programmes.rules.source import Items, Mapping, Node, Scalar

Plain = Any
"""``dict[str, Plain] | list[Plain] | str | None``."""


def as_plain(node: Node) -> Plain:
    """The values of a tree, without their places."""
    if isinstance(node, Mapping):
        return {name: as_plain(value) for name, (_key, value) in node.entries.items()}
    if isinstance(node, Items):
        return [as_plain(item) for item in node.nodes]
    return None if node.is_nothing else node.text


def as_it_holds(source: Plain, *, aid_declaration: bool) -> Plain:
    """The file of a loaded programme; a `no` that came from leaving the key out, when that meant no, is written out."""
    head = source["programme"]
    rules = head.get("rules") or {}
    if aid_declaration or rules.get("aid_declaration"):
        return source
    return source | {"programme": head | {"rules": rules | {"aid_declaration": "no"}}}


def as_tree(plain: Plain) -> Node:
    """A tree that reads as these values; its lines and columns are 0, faults in it are found by their path."""
    if isinstance(plain, dict):
        return Mapping(0, 0, {name: (Scalar(name, True, 0, 0), as_tree(value)) for name, value in plain.items()})
    if isinstance(plain, list):
        return Items(0, 0, [as_tree(item) for item in plain])
    return Scalar("" if plain is None else str(plain), plain is None, 0, 0)
