from datetime import UTC, datetime

import pyotp
import pytest

from vouchers.users import secrets

NOON = int(datetime(2026, 3, 2, 12, tzinfo=UTC).timestamp())
STEP = NOON // 30


@pytest.fixture
def sealed(app):
    return secrets.seal_secret(secrets.new_totp_secret())


def code_at(sealed, step):
    return pyotp.TOTP(secrets.open_secret(sealed)).at(step * 30)


@pytest.mark.parametrize(
    ("of_step", "last", "accepted"),
    [
        (STEP, None, STEP),
        (STEP - 1, None, STEP - 1),
        (STEP + 1, None, STEP + 1),
        (STEP - 2, None, None),
        (STEP + 2, None, None),
        (STEP, STEP - 1, STEP),
        (STEP, STEP, None),
        (STEP - 1, STEP, None),
    ],
)
def test_a_code_is_taken_near_its_time_and_never_again(sealed, of_step, last, accepted):
    code = code_at(sealed, of_step)
    assert secrets.accepted_step(sealed, code, unix_time=NOON, last_step=last) == accepted


@pytest.mark.parametrize("code", ["", "abc", "12345", "１２３４５６", "0" * 500])
def test_strange_codes_are_only_wrong(sealed, code):
    assert secrets.accepted_step(sealed, code, unix_time=NOON, last_step=None) is None


def test_a_code_may_be_typed_with_a_space(sealed):
    code = code_at(sealed, STEP)
    assert secrets.accepted_step(sealed, f"{code[:3]} {code[3:]}", unix_time=NOON, last_step=None) == STEP


def test_the_secret_is_not_readable_in_the_database(app):
    secret = secrets.new_totp_secret()
    assert secret not in secrets.seal_secret(secret)
    assert secrets.try_to_open("forged", lasts=10) is None


def test_a_password_is_the_same_however_the_keyboard_composes_it():
    composed, decomposed = "caf\u00e9 au bord de la mer", "cafe\u0301 au bord de la mer"
    assert secrets.is_password(secrets.hash_password(composed), decomposed)


def test_recovery_codes_are_read_with_or_without_hyphens():
    (code,) = secrets.new_recovery_codes(1)
    assert secrets.hash_recovery_code(7, code) == secrets.hash_recovery_code(7, f" {code.upper().replace('-', ' ')} ")
    assert secrets.hash_recovery_code(7, code) != secrets.hash_recovery_code(8, code)
