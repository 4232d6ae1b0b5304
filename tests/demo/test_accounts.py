"""Each region of the demo is paid from an account of its own, so that its officers can reconcile it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import yaml

import vouchers.demo.selection
from tests.builders.programmes import IN2_FILE
from vouchers.demo.lottery import FILE, _open_around
from vouchers.organisations.rules.iban import ensure_iban

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def test_no_two_regions_share_an_account():
    selection = Path(vouchers.demo.selection.__file__).parent / "programme.yaml"
    texts = [one.read_text(encoding="utf-8") for one in (IN2_FILE, selection)]
    texts.append(_open_around(FILE.read_text(encoding="utf-8"), NOW))
    ibans = [region["bank_account"]["iban"] for text in texts for region in yaml.safe_load(text)["regions"]]
    assert len(ibans) > 10
    assert sorted(set(ibans)) == sorted(ibans)
    assert [ensure_iban(iban) for iban in ibans] == ibans
