"""How the differences of a correction are told to people."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from vouchers.programmes.rules.digest import as_json
from vouchers.programmes.rules.plan import Call
from vouchers.programmes.rules.programme_file import read_programme_file
from vouchers.programmes.rules.telling import Told, concerns, tell

FILE = Path(__file__).parents[2] / "vouchers/programmes/files/in2lifesciences.yaml"
NAMES = {"BE-WAL": "Wallonia", "COL": "Collaboration", "INS": "Insight"}


@pytest.fixture(scope="module")
def terms():
    plan = read_programme_file(FILE.read_text(encoding="utf-8"))
    return {"call": as_json(plan.calls[0]), "instruments": as_json(plan.instruments), "rules": as_json(plan.rules)}


def told(terms, *difference) -> list[Told]:
    return list(tell([difference], terms, NAMES, "Europe/Brussels"))


EUR = {"cents": 10000000, "currency": "EUR"}
MORE = {"cents": 12000000, "currency": "EUR"}
IN_TWO = {"versions": [["en", "Old"], ["fr", "Vieux"]]}


@pytest.mark.parametrize(
    ("difference", "label", "before", "after"),
    [
        (
            ("call.closes_at", "2027-03-31T15:00:00+00:00", "2027-04-15T15:00:00+00:00"),
            "Closes", "31 March 2027, 17:00 (Brussels time)", "15 April 2027, 17:00 (Brussels time)",
        ),
        (("call.decision_by", None, "2027-05-01"), "Decisions are announced by", "–", "1 May 2027"),
        (
            ("call.activities_until", "2027-05-01", "(none)"),
            "Last day on which an activity may end", "1 May 2027", "–",
        ),
        (("call.title", IN_TWO, {"versions": [["en", "New"], ["fr", "Vieux"]]}), "Title", "Old", "New"),
        (("call.title", IN_TWO, {"versions": [["en", "Old"], ["fr", "Neuf"]]}), "Title", "Vieux", "Neuf"),
        (("call.regions", [], ["BE-WAL"]), "Regions that take part", "–", "Wallonia"),
        (("call.instruments", ["COL"], ["COL", "INS"]), "What is offered", "Collaboration", "Collaboration, Insight"),
        (("call.has_reserve_list", True, False), "Is there a reserve list?", "Yes", "No"),
        (("call.cut_policy", "skip", "partial"),
         "At the first application that the money left does not cover", "Go on to the next that fits",
         "Offer what is left"),
        (("call.envelopes[BE-WAL].amount", EUR, MORE),
         "The money of each region: Wallonia: Amount", "EUR 100,000.00", "EUR 120,000.00"),
        (("call.envelopes[BE-WAL/COL]", None, {"region": "BE-WAL", "instrument": "COL", "amount": EUR}),
         "The money of each region: Wallonia, Collaboration", "–", "EUR 100,000.00"),
        (("call.max_applications", None, 1), "Most applications", "–", "1"),
        (("instruments[COL].grant.rate", "0.7", "0.75"),
         "Collaboration: The part of the cost that is paid", "70 %", "75 %"),
        (("instruments[COL].grant.variations", [],
          [{"sizes": ["medium"], "regions": ["BE-WAL"], "rate": "0.5", "cap": EUR}]),
         "Collaboration: What differs by size or region", "–",
         "Medium-sized enterprise, Wallonia: 50 %, EUR 100,000.00"),
    ],
)  # fmt: skip
def test_a_difference_is_told_in_plain_words(terms, difference, label, before, after):
    (one,) = told(terms, *difference)

    assert (one.label, one.before, one.after) == (label, before, after)


def test_a_question_and_a_criterion_bear_their_own_names(terms):
    section = terms["call"]["form"]["sections"][0]
    question = section["questions"][0]
    asked = f"call.form.sections[{section['code']}].questions[{question['code']}]"
    (hint,), (gone,) = told(terms, f"{asked}.hint", None, IN_TWO), told(terms, asked, question, None)
    criterion = terms["call"]["marking"]["criteria"][0]
    (weight,) = told(terms, f"call.marking.criteria[{criterion['code']}].weight", "1", "2")

    name = question["label"]["versions"][0][1]
    assert (hint.label, hint.after) == (f"Questions: {name}: Help", "Old")
    assert (gone.label, gone.before, gone.after) == ("Questions", name, "–")
    assert weight.label == f"Criteria: {criterion['name']['versions'][0][1]}: Weight"


def test_money_of_one_region_concerns_that_region_and_the_grace_nobody(terms):
    (money,) = told(terms, "call.envelopes[BE-WAL/COL].amount", EUR, MORE)

    assert (money.concerns("BE-WAL"), money.concerns("NL-LIM")) == (True, False)
    assert told(terms, "call.closes_at", None, "2027-03-31T15:00:00+00:00")[0].concerns("NL-LIM")
    assert told(terms, "call.grace_minutes", 0, 5) == []


def test_a_new_question_is_told_as_one_and_the_split_over_the_funds_not_at_all(terms):
    question = terms["call"]["form"]["sections"][0]["questions"][0]
    (new,) = told(terms, "call.form.sections[company].questions[nace]", None, question)
    shares = ["call.envelopes[BE-WAL].shares", [["FE", EUR]], [["FE", MORE]]]

    assert new.is_addition
    assert new.label == f"New question: {question['label']['versions'][0][1]}"
    assert told(terms, *shares) == []
    assert not concerns([shares], "BE-WAL")


def test_every_setting_of_a_call_has_a_label(terms):
    names = [f"call.{field.name}" for field in fields(Call) if field.name not in {"code", "grace_minutes"}]

    assert [name for name in names if told(terms, name, 1, 2)[0].label == name] == []
