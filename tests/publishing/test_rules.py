"""What is published of a voucher, on paper."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from tests.builders.programmes import IN2_FILE, plan_of
from tests.publishing.threesixty import faults_of_grant, faults_of_package
from vouchers.core.money import EUR, Money
from vouchers.programmes.rules.instrument_plan import DeliverableAsked
from vouchers.programmes.rules.publishing_plan import Filing, Location, Publishing
from vouchers.publishing.rules.granted import Beneficiary, Granted, Place, achievements_of, cost_of, fund_of, union_rate
from vouchers.publishing.rules.indicators import (
    Body,
    Cooperation,
    Counted,
    Once,
    body_key,
    indicators_of,
    list_across,
    sums_of,
)
from vouchers.publishing.rules.operations import COLUMNS, operation_cells
from vouchers.publishing.rules.threesixty import grant_json, organisation_id, package_json, prefix_of

PLAN = plan_of(IN2_FILE.read_text(encoding="utf-8"))
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
PAGE = "https://vouchers.example.eu/calls/in2lifesciences/2026-1"
WHO = Beneficiary(7, "BioWave SRL", False, "BE", "4000", "Liège", "BE0403170701", "")
ONE = Granted(
    reference="IN2-2026-0031",
    title="A faster assay",
    programme=PLAN,
    call="2026-1",
    call_title=PLAN.calls[0].title,
    instrument=next(one for one in PLAN.instruments if one.code == "COL"),
    place=Place("BE-WAL", PLAN.regions[0].name, "BE", "BioWin"),
    beneficiary=WHO,
    amount=EUR("7000"),
    paid=EUR("0"),
    cost=EUR("10000"),
    awarded_on=date(2026, 10, 5),
    starts_on=date(2026, 10, 6),
    ends_on=date(2027, 4, 5),
    changed_at=NOON,
)
PERSON = replace(WHO, name="Anna Kowalska", is_person=True, town="Herstal", post_code="4040")


@pytest.mark.parametrize(
    ("amount", "rate", "verified", "cost"),
    [
        ("7000", "0.70", None, "10000.00"),
        ("7000", "0.30", None, "23333.34"),  # the least whose 30 % is the whole grant
        ("0.01", "0.70", None, "0.02"),
        ("4000", None, None, "4000.00"),  # a fixed sum
        ("4000", "0.80", "5123.45", "5123.45"),
        ("4000", "0.80", "0", "0.00"),  # nothing was found right
    ],
)
def test_the_cost_of_an_operation(amount, rate, verified, cost):
    found = cost_of(EUR(amount), Decimal(rate) if rate else None, EUR(verified) if verified else None)
    assert found.plain == cost
    if rate and verified is None:
        assert found.share(Decimal(rate)) >= EUR(amount)
        assert (found - Money(1)).share(Decimal(rate)) < EUR(amount)


@given(some.integers(1, 10**9), some.integers(1, 100))
def test_the_cost_is_the_least_that_makes_the_grant_whole(cents, percent):
    rate = Decimal(percent) / 100
    cost = cost_of(Money(cents), rate, None)
    assert cost.share(rate).cents >= cents > Money(cost.cents - 1).share(rate).cents


def test_the_part_of_the_union_and_its_funds():
    own = [line for line in PLAN.fund_lines if line.kind.value == "own"]
    assert union_rate(PLAN) == 1 - sum(line.rate for line in own)
    silent = replace(ONE, programme=replace(PLAN, publishing=Publishing()))
    assert all(line.name.in_language("en") not in fund_of(silent, "en") for line in own)
    assert fund_of(silent, "fr") == "Fonds européen de développement régional"
    assert fund_of(ONE, "fr") == "FEDER (Interreg)"


def test_what_is_expected_of_a_voucher():
    deliverables = (DeliverableAsked("a", PLAN.name, PLAN.name), DeliverableAsked("b", PLAN.title, PLAN.title))
    instrument = replace(ONE.instrument, claim=replace(ONE.instrument.claim, deliverables=deliverables))
    silent = replace(ONE, programme=replace(PLAN, publishing=Publishing()))
    assert achievements_of(silent, "en") == ""
    assert achievements_of(replace(silent, instrument=instrument), "en") == f"{PLAN.name}; {PLAN.title}"
    assert achievements_of(ONE, "en") == "Work with a partner in another region, told in a report"


@pytest.mark.parametrize(
    ("country", "vat", "register", "identifier"),
    [
        ("BE", "BE0403170701", "", "BE-BCE_KBO-0403170701"),
        ("BE", "", "0403.170.701", "BE-BCE_KBO-0403170701"),
        ("DK", "DK13585628", "", "DK-CVR-13585628"),
        ("NL", "NL004495445B01", "", ""),  # the VAT number is not the register's
        ("NL", "", "12345678", "NL-KVK-12345678"),
        ("GB", "GB980780684", "SC123456", "GB-COH-SC123456"),
        ("FR", "FR40303265045", "303265045", ""),
        ("BE", "", "REG-000001", ""),
    ],
)
def test_the_identifier_of_a_company(country, vat, register, identifier):
    assert organisation_id(country, vat, register) == identifier


def test_a_grant_as_open_data():
    told = json.loads(grant_json(ONE, PAGE), parse_float=Decimal)
    assert faults_of_grant(told) == []
    assert told["id"] == "360G-in2lifesciences-IN2-2026-0031"
    assert (told["amountAwarded"], told["amountDisbursed"]) == (Decimal("7000.00"), Decimal("0.00"))
    assert told["recipientOrganization"][0]["id"] == "BE-BCE_KBO-0403170701"
    assert told["plannedDates"] == [{"startDate": "2026-10-06", "endDate": "2027-04-05"}]
    assert "\n" not in told["description"]


def test_a_natural_person_has_no_name_and_no_town():
    one = replace(ONE, beneficiary=PERSON)
    text = grant_json(one, PAGE) + repr(operation_cells(one, "fr", "Personne physique"))
    assert not any(word in text for word in ("Anna", "Kowalska", "Herstal", "4040", "BE0403170701"))
    assert faults_of_grant(json.loads(grant_json(one, PAGE), parse_float=Decimal)) == []
    assert "Personne physique" in text


_words = some.text(min_size=0, max_size=60).filter(lambda text: "\0" not in text)


@given(
    title=_words,
    name=_words.filter(bool),
    is_person=some.booleans(),
    cents=some.integers(1, 10**12),
    paid=some.integers(0, 10**12),
    has_agreement=some.booleans(),
    minutes=some.integers(-600, 600),
)
def test_whatever_a_voucher_is_its_open_data_is_valid(title, name, is_person, cents, paid, has_agreement, minutes):
    one = replace(
        ONE,
        title=title,
        beneficiary=replace(WHO, name=name, is_person=is_person),
        amount=Money(cents),
        paid=Money(paid),
        starts_on=ONE.starts_on if has_agreement else None,
        ends_on=ONE.ends_on if has_agreement else None,
        changed_at=NOON + timedelta(minutes=minutes),
    )
    text = (
        package_json(PLAN, title="Vouchers", page=PAGE, file=PAGE, issued_on=NOON.date()) + grant_json(one, PAGE) + "]}"
    )
    package = json.loads(text, parse_float=Decimal)
    assert faults_of_package(package) == []
    assert package["grants"][0]["amountAwarded"] * 100 == cents


def test_the_oracle_finds_what_is_wrong():
    sound = json.loads(grant_json(ONE, PAGE), parse_float=Decimal)
    assert faults_of_grant({**sound, "recipientIndividual": {"id": "x", "name": "y"}})
    assert faults_of_grant({**sound, "amountAwarded": "7000"})
    assert faults_of_grant({**sound, "awardDate": "5.10.2026"})
    assert faults_of_grant({name: value for name, value in sound.items() if name != "fundingOrganization"})
    assert faults_of_package({"version": "1", "grants": [sound]})


def cells_of(one, language="en"):
    """The line of a voucher by the names of its columns."""
    return dict(zip([column.source for column in COLUMNS], operation_cells(one, language, "Person"), strict=True))


def test_what_the_programme_says_of_itself():
    assert prefix_of(PLAN) == "360G-in2lifesciences"
    said = Publishing(
        prefix="360G-in2",
        intervention="021",
        specific_objective=PLAN.name,
        instruments=(Filing("MG", intervention="026"),),
        regions=(Location("BE-WAL", "BE3"),),
    )
    own = replace(PLAN, publishing=said)
    assert prefix_of(own) == "360G-in2"
    cells = cells_of(replace(ONE, programme=own))
    assert cells["Type of intervention"] == "021"
    assert cells["Specific objective"] == "IN2LifeSciences"
    assert cells["Rate of co-financing"] == union_rate(PLAN)
    assert (cells["Total cost"], cells["Grant"]) == (EUR("10000"), EUR("7000"))
    assert (cells["NUTS code"], cells["Country"]) == ("BE3", "BE")
    other = next(one for one in PLAN.instruments if one.code == "MG")
    cells = cells_of(replace(ONE, programme=own, instrument=other))
    assert (cells["Type of intervention"], cells["Specific objective"]) == ("026", "IN2LifeSciences")


REQUIRED = {
    "a": "Beneficiary",
    "d": "Name of the operation",
    "e": "Expected or actual achievements",
    "f": "Start",
    "g": "Expected or actual end",
    "h": "Total cost",
    "i": "Fund",
    "j": "Specific objective",
    "k": "Rate of co-financing",
    "l": "NUTS code",
    "m": "Country",
    "n": "Type of intervention",
}
"""The points of Article 49(3) that concern a voucher, and the column of each."""


@pytest.mark.parametrize("instrument", [one.code for one in PLAN.instruments])
def test_the_shipped_programme_leaves_no_point_of_the_article_empty(instrument):
    plan = next(one for one in PLAN.instruments if one.code == instrument)
    cells = cells_of(replace(ONE, instrument=plan))
    assert [column for column in REQUIRED.values() if cells[column] in ("", None)] == []


@pytest.mark.parametrize(("nuts", "told"), [("DE712", "DE71"), ("DE71", "DE71"), ("BE3", "BE3"), ("", "")])
def test_of_a_natural_person_the_region_is_told_to_level_2_and_no_finer(nuts, told):
    said = Publishing(regions=(Location("BE-WAL", nuts),) if nuts else ())
    cells = cells_of(replace(ONE, beneficiary=PERSON, programme=replace(PLAN, publishing=said)))
    assert (cells["NUTS code"], cells["Post code"], cells["Town"]) == (told, "", "")
    assert cells["Beneficiary"] == "Person"


def test_indicators_of_two_regions():
    def counted(code, vouchers, recipients, supported, own):
        return Counted(code, PLAN.name, vouchers, recipients, supported, 1, EUR("10"), EUR("5"), EUR(own))

    both = [counted("A", 3, 2, 2, "1.50"), counted("B", 2, 2, 1, "0.25")]
    sums = sums_of(both, Once(recipients=3, supported=2, across_borders=2), "EUR")
    found = {one.code: one for one in indicators_of(both, sums)}
    assert (sums.vouchers, sums.awarded, sums.own) == (5, EUR("20"), EUR("1.75"))
    assert (found["RCO01"].values, found["RCO01"].whole) == ((2, 1), 2)
    assert (found["RCO02"].values, found["RCO02"].whole) == ((2, 1), 2)
    assert (found["RCO87"].values, found["RCO87"].whole) == ((1, 1), 2)
    assert found["RCR02"].whole == EUR("1.75")
    assert sums_of([], Once(), "DKK").awarded == Money(0, "DKK")


@pytest.mark.parametrize(
    ("facts", "key"),
    [
        ({"vat_number": "be 0403 170701", "organisation_id": 7, "name": "BioWave"}, "vat BE0403170701"),
        ({"organisation_id": 7, "register_number": "1", "name": "BioWave"}, "organisation 7"),
        ({"register_number": "sc 12", "name": "Lab"}, "register SC12"),
        ({"name": "  Heriot-Watt   UNIVERSITY "}, "name heriot-watt university"),
    ],
)
def test_a_legal_entity_is_known_again(facts, key):
    assert body_key(**facts) == key


SME, LAB, OTHER = Body("sme", "BE"), Body("lab", "NL"), Body("other", "BE")


@pytest.mark.parametrize(
    ("partners", "asks_abroad", "counted"),
    [
        ((LAB,), False, {"sme", "lab"}),
        ((OTHER,), False, set()),  # another region of the same country
        ((OTHER, LAB), False, {"sme", "lab", "other"}),  # all partners of a project that crosses a border
        ((Body("x"),), False, set()),  # nobody knows where it sits
        ((Body("x"),), True, {"sme", "x"}),  # the instrument takes nobody of the same country
        ((OTHER,), True, set()),
    ],
)
def test_who_cooperates_across_a_border(partners, asks_abroad, counted):
    found = list_across([Cooperation("BE-WAL", SME, partners, asks_abroad)])
    assert found.get("BE-WAL", frozenset()) == counted


def test_a_partner_of_many_counts_once_in_each_region_and_once_in_all():
    found = list_across(
        [
            Cooperation("BE-WAL", SME, (LAB,)),
            Cooperation("BE-WAL", OTHER, (LAB,)),
            Cooperation("FR-GES", Body("fr", "FR"), (LAB,)),
        ]
    )
    assert {region: len(keys) for region, keys in found.items()} == {"BE-WAL": 3, "FR-GES": 2}
    assert len(frozenset().union(*found.values())) == 4
