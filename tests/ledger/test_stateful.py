"""Random sequences of events: whatever is tried, the books stay provable and no budget is overdrawn."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from tests.ledger.books import books_are_proved, open_funds, post, shares
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money, total
from vouchers.ledger import queries, recipes
from vouchers.ledger.chart import Account

VOUCHERS = st.sampled_from(["V1", "V2", "V3"])
CENTS = st.one_of(st.integers(1, 40), st.integers(1, 900_000))


class Books(RuleBasedStateMachine):
    """One budget, three vouchers, and a model in plain numbers beside it."""

    number = 0

    def __init__(self):
        super().__init__()
        Books.number += 1
        self.voucher_mark = f"{Books.number}-"
        self.funds = open_funds(programme=f"P{Books.number}", rates=("0.45", "0.45", "0.1"))
        self.available = 0

    def attempt(self, draft) -> bool:
        try:
            post(draft)
        except RuleBroken:
            db.session.rollback()
            return False
        return True

    def on(self, voucher, stage):
        return queries.shares_on_stage(self.voucher_mark + voucher, stage)

    @rule(cents=CENTS)
    def appropriate(self, cents):
        assert self.attempt(recipes.appropriate(shares(self.funds, Money(cents)), reference="B", narrative=""))
        self.available += cents

    @rule(voucher=VOUCHERS, cents=CENTS)
    def precommit(self, voucher, cents):
        if self.on(voucher, Account.PRE_COMMITTED):
            return
        draft = recipes.precommit(shares(self.funds, Money(cents)), voucher=self.voucher_mark + voucher, narrative="")
        if self.attempt(draft):
            self.available -= cents

    @rule(voucher=VOUCHERS)
    def commit(self, voucher):
        if found := self.on(voucher, Account.PRE_COMMITTED):
            assert self.attempt(recipes.commit(found, voucher=self.voucher_mark + voucher, narrative=""))

    @rule(voucher=VOUCHERS)
    def release(self, voucher):
        if found := self.on(voucher, Account.PRE_COMMITTED):
            self.available += total([share.amount for share in found]).cents
            draft = recipes.release_precommitment(found, voucher=self.voucher_mark + voucher, narrative="")
            assert self.attempt(draft)

    @rule(voucher=VOUCHERS, cents=CENTS)
    def accept(self, voucher, cents):
        left = queries.left_on_voucher(self.voucher_mark + voucher).cents
        try:
            part = queries.next_shares(self.voucher_mark + voucher, Money(cents))
        except RuleBroken:
            assert cents > left
            return
        assert total([share.amount for share in part]) == Money(cents)
        name = self.voucher_mark + voucher
        assert self.attempt(recipes.accept_claim(part, voucher=name, reference="C", narrative=""))

    @rule(voucher=VOUCHERS, cents=CENTS)
    def accept_more_than_committed(self, voucher, cents):
        name = self.voucher_mark + voucher
        over = Money(queries.left_on_voucher(name).cents + cents)
        assert not self.attempt(
            recipes.accept_claim(shares(self.funds, over), voucher=name, reference="C", narrative="")
        )

    @rule(voucher=VOUCHERS)
    def pay(self, voucher):
        if found := self.on(voucher, Account.ACCEPTED):
            draft = recipes.debit_bank([(self.voucher_mark + voucher, found)], reference="P", narrative="")
            assert self.attempt(draft)
            assert not self.attempt(draft)

    @rule(voucher=VOUCHERS)
    def close(self, voucher):
        if found := self.on(voucher, Account.COMMITTED):
            self.available += total([share.amount for share in found]).cents
            assert self.attempt(recipes.decommit(found, voucher=self.voucher_mark + voucher, narrative=""))

    @rule(voucher=VOUCHERS)
    def recover(self, voucher):
        if found := self.on(voucher, Account.PAID):
            self.available += total([share.amount for share in found]).cents
            name = self.voucher_mark + voucher
            assert self.attempt(recipes.receive_recovery(found, voucher=name, reference="R", narrative=""))

    @invariant()
    def books_hold(self):
        assert books_are_proved()
        assert queries.total_on_stage(self.funds, Account.AVAILABLE).cents == self.available


@pytest.mark.slow
def test_whatever_is_tried_the_books_hold(app):
    few = settings(
        max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    run_state_machine_as_test(Books, settings=few)
