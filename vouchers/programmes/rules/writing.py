"""A programme as the text of its file. Reading it again gives the same values. Pure."""

from __future__ import annotations

from typing import Any

import yaml

WIDTH = 120


class _Dumper(yaml.SafeDumper):
    """Writes every value out, for a programme file knows no aliases; texts of several lines stay readable."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def write_programme_file(source: Any) -> str:
    """The file of a programme whose source is given in plain values (`programmes.rules.plain`)."""
    return str(yaml.dump(source, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=WIDTH))
