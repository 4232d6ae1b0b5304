"""The blueprint of banking."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("banking", __name__, url_prefix="/banking")
