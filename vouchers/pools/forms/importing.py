"""What is asked of whoever imports a pool."""

from __future__ import annotations

from vouchers.core.choices import FileField, SelectField
from vouchers.core.fields import HiddenField
from vouchers.core.forms import BaseForm
from vouchers.core.text import say as _


class ReadFileForm(BaseForm):
    """A file with a pool."""

    programme = SelectField(_("Programme"), placeholder=_("Choose a programme"), missing=_("Choose the programme"))
    file = FileField(
        _("File"),
        hint=_("A CSV file with one entry a line, up to 5000 lines; apart by commas, semicolons or tabs."),
        missing=_("Choose a file"),
        accept=".csv,.txt,.tsv",
    )


class ConfirmForm(BaseForm):
    """What was looked at."""

    version = HiddenField()
