"""The languages in which an expert may read. Pure."""

from vouchers.core.text import say as _

LANGUAGES = [
    ("da", _("Danish")),
    ("nl", _("Dutch")),
    ("en", _("English")),
    ("fr", _("French")),
    ("de", _("German")),
    ("it", _("Italian")),
    ("pl", _("Polish")),
    ("pt", _("Portuguese")),
    ("es", _("Spanish")),
    ("sv", _("Swedish")),
]
