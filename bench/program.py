"""The program as the processes of the office hold it."""

from __future__ import annotations

import gc
from typing import Any

from config import Settings


def start(settings: Settings) -> Any:
    """Make the application as `wsgi.py` and the worker do: what is loaded is not looked through for garbage again."""
    gc.disable()
    try:
        from vouchers.app import create_app

        return create_app(settings)
    finally:
        gc.freeze()
        gc.enable()
