"""The statement on paper, and what is written about it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.core.formatting import moment, money, number
from vouchers.core.languages import language
from vouchers.core.links import full_url
from vouchers.core.text import say as _
from vouchers.documents import pages
from vouchers.fees.models import FeeStatement
from vouchers.fees.queries import list_second_persons
from vouchers.fees.rules import days_of
from vouchers.organisations.rules.iban import format_iban
from vouchers.programmes.rules.selection_plan import FeeUnit
from vouchers.users.actions.links import addressee
from vouchers.users.models import User
from vouchers.workflow.transition import Step


def write_to_expert(step: Step, statement: FeeStatement, occasion: str) -> None:
    """Ask the expert to agree, or say what became of the statement."""
    _write(step, statement, statement.expert.user, occasion)


def write_to_drawer(step: Step, statement: FeeStatement, occasion: str) -> None:
    """Tell whoever drew it up."""
    _write(step, statement, statement.drawn_up_by, occasion)


def write_to_second_persons(step: Step, statement: FeeStatement, occasion: str) -> None:
    """Ask those who may approve it."""
    for person in list_second_persons(statement):
        _write(step, statement, person, occasion)


def _write(step: Step, statement: FeeStatement, person: User, occasion: str) -> None:
    step.write(
        addressee(person),
        f"fees/{occasion}",
        number=statement.number,
        expert=statement.expert.user.name,
        call=statement.call.plan.title.in_language(person.language),
        amount=statement.amount,
        sheets=len(statement.sheets),
        reason=statement.reason,
        office=statement.region.office_name,
        office_email=statement.region.email,
        link=full_url("fees.show", statement_id=statement.id),
    )


# On paper ------------------------------------------------------------------------------------------------------------


def statement_pdf(statement: FeeStatement, *, at: datetime, zone: str) -> bytes:
    """The statement as it stands, in the language of the page that asked for it."""
    title = _("Fee statement %(number)s", number=statement.number)
    rows = [
        (line.assignment.application.reference, moment(line.assignment.submitted_at, zone)) for line in statement.sheets
    ]
    story: list[Any] = [
        pages.title(title),
        pages.key_values(_facts(statement, zone)),
        pages.heading(_("Sheets")),
        pages.table([_("Application"), _("Submitted")], rows),
    ]
    region = statement.region
    return pages.build_pdf(
        story,
        title=title,
        author=region.office_name,
        language=language(),
        letterhead=pages.Letterhead(region.office_name, (region.email,), statement.number),
        created_at=at,
    )


def _facts(statement: FeeStatement, zone: str) -> list[tuple[Any, Any]]:
    is_by_day = statement.unit == FeeUnit.DAY
    facts: list[tuple[Any, Any]] = [
        (_("Expert"), statement.expert.user.name),
        (_("Call"), statement.call.plan.title.for_reader()),
        (_("State"), statement.state.label),
        (_("For each day") if is_by_day else _("For each sheet"), money(statement.rate)),
    ]
    if is_by_day and statement.half_days is not None:
        facts.append((_("Days"), number(days_of(statement.half_days))))
    if statement.amount is not None:
        facts.append((_("Amount"), money(statement.amount)))
    if statement.agreed_at is not None:
        facts.append((_("Agreed"), f"{statement.agreed_name}, {moment(statement.agreed_at, zone)}"))
        facts.append((_("Account"), f"{statement.holder}, {format_iban(statement.iban)} {statement.bic}".strip()))
        facts.append((_("Invoice number"), statement.invoice_number or "–"))
    if statement.approved_by is not None and statement.approved_at is not None:
        facts.append((_("Approved"), f"{statement.approved_by.name}, {moment(statement.approved_at, zone)}"))
    return facts
