"""The journal of an innovation voucher, from the vote of the budget to a recovery, against figures made elsewhere."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from tests.ledger.books import AT, books_are_proved, budget, open_funds, post, shares
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR, Money
from vouchers.ledger import queries, recipes
from vouchers.ledger.chart import NAMES, Account, FundKind
from vouchers.ledger.drafts import JournalDraft, Move, Unbalanced, merged
from vouchers.ledger.models import ClosedPeriod, Journal, JournalLine

SCENARIO = json.loads((Path(__file__).parents[1] / "vectors" / "ledger_scenario.json").read_text())
V1, V2, V3 = "V1", "V2", "V3"
MORE = {"1020", "1210", "1300", "2020", "2300", "4900", "4910", "5100", "5200", "5210"}


def told(entry):
    """The events of one entry of the scenario, by our recipes. A shared entry is one draft per voucher."""
    funds = queries.list_funds(programme="IN2", call="2026-COLLAB", region="BE-WAL", instrument="COLLAB")
    erdf = [recipes.Share(funds[0].id, FundKind.PREFINANCED, EUR("30000"))]
    of = {"7000": shares(funds, "7000"), "4000": shares(funds, "4000"), "500": shares(funds, "500")}
    text, ref = entry["text"], entry["ref"]
    match entry["no"]:
        case 1:
            return [recipes.appropriate(shares(funds, "100000"), reference=ref, narrative=text)]
        case 2:
            return [recipes.receive_funds(erdf, reference=ref, narrative=text)]
        case 3:
            awards = {V1: "7000", V2: "7000", V3: "4000"}
            return [recipes.precommit(of[sum_], voucher=voucher, narrative=text) for voucher, sum_ in awards.items()]
        case 4:
            return [recipes.release_precommitment(of["4000"], voucher=V3, narrative=text)]
        case 5:
            return [recipes.commit(of["7000"], voucher=voucher, narrative=text) for voucher in (V1, V2)]
        case 6:
            return [
                recipes.accept_claim(queries.next_shares(V1, EUR("7000")), voucher=V1, reference=ref, narrative=text)
            ]
        case 7:
            part = queries.next_shares(V2, EUR("437.55"))
            return [recipes.accept_claim(part, voucher=V2, reference=ref, narrative=text)]
        case 8:
            rest = queries.shares_on_stage(V2, Account.COMMITTED)
            return [recipes.decommit(rest, voucher=V2, narrative=text)]
        case 9 | 13:
            due = [(v, on) for v in (V1, V2) if (on := queries.shares_on_stage(v, Account.ACCEPTED))]
            return [recipes.order_payment(due, reference=ref, narrative=text)]
        case 10 | 14:
            due = [(v, on) for v in (V1, V2) if (on := queries.shares_on_stage(v, Account.ACCEPTED))]
            return [recipes.debit_bank(due, reference=ref, narrative=text)]
        case 11:
            paid = queries.shares_on_stage(V2, Account.PAID)
            return [recipes.return_payment(paid, voucher=V2, reference=ref, narrative=text)]
        case 12:
            owed = queries.shares_on_stage(V2, Account.ACCEPTED)
            return [recipes.reopen_payable(owed, voucher=V2, reference=ref, narrative=text)]
        case 15:
            return [recipes.order_recovery(of["500"], voucher=V1, reference=ref, narrative=text)]
        case 16:
            return [recipes.receive_recovery(of["500"], voucher=V1, reference=ref, narrative=text)]
    raise AssertionError(entry["no"])


def movements(journal_ids):
    """Account -> debit minus credit, as the entry of the scenario states it."""
    lines = db.session.query(JournalLine).where(JournalLine.journal_id.in_(journal_ids))
    sums: dict[str, int] = {}
    for line in lines:
        sums[line.account] = sums.get(line.account, 0) + line.cents
    return {account: cents for account, cents in sums.items() if cents}


def expected(entry):
    sums: dict[str, int] = {}
    for line in entry["lines"]:
        cents = EUR(line["debit"]).cents - EUR(line["credit"]).cents
        sums[line["account"]] = sums.get(line["account"], 0) + cents
    return sums


def test_the_whole_scenario_gives_the_stated_trial_balance(app):
    open_funds()
    for entry in SCENARIO["journal"]:
        made = post(*told(entry), on=date.fromisoformat(entry["date"]))

        assert movements(made) == expected(entry), entry["text"]
        assert books_are_proved(), entry["text"]

    stated = {account: EUR(amount).cents for account, amount in SCENARIO["trial_balance_debit_minus_credit"].items()}
    assert queries.trial_balance() == stated
    position = {name: EUR(amount).cents for name, amount in SCENARIO["budget_position"].items()}
    assert list(queries.stages().values()) == list(position.values())
    days = db.session.query(Journal.on).order_by(Journal.id).all()
    assert (days[0].on, days[-1].on) == (date(2026, 1, 5), date(2027, 3, 1))


def test_the_shares_of_a_claim_are_those_of_the_scenario(app):
    funds = open_funds()
    assert [share.amount for share in shares(funds, "437.55")] == [EUR("262.53"), EUR("175.02")]


def test_the_chart_is_the_scenarios():
    """And what it has no case of: advances, experts and their fees, interest, and what the bank moves by itself."""
    assert {account.value for account in Account} == set(SCENARIO["chart"]) | MORE
    assert set(NAMES) == set(Account)


def test_a_voucher_that_closes_below_its_commitment_gives_the_rest_back(app):
    funds = open_funds()
    budget("10000", funds)
    post(recipes.precommit(shares(funds, "7000"), voucher=V1, narrative=""))
    post(recipes.commit(shares(funds, "7000"), voucher=V1, narrative=""))
    assert queries.left_on_voucher(V1) == EUR("7000")
    post(recipes.accept_claim(queries.next_shares(V1, EUR("0.01")), voucher=V1, reference="C", narrative=""))
    post(recipes.decommit(queries.shares_on_stage(V1, Account.COMMITTED), voucher=V1, narrative=""))
    assert queries.left_on_voucher(V1) == EUR("0")
    assert queries.total_on_stage(funds, Account.AVAILABLE) == EUR("9999.99")
    assert books_are_proved()


def test_instalments_stay_within_what_is_committed_on_each_fund_and_close_it_exactly(app):
    """The trap: of 0.05, one cent falls on the third fund; of 0.06, none does, and none was committed there."""
    funds = open_funds(rates=("0.45", "0.45", "0.1"))
    budget("10", funds)
    post(recipes.precommit(shares(funds, "0.06"), voucher=V1, narrative=""))
    post(recipes.commit(shares(funds, "0.06"), voucher=V1, narrative=""))
    for instalment in ("0.05", "0.01"):
        part = queries.next_shares(V1, EUR(instalment))
        post(recipes.accept_claim(part, voucher=V1, reference=instalment, narrative=""))
        assert books_are_proved()
    assert [share.amount for share in queries.shares_on_stage(V1, Account.ACCEPTED)] == [EUR("0.03"), EUR("0.03")]


# --- what must fail ---------------------------------------------------------------------------------------------------


def refused(draft, *, on=None):
    """The draft is refused and leaves no trace."""
    before = (db.session.query(Journal).count(), queries.trial_balance(), queries.stages())
    with pytest.raises(RuleBroken) as refusal:
        post(draft, on=on)
    db.session.rollback()
    assert (db.session.query(Journal).count(), queries.trial_balance(), queries.stages()) == before
    assert books_are_proved()
    return str(refusal.value)


@pytest.fixture
def funds(app):
    funds = open_funds()
    budget("10000", funds)
    return funds


def committed(funds, voucher, amount):
    post(recipes.precommit(shares(funds, amount), voucher=voucher, narrative=""))
    post(recipes.commit(shares(funds, amount), voucher=voucher, narrative=""))


def test_to_precommit_more_than_is_available_is_refused(funds):
    assert "not enough money" in refused(recipes.precommit(shares(funds, "10000.01"), voucher=V1, narrative=""))


def test_to_commit_more_than_was_precommitted_for_that_voucher_is_refused(funds):
    post(recipes.precommit(shares(funds, "4000"), voucher=V1, narrative=""))
    post(recipes.precommit(shares(funds, "4000"), voucher=V2, narrative=""))
    refused(recipes.commit(shares(funds, "4000.01"), voucher=V1, narrative=""))


def test_to_accept_more_than_is_committed_to_that_voucher_is_refused(funds):
    committed(funds, V1, "4000")
    committed(funds, V2, "4000")
    refused(recipes.accept_claim(shares(funds, "4000.01"), voucher=V1, reference="C", narrative=""))
    with pytest.raises(RuleBroken):
        queries.next_shares(V1, EUR("4000.01"))


def test_an_accepted_claim_is_not_paid_twice(funds):
    committed(funds, V1, "4000")
    committed(funds, V2, "4000")
    for voucher in (V1, V2):
        post(recipes.accept_claim(shares(funds, "4000"), voucher=voucher, reference="C", narrative=""))
    payment = recipes.debit_bank([(V1, shares(funds, "4000"))], reference="P", narrative="")
    post(payment)
    refused(payment)


def test_nothing_is_posted_into_a_closed_period(funds):
    with unit_of_work():
        db.session.add(
            ClosedPeriod(programme="IN2", region="*", through_on=date(2026, 6, 30), closed_at=AT, closed_by_id=None)
        )
    draft = recipes.precommit(shares(funds, "1"), voucher=V1, narrative="")
    assert "closed" in refused(draft, on=date(2026, 6, 30))
    post(draft, on=date(2026, 7, 1))
    others = open_funds(programme="OTHER")
    post(recipes.appropriate(shares(others, "5"), reference="B", narrative=""), on=date(2026, 6, 30))


def test_a_reversal_undoes_a_journal_once(funds):
    [made] = post(recipes.precommit(shares(funds, "7000"), voucher=V1, narrative=""))
    moves = [
        Move(Account(line.account), line.fund_id, Money(line.cents), line.voucher)
        for line in db.session.query(JournalLine).where(JournalLine.journal_id == made)
    ]
    undo = recipes.reverse(made, "precommit", moves, reference="R", narrative="typed twice")
    post(undo)
    assert queries.stages()["B110"] == EUR("10000").cents
    post(recipes.precommit(shares(funds, "7000"), voucher=V1, narrative="again"))
    with pytest.raises(IntegrityError, match=r"(?i)unique|append-only"):
        post(undo)


@pytest.mark.parametrize(
    "moves",
    [
        (),
        (Move(Account.BANK, 1, EUR("1")),),
        (Move(Account.BANK, 1, EUR("1")), Move(Account.AVAILABLE, 1, EUR("-1"))),  # across the two books
        (Move(Account.BANK, 1, EUR("1")), Move(Account.IN_EXECUTION, 2, EUR("-1"))),  # across two funds
    ],
)
def test_a_draft_that_does_not_balance_cannot_be_made(moves):
    with pytest.raises(Unbalanced):
        JournalDraft("event", "ref", "text", moves)


def test_merging_keeps_the_sums_and_drops_zeros():
    one, two = Move(Account.BANK, 1, EUR("1")), Move(Account.BANK, 1, EUR("-1"))
    assert merged([one, two]) == ()
    assert merged([one, one]) == (Move(Account.BANK, 1, EUR("2")),)
