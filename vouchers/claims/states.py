"""The states of a claim."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class ClaimState(State):
    """Where a claim stands."""

    DRAFT = "draft", _("Draft"), "grey"
    SUBMITTED = "submitted", _("Submitted"), "blue"
    RETURNED = "returned", _("Sent back with a question"), "orange"
    VERIFIED = "verified", _("Verified"), "teal"
    AUTHORISED = "authorised", _("To be paid"), "magenta"
    REJECTED = "rejected", _("Rejected"), "red"
    IN_PAYMENT = "in_payment", _("In payment"), "purple"
    PAID = "paid", _("Paid"), "green"
    CANCELLED = "cancelled", _("Cancelled"), "grey"


class CostError(State):
    """Why a cost, or a part of it, is not accepted; the kinds by which audits sum up errors."""

    INELIGIBLE = "ineligible", _("The rules do not allow this cost")
    PERIOD = "period", _("Outside the period, or before the approval")
    EVIDENCE = "evidence", _("Evidence is missing or does not show it")
    NOT_PAID = "not_paid", _("Not paid, or no proof that it was")
    VAT = "vat", _("VAT that can be recovered")
    CALCULATION = "calculation", _("Wrong sum, rate or currency")
    DOUBLE = "double", _("Paid from elsewhere as well")
    PROVIDER = "provider", _("Choice of the provider, or a link with it")
    UNREASONABLE = "unreasonable", _("Not needed, or too expensive")
    PUBLICITY = "publicity", _("The funding is not shown as it must be")
    OTHER = "other", _("Something else")
