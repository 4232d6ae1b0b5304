"""What people type, cleaned: one spelling for what looks the same, nothing that cannot be kept or shown."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from urllib.parse import urlsplit

from werkzeug.datastructures import MultiDict

_UNPRINTABLE = {"Cc", "Cs", "Co"}
_INVISIBLE = dict.fromkeys([0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def clean_line(text: str) -> str:
    """One line of text: normalised (NFC), without control or direction characters, single spaces, no ends."""
    return " ".join(clean_text(text).split())


def clean_text(text: str) -> str:
    """Text of several lines: normalised (NFC), line ends as ``\\n``, no control characters (NUL cannot be kept)."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ").translate(_INVISIBLE)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(c for c in text if c == "\n" or not _is_unprintable(c))
    return text.strip()


def _is_unprintable(character: str) -> bool:
    code = ord(character)
    return unicodedata.category(character) in _UNPRINTABLE or code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF


def formdata_from_json(body: object) -> MultiDict[str, str]:
    """What an autosave posted as JSON, in the shape of a posted form; anything that is not text is left out."""
    pairs: list[tuple[str, str]] = []
    for name, value in body.items() if isinstance(body, Mapping) else ():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, bool):
                pairs.append((str(name), "yes" if one else "no"))
            elif isinstance(one, str | int | float):
                pairs.append((str(name), str(one)))
    return MultiDict(pairs)


def whole_number(text: object) -> int | None:
    """A whole number that was posted unseen, as a version or a count; None for anything else."""
    posted = str(text)
    return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 10 else None


def fingerprint(text: str) -> str:
    """A short mark of a text, by which a page knows whether it was changed since."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def is_web_address(text: str) -> bool:
    """Whether it begins with http:// or https:// and names a host."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        is_good = parts.scheme in {"http", "https"} and "." in host and parts.port != 0 and not parts.username
    except ValueError:
        return False
    return is_good and len(text) <= 2000 and not re.search(r"[\s<>\"\\]", text)
