"""Which files may come with an answer to a request, and what became of those that were there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from vouchers.applications.rules.content import AttachedFile
from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _


def ensure_opened(purpose: str, opened: Collection[str]) -> None:
    """Only what the region asked for again."""
    if purpose not in opened:
        raise RuleBroken(_("This application does not ask for such a file."), field="file")


def ensure_new(sha256: str, read: Sequence[AttachedFile]) -> None:
    """A file that the region has read already tells it nothing."""
    for one in read:
        if one.sha256 == sha256:
            raise RuleBroken(_("The region has this file already: %(name)s.", name=one.filename), field="file")


def ensure_replaceable(replaces: int | None, read: Sequence[AttachedFile], replaced: Mapping[str, int]) -> None:
    """One that was submitted for the same, and whose place no other new file takes."""
    if replaces is not None and replaces not in {one.id for one in list_replaceable(read, replaced)}:
        raise RuleBroken(_("Choose one of the answers that are offered."), field="replaces")


def list_replaceable(read: Sequence[AttachedFile], replaced: Mapping[str, int]) -> list[AttachedFile]:
    """The files whose place no new one takes yet."""
    return [one for one in read if one.id not in replaced.values()]


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file of a version, and which stood in its place in the version before."""

    now: AttachedFile
    before: AttachedFile | None

    @property
    def is_same(self) -> bool:
        """Whether nothing was done to it."""
        return self.before == self.now

    @property
    def label(self) -> Sentence:
        """What became of it, in a word."""
        if self.is_same:
            return _("Not changed.")
        return _("Added") if self.before is None else _("Replaced")


def file_changes(before: Sequence[AttachedFile], now: Sequence[AttachedFile]) -> list[FileChange]:
    """What became of each file. A new version keeps the places of the files, and none is taken away without another."""
    return [FileChange(new, old) for old, new in zip_longest(before, now) if new is not None]
