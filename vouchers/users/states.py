"""States and roles of people."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class UserState(State):
    """Where an account stands."""

    UNCONFIRMED = "unconfirmed", _("Email not confirmed"), "yellow"
    INVITED = "invited", _("Invited"), "yellow"
    ACTIVE = "active", _("Active"), "green"
    DISABLED = "disabled", _("Disabled"), "grey"


class GrantState(State):
    """Whether a role is held."""

    GRANTED = "granted", _("Granted"), "green"
    REVOKED = "revoked", _("Revoked"), "grey"


class SessionState(State):
    """Whether a session may be used."""

    STARTED = "started", _("Password given"), "yellow"
    OPEN = "open", _("Open"), "green"
    ENDED = "ended", _("Ended"), "grey"


class Role(State):
    """What a person may do within a programme and a region (or all of them). All but experts are staff."""

    CLUSTER_MANAGER = "cluster_manager", _("Cluster manager")
    FINANCE_OFFICER = "finance_officer", _("Finance officer")
    COORDINATOR = "coordinator", _("Coordinator")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")
    EXPERT = "expert", _("Expert")
