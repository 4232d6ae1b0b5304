"""The life of a claim."""

from vouchers.claims import policy
from vouchers.claims.states import ClaimState
from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _

_S = ClaimState

CLAIM = Lifecycle(
    "claim",
    {
        # verb             from                         to               who                        label
        "start": ((), _S.DRAFT, policy.is_claimant, _("Start a claim")),
        "save_line": ({_S.DRAFT, _S.RETURNED}, None, policy.is_claimant, _("Save a cost")),
        "remove_line": ({_S.DRAFT, _S.RETURNED}, None, policy.is_claimant, _("Remove a cost")),
        "attach": ({_S.DRAFT, _S.RETURNED}, None, policy.is_claimant, _("Attach evidence")),
        "detach": ({_S.DRAFT, _S.RETURNED}, None, policy.is_claimant, _("Remove evidence")),
        "save_report": ({_S.DRAFT, _S.RETURNED}, None, policy.is_claimant, _("Save the report")),
        "submit": ({_S.DRAFT, _S.RETURNED}, _S.SUBMITTED, policy.is_claimant, _("Submit the claim")),
        "cancel": ({_S.DRAFT, _S.RETURNED}, _S.CANCELLED, policy.is_claimant, _("Cancel the claim")),
        "send_back": ({_S.SUBMITTED}, _S.RETURNED, policy.is_verifier, _("Send back with a question")),
        "verify": ({_S.SUBMITTED}, _S.VERIFIED, policy.is_verifier, _("Verify")),
        "reopen": ({_S.VERIFIED}, _S.SUBMITTED, policy.is_second_officer, _("Ask for another verification")),
        "authorise": ({_S.VERIFIED}, _S.AUTHORISED, policy.is_second_officer, _("Authorise payment")),
        "reject": ({_S.SUBMITTED, _S.VERIFIED}, _S.REJECTED, policy.is_verifier, _("Reject the claim")),
        "order_payment": ({_S.AUTHORISED}, _S.IN_PAYMENT, policy.is_the_office, _("Payment ordered")),
        "release_payment": ({_S.IN_PAYMENT}, _S.AUTHORISED, policy.is_the_office, _("Payment order cancelled")),
        "pay": ({_S.AUTHORISED, _S.IN_PAYMENT}, _S.PAID, policy.is_the_office, _("Paid")),
        "give_back": ({_S.IN_PAYMENT, _S.PAID}, _S.AUTHORISED, policy.is_the_office, _("The payment came back")),
    },
)
