"""Who may be asked, on paper."""

from dataclasses import replace
from datetime import date

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.experts.rules.availability import Standing, Stretch, ensure_stretch, obstacle_of
from vouchers.experts.rules.contract import ContractFacts, fingerprint_of, read_sections, write_terms
from vouchers.experts.rules.interests import next_due, read_organisations
from vouchers.experts.states import ContractState, ExpertState

TODAY, DUE = date(2026, 3, 2), date(2026, 3, 16)
GOOD = Standing(ExpertState.ADMITTED, date(2026, 3, 2), date(2026, 3, 2), ContractState.IN_FORCE)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"contract": None}, None),
        ({"admitted_until": None, "interests_due_on": None}, None),
        ({"state": ExpertState.SUSPENDED}, "suspended"),
        ({"state": ExpertState.EXPIRED}, "has ended. Renew"),
        ({"admitted_until": date(2026, 3, 1)}, "has ended. Renew"),
        ({"absences": (Stretch(TODAY, TODAY),)}, "away from"),
        ({"absences": (Stretch(date(2026, 3, 10), DUE),)}, "away from"),
        ({"absences": (Stretch(date(2026, 3, 3), date(2026, 3, 15)),)}, None),
        ({"contract": ContractState.ISSUED}, "not accepted the contract"),
        ({"contract": ContractState.ACCEPTED}, "not signed by the office"),
        ({"contract": ContractState.ENDED}, "contract of this expert has ended"),
        ({"has_declared": False}, "has not declared the interests yet"),
        ({"interests_due_on": date(2026, 3, 1)}, "declaration of interests of this expert is overdue"),
    ],
)
def test_what_keeps_an_expert_from_being_asked(change, words):
    found = obstacle_of(replace(GOOD, **change), TODAY, DUE)
    assert (found is None) if words is None else (words in str(found))


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 3, 5), date(2026, 3, 4)), (date(2026, 2, 1), date(2026, 3, 1)), (TODAY, date(2029, 1, 1))],
)
def test_an_absence_is_a_real_stretch_of_days_to_come(first, last):
    with pytest.raises(RuleBroken) as refusal:
        ensure_stretch(first, last, TODAY)
    assert refusal.value.field == "until_on"


def test_a_declaration_holds_for_a_year():
    assert next_due(date(2024, 2, 29)) == date(2025, 2, 28)


def test_organisations_stand_one_a_line():
    assert read_organisations(" KTH \n\nDTU  Lyngby\nKTH") == ("KTH", "DTU Lyngby")
    with pytest.raises(RuleBroken):
        read_organisations("\n".join(f"Firm {number}" for number in range(61)))


def test_the_text_of_a_contract_is_read_back_as_it_was_written():
    facts = ContractFacts(
        "IN2-EXPERT-2026-0001", "IN2", "Office", "o@x.example", "Eva", "e@x.example", "KTH", EUR("600"), TODAY, DUE
    )
    terms = write_terms(facts)
    sections = read_sections(terms)
    assert ("Daily rate", "EUR 600.00") in sections[2].facts
    assert ("Until", "16 March 2026") in sections[0].facts
    assert fingerprint_of(terms) != fingerprint_of(write_terms(replace(facts, daily_rate=None)))
