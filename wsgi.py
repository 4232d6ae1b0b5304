"""The web process: settings in, application out. `flask --app wsgi ...` and gunicorn both start here."""

from __future__ import annotations

import gc
import os

from config import Settings, SettingsFault


def _start() -> object:
    """Make the application. What is loaded meanwhile stays: Python need not look through it for garbage again and
    again, which would take a third of the start, nor later in each process that is forked from this one."""
    gc.disable()
    from vouchers.app import add_migrations, create_app

    try:
        app = create_app(Settings.from_environment(os.environ))
        if os.environ.get("FLASK_RUN_FROM_CLI") == "true":  # said by Flask's own command
            add_migrations(app)
        return app
    except SettingsFault as fault:
        raise SystemExit(str(fault)) from None
    finally:
        gc.freeze()
        gc.enable()


app = _start()
