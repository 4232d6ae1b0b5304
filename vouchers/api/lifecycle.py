"""The life of a token."""

from vouchers.api import policy
from vouchers.api.states import TokenState
from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _

_S = TokenState

API_TOKEN = Lifecycle(
    "api_token",
    {
        # verb         from           to            who                label
        "issue": ((), _S.ISSUED, policy.may_issue, _("Issue a token")),
        "acknowledge": ({_S.ISSUED}, None, policy.acts_for, _("Acknowledged through the interface")),
        "revoke": ({_S.ISSUED}, _S.REVOKED, policy.may_revoke, _("Revoke the token")),
    },
)
