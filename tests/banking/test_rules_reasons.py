"""The bank's codes in plain words."""

import re

import pytest

from vouchers.banking.rules.reasons import find_code, in_words
from vouchers.payables.rules.reason_codes import _MORE, REASONS, is_about_the_account, say_reason

COMMON = """
    AC01 AC03 AC04 AC06 AC07 AC13 AG01 AG02 AM01 AM02 AM03 AM04 AM05 AM06 AM07 AM09 AM10 ARDT BE01 BE04 BE05 BE06 CNOR
    CURR CUST DNOR DS02 DT01 DUPL ED05 FF01 FOCR FRAD MD07 MS02 MS03 NARR NOAS NOOR RC01 RC04 RC07 RF01 RR01 RR02 RR03
    RR04 SL01 TM01 TECH UPAY
"""
"""What banks of the euro payments area use in returns, refusals and recalls (EPC125-05, EPC132-08)."""


@pytest.mark.parametrize("code", COMMON.split())
def test_the_common_codes_are_explained(code):
    assert code in REASONS
    assert code not in say_reason(code).source


def test_no_code_is_explained_twice_and_each_looks_like_one():
    more = [code for codes in _MORE for code in codes.split()]
    assert len(more) == len(set(more))
    assert len(REASONS) > 100
    assert all(re.fullmatch(r"[A-Z]{2}[A-Z0-9]{2}", code) for code in REASONS)


def test_which_codes_ask_for_another_account():
    assert [code for code in ("AC04", "AC07", "RC07", "MS03", "AM04") if is_about_the_account(code)] == [
        "AC04",
        "AC07",
        "RC07",
    ]


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("AC04", "", "AC04: The account is closed."),
        ("ac04", "konto lukket", "ac04: The account is closed. (konto lukket)"),
        ("X99", "see letter", "X99: The bank gave the code X99. (see letter)"),
        ("", "", "The bank gave no reason."),
        ("", "konto lukket", "The bank gave no reason. (konto lukket)"),
        ("MS03", "", "MS03: The bank gave no reason."),
    ],
)
def test_in_words(code, words, expected):
    assert in_words(code, words).source == expected


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("AC04 COMPTE CLOTURE", "AC04"),
        ("RETURN /RSN/AC01/", "AC01"),
        ("Grund: MD07.", "MD07"),
        ("IN2-AC01X", ""),
        ("BE68539007547034", ""),
        ("", ""),
        ("ZZ99", ""),
    ],
)
def test_a_code_is_found_in_what_the_bank_wrote(words, code):
    assert find_code(words) == code
