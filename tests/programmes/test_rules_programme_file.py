"""Programme files and answers: what is accepted, and every refusal with its line and reason."""

from __future__ import annotations

import dataclasses
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vouchers.core.money import EUR, Money, total
from vouchers.programmes.rules.digest import as_json, content_digest
from vouchers.programmes.rules.faults import ProgrammeFileFaults
from vouchers.programmes.rules.fund_shares import RATE_PLACES, lines_of
from vouchers.programmes.rules.keys import KEYS
from vouchers.programmes.rules.plan import (
    Call,
    CutPolicy,
    Envelope,
    FundKind,
    ProgrammeRules,
    call_digest,
    call_terms_digest,
)
from vouchers.programmes.rules.programme_file import read_programme_file
from vouchers.programmes.rules.reserved import RESERVED
from vouchers.programmes.rules.restoring import restore
from vouchers.programmes.rules.source import Mapping, read_source
from vouchers.programmes.rules.values import read_moment

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
SMALL = (HERE / "files" / "small.yaml").read_text(encoding="utf-8")
SHIPPED = (ROOT / "vouchers" / "programmes" / "files" / "in2lifesciences.yaml").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "programme-file.md").read_text(encoding="utf-8")


def faults_of(text: str) -> list[tuple[int, str, str]]:
    """(line, path, reason) of every fault of a file."""
    with pytest.raises(ProgrammeFileFaults) as refusal:
        read_programme_file(text)
    return [(fault.line, fault.path, fault.sentence.source) for fault in refusal.value.faults]


def line_of(text: str, part: str) -> int:
    return text[: text.index(part)].count("\n") + 1


# What is read


def test_an_envelope_may_have_a_quota_and_shares_of_its_own():
    shares = "amount: 33333.33, quota: 6, shares: {OWN: 33333.33}}"
    own, usual = read_programme_file(SMALL.replace("amount: 33333.33}", shares)).calls[0].envelopes

    assert (own.quota, own.has_own_shares, own.shares) == (6, True, (("OWN", EUR("33333.33")),))
    assert (usual.quota, usual.has_own_shares, total([part for _line, part in usual.shares])) == (
        None,
        False,
        EUR("20000"),
    )
    lines = read_programme_file(SMALL).fund_lines
    assert [(line.code, line.rate) for line in lines_of(own, lines)] == [("OWN", Decimal(1))]
    assert lines_of(usual, lines) == list(lines)


@given(st.integers(1, 10**9), st.integers(1, 10**9))
def test_own_shares_give_rates_that_the_register_can_keep(erdf, own):
    amount = Money(erdf + own)
    envelope = Envelope("FR-ARA", None, amount, (("ERDF", Money(erdf)), ("OWN", Money(own))), has_own_shares=True)
    rates = [line.rate for line in lines_of(envelope, read_programme_file(SMALL).fund_lines)]
    assert all(0 < rate <= 1 and rate == rate.quantize(RATE_PLACES) for rate in rates)
    assert abs(sum(rates) - 1) <= 2 * RATE_PLACES


def test_a_continuous_call_has_the_ends_of_its_rounds():
    rounds = "allocation: ranking\n    cut_offs: [2027-02-01 17:00, 2027-03-10 17:00]"
    (call,) = read_programme_file(SMALL.replace("allocation: first_come", rounds)).calls

    assert call.cut_offs == (datetime(2027, 2, 1, 16, 0, tzinfo=UTC), call.closes_at)
    assert read_programme_file(SMALL).calls[0].cut_offs == ()


def test_a_call_may_ask_for_a_signature_and_give_minutes_of_grace():
    (plain,) = read_programme_file(SMALL).calls
    assert (plain.has_signatory, plain.grace_minutes) == (False, 0)
    allocation = "allocation: first_come"
    settings = f"{allocation}\n    signatory: yes\n    grace_minutes: 5"
    (call,) = read_programme_file(SMALL.replace(allocation, settings)).calls
    assert (call.has_signatory, call.grace_minutes) == (True, 5)


@pytest.mark.parametrize(
    ("consortium", "wanted"),
    [("{max: 4}", (1, 4, 7)), ("{min: 0, max: 2, confirm_by_days: 14}", (0, 2, 14))],
)
def test_a_call_may_ask_for_partners(consortium, wanted):
    allocation = "allocation: first_come"
    (call,) = read_programme_file(SMALL.replace(allocation, f"{allocation}\n    consortium: {consortium}")).calls
    found = call.consortium
    assert (found.least, found.most, found.confirm_by_days) == wanted
    assert restore(Call, as_json(call)) == call


@pytest.mark.parametrize(
    ("consortium", "place"),
    [
        ("{min: 3, max: 2}", "max"),
        ("{min: 1}", "max"),
        ("{max: 21}", "max"),
        ("{max: 2, confirm_by_days: 0}", "confirm_by_days"),
    ],
)
def test_partners_that_cannot_be_are_found(consortium, place):
    text = SMALL.replace("allocation: first_come", f"allocation: first_come\n    consortium: {consortium}")
    assert [f"calls[1].consortium.{place}"] == [one[1] for one in faults_of(text)]


@pytest.mark.parametrize(
    ("key", "value"),
    [("signatory", "maybe"), ("grace_minutes", "121"), ("grace_minutes", "-1"), ("max_applications", "0")],
)
def test_a_wrong_signature_or_grace_is_found_on_its_line(key, value):
    text = SMALL.replace("allocation: first_come", f"allocation: first_come\n    {key}: {value}")
    assert [(line_of(text, f"{key}:"), f"calls[1].{key}")] == [one[:2] for one in faults_of(text)]


@pytest.mark.parametrize("method", ["ranking", "ranking_lottery", "first_come", "lottery"])
def test_every_method_is_read(method):
    assert read_programme_file(SMALL.replace("first_come", method)).calls[0].allocation == method


def test_a_lottery_at_the_cut_needs_marks():
    text = SMALL.replace("first_come", "ranking_lottery").replace("evaluation: experts", "evaluation: manager")
    found = faults_of(text.replace("    experts_per_application: 3\n", ""))
    assert [(line_of(text, "ranking_lottery") - 1, "calls[1].allocation")] == [one[:2] for one in found]


def test_a_plan_that_was_stored_before_a_key_existed_has_its_default():
    (call,) = read_programme_file(SMALL).calls
    stored = as_json(call)
    del stored["cut_offs"], stored["has_signatory"], stored["grace_minutes"], stored["consortium"]
    del stored["max_applications"]
    for envelope in stored["envelopes"]:
        del envelope["quota"], envelope["has_own_shares"]
    assert restore(Call, stored) == call


def test_a_file_asks_for_a_declaration_and_a_plan_that_is_older_than_the_key_does_not():
    plan = read_programme_file(SMALL)
    stored = as_json(plan.rules)
    del stored["aid_declaration"]

    assert plan.rules.aid_declaration is True
    assert restore(ProgrammeRules, stored) == dataclasses.replace(plan.rules, aid_declaration=False)


def test_in2lifesciences_holds_eight_regions_with_a_hundred_thousand_each():
    plan = read_programme_file(SHIPPED)
    calls = {call.code: call for call in plan.calls}

    assert " ".join(region.code for region in plan.regions) == "BE-WAL DK-84 FR-IDF FR-GES DE-BW NL-NB NL-GE UK-SCT"
    assert {region.country for region in plan.regions} == {"BE", "DK", "FR", "DE", "NL", "GB"}
    assert {item.region: item.amount for item in calls["2026-1"].envelopes} == {
        region.code: EUR("100000") for region in plan.regions
    }
    assert calls["2025-2"].envelopes == calls["2027-1"].envelopes == ()
    assert [(line.code, line.rate, line.kind) for line in plan.fund_lines] == [
        ("ERDF", Decimal("0.6"), FundKind.PREFINANCED),
        ("REGION", Decimal("0.4"), FundKind.OWN),
    ]
    not_asked = {"nace", "external_cost", "own_work_cost"}
    assert set(RESERVED) - not_asked <= {question.code for question in calls["2026-1"].form.questions}


def test_rules_of_eligibility():
    text = SMALL.replace("regions:\n", "  rules: {excluded_sectors: [01, 10.2], aid_declaration: no}\nregions:\n", 1)
    text = text.replace("    country: NO\n", "    country: NO\n    state_aid: gber_20a\n", 1)
    text = text.replace("      rate: 70 %\n", "      rate: 70 %\n      own_work: 50 %\n      pays_vat: no\n", 1)
    text = text.replace(
        "    accept_within_days", "    per_sme: {amount: 9000, within_months: 24}\n    accept_within_days", 1
    )
    plan = read_programme_file(text)

    assert (plan.rules.excluded_sectors, plan.rules.aid_declaration) == (("01", "10.2"), False)
    assert [plan.rules.state_aid_of(region.code) for region in plan.regions] == ["de_minimis", "gber_20a"]
    assert plan.instruments[0].grant.own_work == Decimal("0.5")
    assert plan.instruments[0].grant.pays_vat is False
    assert read_programme_file(SMALL).instruments[0].grant.pays_vat is True
    assert (plan.instruments[0].per_sme.amount, plan.instruments[0].per_sme.within_months) == (EUR("9000"), 24)
    assert restore(type(plan), as_json(plan)) == plan


@pytest.mark.parametrize(
    ("put", "path", "words"),
    [
        ("  rules: {excluded_sectors: 01}\nregions:", "programme.rules.excluded_sectors", "list of NACE codes"),
        ("  rules: {excluded_sectors: [01, 01]}\nregions:", "programme.rules.excluded_sectors", "list of NACE codes"),
        ("  rules: {excluded_sectors: [biotech]}\nregions:", "programme.rules.excluded_sectors", "not a NACE code"),
        ("  rules: {vouchers_within_months: 9}\nregions:", "programme.rules.vouchers_within_months", "no limit"),
        ("  rules: {aid_declaration: maybe}\nregions:", "programme.rules.aid_declaration", "maybe"),
    ],
)
def test_rules_of_eligibility_that_cannot_be(put, path, words):
    [(line, where, reason)] = faults_of(SMALL.replace("regions:", put, 1))
    assert (where, words in reason, line) == (path, True, line_of(SMALL, "regions:"))


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        ("rate: 70 %", "rate: 70 %\n      own_work: 100 %", "instruments[1].grant.own_work", "no limit"),
        (
            "kind: real_cost\n      cap: 4000.1\n      rate: 70 %",
            "kind: fixed_sum\n      amount: 4000\n      pays_vat: no",
            "instruments[1].grant.pays_vat",
            "Only real costs have VAT",
        ),
        (
            "    accept_",
            "    per_sme: {within_months: 9}\n    accept_",
            "instruments[1].per_sme.within_months",
            "no limit",
        ),
        ("rate: 70 %", "rate: 70 %\n      min_cost: 0", "instruments[1].grant.min_cost", "no limit"),
        ("rate: 70 %", "rate: 70 %\n      min_cost: 9", "calls[1].form", 'must ask "external_cost"'),
        ("    accept_", "    per_sme: {amount: 0}\n    accept_", "instruments[1].per_sme.amount", "limit of nothing"),
        ("    country: NO\n", "    country: NO\n    state_aid: gift\n", "regions[2].state_aid", "gift"),
    ],
)
def test_limits_that_cannot_be(old, new, path, words):
    [(_line, where, reason)] = faults_of(SMALL.replace(old, new, 1))
    assert (where, words in reason) == (path, True)


SUM = "grant:\n      kind: fixed_sum\n      amount: 25000"
REAL = "grant:\n      kind: real_cost\n      cap: 4000.1\n      rate: 70 %"
ENVELOPE = "calls[1].envelopes[2].amount"
TYPE = "calls[1].form.sections[1].questions[1].type"
OPTIONS = "calls[1].form.sections[1].questions[5].options"


@pytest.mark.parametrize(
    ("changes", "faults"),
    [
        ([("min: 100, max: 4000}", "min: 6000}")], [("calls[1].form", "nobody could apply")]),
        ([("min: 100, max: 4000}", "min: 4000.1}")], []),
        ([(REAL, SUM)], [(ENVELOPE, "carries none")]),
        ([(REAL, SUM), ("allocation: first_come", "allocation: ranking\n    cut_policy: partial")], []),
        ([("cap: 4000.1", "cap: 25000")], []),
        ([("[sme, provider, region]", "[sme, region]")], [("instruments[1].payee", "signs the agreement")]),
        ([("payee: provider", "payee: college")], [("instruments[1].payee", "may be: sme, provider.")]),
        ([("payee: provider", "payee: region")], [("instruments[1].payee", 'The payee is "sme" or "provider".')]),
        ([("title, type: text,", "title, type: longtext, max_length: 1500,")], [(TYPE, '"long_text"')]),
        ([("[{code: ip, label: IP}, {code: plan, label: Plan}]", "[]")], [(OPTIONS, "at least two options")]),
    ],
)
def test_what_nobody_could_use_is_refused_once(changes, faults):
    text = SMALL
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    found = faults_of(text) if faults else []
    read_programme_file(SMALL if faults else text)
    assert [path for _line, path, _reason in found] == [path for path, _words in faults]
    assert all(words in reason for (_line, _path, reason), (_where, words) in zip(found, faults, strict=True))


def test_a_provider_of_the_directory_is_asked_for():
    text = SMALL.replace("[sme, provider, region]", "[sme, region]").replace("    payee: provider\n", "")
    assert read_programme_file(text).instruments[0].provider == "accredited"
    assert [one[1] for one in faults_of(text.replace("code: provider_name", "code: laboratory"))] == ["calls[1].form"]


@pytest.mark.parametrize(
    ("code", "cap", "prior_approval", "experts", "parties", "cross_border"),
    [
        ("MG", "500", True, 0, ["sme", "region"], "other_region"),
        ("INS", "4000", False, 2, ["sme", "provider", "region"], "other_region"),
        ("COL", "7000", False, 2, ["sme", "provider", "region"], "other_region"),
    ],
)
def test_in2lifesciences_instruments(code, cap, prior_approval, experts, parties, cross_border):
    found = {item.code: item for item in read_programme_file(SHIPPED).instruments}[code]

    assert found.grant.cap == EUR(cap)
    assert found.prior_approval is prior_approval
    assert found.experts_per_application == experts
    assert list(found.agreement_parties) == parties
    assert found.cross_border == cross_border


@pytest.mark.parametrize(
    ("code", "report", "satisfaction", "signed_by", "with_journeys"),
    [
        ("MG", [], [], [], ["travel"]),
        ("INS", [("learned", True), ("next", True)], ["partner", "office"], ["sme"], ["travel"]),
        ("COL", [("result", True), ("next", False)], ["partner", "office"], ["sme", "provider"], []),
    ],
)
def test_in2lifesciences_claims(code, report, satisfaction, signed_by, with_journeys):
    """Whoever is a party of the agreement signs the report; its questions are asked in every language of the file."""
    plan = read_programme_file(SHIPPED)
    found = {item.code: item for item in plan.instruments}[code]

    assert [(one.code, one.is_required) for one in found.claim.report] == report
    assert [one.code for one in found.claim.satisfaction] == satisfaction
    assert [party.value for party in found.claim.signed_by] == signed_by
    assert [one.code for one in found.cost_categories if one.has_journeys] == with_journeys
    for asked in (*found.claim.report, *found.claim.satisfaction):
        assert len({asked.label.in_language(language) for language in plan.languages}) == len(plan.languages) == 5


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("amount: 33333.33}", "amount: 33333.33, shares: {OWN 40000}}", 'after "OWN": write "OWN: 40000"'),
        ("regions: {FR-ARA: 33333.33}", "regions: {FR-ARA 33333}", 'after "FR-ARA": write "FR-ARA: 33333"'),
        ("amount: 33333.33}", "amount: 33333.33, shares: {XX 40000}}", '"XX 40000" is not known here'),
    ],
)
def test_an_amount_without_its_colon_is_told_so(old, new, said):
    with pytest.raises(ProgrammeFileFaults) as refused:
        read_programme_file(SMALL.replace(old, new))

    assert any(said in fault.sentence.source for fault in refused.value.faults)


def test_amounts_and_rates_are_exact_and_texts_stay_texts():
    plan = read_programme_file(SMALL)

    assert plan.instruments[0].grant.cap == Money(400010)
    assert [line.rate for line in plan.fund_lines] == [Decimal("0.335"), Decimal("0.665")]
    assert (plan.regions[1].country, plan.regions[1].office.address.post_code) == ("NO", "0150")
    assert plan.title.in_language("fr") == "Un petit dispositif"
    assert plan.title.in_language("de") == str(plan.title) == "A small scheme"
    envelope = plan.calls[0].envelopes[0]
    assert total([amount for _code, amount in envelope.shares]) == envelope.amount == EUR("33333.33")


@pytest.mark.parametrize(
    ("text", "zone", "moment"),
    [
        ("2026-10-01 09:00", "Europe/Brussels", "2026-10-01 07:00:00"),  # summer time
        ("2026-12-15 17:00", "Europe/Brussels", "2026-12-15 16:00:00"),  # winter time
        ("2026-12-15T17:00:59", "Europe/London", "2026-12-15 17:00:59"),
        ("2026-10-25 02:30", "Europe/Brussels", "2026-10-25 01:30:00"),  # happens twice: the later one
        ("2026-10-25 01:30", "Europe/London", "2026-10-25 01:30:00"),  # happens twice: the later one
        ("2027-03-28 03:00", "Europe/Brussels", "2027-03-28 01:00:00"),  # the first moment after the gap
    ],
)
def test_a_moment_is_read_on_the_clocks_of_its_zone(text, zone, moment):
    assert read_moment(text, zone) == datetime.fromisoformat(moment).replace(tzinfo=UTC)


# What is refused


def table_of_faults() -> list[tuple[str, ...]]:
    """files/faults.txt: line, what stands in small.yaml, what replaces it, place, reason."""
    rows = (HERE / "files" / "faults.txt").read_text(encoding="utf-8").splitlines()
    return [tuple(row.split(" | ")) for row in rows if not row.startswith("#")]


def piece(cell: str) -> str:
    return "" if cell.strip() == "(nothing)" else cell.rstrip().replace("⏎", "\n")


@pytest.mark.parametrize(("line", "there", "instead", "path", "reason"), table_of_faults())
def test_a_fault_is_told_with_its_line_place_and_reason(line, there, instead, path, reason):
    assert piece(there) in SMALL

    found = faults_of(SMALL.replace(piece(there), piece(instead), 1))

    assert [where for where, place, why in found if place == path.strip() and reason in why] == [int(line)], found


def test_the_line_of_a_fault_is_that_of_the_value():
    text = SMALL.replace("closes: 2027-03-10 17:00", "closes: 2026-03-10 17:00")

    assert faults_of(text) == [
        (line_of(text, "closes: 2026"), "calls[1].closes", "The call closes before it opens, or at the same moment.")
    ]


def test_all_faults_are_told_at_once_in_the_order_of_the_lines():
    text = SMALL.replace("33.5 %", "33.5 percent").replace("Europe/Oslo", "Oslo").replace("2027-A", "2027 A")

    found = faults_of(text)

    assert [line for line, _path, _why in found] == sorted(
        [line_of(text, "33.5 percent"), line_of(text, "zone: Oslo"), line_of(text, "2027 A")]
    )


@pytest.mark.parametrize(
    ("text", "line", "reason"),
    [
        ("",                                     1, "must begin with keys"),
        ("- a\n- b",                             1, "must begin with keys"),
        ("programme: {code: a",                  1, "not valid YAML"),
        ("a: 1\n\tb: 2",                         2, "a tab stands here"),
        ('a: "x\nb: 1\nc: 2',                     1, "never closed"),
        ("a: x: y",                              1, "put a text with a colon in quotes"),
        ("a: {b: 'c'd'}",                        1, "around this is not closed"),
        ("a:\n  - b\n c: 1",                     3, "not indented like its neighbours"),
        ("a: &x 1\nb: 2",                        1, "Anchors"),
        ("a: 1\nb: *x",                          2, "Aliases"),
        ("a: 1\nb: !!python/object:os.system x", 2, "Tags"),
        ("a: 1\nb: 2\na: 3",                     3, "stands here twice; first in line 1"),
        ("a: 1\n---\nb: 2",                      2, "one document"),
        ("? [a]\n: 1",                           1, "must be a word"),
        ("[" * 5000,                             1, "Too deep"),
        ("a: \x00",                              1, "not allowed"),
        ("a: " + "x" * 1_000_001,                1, "larger than"),
        ("a: [" + "1," * 200_000 + "]",          1, "Too long"),
    ],
)  # fmt: skip
def test_yaml_that_a_programme_file_may_not_use(text, line, reason):
    assert any(where == line and reason in why for where, _path, why in faults_of(text))


# Digests


def test_the_same_content_has_the_same_digest():
    reordered = SMALL.replace("  funder: The region\n", "").replace(
        "  code: small\n", "  funder: The region # x\n  code: small\n"
    )

    assert read_programme_file(reordered) == read_programme_file(SMALL)
    assert read_programme_file(reordered).digest == read_programme_file(SMALL).digest
    assert read_programme_file(SMALL.replace("4000.1\n", "4,000.10\n")).digest == read_programme_file(SMALL).digest


def test_a_changed_call_has_another_digest_and_leaves_the_others_alone():
    before = read_programme_file(SHIPPED)
    after = read_programme_file(SHIPPED.replace("closes: 2027-03-31 17:00", "closes: 2027-03-31 18:00"))

    assert [call_digest(a) == call_digest(b) for a, b in zip(before.calls, after.calls, strict=True)] == [
        True,
        False,
        True,
    ]
    assert before.digest != after.digest


def test_the_terms_of_a_call_change_with_its_instruments():
    before = read_programme_file(SMALL)
    after = read_programme_file(SMALL.replace("cap: 4000.1", "cap: 4000.2"))

    assert call_digest(before.calls[0]) == call_digest(after.calls[0])
    assert call_terms_digest(before, before.calls[0]) != call_terms_digest(after, after.calls[0])


def test_a_digest_sees_every_field():
    call = read_programme_file(SMALL).calls[0]
    assert content_digest(dataclasses.replace(call, cut_policy=CutPolicy.SKIP)) != call.digest


# The reference


def documented() -> dict[str, dict[str, str]]:
    """Kind of block -> key -> example, as the tables of the reference say."""
    tables: dict[str, dict[str, str]] = {}
    for heading, body in re.findall(r"^#+ [^\n]*\(`(\w+)`\)\n(.*?)(?=^#|\Z)", REFERENCE, re.M | re.S):
        rows = re.findall(r"^\| `(\w+)` \| .+? \| .+? \| `(.+)` \|$", body, re.M)
        tables[heading] = dict(rows)
    return tables


def test_every_key_is_documented_with_an_example():
    tables = documented()

    assert {kind: tuple(keys) for kind, keys in tables.items()} == KEYS
    for keys in tables.values():
        for key, example in keys.items():
            tree = read_source(example)
            assert isinstance(tree, Mapping)
            assert list(tree.entries) == [key]


def test_the_examples_of_the_reference_are_one_complete_file():
    examples = "".join(re.findall(r"```yaml\n(.*?)```", REFERENCE, re.S))
    plan = read_programme_file(examples)

    assert [call.code for call in plan.calls] == ["2026-1"]


def test_every_reserved_code_is_documented():
    assert all(f"`{code}`" in REFERENCE for code in RESERVED)


# Anything at all


@settings(max_examples=200, deadline=None)
@given(st.text() | st.text(alphabet="ab:- \n\t#[]{}&*!|>'\"%@`?,\\0xU\x85\ufeff", max_size=60))
def test_no_text_raises_anything_but_faults(text):
    with pytest.raises(ProgrammeFileFaults):
        read_programme_file(text)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_spoilt_file_raises_anything_but_faults(data):
    """Cut pieces out of a good file, or put others in: it loads or it is refused, with lines that exist."""
    start = data.draw(st.integers(0, len(SMALL)))
    end = min(len(SMALL), start + data.draw(st.integers(0, 30)))
    piece = data.draw(
        st.sampled_from(["", ":", "- ", "[]", "{}", "null", "0", "-1", '"\\0"', '"\\ud800"', "\n", "é", "9" * 50])
    )
    text = SMALL[:start] + piece + SMALL[end:]
    try:
        assert read_programme_file(text).digest
    except ProgrammeFileFaults as refusal:
        faults = refusal.faults
    else:
        faults = ()
    assert all(1 <= fault.line <= text.count("\n") + 1 and str(fault) for fault in faults)
