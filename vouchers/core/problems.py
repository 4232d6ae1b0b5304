"""Answers to programs when something cannot be done: problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import flask

PREFIX = "/api/"
"""Addresses that only programs ask for."""
MEDIA_TYPE = "application/problem+json"


def is_asked_by_program() -> bool:
    """Whether what is being answered was asked at one of these addresses."""
    return flask.request.path.startswith(PREFIX)


def problem(status: int, detail: str, faults: Mapping[str, Any] | None = None) -> flask.Response:
    """The answer; `faults` has a sentence for each field that is wrong."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if faults:
        body["errors"] = [{"field": name, "message": str(sentence)} for name, sentence in faults.items()]
    answer = flask.jsonify(body)
    answer.status_code, answer.content_type = status, MEDIA_TYPE
    answer.headers["Cache-Control"] = "no-store"
    return answer
