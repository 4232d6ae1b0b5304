"""Never an expert on an application of their own or a linked organisation: from what is stated, over the findings and
the blocked pairs, to the proposal and its confirmation. Without a database; what is own is told here in other words."""

from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vouchers.core.errors import RuleBroken
from vouchers.evaluation.rules.assigning import Asked, ensure_assignable
from vouchers.evaluation.rules.conflict_facts import Body, CaseFacts, ExpertFacts
from vouchers.evaluation.rules.conflicts import find_in_pair, join_pairs, list_barring
from vouchers.evaluation.rules.ownership_links import Ownership, Stated
from vouchers.experts.states import ExpertState
from vouchers.matching.rules.inputs import Case, Inputs, Person
from vouchers.matching.rules.proposing import propose
from vouchers.programmes.rules.instrument_plan import Evaluator

FIRMS = ["Alpha NV", "Beta SA", "Gamma GmbH", "Delta ApS", "Epsilon BV"]
SPELLINGS = {"Alpha NV": "alpha", "Beta SA": "BÉTA", "Gamma GmbH": "Gamma"}
INDEPENDENT = ExpertFacts(99, "zoe@institute.example", "Institute", "UK-SCT")
FIRM = st.sampled_from(FIRMS)
STATEMENTS = st.lists(st.builds(Stated, FIRM, st.lists(FIRM, max_size=2).map(tuple), st.just(())), max_size=4)
EXPERTS = st.lists(
    st.builds(
        lambda number, firm, is_spelt: ExpertFacts(
            number, f"e{number}@mail{number}.example", SPELLINGS.get(firm, firm) if is_spelt else firm, "UK-SCT"
        ),
        st.integers(1, 5),
        st.sampled_from([*FIRMS, "University"]),
        st.booleans(),
    ),
    max_size=5,
    unique_by=lambda one: one.user_id,
)
CASES = st.lists(st.tuples(FIRM, st.frozensets(st.integers(1, 5), max_size=2)), min_size=1, max_size=4)


def group_of(firm, statements):
    """Everybody linked with a firm, step by step from neighbour to neighbour."""
    found, todo = set(), {firm}
    while todo:
        found |= todo
        todo = {other for one in statements for other in (one.by, *one.linked) if found & {one.by, *one.linked}} - found
    return found


def is_own(expert, case, statements):
    firm, member_ids = case
    houses = {SPELLINGS.get(one, one) for one in group_of(firm, statements)} | group_of(firm, statements)
    return expert.user_id in member_ids or expert.employer in houses


def blocked(experts, cases, statements):
    """What the office finds: (application, expert) -> what forbids it, as `queries.conflicts` puts it together."""
    ownership = Ownership(statements)
    files = {
        key: CaseFacts(Body(firm), f"R{key}", "BE-WAL", False, members, links=tuple(ownership.list_links(Body(firm))))
        for key, (firm, members) in enumerate(cases)
    }
    people = dict(enumerate(experts))
    found = {(case, one): find_in_pair(people[one], files[case]) for one, case in join_pairs(people, files)}
    return {pair: barring for pair, found in found.items() if (barring := list_barring(found, frozenset()))}


def confirm(barring):
    """What is asked again, under the lock, when a proposal is confirmed or somebody assigns by hand."""
    instrument = SimpleNamespace(evaluation=Evaluator.EXPERTS, name="Voucher")
    ensure_assignable(Asked(instrument, object(), True, ExpertState.ADMITTED, 0, 9, barring=barring))


@settings(max_examples=80, deadline=None)
@given(EXPERTS, CASES, STATEMENTS, st.data())
def test_nobody_is_ever_given_the_own_or_a_linked_organisations_application(experts, cases, statements, data):
    experts = [*experts, INDEPENDENT]
    barred = blocked(experts, cases, statements)
    own = {(a, b) for a, case in enumerate(cases) for b, one in enumerate(experts) if is_own(one, case, statements)}
    assert set(barred) == own
    pins = frozenset(data.draw(st.sets(st.sampled_from(sorted(own)), max_size=1))) if own else frozenset()
    inputs = Inputs(
        tuple(Case(key, f"R{key}", 1) for key in range(len(cases))),
        tuple(Person(key, one.employer, 9) for key, one in enumerate(experts)),
        forbidden=frozenset(barred),
        pins=pins,
    )
    found = propose(inputs)
    given_pairs = {one.pair for one in found.pairs}
    assert {case for case, _one in given_pairs} == (set() if pins else set(range(len(cases))))
    assert not given_pairs & own
    for pair in given_pairs:
        confirm(barred.get(pair, ()))
    for pair in own:  # posted by hand
        with pytest.raises(RuleBroken, match="cannot be assigned"):
            confirm(barred[pair])
    if given_pairs:  # what is stated between the proposal and its confirmation
        case, one = data.draw(st.sampled_from(sorted(given_pairs)))
        later = [*statements, Stated(cases[case][0], (experts[one].employer,), ())]
        with pytest.raises(RuleBroken, match="linked with"):
            confirm(blocked(experts, cases, later)[case, one])
