"""How batches and payments are named."""

import pytest

from vouchers.payments.rules import sepa_text
from vouchers.payments.rules.batches import batch_series, end_to_end_id


@pytest.mark.parametrize(
    ("programme", "region", "series"),
    [
        ("in2lifesciences", "BE-WAL", "IN2LIFESCIENCES-BE-WAL"),
        ("IN2", "UK-SCT", "IN2-UK-SCT"),
        ("santé_2026", "FR-GES", "SANTE-2026-FR-GES"),
        ("a-very-long-programme-code", "NL-NB", "A-VERY-LONG-PROGR-NL-NB"),
    ],
)
def test_batch_series(programme, region, series):
    assert batch_series(programme, region) == series
    number = f"{series}-2026-0001-1"
    assert len(number) <= 35
    assert not sepa_text.foreign_characters(number)


def test_end_to_end_id():
    assert end_to_end_id("IN2-2026-0031-C1", 2) == "IN2-2026-0031-C1-P2"
