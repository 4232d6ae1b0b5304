"""Until when an appeal counts, against what it can be filed, and how many working days lie between two days."""

from datetime import UTC, date, datetime, timedelta

import pytest

from vouchers.appeals.rules import filing, ruling, waiting
from vouchers.appeals.states import Against
from vouchers.applications.states import ApplicationState as S
from vouchers.core.errors import RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.core.working_days import add_working_days, count_working_days, is_working_day
from vouchers.programmes.rules.appealing import appeal_until


@pytest.mark.parametrize(
    ("told", "days", "zone", "country", "last"),
    [
        # the day of the letter does not count; Regulation 1182/71, Article 3(1)
        ("2026-10-05 09:00", 30, "Europe/Brussels", "BE", "2026-11-04 23:59:59+01:00"),
        # late in the evening in UTC it is the next day in Brussels
        ("2026-10-05 22:30", 30, "Europe/Brussels", "BE", "2026-11-05 23:59:59+01:00"),
        ("2026-10-05 22:30", 30, "Europe/London", "GB", "2026-11-04 23:59:59+00:00"),
        # Saturday 7 November: the next working day is Monday; Article 3(4)
        ("2026-10-08 09:00", 30, "Europe/Brussels", "BE", "2026-11-09 23:59:59+01:00"),
        # Wednesday 11 November is a holiday in Belgium and none in the Netherlands
        ("2026-10-12 09:00", 30, "Europe/Brussels", "BE", "2026-11-12 23:59:59+01:00"),
        ("2026-10-12 09:00", 30, "Europe/Amsterdam", "NL", "2026-11-11 23:59:59+01:00"),
        # a holiday inside the period counts as a day; Article 3(3)
        ("2026-12-20 09:00", 10, "Europe/Berlin", "DE", "2026-12-30 23:59:59+01:00"),
        # Good Friday and Easter Monday lie round a weekend: Tuesday
        ("2027-03-16 09:00", 10, "Europe/Berlin", "DE", "2027-03-30 23:59:59+02:00"),
        # an unknown country has weekends only
        ("2026-10-08 09:00", 30, "UTC", "XX", "2026-11-09 23:59:59+00:00"),
    ],
)
def test_appeal_until(told, days, zone, country, last):
    moment = datetime.fromisoformat(told).replace(tzinfo=UTC)
    assert appeal_until(moment, days, zone=zone, country=country).isoformat(" ") == last


def test_the_last_second_counts_and_the_next_does_not():
    due = appeal_until(datetime(2026, 10, 5, 9, tzinfo=UTC), 30, zone="Europe/Brussels", country="BE")
    assert filing.is_in_time(due, due + timedelta(microseconds=999_999))
    assert not filing.is_in_time(due, due + timedelta(seconds=1))
    with pytest.raises(
        RuleBroken, match=r"ended on 4 November 2026, 23:59:59 \(Brussels time\), 22:59:59 in Dublin,.*still admitted"
    ):
        filing.ensure_in_time(due, due + timedelta(minutes=1), "Europe/Brussels", "Europe/Dublin")


@pytest.mark.parametrize(
    ("state", "awarded", "against"),
    [
        (S.INELIGIBLE, None, Against.INELIGIBLE),
        (S.REJECTED, None, Against.REJECTED),
        (S.RESERVED, None, Against.RESERVED),
        (S.AWARDED, EUR("6999.99"), Against.LESS),
        (S.AWARDED, EUR("7000"), None),
        (S.AGREED, EUR("5000"), None),
        (S.EVALUATED, None, None),
        (S.WITHDRAWN, None, None),
        (S.LAPSED, EUR("5000"), None),
    ],
)
def test_against_of(state, awarded, against):
    assert filing.against_of(state, awarded, EUR("7000")) is against


def test_decide_by_is_two_months_later():
    assert filing.decide_by(date(2026, 12, 31)) == date(2027, 2, 28)


def test_fingerprint_is_of_words_and_files_in_any_order():
    assert filing.fingerprint_of("é", ["b", "a"]) == filing.fingerprint_of("é", ["a", "b"])
    assert filing.fingerprint_of("é", ["a"]) != filing.fingerprint_of("e", ["a"])


def test_what_no_longer_stands_is_not_upheld():
    ruling.ensure_still_stands(Against.REJECTED, S.REJECTED)
    with pytest.raises(WrongState, match="“Awarded” by now"):
        ruling.ensure_still_stands(Against.RESERVED, S.AWARDED)
    with pytest.raises(RuleBroken):
        ruling.ensure_may_be_marked(Against.LESS, is_marked=True)


def test_who_is_not_known_is_not_neutral():
    with pytest.raises(RuleBroken):
        ruling.ensure_not_involved(None, set())
    ruling.ensure_not_involved(7, {8})


def test_say_why_an_agreement_waits():
    until = datetime(2026, 11, 4, 22, 59, 59, tzinfo=UTC)
    said = [
        waiting.say_why(waiting.Suspension(*case), "Europe/Brussels").source
        for case in [(True, 3, until), (False, 1, until), (False, 2, None), (False, 0, until)]
    ]
    assert "this award is decided" in said[0]
    assert "1 appeal about the same money is open" in said[1]
    assert "2 appeals" in said[2]
    assert "until 4 November 2026, 23:59:59 (Brussels time)" in said[3]


def test_working_days():
    assert not is_working_day(date(2026, 11, 11), "BE")
    assert is_working_day(date(2026, 11, 11), "NL")
    assert add_working_days(date(2026, 11, 6), 3, "BE") == date(2026, 11, 12)
    for first, last in [("2026-11-06", "2026-11-12"), ("2025-12-20", "2027-01-05"), ("2026-01-01", "2026-01-01")]:
        one, other = date.fromisoformat(first), date.fromisoformat(last)
        days = (one + timedelta(days=n) for n in range(1, (other - one).days + 1))
        assert count_working_days(one, other, "BE") == sum(is_working_day(day, "BE") for day in days)
    assert count_working_days(date(2026, 11, 12), date(2026, 11, 6), "BE") == 0
