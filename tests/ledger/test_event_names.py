"""Every kind of journal has its words."""

from __future__ import annotations

import re
from pathlib import Path

import vouchers.ledger
from vouchers.ledger.event_names import EVENT_NAMES, say_event


def test_each_kind_of_journal_that_is_made_has_its_words_and_no_other_has():
    folder = Path(vouchers.ledger.__file__).parent
    made = {
        code
        for name in ("recipes.py", "bank_recipes.py")
        for code in re.findall(r'JournalDraft\(\s*"(\w+)"', (folder / name).read_text(encoding="utf-8"))
    }
    assert made == set(EVENT_NAMES)


def test_what_is_taken_back_says_so_and_what_is_not_known_is_its_code():
    assert str(say_event("reverse_bank_debit")) == "Taken back: Payment executed by the bank"
    assert say_event("of_old") == "of_old"
