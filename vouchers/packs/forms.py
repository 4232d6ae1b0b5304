"""What is asked of whoever wants an audit pack."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.core.choices import SelectField
from vouchers.core.forms import BaseForm
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.packs.models import Pack


def _pack_id(posted: str) -> int:
    if not (posted.isascii() and posted.isdigit() and len(posted) < 10):
        raise ValueError(posted)
    return int(posted)


class AskPackForm(BaseForm):
    """Of what, and whether it continues an earlier one."""

    scope = SelectField(_("What shall it cover?"), missing=_("Choose what it shall cover"))
    earlier = SelectField(
        _("Does it continue an earlier pack?"),
        hint=_("Then it holds only what came after that pack’s seal."),
        coerce=_pack_id,
        placeholder=_("No, from the beginning"),
    )

    @classmethod
    def with_choices(cls, scopes: Sequence[tuple[str, Sentence | str]], earlier: Sequence[Pack]) -> AskPackForm:
        """The form with what this person may ask for."""
        form, labels = cls(), dict(scopes)
        form.scope.choices = scopes
        form.earlier.choices = [
            (pack.id, _("Pack %(number)s: %(scope)s", number=pack.id, scope=labels.get(pack.scope, pack.scope)))
            for pack in earlier
        ]
        return form
