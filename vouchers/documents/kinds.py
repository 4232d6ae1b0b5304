"""The kinds of file that the office takes, and how one is read and refused."""

from __future__ import annotations

from enum import Enum
from typing import BinaryIO

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

MEGABYTE = 1_000_000


class MediaKind(Enum):
    """A kind of file that the office takes: media type, extensions (the first is the proper one), name for people."""

    PDF = ("application/pdf", (".pdf",), "PDF")
    PNG = ("image/png", (".png",), "PNG")
    JPEG = ("image/jpeg", (".jpg", ".jpeg"), "JPEG")
    DOCX = (
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        (".docx",),
        "Word (DOCX)",
    )
    XLSX = ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", (".xlsx",), "Excel (XLSX)")

    def __init__(self, media_type: str, extensions: tuple[str, ...], title: str):
        self.media_type = media_type
        self.extensions = extensions
        self.title = title


def refusal(sentence: Sentence) -> RuleBroken:
    """A file is not taken, for this reason."""
    return RuleBroken(sentence, field="file")


class UnknownKind(RuleBroken):
    """A file of none of the kinds that the office takes."""

    def __init__(self, looks_like: Sentence):
        self.looks_like = looks_like
        sentence = _(
            "This cannot be taken: it looks like %(looks_like)s. "
            "Choose a PDF, PNG, JPEG, Word (DOCX) or Excel (XLSX) file.",
            looks_like=looks_like,
        )
        super().__init__(sentence, field="file")


def read_at(stream: BinaryIO, position: int, length: int) -> bytes:
    """So many bytes from there on."""
    stream.seek(max(position, 0))
    return stream.read(length)
