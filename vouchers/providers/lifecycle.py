"""The life of a provider in the register."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.providers import policy
from vouchers.providers.states import ProviderState

_S = ProviderState
_LISTED = {_S.REGISTERED, _S.ACCREDITED}

PROVIDER = Lifecycle(
    "provider",
    {
        # verb      from                     to             who                       label
        "register": ((), _S.REGISTERED, policy.may_keep_register, _("Enter into the register")),
        "edit": ({*_LISTED, _S.SUSPENDED}, None, policy.may_keep_register, _("Change the entry")),
        "accredit": (_LISTED, _S.ACCREDITED, policy.may_keep_register, _("Accredit")),
        "remind": ({_S.ACCREDITED}, None, policy.is_the_office, _("Reminded that the accreditation ends")),
        "expire": ({_S.ACCREDITED}, _S.REGISTERED, policy.is_the_office, _("The accreditation ended")),
        "suspend": (_LISTED, _S.SUSPENDED, policy.may_keep_register, _("Suspend")),
        "reinstate": ({_S.SUSPENDED}, _S.REGISTERED, policy.may_keep_register, _("Admit again")),
        "end": ({*_LISTED, _S.SUSPENDED}, _S.ENDED, policy.may_keep_register, _("Take out of the register")),
    },
)
