"""Passwords, tokens and second factors: made, hashed, compared. Pure, but for the office's field key."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.fernet import Fernet, InvalidToken

from vouchers.users.rules.passwords import ensure_good_password, normalised

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's parameters for Argon2id: 19 MiB, two passes, one lane."""

_field_key: Fernet | None = None


def use_field_key(key: str) -> None:
    """Set the key that encrypts second-factor secrets (the application shell does)."""
    global _field_key
    _field_key = Fernet(key)


def hash_password(password: str) -> str:
    """Argon2id with a salt of its own."""
    return _hasher.hash(normalised(password))


_DECOY = hash_password("a password that nobody has")


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; takes as long when there is none, so that it does not tell who has an account."""
    try:
        return _hasher.verify(password_hash or _DECOY, normalised(password)) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def new_token() -> str:
    """256 random bits for a link or a cookie."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """What we keep of a token: random enough that a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_totp_secret() -> str:
    """160 random bits in base 32 (RFC 6238 over SHA-1, which every authenticator app reads)."""
    return pyotp.random_base32()


def seal_secret(secret: str) -> str:
    """Encrypt a second-factor secret for the database."""
    return _key().encrypt(secret.encode()).decode()


def open_secret(sealed: str) -> str:
    """Decrypt a second-factor secret."""
    return _key().decrypt(sealed.encode()).decode()


def try_to_open(sealed: object, *, lasts: int) -> str | None:
    """Decrypt what was handed to a browser at most `lasts` seconds ago; None if it is not ours or too old."""
    try:
        return _key().decrypt(str(sealed).encode(), ttl=lasts).decode()
    except InvalidToken:
        return None


def seal_address(email: str) -> str:
    """An email address as a token, for the page that says that a letter goes there."""
    return seal_secret(_LETTER_TO + email)


def open_address(token: str) -> str | None:
    """The email address of such a token; None if it is not ours or too old."""
    content = try_to_open(token, lasts=24 * 3600) if 0 < len(token) < 1000 else None
    return content.removeprefix(_LETTER_TO) if content and content.startswith(_LETTER_TO) else None


_LETTER_TO = "letter-to:"


def accepted_step(sealed: str, code: str, *, unix_time: int, last_step: int | None) -> int | None:
    """The time step of a right code, one step early or late at most and never used before; else None."""
    code = "".join(code.split())
    if not (code.isascii() and code.isdigit()):
        return None
    totp = pyotp.TOTP(open_secret(sealed))
    now = unix_time // totp.interval
    for step in (now, now - 1, now + 1):
        if (last_step is None or step > last_step) and secrets.compare_digest(totp.at(step * totp.interval), code):
            return step
    return None


def _key() -> Fernet:
    if _field_key is None:
        raise RuntimeError("no field key is set")
    return _field_key


@dataclass(frozen=True, slots=True, repr=False)
class ChosenPassword:
    """A password that was found good enough; only its hash goes on from here."""

    password_hash: str


def choose_password(password: str, *, about: Iterable[str], field: str = "password") -> ChosenPassword:
    """Check a new password against the rules and hash it. Raises `RuleBroken`."""
    ensure_good_password(password, about=about, field=field)
    return ChosenPassword(hash_password(password))


_CODE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def demo_password(secret_key: str) -> str:
    """The password of the invented people of a demo, for pages that ask for it again: another one in each office.

    It says nothing of the key (HMAC-SHA-256), and whoever has the demo off has to give new ones.
    """
    digest = hmac.digest(secret_key.encode(), b"the password of the demo's people", "sha256")
    letters = [_CODE_LETTERS[byte % len(_CODE_LETTERS)] for byte in digest[:16]]
    return "-".join("".join(letters[start : start + 4]) for start in range(0, 16, 4))


def new_recovery_codes(count: int = 10) -> list[str]:
    """Codes of sixteen characters in groups of four, without those that look alike: 79 random bits each."""
    return ["-".join("".join(secrets.choice(_CODE_LETTERS) for _ in range(4)) for _ in range(4)) for _ in range(count)]


def hash_recovery_code(user_id: int, code: str) -> str:
    """What we keep of a recovery code, whatever spaces, hyphens and capitals it is typed with."""
    plain = "".join(letter for letter in code.casefold() if letter.isalnum())
    return hash_token(f"recovery:{user_id}:{plain}")


def totp_address(secret: str, email: str) -> str:
    """The ``otpauth:`` address that an authenticator app reads from the QR code."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=email, issuer_name="Innovation Voucher Office"))
