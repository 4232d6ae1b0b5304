"""What follows the marks in the third programme: decisions of two persons, letters, appeal, fees, surveys."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from vouchers.agreements.actions import accepting, issuing
from vouchers.agreements.actions.issuing import Asked
from vouchers.agreements.queries import bounds_of, get_agreement
from vouchers.appeals.actions.filing import file_appeal, start_appeal
from vouchers.applications.queries.files import get_application
from vouchers.core.clock import stopped_at
from vouchers.decisions.actions import sessions, telling
from vouchers.decisions.actions.confirming import confirm_session
from vouchers.decisions.jobs import decide_session
from vouchers.decisions.models import DecisionSession
from vouchers.decisions.queries.contests import Contest
from vouchers.decisions.queries.entries import get_contest
from vouchers.decisions.queries.sessions import count_told, get_decision_session
from vouchers.decisions.rules.sessions import Condition, Proposed
from vouchers.demo.selection import texts
from vouchers.demo.selection.office import DECIDED, DRAWN, HELD, PAST, RANKED, Office, Round
from vouchers.demo.selection.people import LIEGE, LIMBURG
from vouchers.fees.actions import statements as fees
from vouchers.fees.models import FeeStatement
from vouchers.fees.queries import get_owed, get_statement
from vouchers.regions.queries import find_region
from vouchers.surveys import actions as surveys
from vouchers.surveys.jobs import ask_surveys
from vouchers.surveys.queries import list_surveys_of
from vouchers.surveys.states import Anyway
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE

IBAN = "NL20INGB0001234567"
ILSE, NADIA, SOFIE = 0, 4, 2


def decide_past(office: Office, ids: list[int]) -> None:
    """Decided half a year ago: two vouchers run, one waits in reserve, and all three are asked how they do."""
    session = _confirm(office, PAST, LIMBURG, office.ago(205))
    _tell(office, session, office.ago(204))
    for number, key in enumerate(ids[:2]):
        _agree(office, key, office.ago(200 - number), is_accepted=True)
    for expert in (ILSE, SOFIE):
        statement = _draw_up(office, PAST, LIMBURG, expert, office.ago(190))
        _agree_fee(office, statement.id, expert, office.ago(186))
        officer = office.settled.officers[LIMBURG]
        fees.approve_statement(get_statement(statement.id), by=officer, at=office.ago(184))
    at = office.ago(9)
    with stopped_at(at):
        ask_surveys(at=at)
    application = get_application(ids[0])
    owner = _owner(office, ids[0])
    survey = next(one for one in list_surveys_of(owner) if one.application_id == application.id)
    answers = {"turnover_change": 6, "jobs_change": 1, "new_products": 1, "has_worked_with": True,
               "anyway": Anyway.PARTLY}  # fmt: skip
    at = office.ago(5)
    with stopped_at(at):
        surveys.answer_survey(survey, answers, by=owner, at=at)


def decide_lately(office: Office, ids: list[int]) -> None:
    """Limburg has told its applicants, and one appeals; Liège has decided, and its letters are still to go out."""
    session = _confirm(office, DECIDED, LIMBURG, office.ago(18), condition=ids[0])
    _tell(office, session, office.ago(17))
    _agree(office, ids[1], office.ago(12), is_accepted=False)
    at = office.ago(3)
    with stopped_at(at):
        owner = _owner(office, ids[4])
        appeal = start_appeal(get_application(ids[4]), texts.APPEAL, by=owner, at=at)
        file_appeal(appeal, by=owner, at=at + timedelta(hours=1))
    _draw_up(office, DECIDED, LIMBURG, SOFIE, office.ago(10))
    statement = _draw_up(office, DECIDED, LIMBURG, ILSE, office.ago(10))
    _agree_fee(office, statement.id, ILSE, office.ago(6))
    at = office.ago(1)
    with stopped_at(at):
        contest = _contest(office, DECIDED, LIEGE)
        heading = "Your care voucher: {reference}"
        telling.word_letters(contest, "award", "en", heading, texts.LETTER, by=office.managers[LIEGE][0], at=at)
    _confirm(office, DECIDED, LIEGE, at + timedelta(hours=1))


def decide_drawn(office: Office) -> list[int]:
    """What the lots have said is confirmed and told; returns the applications whose agreements are in force."""
    session = _confirm(office, DRAWN, LIMBURG, office.ago(HELD - 2), instrument="SMALL")
    _tell(office, session, office.ago(HELD - 3))
    won = [line.key for line in get_decision_session(session.id).lines if line.outcome is Proposed.AWARD]
    _agree(office, won[0], office.ago(HELD - 4), is_accepted=True)
    return won[:1]


def propose_now(office: Office) -> None:
    """Liège's proposal waits for its second person; Limburg's ranking is complete, and nobody has begun."""
    at = office.ago(1) + timedelta(hours=3)
    with stopped_at(at):
        _propose(office, RANKED, LIEGE, at)


def _contest(office: Office, part: Round, region: str, instrument: str = "CARE") -> Contest:
    place = find_region(region)
    assert place is not None
    return get_contest(office.calls[part], place, instrument)


def _propose(
    office: Office, part: Round, region: str, at: datetime, condition: int | None = None, instrument: str = "CARE"
) -> int:
    first = office.managers[region][0]
    session = sessions.prepare_session(_contest(office, part, region, instrument), by=first, at=at)
    if condition is not None:
        line = next(one for one in session.lines if one.key == condition)
        assert line.outcome is Proposed.AWARD
        attached = Condition(texts.CONDITION, (office.today + timedelta(days=20)).date())
        sessions.change_lines(session, [replace(line, conditions=(attached,))], by=first, at=at)
    at += timedelta(minutes=40)
    sessions.propose_session(get_decision_session(session.id), texts.NOTE, by=first, at=at)
    return session.id


def _confirm(
    office: Office, part: Round, region: str, at: datetime, *, condition: int | None = None, instrument: str = "CARE"
) -> DecisionSession:
    with stopped_at(at):
        key = _propose(office, part, region, at, condition, instrument)
        second = office.managers[region][1]
        confirm_session(get_decision_session(key), by=second, at=at + timedelta(hours=2))
        decide_session(session_id=key, at=at + timedelta(hours=2))
        return get_decision_session(key)


def _tell(office: Office, session: DecisionSession, at: datetime) -> None:
    with stopped_at(at):
        _told, letters = count_told(session.id)
        telling.announce_session(session, letters, by=office.managers[LIMBURG][1], at=at)
        telling.tell_session(session.id, by=OFFICE, at=at)


def _agree(office: Office, application_id: int, at: datetime, *, is_accepted: bool) -> None:
    application = get_application(application_id)
    manager, owner = office.managers[application.region.code][0], _owner(office, application_id)
    with stopped_at(at):
        bounds = bounds_of(application)
        starts_on = bounds.usual_start
        asked = Asked(starts_on, bounds.last_end(starts_on))
        agreement = issuing.issue_agreement(application, asked, by=manager, at=at)
        if not is_accepted:
            return
        at += timedelta(days=3)
        accepting.accept_as_sme(get_agreement(agreement.id), owner.name, agreement.sha256, by=owner, at=at)
        at += timedelta(days=1)
        accepting.accept_as_region(get_agreement(agreement.id), manager.name, agreement.sha256, by=manager, at=at)


def _draw_up(office: Office, part: Round, region: str, expert: int, at: datetime) -> FeeStatement:
    with stopped_at(at):
        owed = get_owed(office.calls[part].id, region, office.experts[expert].id)
        return fees.draw_up_statement(owed, by=office.managers[region][0], at=at)


def _agree_fee(office: Office, statement_id: int, expert: int, at: datetime) -> None:
    user = office.experts[expert].user
    with stopped_at(at):
        account = fees.Account(user.name, IBAN, invoice_number=f"{at:%Y}-{expert + 11}")
        fees.agree_statement(get_statement(statement_id), account, user.name, None, by=user, at=at)


def _owner(office: Office, application_id: int) -> User:
    return office.companies[get_application(application_id).organisation.name][1]
