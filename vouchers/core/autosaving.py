"""What the pages share that save while somebody types: the script's body in, its answer out.

The script (`theme/`) posts what changed since it last saved, with the `version` that the form was drawn from. It reads
409 as "someone else was here" (for the boxes that are named, or for all), 422 as "press Save to see why", and takes the
new version from the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response, jsonify, request

from vouchers.core.errors import Refused
from vouchers.core.formatting import clock_time
from vouchers.core.text import Sentence
from vouchers.core.text import say as _


def read_body() -> dict[str, Any]:
    """What the script sent. Raises `Refused` for anything else."""
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused(_("Nothing was sent."))
    return body


def answer_saved(version: str, at: datetime, zone: str, *, besides: Sentence | str | None = None) -> Response:
    """It is saved, at this moment on the reader's clock.

    Args:
        besides: what is not saved, and why; it stands behind the time on the page.
    """
    time = clock_time(at, zone)
    if besides is not None:
        time = str(_("%(time)s, but not everything: %(reason)s", time=time, reason=str(besides).rstrip(".")))
    return jsonify(version=version, saved_at=time, message="")


def answer_refused(sentence: Sentence | str, status: int = 422) -> tuple[Response, int]:
    """It is not saved, for this reason."""
    return jsonify(message=str(sentence)), status


def answer_overtaken(sentence: Sentence | str, version: str, boxes: Sequence[str]) -> tuple[Response, int]:
    """All is saved but what stands in these boxes, for this reason.

    Args:
        boxes: their names; of an answer with several boxes, what all their names begin with.
    """
    return jsonify(message=str(sentence), version=version, boxes=list(boxes)), 409
