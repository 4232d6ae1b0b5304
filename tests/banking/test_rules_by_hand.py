"""What must hold when a person matches; the day in the books; what stops a refusal."""

from datetime import date
from types import SimpleNamespace as Of

import pytest

from vouchers.banking.rules.booking import Payer
from vouchers.banking.rules.by_hand import ensure_code, ensure_fits
from vouchers.banking.rules.charges import payer_of
from vouchers.banking.rules.days import day_in_books
from vouchers.banking.rules.movements import Reason, ReportLine
from vouchers.banking.rules.reporting import doubt_of
from vouchers.banking.states import Doubt
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR, Money
from vouchers.payments.states import BatchState, PaymentState

HERE, THERE = "NL91ABNA0417164300", "BE68539007547034"


def an_entry(cents, currency="EUR"):
    return Of(statement=Of(iban=HERE), currency=currency, amount=Money(cents, currency), cents=cents)


def a_payment(cents, currency="EUR", iban=HERE):
    return Of(end_to_end_id="A", amount_cents=cents, currency=currency, batch=Of(region=Of(iban=iban)))


def test_payments_that_add_up_fit():
    ensure_fits(an_entry(3_000), [a_payment(1_000), a_payment(2_000)])


@pytest.mark.parametrize(
    ("payments", "says"),
    [
        ([], "at least one"),
        ([a_payment(2_999)], "add up to EUR 29.99, and the entry is EUR 30.00"),
        ([a_payment(3_000, iban=THERE)], "not paid from this account"),
        ([a_payment(3_000, "DKK")], "different currencies"),
        ([a_payment(1_000), a_payment(2_000, "DKK")], "different currencies"),
    ],
)
def test_payments_that_do_not_fit(payments, says):
    with pytest.raises(RuleBroken, match=says) as refused:
        ensure_fits(an_entry(3_000), payments)
    assert refused.value.field == "picked"


def a_return(cents=31_177, *, credit=True):
    return Of(**vars(an_entry(cents)), is_credit=credit)


def test_what_came_back_less_the_charge_that_the_bank_kept_fits():
    ensure_fits(a_return(), [a_payment(31_677)], EUR("5.00"), "The notice of the bank")


@pytest.mark.parametrize(
    ("entry", "paid", "charge", "reason", "says", "field"),
    [
        (a_return(), 31_677, "5.01", "Notice", "less the charge are EUR 311.76, and the entry is EUR 311.77", "charge"),
        (a_return(), 31_677, "0.00", "Notice", "above zero", "charge"),
        (a_return(), 31_677, "-5.00", "Notice", "above zero", "charge"),
        (a_return(1_000), 2_000, "10.00", "Notice", "less than what came back", "charge"),
        (a_return(credit=False), 31_677, "5.00", "Notice", "that comes back", "charge"),
        (a_return(), 31_677, "5.00", "  ", "Say why", "charge_reason"),
    ],
)
def test_what_is_no_charge_on_what_came_back(entry, paid, charge, reason, says, field):
    with pytest.raises(RuleBroken, match=says) as refused:
        ensure_fits(entry, [a_payment(paid)], EUR(charge), reason)
    assert refused.value.field == field


def test_a_charge_is_borne_by_one_programme_in_one_region():
    def paid_by(programme):
        return Of(batch=Of(programme=Of(code=programme), region=Of(code="BE-WAL")))

    assert payer_of([paid_by("A"), paid_by("A")]) == Payer("A", "BE-WAL")
    with pytest.raises(RuleBroken, match="several programmes"):
        payer_of([paid_by("A"), paid_by("B")])


@pytest.mark.parametrize(("typed", "code"), [("", ""), (" ac04 ", "AC04"), ("MD07", "MD07"), ("FRAD", "FRAD")])
def test_codes(typed, code):
    assert ensure_code(typed) == code


@pytest.mark.parametrize("typed", ["AC4", "AC-4", "04AC"])
def test_what_is_no_code(typed):
    with pytest.raises(RuleBroken, match="four letters"):
        ensure_code(typed)


FIRST, SECOND = date(2026, 12, 1), date(2026, 12, 2)


@pytest.mark.parametrize(
    ("booked", "value", "expected"),
    [(FIRST, FIRST, FIRST), (SECOND, FIRST, FIRST), (FIRST, SECOND, FIRST), (None, FIRST, FIRST), (None, None, None)],
)
def test_the_day_in_the_books_is_the_value_day_but_not_after_the_booking(booked, value, expected):
    assert day_in_books(booked, value) == expected


def a_line(cents=None, currency="EUR"):
    return ReportLine("A", "B-1", "RJCT", Reason("AC04"), cents, currency)


P, B = PaymentState, BatchState


@pytest.mark.parametrize(
    ("state", "batch", "line", "expected"),
    [
        (P.ORDERED, B.AUTHORISED, a_line(), Doubt.NONE),
        (P.ORDERED, B.AUTHORISED, None, Doubt.NONE),
        (P.ORDERED, B.AUTHORISED, a_line(1_000), Doubt.NONE),
        (P.ORDERED, B.AUTHORISED, a_line(1_000, ""), Doubt.NONE),
        (P.ORDERED, B.AUTHORISED, a_line(1_001), Doubt.OTHER_AMOUNT),
        (P.ORDERED, B.AUTHORISED, a_line(1_000, "DKK"), Doubt.OTHER_AMOUNT),
        (P.ORDERED, B.MADE, a_line(), Doubt.NOT_SENT),
        (P.EXECUTED, B.DONE, a_line(), Doubt.EXECUTED),
        (P.REJECTED, B.AUTHORISED, a_line(), Doubt.OVER),
        (P.GIVEN_BACK, B.DONE, a_line(), Doubt.OVER),
        (P.CANCELLED, B.CANCELLED, a_line(), Doubt.OVER),
    ],
)
def test_what_stops_a_refusal(state, batch, line, expected):
    assert doubt_of(Of(state=state, amount_cents=1_000, currency="EUR"), Of(state=batch), line) is expected


def test_nobody_knows_the_payment():
    assert doubt_of(None, Of(state=B.AUTHORISED), a_line()) is Doubt.UNKNOWN
