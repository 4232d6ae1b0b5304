"""The lives of statements of ownership, declarations of aid, entries of the aid register, and of what is kept."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.eligibility import policy
from vouchers.eligibility.states import DeclarationState, EntryState, KeptState, StatementState

_O, _D, _E, _K = StatementState, DeclarationState, EntryState, KeptState

OWNERSHIP_STATEMENT = Lifecycle(
    "ownership_statement",
    {
        # verb       from        to             who                   label
        "state": ((), _O.STATED, policy.is_writer, _("State who owns the company")),
        "supersede": ({_O.STATED}, _O.SUPERSEDED, policy.is_the_office, _("Replaced by a newer statement")),
        "dispose": (set(_O), _O.SUPERSEDED, policy.is_the_office, _("Deleted, as its time had ended")),
    },
)

AID_DECLARATION = Lifecycle(
    "aid_declaration",
    {
        "sign": ((), _D.SIGNED, policy.is_writer, _("Sign the declaration of aid received")),
        "supersede": ({_D.SIGNED}, _D.SUPERSEDED, policy.is_the_office, _("Replaced by a newer declaration")),
        "dispose": (set(_D), _D.SUPERSEDED, policy.is_the_office, _("Deleted, as its time had ended")),
    },
)

AID_ENTRY = Lifecycle(
    "aid_entry",
    {
        "open": ((), _E.DUE, policy.is_the_office, _("To be entered in the aid register")),
        "register": ({_E.DUE}, _E.REGISTERED, policy.is_manager, _("Enter the register’s reference")),
        "correct": ({_E.REGISTERED}, None, policy.is_manager, _("Correct the reference")),
        "cancel": ({_E.DUE, _E.REGISTERED}, _E.CANCELLED, policy.may_cancel_entry, _("Nothing to register")),
    },
)

KEPT_CHECK = Lifecycle(
    "kept_check",
    {
        "keep": ((), _K.KEPT, policy.is_the_office, _("Kept as it was at that moment")),
    },
)
