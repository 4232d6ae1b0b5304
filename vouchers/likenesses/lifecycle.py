"""The life of a likeness."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.likenesses import policy
from vouchers.likenesses.states import LikenessState

_S = LikenessState

LIKENESS = Lifecycle(
    "likeness",
    {
        # verb        from                         to             who                     label
        "note": ((), _S.NOTED, policy.is_its_actor, _("Went on, looking like one person")),
        "tell_apart": ({_S.NOTED, _S.FOUND_SAME}, _S.TOLD_APART, policy.is_third_person, _("They are two persons")),
        "find_same": ({_S.NOTED, _S.TOLD_APART}, _S.FOUND_SAME, policy.is_third_person, _("They are one person")),
    },
)
