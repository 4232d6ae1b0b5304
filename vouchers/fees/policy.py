"""Who may do what with the fees of experts. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.evaluation import policy as evaluation
from vouchers.likenesses.rules import Other
from vouchers.likenesses.states import Part
from vouchers.users import policy as users
from vouchers.users.mandate import OFFICERS
from vouchers.users.rules.persons import is_one_person

OWN_FEE = _("This is your own fee, so somebody else must do this.")
is_expert = evaluation.is_expert
is_reader = evaluation.is_reader
is_any_manager = evaluation.is_any_manager
may_oversee = users.may_oversee
is_the_office = users.is_the_office


def is_manager(actor: Any, statement: Any) -> Sentence | None:
    """A cluster manager of the region that pays, not the expert, nor recused from an application that was marked."""
    if reason := users.is_manager(actor, statement):
        return reason
    return OWN_FEE if _is_own(actor, statement) else _is_not_recused(actor, statement)


def is_that_expert(actor: Any, statement: Any) -> Sentence | None:
    """The expert whose fee it is."""
    return None if actor.id is not None and _is_own(actor, statement) else users.NOT_YOURS


def is_second_person(actor: Any, statement: Any) -> Sentence | None:
    """A cluster manager or finance officer of the region, not who drew it up, not the expert, and not recused."""
    if reason := users.is_officer(actor, statement):
        return reason
    if is_one_person(actor, statement.drawn_up_by):
        return _("You drew up this statement, so somebody else must approve it.")
    return OWN_FEE if _is_own(actor, statement) else _is_not_recused(actor, statement)


def others_of(statement: Any) -> list[Other]:
    """Those who must be other persons than whoever approves a statement: who drew it up, and whose fee it is."""
    return [Other(statement.drawn_up_by, Part.FIRST), Other(statement.expert.user, Part.PAYEE)]


def is_any_officer(actor: Any, _subject: Any = None) -> Sentence | None:
    """A cluster manager or finance officer of at least one region; each step asks for its own region again."""
    if actor.id is not None and actor.holds(OFFICERS):
        return None
    return _("Only the region's cluster manager or finance officer may do this.")


def may_read(actor: Any, statement: Any) -> Sentence | None:
    """The expert, or staff of the region."""
    return None if is_that_expert(actor, statement) is None else users.may_oversee(actor, statement)


def _is_not_recused(actor: Any, statement: Any) -> Sentence | None:
    """Whoever has stepped back from none of the applications whose sheets stand on it; what is owed has no lines."""
    lines = getattr(statement, "lines", ())
    for application in (line.assignment.application for line in lines if line.is_standing):
        if reason := applications.is_not_recused(actor, application):
            return _("%(reference)s: %(reason)s", reference=application.reference, reason=reason)
    return None


def _is_own(actor: Any, statement: Any) -> bool:
    return bool(actor.id == statement.expert.user_id)
