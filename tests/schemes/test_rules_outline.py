"""Every setting that a programme file knows can be written in the browser, and nothing that it does not know."""

from __future__ import annotations

import pytest

from vouchers.programmes.rules import outline_call, outline_programme  # noqa: F401 - they fill BLOCKS
from vouchers.programmes.rules.keys import KEYS
from vouchers.programmes.rules.outline import BLOCKS, Kind

REGISTERED_ELSEWHERE = {"file", "region", "office", "address", "bank_account", "fund_line"}
"""What a file says of regions and funds: their money is voted on it, so it is loaded by whoever runs the server."""
FORMS_OF_THEIR_OWN = {"form": {"code"}}
"""A form inside a call has no code."""


@pytest.mark.parametrize("kind", sorted(KEYS.keys() - REGISTERED_ELSEWHERE))
def test_a_block_asks_for_each_of_its_keys(kind):
    assert {key.name for key in BLOCKS[kind]} == set(KEYS[kind]) - FORMS_OF_THEIR_OWN.get(kind, set())


@pytest.mark.parametrize("kind", sorted(BLOCKS))
def test_blocks_lead_to_blocks_that_are_described(kind):
    for key in BLOCKS[kind]:
        if key.kind in (Kind.BLOCK, Kind.BLOCKS):
            assert key.inner in BLOCKS
        assert key.only.keys() <= {other.name for other in BLOCKS[kind]}
