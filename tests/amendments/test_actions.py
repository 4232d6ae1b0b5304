"""What happens to an agreement in force, to its money and to its claims; a refusal leaves no trace."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.amendments import (
    ASKED_AT,
    MINUTES,
    a_heard_termination,
    a_proposed_termination,
    accept_amendment,
    an_agreed_amendment,
    an_amendment,
    an_amendment_in_force,
)
from tests.builders.applications import owner_of
from tests.builders.claims import (
    CLAIMED_AT,
    a_complete_claim,
    a_cost,
    a_draft_claim,
    a_finance_officer,
    a_submitted_claim,
    all_accepted,
    an_authorised_claim,
)
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, an_applicant
from vouchers.agreements import queries as agreements
from vouchers.agreements.lifecycle import AGREEMENT
from vouchers.agreements.policy import ProviderContact
from vouchers.agreements.states import AgreementState, PartyKind
from vouchers.amendments import queries
from vouchers.amendments.actions import amending, entering, terminating
from vouchers.amendments.jobs import settle_amendments
from vouchers.amendments.lifecycle import AMENDMENT
from vouchers.amendments.models import Amendment, Termination
from vouchers.amendments.rules import Wanted
from vouchers.amendments.states import AmendmentState, TerminationCause, TerminationState
from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from vouchers.audit.models import AuditEvent
from vouchers.claims.actions import checking, drafting
from vouchers.claims.queries.files import get_claim
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.documents.queries import find_document
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import left_on_voucher, stages
from vouchers.letters.models import Letter
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

LATER = ASKED_AT + timedelta(hours=3)
OTHER = Wanted(
    provider_name="Institut Nouveau",
    provider_contact="Eva Chef",
    provider_email="eva@nouveau.example",
    provider_region="NL-GE",
)


@pytest.fixture
def manager(app):
    in2()
    return a_manager()


def another_manager():
    return a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL", with_factor=False)


def traces():
    return [db.session.scalar(select(func.count()).select_from(table)) for table in (AuditEvent, Journal, Letter)]


def on_stages(region="BE-WAL"):
    found = stages(region=region)
    return [found[stage] for stage in (Account.AVAILABLE, Account.PRE_COMMITTED, Account.COMMITTED)]


def letters_to(email):
    return list(db.session.scalars(select(Letter.occasion).where(Letter.to_email == email).order_by(Letter.id)))


def fresh(agreement):
    return agreements.get_agreement(agreement.id)


# --- asking -----------------------------------------------------------------------------------------------------------


def test_ask_changes_nothing_and_tells_who_decides(manager):
    agreement = an_active_agreement("COL", manager=manager)
    before = on_stages()
    amendment = an_amendment(agreement)
    assert amendment.state == AmendmentState.ASKED
    assert amendment.is_of_sme
    assert amendment.code == f"{agreement.number}/1"
    assert fresh(agreement).ends_on == date(2027, 10, 5)
    assert on_stages() == before
    assert letters_to(manager.email)[-1] == "amendments/ask"


def test_ask_by_a_stranger_is_refused(manager):
    agreement, stranger = an_active_agreement("COL"), a_manager("NL-GE")
    before = traces()
    with pytest.raises(NotPermitted):
        amending.ask_amendment(agreement, Wanted(ends_on=date(2027, 9, 1)), "Why", by=stranger, at=ASKED_AT)
    assert traces() == before


def test_ask_twice_is_refused_while_one_is_open(manager):
    amendment = an_amendment()
    with pytest.raises(WrongState, match="is open"):
        an_amendment(amendment.agreement, Wanted(ends_on=date(2027, 9, 1)))


@pytest.mark.parametrize(
    ("wanted", "field", "words"),
    [
        (Wanted(), "ends_on", "Nothing would change"),
        (Wanted(amount=EUR("7000.01")), "amount", "at most"),
        (Wanted(ends_on=date(2028, 7, 1)), "ends_on", "at the latest"),
    ],
)
def test_ask_refuses_what_does_not_fit(manager, wanted, field, words):
    agreement = an_active_agreement("COL")
    before = traces()
    with pytest.raises(RuleBroken, match=words) as refused:
        an_amendment(agreement, wanted)
    assert refused.value.field == field
    assert traces() == before


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"provider_region": "BE-WAL"}, "another one is asked for"),
        ({"provider_email": ""}, "contact person"),
    ],
)
def test_another_provider_is_checked_as_the_first_choice_was(manager, changed, words):
    agreement = an_active_agreement("COL")
    wanted = Wanted(**{name: getattr(OTHER, name) for name in OTHER.__slots__} | changed)
    with pytest.raises(RuleBroken, match=words):
        an_amendment(agreement, wanted)


def test_a_provider_that_is_the_applicant_itself_is_refused(manager):
    agreement = an_active_agreement("COL")
    name = agreement.application.organisation.name
    own = Wanted(provider_name=name, provider_contact="Eva", provider_email="eva@x.example", provider_region="NL-GE")
    with pytest.raises(RuleBroken, match="bears the applicant's name"):
        an_amendment(agreement, own)


def test_a_voucher_without_provider_is_given_none(manager):
    agreement = an_active_agreement("MG")
    with pytest.raises(RuleBroken, match="no service provider"):
        an_amendment(agreement, OTHER)


# --- deciding ---------------------------------------------------------------------------------------------------------


def test_agree_is_for_somebody_else_than_who_asked(manager):
    agreement = an_active_agreement("COL", manager=manager)
    amendment = an_amendment(agreement, by=manager)
    before = traces()
    with pytest.raises(NotPermitted, match="somebody else"):
        amending.agree_amendment(amendment, ASKED_AT.date(), MINUTES, by=manager, at=LATER)
    assert traces() == before
    amending.agree_amendment(amendment, ASKED_AT.date(), MINUTES, by=another_manager(), at=LATER)
    assert queries.get_amendment(amendment.id).state == AmendmentState.AGREED


def test_a_coordinator_decides_where_nobody_else_can(manager):
    amendment = an_amendment()
    coordinator = a_member_of_staff(Role.COORDINATOR, region=None, with_factor=False)
    amending.refuse_amendment(amendment, "Not now.", by=coordinator, at=LATER)
    assert queries.get_amendment(amendment.id).state == AmendmentState.REFUSED


@pytest.mark.parametrize("verb", ["agree", "refuse"])
def test_deciding_by_the_beneficiary_is_refused(manager, verb):
    amendment = an_amendment(by=manager)
    owner = owner_of(amendment.agreement.application)
    act = {"agree": amending.agree_amendment, "refuse": amending.refuse_amendment}[verb]
    with pytest.raises(NotPermitted):
        act(amendment, *([ASKED_AT.date(), MINUTES] if verb == "agree" else ["No."]), by=owner, at=LATER)


def test_agree_asks_every_party_to_accept_the_amended_text(manager):
    amendment = an_agreed_amendment(manager=manager)
    agreement = amendment.agreement
    assert amendment.state == AmendmentState.AGREED
    assert [side.kind for side in amendment.sides] == [PartyKind.SME, PartyKind.PROVIDER, PartyKind.REGION]
    assert amendment.terms["data"]["ends_on"] == "2027-10-04"
    assert amendment.sha256 != agreement.sha256
    assert find_document(amendment.document_id) is not None
    assert letters_to("jan@lab.example")[-1] == "amendments/agree"
    assert fresh(agreement).ends_on == date(2027, 10, 5), "not in force yet"


def test_agree_to_a_day_that_has_passed_is_refused(manager):
    amendment = an_amendment()
    with pytest.raises(RuleBroken) as refused:
        amending.agree_amendment(amendment, ASKED_AT.date() - timedelta(days=1), MINUTES, by=manager, at=LATER)
    assert refused.value.field == "in_force_on"


def test_agree_names_the_minutes_where_a_committee_decides(manager):
    amendment = an_amendment()
    with pytest.raises(RuleBroken, match="steering committee") as refused:
        amending.agree_amendment(amendment, ASKED_AT.date(), " ", by=manager, at=LATER)
    assert refused.value.field == "minutes"


def test_refuse_keeps_everything(manager):
    amendment = an_amendment()
    amending.refuse_amendment(amendment, "The call has ended.", by=manager, at=LATER)
    owner = owner_of(amendment.agreement.application)
    assert letters_to(owner.email)[-1] == "amendments/end"
    assert queries.find_open_amendment(amendment.agreement_id) is None


def test_withdraw_is_for_who_asked(manager):
    amendment = an_amendment()
    with pytest.raises(NotPermitted):
        amending.withdraw_amendment(amendment, "", by=manager, at=LATER)
    amending.withdraw_amendment(amendment, "", by=owner_of(amendment.agreement.application), at=LATER)
    assert queries.get_amendment(amendment.id).state == AmendmentState.WITHDRAWN


# --- accepting, and coming into force ---------------------------------------------------------------------------------


def test_the_last_acceptance_puts_it_into_force_and_keeps_what_ruled_before(manager):
    amendment = an_amendment_in_force()
    agreement = fresh(amendment.agreement)
    assert amendment.state == AmendmentState.IN_FORCE
    assert agreement.ends_on == date(2027, 10, 4)
    assert agreement.claim_by == date(2027, 12, 3)
    assert agreement.sha256 == amendment.sha256
    assert agreement.document_id == amendment.document_id
    first, second = queries.list_versions(agreement.id)
    assert (first.ends_on, second.ends_on) == (date(2027, 10, 5), date(2027, 10, 4))
    assert first.from_at == agreement.active_at
    assert second.from_at == amendment.entered_at
    assert len(first.acceptances) == 3
    assert find_document(first.document_id).id != find_document(second.document_id).id
    assert queries.find_version_at(agreement, ASKED_AT).number == 1
    assert queries.find_version_at(agreement, amendment.entered_at) is None
    assert letters_to(owner_of(agreement.application).email)[-1] == "amendments/enter"


@pytest.mark.parametrize("change", ["name", "hash", "late", "twice"])
def test_accept_refuses_what_is_not_an_acceptance(manager, change):
    amendment = an_agreed_amendment(manager=manager)
    owner = owner_of(amendment.agreement.application)
    name, digest, at = owner.name, amendment.sha256, LATER
    if change == "name":
        name = "Somebody Else"
    elif change == "hash":
        digest = "0" * 64
    elif change == "late":
        at = amendment.accept_by + timedelta(seconds=1)
    else:
        entering.accept_amendment_as_sme(amendment, name, digest, by=owner, at=at)
    before = traces()
    with pytest.raises((RuleBroken, WrongState)):
        entering.accept_amendment_as_sme(amendment, name, digest, by=owner, at=at)
    assert traces() == before


def test_accept_for_another_party_is_refused(manager):
    amendment = an_agreed_amendment(manager=manager)
    owner = owner_of(amendment.agreement.application)
    with pytest.raises(NotPermitted):
        entering.accept_amendment_as_region(amendment, owner.name, amendment.sha256, by=owner, at=LATER)
    with pytest.raises(NotPermitted):
        entering.accept_amendment_as_sme(amendment, manager.name, amendment.sha256, by=manager, at=LATER)
    contact = ProviderContact(4711, "Nobody")
    with pytest.raises(NotPermitted):
        entering.accept_amendment_as_provider(amendment, "No Body", amendment.sha256, by=contact, at=LATER)


def test_it_waits_for_its_day(manager):
    agreement = an_active_agreement("COL", manager=manager)
    day = ASKED_AT.date() + timedelta(days=10)
    amendment = an_agreed_amendment(agreement, manager=manager, in_force_on=day)
    amendment = accept_amendment(amendment, manager, at=LATER)
    assert amendment.state == AmendmentState.AGREED
    settle_amendments(at=LATER + timedelta(days=9))
    assert queries.get_amendment(amendment.id).state == AmendmentState.AGREED
    settle_amendments(at=LATER + timedelta(days=10))
    assert queries.get_amendment(amendment.id).state == AmendmentState.IN_FORCE
    settle_amendments(at=LATER + timedelta(days=10))
    assert len(queries.list_versions(agreement.id)) == 2


def test_what_is_not_accepted_in_time_lapses(manager):
    amendment = an_agreed_amendment(wanted=Wanted(amount=EUR("6000")), manager=manager)
    settle_amendments(at=amendment.accept_by + timedelta(seconds=1))
    amendment = queries.get_amendment(amendment.id)
    assert amendment.state == AmendmentState.LAPSED
    assert "in time" in amendment.answer
    assert fresh(amendment.agreement).amount == EUR("7000")


def test_where_the_agreement_asks_for_no_acceptance_the_decision_suffices(manager):
    agreement = an_active_agreement("COL", manager=manager)
    agreement = _unsigned(agreement)
    amendment = an_agreed_amendment(agreement, manager=manager)
    assert amendment.state == AmendmentState.IN_FORCE
    assert amendment.sides == []
    assert fresh(agreement).party(PartyKind.SME).accepted_at is not None


def _unsigned(agreement):
    """The agreement as a programme would have issued it whose amendments hold by decision."""
    with unit_of_work():
        agreement = fresh(agreement)
        agreement.terms = agreement.terms | {"data": agreement.terms["data"] | {"amendments_signed": False}}
    return fresh(agreement)


# --- money ------------------------------------------------------------------------------------------------------------


def test_a_lower_amount_releases_when_it_is_in_force(manager):
    agreement = an_active_agreement("COL", manager=manager)
    assert on_stages() == [9_300_000, 0, 700_000]
    amendment = an_agreed_amendment(agreement, Wanted(amount=EUR("6000")), manager=manager)
    assert on_stages() == [9_300_000, 0, 700_000], "not before"
    accept_amendment(amendment, manager, at=LATER)
    assert on_stages() == [9_400_000, 0, 600_000]
    assert left_on_voucher(agreement.application.reference) == EUR("6000")
    assert fresh(agreement).amount == EUR("6000")
    assert list(list_faults()) == []


def test_a_higher_amount_is_set_aside_by_the_decision_and_committed_when_in_force(manager):
    agreement = an_active_agreement("COL", amount="5000.01", manager=manager)
    amendment = an_agreed_amendment(agreement, Wanted(amount=EUR("7000")), manager=manager)
    assert on_stages() == [9_300_000, 199_999, 500_001]
    accept_amendment(amendment, manager, at=LATER)
    assert on_stages() == [9_300_000, 0, 700_000]
    assert left_on_voucher(agreement.application.reference) == EUR("7000")
    assert list(list_faults()) == []


@pytest.mark.parametrize("way", ["withdraw", "lapse"])
def test_a_higher_amount_that_does_not_come_about_is_available_again(manager, way):
    agreement = an_active_agreement("COL", amount="5000", manager=manager)
    amendment = an_agreed_amendment(agreement, Wanted(amount=EUR("7000")), manager=manager)
    if way == "withdraw":
        amending.withdraw_amendment(amendment, "", by=owner_of(agreement.application), at=LATER)
    else:
        settle_amendments(at=amendment.accept_by + timedelta(seconds=1))
    assert on_stages() == [9_500_000, 0, 500_000]


def test_a_higher_amount_needs_room_in_the_envelope(manager):
    agreements_ = [an_active_agreement("COL", manager=manager) for _ in range(13)]
    first = an_active_agreement("COL", amount="5000", manager=manager)
    small = an_active_agreement("COL", amount="3500", manager=manager)
    assert on_stages()[0] == 50_000
    amendment = an_amendment(small, Wanted(amount=EUR("4000.01")))
    before = traces()
    with pytest.raises(RuleBroken, match="not enough money"):
        amending.agree_amendment(amendment, ASKED_AT.date(), MINUTES, by=manager, at=LATER)
    assert traces() == before
    assert (len(agreements_), first.amount) == (13, EUR("5000"))


def test_a_lower_amount_waits_for_claims_to_be_decided(manager):
    agreement = an_active_agreement("COL", manager=manager)
    a_submitted_claim(agreement, a_cost(category=_category(agreement)), is_final=False)
    with pytest.raises(RuleBroken, match="decided first"):
        an_amendment(agreement, Wanted(amount=EUR("6000")))


def _category(agreement):
    return agreement.application.instrument.plan.cost_categories[0].code


def test_an_amount_below_what_claims_have_used_is_refused(manager):
    agreement = an_active_agreement("COL", manager=manager)
    an_authorised_claim(agreement, a_cost(category=_category(agreement)), is_final=False, verifier=manager)
    with pytest.raises(RuleBroken, match="accepted already") as refused:
        an_amendment(agreement, Wanted(amount=EUR("318.39")))
    assert refused.value.field == "amount"


def test_a_lower_amount_that_claims_have_used_meanwhile_lapses(manager):
    agreement = an_active_agreement("COL", manager=manager)
    amendment = an_agreed_amendment(agreement, Wanted(amount=EUR("300")), manager=manager)
    claim = a_submitted_claim(agreement, a_cost(category=_category(agreement)), is_final=False, at=LATER)
    amendment = accept_amendment(queries.get_amendment(amendment.id), manager, at=LATER)
    assert amendment.state == AmendmentState.AGREED, "a claim is to be decided first"
    claim = get_claim(claim.id)
    checking.verify_claim(claim, all_accepted(claim), by=manager, at=LATER)
    checking.authorise_claim(get_claim(claim.id), by=a_finance_officer(), at=LATER)
    settle_amendments(at=LATER + timedelta(hours=1))
    amendment = queries.get_amendment(amendment.id)
    assert amendment.state == AmendmentState.LAPSED
    assert fresh(agreement).amount == EUR("7000")


# --- claims under the earlier and the later terms ---------------------------------------------------------------------


def test_a_claim_that_was_handed_in_before_follows_the_earlier_terms(manager):
    agreement = an_active_agreement("COL", manager=manager)
    category = _category(agreement)
    cost = a_cost(category=category, invoice_on=date(2026, 10, 12), activity_on=date(2026, 10, 12))
    claim = a_submitted_claim(agreement, cost, is_final=False, at=CLAIMED_AT)
    an_amendment_in_force(agreement, Wanted(starts_on=date(2026, 10, 15)), at=ASKED_AT)
    checking.send_back_claim(get_claim(claim.id), "Which train?", by=manager, at=LATER)
    owner = owner_of(agreement.application)
    answered_at = LATER + timedelta(hours=1)
    drafting.submit_claim(get_claim(claim.id), is_final=False, answer="The 8.15.", by=owner, at=answered_at)
    claim = get_claim(claim.id)
    checking.reject_claim(claim, "Done.", by=manager, at=LATER + timedelta(hours=2))
    draft = a_draft_claim(fresh(agreement), at=LATER + timedelta(hours=3))
    with pytest.raises(RuleBroken, match="within the agreement"):
        drafting.save_line(draft, a_cost(category=category), by=owner, at=LATER + timedelta(hours=4))


# --- another provider -------------------------------------------------------------------------------------------------


def test_another_provider_joins_by_accepting_and_the_former_one_is_told(manager):
    agreement = an_active_agreement("COL", manager=manager)
    old_link = agreement.provider_party.token_hash
    an_amendment_in_force(agreement, OTHER)
    party = fresh(agreement).provider_party
    assert (party.name, party.contact_email) == ("Institut Nouveau", "eva@nouveau.example")
    assert party.accepted_name == "Eva Chef, Director"
    assert party.token_hash != old_link
    assert letters_to("jan@lab.example")[-1] == "amendments/released"
    assert letters_to("eva@nouveau.example") == ["amendments/agree", "amendments/enter"]


# --- termination ------------------------------------------------------------------------------------------------------


def test_propose_tells_the_parties_and_ends_nothing(manager):
    termination = a_proposed_termination(by=manager)
    agreement = termination.agreement
    assert fresh(agreement).state == AgreementState.ACTIVE
    assert letters_to(owner_of(agreement.application).email)[-1] == "amendments/propose_termination"
    assert letters_to("jan@lab.example")[-1] == "amendments/propose_termination"
    with pytest.raises(WrongState, match="proposed already"):
        a_proposed_termination(agreement, by=manager)


def test_propose_by_a_stranger_is_refused(manager):
    agreement = an_active_agreement("COL")
    for person in (an_applicant(), a_manager("NL-GE")):
        with pytest.raises(NotPermitted):
            a_proposed_termination(agreement, by=person)


def test_the_beneficiary_gives_its_voucher_up_and_nobody_is_heard(manager):
    agreement = an_active_agreement("COL", manager=manager)
    owner = owner_of(agreement.application)
    with pytest.raises(RuleBroken, match="only give the voucher up") as refused:
        a_proposed_termination(agreement, by=owner)
    assert refused.value.field == "cause"
    cause = TerminationCause.GIVEN_UP
    asked = terminating.propose_termination(agreement, cause, "We stop.", by=owner, at=ASKED_AT)
    termination = queries.get_termination(asked.id)
    assert (termination.answer_by, termination.sides) == (None, [])
    assert letters_to(manager.email)[-1] == "amendments/propose_termination"
    for act, by in ((terminating.answer_as_sme, owner), (terminating.confirm_termination, owner)):
        with pytest.raises(NotPermitted):
            act(termination, *(["No."] if act is terminating.answer_as_sme else []), by=by, at=LATER)
    terminating.confirm_termination(termination, by=manager, at=ASKED_AT)
    assert fresh(agreement).state == AgreementState.TERMINATED


def test_the_parties_are_heard_before_an_agreement_ends(manager):
    termination, other = a_proposed_termination(by=manager), another_manager()
    days = termination.agreement.application.call.programme.plan.rules.hearing_days
    assert termination.answer_by == ASKED_AT.date() + timedelta(days=days)
    assert [side.kind for side in termination.sides] == [PartyKind.SME, PartyKind.PROVIDER]
    owner, contact = owner_of(termination.agreement.application), contact_of(termination)
    before = traces()
    with pytest.raises(RuleBroken, match="can answer until"):
        terminating.confirm_termination(termination, by=other, at=LATER)
    refused = [
        (terminating.answer_as_sme, manager), (terminating.answer_as_sme, contact),
        (terminating.answer_as_provider, owner), (terminating.answer_as_provider, ProviderContact(0, "Nobody")),
    ]  # fmt: skip
    for act, person in refused:
        with pytest.raises(NotPermitted):
            act(queries.get_termination(termination.id), "No.", by=person, at=LATER)
    assert traces() == before
    terminating.answer_as_sme(queries.get_termination(termination.id), "We have begun.", by=owner, at=LATER)
    for person in (manager, other, owner):
        assert letters_to(person.email)[-1] == "amendments/answer_termination"
    with pytest.raises(NotPermitted, match="answered already"):
        terminating.answer_as_sme(queries.get_termination(termination.id), "Again.", by=owner, at=LATER)
    with pytest.raises(RuleBroken, match="can answer until"):
        terminating.confirm_termination(termination, by=other, at=LATER)
    terminating.answer_as_provider(queries.get_termination(termination.id), "We agree.", by=contact, at=LATER)
    assert letters_to("jan@lab.example")[-1] == "amendments/answer_termination"
    assert [side.answer for side in queries.get_termination(termination.id).sides] == ["We have begun.", "We agree."]
    terminating.confirm_termination(termination, by=other, at=LATER)
    assert fresh(termination.agreement).state == AgreementState.TERMINATED


def test_who_says_nothing_is_waited_for_until_the_day_has_passed(manager):
    termination, other = a_proposed_termination(by=manager), another_manager()
    last = datetime.combine(termination.answer_by, ASKED_AT.timetz())
    with pytest.raises(RuleBroken, match="can answer until"):
        terminating.confirm_termination(termination, by=other, at=last)
    terminating.confirm_termination(termination, by=other, at=last + timedelta(days=1))
    assert fresh(termination.agreement).state == AgreementState.TERMINATED
    owner = owner_of(termination.agreement.application)
    with pytest.raises(WrongState):
        terminating.answer_as_sme(queries.get_termination(termination.id), "Late.", by=owner, at=last)


def contact_of(termination):
    side = termination.provider_party
    return ProviderContact(side.id, side.name)


def test_confirm_is_for_a_second_person_and_releases_the_rest(manager):
    termination = a_heard_termination(by=manager)
    before = traces()
    with pytest.raises(NotPermitted, match="somebody else"):
        terminating.confirm_termination(termination, by=manager, at=LATER)
    assert traces() == before
    terminating.confirm_termination(termination, by=another_manager(), at=LATER)
    agreement = fresh(termination.agreement)
    assert agreement.state == AgreementState.TERMINATED
    assert db.session.get(Application, agreement.application_id).state == ApplicationState.LAPSED
    assert on_stages() == [10_000_000, 0, 0]
    assert letters_to(owner_of(agreement.application).email)[-1] == "amendments/terminate"
    assert list(list_faults()) == []


def test_confirm_waits_for_open_claims(manager):
    agreement = an_active_agreement("COL", manager=manager)
    claim = a_submitted_claim(agreement, a_cost(category=_category(agreement)), is_final=False)
    termination = a_heard_termination(agreement, by=manager)
    with pytest.raises(RuleBroken, match="decided first"):
        terminating.confirm_termination(termination, by=another_manager(), at=LATER)
    checking.reject_claim(get_claim(claim.id), "Nothing was done.", by=manager, at=LATER)
    terminating.confirm_termination(termination, by=another_manager(), at=LATER)
    assert fresh(agreement).state == AgreementState.TERMINATED


def test_what_was_accepted_stays_and_the_application_is_completed(manager):
    agreement = an_active_agreement("COL", manager=manager)
    an_authorised_claim(agreement, a_cost(category=_category(agreement)), is_final=False, verifier=manager)
    terminating.confirm_termination(a_heard_termination(agreement, by=manager), by=another_manager(), at=LATER)
    assert on_stages() == [10_000_000 - 31_840, 0, 0]
    assert stages(region="BE-WAL")[Account.ACCEPTED] == 31_840
    assert db.session.get(Application, agreement.application_id).state == ApplicationState.COMPLETED


def test_a_draft_cannot_be_handed_in_after_the_end(manager):
    agreement = an_active_agreement("COL", manager=manager)
    claim = a_complete_claim(agreement, a_cost(category=_category(agreement)))
    terminating.confirm_termination(a_heard_termination(agreement, by=manager), by=another_manager(), at=LATER)
    with pytest.raises(NotPermitted, match="not in force any more"):
        drafting.submit_claim(claim, by=owner_of(agreement.application), at=LATER)


def test_an_open_amendment_ends_with_the_agreement(manager):
    agreement = an_active_agreement("COL", amount="5000", manager=manager)
    amendment = an_agreed_amendment(agreement, Wanted(amount=EUR("7000")), manager=manager)
    terminating.confirm_termination(a_heard_termination(agreement, by=manager), by=another_manager(), at=LATER)
    assert queries.get_amendment(amendment.id).state == AmendmentState.LAPSED
    assert on_stages() == [10_000_000, 0, 0]


@pytest.mark.parametrize("verb", ["refuse", "withdraw"])
def test_refuse_and_withdraw_keep_the_agreement(manager, verb):
    termination, other = a_proposed_termination(by=manager), another_manager()
    act, may, may_not = {
        "refuse": (terminating.refuse_termination, other, manager),
        "withdraw": (terminating.withdraw_termination, manager, other),
    }[verb]
    with pytest.raises(NotPermitted):
        act(termination, "No.", by=may_not, at=LATER)
    act(termination, "No.", by=may, at=LATER)
    assert queries.get_termination(termination.id).state in (TerminationState.REFUSED, TerminationState.WITHDRAWN)
    assert fresh(termination.agreement).state == AgreementState.ACTIVE
    assert letters_to("jan@lab.example")[-1] == "amendments/keep"


@pytest.mark.parametrize("kind", ["enter", "lapse", "amend", "terminate"])
def test_what_the_office_does_by_itself_nobody_does_by_hand(manager, kind):
    row = (AMENDMENT.transitions if kind in ("enter", "lapse") else AGREEMENT.transitions)[kind]
    assert row.allowed(manager, object()) is not None
    assert row.allowed(OFFICE, object()) is None


def test_two_persons_are_kept_by_the_database_too(manager):
    for row, column in ((an_amendment(), "asked_by_id"), (a_proposed_termination(), "proposed_by_id")):
        kind = Amendment if column == "asked_by_id" else Termination
        with pytest.raises(IntegrityError), unit_of_work():
            db.session.execute(kind.__table__.update().values(decided_by_id=getattr(row, column)))


def test_during_call_is_before_what_these_tests_ask():
    assert during_call() < ASKED_AT < LATER
