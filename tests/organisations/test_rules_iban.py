"""An IBAN as people type it, and the sentence that they read when it is wrong."""

import contextlib
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schwifty import IBAN

from vouchers.core.errors import RuleBroken
from vouchers.organisations.rules.iban import (
    SEPA_IBAN_COUNTRIES,
    bic_of_account,
    ensure_bic,
    ensure_iban,
    format_iban,
    mask_iban,
)


@pytest.mark.parametrize(
    ("typed", "iban"),
    [
        ("BE68539007547034", "BE68539007547034"),  # refused by a library that also tests national digits
        ("be68 5390 0754 7034", "BE68539007547034"),
        ("  NL91 ABNA 0417 1643 00\n", "NL91ABNA0417164300"),
        ("DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000", "DE89370400440532013000"),
        ("DK5000400440116243", "DK5000400440116243"),
        ("MT84MALT011000012345MTLCAST001S", "MT84MALT011000012345MTLCAST001S"),
        ("CH9300762011623852957", "CH9300762011623852957"),
        ("RS35260005601001611379", "RS35260005601001611379"),  # in SEPA since 2025
        ("NO9386011117947", "NO9386011117947"),  # the shortest
    ],
)
def test_iban_is_normalised(typed, iban):
    assert ensure_iban(typed) == iban


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the IBAN."),
        ("   ", "Enter the IBAN."),
        ("BE68-5390-0754-7034", "letters A to Z and digits only"),
        ("BE68539007547034ı", "letters A to Z and digits only"),
        ("BE6853900754703\x00", "letters A to Z and digits only"),
        ("٤٤68539007547034", "letters A to Z and digits only"),
        ("BE6853900754703", "too short: BE has 16 characters, this one has 15"),
        ("BE", "too short: BE has 16 characters, this one has 2"),
        ("BE685390075470345", "too long: BE has 16 characters, this one has 17"),
        ("BE68539007547043", "check digits of this IBAN are wrong"),
        ("BE69539007547034", "check digits of this IBAN are wrong"),
        ("NL91ABN10417164300", "not how an IBAN of NL is built"),
        ("ZZ68539007547034", "ZZ is no country with IBANs"),
        ("1234", "12 is no country with IBANs"),
        ("SA0380000000608010167519", "SA is not a SEPA country"),
        ("TR330006100519786457841326", "TR is not a SEPA country"),
    ],
)
def test_iban_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(RuleBroken) as refusal:
        ensure_iban(typed)
    assert sentence in str(refusal.value)
    assert refusal.value.field == "iban"


@pytest.mark.parametrize("country", sorted(SEPA_IBAN_COUNTRIES))
def test_each_sepa_country_has_valid_ibans(country):
    iban = str(IBAN.random(country_code=country, use_registry=False))
    assert ensure_iban(format_iban(iban).lower()) == iban


@given(position=st.integers(2, 15), digit=st.sampled_from(string.digits))
def test_one_mistyped_digit_is_always_found(position, digit):
    iban = "BE68539007547034"
    typed = iban[:position] + digit + iban[position + 1 :]
    if typed == iban:
        assert ensure_iban(typed) == iban
    else:
        with pytest.raises(RuleBroken):
            ensure_iban(typed)


@given(st.text())
def test_any_text_is_either_an_iban_or_refused(text):
    with contextlib.suppress(RuleBroken):
        assert ensure_iban(text).isascii()


@pytest.mark.parametrize(
    ("typed", "bic"),
    [
        ("ABNANL2A", "ABNANL2A"),
        ("cobadeffxxx", "COBADEFFXXX"),
        (" GENO DE M1 GLS ", "GENODEM1GLS"),
    ],
)
def test_bic_is_normalised(typed, bic):
    assert ensure_bic(typed) == bic


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Enter the BIC."),
        ("ABNANL2", "8 or 11 characters; this one has 7"),
        ("ABNANL2AXX", "8 or 11 characters; this one has 10"),
        ("AB1ANL2A", "begins with four letters"),
        ("ABNAQQ2A", "QQ is none"),
        ("ABNA-L2A", "letters A to Z and digits only"),
    ],
)
def test_bic_is_refused_with_a_sentence(typed, sentence):
    with pytest.raises(RuleBroken) as refusal:
        ensure_bic(typed)
    assert sentence in str(refusal.value)
    assert refusal.value.field == "bic"


def test_iban_is_shown_in_groups_of_four():
    assert format_iban("MT84MALT011000012345MTLCAST001S") == "MT84 MALT 0110 0001 2345 MTLC AST0 01S"


@pytest.mark.parametrize(
    ("iban", "shown"),
    [
        ("BE68539007547034", "•••• 7034"),
        ("12345678", "••••"),  # too short to hide anything in
        ("", "••••"),
    ],
)
def test_iban_is_masked(iban, shown):
    assert mask_iban(iban) == shown


@pytest.mark.parametrize(
    ("iban", "typed", "bic"),
    [
        ("BE68539007547034", "", ""),
        ("BE68539007547034", "gkcc be bb", "GKCCBEBB"),
        ("GB29NWBK60161331926819", "", "NWBKGB2LXXX"),
        ("GB29NWBK60161331926819", "NWBKGB2L", "NWBKGB2L"),
        ("CH9300762011623852957", "POFICHBE", "POFICHBE"),
    ],
)
def test_the_bic_that_goes_into_the_bank_file(iban, typed, bic):
    assert bic_of_account(iban, typed) == bic


def test_an_account_outside_the_eea_whose_bank_is_not_known_needs_its_bic():
    with pytest.raises(RuleBroken, match="needs the BIC") as refused:
        bic_of_account("CH9300762011623852957", " ")
    assert refused.value.field == "bic"
