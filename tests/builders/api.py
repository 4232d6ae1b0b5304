"""Tokens of finance systems, and a system that uses one."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from vouchers.api import actions, queries
from vouchers.api.models import ApiToken
from vouchers.api.states import Right
from vouchers.regions.queries import find_region
from vouchers.users.models import User

ROOT = "/api/v1"


def a_token(
    by: User,
    rights: Collection[Right] = tuple(Right),
    *,
    region: str = "BE-WAL",
    programme: str | None = "in2lifesciences",
    at: datetime,
    days: int = 90,
) -> tuple[ApiToken, str]:
    """A token that a finance officer issued, and its secret."""
    found = find_region(region)
    assert found is not None
    until = (at + timedelta(days=days)).date()
    token, secret = actions.issue_token("Ledger of the ministry", found, programme, rights, until, by=by, at=at)
    return queries.get_token(token.id), secret


@dataclass
class System:
    """A finance system: a client without cookies, with its token."""

    client: Any
    secret: str

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(ROOT + path, headers={"Authorization": f"Bearer {self.secret}", **headers})

    def post(self, path: str, body: Any, key: str | None = "k-1", **headers: str) -> Any:
        sent = {"Authorization": f"Bearer {self.secret}", "Content-Type": "application/json", **headers}
        if key is not None:
            sent["Idempotency-Key"] = key
        data = body if isinstance(body, str) else json.dumps(body)
        return self.client.post(ROOT + path, data=data, headers=sent)

    def read_all(self, path: str, limit: int = 2) -> list[Any]:
        """Every item of a list, page by page."""
        found: list[Any] = []
        cursor, sign = "", "&" if "?" in path else "?"
        while True:
            answer = self.get(f"{path}{sign}limit={limit}&cursor={cursor}").json
            found += answer["items"]
            cursor = answer["next"]
            if not answer["has_more"]:
                return found
