"""VAT numbers by form and check digits."""

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.organisations.rules.identifiers import ensure_identified, ensure_vat_number


@pytest.mark.parametrize(
    ("country", "typed", "kept"),
    [
        # country  typed               kept
        ("BE", "BE 0403.170.701", "BE0403170701"),
        ("BE", "0403170701", "BE0403170701"),
        ("DK", "dk 13 58 56 28", "DK13585628"),
        ("DE", "DE136695976", "DE136695976"),
        ("FR", "FR 40 303 265 045", "FR40303265045"),
        ("NL", "NL004495445B01", "NL004495445B01"),
        ("GB", "GB980780684", "GB980780684"),
        ("BE", "", ""),
        ("BE", "  ", ""),
    ],
)
def test_ensure_vat_number_keeps_one_spelling(country, typed, kept):
    assert ensure_vat_number(typed, country) == kept


@pytest.mark.parametrize(
    ("country", "typed"),
    [
        ("BE", "BE0403170702"),
        ("DE", "136695977"),
        ("DK", "BE0403170701"),
        ("FR", "hello"),
        ("NL", "1"),
        ("GB", "\u0661"),
    ],
)
def test_ensure_vat_number_refuses_what_cannot_be_one(country, typed):
    with pytest.raises(RuleBroken) as refused:
        ensure_vat_number(typed, country)
    assert refused.value.field == "vat_number"


def test_ensure_identified_asks_for_one_of_both_numbers():
    ensure_identified(vat_number="BE0403170701", register_number="")
    ensure_identified(vat_number="", register_number="HRB 123")
    with pytest.raises(RuleBroken):
        ensure_identified(vat_number="", register_number=" ")
