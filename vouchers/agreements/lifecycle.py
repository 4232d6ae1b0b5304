"""The life of an agreement."""

from vouchers.agreements import policy
from vouchers.agreements.states import AgreementState
from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _

_S = AgreementState

AGREEMENT = Lifecycle(
    "agreement",
    {
        # verb                from           to             who                          label
        "issue": ((), _S.OFFERED, policy.is_manager, _("Issue the agreement")),
        "accept_as_sme": ({_S.OFFERED}, None, policy.is_sme, _("Accept as SME")),
        "accept_as_provider": ({_S.OFFERED}, None, policy.is_provider_contact, _("Accept as provider")),
        "accept_as_region": ({_S.OFFERED}, None, policy.is_manager, _("Accept for the region")),
        "activate": ({_S.OFFERED}, _S.ACTIVE, policy.is_the_office, _("All parties have accepted")),
        "decline": ({_S.OFFERED}, _S.DECLINED, policy.is_sme, _("Decline the voucher")),
        "offer_again": ({_S.OFFERED}, None, policy.is_the_office, _("Offer it again after an appeal")),
        "expire": ({_S.OFFERED}, _S.EXPIRED, policy.is_the_office, _("Not accepted in time")),
        "remind": ({_S.ACTIVE}, None, policy.is_the_office, _("Reminded of the last day to claim")),
        "lapse": ({_S.ACTIVE}, _S.EXPIRED, policy.is_the_office, _("Not claimed in time")),
        "complete": ({_S.ACTIVE}, _S.COMPLETED, policy.is_the_office, _("Completed")),
        "amend": ({_S.ACTIVE}, None, policy.is_the_office, _("Amended")),
        "terminate": ({_S.ACTIVE}, _S.TERMINATED, policy.is_the_office, _("Terminated")),
    },
)
