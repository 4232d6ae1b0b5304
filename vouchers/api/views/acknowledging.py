"""What finance systems tell: what the bank did with a batch, or with one payment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import jsonify, request
from werkzeug.exceptions import BadRequest

from vouchers.api import actions
from vouchers.api.models import ApiToken
from vouchers.api.rules.asking import (
    FIELDS,
    Misasked,
    fingerprint_of,
    read_acknowledged,
    read_executed,
    read_key,
)
from vouchers.api.states import Right
from vouchers.api.views.blueprint import ROOT, asked, blueprint, with_token
from vouchers.core import clock
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _


@blueprint.post(f"{ROOT}/batches/<number>/acknowledgement")
@with_token(Right.ACKNOWLEDGE)
def acknowledge_batch(token: ApiToken, number: str) -> Any:
    """The bank has executed all that is under way in this batch."""
    key, body = _wish()
    said = read_executed(body)
    mark = fingerprint_of(request.path, body)
    with in_own_words():
        return _answer(*actions.acknowledge_batch(token, number, said, key=key, fingerprint=mark, at=clock.now()))


@blueprint.post(f"{ROOT}/payments/<end_to_end_id>/acknowledgement")
@with_token(Right.ACKNOWLEDGE)
def acknowledge_payment(token: ApiToken, end_to_end_id: str) -> Any:
    """What the bank did with this payment."""
    key, body = _wish()
    said = read_acknowledged(body)
    mark = fingerprint_of(request.path, body)
    with in_own_words():
        return _answer(
            *actions.acknowledge_payment(token, end_to_end_id, said, key=key, fingerprint=mark, at=clock.now())
        )


def _wish() -> tuple[str, Any]:
    """The idempotency key and the body."""
    asked()
    key = read_key(request.headers.get("Idempotency-Key"))
    try:
        return key, request.get_json()  # 415 where it is not said to be JSON
    except (BadRequest, RecursionError) as problem:
        raise Misasked(_("The body is not JSON.")) from problem


@contextmanager
def in_own_words() -> Iterator[None]:
    """A rule that names a box of a page names the field that the system sent instead."""
    try:
        yield
    except RuleBroken as refused:
        for one in (refused, *refused.besides):
            one.field = FIELDS.get(one.field or "", one.field)
        raise


def _answer(body: dict[str, Any], is_repeated: bool) -> Any:
    answer = jsonify(body)
    answer.headers["Idempotency-Replayed"] = "true" if is_repeated else "false"
    return answer
