"""Whether an account is in its owner's name."""

import pytest

from vouchers.organisations.rules.holder import is_same_holder, say_other_holder, say_same_iban


@pytest.mark.parametrize(
    ("holder", "name", "same"),
    [
        ("Lumen Analytics Heidelberg GmbH", "Lumen Analytics Heidelberg GmbH", True),
        ("LUMEN ANALYTICS HEIDELBERG", "Lumen Analytics Heidelberg GmbH", True),
        ("Bio-Wave S.R.L.", "Bio Wave SRL", True),
        ("Müller und Söhne", "Mueller und Soehne", True),
        ("Muller und Sohne", "Müller und Söhne", True),
        ("København Lab ApS", "Koebenhavn Lab", True),
        ("Maes, Ilse", "Ilse Maes", True),
        ("Karl-Heinz Böhm", "Lumen Analytics Heidelberg GmbH", False),
        ("Lumen Holding GmbH", "Lumen Analytics GmbH", False),
        ("Sofie Brouns", "Ilse Maes", False),
        ("SA", "SE", False),
        ("", "Ilse Maes", False),
    ],
)
def test_one_name_however_it_is_written(holder, name, same):
    assert is_same_holder(holder, name) is same
    assert (say_other_holder(holder, name) is None) is same


def test_both_names_stand_in_the_sentence():
    said = str(say_other_holder("Karl-Heinz Böhm", "Lumen Analytics GmbH"))
    assert said.startswith("The account is in the name of Karl-Heinz Böhm, and the payee is Lumen Analytics GmbH.")


@pytest.mark.parametrize(("name", "words"), [("Ilse Maes", "Ilse Maes has"), (None, "Somebody whom you may not see")])
def test_who_else_has_the_iban_is_named_to_whoever_may_see_it(name, words):
    assert str(say_same_iban(name)).startswith(words)
