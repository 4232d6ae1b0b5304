"""What the office finds against giving an application to an expert."""

from dataclasses import replace

import pytest

from vouchers.eligibility.rules.likeness import bare_name, domain_of, is_same_organisation
from vouchers.evaluation.rules.conflicts import CaseFacts, ExpertFacts, find_conflicts

CASE = CaseFacts(
    applicant="Lumière Diagnostics SA",
    member_ids=frozenset({7}),
    member_emails=frozenset({"marie@lumiere.be", "marie@gmail.com"}),
    region_code="BE-WAL",
    provider="Universität Ulm",
    provider_email="jan@uni-ulm.de",
    allows_own_region=False,
)
EXPERT = ExpertFacts(user_id=1, email="eva@kth.se", employer="KTH", region_code="DK-84")


def test_an_independent_expert_has_none():
    assert find_conflicts(EXPERT, CASE) == []


@pytest.mark.parametrize(
    ("expert", "kind", "is_hard"),
    [
        (replace(EXPERT, user_id=7), "member", True),
        (replace(EXPERT, employer="lumiere diagnostics s.a."), "employer", True),
        (replace(EXPERT, employer="Universitat Ulm"), "provider", True),
        (replace(EXPERT, email="Otto@LUMIERE.be"), "domain", True),
        (replace(EXPERT, email="otto@uni-ulm.de"), "provider_domain", True),
        (replace(EXPERT, region_code="BE-WAL"), "own_region", True),
        (replace(EXPERT, has_marked_applicant=True), "earlier_marks", False),
    ],
)
def test_a_conflict_is_found_with_its_evidence(expert, kind, is_hard):
    (conflict,) = find_conflicts(expert, CASE)
    assert (conflict.kind, conflict.is_hard) == (kind, is_hard)
    assert str(conflict.evidence).startswith("The expert")


def test_the_own_region_is_none_where_the_call_allows_it():
    assert find_conflicts(replace(EXPERT, region_code="BE-WAL"), replace(CASE, allows_own_region=True)) == []


def test_a_mail_host_for_everybody_says_nothing():
    assert find_conflicts(replace(EXPERT, email="eva@gmail.com"), CASE) == []


def test_the_partners_contact_person_is_one_even_at_such_a_host():
    case = replace(CASE, provider_email="eva@gmail.com")
    assert [found.kind for found in find_conflicts(replace(EXPERT, email="Eva@gmail.com"), case)] == ["provider_person"]


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
