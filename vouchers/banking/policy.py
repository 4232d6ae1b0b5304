"""Who may do what with the files of a bank. Each answers None (yes) or the reason why not.

An account belongs to a region, and so do its statements. Whoever has a role over one of the programmes that it pays for
sees them, of their entries those of that programme and those that nobody has matched; the file of the bank tells of
all, so it is for whoever is over all.
"""

from __future__ import annotations

from typing import Any

from vouchers.banking.rules.unmatching import why_match_stays
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.payments import policy as payments
from vouchers.recoveries import policy as recoveries
from vouchers.users import policy as users
from vouchers.users.mandate import OFFICERS, READERS

is_the_office = users.is_the_office
may_oversee = users.may_oversee
is_officer = users.is_officer


def is_reader(actor: Any, _subject: Any = None) -> Sentence | None:
    """Staff of some region or programme; an administrator runs the server, not the files."""
    if actor.id is not None and actor.holds(READERS):
        return None
    return _("This part of the office is for its staff.")


def may_read_entry(actor: Any, entry: Any) -> Sentence | None:
    """Staff over the programme of what it pays; while nobody has matched it, over any that the account pays for."""
    reasons = [users.may_oversee(actor, one) for one in entry.paid or [entry]]
    return None if None in reasons else reasons[0]


def is_officer_of_booking(actor: Any, entry: Any) -> Sentence | None:
    """An officer of the programme and region on whose fund it is booked."""
    return users.is_officer(actor, entry.payer or entry)


def may_unmatch(actor: Any, entry: Any) -> Sentence | None:
    """An officer of all that it pays, where a step undoes what the match did."""
    reasons = [users.is_officer(actor, entry)]
    if entry.repaid:
        reasons = [recoveries.is_officer(actor, one) for one in entry.repaid]
    elif entry.matches:
        reasons = [payments.is_officer(actor, match.payment.batch) for match in entry.matches]
    return next((reason for reason in reasons if reason), None) or why_match_stays(entry)


def may_read_all(actor: Any, statement: Any) -> Sentence | None:
    """Staff over every programme and region that the account pays for."""
    if reason := users.may_oversee(actor, statement):
        return reason
    if all(actor.holds(READERS, scope) for scope in statement.all_scopes):
        return None
    return _("It also tells of payments of other programmes or regions, so you may not see it as a whole.")


def imports(actor: Any, _subject: Any = None) -> Sentence | None:
    """An officer of some region; for which account, the file says."""
    if actor.id is not None and actor.holds(OFFICERS):
        return None
    return _("Only cluster managers and finance officers import what the bank sends.")


def is_importer(actor: Any, subject: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region whose account it is, or a command on the server."""
    return None if actor.is_office else users.is_officer(actor, subject)
