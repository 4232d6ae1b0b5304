"""Experts whose sheets are paid, and statements of their fees, by the steps that make them."""

from __future__ import annotations

from datetime import datetime

from tests.builders.evaluation import a_manager, a_sheet, an_accepted_assignment, an_eligible_application
from tests.builders.experts import an_expert
from tests.builders.kept import kept
from tests.builders.programmes import IN2_FILE, LoadedProgramme, a_programme, during_call
from vouchers.evaluation.actions.assignments import submit_marks
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.experts.models import Expert
from vouchers.fees import queries
from vouchers.fees.actions import statements as actions
from vouchers.fees.models import FeeStatement

ACCOUNT = actions.Account("Eva Expert", "BE68 5390 0754 7034", "", "2026/7")


def a_paying_programme(*, per: str = "sheet", amount: str = "120.00") -> LoadedProgramme:
    """IN2LifeSciences, with a fee in each of its calls, and a day to take marks back."""
    text = IN2_FILE.read_text(encoding="utf-8")
    block = f"    marking:\n      unsubmit_hours: 24\n      fee: {{per: {per}, amount: {amount}}}\n"
    return a_programme(text.replace("    marking:\n", block))


@kept
def a_paid_sheet(expert: Expert | None = None, region: str = "BE-WAL", *, at: datetime | None = None) -> Assignment:
    """Marks that were submitted in a call that pays for them."""
    at = at or during_call()
    given = an_accepted_assignment(an_eligible_application(region=region, at=at), expert, at=at)
    submit_marks(given, a_sheet(), by=given.expert.user, at=at)
    return get_assignment(given.id)


def owed_for(sheet: Assignment) -> queries.Owed:
    """What the expert of this sheet is owed in its call and region."""
    application = sheet.application
    return queries.get_owed(application.call_id, application.region.code, sheet.expert_id)


@kept
def a_fee_statement(*, sheets: int = 2, at: datetime | None = None) -> FeeStatement:
    """Drawn up by the region's manager; it waits for the expert."""
    at = at or during_call()
    expert = an_expert(at=at)
    last = [a_paid_sheet(expert, at=at) for _number in range(sheets)][-1]
    made = actions.draw_up_statement(owed_for(last), by=a_manager(at=at), at=at)
    return queries.get_statement(made.id)


@kept
def an_agreed_fee_statement(*, at: datetime | None = None) -> FeeStatement:
    """The expert has agreed to it."""
    at = at or during_call()
    statement = a_fee_statement(at=at)
    user = statement.expert.user
    actions.agree_statement(statement, ACCOUNT, user.name, None, by=user, at=at)
    return queries.get_statement(statement.id)
