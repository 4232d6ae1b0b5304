"""What is asked of whoever wants an audit pack."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.core import languages
from vouchers.core.choices import SelectField
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _
from vouchers.packs.models import Pack


def _pack_id(posted: str) -> int:
    if not (posted.isascii() and posted.isdigit() and len(posted) < 10):
        raise ValueError(posted)
    return int(posted)


class AskPackForm(BaseForm):
    """Whether it continues an earlier one, and in which language its page is."""

    earlier = SelectField(
        _("Does it continue an earlier pack? (optional)"),
        hint=_("Then it holds only what came after that pack’s seal."),
        coerce=_pack_id,
        placeholder=_("No, from the beginning"),
    )
    language = SelectField(_("Language of the page in it"), missing=_("Choose a language"))

    @classmethod
    def with_choices(cls, earlier: Sequence[Pack]) -> AskPackForm:
        """The form with the packs that may be continued."""
        form = cls(language=languages.language())
        form.earlier.choices = [
            (pack.id, _("Pack %(number)s, up to seal %(seal)s", number=pack.id, seal=pack.seal_id)) for pack in earlier
        ]
        form.language.choices = list(languages.LANGUAGES.items())
        return form
