"""The bank's codes in plain words."""

import re

import pytest

from vouchers.banking.rules.reasons import _MEANINGS, MEANINGS, explain, find_code, in_words

COMMON = """
    AC01 AC03 AC04 AC06 AC07 AC13 AG01 AG02 AM01 AM02 AM03 AM04 AM05 AM06 AM07 AM09 AM10 BE01 BE04 BE05 BE06 CNOR CURR
    CUST DNOR DT01 DUPL ED05 FF01 FOCR FRAD MD07 MS02 MS03 NARR NOAS NOOR RC01 RC04 RC07 RF01 RR01 RR02 RR03 RR04 SL01
    TM01 TECH UPAY
"""
"""What banks of the euro payments area use in returns, refusals and recalls (EPC125-05, EPC132-08)."""


@pytest.mark.parametrize("code", COMMON.split())
def test_the_common_codes_are_explained(code):
    assert code in MEANINGS


def test_no_code_is_explained_twice_and_each_looks_like_one():
    codes = [code for codes, _meaning in _MEANINGS for code in codes.split()]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[A-Z]{2}[A-Z0-9]{2}", code) for code in codes)


@pytest.mark.parametrize(
    ("code", "words", "expected"),
    [
        ("AC04", "", "AC04: The payee’s account is closed. Ask the payee for another one."),
        ("ac04", "", "ac04: The payee’s account is closed. Ask the payee for another one."),
        ("X99", "see letter", "X99: The bank gave a code of its own. (see letter)"),
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


def test_what_is_not_known_is_said_so():
    assert explain("QQQQ").source == "The bank gave a code of its own."
