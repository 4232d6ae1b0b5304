"""What the programme file says for the list of operations: of the programme, of an instrument, of a region."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders.programmes import IN2_FILE, plan_of
from vouchers.core.localised import Text
from vouchers.programmes.rules.digest import as_json
from vouchers.programmes.rules.faults import ProgrammeFileFaults
from vouchers.programmes.rules.programme_file import read_programme_file
from vouchers.programmes.rules.publishing_plan import Filing, Location, Publishing
from vouchers.programmes.rules.restoring import restore

SMALL = (Path(__file__).parent / "files" / "small.yaml").read_text(encoding="utf-8")
CONTACT = "  contact: {name: Office, email: office@example.org}\n"
SAID = """\
  publishing:
    fund: ERDF
    specific_objective: {en: Growth, fr: Croissance}
    intervention: "021"
    instruments:
      - code: H2C
        intervention: "028"
        achievements: A study
    regions:
      - {code: FR-ARA, nuts: FRK2}
"""


def with_block(text: str = SAID) -> str:
    assert CONTACT in SMALL
    return SMALL.replace(CONTACT, CONTACT + text)


def text(words: str) -> Text:
    return Text((("en", words),))


def test_what_is_said_of_an_instrument_wins_over_the_programme():
    said = read_programme_file(with_block()).publishing
    assert said.filing_of("H2C") == Filing(
        "H2C", text("ERDF"), Text((("en", "Growth"), ("fr", "Croissance"))), "028", text("A study")
    )
    assert said.filing_of("OTHER").intervention == "021"
    assert (said.nuts_of("FR-ARA"), said.nuts_of("NO-OSL")) == ("FRK2", "")
    assert Publishing().filing_of("H2C") == Filing("H2C")


def test_it_is_kept_and_comes_back_and_a_plan_of_before_reads_as_ever():
    said = read_programme_file(with_block()).publishing
    assert restore(Publishing, as_json(said)) == said
    before = {"prefix": "", "licence": "https://example.org", "specific_objective": None, "intervention": "021"}
    assert restore(Publishing, before) == Publishing(licence="https://example.org", intervention="021")


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ('"021"', '"21"', "programme.publishing.intervention", '"21" is not a code here. Write it like 021.'),
        ('"021"', '"000"', "programme.publishing.intervention", "Write it like 021."),
        ('"021"', '"0211"', "programme.publishing.intervention", "Write it like 021."),
        ('"028"', "A28", "programme.publishing.instruments[1].intervention", "Write it like 021."),
        ("code: H2C\n        i", "code: H2B\n        i", "programme.publishing.instruments[1].code", '"H2C"?'),
        ("nuts: FRK2", "nuts: frk2", "programme.publishing.regions[1].nuts", "Write it like BE3."),
        ("nuts: FRK2", "nuts: BE3", "programme.publishing.regions[1].nuts", "lie in the country of the region, FR."),
        ("code: FR-ARA, n", "code: FR-ARB, n", "programme.publishing.regions[1].code", '"FR-ARA"?'),
        (", nuts: FRK2", "", "programme.publishing.regions[1].nuts", "is missing"),
        ("    fund: ERDF", "    funds: ERDF", "programme.publishing.funds", '"fund"?'),
    ],
)
def test_what_is_wrong_is_told_with_its_line(old, new, place, words):
    sound = with_block()
    assert old in sound
    spoilt = sound.replace(old, new, 1)
    with pytest.raises(ProgrammeFileFaults) as refusal:
        read_programme_file(spoilt)
    (fault,) = refusal.value.faults
    assert fault.path == place
    assert words in str(fault.sentence)
    lines = zip(sound.splitlines(), spoilt.splitlines(), strict=True)
    assert fault.line == next(number for number, (before, after) in enumerate(lines, 1) if before != after)


@pytest.mark.parametrize(("country", "nuts"), [("GB", "UKM"), ("GR", "EL3")])
def test_the_nomenclature_has_its_own_words_for_two_countries(country, nuts):
    base = with_block().replace("country: FR\n    time_zone", f"country: {country}\n    time_zone")
    assert read_programme_file(base.replace("FRK2", nuts)).publishing.nuts_of("FR-ARA") == nuts
    with pytest.raises(ProgrammeFileFaults):
        read_programme_file(base.replace("FRK2", f"{country}3"))


def test_the_programme_that_ships_says_all_of_it():
    plan = plan_of(IN2_FILE.read_text(encoding="utf-8"))
    assert plan.publishing.regions == tuple(
        replace(one, nuts=plan.publishing.nuts_of(one.code)) for one in (Location(one.code, "") for one in plan.regions)
    )
    for instrument in plan.instruments:
        filed = plan.publishing.filing_of(instrument.code)
        assert len(filed.intervention) == 3
        for said in (filed.fund, filed.specific_objective, filed.achievements):
            assert said is not None
            assert {language for language, _words in said.versions} == set(plan.languages)
