"""Who may file, read and decide an appeal. Each answers None (yes) or the reason why not.

Who was involved before is asked of the record, in `queries.involved`, by the actions themselves.
"""

from __future__ import annotations

from typing import Any

from vouchers.applications import policy as applications
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users import policy as users
from vouchers.users.mandate import mandate_of
from vouchers.users.states import Role

DECIDERS = frozenset({Role.CLUSTER_MANAGER, Role.COORDINATOR})
is_staff = users.is_staff
is_neutral = applications.is_neutral


def is_writer(actor: Any, appeal: Any) -> Sentence | None:
    """An owner or editor of the organisation that the application belongs to."""
    return applications.is_writer(actor, appeal.application)


def may_file(actor: Any, application: Any) -> Sentence | None:
    """An owner or editor of the organisation."""
    return applications.is_writer(actor, application)


def may_take_up(actor: Any, appeal: Any) -> Sentence | None:
    """A coordinator of the programme or a cluster manager of the region, who does not belong to the applicant and has
    not stepped back."""
    if actor.id is None or not actor.holds(DECIDERS, appeal.scope):
        return _("Only a coordinator of the programme or a cluster manager of this region may do this.")
    return is_neutral(actor, appeal.application)


def may_appoint(actor: Any, appeal: Any) -> Sentence | None:
    """A coordinator of the programme or a cluster manager of the region, who does not belong to the applicant and has
    not stepped back; also who was involved before, for naming who decides is not deciding."""
    return may_take_up(actor, appeal)


def is_decider(actor: Any, appeal: Any) -> Sentence | None:
    """The person who took the appeal up or was appointed, as long as the person decides in the programme."""
    if actor.id is None or appeal.decider_id != actor.id or not decides_in_programme(actor, appeal):
        return _("Another person decides this appeal.")
    return is_neutral(actor, appeal.application)


def decides_in_programme(actor: Any, appeal: Any) -> bool:
    """Whether the person is a coordinator of the programme or a cluster manager of any of its regions."""
    programme = appeal.application.call.programme.code
    return mandate_of(actor, DECIDERS).covers_programme(programme)


def may_read(actor: Any, appeal: Any) -> Sentence | None:
    """A member of the organisation; once it was sent, staff of the region and whoever decides it."""
    if applications.is_applicant(actor, appeal.application) is None:
        return None
    if appeal.filed_at is None:
        return users.NOT_YOURS
    return None if is_decider(actor, appeal) is None else users.may_oversee(actor, appeal)


def may_read_of_application(actor: Any, application: Any) -> Sentence | None:
    """Whoever may read the application."""
    return applications.may_read(actor, application)


def may_read_file(actor: Any, file: Any) -> Sentence | None:
    """Whoever may read the appeal."""
    return may_read(actor, file.appeal)


def is_reader(actor: Any, _subject: Any = None) -> Sentence | None:
    """Staff who may read files of at least one region."""
    return None if actor.id is not None and mandate_of(actor).pairs else users.is_staff(actor) or users.NOT_YOURS
