"""The answers of the two-minute check, signed, so that they can be carried into an application without being stored."""

from __future__ import annotations

from collections.abc import Mapping

from itsdangerous import BadData, URLSafeTimedSerializer

LASTS = 7 * 24 * 3600
"""Seconds."""
MOST_LETTERS = 4000


def sign_answers(answers: Mapping[str, str], key: str) -> str:
    """The answers as a token for an address."""
    return str(_serializer(key).dumps(dict(answers)))


def read_answers(token: str, key: str) -> dict[str, str]:
    """The answers of a token; none of one that is not ours, was changed, or is too old."""
    if not token or len(token) > MOST_LETTERS:
        return {}
    try:
        found = _serializer(key).loads(token, max_age=LASTS)
    except BadData:
        return {}
    return {str(name): str(value) for name, value in found.items()}


def _serializer(key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt="may-i-apply")
