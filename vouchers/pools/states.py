"""States of a call for a pool, of an enrolment in it, and of the import of a pool."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class PoolKind(State):
    """Who is looked for."""

    EXPERTS = "experts", _("Experts who mark applications")
    PROVIDERS = "providers", _("Providers whose work vouchers pay")


class PoolCallState(State):
    """Whether somebody can enrol; the deadline is the server's clock's."""

    DRAFT = "draft", _("Draft"), "grey"
    PUBLISHED = "published", _("Published"), "green"
    CLOSED = "closed", _("Closed"), "grey"


class EnrolmentState(State):
    """How far an enrolment is."""

    DRAFT = "draft", _("Draft"), "grey"
    SUBMITTED = "submitted", _("Submitted"), "blue"
    WITHDRAWN = "withdrawn", _("Withdrawn"), "grey"
    ADMITTED = "admitted", _("Admitted"), "green"
    REFUSED = "refused", _("Refused"), "red"


class PoolImportState(State):
    """How far an import is. Nothing of it is in a register before it is confirmed."""

    READ = "read", _("Waits for your confirmation"), "yellow"
    RUNNING = "running", _("Is being written"), "blue"
    DONE = "done", _("Done"), "green"
    DISCARDED = "discarded", _("Discarded"), "grey"
