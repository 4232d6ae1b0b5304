"""A desk on the morning of the bank's files, and a debt that is paid back on a later one."""

from __future__ import annotations

import pytest

from tests.banking.test_actions import REPAID_AT
from tests.builders.banking import BANK_AT
from tests.builders.payments import Desk
from tests.builders.programmes import in2
from tests.builders.recoveries import an_ordered_recovery


@pytest.fixture
def desk(app, clock):
    in2()
    clock.stop(BANK_AT)
    return Desk()


@pytest.fixture
def owed(desk, clock):
    recovery = an_ordered_recovery(desk)
    clock.stop(REPAID_AT)
    return recovery
