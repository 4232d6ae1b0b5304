"""Full addresses of pages, for letters and files: jobs and commands have no request to take the host from."""

from __future__ import annotations

from typing import Any

import flask


def full_url(endpoint: str, **values: Any) -> str:
    """``https://vouchers.example.eu/claims/7``: the page's address on the office's public host (BASE_URL)."""
    base = str(flask.current_app.config["SETTINGS"].base_url).rstrip("/")
    adapter = flask.current_app.url_map.bind("unused")
    return base + adapter.build(endpoint, values)
