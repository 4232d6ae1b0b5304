"""Places in a draft: finding, writing, moving and removing what stands there; and which place a fault means."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vouchers.schemes.rules.places import (
    merged,
    part_in,
    part_of,
    place_of,
    read_place,
    value_at,
    with_item_moved,
    with_value,
    without_item,
)

CALL = {"code": "A", "marking": {"criteria": [{"code": "x"}, {"code": "y"}]}}
SOURCE = {
    "programme": {"code": "p"},
    "instruments": [{"code": "MG"}, {"code": "COL"}],
    "forms": [{"code": "standard", "sections": [{"code": "s"}]}],
    "calls": [{"code": "A", "form": "standard"}, {"code": "B"}],
}


@pytest.mark.parametrize(
    ("way", "value", "after"),
    [
        (("code",), "B", {"code": "B", "marking": CALL["marking"]}),
        (("code",), None, {"marking": CALL["marking"]}),
        (("opens",), "2026-10-01 09:00", {**CALL, "opens": "2026-10-01 09:00"}),
        (("activities", "earliest"), "2026-10-01", {**CALL, "activities": {"earliest": "2026-10-01"}}),
        (
            ("marking", "criteria", "2", "code"),
            "z",
            {"code": "A", "marking": {"criteria": [{"code": "x"}, {"code": "z"}]}},
        ),
        (("marking", "criteria"), [], {"code": "A"}),
        (("envelopes", "1", "region"), "BE-WAL", {**CALL, "envelopes": [{"region": "BE-WAL"}]}),
    ],
)  # fmt: skip
def test_with_value(way, value, after):
    before = repr(CALL)

    assert with_value(CALL, way, value) == after
    assert repr(CALL) == before  # what was there stays as it was


def test_items_are_moved_and_removed():
    way = ("marking", "criteria", "2")

    assert value_at(with_item_moved(CALL, way, -1), ("marking", "criteria")) == [{"code": "y"}, {"code": "x"}]
    assert with_item_moved(CALL, way, 1) == CALL
    assert value_at(without_item(CALL, way), ("marking", "criteria")) == [{"code": "x"}]
    assert without_item(CALL, ("marking", "criteria", "9")) == CALL


@pytest.mark.parametrize("way", ["nothing", "code/1", "marking/criteria/0", "marking/criteria/3", "marking/x/y"])
def test_what_is_not_there_reads_as_none(way):
    assert value_at(CALL, read_place(way)) is None


@given(
    st.recursive(st.text(max_size=5), lambda inner: st.dictionaries(st.sampled_from("abc"), inner) | st.lists(inner))
)
def test_reading_never_fails(block):
    for way in (("a",), ("1",), ("a", "1", "b"), ("b", "0")):
        value_at(block, way)
        with_value(block, way, "x")


def test_a_part_stands_in_the_file_and_its_form_is_written_out():
    assert part_in(SOURCE, "call", "A") == {"code": "A", "form": {"sections": [{"code": "s"}]}}
    assert part_in(SOURCE, "instruments/COL", "A") == {"code": "COL"}
    assert part_in(SOURCE, "instruments/NONE", "A") is None


def test_parts_take_their_place_in_the_file():
    new = {"code": "C"}
    assert [call["code"] for call in merged(SOURCE, {"call": new}, "C")["calls"]] == ["A", "B", "C"]
    assert merged(SOURCE, {"call": {"code": "A", "title": "t"}}, "A")["calls"][0]["title"] == "t"
    assert merged(SOURCE, {"instruments/MG": {"code": "MG", "name": "n"}}, "A")["instruments"][0]["name"] == "n"
    assert [call["code"] for call in SOURCE["calls"]] == ["A", "B"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("calls[3].closes", (("call",), "closes")),
        ("calls[3]", (("call",), "")),
        ("calls[3].marking.criteria[2].weight", (("call", "marking", "criteria", "2"), "weight")),
        ("calls[3].envelopes[1]", (("call", "envelopes", "1"), "")),
        ("calls[1].closes", None),
        ("instruments[2].grant.cap", (("instruments", "COL", "grant"), "cap")),
        ("programme.rules.smes_only", (("programme", "rules"), "smes_only")),
        ("regions[1].name", (("regions", "regions", "1"), "name")),
        ("file", None),
    ],
)
def test_the_place_of_a_fault(path, expected):
    call = {"code": "C"}
    whole = merged(SOURCE, {"call": call}, "C")

    assert place_of(path, whole, {"call": call}) == expected


def test_the_part_of_a_place():
    assert part_of(("call", "marking")) == ("call", ("marking",))
    assert part_of(("instruments", "COL", "grant")) == ("instruments/COL", ("grant",))
