"""Lock-out, links, addresses, devices: on paper."""

from datetime import UTC, datetime, timedelta

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.users.rules.addresses import ensure_email
from vouchers.users.rules.devices import device_words
from vouchers.users.rules.links import is_usable
from vouchers.users.rules.lockout import lock_after

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failed", "minutes"),
    [(0, None), (4, None), (5, 1), (6, 2), (7, 4), (8, 8), (9, 16), (10, 32), (11, 60), (12, 60), (10_000, 60)],
)
def test_lock_out_grows_and_stops_at_an_hour(failed, minutes):
    assert lock_after(failed) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("used", "expires_in", "works"),
    [(None, 1, True), (None, 0, False), (None, -1, False), (NOON, 1, False)],
)
def test_a_link_works_once_and_until_it_expires(used, expires_in, works):
    assert is_usable(used_at=used, expires_at=NOON + timedelta(seconds=expires_in), at=NOON) is works


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada.Lovelace+vouchers@EXAMPLE.org ", "ada.lovelace+vouchers@example.org"),
        ("Jürgen@München.de", "jürgen@münchen.de"),
        ("demo@demo.example", "demo@demo.example"),
    ],
)
def test_addresses_are_kept_in_lower_case(typed, kept):
    assert ensure_email(typed) == kept


@pytest.mark.parametrize("typed", ["", "ada", "ada@", "@x.org", "a@b", "a b@x.org", "a@x..org", f"{'a' * 65}@x.org"])
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(RuleBroken) as refused:
        ensure_email(typed)
    assert refused.value.field == "email"


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605 Version/18 Safari/605", "Safari, Mac"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537.36 Edg/140", "Edge, Windows"),
        ("<script>alert(1)</script>", ""),
        ("", ""),
    ],
)
def test_devices_are_named_in_words(agent, words):
    assert device_words(agent) == words
