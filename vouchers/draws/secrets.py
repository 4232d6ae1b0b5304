"""The secret of a draw: made, committed to, sealed, revealed."""

from __future__ import annotations

import hashlib
import secrets

from cryptography.fernet import InvalidToken

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.users.secrets import open_secret, seal_secret


def new_secret() -> str:
    """256 random bits as 64 capital hexadecimal digits."""
    return secrets.token_hex(32).upper()


def commitment_to(secret: str) -> str:
    """SHA-256 of the secret's 64 characters, in hex: published before, it binds the office without telling."""
    return hashlib.sha256(secret.encode("ascii")).hexdigest()


def seal(secret: str) -> str:
    """The secret as the database keeps it until the draw."""
    return seal_secret(secret)


def reveal(sealed: str, commitment: str | None) -> str:
    """The secret.

    Raises:
        RuleBroken: the office's field key is another one than before, or the secret is not the one committed to.
    """
    try:
        secret = open_secret(sealed)
    except InvalidToken:
        raise RuleBroken(
            _("The secret cannot be opened with the office’s present key. Ask an administrator for the key that was "
              "used when the source was named.")
        ) from None  # fmt: skip
    if commitment_to(secret) != commitment:
        raise RuleBroken(_("The secret is not the one that was committed to, so nothing is drawn with it."))
    return secret
