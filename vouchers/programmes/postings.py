"""What the steps of an envelope post to the books. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from vouchers.ledger import recipes
from vouchers.ledger.drafts import JournalDraft, Move
from vouchers.ledger.recipes import Share, Shares


def envelope_appropriated(shares: Shares, *, reference: str, region: str, on: date) -> JournalDraft:
    """The budget of an envelope is voted, on each of its fund lines."""
    return recipes.appropriate(shares, reference=reference, narrative=f"Budget voted for {region}", on=on)


def envelope_increased(shares: Shares, *, reference: str, region: str) -> JournalDraft:
    """More budget is voted for an envelope."""
    return recipes.appropriate(shares, reference=reference, narrative=f"More budget voted for {region}")


def funds_received(share: Share, *, reference: str, line: str, on: date) -> JournalDraft:
    """A funder's money for one fund line arrived at the bank on that day."""
    return recipes.receive_funds([share], reference=reference, narrative=f"Money received for {line}", on=on)


def funds_taken_back(journal_id: int, moves: Sequence[Move], *, reference: str, reason: str, on: date) -> JournalDraft:
    """What was booked as money of a funder was not."""
    return recipes.reverse(
        journal_id, "receive_funds", moves, reference=reference, narrative=f"Taken back: {reason}", on=on
    )
