"""A company is rejected, appeals, is upheld by somebody who had nothing to do with it, and signs its agreement.

Everything through the pages, as the people do it; nobody else's award changes.
"""

from tests.builders.appeals import a_coordinator
from tests.builders.applications import owner_of
from tests.builders.evaluation import a_decision, a_manager, an_awarded_application, an_evaluated_application
from tests.builders.programmes import during_call, in2
from tests.builders.users import signed_in
from vouchers.agreements.queries import find_agreement_of
from vouchers.appeals.queries.files import list_appeals
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.money import EUR
from vouchers.ledger.chart import Account
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages

REASON = {"reason": "The second expert marked another project.", "is_read": "yes"}


def test_an_upheld_appeal_brings_a_voucher_and_touches_no_other(app, client, clock):
    in2()
    at = clock.stop(during_call())
    winner, loser = an_awarded_application(), an_evaluated_application()
    a_decision(loser, "reject", at=at)
    owner, coordinator, manager = owner_of(loser), a_coordinator(), a_manager()
    applicant, office = signed_in(client, owner), app.test_client()

    begun = applicant.post(f"/applications/{loser.id}/appeals/start", data={"text": "These are not our marks."})
    sending = applicant.post(begun.location, data={"text": "These are not our marks.", "version": "1"}).location
    sent = applicant.post(sending, data={"version": "1"}, follow_redirects=True)
    (appeal,) = list_appeals(loser.id)
    assert appeal.number in sent.text
    assert "You need to do nothing" in sent.text

    signed_in(office, manager)
    assert office.get(f"/appeals/{appeal.id}/uphold").status_code == 403
    signed_in(office, coordinator)
    assert appeal.number in office.get("/appeals").text
    office.post(f"/appeals/{appeal.id}/take-up")
    assert "No other award changes" in office.get(f"/appeals/{appeal.id}/uphold").text
    assert office.post(f"/appeals/{appeal.id}/uphold", data=REASON).status_code == 303

    again = get_application(loser.id)
    assert (again.state, again.awarded) == (ApplicationState.AWARDED, EUR("7000"))
    assert get_application(winner.id).state == ApplicationState.AWARDED
    assert stages(region="BE-WAL")[Account.PRE_COMMITTED.value] == EUR("14000").cents
    assert "Upheld" in applicant.get(f"/appeals/{appeal.id}").text

    signed_in(office, manager)
    form = {"starts_on-day": "1", "starts_on-month": "7", "starts_on-year": "2027", "ends_on-day": "15",
            "ends_on-month": "12", "ends_on-year": "2027", "provider_name": "Lab", "provider_contact": "Jan de Vries",
            "provider_email": "jan@lab.example"}  # fmt: skip
    assert office.post(f"/agreements/issue/{loser.id}", data=form).status_code == 303
    assert find_agreement_of(loser.id).amount == EUR("7000")
    assert list(list_faults()) == []
