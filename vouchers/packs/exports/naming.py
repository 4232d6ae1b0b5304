"""How a pack's pages name things: by the words that people use, not by numbers of rows."""

from __future__ import annotations

from typing import Any

from vouchers.core.formatting import money
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.packs.exports.pages import link
from vouchers.packs.rules import DISPOSED, HELD_BACK, LOST, WITHHELD, safe_name

WHY_NOT = {
    DISPOSED: _("No longer kept: its time was over"),
    HELD_BACK: _("Held back by the virus scanner"),
    LOST: _("Missing, and nothing on record says why"),
    WITHHELD: _("Left out: it holds answers that the form does not show to auditors"),
}
KINDS: dict[str, Sentence] = {
    "advance": _("Advance"),
    "aid_declaration": _("Declaration of aid"),
    "agreement": _("Agreement"),
    "amendment": _("Amendment"),
    "appeal": _("Appeal"),
    "application": _("Application"),
    "bank_account": _("Bank account"),
    "batch": _("Batch"),
    "claim": _("Claim"),
    "clarification": _("Clarification"),
    "ownership_statement": _("Statement of ownership"),
    "recovery": _("Recovery"),
    "termination": _("Termination"),
}


def page_of(reference: str) -> str:
    """Where a voucher's page lies."""
    return f"vouchers/{safe_name(reference)}.html"


def linked(facts: dict[str, Any], above: str) -> Any:
    """A document or submission by its name, with a link where it lies here.

    Args:
        above: how one comes from the page to the top of the pack.
    """
    name = facts["filename"] or facts["purpose"]
    return link(above + facts["path"], name) if facts["path"] else name


def of_what(facts: dict[str, Any], number: str = "") -> str:
    """To what a document belongs, and as what it was asked for."""
    kind = str(KINDS.get(facts["subject_kind"], facts["subject_kind"].replace("_", " ")))
    return f"{kind} {number}".strip() + f": {facts['purpose']}"


def why_not(facts: dict[str, Any]) -> str:
    """Why something is named only."""
    at = facts.get("disposed_at") or facts.get("erased_at") or ""
    return f"{WHY_NOT[facts['why_not']]} {at[:10]}".strip()


def clock_text(moment: str | None) -> str:
    """``2026-11-20 09:30:00 UTC``, of a moment as the record writes it; nothing where there is none."""
    return f"{moment[:19].replace('T', ' ')} UTC" if moment else ""


def amount(cents: int | None, currency: str) -> str:
    """An amount as people read it; nothing where there is none."""
    return "" if cents is None else money(Money(cents, currency))
