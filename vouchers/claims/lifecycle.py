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
        "save_line": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Save a cost")),
        "remove_line": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Remove a cost")),
        "attach": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Attach evidence")),
        "detach": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Remove evidence")),
        "save_report": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Save the report")),
        "save_journey": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Save a journey")),
        "remove_journey": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Remove a journey")),
        "save_deliverable": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Say what was delivered")),
        "remove_deliverable": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Take a deliverable out")),
        "save_satisfaction": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Say how satisfied you are")),
        "sign_as_sme": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Sign the report")),
        "ask_provider": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Ask the provider to sign")),
        "sign_as_provider": ({_S.DRAFT, _S.RETURNED}, None, policy.is_signing_provider, _("Sign as the provider")),
        "submit": ({_S.DRAFT, _S.RETURNED}, _S.SUBMITTED, policy.is_writing, _("Submit the claim")),
        "cancel": ({_S.DRAFT, _S.RETURNED}, _S.CANCELLED, policy.is_claimant, _("Cancel the claim")),
        "send_back": ({_S.SUBMITTED}, _S.RETURNED, policy.is_verifier, _("Send back with a question")),
        "include": ({_S.DRAFT, _S.RETURNED}, None, policy.is_writing, _("Take in a parked cost")),
        "sample": ({_S.SUBMITTED}, None, policy.is_verifier, _("Draw a sample")),
        "check_fully": ({_S.SUBMITTED}, None, policy.is_verifier, _("Check every cost")),
        "verify": ({_S.SUBMITTED}, _S.VERIFIED, policy.is_verifier, _("Verify")),
        "reopen": ({_S.VERIFIED}, _S.SUBMITTED, policy.is_second_officer, _("Ask for another verification")),
        "authorise": ({_S.VERIFIED}, _S.AUTHORISED, policy.is_second_officer, _("Authorise payment")),
        "reject": ({_S.SUBMITTED, _S.VERIFIED}, _S.REJECTED, policy.is_verifier, _("Reject the claim")),
        "order_payment": ({_S.AUTHORISED}, _S.IN_PAYMENT, policy.is_the_office, _("Payment ordered")),
        "release_payment": ({_S.IN_PAYMENT}, _S.AUTHORISED, policy.is_the_office, _("Payment order cancelled")),
        "pay": ({_S.AUTHORISED, _S.IN_PAYMENT}, _S.PAID, policy.is_the_office, _("Paid")),
        "unpay": ({_S.PAID}, _S.IN_PAYMENT, policy.is_the_office, _("Not paid yet: what paid it was something else")),
        "give_back": ({_S.IN_PAYMENT, _S.PAID}, _S.AUTHORISED, policy.is_the_office, _("The payment came back")),
    },
)
