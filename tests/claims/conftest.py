"""Where most tests of claims begin: a manager, an agreement in force, and the owner of its company."""

from __future__ import annotations

import pytest

from tests.builders.agreements import a_manager, an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.programmes import in2


@pytest.fixture
def manager(app):
    """The manager of the region, where the IN2 programme is loaded."""
    in2()
    return a_manager()


@pytest.fixture
def agreement(manager):
    """Of a Meet & Greet voucher, in force."""
    return an_active_agreement("MG", manager=manager)


@pytest.fixture
def owner(agreement):
    """Of the company that has the agreement."""
    return owner_of(agreement.application)
