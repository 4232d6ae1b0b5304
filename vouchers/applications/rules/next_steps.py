"""Where an application stands, in the applicant's words: what happened, and what happens next."""

from __future__ import annotations

from collections.abc import Callable

from vouchers.applications.states import ApplicationState
from vouchers.core.lifecycle import State
from vouchers.core.text import Sentence
from vouchers.core.text import say as _

_S = ApplicationState

NEXT: dict[ApplicationState, Sentence] = {
    _S.DRAFT: _("Finish the form and submit it before the call closes."),
    _S.AWAITING_SIGNATURE: _(
        "The person who may sign for your organisation submits it, or sends it back, before the call closes."
    ),
    _S.SUBMITTED: _("The office of your region checks whether the application meets the rules of the call."),
    _S.INELIGIBLE: _("Nothing more happens with this application. You may apply again in an open call."),
    _S.ELIGIBLE: _("The application meets the rules. It is evaluated next."),
    _S.IN_EVALUATION: _("It is being evaluated. You need to do nothing; we write to you when it is decided."),
    _S.EVALUATED: _("The evaluation is finished. The region decides next, and we write to you."),
    _S.AWARDED: _("You receive a voucher. Accept the agreement in time: without it the voucher lapses."),
    _S.RESERVED: _("You are on the reserve list. If money becomes free, we write to you."),
    _S.REJECTED: _("Nothing more happens with this application. You may apply again in an open call."),
    _S.AGREED: _("Carry out the activity, then claim its cost before the date in your agreement."),
    _S.COMPLETED: _("The voucher is paid and closed. Keep your papers for the time that the agreement names."),
    _S.LAPSED: _("The agreement was not accepted in time, so the voucher lapsed."),
    _S.WITHDRAWN: _("This application was withdrawn. Nothing more happens with it."),
}

HAPPENED: dict[str, Sentence] = {
    "application.start": _("You started the application"),
    "application.send_to_signatory": _("You sent it to the person who signs"),
    "application.send_back": _("You sent it back for more work"),
    "application.submit": _("You submitted it"),
    "application.amend": _("Clarified answers were sent"),
    "application.withdraw": _("You withdrew it"),
    "application.find_eligible": _("The office found that it meets the rules"),
    "application.find_ineligible": _("The office found that it does not meet the rules"),
    "application.start_evaluation": _("The evaluation started"),
    "application.finish_evaluation": _("The evaluation finished"),
    "application.reopen_evaluation": _("The evaluation was opened again"),
    "application.award": _("The region awarded the voucher"),
    "application.reserve": _("The region put it on the reserve list"),
    "application.reject": _("The region decided not to support it"),
    "application.reinstate": _("It was found eligible after your appeal"),
    "application.reopen": _("It is back on the list after your appeal"),
    "application.mark_again": _("Other experts mark it again after your appeal"),
    "application.award_on_appeal": _("The voucher was awarded after your appeal"),
    "application.raise_award": _("The award was raised after your appeal"),
    "application.agree": _("The agreement came into force"),
    "application.lapse": _("The voucher lapsed, because the agreement was not accepted in time"),
    "application.complete": _("The voucher was paid and closed"),
    "application.decline_award": _("You declined the voucher"),
}
"""Of the record, what concerns the applicant, by the event's tag; “you” is whoever did it."""

_BY_OTHERS: dict[str, Callable[[str], Sentence]] = {
    "application.start": lambda name: _("%(name)s started the application", name=name),
    "application.send_to_signatory": lambda name: _("%(name)s sent it to the person who signs", name=name),
    "application.send_back": lambda name: _("%(name)s sent it back for more work", name=name),
    "application.submit": lambda name: _("%(name)s submitted it", name=name),
    "application.withdraw": lambda name: _("%(name)s withdrew it", name=name),
    "application.decline_award": lambda name: _("%(name)s declined the voucher", name=name),
}
WITH_REASON = frozenset({"application.send_back", "application.withdraw", "application.decline_award"})
"""What the organisation's own people did, with a reason that all of them may read."""


def what_happened(tag: str, name: str | None) -> Sentence:
    """One line of the history. `name`: of who did it; None where that is the reader, or the office."""
    return _BY_OTHERS[tag](name) if name is not None and tag in _BY_OTHERS else HAPPENED[tag]


UNDECIDED = frozenset(
    {_S.SUBMITTED, _S.ELIGIBLE, _S.IN_EVALUATION, _S.EVALUATED, _S.RESERVED},
)
"""States in which the office still owes a decision."""


DECIDED_TAGS = frozenset({"application.award", "application.reserve", "application.reject"})
"""What the applicant does not read before its letter is written."""

NOT_MARKED = _("The region decides next. You need to do nothing; we write to you.")


def what_happens_next(state: State, *, is_marked: bool = True) -> Sentence:
    """One sentence for the applicant. `is_marked`: experts mark it before the region decides."""
    if not isinstance(state, ApplicationState):
        return NOT_MARKED
    return NEXT[state] if is_marked or state != _S.ELIGIBLE else NOT_MARKED
