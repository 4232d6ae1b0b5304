"""What pages and files of calls share."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from vouchers.programmes.states import CallPhase

blueprint = Blueprint("programmes", __name__)

FILTERS: dict[str, Any] = {"programme": None, "region": None, "instrument": None, "state": CallPhase}
"""What the calls can be narrowed by, with the values that each may take (None: any text)."""
