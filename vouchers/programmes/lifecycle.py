"""The lives of programmes, calls and envelopes. Today all of them begin in a programme file."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.programmes import policy
from vouchers.programmes.states import CallState, CorrigendumState, EnvelopeState, ProgrammeState

PROGRAMME = Lifecycle(
    "programme",
    {
        # verb  from                     to                     who              label
        "load": ((), ProgrammeState.ACTIVE, policy.may_load, _("Programme loaded")),
        "change": ({ProgrammeState.ACTIVE}, None, policy.may_load, _("Programme changed")),
    },
)

CALL = Lifecycle(
    "call",
    {
        "load": ((), CallState.PUBLISHED, policy.may_load, _("Call published")),
        "correct": ({CallState.PUBLISHED}, None, policy.may_load, _("Call corrected, and its applicants told")),
    },
)

ENVELOPE = Lifecycle(
    "envelope",
    {
        "appropriate": ((), EnvelopeState.APPROPRIATED, policy.may_load, _("Budget voted")),
        "increase": ({EnvelopeState.APPROPRIATED}, None, policy.may_load, _("More budget voted")),
        "receive_funds": ({EnvelopeState.APPROPRIATED}, None, policy.is_finance_officer, _("Record money received")),
        "undo_receipt": ({EnvelopeState.APPROPRIATED}, None, policy.is_finance_officer, _("Take back money received")),
    },
)

CORRIGENDUM = Lifecycle(
    "corrigendum",
    {
        "publish": ((), CorrigendumState.PUBLISHED, policy.may_load, _("Correction published")),
        "tell": ({CorrigendumState.PUBLISHED}, None, policy.is_the_office, _("Applicants told of the correction")),
    },
)
