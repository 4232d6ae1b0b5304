"""How well a pair fits, and what is said of it; and what is said where it cannot be done."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.experts.forms import LANGUAGES
from vouchers.matching.rules.affinity import match
from vouchers.matching.rules.explaining import say_lack
from vouchers.matching.rules.inputs import Case, Inputs, Person
from vouchers.matching.rules.problem import FORBIDDEN
from vouchers.matching.rules.proposing import propose
from vouchers.matching.rules.reasons import nearness, say_reasons
from vouchers.matching.rules.texts import Likeness, words_of
from vouchers.matching.states import BidAnswer

WITHIN = {"life": None, "diag": "life", "fluid": "diag", "imaging": "diag", "food": None, "dairy": "food"}
NAMES = dict(LANGUAGES)


def a_case(number=1, *, wanted=1, **how):
    return Case(number, f"A-2026-{number:04d}", wanted, **how)


def a_person(number=1, *, room=5, **how):
    return Person(number, f"Expert {number}", room, **how)


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("diag", "diag", 1.0),
        ("fluid", "diag", 0.6),
        ("diag", "fluid", 0.6),
        ("fluid", "imaging", 0.36),
        ("fluid", "life", 0.36),
        ("dairy", "fluid", 0.0),
        ("fluid", "dairy", 0.0),
        ("unknown", "unknown", 1.0),
    ],
)
def test_fields_are_near_by_their_steps_in_the_taxonomy(one, other, near):
    assert nearness(one, other, WITHIN) == pytest.approx(near)


def test_texts_are_alike_by_their_rare_words():
    found = Likeness(["Mikrofluidik und Sensoren", ""], ["Sensoren der Mikrofluidik", "Käse aus Milch"])
    alike = found.between(slice(0, 2))
    assert alike[0, 0] == pytest.approx(1.0, abs=1e-6)
    assert alike[0, 1] == 0
    assert (alike[1] == 0).all()
    assert found.shared(0, 0, 5) == ["mikrofluidik", "sensoren"]
    assert words_of("Käse, the ÉTUDE x1 ab") == ["kase", "etude"]


def test_worth_is_fields_words_and_bid_by_the_published_weights():
    case = a_case(fields=("diag",), text="sensor")
    people = (
        a_person(1, fields=("diag",), text="sensor"),
        a_person(2, fields=("fluid",)),
        a_person(3, fields=("diag",), text="sensor"),
        a_person(4, fields=("diag",), text="sensor"),
        a_person(5),
    )
    bids = {(1, 3): BidAnswer.YES, (1, 4): BidAnswer.NO}
    worth = match(Inputs((case,), people, WITHIN, bids=bids)).problem.worth[0].tolist()
    assert worth == pytest.approx([880_000, 380_000, 1_000_000, 80_000, 80_000], abs=2)
    bare = match(Inputs((a_case(text="sensor"),), (a_person(text="sensor"),))).problem.worth
    assert bare[0, 0] == pytest.approx(760_000, abs=2)


def test_language_conflict_exclusion_answer_and_load_are_hard():
    cases = (a_case(1, language="da"), a_case(2))
    people = tuple(a_person(number, languages=frozenset({"da"} if number > 1 else {"en"})) for number in range(1, 7))
    inputs = Inputs(
        cases,
        people,
        given=frozenset({(1, 6)}),
        forbidden=frozenset({(1, 2)}),
        exclusions=frozenset({(1, 3)}),
        bids={(1, 4): BidAnswer.CONFLICT},
    )
    worth = match(inputs).problem.worth
    assert (worth[0] == FORBIDDEN).tolist() == [True, True, True, True, False, True]
    assert (worth[1] >= 0).all()


def test_a_proposal_tells_its_reasons_and_figures():
    cases = tuple(a_case(number, wanted=2, fields=("fluid", "dairy"), text="lab on chip") for number in (1, 2))
    people = (
        a_person(1, fields=("diag",), text="chip design", region="BE-WAL"),
        a_person(2, fields=("fluid",), region="NL-NB", is_seasoned=True),
        a_person(3),
        a_person(4, fields=("fluid",)),
    )
    inputs = Inputs(cases, people, WITHIN, bids={(1, 1): BidAnswer.YES}, pins=frozenset({(2, 3)}))
    told = []
    found = propose(inputs, lambda stage, _number: told.append(stage))
    assert found == propose(inputs)
    names = {"fluid": "Fluids"}
    pairs = {one.pair: [sentence.source for sentence in say_reasons(one.reason, names)] for one in found.pairs}
    assert len(pairs) == 4
    assert pairs[1, 1] == [
        "Near field: diag, asked for Fluids.",
        "Words in common: chip.",
        "The expert’s answer: Yes, gladly.",
        "Brings a spread of regions or of experience: 2 points more in the total.",
    ]
    assert pairs[2, 3] == ["No field in common.", "You pinned this."]
    figures = found.figures
    assert figures["spread"] == {
        "kinds": [["", False, 2, 1, 1], ["BE-WAL", False, 1, 1, 2], ["NL-NB", True, 1, 1, 1]],
        "most": 2,
        "fewest": 1,
    }
    assert figures["best_total"] == figures["bound"] >= figures["total"]
    assert figures["worst_before"] <= figures["worst"] <= figures["worst_bound"]
    assert {"weigh", "solve", "compare"} <= set(told)


def sentences(inputs):
    found = propose(inputs)
    assert found.pairs == ()
    return [[sentence.source for sentence in say_lack(lack, NAMES)] for lack in found.lacks]


def test_it_names_the_application_and_what_it_lacks():
    people = tuple(
        a_person(number, languages=frozenset({"da", "en"} if number < 4 else {"en"})) for number in range(1, 6)
    )
    case = a_case(31, wanted=3, language="da")
    assert sentences(Inputs((case,), people, forbidden=frozenset({(31, 2)}))) == [
        [
            "A-2026-0031 has only 2 experts who read Danish, are free of conflict and have time; you asked for 3.",
            "Of 5 experts, 3 read its language, 2 of these may mark it, and 2 of these have time.",
        ]
    ]


def test_no_language_is_told_where_the_application_says_none():
    people = tuple(a_person(number) for number in range(1, 4))
    [[_first, counts]] = sentences(Inputs((a_case(31, wanted=3),), people, forbidden=frozenset({(31, 2)})))
    assert counts == "Of 3 experts, 2 may mark it, and 2 of these have time."


def test_it_names_the_group_when_all_time_is_used_up():
    cases = tuple(a_case(number, wanted=2) for number in range(1, 8))
    people = tuple(a_person(number, room=4) for number in range(1, 4))
    assert sentences(Inputs(cases, people)) == [
        [
            "A-2026-0001, A-2026-0002, A-2026-0003, A-2026-0004, A-2026-0005 and 2 more together ask for 14 places, "
            "and the 3 experts who may mark them can take only 12: 2 are missing."
        ]
    ]


def test_it_names_pins_that_cannot_be_and_empty_registers():
    cases, people = (a_case(1), a_case(2)), (a_person(1, room=1), a_person(2))
    assert sentences(Inputs(cases, people, forbidden=frozenset({(1, 1)}), pins=frozenset({(1, 1)})))[0][0].startswith(
        "You pinned Expert 1 to A-2026-0001, but this expert may not mark it"
    )
    assert sentences(Inputs(cases, people, pins=frozenset({(1, 1), (1, 2), (2, 1)}))) == [
        ["A-2026-0001 has 1 free places, and you pinned 2 experts to it."],
        ["Expert 1 takes 1 more applications, and is pinned to 2."],
    ]
    assert sentences(Inputs(cases, ())) == [["Nobody in the register of experts can be asked now."]]
    assert sentences(Inputs((), people))[0][0].startswith("Every application here has its experts")


ORGANISATIONS = st.integers(0, 3)


@given(
    applicants=st.lists(ORGANISATIONS, min_size=1, max_size=5),
    employers=st.lists(ORGANISATIONS, min_size=1, max_size=6),
    linked=st.frozensets(st.tuples(ORGANISATIONS, ORGANISATIONS), max_size=3),
    wanted=st.integers(1, 2),
    bids=st.dictionaries(st.tuples(st.integers(0, 4), st.integers(0, 5)), st.sampled_from(BidAnswer)),
)
def test_nobody_ever_marks_an_application_of_the_own_or_a_linked_organisation(
    applicants, employers, linked, wanted, bids
):
    """However gladly they would, and even where a place stays empty for it."""
    own = {
        (case, person)
        for case, applicant in enumerate(applicants)
        for person, employer in enumerate(employers)
        if applicant == employer or (applicant, employer) in linked or (employer, applicant) in linked
    }
    cases = tuple(a_case(number, wanted=wanted) for number in range(len(applicants)))
    people = tuple(a_person(number, room=3) for number in range(len(employers)))
    found = propose(Inputs(cases, people, forbidden=frozenset(own), bids=bids))
    pairs = [one.pair for one in found.pairs]
    assert not own & set(pairs)
    assert not {pair for pair in pairs if bids.get(pair) is BidAnswer.CONFLICT}
    assert len(set(pairs)) == len(pairs)
    assert bool(pairs) != bool(found.lacks)
    if pairs:
        assert all(sum(one == case.id for one, _person in pairs) == wanted for case in cases)
        assert all(sum(one == person.id for _case, one in pairs) <= 3 for person in people)
