"""What goes with the last application that needed it: accounts, papers of companies, statements of the bank."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.banking.actions.disposing import dispose_of_statement
from vouchers.core.clock import office_day
from vouchers.documents.classes import Law, PaperClass
from vouchers.eligibility.actions import dispose_of_aid_declaration, dispose_of_ownership_statement
from vouchers.eligibility.models import AidDeclaration
from vouchers.organisations.actions import dispose_of_bank_account
from vouchers.organisations.models import BankAccount
from vouchers.retention.actions.erasing import empty, erase_traces
from vouchers.retention.models import DisposalItem
from vouchers.retention.queries import beside
from vouchers.retention.queries.reach import grow


def release_beside(application: Application, item: DisposalItem, law: Law, *, by: Any, at: datetime) -> None:
    """Delete what nothing needs any more, now that the papers of an application are gone; the record names the line."""
    why = f"{item.reference} {law.value}"
    organisations, providers = beside.list_released(application)
    for account in beside.list_accounts(organisations, providers):
        found = grow(BankAccount, account.id, "bank_account", beside.OF_ACCOUNT)
        empty(found, beside.OF_ACCOUNT)
        erase_traces(found.subjects, item, law, paper=PaperClass.EXPENDITURE, at=at)
        dispose_of_bank_account(account, why, by=by, at=at)
    for paper in beside.list_papers(organisations):
        subjects = [(paper.__tablename__, paper.id)]
        erase_traces(subjects, item, law, paper=PaperClass.SELECTION, at=at)
        if isinstance(paper, AidDeclaration):
            dispose_of_aid_declaration(paper, why, by=by, at=at)
        else:
            dispose_of_ownership_statement(paper, why, by=by, at=at)
    for statement in beside.list_released_statements(application, today=office_day(at)):
        erase_traces(beside.list_subjects(statement), item, law, paper=PaperClass.EXPENDITURE, at=at)
        dispose_of_statement(statement, why, by=by, at=at)
