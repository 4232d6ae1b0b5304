"""What else may become of an application: withdrawn, not eligible, reserved, declined, expired, paid in parts."""

from datetime import date

import pytest

from tests.stories.office import Office
from vouchers.agreements.jobs import expire_agreements
from vouchers.audit import queries as audit
from vouchers.claims.queries.files import get_claim
from vouchers.core.money import EUR, Money
from vouchers.ledger import proof
from vouchers.ledger import queries as ledger
from vouchers.users.states import Role


@pytest.fixture
def office(app, clock):
    opened = Office(app, clock)
    yield opened
    assert list(proof.list_faults()) == []
    assert list(audit.list_faults()) == []
    opened.read_all_letters()


def stage(account, region="BE-WAL"):
    """What stands on a stage of the region's budget; stages are debited."""
    return Money(ledger.trial_balance(programme="in2lifesciences", region=region).get(account, 0))


def test_withdrawn_before_the_check(office):
    manager, voucher = office.staff(), office.applied("MG")

    voucher.sme.open(voucher.page).follow("Withdraw")
    voucher.sme.press("Withdraw the application", {"Why do you withdraw it?": "The partner fell ill."})

    voucher.sme.open(voucher.page).sees("Withdrawn")
    assert voucher.state == "withdrawn"
    manager.open(voucher.page).sees("Withdrawn", "The partner fell ill.")
    manager.open(f"/evaluation/applications/{voucher.application_id}/check")
    assert not manager.can_press("Eligible")
    assert office.letters_to(voucher.sme.email)[0].occasion == "applications/withdraw"


def test_not_eligible_with_reasons(office):
    manager, voucher = office.staff(), office.applied("COL")
    manager.open(f"/evaluation/applications/{voucher.application_id}/check")
    rule = next(one for one in manager.labels if one.startswith("Your word on")).split("“")[1].rstrip("”")

    manager.press("Not eligible", status=422).sees("There is a problem")
    given = {f"Your word on “{rule}”": "Not met", "Reason, if you decide otherwise than the rule": "No seat here."}
    manager.press("Not eligible", given)

    assert voucher.state == "ineligible"
    voucher.sme.open(voucher.page).sees("Not eligible")
    letter = office.letters_to(voucher.sme.email)[0]
    assert letter.occasion == "evaluation/find_ineligible"
    assert rule in letter.body
    assert "No seat here." in letter.body


@pytest.mark.parametrize("way", ["declined", "expired"])
def test_reserve_list_is_awarded_when_the_money_comes_back(app, clock, way):
    office = Office(app, clock, envelope="7000")
    manager = office.staff()
    experts = [(name, office.expert(name)) for name in ("Alma", "Bruno")]
    best, next_one = office.applied("COL"), office.applied("COL")
    for voucher, mark in ((best, "4.5"), (next_one, "4")):
        office.check(voucher, manager)
        office.evaluate(voucher, manager, *experts, mark=mark)
    decide_from_ranking(manager, best, "Award")
    refused = manager.open(f"/decisions/applications/{next_one.application_id}/award")
    refused.press("Award the voucher", status=422).sees("There is a problem")
    decide_from_ranking(manager, next_one, "Put on the reserve list")
    assert (best.state, next_one.state, stage("B110")) == ("awarded", "reserved", EUR("0"))
    assert office.letters_to(next_one.sme.email)[0].occasion == "decisions/reserve"

    office.issue(best, manager)
    if way == "declined":
        best.sme.open(f"/agreements/{best.agreement_id}").follow("Decline the voucher")
        best.sme.press("Decline the voucher", {"Why do you not want": "We found the money elsewhere."})
    else:
        clock.forward(days=30)
        expire_agreements(at=clock.now)
        best.sme.open(f"/agreements/{best.agreement_id}")
        assert "Accept the agreement" not in best.sme.links

    assert (best.state, stage("B110")) == ("lapsed", EUR("7000"))
    assert office.letters_to(best.sme.email)[0].occasion == f"agreements/{way.removesuffix('d')}"
    office.award(next_one, manager)
    assert (next_one.state, stage("B110"), stage("B120")) == ("awarded", EUR("0"), EUR("7000"))
    assert office.letters_to(next_one.sme.email)[0].occasion == "decisions/award"
    assert list(proof.list_faults()) == []
    office.read_all_letters()


SELECTED = {"Award": "Award the selected", "Put on the reserve list": "Put the selected on the reserve list"}


def decide_from_ranking(manager, voucher, how):
    """Tick it in the ranking, look at number and sum, confirm."""
    manager.open("/decisions/").follow("Vouchers 2026, first call, Wallonia")
    manager.press("Continue", {f"Select {voucher.reference}": True, "With selected": SELECTED[how]})
    manager.sees("1 application", voucher.reference)
    manager.press(how).sees(voucher.reference)


def test_a_partial_claim_then_the_last_one_and_the_rest_is_released(office, clock):
    manager, first, second = office.staff(), *(office.staff(Role.FINANCE_OFFICER) for _ in range(2))
    voucher = office.agreed("COL", manager)
    office.enter_account(voucher)
    office.confirm_account(voucher, first)

    clock.forward(days=20)
    office.claim(voucher, "3000", is_final=False, on=date(2026, 10, 20))
    office.verify(voucher, manager)
    office.authorise(voucher, first)
    assert (stage("B130"), stage("B140")) == (EUR("4000"), EUR("3000"))
    office.pay(voucher, first, second)
    assert (voucher.state, stage("B130"), stage("B150")) == ("agreed", EUR("4000"), EUR("3000"))

    clock.forward(days=20)
    office.claim(voucher, "2000", "500.50", on=date(2026, 11, 20))
    office.verify(voucher, manager)
    office.authorise(voucher, second)
    office.pay(voucher, second, first)

    assert voucher.state == "completed"
    assert (stage("B110"), stage("B130"), stage("B150")) == (EUR("94499.50"), EUR("0"), EUR("5500.50"))
    voucher.sme.open(f"/claims/of/{voucher.agreement_id}").sees("€3,000.00", "€2,500.50", "Paid")


def test_a_claim_sent_back_stops_the_clock_until_it_is_answered(office, clock):
    manager, officer = office.staff(), office.staff(Role.FINANCE_OFFICER)
    voucher = office.agreed("MG", manager)
    clock.forward(days=40)
    office.claim(voucher, "400")
    claim_id = voucher.claim_ids[0]
    promised = get_claim(claim_id).pay_by

    clock.forward(days=3)
    manager.open(f"/claims/{claim_id}").follow("Send back with a question")
    manager.press("Send the question", {"What do you want to know?": "Which train was it?"})
    assert office.letters_to(voucher.sme.email)[0].occasion == "claims/send_back"
    assert "Which train was it?" in office.letters_to(voucher.sme.email)[0].body
    manager.open(f"/claims/{claim_id}/verify", status=409).sees("This has moved on")
    assert not manager.can_press("Verify")

    clock.forward(days=9)
    voucher.sme.open(f"/claims/{claim_id}").sees("Which train was it?")
    voucher.sme.open(f"/claims/{claim_id}/report").press("Save the report", {"What did you do": "IC 1234, and we met."})
    office.submit_claim(voucher, answer="It was the IC 1234; the report says so now.")

    assert (get_claim(claim_id).pay_by - promised).days == 9
    office.verify(voucher, manager)
    office.authorise(voucher, officer)
    officer.open(f"/claims/{claim_id}").sees("Authorised", "It was the IC 1234")
