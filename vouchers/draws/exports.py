"""The public file of a draw: everything that somebody needs to do it again (`docs/verify-a-draw.md`)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from vouchers.core.links import full_url
from vouchers.core.localised import Text
from vouchers.draws.models import Draw
from vouchers.draws.rules.lots import Selection

FORMAT = "innovation-voucher-office draw 1"


def file_of(draw: Draw, late: Sequence[tuple[int, str]] = ()) -> bytes:
    """The file as JSON in UTF-8: pool, source, numbers, secret, each step, result. It names nobody.

    Args:
        late: place and reference of each who was left out of the pool by mistake.
    """
    return (json.dumps(_content(draw, late), ensure_ascii=False, indent=1) + "\n").encode()


def _content(draw: Draw, late: Sequence[tuple[int, str]]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "page": full_url("draws.show", draw_id=draw.id),
        "programme": draw.call.programme.code,
        "call": draw.call.code,
        "region": draw.region.code,
        "instruments": draw.instruments.split("+"),
        "round": draw.round,
        "state": draw.state.value,
        "pool": draw.pool_text,
        "pool_sha256": draw.sha256,
        "frozen_at": _moment(draw.frozen_at),
        "places": draw.places,
        "source": _versions(draw.source_text),
        "source_url": draw.source_url,
        "numbers_that_count": _versions(draw.numbers_text),
        "held_at": _moment(draw.held_at),
        "hash": draw.hash.value,
        "commitment": draw.commitment,
        "secret": draw.secret,
        "numbers": draw.used,
        "numbers_as_typed_first": draw.typed,
        "numbers_proposed": draw.corrected if draw.is_disputed else None,
        "correction_reason": draw.correction_reason or None,
        "keystring": draw.keystring,
        "steps": _steps(draw.steps),
        "result": draw.result,
        "run_at": _moment(draw.run_at),
        "late": [{"reference": reference, "place": place} for place, reference in late],
        "set_aside": _set_aside(draw),
    }


def _set_aside(draw: Draw) -> dict[str, Any] | None:
    """A first run that was set aside, as it was published; the secret was known since."""
    if draw.set_aside_at is None:
        return None
    return {
        "numbers": draw.typed,
        "keystring": draw.first_keystring,
        "steps": _steps(draw.first_steps),
        "result": draw.first_result,
        "run_at": _moment(draw.first_run_at),
        "proposed_at": _moment(draw.corrected_at),
        "set_aside_at": _moment(draw.set_aside_at),
        "because": draw.correction_reason,
        "secret_was_known": draw.commitment is not None,
    }


def _steps(steps: Iterable[Selection]) -> list[dict[str, Any]]:
    return [
        {
            "index": one.number,
            "hash": one.digest,
            "divisor": one.divisor,
            "remainder": one.remainder,
            "selected": one.selected,
            "reference": one.name,
        }
        for one in steps
    ]


def _versions(text: Text) -> dict[str, str]:
    return dict(text.versions)


def _moment(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
