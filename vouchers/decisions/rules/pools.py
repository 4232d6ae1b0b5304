"""What a draw by lot means for decisions: nobody leaves its pool before, and the order of its places holds after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.decisions.rules.ranking import Place, Standing


def ensure_no_pool_thinned(draw: Any | None) -> None:
    """Nobody among whom a lot will be drawn is taken away before the lots are drawn."""
    if draw is None:
        raise RuleBroken(_("Freeze the pool first: until then everybody who is eligible stays in the draw."))
    if draw.result is None and not draw.is_held_elsewhere:
        raise RuleBroken(_("The lots are not drawn yet: until then everybody in the pool stays in the draw."))
    _ensure_undisputed(draw)


def ensure_drawn(
    draw: Any | None,
    reference: str,
    reason: str,
    ahead: Sequence[str] = (),
    *,
    reaches: bool,
    is_late: bool = False,
) -> None:
    """An award by lot goes to the next one in the drawn order whom the money covers.

    Args:
        ahead: who was drawn before, is covered by the money, and is neither awarded nor rejected.
        is_late: it came to the list after the draw, and stands at the place that the same draw gives it.
        reaches: whether the money reaches this place, as the call says what happens at the cut.
    """
    if draw is None:
        raise RuleBroken(_("Freeze the pool first: only those in it can be drawn."))
    if reference not in draw.references and not is_late:
        raise RuleBroken(_("%(reference)s is not in the frozen pool, so it cannot be drawn.", reference=reference))
    if draw.is_held_elsewhere:
        if not reason.strip():
            raise RuleBroken(
                _("Say by which draw it won: when, by which source of chance, and at which place."), field="reason"
            )
        return
    if draw.result is None:
        raise RuleBroken(_("The lots are not drawn yet. Awards follow the order of the draw."))
    _ensure_undisputed(draw)
    if reference not in draw.result and not is_late:
        raise RuleBroken(_("%(reference)s was not drawn.", reference=reference))
    if ahead:
        raise RuleBroken(
            _(
                "%(references)s was drawn before and the money reaches it: award it, or reject it with a reason, "
                "before or together with this one. Awards follow the order of the draw.",
                references=", ".join(ahead[:5]) + (" …" if len(ahead) > 5 else ""),
            )
        )
    ensure_reached(reaches)


def _ensure_undisputed(draw: Any) -> None:
    """Nothing is decided on a draw that may be set aside."""
    if draw.is_disputed:
        raise RuleBroken(_("Other numbers are proposed for this draw. Decide when they are confirmed or refused."))


def ensure_reached(reaches: bool | None) -> None:
    """The money reaches the place of a lot; None: no lot was drawn about it. Raises `RuleBroken`."""
    if reaches is False:
        raise RuleBroken(_("The money ends before this place of the draw. If some comes back, it follows in order."))


def list_ahead(places: Sequence[Place], key: Any) -> list[Place]:
    """Who has a better place, is waiting, and is covered by the money."""
    own = next((place.rank for place in places if place.entry.key == key), None)
    if own is None:
        return []
    return [
        place
        for place in places
        if place.rank is not None and place.rank < own and place.standing in {Standing.WITHIN, Standing.OFFER}
    ]
