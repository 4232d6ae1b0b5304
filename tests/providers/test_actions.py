"""What can happen to a provider in the register."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.builders.programmes import in2
from tests.builders.providers import a_provider, provider_details
from tests.builders.users import a_member_of_staff
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.letters.models import Letter
from vouchers.providers import actions, queries
from vouchers.providers.jobs import watch_accreditations
from vouchers.providers.states import ProviderState
from vouchers.users.states import Role

PROGRAMME = "in2lifesciences"


@pytest.fixture
def manager(app, clock):
    in2()
    return a_member_of_staff(Role.CLUSTER_MANAGER, PROGRAMME, "BE-WAL")


def letters():
    return list(db.session.scalars(select(Letter.occasion).where(Letter.occasion.like("providers/%")).order_by("id")))


def test_register_provider_keeps_a_sound_number_and_refuses_a_second_entry(manager, clock):
    details = provider_details("KTH", country="BE", vat_number="BE 0403.170.701", website="kth.example")
    provider = actions.register_provider(PROGRAMME, details, by=manager, at=clock.now)
    assert (provider.vat_number, provider.website) == ("BE0403170701", "https://kth.example")
    for again, field in ((provider_details("kth"), "name"), (provider_details("Other", country="BE",
                         vat_number="BE0403170701"), "vat_number")):  # fmt: skip
        with pytest.raises(RuleBroken, match="in the register already") as refusal:
            actions.register_provider(PROGRAMME, again, by=manager, at=clock.now)
        assert refusal.value.field == field
    with pytest.raises(RuleBroken, match="Enter the VAT number"):
        actions.register_provider(PROGRAMME, provider_details(register_number=""), by=manager, at=clock.now)
    assert len(queries.list_current(PROGRAMME)) == 1


def test_edit_provider_refuses_an_overtaken_version(manager, clock):
    provider = a_provider()
    actions.edit_provider(provider, provider_details("New name"), by=manager, at=clock.now, version=provider.version)
    assert provider.name == "New name"
    with pytest.raises(WrongState):
        actions.edit_provider(provider, provider_details(), by=manager, at=clock.now, version=1)


def test_an_accreditation_is_announced_and_ends_by_itself(manager, clock):
    provider = a_provider(contact_email="lab@kth.example")
    until = clock.now.date() + timedelta(days=100)
    actions.accredit_provider(provider, until, by=manager, at=clock.now)
    assert queries.list_names(PROGRAMME, [ProviderState.ACCREDITED]) == [provider.name]
    seen = []
    for days in (10, 35, 0, 50, 5, 1):
        clock.forward(days=days)
        watch_accreditations(at=clock.now)
        watch_accreditations(at=clock.now)
        seen.append(len(letters()))
    db.session.refresh(provider)
    assert letters() == ["providers/accredit", "providers/remind", "providers/remind", "providers/expire"]
    assert seen == [1, 2, 2, 3, 3, 4]
    assert provider.state == ProviderState.REGISTERED
    running = a_provider(is_accredited=True, until=clock.now.date() + timedelta(days=3))
    for act in (actions.remind_provider, actions.expire_provider):
        with pytest.raises(NotPermitted):
            act(running, by=manager, at=clock.now)


def test_suspend_reinstate_and_end_a_provider(manager, clock):
    provider = a_provider(is_accredited=True)
    actions.suspend_provider(provider, "Prices were wrong.", by=manager, at=clock.now)
    assert provider.name not in queries.list_names(PROGRAMME)
    actions.reinstate_provider(provider, by=manager, at=clock.now)
    assert (provider.state, provider.suspended_because) == (ProviderState.REGISTERED, "")
    actions.end_provider(provider, "Closed.", by=manager, at=clock.now)
    again = a_provider(name=provider.name)
    assert again.id != provider.id
    with pytest.raises(WrongState):
        actions.reinstate_provider(provider, by=manager, at=clock.now)


ACTS = {
    "edit": lambda one, **who: actions.edit_provider(one, provider_details(), **who),
    "accredit": lambda one, **who: actions.accredit_provider(one, date(2027, 1, 1), **who),
    "suspend": lambda one, **who: actions.suspend_provider(one, "x", **who),
    "end": lambda one, **who: actions.end_provider(one, "x", **who),
    "reinstate": actions.reinstate_provider,
    "register": lambda _one, **who: actions.register_provider(PROGRAMME, provider_details(), **who),
}


@pytest.mark.parametrize("act", ACTS)
def test_nobody_but_the_keepers_of_the_register_may(manager, clock, act):
    provider = a_provider()
    if act == "reinstate":
        actions.suspend_provider(provider, "x", by=manager, at=clock.now)
    with pytest.raises(NotPermitted):
        ACTS[act](provider, by=a_member_of_staff(Role.AUDITOR, PROGRAMME), at=clock.now)
