"""YAML text to a tree of scalars, lists and mappings whose every node knows its line and column.

Only the shape of YAML is used: texts stay texts, so ``4000.1`` is never a float, ``NO`` never a boolean and ``17:00``
never a number. Tags, anchors, aliases, merge keys, duplicate keys and second documents are refused, and size, depth
and the number of nodes are bounded, so that no file can make the reader work for ever.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

import yaml
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.faults import Fault, FaultList, ProgrammeFileFaults

MOST_BYTES = 1_000_000
MOST_NODES = 100_000
MOST_EVENTS = 2 * MOST_NODES
MOST_DEPTH = 24
NOTHING = frozenset({"", "~", "null", "Null", "NULL"})
UNFINISHED = "found unexpected end of stream"
PLAIN_WORDS = (
    ("'\\t' that cannot start any token", _("a tab stands here; indent with blanks")),
    (UNFINISHED, _("the quotation mark that opens here is never closed")),
    (
        "mapping values are not allowed",
        _("a colon is not expected here; put a text with a colon in quotes, or indent this line like its neighbours"),
    ),
    (
        "expected ',' or",
        _("the {...} or [...] around this is not closed, or a text in it needs quotes for its colon, comma or quote"),
    ),
    ("expected <block end>", _("this line is not indented like its neighbours, or something follows a closing quote")),
)


@dataclass(slots=True)
class Scalar:
    """A word, number or text, exactly as it was written."""

    text: str
    is_plain: bool
    line: int
    column: int

    @property
    def is_nothing(self) -> bool:
        """An empty value or ``null``: the same as leaving the key out."""
        return self.is_plain and self.text in NOTHING


@dataclass(slots=True)
class Items:
    """A list."""

    line: int
    column: int
    nodes: list[Node] = field(default_factory=list)


@dataclass(slots=True)
class Mapping:
    """Keys with values, in the order of the file."""

    line: int
    column: int
    entries: dict[str, tuple[Scalar, Node]] = field(default_factory=dict)
    waiting: Scalar | None = None
    """The key that has been read and still lacks its value."""


Node = Scalar | Items | Mapping


def read_source(text: str) -> Mapping:
    """The tree of a file whose outermost level is a mapping.

    Raises:
        ProgrammeFileFaults: not YAML, or YAML that uses what a programme file may not use.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise _refused(1, 1, _("The file is larger than %(most)s bytes.", most=MOST_BYTES))
    grower = _Grower()
    for event in _events(text):
        grower.take(event)
    grower.faults.raise_if_any()
    if not isinstance(grower.root, Mapping):
        raise _refused(1, 1, _("The file must begin with keys, such as `programme:`."))
    return grower.root


def _refused(line: int, column: int, sentence: Sentence) -> ProgrammeFileFaults:
    return ProgrammeFileFaults([Fault(line, column, "file", sentence)])


def _events(text: str) -> Iterator[Event]:
    """The parser's events. Its errors become faults, also those that it raises on malformed escapes."""
    try:
        yield from _quickly_parsed(text) or yaml.parse(text, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        if error.problem == UNFINISHED:
            mark = error.context_mark or mark  # where it was opened says more than the end of the file
        place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise _refused(*place, _("This is not valid YAML: %(problem)s.", problem=_in_plain_words(error))) from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        column = error.position - text.rfind("\n", 0, error.position)
        raise _refused(line, column, _("The file contains a character that is not allowed.")) from None
    except (yaml.YAMLError, ValueError, OverflowError, IndexError) as error:
        raise _refused(1, 1, _("This is not valid YAML: %(problem)s.", problem=str(error)[:200])) from None


def _quickly_parsed(text: str) -> list[Event] | None:
    """The events of a faultless file, ten times as fast; None leaves it to Python's parser, whose complaints we know.

    The quick one lets tabs pass that the other refuses and counts columns otherwise behind a byte order mark: a file
    with one of them is left to the other too."""
    loader = getattr(yaml, "CSafeLoader", None)
    if loader is None or "\t" in text or "\ufeff" in text:
        return None
    try:
        events = list(islice(yaml.parse(text, Loader=loader), MOST_EVENTS))
    except (yaml.YAMLError, ValueError, OverflowError, IndexError):
        return None
    return events if len(events) < MOST_EVENTS else None


def _in_plain_words(error: yaml.MarkedYAMLError) -> Sentence | str:
    """What usually is the reason of the parser's complaint; its own words where we know none."""
    problem = error.problem or ""
    return next((plain for part, plain in PLAIN_WORDS if part in problem), problem)


class _Grower:
    """Grows the tree from the events without recursion."""

    def __init__(self) -> None:
        self.faults = FaultList()
        self.root: Node | None = None
        self.stack: list[Items | Mapping] = []
        self.nodes = 0
        self.documents = 0

    def take(self, event: Event) -> None:
        mark = event.start_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        if isinstance(event, DocumentStartEvent):
            self.documents += 1
            if self.documents > 1:
                raise _refused(line, column, _("A file holds one document: remove the line `---`."))
        elif isinstance(event, AliasEvent):
            self.faults.add(line, column, "", _("Aliases (*name) are not allowed: write the value out."))
            self._put(Scalar("", True, line, column))
        elif isinstance(event, ScalarEvent):
            self._refuse_marks(event.anchor, event.tag, line, column)
            self._put(Scalar(event.value, not event.style, line, column))
        elif isinstance(event, SequenceStartEvent):
            self._open(Items(line, column), event.anchor, event.tag)
        elif isinstance(event, MappingStartEvent):
            self._open(Mapping(line, column), event.anchor, event.tag)
        elif isinstance(event, (SequenceEndEvent, MappingEndEvent)):
            self._put(self.stack.pop())
        elif isinstance(event, DocumentEndEvent):
            self.stack.clear()

    def _open(self, node: Items | Mapping, anchor: str | None, tag: str | None) -> None:
        self._refuse_marks(anchor, tag, node.line, node.column)
        if len(self.stack) >= MOST_DEPTH:
            raise _refused(node.line, node.column, _("Too deep: more than %(most)s levels.", most=MOST_DEPTH))
        self.stack.append(node)

    def _refuse_marks(self, anchor: str | None, tag: str | None, line: int, column: int) -> None:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise _refused(line, column, _("Too long: more than %(most)s values.", most=MOST_NODES))
        if anchor is not None:
            self.faults.add(line, column, "", _("Anchors (&name) are not allowed: write the value where it is used."))
        if tag is not None:
            self.faults.add(line, column, "", _("Tags (!name) are not allowed: write the plain value."))

    def _put(self, node: Node) -> None:
        if not self.stack:
            self.root = node
            return
        parent = self.stack[-1]
        if isinstance(parent, Items):
            parent.nodes.append(node)
        elif parent.waiting is not None:
            self._put_entry(parent, parent.waiting, node)
            parent.waiting = None
        elif isinstance(node, Scalar):
            parent.waiting = node
        else:
            self.faults.add(node.line, node.column, "", _("A key must be a word, not a list or a block."))
            parent.waiting = Scalar(f"({node.line}:{node.column})", True, node.line, node.column)

    def _put_entry(self, parent: Mapping, key: Scalar, node: Node) -> None:
        if key.text in parent.entries:
            first = parent.entries[key.text][0].line
            sentence = _('The key "%(key)s" stands here twice; first in line %(line)s.', key=key.text[:60], line=first)
            self.faults.add(key.line, key.column, key.text[:60], sentence)
        else:
            parent.entries[key.text] = (key, node)
