"""A coordinator at the desk, with IN2LifeSciences loaded."""

from __future__ import annotations

import pytest

from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.users.states import Role


@pytest.fixture
def desk(app, client, clock):
    clock.stop(during_call())
    in2()
    signed_in(client, a_member_of_staff(Role.COORDINATOR, region=None))
    return client
