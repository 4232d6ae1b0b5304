"""What a voucher is worth to a company of one size in one region, as tables and for anything that a file may say."""

from __future__ import annotations

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.programmes import SMALL_FILE
from vouchers.core.money import EUR, Money
from vouchers.organisations.states import Size
from vouchers.programmes.rules.digest import as_json
from vouchers.programmes.rules.faults import ProgrammeFileFaults
from vouchers.programmes.rules.grant_plan import Grant, GrantKind, Variation
from vouchers.programmes.rules.programme_file import read_programme_file
from vouchers.programmes.rules.restoring import restore

SMALL = SMALL_FILE.read_text(encoding="utf-8")
ARA, OSL, ELSEWHERE = REGIONS = ("FR-ARA", "NO-OSL", "BE-WAL")
MICRO, MEDIUM, LARGE = Size.MICRO, Size.MEDIUM, Size.LARGE
HALF, MOST = Decimal("0.5"), Decimal("0.8")
GRANT = Grant(
    GrantKind.REAL_COST,
    EUR("7000"),
    Decimal("0.7"),
    variations=(
        Variation((MEDIUM, LARGE), (), rate=HALF),
        Variation((), (OSL,), cap=EUR("8000")),
        Variation((MEDIUM,), (OSL,), rate=MOST),
    ),
)


@pytest.mark.parametrize(
    ("size", "region", "rate", "cap"),
    [
        (MICRO,  ARA, "0.7", "7000"),
        (MEDIUM, ARA, "0.5", "7000"),
        (LARGE,  ARA, "0.5", "7000"),
        (MICRO,  OSL, "0.7", "8000"),
        (MEDIUM, OSL, "0.8", "8000"),
        (LARGE,  OSL, "0.5", "8000"),
        (None,   ARA, "0.5", "7000"),
        (None,   OSL, "0.5", "8000"),
    ],
)  # fmt: skip
def test_the_most_exact_variation_holds_for_each_of_rate_and_cap(size, region, rate, cap):
    found = GRANT.applying(size, region)

    assert (found.rate, found.cap, found.variations) == (Decimal(rate), EUR(cap), ())


def test_a_range_is_that_of_the_regions_asked_for():
    here, anywhere = GRANT.span((ARA,)), GRANT.span()

    assert (here.least_rate, here.most_rate, here.least_cap, here.most_cap) == (
        HALF,
        Decimal("0.7"),
        *[EUR("7000")] * 2,
    )
    assert (anywhere.least_rate, anywhere.most_rate, anywhere.most_cap) == (HALF, MOST, EUR("8000"))
    assert GRANT.depends_on_size(ARA)
    assert not Grant(GrantKind.FIXED_SUM, EUR("5"), None, variations=(Variation((), (OSL,), cap=EUR("6")),)
                     ).depends_on_size(OSL)  # fmt: skip


@st.composite
def grants(draw):
    """A grant with any variations that a file could have."""
    sizes, regions = st.lists(st.sampled_from(Size), unique=True), st.lists(st.sampled_from((ARA, OSL)), unique=True)
    rates = st.none() | st.sampled_from([Decimal(part) / 10 for part in range(1, 11)])
    caps = st.none() | st.integers(1, 1_000_000).map(Money)
    variations = st.builds(Variation, sizes.map(tuple), regions.map(tuple), rates, caps)
    kept = st.lists(variations.filter(lambda one: one.rank and (one.rate or one.cap)), max_size=5)
    return Grant(GrantKind.REAL_COST, EUR("7000"), Decimal("0.7"), variations=tuple(draw(kept)))


@given(grants(), st.randoms(use_true_random=False))
def test_without_a_clash_the_order_of_the_variations_says_nothing(grant, chance):
    mixed = list(grant.variations)
    chance.shuffle(mixed)
    other = Grant(grant.kind, grant.cap, grant.rate, variations=tuple(mixed))

    assert (grant.find_clash() is None) is (other.find_clash() is None)
    if grant.find_clash() is None:
        cases = list(product(Size, REGIONS))
        assert [grant.applying(*case) for case in cases] == [other.applying(*case) for case in cases]


@given(grants(), st.sampled_from(Size), st.sampled_from(REGIONS))
def test_everybody_has_one_answer_within_the_range_and_at_least_what_is_sure(grant, size, region):
    found, sure, span = grant.applying(size, region), grant.applying(None, region), grant.span((region,))

    assert span.least_rate <= found.rate <= span.most_rate
    assert span.least_cap <= found.cap <= span.most_cap
    assert (sure.rate, sure.cap) == (span.least_rate, span.least_cap)
    assert found.applying(size, region) == found
    if not any(one.holds_for(size, region) for one in grant.variations):
        assert (found.rate, found.cap) == (grant.rate, grant.cap)
    assert restore(Grant, as_json(grant)) == grant


def read(variations: str) -> Grant:
    """The grant of the small file with these variations."""
    text = SMALL.replace("cap: 4000.1\n", f"cap: 4000.1\n      variations: [{variations}]\n")
    return read_programme_file(text).instruments[0].grant


def test_variations_are_read():
    grant = read("{sizes: [medium], rate: 50 %}, {regions: [NO-OSL], cap: 8000.55}")

    assert grant.applying(MEDIUM, OSL) == Grant(GrantKind.REAL_COST, EUR("8000.55"), HALF)
    assert grant.applying(MICRO, ARA) == Grant(GrantKind.REAL_COST, EUR("4000.10"), Decimal("0.7"))


@pytest.mark.parametrize(
    ("variations", "place", "why"),
    [
        ("{sizes: [huge], rate: 50 %}", "[1].sizes", '"huge" is not known here'),
        ("{sizes: [small, small], rate: 50 %}", "[1].sizes", "stands in the list twice"),
        ("{regions: [XX-YY], rate: 50 %}", "[1].regions", '"XX-YY" is not known here'),
        ("{sizes: [small], rate: 101 %}", "[1].rate", "more than 100 %"),
        ("{sizes: [small], rate: 0 %}", "[1].rate", "The rate is nothing"),
        ("{sizes: [small], cap: 10.005}", "[1].cap", "two decimals at most"),
        ("{sizes: [small], cap: 0}", "[1].cap", "A voucher of nothing"),
        ("{sizes: [small], amount: 10}", "[1].amount", "Real cost has no fixed"),
        ("{rate: 50 %}", "[1].sizes", "For whom is this?"),
        ("{sizes: [], rate: 50 %}", "[1].sizes", "For whom is this?"),
        ("{sizes: [small]}", "[1].cap", "What is different here?"),
        ("{sizes: [small], rate: 50 %}, {sizes: [medium, small], rate: 40 %}", "[2].rate",
         "Number 1 says this too, and neither is more exact: Small enterprise."),
        ("{sizes: [small], cap: 10}, {sizes: [small], cap: 10}", "[2].cap", "Small enterprise."),
        ("{sizes: [small], rate: 50 %}, {regions: [NO-OSL], rate: 40 %}", "[2].rate", "Small enterprise in NO-OSL."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(variations, place, why):
    with pytest.raises(ProgrammeFileFaults) as refusal:
        read(variations)

    assert [fault.path for fault in refusal.value.faults] == [f"instruments[1].grant.variations{place}"]
    assert why in str(refusal.value.faults[0])


def test_a_third_that_names_both_settles_what_two_others_leave_open():
    settled = read("{sizes: [small], rate: 50 %}, {regions: [NO-OSL], rate: 40 %}, "
                   "{sizes: [small], regions: [NO-OSL], rate: 60 %}")  # fmt: skip

    assert settled.applying(Size.SMALL, OSL).rate == Decimal("0.6")


def test_a_sum_varies_by_its_amount_and_has_no_rate():
    text = SMALL.replace("kind: real_cost\n      cap: 4000.1\n      rate: 70 %",
                         "kind: fixed_sum\n      amount: 2000\n      variations: [{sizes: [micro], WHAT}]")  # fmt: skip

    grant = read_programme_file(text.replace("WHAT", "amount: 3000")).instruments[0].grant
    assert [grant.applying(size, ARA).cap for size in (MICRO, MEDIUM)] == [EUR("3000"), EUR("2000")]
    with pytest.raises(ProgrammeFileFaults, match="cannot be a fixed sum and have a rate"):
        read_programme_file(text.replace("WHAT", "rate: 50 %"))
