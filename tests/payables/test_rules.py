"""What is owed, when it can be paid, and what a bank's code says."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.ledger.chart import Account, FundKind
from vouchers.ledger.recipes import Share
from vouchers.payables.rules.checks import (
    doubt_of,
    ensure_awaits_second_look,
    ensure_may_take_back,
    handling_of,
    obstacle_of,
    worse_than,
)
from vouchers.payables.rules.debts import Debt, Payee, ensure_something_is_owed, ensure_within
from vouchers.payables.rules.readiness import Standing, is_changed_since
from vouchers.payables.rules.reason_codes import REASONS, is_about_the_account, say_reason
from vouchers.payables.rules.refusals import Refusal
from vouchers.payables.states import CheckResult, PayableState, PayeeCheckState, PayeeKind, SourceKind
from vouchers.programmes.rules.payment_plan import CheckPolicy, Handling

S, K = PayableState, PayeeKind


def a_debt(kind, *amounts):
    shares = [Share(number, FundKind.OWN, EUR(amount)) for number, amount in enumerate(amounts, start=1)]
    return Debt(SourceKind.CLAIM, 1, "V-C1", Payee(kind, "Name", 7), None, None, shares)


@pytest.mark.parametrize(
    ("kind", "account"),
    [
        (K.ORGANISATION, Account.PAYABLE_SME),
        (K.PROVIDER, Account.PAYABLE_PROVIDER),
        (K.EXPERT, Account.PAYABLE_EXPERT),
    ],
)
def test_a_debt_stands_on_the_account_of_its_payee(kind, account):
    assert (a_debt(kind, "60", "40").account, a_debt(kind, "60", "40").amount) == (account, EUR("100"))


@pytest.mark.parametrize("amounts", [(), ("0",), ("60", "0"), ("60", "-1")])
def test_nothing_is_no_debt(amounts):
    with pytest.raises(RuleBroken, match="Nothing is to be paid"):
        ensure_something_is_owed(a_debt(K.ORGANISATION, *amounts))


@pytest.mark.parametrize(
    ("left", "taken", "holds"),
    [
        ({1: 600, 2: 400}, {1: 600, 2: 400}, True),
        ({1: 600, 2: 400}, {1: 1}, True),
        ({1: 600, 2: 400}, {}, False),
        ({1: 600, 2: 400}, {1: 0}, False),
        ({1: 600, 2: 400}, {1: -5}, False),
        ({1: 600, 2: 400}, {1: 601}, False),
        ({1: 600, 2: 400}, {3: 1}, False),
    ],
)
def test_a_set_off_stays_within_what_each_fund_owes(left, taken, holds):
    if holds:
        ensure_within(left, taken)
        return
    with pytest.raises(RuleBroken):
        ensure_within(left, taken)


REFUSED_AT = datetime(2026, 11, 2, 9, tzinfo=UTC)
BEFORE, AFTER = REFUSED_AT - timedelta(days=30), REFUSED_AT + timedelta(days=2)
ACCOUNT = SimpleNamespace(id=5, iban="A", confirmed_at=BEFORE)
OTHER = SimpleNamespace(id=6, iban="B", confirmed_at=AFTER)
AGAIN = SimpleNamespace(id=7, iban="A", confirmed_at=AFTER)
"""The same IBAN, entered once more."""
NEIGHBOUR = SimpleNamespace(id=8, iban="A", confirmed_at=BEFORE)
"""The same IBAN, of another payee."""


def refused(account, code="AC04"):
    """The bank refused a payment to an account, whichever debt it was made for."""
    return [Refusal(account.id, account.iban, code, REFUSED_AT)]


STRICT = SimpleNamespace(plan=SimpleNamespace(payee_check=CheckPolicy(not_checked=Handling.REFUSE)))
USUAL = {
    "state": S.OPEN,
    "hold_reason": "",
    "payee_kind": K.ORGANISATION,
    "provider_id": None,
    "payee_name": "Bio",
    "open_amount": EUR("10"),
    "scope": "in2/BE-WAL",
    "programme": SimpleNamespace(plan=SimpleNamespace(payee_check=CheckPolicy())),
    "region": SimpleNamespace(iban="R"),
}


@pytest.mark.parametrize(
    ("changed", "account", "proposed", "words"),
    [
        ({}, ACCOUNT, None, None),
        ({"state": S.HELD, "hold_reason": "A court asks"}, ACCOUNT, None, "Held: A court asks"),
        ({"state": S.ORDERED}, ACCOUNT, None, "In payment"),
        ({"state": S.PAID}, ACCOUNT, None, "Paid"),
        ({}, None, None, "No bank account is entered yet"),
        ({}, None, OTHER, "waits for confirmation"),
        ({"payee_kind": K.PROVIDER, "provider_id": None}, ACCOUNT, None, "does not stand in the register"),
        ({"payee_kind": K.PROVIDER, "provider_id": 3}, ACCOUNT, None, None),
        ({"open_amount": EUR("0")}, ACCOUNT, None, "Nothing is to be paid"),
        ({"programme": STRICT}, ACCOUNT, None, "The bank was not asked yet"),
    ],
)
def test_why_it_cannot_be_paid_now(changed, account, proposed, words):
    payable = SimpleNamespace(**USUAL | changed)
    obstacle = Standing(payable, account, proposed).obstacle
    assert obstacle is None if words is None else words in str(obstacle)


@pytest.mark.parametrize(
    ("refusals", "account", "words"),
    [
        (refused(ACCOUNT), ACCOUNT, "The bank refused this account, code AC04: The account is closed."),
        (refused(ACCOUNT), OTHER, None),
        (refused(ACCOUNT, "AM04"), ACCOUNT, None),
        (refused(ACCOUNT), AGAIN, "The bank refused this account"),
        (refused(ACCOUNT, "MS03"), AGAIN, None),
        (refused(ACCOUNT), NEIGHBOUR, "The bank refused this account"),
        (refused(ACCOUNT, "MS03") + refused(ACCOUNT, "AC01"), ACCOUNT, "code AC01: The account number is wrong."),
    ],
)
def test_what_the_bank_refused_belongs_to_the_account_and_not_to_one_debt(refusals, account, words):
    obstacle = Standing(SimpleNamespace(**USUAL), account, refusals=refusals).obstacle
    assert obstacle is None if words is None else words in str(obstacle)


C, P = CheckResult, PayeeCheckState
GO_ON, LOOK, REFUSE = Handling.GO_ON, Handling.SECOND_LOOK, Handling.REFUSE


def a_check(result, state=P.RECORDED, scope="in2/BE-WAL", number=1):
    return SimpleNamespace(id=number, result=result, state=state, scope=scope, name_at_bank="Bio Wave", reason="")


@pytest.mark.parametrize(
    ("result", "doubt", "usual"),
    [
        (None, "was not asked yet", GO_ON),
        (C.MATCH, None, GO_ON),
        (C.CLOSE_MATCH, "the bank has Bio Wave", LOOK),
        (C.NO_MATCH, "does not belong to the account", REFUSE),
        (C.NOT_POSSIBLE, "could not check", LOOK),
    ],
)
def test_what_the_bank_said_and_what_it_does_unless_the_programme_says_otherwise(result, doubt, usual):
    check = None if result is None else a_check(result)
    assert doubt_of(check) is None if doubt is None else doubt in str(doubt_of(check))
    assert handling_of(check, CheckPolicy()) == usual


@pytest.mark.parametrize(
    ("result", "state", "scope", "handling", "words"),
    [
        (C.CLOSE_MATCH, P.RECORDED, "in2/BE-WAL", GO_ON, None),
        (C.CLOSE_MATCH, P.RECORDED, "in2/BE-WAL", LOOK, "A second officer must accept this"),
        (C.CLOSE_MATCH, P.ACCEPTED, "in2/BE-WAL", LOOK, None),
        (C.CLOSE_MATCH, P.ACCEPTED, "in2/NL-NB", LOOK, "A second officer must accept this"),
        (C.CLOSE_MATCH, P.RECORDED, "in2/BE-WAL", REFUSE, "nearly matches"),
        (C.CLOSE_MATCH, P.ACCEPTED, "in2/BE-WAL", REFUSE, "nearly matches"),
        (C.MATCH, P.RECORDED, "in2/BE-WAL", REFUSE, None),
    ],
)
def test_whether_an_answer_stands_against_a_payment(result, state, scope, handling, words):
    obstacle = obstacle_of(a_check(result, state, scope), CheckPolicy(close_match=handling), scope="in2/BE-WAL")
    assert obstacle is None if words is None else words in str(obstacle)


@pytest.mark.parametrize(
    ("result", "newest", "words"),
    [
        (C.CLOSE_MATCH, 1, None),
        (C.CLOSE_MATCH, 2, "has been asked again since"),
        (C.NO_MATCH, 1, "pays nothing after this answer"),
        (C.MATCH, 1, "Nothing stands against this answer"),
    ],
)
def test_only_the_newest_answer_is_looked_at_again_where_the_programme_asks_for_it(result, newest, words):
    check = a_check(result)
    if words is None:
        ensure_awaits_second_look(check, a_check(result, number=newest), CheckPolicy())
        return
    with pytest.raises(RuleBroken, match=words):
        ensure_awaits_second_look(check, a_check(result, number=newest), CheckPolicy())


MATCH, CLOSE, UNSURE, NO = C.MATCH, C.CLOSE_MATCH, C.NOT_POSSIBLE, C.NO_MATCH


@pytest.mark.parametrize(
    ("earlier", "result", "taken"),
    [
        ([], MATCH, []),
        ([NO], MATCH, [0]),
        ([NO], NO, []),
        ([MATCH], NO, []),
        ([NO], CLOSE, [0]),
        ([CLOSE], NO, []),
        ([CLOSE], CLOSE, []),
        ([CLOSE], UNSURE, [0]),  # a programme may stop the one and not the other
        ([UNSURE], CLOSE, [0]),
        ([NO, UNSURE], MATCH, [0]),  # who only could not check may record the match; who was told no may not
        ([NO, NO], MATCH, [0, 1]),
        ([CLOSE, UNSURE], MATCH, [0, 1]),
        ([NO, MATCH], MATCH, []),
        ([NO, MATCH, CLOSE], MATCH, [2]),
    ],
)
def test_which_answers_a_better_one_takes_back(earlier, result, taken):
    told = [a_check(one, number=place) for place, one in enumerate(earlier)]
    assert [one.id for one in worse_than(result, told)] == taken


def a_person(number, same_as=None):
    return SimpleNamespace(id=number, same_as_id=same_as)


@pytest.mark.parametrize(
    ("recorded_by", "by", "reference", "field"),
    [
        (None, a_person(1), "", None),
        (a_person(1), a_person(1), "VOP-2", "result"),
        (a_person(1), a_person(3, same_as=1), "VOP-2", "result"),
        (a_person(1), a_person(2), "", "reference"),
        (a_person(1), a_person(2), "VOP-2", None),
    ],
)
def test_a_worse_answer_is_taken_back_by_another_person_with_a_reference(recorded_by, by, reference, field):
    taken = [] if recorded_by is None else [SimpleNamespace(recorded_by=recorded_by)]
    if field is None:
        ensure_may_take_back(taken, reference=reference, by=by)
        return
    with pytest.raises(RuleBroken) as refused:
        ensure_may_take_back(taken, reference=reference, by=by)
    assert refused.value.field == field


T1, T2, T3 = (datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3))


def an_account(iban, confirmed_at, holder="Bio"):
    return SimpleNamespace(iban=iban, holder=holder, confirmed_at=confirmed_at)


@pytest.mark.parametrize(
    ("account", "retired", "changed"),
    [
        (None, [], False),
        (an_account("A", T1), [], False),
        (an_account("B", T3), [], False),
        (an_account("B", T3), [an_account("A", T1)], True),
        (an_account("A", T3), [an_account("A", T1)], False),
        (an_account("A", T3, "Other"), [an_account("A", T1)], True),
        (an_account("B", T2), [an_account("A", T1)], False),
        # the first account came after the approval, and was replaced since: by a return, or for any other reason
        (an_account("B", T3), [an_account("A", T3)], True),
        (an_account("A", T3), [an_account("A", T1), an_account("B", T3)], True),
        (an_account("A", T3), [an_account("A", T1 - timedelta(days=9)), an_account("B", T1)], True),
        (an_account("A", T3), [an_account("B", T1 - timedelta(days=9)), an_account("A", T1)], False),
        (an_account("B", T3), [an_account("A", None)], False),
    ],
)
def test_whether_the_account_changed_after_a_debt_was_approved(account, retired, changed):
    assert is_changed_since(T2, account, retired) is changed


@pytest.mark.parametrize(
    ("refusals", "account", "check", "words"),
    [
        ([], ACCOUNT, None, "was changed after this debt was approved"),
        ([], ACCOUNT, C.MATCH, None),
        (refused(OTHER), ACCOUNT, None, "was changed after this debt was approved"),
        (refused(OTHER), ACCOUNT, C.NO_MATCH, "does not belong to the account"),
        (refused(OTHER), ACCOUNT, C.CLOSE_MATCH, "A second officer must accept this"),
        (refused(OTHER), ACCOUNT, C.MATCH, None),
        (refused(ACCOUNT), AGAIN, C.NOT_POSSIBLE, "The bank refused this account"),
        (refused(ACCOUNT), AGAIN, C.MATCH, None),
        (refused(ACCOUNT), ACCOUNT, C.MATCH, "The bank refused this account"),
        (refused(ACCOUNT), NEIGHBOUR, C.MATCH, "The bank refused this account"),
    ],
)
def test_about_an_account_that_replaced_another_the_bank_is_asked_also_after_a_return(refusals, account, check, words):
    payable = SimpleNamespace(**USUAL)
    told = None if check is None else a_check(check)
    standing = Standing(payable, account, check=told, is_changed=True, refusals=refusals)
    assert standing.obstacle is None if words is None else words in str(standing.obstacle)
    payable.state = S.ORDERED  # a batch that is authorised asks again
    assert (standing.obstacle_of_account is None) == (words is None)


@pytest.mark.parametrize(
    ("code", "words", "account"),
    [
        ("AC04", "account is closed", True),
        ("ac04 ", "account is closed", True),
        ("AC01", "account number is wrong", True),
        ("MD07", "has died", True),
        ("AM04", "not enough money", False),
        ("MS03", "no reason", False),
        ("XX99", "code XX99", False),
        ("", "gave no reason", False),
    ],
)
def test_codes_of_banks_in_words(code, words, account):
    assert words in str(say_reason(code))
    assert is_about_the_account(code) == account


def test_every_code_is_one_of_the_standard():
    assert all(len(code) == 4 and code.isupper() and code.isalnum() for code in REASONS)
