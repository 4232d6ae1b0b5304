"""From sign-up to a line in the ledger, for each of the three vouchers, everything through the pages."""

import csv
import io
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest
import sepaxml
from lxml import etree

from tests.stories.office import NAMES, Office
from vouchers.audit import queries as audit
from vouchers.ledger import proof
from vouchers.payments.rules.bank_file_checks import check_bank_file
from vouchers.users.states import Role

PAIN = etree.XMLSchema(file=str(Path(sepaxml.__file__).parent / "schemas" / "pain.001.001.09.xsd"))
WRITTEN_TO_ALL = {
    "users/confirm", "users/invite", "users/set_second_factor",
    "organisations/propose_bank_account", "organisations/confirm_bank_account",
    "applications/submit", "evaluation/find_eligible", "decisions/award",
    "agreements/issue", "agreements/issue_region", "agreements/accept", "agreements/activate", "agreements/complete",
    "claims/submit", "claims/submit_region", "claims/verify", "claims/authorise",
    "payments/make", "payments/authorise", "payments/execute",
}  # fmt: skip
OF_EXPERTS = {"experts/admit", "evaluation/assign"}
OF_PROVIDERS = {"agreements/issue_provider", "claims/ask_provider", "claims/signed"}


@pytest.mark.parametrize(
    ("instrument", "cost", "accepted", "letters"),
    [
        ("MG", "437.55", "400.00", WRITTEN_TO_ALL),
        ("INS", "4000.00", "3500.50", WRITTEN_TO_ALL | OF_EXPERTS | {"agreements/issue_provider"}),
        ("COL", "7000.00", "6999.99", WRITTEN_TO_ALL | OF_EXPERTS | OF_PROVIDERS),
    ],
    ids=["meet and greet", "insight", "collaboration"],
)
def test_from_sign_up_to_the_ledger(app, clock, instrument, cost, accepted, letters):
    office = Office(app, clock)
    manager = office.hire(Role.CLUSTER_MANAGER, "BE-WAL")
    first, second = (office.hire(Role.FINANCE_OFFICER, "BE-WAL") for _ in range(2))
    office.receive_funds(first, "60000")

    voucher = office.a_company(instrument)
    office.enter_account(voucher)
    office.confirm_account(voucher, first)
    office.draft(voucher)
    office.submit(voucher)

    clock.forward(hours=2)
    office.check(voucher, manager)
    if instrument != "MG":
        experts = [(name, office.admit_expert(manager, name)) for name in ("Alma", "Bruno")]
        office.evaluate(voucher, manager, *experts)
    clock.forward(days=1)
    manager.open("/decisions/").follow("Vouchers 2026, first call, Wallonia")
    manager.follow(NAMES[instrument]).sees(voucher.reference)
    office.award(voucher, manager)
    office.issue(voucher, manager)
    office.accept(voucher, manager)

    clock.forward(days=40)
    office.claim(voucher, cost)
    office.verify(voucher, manager, instead=accepted, why="The rest is not of this activity.")
    manager.open(f"/claims/{voucher.claim_ids[0]}/authorise", status=403)
    office.authorise(voucher, first)
    file = office.pay(voucher, first, second)

    PAIN.assertValid(etree.fromstring(file))
    assert check_bank_file(file) == []
    assert f">{accepted}<".encode() in file
    voucher.sme.open(f"/claims/{voucher.claim_ids[0]}").sees("Paid", "The rest is not of this activity.")
    assert voucher.state == "completed"

    auditor = office.hire(Role.AUDITOR)
    auditor.open(f"/reports/vouchers/{voucher.reference}").sees(voucher.reference, "STMT-2026-231")
    exported = export_of(auditor)
    assert sum(amounts(exported).values()) == 0
    assert {account: left for account, left in amounts(exported, voucher.reference).items() if left} == {
        "B150": Decimal(accepted),
        "1000": -Decimal(accepted),
        **income_of(exported, voucher.reference),
        "5000": Decimal(accepted),
    }
    assert -sum(income_of(exported, voucher.reference).values()) == Decimal(accepted)
    auditor.open("/reports/trial-balance?programme=in2lifesciences")
    assert list(proof.list_faults()) == []
    assert list(audit.list_faults()) == []

    written = office.read_all_letters()
    assert set(written) == letters


def export_of(auditor):
    """The lines of the books, as the auditor downloads them."""
    auditor.open("/reports/ledger?programme=in2lifesciences").follow("CSV")
    return list(csv.DictReader(io.StringIO(auditor.data.decode("utf-8-sig"))))


def amounts(lines, reference=None):
    """Debit minus credit of each account, of one voucher or of all."""
    found = defaultdict(Decimal)
    for line in lines:
        if reference in (None, line["voucher"]):
            found[line["account"]] += Decimal(line["debit"]) - Decimal(line["credit"])
    return found


def income_of(lines, reference):
    """What the funds bear of a voucher: the funder's part and the region's own."""
    return {account: cents for account, cents in amounts(lines, reference).items() if account in ("4000", "4010")}
