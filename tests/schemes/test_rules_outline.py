"""Every setting that a programme file knows can be written in the browser, and nothing that it does not know."""

from __future__ import annotations

import pytest

from vouchers.programmes.rules import outline_call, outline_partners, outline_programme  # noqa: F401 - they fill BLOCKS
from vouchers.programmes.rules.keys import KEYS
from vouchers.programmes.rules.outline import BLOCKS, Kind
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
