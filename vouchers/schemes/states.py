"""States of drafts."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class DraftState(State):
    """Where a draft of a call stands."""

    DRAFT = "draft", _("Draft"), "yellow"
    PUBLISHED = "published", _("Published"), "green"
    DISCARDED = "discarded", _("Discarded"), "grey"
