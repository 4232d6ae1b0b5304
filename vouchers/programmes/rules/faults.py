"""What is wrong with a programme file: each fault with its line, its place and the reason."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.text import say_count as _n

MOST_FAULTS = 500
"""No file is told more than this at once."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. Lines and columns count from 1; `path` reads ``calls[1].opens`` (items count from 1)."""

    line: int
    column: int
    path: str
    sentence: Sentence

    def __str__(self) -> str:
        return str(_("line %(line)s, %(path)s: %(reason)s", line=self.line, path=self.path, reason=self.sentence))


class ProgrammeFileFaults(RuleBroken):
    """The file cannot be loaded, and nothing of it was; carries every fault found, in the order of the lines."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = tuple(sorted(faults, key=lambda fault: (fault.line, fault.column, fault.path)))
        super().__init__(
            _n(
                "The programme file has %(count)s fault. Line %(line)s: %(reason)s",
                "The programme file has %(count)s faults. The first is in line %(line)s: %(reason)s",
                len(self.faults),
                line=self.faults[0].line,
                reason=self.faults[0].sentence,
            )
        )


@dataclass(slots=True)
class FaultList:
    """Collects faults while the reading goes on, so that a coordinator mends all of them at once."""

    found: list[Fault] = field(default_factory=list)

    def add(self, line: int, column: int, path: str, sentence: Sentence) -> None:
        """Note one fault; beyond `MOST_FAULTS` nobody reads on."""
        if len(self.found) < MOST_FAULTS:
            self.found.append(Fault(line, column, path or "file", sentence))

    def raise_if_any(self) -> None:
        """Refuse the file when anything was found."""
        if self.found:
            raise ProgrammeFileFaults(self.found)


def not_known(word: str, known: Iterable[str]) -> Sentence:
    """``"ranked" is not one of ...``, with the nearest known word when there is one."""
    words = list(known)
    shown = word if len(word) <= 60 else word[:57] + "..."
    near = get_close_matches(word[:100].lower(), [item.lower() for item in words], n=1, cutoff=0.6)
    if near:
        meant = next(item for item in words if item.lower() == near[0])
        return _('"%(word)s" is not known here. Did you mean "%(meant)s"?', word=shown, meant=meant)
    if word.isdecimal():
        return _(
            '"%(word)s" is not known here. Inside {...} a comma ends a value: write 0.4 and 4000, or use quotes.',
            word=shown,
        )
    if not words:
        return _('"%(word)s" is not known here, and nothing is declared that it could mean.', word=shown)
    listed = ", ".join(words[:40])
    return _('"%(word)s" is not known here. It may be: %(words)s.', word=shown, words=listed)
