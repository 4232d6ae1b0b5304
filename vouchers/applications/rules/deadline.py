"""When a call takes applications: by the server's clock, from its first to its last second."""

from __future__ import annotations

from datetime import datetime, timedelta

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Instant, Sentence, say_count
from vouchers.core.text import say as _
from vouchers.programmes.rules.plan import Call


def closed_sentence(call: Call, at: datetime, *, has_written: bool = True) -> Sentence | None:
    """Why the call takes nothing at this moment; None while it is open.

    The closing second still counts: what the server received within it is in time, one second later is not.

    Args:
        has_written: whether the reader has an application there that stays to be read.
    """
    if at.replace(microsecond=0) < call.opens_at:
        return _(
            "This call opens on %(when)s. Nothing can be submitted before.", when=Instant(call.opens_at, call.time_zone)
        )
    if has_closed(call, at) and not has_written:
        return _(
            "This call closed on %(when)s, so nothing can be submitted any more.",
            when=Instant(call.closes_at, call.time_zone),
        )
    if has_closed(call, at):
        return _(
            "This call closed on %(when)s, so nothing can be submitted any more. What you have written stays here, and "
            "you can read it.",
            when=Instant(call.closes_at, call.time_zone),
        )
    return None


def has_closed(call: Call, at: datetime) -> bool:
    """Whether the last second of the call has passed: a draft is shown to be read and no longer to be written."""
    return at.replace(microsecond=0) > call.closes_at


def ensure_open(call: Call, at: datetime) -> None:
    """Refuse what comes before the first or after the last second of the call."""
    if sentence := closed_sentence(call, at):
        raise RuleBroken(sentence)


def ensure_takes_submissions(call: Call, at: datetime) -> None:
    """The same for handing in, with the call's minutes of grace: the server decides, no page announces them."""
    grace = timedelta(minutes=call.grace_minutes)
    if not call.closes_at < at.replace(microsecond=0) <= call.closes_at + grace:
        ensure_open(call, at)


def ensure_room(most: int, others: int) -> None:
    """The call takes one more application than those that stand."""
    if others >= most:
        raise RuleBroken(
            say_count(
                "This call takes %(count)s application, and it has been submitted. What you have written stays here: "
                "you can submit it if that one is withdrawn before the call closes.",
                "This call takes %(count)s applications, and they have been submitted. What you have written stays "
                "here: you can submit it if one of them is withdrawn before the call closes.",
                most,
            )
        )
