"""What a second person is asked who looks like another person of the step; and what a coordinator says of the two."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from vouchers.core.fields import HiddenField, LongTextField
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.likenesses.queries import list_found
from vouchers.likenesses.rules import FIELD, Other, say_all


class SecondPersonForm(BaseForm):
    """A step that needs another person: a warning with its evidence, and a box for the reason, where somebody looks
    like the one who takes it; nothing of it where nobody does."""

    two_persons = LongTextField(
        _("You look like another person of this step. Why are you two persons?"),
        missing=_("Say why you are two persons"),
        max_length=1000,
        rows=3,
    )

    def warn(self, actor: Any, others: Iterable[Other]) -> None:
        """Show what speaks against this person, or nothing."""
        if found := list_found(actor, others):
            told = _("A coordinator and the auditors read your answer, and the warning:")
            self.two_persons.hint = _("%(one)s %(more)s", one=told, more=say_all(found))
        else:
            del self.two_persons

    @property
    def why_two(self) -> str:
        """What was answered; empty where nothing was asked."""
        return str(self._fields[FIELD].data or "") if FIELD in self._fields else ""


class DecideLikenessForm(BaseForm):
    """What a coordinator found out."""

    version = HiddenField()
    answer = LongTextField(
        _("What did you find out, and how?"),
        hint=_("Auditors read this."),
        missing=_("Say what you found out"),
        max_length=2000,
        rows=4,
    )
