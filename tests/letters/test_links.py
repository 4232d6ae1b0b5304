"""The address of a page stands by itself in a letter: nobody can press one that hangs on a word.

Every way through every template is gone, not only the one that a test of its letter renders. A line that ends with a
tag of Jinja loses its line break (`trim_blocks`), so that what follows is glued to it; ``+%}`` keeps it.
"""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from jinja2 import nodes

from vouchers.core import languages
from vouchers.letters import rendering

SPACE, WORD, LINK = "space", "word", "a link"
TEMPLATES = sorted(str(path.relative_to(rendering.TEMPLATES)) for path in rendering.TEMPLATES.rglob("*.txt"))


def is_link(part: nodes.Node) -> bool:
    if isinstance(part, nodes.Filter) and part.node is not None:
        return is_link(part.node)
    if isinstance(part, nodes.Getattr):
        return part.attr.endswith("link") or is_link(part.node)
    return isinstance(part, nodes.Name) and part.name.rpartition("_")[2] in ("link", "links", "url")


def glued_links(source: str) -> list[int]:
    """The lines on which a link hangs on a word, or a word on a link, in some way through a template."""
    found: set[int] = set()

    def write(part: nodes.Node, before: set[str]) -> set[str]:
        if isinstance(part, nodes.TemplateData):
            if LINK in before and not part.data[:1].isspace():
                found.add(part.lineno)
            return {SPACE if part.data[-1:].isspace() else WORD}
        if is_link(part):
            if before != {SPACE}:
                found.add(part.lineno)
            return {LINK}
        if any(is_link(name) for name in part.find_all((nodes.Name, nodes.Getattr))):
            found.add(part.lineno)  # inside of a sentence, where a translator may glue it
        if LINK in before:
            found.add(part.lineno)
        return {WORD}

    def walk(body: Iterable[nodes.Node], before: set[str]) -> set[str]:
        for node in body:
            if isinstance(node, nodes.Output):
                for part in node.nodes:
                    before = write(part, before)
            elif isinstance(node, nodes.If):
                ways = [node.body, *(other.body for other in node.elif_), node.else_]
                before = set().union(*(walk(way, before) for way in ways))
            elif isinstance(node, nodes.For):
                once = walk(node.body, before)
                before = before | once | walk(node.body, once)
            else:
                assert isinstance(node, (nodes.Assign, nodes.Include, nodes.Import, nodes.FromImport, nodes.Macro)), (
                    node
                )
                before = {SPACE} if isinstance(node, nodes.Include) else before
        return before

    walk(rendering._environment().parse(source).body, {SPACE})
    return sorted(found)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{% if a %}Press:{% endif %}\n{{ link }}\n", [2]),
        ("{% if a %}Press:\n{% else %}Press:{% endif %}\n{{ link }}\n", [3]),
        ("{% if a %}Press:{% endif +%}\n{{ link }}\n", []),
        ("{% if a %}Press:\n{% endif %}\n{{ link }}\n", []),
        ("{% for a in b %}{{ a.link }}{% endfor %}", [1]),
        ("{% for a in b %}\n{{ a.link }}\n{% endfor %}", []),
        ("{{ link }}{% if a %}\nMore{% endif %}", [2]),
        ("{{ _('Press %(x)s', x=link) }}", [1]),
    ],
)
def test_what_counts_as_glued(source, expected):
    assert glued_links(source) == expected


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_link_of_a_letter_is_glued_to_a_word(name):
    assert glued_links((rendering.TEMPLATES / name).read_text()) == []


EVERYTHING = {"name": "Ann", "officer": "Bo", "number": "B-1", "count": 2, "no_file": None, "link": "https://x.test/1"}
RETURNED = {"id": "P-1", "amount": None, "payee": "Co", "code": "", "reason": "", "note": ""}
REMINDED = {"today": None, "owed": None, "holder": "Office", "iban": "BE", "region_email": "r@example.org"}


@pytest.mark.parametrize("language", languages.LANGUAGES)
@pytest.mark.parametrize(
    ("occasion", "more"),
    [
        ("payments/authorise", {"total": None, "execute_on": None}),
        ("payments/give_back", RETURNED | {"is_held": True}),
        ("payments/give_back", RETURNED | {"is_held": False}),
        ("recoveries/remind", REMINDED | {"has_interest": True}),
        ("recoveries/remind", REMINDED | {"has_interest": False}),
    ],
)
def test_the_link_stands_on_a_line_of_its_own_in_every_language(app, monkeypatch, language, occasion, more):
    for name in ("money", "long_day"):
        monkeypatch.setitem(rendering._environment().filters, name, str)
    _heading, body = rendering.render_letter(occasion, language, EVERYTHING | more)
    assert "\nhttps://x.test/1\n" in body
