"""What the office finds against giving an application to an expert."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vouchers.core.errors import RuleBroken
from vouchers.eligibility.rules.likeness import bare_name, domain_of, is_same_domain, is_same_organisation, numbers_of
from vouchers.evaluation.rules.assigning import Asked, ensure_assignable, list_obstacles
from vouchers.evaluation.rules.conflict_facts import Body, CaseFacts, ExpertFacts, Link, Work
from vouchers.evaluation.rules.conflicts import find_conflicts, find_in_pair, join_pairs, list_barring
from vouchers.evaluation.states import Weight
from vouchers.experts.states import ExpertState
from vouchers.programmes.rules.instrument_plan import Evaluator

HARD, CLEARABLE, SHOWN = Weight.FORBIDS, Weight.CLEARABLE, Weight.SHOWN
CASE = CaseFacts(
    applicant=Body("Lumière Diagnostics SA", numbers=frozenset({"BE0539007547"})),
    reference="IN2-2026-0001",
    member_ids=frozenset({7}),
    member_emails=frozenset({"marie@lumiere.be", "marie@gmail.com"}),
    region_code="BE-WAL",
    partners=(Body("Universität Ulm", "jan@uni-ulm.de"), Body("Optik Süd GmbH", numbers=frozenset({"DE811"}))),
    allows_own_region=False,
    links=(
        Link(Body("Grande Holding NV"), "Lumière Diagnostics SA", True, "Lumière Diagnostics SA"),
        Link(Body("Quarter Invest"), "Lumière Diagnostics SA", False, "Lumière Diagnostics SA"),
    ),
    works=(Work(Body("Old Lab"), "IN2-2024-0003"),),
    marked_by=frozenset({20, 21}),
    declared_by=frozenset({21}),
)
EXPERT = ExpertFacts(user_id=1, email="eva@kth.se", employer="KTH", region_code="DK-84")
BODIES = (Body("Rival BV"),)


def test_an_independent_expert_has_none():
    assert find_conflicts(EXPERT, CASE) == []
    assert list(join_pairs({1: EXPERT}, {1: CASE})) == []


@pytest.mark.parametrize(
    ("known", "kind", "weight"),
    [
        ({"user_id": 7}, "member", HARD),
        ({"employer": "lumiere diagnostics s.a."}, "employer", HARD),
        ({"employer": "LD", "employer_numbers": frozenset({"BE0539007547"})}, "employer", HARD),
        ({"employer": "Universitat Ulm"}, "provider", HARD),
        ({"employer": "OPTIK SUED", "employer_numbers": frozenset({"DE811"})}, "provider", HARD),
        ({"email": "Otto@LUMIERE.be"}, "domain", HARD),
        ({"email": "otto@mail.lumiere.be"}, "domain", HARD),
        ({"email": "otto@uni-ulm.de"}, "provider_domain", HARD),
        ({"region_code": "BE-WAL"}, "own_region", HARD),
        ({"employer": "GRANDE HOLDING"}, "linked", HARD),
        ({"employer": "Quarter Invest Ltd"}, "partner_enterprise", CLEARABLE),
        ({"interests": ("Elsewhere", "lumière diagnostics")}, "interest", HARD),
        ({"interests": ("Grande Holding",)}, "interest", HARD),
        ({"applies_with": BODIES}, "own_application", HARD),
        ({"contact_in": ("IN2-2026-0002",)}, "provider_in_call", HARD),
        ({"chosen": BODIES}, "provider_in_call", HARD),
        ({"acts_for": ("universitat ulm",)}, "provider", HARD),
        ({"employer": "Old Lab"}, "common_work", CLEARABLE),
        ({"user_id": 20}, "earlier_marks", SHOWN),
        ({"user_id": 21}, "declared_before", CLEARABLE),
    ],
)
def test_a_conflict_is_found_with_its_evidence(known, kind, weight):
    expert = replace(EXPERT, **known)
    (conflict,) = find_conflicts(expert, CASE)
    assert (conflict.kind, conflict.weight, conflict.is_hard) == (kind, weight, weight is HARD)
    assert str(conflict.evidence).endswith(".")
    assert str(conflict.source.label)
    assert list(join_pairs({1: expert}, {1: CASE})) == [(1, 1)]


def test_only_what_a_manager_cleared_opens_the_way_and_never_a_hard_one():
    conflicts = find_conflicts(replace(EXPERT, employer="Old Lab", user_id=21, region_code="BE-WAL"), CASE)
    assert [one.kind for one in conflicts] == ["own_region", "common_work", "declared_before"]
    everything = frozenset(one.key for one in conflicts)
    assert [one.kind for one in list_barring(conflicts, everything)] == ["own_region"]
    assert [one.kind for one in list_barring(conflicts, frozenset())] == [one.kind for one in conflicts]
    later = replace(CASE, works=(Work(Body("Old Lab"), "IN2-2025-0009"),))  # a new fact is a new finding
    expert = replace(EXPERT, employer="Old Lab")
    assert list_barring(find_conflicts(expert, later), everything) != []


def test_the_own_region_is_none_where_the_call_allows_it():
    assert find_conflicts(replace(EXPERT, region_code="BE-WAL"), replace(CASE, allows_own_region=True)) == []


@pytest.mark.parametrize("host", ["gmail.com", "outlook.com", "web.de", "GMX.de"])
def test_a_mail_host_for_everybody_says_nothing(host):
    assert find_conflicts(replace(EXPERT, email=f"eva@{host}"), CASE) == []


def test_the_partners_contact_person_is_one_even_at_such_a_host():
    case = replace(CASE, partners=(Body("Lab", "eva@gmail.com"),))
    assert [found.kind for found in find_conflicts(replace(EXPERT, email="Eva@gmail.com"), case)] == ["provider_person"]


WORDS = st.sampled_from(["", "KTH", "Old Lab", "Ulm", "Ulm GmbH", "Grande", "Acme SA", "acme"])
MAILS = st.sampled_from(["", "a@kth.se", "b@x.kth.se", "c@gmail.com", "d@acme.eu", "e@lab.acme.eu"])
PLACES = st.sampled_from(["", "A", "B"])
IDS = st.frozensets(st.integers(1, 6), max_size=3)
NUMBERS = st.frozensets(st.sampled_from(["BE1", "DE2"]), max_size=1)
NAMED = st.builds(Body, WORDS, MAILS, NUMBERS)
CASES = st.builds(
    CaseFacts,
    applicant=NAMED,
    reference=st.sampled_from(["R1", "R2"]),
    region_code=PLACES,
    allows_own_region=st.booleans(),
    member_ids=IDS,
    member_emails=st.frozensets(MAILS, max_size=2),
    partners=st.lists(NAMED, max_size=2).map(tuple),
    links=st.lists(st.builds(Link, NAMED, WORDS, st.booleans(), WORDS), max_size=2).map(tuple),
    works=st.lists(st.builds(Work, NAMED, st.just("R0")), max_size=2).map(tuple),
    marked_by=IDS,
    declared_by=IDS,
)
EXPERTS = st.builds(
    ExpertFacts,
    user_id=st.integers(1, 6),
    email=MAILS,
    employer=WORDS,
    region_code=PLACES,
    employer_numbers=NUMBERS,
    interests=st.lists(WORDS, max_size=2).map(tuple),
    applies_with=st.lists(NAMED, max_size=1).map(tuple),
    contact_in=st.lists(st.sampled_from(["R1", "R2"]), max_size=1).map(tuple),
    acts_for=st.lists(WORDS, max_size=1).map(tuple),
    chosen=st.lists(NAMED, max_size=1).map(tuple),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(EXPERTS, max_size=4), st.lists(CASES, max_size=4))
def test_joining_by_keys_leaves_out_no_pair_with_a_finding(experts, cases):
    people, files = dict(enumerate(experts)), dict(enumerate(cases))
    joined = set(join_pairs(people, files))
    for expert, case in ((expert, case) for expert in experts for case in cases):
        assert find_in_pair(expert, case) == find_conflicts(expert, case)
    assert {(a, b) for a in people for b in files if find_conflicts(people[a], files[b])} <= joined


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Lumière S.A.", "LUMIERE", True),
        ("Bio-Pharma GmbH & Co. KG", "bio pharma", True),
        ("Ørsted A/S", "orsted", True),
        ("Groß Medizin GmbH", "Gross Medizin", True),
        ("", "", False),
        ("SA", "SA", True),
        ("SA", "NV", False),
        ("Acme Life", "Acme", False),
    ],
)
def test_names_are_compared_without_case_accents_and_legal_form(one, other, same):
    assert is_same_organisation(one, other) is same


def test_bare_name_and_domain():
    assert bare_name("Société Lumière S.A.") == "societe lumiere"
    assert [domain_of(email) for email in ("a@B.eu", "a@gmail.com", "", "nobody")] == ["b.eu", "", "", ""]
    assert is_same_domain("mail.lab.eu", "lab.eu") is is_same_domain("lab.eu", "lab.eu") is True
    assert is_same_domain("mylab.eu", "lab.eu") is is_same_domain("", "") is False


def test_numbers_are_compared_in_one_spelling():
    assert numbers_of("BE", "BE 0539.007.547", "0539.007.547") == {"BE0539007547"}
    assert numbers_of("BE", "", "0539007547") & numbers_of("BE", "be0539007547", "")
    assert numbers_of("DE", "", "HRB 12") == {"DEHRB12"}
    assert numbers_of("DE", "", "") == frozenset()


@pytest.mark.parametrize(("language", "refused"), [("", False), ("da", False), ("fr", True), ("xx", True)])
def test_an_expert_who_does_not_read_the_language_is_refused(language, refused):
    instrument = SimpleNamespace(evaluation=Evaluator.EXPERTS, name="Voucher")
    asked = Asked(
        instrument,
        object(),
        True,
        ExpertState.ADMITTED,
        load=0,
        load_limit=1,
        language=language,
        languages=("DA", "en"),
    )
    assert [one.msgid.startswith("This expert does not read") for one in list_obstacles(asked)] == [True] * refused
    if refused:
        with pytest.raises(RuleBroken, match="does not read"):
            ensure_assignable(asked)
    else:
        ensure_assignable(asked)
