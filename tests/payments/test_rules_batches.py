"""How batches and payments are named."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.payables.rules.readiness import Standing
from vouchers.payables.states import CheckResult
from vouchers.payments.rules import sepa_text
from vouchers.payments.rules.batches import batch_series, end_to_end_id, ensure_not_stopped
from vouchers.programmes.rules.payment_plan import CheckPolicy


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


@pytest.mark.parametrize(
    ("result", "changed", "words"),
    [
        (None, False, None),
        (None, True, "was changed after this debt was approved"),
        (CheckResult.MATCH, True, None),
        (CheckResult.NO_MATCH, False, "does not belong to the account"),
        (CheckResult.NO_MATCH, True, "does not belong to the account"),
    ],
)
def test_a_batch_is_authorised_only_while_nothing_stands_against_its_accounts(result, changed, words):
    plan = SimpleNamespace(payee_check=CheckPolicy())
    payable = SimpleNamespace(
        number="C1",
        scope="in2/BE-WAL",
        programme=SimpleNamespace(plan=plan),
        region=SimpleNamespace(iban="R"),
    )
    check = None if result is None else SimpleNamespace(result=result)
    standing = Standing(payable, SimpleNamespace(id=1, iban="A"), check=check, is_changed=changed)
    if words is None:
        ensure_not_stopped(standing)
        with pytest.raises(RuleBroken, match="C1 cannot be paid: The termination of the agreement is proposed"):
            ensure_not_stopped(replace(standing, ending=7))
        with pytest.raises(RuleBroken, match="from which the region pays"):
            ensure_not_stopped(replace(standing, account=SimpleNamespace(id=1, iban="R")))
        return
    with pytest.raises(RuleBroken, match=f"C1 cannot be paid: .*{words}"):
        ensure_not_stopped(standing)
