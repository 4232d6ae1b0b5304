"""The life of a draw by lot. Its source is announced at the freezing where the call names it; a run is set aside only
by two persons, and never forgotten."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.draws import policy
from vouchers.draws.states import DrawState

_S = DrawState

DRAW = Lifecycle(
    "draw",
    {
        # verb              from                        to             who                label
        "freeze": ((), _S.FROZEN, policy.is_manager, _("Freeze the pool")),
        "announce": ({_S.FROZEN}, _S.ANNOUNCED, policy.is_manager, _("Name the source")),
        "enter_numbers": ({_S.ANNOUNCED}, _S.NUMBERED, policy.is_manager, _("Enter the numbers")),
        "correct_numbers": ({_S.NUMBERED}, _S.NUMBERED, policy.may_correct, _("Correct the numbers")),
        "run": ({_S.NUMBERED}, _S.DRAWN, policy.may_run, _("Run the draw")),
        "propose_correction": ({_S.DRAWN}, _S.DISPUTED, policy.may_correct, _("Propose other numbers")),
        "confirm_correction": ({_S.DISPUTED}, _S.NUMBERED, policy.may_confirm, _("Set this draw aside")),
        "refuse_correction": ({_S.DISPUTED}, _S.DRAWN, policy.may_check, _("Keep this draw")),
    },
)
