"""Which passwords are refused (NIST SP 800-63B rev 4, section 3.1.1.2): short ones, and those that are tried first.

Length decides; nothing is asked about kinds of characters, and nothing expires. A password is refused when it falls
apart into too few pieces, where a piece is a word or a famous phrase that is often used, a keyboard walk, a run, a
repetition, a year, or something known about the person, and every other character is a piece of its own. Neither case
nor what stands between words makes it another one.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _

SHORTEST = 12
LONGEST = 128
FEWEST_PIECES = 5
SERVICE_WORDS = ("innovation", "voucher", "vouchers", "office", "innovationvoucher", "in2lifesciences", "lifesciences")
_BETWEEN_WORDS = "_.,'’"
_LONGEST_WORD = 36  # also the famous phrases of the list, written without blanks
_LEET = str.maketrans("@4301!$57", "aaeoiisst")
_ROWS = (
    "1234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "qwertzuiop",
    "yxcvbnm",
    "azertyuiop",
    "qsdfghjklm",
    "wxcvbn",
)
_COLUMNS = ("1qaz", "2wsx", "3edc", "4rfv", "5tgb", "6yhn", "7ujm", "8ik", "9ol")
_RUNS = ("!@#$%^&*()", "abcdefghijklmnopqrstuvwxyz", "01234567890", *_ROWS, *_COLUMNS, "".join(_COLUMNS[:6]))
_WALKS = tuple(run for forward in _RUNS for run in (forward, forward[::-1]))


def normalised(password: str) -> str:
    """The form that is compared and hashed: NFKC, so that every keyboard's way of writing it is the same password."""
    return unicodedata.normalize("NFKC", password)


def ensure_good_password(password: str, *, about: Iterable[str] = (), field: str = "password") -> None:
    """Refuse a password that is too short, too long, or among the first to be tried.

    Args:
        about: what others know about the person: email address and name.

    Raises:
        RuleBroken
    """
    chosen = normalised(password)
    if len(chosen) < SHORTEST:
        raise RuleBroken(_("The password must have %(least)s characters or more", least=SHORTEST), field=field)
    if len(chosen) > LONGEST:
        raise RuleBroken(_("The password must have %(most)s characters or fewer", most=LONGEST), field=field)
    known = frozenset(_parts_of(about))
    if len(set(chosen)) < FEWEST_PIECES or count_pieces(chosen, known) < FEWEST_PIECES:
        raise RuleBroken(
            _(
                "This password is too easy to guess: it is often used, or it is made of your name, your email "
                "address, the name of this service, or a simple pattern. Three or four unrelated words work well"
            ),
            field=field,
        )


def count_pieces(password: str, known: frozenset[str] = frozenset()) -> int:
    """The fewest pieces that the password falls apart into."""
    text = "".join(letter for letter in password.casefold() if not _is_between_words(letter))
    text = _without_repetition(text)
    plain = text.translate(_LEET)
    words = _common_words() | known
    best = [0]
    for end in range(1, len(text) + 1):
        fewest = best[end - 1] + 1
        for start in range(max(0, end - _LONGEST_WORD), end - 2):
            if best[start] + 1 < fewest and _is_piece(text[start:end], plain[start:end], words):
                fewest = best[start] + 1
        best.append(fewest)
    return best[-1]


def _is_between_words(letter: str) -> bool:
    """A blank, a hyphen or a dash of any kind, or another mark that people put there."""
    return letter in _BETWEEN_WORDS or letter.isspace() or unicodedata.category(letter) == "Pd"


def _is_piece(text: str, plain: str, words: frozenset[str] | set[str]) -> bool:
    if text in words or plain in words or plain[::-1] in words:
        return True
    if len(set(text)) == 1 or any(text in walk for walk in _WALKS):
        return True
    return len(text) == 4 and text.isascii() and text.isdigit() and text[:2] in {"19", "20"}


def _without_repetition(text: str) -> str:
    """``abcabcabc`` is as easy as ``abc``."""
    for size in range(1, len(text) // 2 + 1):
        unit = text[:size]
        if (unit * (len(text) // size + 1))[: len(text)] == text:
            return unit
    return text


def _parts_of(about: Iterable[str]) -> Iterable[str]:
    for said in (*about, *SERVICE_WORDS):
        folded = normalised(said).casefold()
        for half in folded.split("@"):
            parts = "".join(letter if letter.isalnum() else " " for letter in half).split()
            yield from (part for part in parts if len(part) >= 3)
            yield "".join(parts)


@cache
def _common_words() -> frozenset[str]:
    path = Path(__file__).parents[1] / "common_passwords.txt"
    return frozenset(path.read_text(encoding="utf-8").split())
