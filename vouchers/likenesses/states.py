"""What becomes of a likeness, how the other person stands to the step, and by what two accounts are alike."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class LikenessState(State):
    """What the coordinator found."""

    NOTED = "noted", _("To be looked at"), "yellow"
    TOLD_APART = "told_apart", _("Two persons"), "green"
    FOUND_SAME = "found_same", _("One person"), "red"


class Part(State):
    """What the other person has to do with the step."""

    FIRST = "first", _("took the first step")
    PAYEE = "payee", _("gains by it, or acts for who does")


class Sign(State):
    """By what two accounts are alike."""

    NAME = "name", _("the same name")
    ADDRESS = "address", _("the same first part of the email address")
    MEMBER = "member", _("both act for the same organisation")
