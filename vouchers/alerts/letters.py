"""How letters reach whoever asked for them, and the links that stand in each."""

from __future__ import annotations

from vouchers.alerts.models import Alert
from vouchers.core.links import full_url
from vouchers.letters.actions import Addressee
from vouchers.users.secrets import open_secret


def addressee_of(alert: Alert) -> Addressee:
    """The address, without a name: we do not know one."""
    return Addressee(str(alert.subscriber_email), "", alert.language)


def links_of(alert: Alert) -> dict[str, str]:
    """Where the letters are confirmed, and where they are stopped."""
    token = open_secret(str(alert.sealed_token))
    return {name: full_url(f"alerts.{name}", token=token) for name in ("confirm", "end")}
