"""A lifecycle as data."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from vouchers.core.lifecycle import ALL_LIFECYCLES, Lifecycle, State
from vouchers.core.text import say as _


class Light(State):
    RED = "red", _("Stop"), "red"
    GREEN = "green", _("Go")


def anyone(actor, subject):
    return None


def nobody(actor, subject):
    return _("Not you, %(name)s.", name=actor)


@pytest.fixture
def light():
    yield Lifecycle(
        "light",
        {
            "install": ((), Light.RED, anyone, _("Install")),
            "switch": ({Light.RED}, Light.GREEN, anyone, _("Switch")),
            "stop": ({Light.GREEN}, Light.RED, anyone, _("Stop")),
            "polish": ({Light.RED, Light.GREEN}, None, nobody, _("Polish")),
        },
    )
    del ALL_LIFECYCLES["light"]


def test_rows_are_read_as_attributes(light):
    assert light.switch.tag == "light.switch"
    assert (light.install.is_creation, light.switch.is_creation) == (True, False)
    with pytest.raises(AttributeError, match="light has no transition 'fly'"):
        light.fly  # noqa: B018


def test_what_is_open_depends_on_the_state_and_on_the_policy(light):
    red = SimpleNamespace(state=Light.RED)
    assert [row.verb for row in light.open_to("Ann", red)] == ["switch"]
    assert light.is_open_to("Ann", red, "switch")
    assert not light.is_open_to("Ann", red, "stop")
    assert not light.is_open_to("Ann", red, "polish")


def test_a_creation_is_never_a_button(light):
    assert not light.is_open_to("Ann", SimpleNamespace(state=Light.RED), "install")


def test_a_state_is_stored_as_a_word_and_shown_as_a_label():
    assert Light("green") is Light.GREEN
    assert (Light.GREEN.value, str(Light.GREEN.label), Light.GREEN.colour) == ("green", "Go", "grey")


def test_a_sentence_keeps_its_words_and_its_values():
    assert str(nobody("Ann", None)) == "Not you, Ann."
    assert nobody("Ann", None) == nobody("Ann", None) != nobody("Bob", None)
