"""Rates are loaded whole or not at all, and never change unseen."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.builders.agreements import a_manager
from tests.builders.programmes import during_call, in2
from tests.builders.rates import FILE, a_file_of_rates, loaded_rates
from tests.builders.users import a_member_of_staff
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.rates import actions, queries
from vouchers.rates.models import Rate, RateImport
from vouchers.rates.states import RateImportState
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT, OCTOBER = during_call(), date(2026, 10, 1)


@pytest.fixture(autouse=True)
def _programme(app):
    in2()


def units(currency, day=OCTOBER):
    quote = queries.map_quotes([currency], "EUR", on=day).get(currency)
    return None if quote is None else (quote.from_units, quote.is_final)


def test_load_makes_the_lines_the_rates_that_hold():
    kept = loaded_rates()
    assert (kept.state, kept.added, kept.changed) == (RateImportState.LOADED, 4, 0)
    assert units("PLN") == (Decimal("4.2570"), True)
    assert units("CHF") is None
    assert units("PLN", date(2026, 9, 30)) is None


def test_load_of_the_same_file_changes_nothing():
    loaded_rates()
    again = loaded_rates()
    assert (again.added, again.changed) == (0, 0)
    assert len(db.session.scalars(select(Rate)).all()) == 4


def test_the_last_known_rate_stands_in_until_the_month_has_its_own():
    loaded_rates()
    assert units("PLN", date(2026, 12, 3)) == (Decimal("4.2570"), False)


def test_by_way_of_the_euro_into_another_currency():
    loaded_rates()
    quote = queries.map_quotes(["GBP", "EUR"], "DKK", on=OCTOBER)
    assert (quote["GBP"].from_units, quote["GBP"].to_units) == (Decimal("0.86523"), Decimal("7.4605"))
    assert quote["EUR"].from_units == 1
    assert queries.map_quotes(["GBP"], "CHF", on=OCTOBER) == {}


def test_a_rate_that_was_loaded_changes_only_with_a_reason_and_stays_to_be_read():
    loaded_rates()
    corrected = FILE.replace("4.2570", "4.3000")
    with pytest.raises(RuleBroken, match="Say why") as refused:
        loaded_rates(corrected)
    assert refused.value.field == "reason"
    assert units("PLN") == (Decimal("4.2570"), True)

    kept = loaded_rates(corrected, reason="The Commission published a corrigendum.")
    assert (kept.added, kept.changed, kept.reason) == (0, 1, "The Commission published a corrigendum.")
    assert units("PLN") == (Decimal("4.3000"), True)
    every = db.session.scalars(select(Rate).where(Rate.currency == "PLN").order_by(Rate.id)).all()
    assert [(rate.units_text, rate.is_current) for rate in every] == [("4.2570", False), ("4.3000", True)]


def test_one_line_that_cannot_be_taken_refuses_the_file():
    content = a_file_of_rates("Denmark,Krone,DKK,10/2026,7.46", "Poland,Zloty,PLN,10/2026,much")
    with pytest.raises(RuleBroken, match="first is line 3"):
        loaded_rates(content)
    assert units("DKK") is None


def test_read_keeps_nothing_of_what_is_no_file():
    with pytest.raises(RuleBroken):
        actions.read_rate_import(b"\0", "rates.xlsx", by=OFFICE, at=AT)
    assert db.session.scalars(select(RateImport)).first() is None


def test_read_load_and_discard_are_for_coordinators_and_finance_officers():
    officer, manager = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL"), a_manager()
    with pytest.raises(NotPermitted):
        actions.read_rate_import(FILE.encode(), "rates.csv", by=manager, at=AT)
    kept = actions.read_rate_import(FILE.encode(), "rates.csv", by=officer, at=AT)
    for refused in (actions.load_rate_import, actions.discard_rate_import):
        with pytest.raises(NotPermitted):
            refused(kept, by=manager, at=AT)
    actions.discard_rate_import(kept, by=officer, at=AT)
    assert (kept.state, kept.text) == (RateImportState.DISCARDED, "")
    with pytest.raises(WrongState):
        actions.load_rate_import(kept, by=officer, at=AT)


def test_a_rate_of_the_next_month_may_be_loaded_before_it_begins():
    loaded_rates(a_file_of_rates("Poland,Zloty,PLN,11/2026,4.3"), at=AT + timedelta(days=20))
    assert units("PLN", date(2026, 11, 1)) == (Decimal("4.3"), True)
