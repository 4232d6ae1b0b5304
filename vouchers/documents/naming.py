"""File names as people send them, made safe to keep, to show and to hand out again."""

from __future__ import annotations

import re
import unicodedata

MAX_NAME = 120
"""Characters of a kept name, extension included."""
MAX_NAME_BYTES = 240
"""The same in UTF-8, so that any disk can hold the name when files are handed out as a folder."""

_RESERVED_ON_WINDOWS = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(\..*)?", re.IGNORECASE)
_EXTENSION = re.compile(r"[a-z0-9]{1,8}", re.IGNORECASE | re.ASCII)


def base_name(filename: str) -> str:
    """The file's own name, without the folders that some browsers send along."""
    return re.split(r"[/\\]", filename)[-1]


def visible_name(filename: str) -> str:
    """The file's own name as people see it: NFC, no control or direction characters, single spaces."""
    last = base_name(filename)
    visible = "".join(" " if c.isspace() else c for c in last if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join(unicodedata.normalize("NFC", visible).split())


def safe_filename(filename: str, *, fallback_extension: str = "") -> str:
    """No path, no control or direction characters, NFC, at most 120 characters; letters of all languages stay."""
    stem, extension = split_name(filename)
    return join_name(stem, extension or fallback_extension)


def split_name(filename: str) -> tuple[str, str]:
    """Clean stem and lower-case extension with its dot; either may be empty."""
    clean = re.sub(r'[<>:"|?*]', "_", visible_name(filename)).rstrip(". ")
    stem, dot, ending = clean.rpartition(".")
    if not (dot and _EXTENSION.fullmatch(ending)):
        stem, ending = clean, ""
    return stem.strip(". "), f".{ending.lower()}" if ending else ""


def join_name(stem: str, extension: str) -> str:
    """A whole name again: never empty, never a device of Windows, never too long."""
    stem = stem or "document"
    if _RESERVED_ON_WINDOWS.fullmatch(stem):
        stem = f"_{stem}"
    stem = stem[: MAX_NAME - len(extension)]
    while len(stem.encode()) > MAX_NAME_BYTES - len(extension):
        stem = stem[:-1]
    return stem.rstrip(". ") + extension
