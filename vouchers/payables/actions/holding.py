"""What officers do with a debt by hand: hold it back, let it go, name its provider and the provider's account."""

from __future__ import annotations

from datetime import datetime

from vouchers.core.database import unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.text import say as _
from vouchers.organisations.actions import propose_account_of
from vouchers.organisations.models import BankAccount
from vouchers.payables import queries
from vouchers.payables.lifecycle import PAYABLE
from vouchers.payables.models import Payable
from vouchers.payables.states import PayeeKind
from vouchers.users.models import User
from vouchers.workflow.transition import transition


def hold_payable(payable: Payable, reason: str, *, by: User, at: datetime) -> None:
    """Keep a debt out of every batch, for a reason that the other officers read."""
    with transition(payable, PAYABLE.hold, by=by, at=at, why=reason):
        payable.hold_reason = reason


def let_payable_go(payable: Payable, *, by: User, at: datetime) -> None:
    """It may be paid again."""
    with transition(payable, PAYABLE.let_go, by=by, at=at):
        payable.hold_reason = ""


def name_payee(payable: Payable, provider_id: int, *, by: User, at: datetime) -> None:
    """Say which provider of the register is paid, where the agreement names one who does not stand in it by that name.

    Raises:
        RuleBroken: it is not paid to a provider, or this one does not stand in the register of the programme.
    """
    with unit_of_work():
        payable = queries.get_payable(payable.id)
        with transition(payable, PAYABLE.name_payee, by=by, at=at):
            known = {one.id: one for one in queries.list_providers(payable.programme.code)}
            if payable.payee_kind != PayeeKind.PROVIDER or provider_id not in known:
                raise RuleBroken(_("Choose a provider of the register."), field="provider")
            payable.provider = known[provider_id]


def propose_account_of_payee(
    payable: Payable, *, holder: str, iban: str, bic: str, by: User, at: datetime
) -> BankAccount:
    """Enter the account of a provider who has no organisation at this office; somebody else confirms it.

    Raises:
        RuleBroken: the payee enters the account elsewhere; or no such account.
    """
    provider = payable.provider
    if payable.payee_kind != PayeeKind.PROVIDER or provider is None or provider.organisation_id is not None:
        raise RuleBroken(_("This payee enters the account at the office, where it is confirmed."), field="iban")
    return propose_account_of(provider, holder=holder, iban=iban, bic=bic, by=by, at=at)
