"""Refusals that a user can understand. `vouchers.answers` maps each to one HTTP answer, commands to exit code 1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vouchers.core.text import Sentence


class Refused(Exception):
    """Base of every anticipated refusal: says why in a sentence that a person can read."""

    status = 400
    besides: tuple[Refused, ...] = ()
    """What else the same input breaks, so that a page can say all of it at once."""

    def __init__(self, sentence: Sentence | str, *, field: str | None = None):
        super().__init__(sentence)
        self.sentence = sentence
        self.field = field
        """The name of the form field that caused it, if one did."""

    def __str__(self) -> str:
        return str(self.sentence)


class NotFound(Refused):
    """There is no such thing, or not for this reader."""

    status = 404


class NotPermitted(Refused):
    """A policy said no."""

    status = 403


class WrongState(Refused):
    """The thing has moved on: someone was faster, or the step does not fit."""

    status = 409


class MovedOn(WrongState):
    """A page was asked for a step that its subject has left behind. The page of this refusal says what happened."""

    def __init__(self, sentence: Sentence | str, subject: Any):
        super().__init__(sentence)
        self.subject = subject


class SentAlready(Refused):
    """The same page was sent before, and what it asks for is done."""

    status = 409


class Gone(Refused):
    """It was there, and was deleted when its time had ended."""

    status = 410


class RuleBroken(Refused):
    """A rule of the programme or of the law said no; shown on the form."""

    status = 422


def ensure_none(broken: Iterable[RuleBroken]) -> None:
    """Raise the first of the rules that are broken, with the others beside it; nothing where there is none."""
    if found := list(broken):
        first, *others = found
        first.besides = tuple(others)
        raise first


class Busy(Refused):
    """Too many writers at once: nothing was saved, pressing again helps."""

    status = 503
