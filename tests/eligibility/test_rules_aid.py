"""How much aid fits: the vectors, the edges of the window, and what more aid may never do."""

from __future__ import annotations

import json
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR, Money
from vouchers.eligibility.rules.aid import (
    Aid,
    NewGrant,
    cumulate,
    read_advice_ceiling,
    read_declared,
    read_project_ceiling,
    single_undertaking,
    window_start,
)
from vouchers.eligibility.rules.own_work import cost_base, most_own_work, own_cost
from vouchers.eligibility.rules.ownership import Firm, FirmKind, Holding, structure
from vouchers.eligibility.rules.register import register_by
from vouchers.eligibility.rules.sectors import ensure_nace, find_excluded, is_too_coarse
from vouchers.eligibility.states import Outcome

ROOT = Path(__file__).parents[1] / "vectors"
VECTORS = json.loads((ROOT / "de_minimis.json").read_text())
OWN_WORK = json.loads((ROOT / "claims_caps.json").read_text())["own_work_cap"]
DECISIONS = {Outcome.MET: "within ceiling", Outcome.NOT_MET: "refuse whole grant (Art 3(7))"}


def of_vector(row: dict) -> Aid:
    return Aid(
        row["undertaking"],
        date.fromisoformat(row["granted"]),
        EUR(str(row["amount"])),
        row["ms"],
        regulation=row.get("regulation", "2023/2831"),
        is_withdrawn=row.get("status") == "withdrawn",
    )


@pytest.mark.parametrize("case", VECTORS["cumulation"], ids=lambda case: case["id"])
def test_cumulation(case):
    new, expected = case["new"], case["expected"]
    grant = NewGrant(date.fromisoformat(new["granted"]), EUR(str(new["amount"])), new["ms"], frozenset(new["members"]))
    found = cumulate(grant, map(of_vector, case["history"]), EUR(case["ceiling"]))

    assert found.window_from.isoformat() == expected["window_from"]
    assert found.window_to.isoformat() == expected["window_to"]
    assert found.used.plain == expected["used"]
    assert found.total_with_new.plain == expected["total_with_new"]
    assert found.headroom.plain == expected["headroom_before"]
    assert DECISIONS[found.outcome] == expected["decision"]


TODAY = date(2026, 9, 1)
GRANT = NewGrant(TODAY, EUR("7000"), "BE", frozenset({"A", "B"}))


def aid(**changed) -> Aid:
    values = {"undertaking": "A", "granted_on": date(2025, 1, 10), "amount": EUR("5000"), "member_state": "BE"}
    return Aid(**(values | changed))


@pytest.mark.parametrize(
    ("what", "entry", "outcome"),
    [
        ("all is known", aid(), Outcome.MET),
        ("no date", aid(granted_on=None), Outcome.UNCLEAR),
        ("no amount", aid(amount=None), Outcome.UNCLEAR),
        ("no country", aid(member_state=""), Outcome.UNCLEAR),
        ("no receiver", aid(undertaking=""), Outcome.UNCLEAR),
        ("another currency", aid(amount=Money(1, "DKK")), Outcome.UNCLEAR),
        ("no date, but another country", aid(granted_on=None, member_state="FR"), Outcome.MET),
        ("no amount, but too long ago", aid(amount=None, granted_on=date(2023, 8, 31)), Outcome.MET),
        ("no amount, but somebody else's", aid(amount=None, undertaking="P"), Outcome.MET),
        ("no amount, but withdrawn", aid(amount=None, is_withdrawn=True), Outcome.MET),
        ("under the group exemption", aid(amount=EUR("400000"), regulation="651/2014"), Outcome.MET),
        ("for a public service", aid(amount=EUR("400000"), regulation="2023/2832"), Outcome.MET),
        ("for a farm", aid(amount=EUR("294000"), regulation="1408/2013"), Outcome.NOT_MET),
        ("one cent too much", aid(amount=EUR("293000.01")), Outcome.NOT_MET),
        ("the first day", aid(amount=EUR("294000"), granted_on=date(2023, 9, 1)), Outcome.NOT_MET),
        ("the day before", aid(amount=EUR("294000"), granted_on=date(2023, 8, 31)), Outcome.MET),
        ("the last day", aid(amount=EUR("294000"), granted_on=TODAY), Outcome.NOT_MET),
    ],
)
def test_one_entry(what, entry, outcome):
    assert cumulate(GRANT, [entry]).outcome is outcome, what


def test_known_aid_above_the_ceiling_refuses_whatever_else_is_doubtful():
    assert cumulate(GRANT, [aid(amount=EUR("300000")), aid(granted_on=None)]).outcome is Outcome.NOT_MET


def test_without_a_signed_declaration_nothing_is_granted():
    assert read_declared(GRANT, None)[0] is Outcome.UNCLEAR
    assert read_declared(GRANT, [])[0] is Outcome.MET


@pytest.mark.parametrize(
    ("granted", "start"),
    [
        ("2026-09-01", "2023-09-01"),
        ("2028-02-29", "2025-02-28"),
        ("2027-02-28", "2024-02-28"),
        ("2031-03-01", "2028-03-01"),
    ],
)
def test_window(granted, start):
    assert window_start(date.fromisoformat(granted)).isoformat() == start


entries = st.builds(
    Aid,
    st.sampled_from(["A", "B", "P", ""]),
    st.one_of(st.none(), st.dates(date(2022, 1, 1), date(2027, 12, 31))),
    st.one_of(st.none(), st.integers(0, 200_000_00).map(Money)),
    st.sampled_from(["BE", "FR", ""]),
    is_withdrawn=st.booleans(),
)
RANK = {Outcome.MET: 0, Outcome.UNCLEAR: 1, Outcome.NOT_MET: 2}


@settings(max_examples=300)
@given(st.lists(entries, max_size=6), entries)
def test_more_aid_received_never_makes_one_eligible(history, more):
    before, after = cumulate(GRANT, history), cumulate(GRANT, [*history, more])
    assert RANK[after.outcome] >= RANK[before.outcome]
    assert after.headroom <= before.headroom


@settings(max_examples=300)
@given(st.lists(entries, max_size=6), st.integers(0, 300_000_00))
def test_a_larger_grant_never_fits_where_a_smaller_does_not(history, cents):
    larger = NewGrant(TODAY, GRANT.amount + Money(cents), "BE", GRANT.members)
    assert RANK[cumulate(larger, history).outcome] >= RANK[cumulate(GRANT, history).outcome]


@settings(max_examples=300)
@given(st.lists(entries, max_size=6))
def test_a_larger_undertaking_never_has_more_room(history):
    larger = NewGrant(TODAY, GRANT.amount, "BE", GRANT.members | {"P"})
    assert RANK[cumulate(larger, history).outcome] >= RANK[cumulate(GRANT, history).outcome]


def holding(owner, owned, percent, **more) -> Holding:
    return Holding(owner, owned, percent, percent, **more)


@pytest.mark.parametrize(
    ("what", "holdings", "members"),
    [
        ("a majority", [holding("B", "A", 51)], "AB"),
        ("half is not one", [holding("B", "A", 50)], "A"),
        ("control by contract", [holding("B", "A", 0, has_control=True)], "AB"),
        ("sisters of one mother", [holding("B", "A", 60), holding("B", "C", 60)], "ABC"),
        ("through another firm", [holding("A", "B", 60), holding("B", "C", 60)], "ABC"),
        ("a person connects no undertakings", [holding("P", "A", 60), holding("P", "B", 60)], "A"),
        ("a public body connects none", [holding("S", "A", 60), holding("S", "B", 60)], "A"),
    ],
)
def test_single_undertaking(what, holdings, members):
    firms = [
        *map(Firm, "ABC"),
        Firm("P", kind=FirmKind.PERSON),
        Firm("S", kind=FirmKind.PUBLIC_BODY),
    ]
    assert single_undertaking(structure("A", firms, holdings)) == list(members), what


def test_interreg_project_ceiling():
    ceiling = next(one["ceiling"] for one in VECTORS["ceilings"] if "20a" in one["regulation"])
    assert read_project_ceiling(EUR("15000"), EUR("7000"), EUR(str(ceiling)))[0] is Outcome.MET
    assert read_project_ceiling(EUR("15000"), EUR("7000.01"))[0] is Outcome.NOT_MET


def test_advice_ceiling():
    history = [aid(amount=EUR("213000"), regulation="651/2014", member_state="FR")]
    assert read_advice_ceiling(EUR("7000"), history, TODAY, {"A"})[0] is Outcome.MET
    assert read_advice_ceiling(EUR("7000.01"), history, TODAY, {"A"})[0] is Outcome.NOT_MET


# The register -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", VECTORS["register_deadline_20_working_days"], ids=lambda case: case["granted"])
def test_register_by_monday_to_friday(case):
    assert register_by(date.fromisoformat(case["granted"]), "").isoformat() == case["register_by_mon_fri"]


@pytest.mark.parametrize(
    ("granted", "country", "last_day"),
    [
        ("2026-03-16", "BE", "2026-04-14"),  # Easter Monday, 6 April
        ("2026-03-16", "DE", "2026-04-15"),  # Good Friday and Easter Monday
        ("2026-03-16", "DK", "2026-04-16"),  # Maundy Thursday too
        ("2026-12-10", "FR", "2027-01-11"),  # Christmas and New Year
        ("2026-06-20", "NL", "2026-07-17"),  # granted on a Saturday
    ],
)
def test_register_by_with_public_holidays(granted, country, last_day):
    assert register_by(date.fromisoformat(granted), country).isoformat() == last_day


@settings(max_examples=200)
@given(
    st.dates(date(2024, 1, 1), date(2030, 12, 31)),
    st.sampled_from(["BE", "DK", "FR", "DE", "IE", "LU", "NL", "CH", "GB"]),
)
def test_register_deadline_only_grows(day, country):
    one, next_one = register_by(day, country), register_by(day + timedelta(days=1), country)
    assert day + timedelta(days=26) <= one <= next_one
    assert one >= register_by(day, "")


# Sectors and own work ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "code"),
    [("72.11", "72.11"), ("7211", "72.11"), ("M 72.1", "72.1"), ("01", "01"), ("72.11Z", "72.11"),
     ("NACE 01.1", "01.1"), ("72.11-002", "72.11")],
)  # fmt: skip
def test_nace(typed, code):
    assert ensure_nace(typed) == code


@pytest.mark.parametrize("typed", ["", "7", "biotech", "00", "72.1111111", "W 12"])
def test_not_a_nace_code(typed):
    with pytest.raises(RuleBroken):
        ensure_nace(typed)


@pytest.mark.parametrize(
    ("code", "excluded", "by", "coarse"),
    [
        ("01.11", ("01", "03"), "01", False),
        ("10.11", ("01", "03"), None, False),
        ("10.20", ("10.2",), "10.2", False),
        ("10", ("10.2",), None, True),
        ("10.1", ("10.2",), None, False),
    ],
)
def test_excluded_sectors(code, excluded, by, coarse):
    assert (find_excluded(code, excluded), is_too_coarse(code, excluded)) == (by, coarse)


def test_own_work_cap():
    own = own_cost(Decimal(OWN_WORK["own_hours"]), EUR(OWN_WORK["own_rate"]))
    base = cost_base(EUR(OWN_WORK["external"]), own, Decimal("0.5"))
    assert (own, base) == (EUR(OWN_WORK["own_cost"]), EUR(OWN_WORK["base"]))
    assert base.share(Decimal(OWN_WORK["rate"])) == EUR(OWN_WORK["grant"])


@given(st.integers(0, 10_000_000).map(Money), st.integers(0, 10_000_000).map(Money), st.integers(0, 99))
def test_own_work_is_never_more_than_its_share(external, own, percent):
    share = Decimal(percent) / 100
    base = cost_base(external, own, share)
    counted = base - external
    assert counted <= own
    assert counted.cents * 100 <= base.cents * percent
    assert most_own_work(external, share) >= counted
