"""How long papers are kept, as words: their classes, and the laws that ask for them. A file that was deleted names
both."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class PaperClass(State):
    """What kind of paper a stored file is, when it is asked how long it must be kept."""

    DRAFT = "draft", _("Application that was never submitted")
    SELECTION = "selection", _("File of the selection")
    AGREEMENT = "agreement", _("Agreement and its amendments")
    EXPENDITURE = "expenditure", _("Claims, evidence and payments")
    PERSON = "person", _("Account and register of persons")
    COPY = "copy", _("Copy of a person’s own data")


class Law(State):
    """Why something is kept."""

    DRAFT = "draft", _("Never submitted: kept for a while after the call")
    SELECTION = "selection", _("File of the selection (CPR, Annex XIII)")
    PAYMENT = "payment", _("Payment of Union money (CPR, Article 82)")
    STATE_AID = "state_aid", _("State aid (ten years from the grant)")
    ACCOUNT = "account", _("Account that is not used any more (GDPR, Article 5)")
    COPY = "copy", _("Own copy: offered for a few days only")


CLASS_OF_KIND = {
    "application": PaperClass.SELECTION,
    "clarification": PaperClass.SELECTION,
    "appeal": PaperClass.SELECTION,
    "agreement": PaperClass.AGREEMENT,
    "amendment": PaperClass.AGREEMENT,
    "claim": PaperClass.EXPENDITURE,
    "recovery": PaperClass.EXPENDITURE,
}
"""Of what a file stands on."""
