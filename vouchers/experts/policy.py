"""Who may do what with the register of experts. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from typing import Any

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.providers import policy as providers
from vouchers.users import policy as users

may_keep_register = providers.may_keep_register
keeps_a_register = providers.keeps_a_register
is_the_office = users.is_the_office
is_signed_in = users.is_signed_in


def may_read(actor: Any, expert: Any) -> Sentence | None:
    """Staff of the programme, or the expert."""
    return None if users.is_self(actor, expert) is None else users.is_staff(actor, expert)


def may_read_files(actor: Any, expert: Any) -> Sentence | None:
    """Whoever oversees the programme, or the expert: references and contracts are not everybody's."""
    return None if users.is_self(actor, expert) is None else may_keep_register(actor, expert)


def is_that_expert(actor: Any, expert: Any) -> Sentence | None:
    """The expert's own entry."""
    return users.is_self(actor, expert)


def may_write(actor: Any, expert: Any) -> Sentence | None:
    """The expert, or a keeper of the register."""
    return None if users.is_self(actor, expert) is None else may_keep_register(actor, expert)


def may_write_part(actor: Any, part: Any) -> Sentence | None:
    """The expert whom it concerns, or a keeper of the register."""
    return may_write(actor, part.expert)


def may_keep_part(actor: Any, part: Any) -> Sentence | None:
    """A keeper of the register in which the expert stands."""
    return may_keep_register(actor, part.expert)


def may_read_part(actor: Any, part: Any) -> Sentence | None:
    """The expert whom it concerns, or a keeper of the register."""
    return may_read_files(actor, part.expert)


def is_expert_of_part(actor: Any, part: Any) -> Sentence | None:
    """The expert whom it concerns."""
    return users.is_self(actor, part.expert)


def is_second_signatory(actor: Any, contract: Any) -> Sentence | None:
    """A keeper of the register who is not the expert."""
    if users.is_self(actor, contract.expert) is None:
        return _("You are the expert of this contract; someone else must sign it for the office.")
    return may_keep_register(actor, contract.expert)
