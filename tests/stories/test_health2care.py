"""Health2CARE: experts are found by calls of their own; then vouchers are spent with them, and with nobody else.

From the published calls for providers and jurors to the voucher in the provider's record, through the pages.
"""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.stories.health_office import CLOSED, OPEN, REGION, HealthOffice
from tests.stories.office import Voucher
from tests.stories.pages import Person
from vouchers.audit import queries as audit
from vouchers.ledger import proof
from vouchers.users.states import Role

PROVIDERS, JURY = "Providers for health companies", "Jurors for Health2CARE"
REGULA, REMBO, WEAK = "Cabinet Regula", "Atelier Rembo", "Bureau Flou"
JURORS = {"Jana Jury": "Institut Nord", "Karl Kritik": "Klinikum Süd", "Lena Lot": "Hochschule West"}
DOUBLE = "Paul Pair"
"""A juror who works for a provider."""


def fill_the_pool(office: HealthOffice, keeper: Person) -> dict[str, Person]:
    """Two practices are admitted and one is refused; four jurors are admitted, sign and declare. By their names."""
    office.publish_pool_call(keeper, "Providers whose work vouchers pay", PROVIDERS)
    office.publish_pool_call(keeper, "Experts who mark applications", JURY)
    people = {
        REGULA: office.enrol_provider(PROVIDERS, REGULA, "Rosa Regula"),
        REMBO: office.enrol_provider(PROVIDERS, REMBO, "Remi Rembo"),
        WEAK: office.enrol_provider(PROVIDERS, WEAK, "Fred Flou"),
    }
    for name, employer in {**JURORS, DOUBLE: REGULA}.items():
        people[name] = office.enrol_juror(JURY, name, employer, "Regulatory affairs", "Uses and health practices")
    for name in (REGULA, REMBO):
        office.admit(keeper, PROVIDERS, name)
    office.judge(keeper, PROVIDERS, WEAK, "2.5")
    below = keeper.address
    keeper.follow("Admit").press("Admit", {"Admitted until": date(2028, 11, 2)}, status=422)
    keeper.sees("below the least mark of the call").open(below).follow("Refuse")
    keeper.press("Refuse", {"Why is this enrolment refused?": "Too little experience with notified bodies."})
    for name in (*JURORS, DOUBLE):
        office.admit(keeper, JURY, name)
        office.sign_contract(keeper, people[name], name)
    return people


def apply_with_the_pool(office: HealthOffice, people: dict[str, Person]) -> tuple[Voucher, Voucher]:
    """Two companies apply; a name that is not in the pool is refused where it is typed."""
    strong = office.a_health_company("Lactapatch", "Lara Lactate", amount="7000")
    weak = office.a_health_company("Oreille Claire", "Omar Oreille", amount="9000")
    strong.sme.open("/calls/health2care/2027").sees("only with providers admitted to the pool of Health2CARE")
    strong.sme.follow("Directory of providers").sees(REGULA, REMBO)
    office.apply(strong, REGULA, people[REGULA].email)
    strong.sme.open(f"{strong.page}/sections/provider")
    named = {"Name of the company, university": WEAK}
    strong.sme.press("Save and continue", named, status=422).sees("is not in the pool")
    office.name_provider(strong, REGULA, people[REGULA].email)
    office.apply(weak, REMBO, people[REMBO].email)
    for voucher in (strong, weak):
        office.submit(voucher)
    return strong, weak


def let_the_jury_judge(office: HealthOffice, manager: Person, people: dict[str, Person], *both: Voucher) -> None:
    """Whoever works for a provider of the call marks nothing in it, neither by proposal nor by hand."""
    strong, weak = both
    for voucher in both:
        office.check(voucher, manager)
    office.propose_jurors(manager)
    assert DOUBLE not in manager.text
    proposal = manager.address
    expert_id = office.expert_id(manager, DOUBLE)
    for voucher, words in ((strong, f"works for the partner, {REGULA}"), (weak, f"works for {REGULA}, whom an")):
        address = f"/evaluation/applications/{voucher.application_id}/experts"
        manager.open(address).sees(words)
        refused = manager.client.post(address, data={"expert_id": str(expert_id), "days": "14"})
        assert (refused.status_code, words in refused.text) == (422, True)
    office.give(manager.open(proposal))
    for name in JURORS:
        office.judge_application(strong, people[name], "4.5")
        office.judge_application(weak, people[name], "3")


@pytest.fixture
def office(app, clock):
    return HealthOffice(app, clock)


def test_from_the_call_for_experts_to_the_past_voucher_of_a_provider(office, clock):
    keeper = office.hire(Role.COORDINATOR, name="Cora Coordinator")
    people = fill_the_pool(office, keeper)
    office.provider_email = people[REGULA].email
    visitor = Person(office.app)
    visitor.open("/providers/").sees(REGULA, REMBO)
    assert WEAK not in visitor.text

    clock.stop(OPEN)
    manager, other = (office.employ(Role.CLUSTER_MANAGER, name) for name in ("Mona Manager", "Max Second"))
    maker, payer = (office.employ(Role.FINANCE_OFFICER, name) for name in ("Fay Finance", "Finn Finance"))
    office.receive_funds(maker, "60000", region=REGION, call="2027")
    strong, weak = apply_with_the_pool(office, people)

    clock.stop(CLOSED)
    let_the_jury_judge(office, manager, people, strong, weak)
    office.decide(manager, other)
    assert (strong.state, weak.state) == ("awarded", "awarded")

    manager.open(f"/agreements/issue/{strong.application_id}")
    manager.press("Issue the agreement", {"Name of the service provider": WEAK}, status=422).sees("is not in the pool")
    office.issue(strong, manager)
    office.accept(strong, manager)
    office.enter_account(strong, "FR14 2004 1010 0505 0001 3M02 606")
    office.confirm_account(strong, maker)

    clock.stop(datetime(2027, 9, 7, 9, 0, tzinfo=UTC))
    office.enter_invoice(strong, WEAK, "10000", status=422).sees("is not in the pool")
    office.enter_invoice(strong, REGULA, "10000").sees("Now attach its invoice or ticket")
    office.hand_in_claim(strong)
    office.verify(strong, manager)
    office.authorise(strong, maker)
    office.pay(strong, maker, payer)
    assert strong.state == "completed"
    the_record_shows_it(office, keeper, strong)


def the_record_shows_it(office: HealthOffice, keeper: Person, voucher: Voucher) -> None:
    """The provider has its past voucher, the books balance, and every letter leads somewhere."""
    keeper.open("/providers/register").follow(REGULA).sees("1 voucher named this provider", voucher.reference)
    keeper.open("/providers/register").follow(REMBO).sees("1 voucher named this provider")
    auditor = office.hire(Role.AUDITOR)
    auditor.open("/reports/ledger?programme=health2care").follow("CSV")
    lines = list(csv.DictReader(io.StringIO(auditor.data.decode("utf-8-sig"))))
    assert sum(Decimal(one["debit"]) - Decimal(one["credit"]) for one in lines) == 0
    paid = [one for one in lines if one["voucher"] == voucher.reference and one["account"] == "1000"]
    assert sum(Decimal(one["credit"]) for one in paid) == Decimal(7000)
    assert list(proof.list_faults()) == []
    assert list(audit.list_faults()) == []
    written = set(office.read_all_letters())
    assert {"pools/submit", "pools/admit", "pools/refuse", "agreements/issue_provider", "payments/execute"} <= written
