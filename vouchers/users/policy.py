"""Who may do what, as far as people and their roles are concerned. Other packages build their policies from these."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.users.states import Role

NOT_YOURS = _("This belongs to someone else, so you may not do this.")
NOT_NEUTRAL = _("You belong to the organisation that applies, so someone else must do this.")


def is_the_office(actor: Any, subject: Any) -> Sentence | None:
    """Only as a consequence of another step, of a deadline, or by a command on the server."""
    return None if actor.is_office else _("The office does this by itself; nobody can do it by hand.")


def is_anyone(actor: Any, subject: Any) -> Sentence | None:
    """Open to everybody, also without an account."""
    return None


def is_self(actor: Any, subject: Any) -> Sentence | None:
    """A person's own account, role or session."""
    owner_id = getattr(subject, "user_id", subject.id)
    return None if actor.id is not None and actor.id == owner_id else NOT_YOURS


def is_self_or_administrator(actor: Any, subject: Any) -> Sentence | None:
    """One's own, or an administrator's business."""
    return None if is_self(actor, subject) is None else is_administrator(actor, subject)


def is_administrator(actor: Any, subject: Any) -> Sentence | None:
    """An administrator, or a command on the server."""
    if actor.is_office or actor.holds({Role.ADMINISTRATOR}):
        return None
    return _("Only an administrator may do this.")


def may_enable(actor: Any, subject: Any) -> Sentence | None:
    """An administrator; nobody, where a number took the place of the person."""
    if subject.forgotten_at is not None:
        return _("This account was closed for good, and the person’s data were deleted.")
    return is_administrator(actor, subject)


def may_grant(actor: Any, subject: Any) -> Sentence | None:
    """Administrators and the server give any role; coordinators any but administrator, in their own programme."""
    if is_administrator(actor, subject) is None:
        return None
    role, programme = subject.role, subject.programme_code
    covered = (
        actor.holds({Role.COORDINATOR}, f"{programme}/-") if programme else actor.holds_everywhere(Role.COORDINATOR)
    )
    if role != Role.ADMINISTRATOR and covered:
        return None
    return _("Only an administrator, or the coordinator of the programme, may give this role.")


def may_revoke(actor: Any, subject: Any) -> Sentence | None:
    """Whoever may give the role; one that came with something else, such as a mandate, is taken back by its end."""
    if subject.given_for and not actor.is_office:
        return _("This role came with a mandate. End the mandate instead.")
    return may_grant(actor, subject)


def may_invite(actor: Any, subject: Any) -> Sentence | None:
    """Administrators, coordinators, and cluster managers (who invite experts)."""
    if is_administrator(actor, subject) is None or actor.holds({Role.COORDINATOR, Role.CLUSTER_MANAGER}):
        return None
    return _("Only the programme's staff may invite people.")


def is_staff(actor: Any, subject: Any = None) -> Sentence | None:
    """Holds any staff role."""
    return None if actor.id is not None and actor.is_staff else _("This part of the office is for its staff.")


def is_signed_in(actor: Any, subject: Any = None) -> Sentence | None:
    """Any person with an account."""
    return None if actor.id is not None else _("Please sign in.")


def may_take_part(actor: Any, subject: Any = None) -> Sentence | None:
    """Any person with an account who holds no role of auditor: whoever audits does not apply, nor mark."""
    if reason := is_signed_in(actor, subject):
        return reason
    if actor.holds({Role.AUDITOR}):
        return _("You are an auditor here, so you do not take part yourself.")
    return None


def scopes_of(subject: Any) -> Sequence[str]:
    """What a role must cover one of: a file's own programme and region; of what several programmes share, each."""
    return getattr(subject, "scopes", None) or (subject.scope,)


def _holds(actor: Any, roles: Collection[Role], subject: Any) -> bool:
    return actor.id is not None and any(actor.holds(roles, scope) for scope in scopes_of(subject))


def is_officer(actor: Any, subject: Any) -> Sentence | None:
    """A cluster manager or finance officer of the subject's region and programme."""
    if _holds(actor, {Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER}, subject):
        return None
    return _("Only the region's cluster manager or finance officer may do this.")


def is_manager(actor: Any, subject: Any) -> Sentence | None:
    """A cluster manager of the subject's region and programme."""
    if _holds(actor, {Role.CLUSTER_MANAGER}, subject):
        return None
    return _("Only a cluster manager of this region may do this.")


def is_finance_officer(actor: Any, subject: Any) -> Sentence | None:
    """A finance officer of the subject's region and programme."""
    if _holds(actor, {Role.FINANCE_OFFICER}, subject):
        return None
    return _("Only a finance officer of this region may do this.")


def may_oversee(actor: Any, subject: Any) -> Sentence | None:
    """Staff whose role covers the subject's programme and region; an administrator runs the server, not the files."""
    readers = {Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.COORDINATOR, Role.AUDITOR}
    if _holds(actor, readers, subject):
        return None
    if not actor.is_staff:
        return NOT_YOURS
    return _("This belongs to another region or programme, so you may not see it.")


def may_manage_people(actor: Any, subject: Any = None) -> Sentence | None:
    """Administrators and coordinators."""
    if actor.holds({Role.ADMINISTRATOR, Role.COORDINATOR}):
        return None
    return _("Only administrators and coordinators see the register of people.")


def may_see_person(actor: Any, subject: Any) -> Sentence | None:
    """Oneself; an administrator everybody; a coordinator those whose roles reach the coordinator's programmes."""
    if is_self(actor, subject) is None or actor.holds({Role.ADMINISTRATOR}):
        return None
    programmes = programmes_to_see(actor)
    if may_manage_people(actor) is None and (
        programmes is None or any(grant.programme_code in {None, *programmes} for grant in subject.grants)
    ):
        return None
    return _("This person has no role in your programme, so you may not see the account.")


def programmes_to_see(actor: Any) -> set[str] | None:
    """The programmes whose people a manager of people sees; None is everybody."""
    if actor.holds({Role.ADMINISTRATOR}) or actor.holds_everywhere(Role.COORDINATOR):
        return None
    return {grant.programme_code for grant in actor.grants if grant.role == Role.COORDINATOR and grant.programme_code}
