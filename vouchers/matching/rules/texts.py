"""How alike texts are, reckoned here and nowhere else: TF-IDF with cosine (Salton and Buckley 1988).

A word counts ``(1 + ln tf) x (ln((1 + N) / (1 + df)) + 1)`` in a text, N texts and df of them with the word; each text
is then of length 1, and two are as alike as their product: from 0 (no word in common) to 1 (the same words).
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.sparse import csr_array

_WORD = re.compile(r"[^\W\d_]{3,}")
_LITTLE = """
and the for with that this are from our has have was will can der die das und mit von ist den dem des ein eine les une
est dans pour par sur avec qui que het een van voor met dat zijn og til som det del att para por con las los una gli
della nel sono nie jest oraz dla
after all also any been before both but can each into its more most not one only other out over than their them
then there these they those when where which while who whose you your
"""
COMMON = frozenset(_LITTLE.split())
"""Little words that say nothing."""


def words_of(text: str) -> list[str]:
    """The words of three letters and more, without case and accents, without the little ones."""
    plain = "".join(
        letter for letter in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(letter)
    )
    return [word for word in _WORD.findall(plain) if word not in COMMON]


class Likeness:
    """The texts of two sides, weighed together."""

    def __init__(self, ones: Sequence[str], others: Sequence[str]) -> None:
        counted = [Counter(words_of(text)) for text in (*ones, *others)]
        self.words = sorted({word for counts in counted for word in counts})
        number = {word: place for place, word in enumerate(self.words)}
        rows = np.repeat(np.arange(len(counted)), [len(counts) for counts in counted])
        columns = np.array([number[word] for counts in counted for word in counts], dtype=np.int64)
        values = 1 + np.log(np.array([count for counts in counted for count in counts.values()], dtype=np.float64))
        known = np.bincount(columns, minlength=len(self.words))
        values *= (np.log((1 + len(counted)) / (1 + known)) + 1)[columns]
        lengths = np.sqrt(np.bincount(rows, weights=values**2, minlength=len(counted)))
        values /= lengths[rows]
        whole = csr_array((values.astype(np.float32), (rows, columns)), shape=(len(counted), max(1, len(self.words))))
        self.ones, self.others = whole[: len(ones)], whole[len(ones) :]
        self._turned = self.others.T.tocsr()

    def between(self, part: slice) -> Any:
        """How alike these of the ones are with all others, float32, shape (part, others)."""
        return (self.ones[part] @ self._turned).toarray()

    def shared(self, one: int, other: int, most: int) -> list[str]:
        """The words that make the two alike, those that count most first."""
        left, right = self.ones[[one]], self.others[[other]]
        weights = dict(zip(left.indices.tolist(), left.data.tolist(), strict=True))
        both = [
            (weights[place] * weight, self.words[place])
            for place, weight in zip(right.indices.tolist(), right.data.tolist(), strict=True)
            if place in weights
        ]
        return [word for _weight, word in sorted(both, key=lambda found: (-found[0], found[1]))[:most]]
