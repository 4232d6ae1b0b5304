"""What is refused as a password, and what is not: NIST SP 800-63B rev 4, section 3.1.1.2."""

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.users.rules.passwords import ensure_good_password

ADA = ["ada.applicant@sme.example", "Ada Applicant"]

REFUSED = [
    # password                     why
    ("",                            "12 characters or more"),
    ("elevenchars",                 "12 characters or more"),
    ("x" * 129,                     "128 characters or fewer"),
    ("aaaaaaaaaaaa",                "too easy"),
    ("passwordpassword",            "too easy"),
    ("passwort passwort",           "too easy"),
    ("P@ssw0rd2024!",               "too easy"),
    ("Welcome2024!!",               "too easy"),
    ("123456789012",                "too easy"),
    ("098765432109",                "too easy"),
    ("qwertyuiop12",                "too easy"),
    ("azertyuiop12",                "too easy"),
    ("qwertzuiop12",                "too easy"),
    ("1qaz2wsx3edc",                "too easy"),
    ("abcabcabcabc",                "too easy"),
    ("abababababab",                "too easy"),
    ("112233445566",                "too easy"),
    ("password!@#$%^&*",            "too easy"),
    ("            xyz",             "too easy"),
    ("iloveyouforever",             "too easy"),
    ("Innovation2024!",             "too easy"),
    ("innovation voucher office",   "too easy"),
    ("correct horse battery staple", "too easy"),
    ("Correct-Horse-Battery-Staple", "too easy"),
    ("correcthorsebatterystaple",   "too easy"),
    ("CORRECT_HORSE.BATTERY STAPLE", "too easy"),
    ("correct–horse–battery–staple", "too easy"),
    ("correct horse battery staple 1", "too easy"),
    ("C0rrectH0rseB@tteryStaple!",  "too easy"),
    ("to be or not to be",          "too easy"),
    ("The quick brown fox jumps over the lazy dog", "too easy"),
    ("ada.applicant@sme.example",   "too easy"),
    ("ada.applicant",               "too easy"),
    ("AdaApplicant1",               "too easy"),
    ("ａｄａａｐｐｌｉｃａｎｔ１２",         "too easy"),
]  # fmt: skip

ACCEPTED = [
    "pebble-orchard-violin-43",
    "correct pebble battery orchard",
    "kE9#vTz2!qLm",
    "zomervakantie in Zeeland",
    "moje heslo je dlouhe",
    "ĄĘŻ źdźbło kukułka",
    "всё хорошо сегодня",
    "🦊🐢🦉🐝🌵🍄🎻⛵🧭🧶🪁🗝",
    "#&)=?~{;|<>*",
    "v" + "kq9xb" * 25,
]


@pytest.mark.parametrize(("password", "why"), REFUSED)
def test_refused(password, why):
    with pytest.raises(RuleBroken, match=why) as refused:
        ensure_good_password(password, about=ADA)
    assert refused.value.field == "password"


@pytest.mark.parametrize("password", ACCEPTED)
def test_accepted(password):
    ensure_good_password(password, about=ADA)


def test_the_list_of_common_words_is_large_enough():
    from vouchers.users.rules.passwords import _common_words

    assert sum(len(word) >= 8 for word in _common_words()) >= 1000
