"""The steps of a draw by lot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from vouchers.core.database import unit_of_work
from vouchers.core.localised import Text
from vouchers.draws import queries, secrets
from vouchers.draws.lifecycle import DRAW
from vouchers.draws.models import Draw
from vouchers.draws.rules import lots, pool, sources, steps
from vouchers.programmes.models import Call
from vouchers.programmes.rules.chance import read_expected
from vouchers.programmes.rules.selection_plan import DrawHash
from vouchers.regions.models import Region
from vouchers.users.models import User
from vouchers.workflow.transition import creation, transition


@dataclass(frozen=True, slots=True)
class Announcement:
    """The public source of a draw: what, where it is published, which numbers count, when it draws."""

    source: Text
    url: str
    numbers: Text
    held_at: datetime
    hash: DrawHash = DrawHash.SHA256
    has_secret: bool = True


def named_by(call: Call) -> Announcement | None:
    """The source that the call itself names."""
    named = call.plan.draw
    if named is None:
        return None
    return Announcement(
        named.source, named.source_url, named.numbers, named.held_at, named.hash, has_secret=named.has_secret
    )


def freeze_draw(
    call: Call,
    region: Region,
    references: Sequence[str],
    *,
    instruments: str,
    round: int,
    places: int | None = None,
    by: User,
    at: datetime,
) -> Draw:
    """Write down and hash who will be drawn among; where the call names a source that is still to draw, announce it.

    Args:
        places: how many are drawn; None: all, in order.

    Raises:
        RuleBroken: nobody is in the pool, or more than the procedure counts.
    """
    ordered = sorted(references)
    lots.ensure_drawable(len(ordered))
    draw = Draw(
        call=call,
        region=region,
        instruments=instruments,
        round=round,
        references=ordered,
        places=len(ordered) if places is None else min(places, len(ordered)),
        sha256=pool.pool_sha256(ordered),
        frozen_at=at,
        frozen_by_id=by.id,
    )
    named = named_by(call)
    with unit_of_work():
        with creation(draw, DRAW.freeze, by=by, at=at):
            pass
        if named is not None and named.held_at > at:
            announce_draw(draw, named, by=by, at=at)
        return draw


def announce_draw(draw: Draw, named: Announcement, *, by: User, at: datetime) -> None:
    """Publish the source whose numbers will decide, and the hash of the office's secret if there is one.

    Raises:
        RuleBroken: the source may have drawn already, or (of a pool from before) somebody is decided.
    """
    with transition(draw, DRAW.announce, by=by, at=at):
        steps.ensure_in_future(named.held_at, at, draw.call.time_zone)
        if draw.is_held_elsewhere:
            steps.ensure_nobody_decided(queries.count_decided(draw))
        draw.is_held_elsewhere = False
        draw.source, draw.numbers = _versions(named.source), _versions(named.numbers)
        draw.source_url, draw.held_at, draw.hash = named.url, named.held_at, named.hash
        draw.expected = [[one.count, one.highest] for one in read_expected(str(named.numbers))]
        draw.announced_at = at
        if named.has_secret:
            secret = secrets.new_secret()
            draw.commitment, draw.sealed_secret = secrets.commitment_to(secret), secrets.seal(secret)


def enter_numbers(draw: Draw, typed: str, *, by: User, at: datetime) -> None:
    """Write down the numbers of the source as they were typed.

    Raises:
        RuleBroken: the source has not drawn yet, or these are not its numbers.
    """
    with transition(draw, DRAW.enter_numbers, by=by, at=at):
        _ensure_held(draw, at)
        draw.typed = sources.read_numbers(typed, draw.expects)
        draw.typed_at, draw.typed_by_id = at, by.id


def correct_numbers(draw: Draw, typed: str, reason: str, *, by: User, at: datetime) -> None:
    """Take other numbers than were typed first, once, before the draw is run; both stand on the public page.

    Raises:
        RuleBroken: they are the same, or not the source's.
    """
    with transition(draw, DRAW.correct_numbers, by=by, at=at, why=reason):
        _write_correction(draw, typed, reason, by=by, at=at)


def propose_correction(draw: Draw, typed: str, reason: str, *, by: User, at: datetime) -> None:
    """Say that a draw was run with wrong numbers, for another person to decide. Everybody reads it at once.

    Raises:
        RuleBroken: they are the same or not the source's, or something rests on the draw.
    """
    with transition(draw, DRAW.propose_correction, by=by, at=at, why=reason):
        _ensure_nothing_rests_on(draw)
        _write_correction(draw, typed, reason, by=by, at=at)


def confirm_correction(draw: Draw, *, by: User, at: datetime) -> None:
    """Set the run aside, to be kept on the public page for ever; the draw is run again with the right numbers.

    Raises:
        RuleBroken: something rests on the draw.
    """
    with transition(draw, DRAW.confirm_correction, by=by, at=at, why=draw.correction_reason):
        _ensure_nothing_rests_on(draw)
        draw.first_keystring, draw.first_result = draw.keystring, draw.result
        draw.first_run_at, draw.first_run_by_id = draw.run_at, draw.run_by_id
        draw.set_aside_at, draw.set_aside_by_id = at, by.id
        draw.keystring = draw.result = draw.run_at = draw.run_by_id = None


def refuse_correction(draw: Draw, reason: str, *, by: User, at: datetime) -> None:
    """Keep the run: the numbers were right. The record keeps what was proposed."""
    with transition(draw, DRAW.refuse_correction, by=by, at=at, why=reason):
        draw.corrected = draw.corrected_at = draw.corrected_by_id = None
        draw.correction_reason = ""


def _write_correction(draw: Draw, typed: str, reason: str, *, by: User, at: datetime) -> None:
    numbers = sources.read_numbers(typed, draw.expects)
    steps.ensure_others(draw.typed or [], numbers)
    draw.corrected, draw.correction_reason = numbers, reason
    draw.corrected_at, draw.corrected_by_id = at, by.id


def _ensure_nothing_rests_on(draw: Draw) -> None:
    for guard in queries.GUARDS:
        guard(draw)
    steps.ensure_nobody_decided(queries.count_decided(draw))


def run_draw(draw: Draw, *, by: User, at: datetime) -> None:
    """Reveal the secret and draw: the result stands at once, on the public page too."""
    with transition(draw, DRAW.run, by=by, at=at):
        if draw.sealed_secret is not None:
            draw.secret = secrets.reveal(draw.sealed_secret, draw.commitment)
            draw.sealed_secret = None
        draw.keystring = lots.keystring(sources.as_numbers(draw.used), draw.secret or "")
        draw.result = [one.name for one in draw.steps]
        draw.run_at, draw.run_by_id = at, by.id


def _ensure_held(draw: Draw, at: datetime) -> None:
    assert draw.held_at is not None
    steps.ensure_held(draw.held_at, at, draw.call.time_zone)


def _versions(text: Text) -> list[list[str]]:
    return [list(version) for version in text.versions]
