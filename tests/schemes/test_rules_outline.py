"""Every setting that a programme file knows can be written in the browser, and nothing that it does not know."""

from __future__ import annotations

import pytest

from vouchers.programmes.rules import (  # noqa: F401 - they fill BLOCKS
    form_plan,
    grant_plan,
    instrument_plan,
    outline_call,
    outline_partners,
    outline_programme,
    outline_selection,
    plan,
    selection_plan,
)
from vouchers.programmes.rules.keys import KEYS
from vouchers.programmes.rules.outline import BLOCKS, Kind
from vouchers.schemes.forms import block_form
from vouchers.schemes.rules.walking import ROOTS

PARTS_OF_A_DRAFT = {"file"}
"""The outermost keys of a file are the parts of a draft (`test_every_part_of_a_file_can_be_written`), not boxes."""
WRITTEN_OUT_IN_EACH_CALL = {"forms"}
"""A draft holds its call's form itself, also where the file shares one among several calls."""
FORMS_OF_THEIR_OWN = {"form": {"code"}}
"""A form inside a call has no code."""


@pytest.mark.parametrize("kind", sorted(KEYS.keys() - PARTS_OF_A_DRAFT))
def test_a_block_asks_for_each_of_its_keys(kind):
    assert {key.name for key in BLOCKS[kind]} == set(KEYS[kind]) - FORMS_OF_THEIR_OWN.get(kind, set())


def test_every_part_of_a_file_can_be_written():
    parts = {"call": "calls"}
    assert {parts.get(part, part) for part in ROOTS} == set(KEYS["file"]) - WRITTEN_OUT_IN_EACH_CALL


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_blocks_lead_to_blocks_that_are_described(kind):
    for key in BLOCKS[kind]:
        if key.kind in (Kind.BLOCK, Kind.BLOCKS):
            assert key.inner in BLOCKS
        assert key.only.keys() <= {other.name for other in BLOCKS[kind]}


def test_every_block_can_be_reached_from_a_part():
    reached: set[str] = set()
    todo = set(ROOTS.values())
    while todo:
        kind = todo.pop()
        reached.add(kind)
        todo |= {key.inner for key in BLOCKS[kind] if key.inner} - reached
    assert reached == set(BLOCKS)


WORDS = {
    ("rules", "state_aid"): plan.StateAid,
    ("region", "state_aid"): plan.StateAid,
    ("fund_line", "kind"): plan.FundKind,
    ("call", "allocation"): plan.Allocation,
    ("call", "cut_policy"): plan.CutPolicy,
    ("marking", "aggregation"): plan.Aggregation,
    ("marking", "fair_marks"): selection_plan.FairMarks,
    ("fee", "per"): selection_plan.FeeUnit,
    ("draw", "hash"): selection_plan.DrawHash,
    ("spent_with", "pool"): selection_plan.Pool,
    ("grant", "kind"): grant_plan.GrantKind,
    ("instrument", "evaluation"): instrument_plan.Evaluator,
    ("instrument", "agreement_parties"): instrument_plan.Party,
    ("instrument", "cross_border"): instrument_plan.CrossBorder,
    ("instrument", "provider"): instrument_plan.ProviderRule,
    ("question", "type"): form_plan.QuestionType,
    ("question", "visible_to"): form_plan.Reader,
    ("question", "kinds"): form_plan.FileKind,
    ("column", "type"): form_plan.ColumnType,
}
"""Every box with a closed list of words, and the list of the parser."""
LISTS_OF_THEIR_OWN = {
    ("programme", "languages"): "any language will do in a file; the page offers those of the interface",
    ("region", "languages"): "the same",
    ("instrument", "payee"): "two of the three parties",
    ("claim", "signed_by"): "the same two",
    ("question", "required"): "a file writes yes as well",
    ("variation", "sizes"): "those of a small or medium-sized company",
}


def test_a_box_offers_every_word_that_a_file_may_have():
    listed = {(kind, key.name): {word for word, _label in key.choices} for kind in BLOCKS for key in BLOCKS[kind]}
    listed = {place: words for place, words in listed.items() if words}
    assert listed.keys() == WORDS.keys() | LISTS_OF_THEIR_OWN.keys()
    assert {place: words for place, words in listed.items() if place in WORDS} == {
        place: {str(word) for word in words} for place, words in WORDS.items()
    }


def test_every_key_has_a_box_or_a_page_of_its_own(app):
    for kind, key in ((kind, key) for kind, keys in BLOCKS.items() for key in keys):
        block = {name: values[0] for name, values in key.only.items()}
        offered = {one.offered: [("X", "X")] for one in BLOCKS[kind]}
        with app.test_request_context():
            form = block_form(kind, block, languages=("en", "fr"), offered=offered, version=1)
        has_box = any(name == key.name or name.startswith(f"{key.name}__") for name in form._fields)
        assert has_box != (key.kind in (Kind.BLOCK, Kind.BLOCKS)), (kind, key.name)
