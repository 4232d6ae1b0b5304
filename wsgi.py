"""The web process: settings in, application out. `flask --app wsgi ...` and gunicorn both start here."""

from __future__ import annotations

import os

from config import Settings, SettingsFault
from vouchers.app import create_app

try:
    app = create_app(Settings.from_environment(os.environ))
except SettingsFault as fault:
    raise SystemExit(str(fault)) from None
