"""What the applicant reads of its claims on the pages of the application."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from vouchers.agreements.models import Agreement
from vouchers.agreements.views.telling import TELLS_FINISHED
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.applications.views.standing import tells_next, tells_past
from vouchers.claims.lifecycle import CLAIM
from vouchers.claims.queries.files import OPEN, is_used_up, list_claims_of
from vouchers.claims.queries.telling import list_claim_steps, map_claim_states
from vouchers.claims.states import ClaimState
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

_CHECKED = _("The office checks your claim. You need to do nothing; we write to you.")
_PAID_NEXT = _("Your claim is accepted and is paid next. You need to do nothing.")
NEXT: tuple[tuple[ClaimState, Sentence], ...] = (
    (ClaimState.RETURNED, _("The office has a question about your claim. Answer it and submit the claim again.")),
    (ClaimState.DRAFT, _("Finish your claim and submit it before the date in your agreement.")),
    (ClaimState.SUBMITTED, _CHECKED),
    (ClaimState.VERIFIED, _CHECKED),
    (ClaimState.AUTHORISED, _PAID_NEXT),
    (ClaimState.IN_PAYMENT, _PAID_NEXT),
)
"""Of several claims, what the applicant has to do goes first, then what it waits for."""


def _accepted(number: str) -> Sentence:
    return _(
        "%(claim)s was the last claim of this voucher, and it is accepted. Nothing more can be claimed; "
        "what was not used went back.",
        claim=number,
    )


def _checked(number: str) -> Sentence:
    return _(
        "%(claim)s is the last claim of this voucher, and the office checks it. Nothing more can be claimed meanwhile.",
        claim=number,
    )


LAST: dict[ClaimState, Callable[[str], Sentence]] = {
    ClaimState.SUBMITTED: _checked,
    ClaimState.VERIFIED: _checked,
    ClaimState.AUTHORISED: _accepted,
    ClaimState.IN_PAYMENT: _accepted,
    ClaimState.PAID: _accepted,
}
"""Where the last claim of a voucher stands, and what that means for the voucher."""

_USED_UP_IF_ACCEPTED = _(
    "What was claimed uses all that is left of this voucher, and the office checks it. Nothing more can be claimed "
    "meanwhile; if less is accepted, the rest can be claimed."
)
_USED_UP = _("What was accepted uses all that was left of this voucher. Nothing more can be claimed.")

HAPPENED: dict[str, Callable[[str], Sentence]] = {
    CLAIM.submit.tag: lambda number: _("The claim %(number)s was submitted", number=number),
    CLAIM.send_back.tag: lambda number: _("The office asked a question about the claim %(number)s", number=number),
    CLAIM.authorise.tag: lambda number: _("The claim %(number)s was accepted", number=number),
    CLAIM.reject.tag: lambda number: _("The claim %(number)s was rejected", number=number),
    CLAIM.pay.tag: lambda number: _("The claim %(number)s was paid", number=number),
    CLAIM.give_back.tag: lambda number: _("The payment of the claim %(number)s came back from the bank", number=number),
}


def tell_finished(agreement: Agreement) -> Sentence | None:
    """Why nothing more can be claimed: the last claim is with the office, or accepted; one that went back is not. Or
    what was claimed uses all that is left, and no claim is being written."""
    claims = list_claims_of(agreement.id)
    last = next((one for one in claims if one.is_final and one.state in LAST), None)
    if last is not None:
        return LAST[last.state](last.number)
    if any(one.state in OPEN for one in claims) or not is_used_up(agreement, claims):
        return None
    waits = any(one.state in (ClaimState.SUBMITTED, ClaimState.VERIFIED) for one in claims)
    return _USED_UP_IF_ACCEPTED if waits else _USED_UP


TELLS_FINISHED.append(tell_finished)


@tells_next
def tell_next(applications: Sequence[Application], _at: datetime) -> Mapping[int, Sentence]:
    """Of those whose agreement is in force and that have a claim under way."""
    agreed = [one.id for one in applications if one.state == ApplicationState.AGREED]
    told = {key: _after_claims(states) for key, states in map_claim_states(agreed).items()}
    return {key: sentence for key, sentence in told.items() if sentence is not None}


def _after_claims(states: Sequence[ClaimState]) -> Sentence | None:
    """None where no claim is under way: there is more to carry out and to claim."""
    return next((sentence for state, sentence in NEXT if state in states), None)


@tells_past
def tell_past(application: Application) -> Sequence[tuple[datetime, Sentence]]:
    """When a claim was submitted, and what became of it."""
    return [(at, HAPPENED[tag](number)) for at, tag, number in list_claim_steps(application.id, HAPPENED)]
