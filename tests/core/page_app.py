"""A tiny application around the layouts and components, with the same content security policy as the real one."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Flask
from flask_babel import Babel
from flask_wtf import CSRFProtect

from vouchers.core.formatting import register_filters
from vouchers.core.languages import LANGUAGES
from vouchers.core.pages import page_mark
from vouchers.core.script_texts import script_texts

ROOT = Path(__file__).resolve().parents[2]
CSP = (
    "default-src 'self'; script-src 'self' 'nonce-n0nce'; style-src 'self'; img-src 'self' data:; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)


def page_app(**config: Any) -> Flask:
    """The layouts, the components and the few endpoints that they link to."""
    app = Flask("pages", template_folder=str(ROOT / "templates"), static_folder=str(ROOT / "vouchers/static"))
    app.config.update(SECRET_KEY="test", WTF_CSRF_TIME_LIMIT=None, **config)
    Babel(app)
    CSRFProtect(app)
    register_filters(app)
    app.jinja_env.globals.update(script_texts=script_texts, page_mark=page_mark, address_again=lambda: "/again")
    for endpoint in ("users.account", "users.edit_profile", "users.sign_out", "web.accessibility", "web.privacy"):
        app.add_url_rule(f"/{endpoint}", endpoint, lambda: "", methods=["GET", "POST"])

    app.add_url_rule("/users.choose_language/<language>", "users.choose_language", lambda: "", methods=["POST"])

    @app.context_processor
    def shell() -> dict[str, Any]:
        entry = [("Applications", True), ("Claims", False), ("Dashboard", False)]
        return {
            "csp_nonce": "n0nce",
            "languages": LANGUAGES,
            "html_lang": "en",
            "current_user": SimpleNamespace(is_authenticated=True, name="Ana Kovač"),
            "navigation": [SimpleNamespace(text=text, href=f"/{text}", active=active) for text, active in entry],
        }

    @app.after_request
    def guard(response: Any) -> Any:
        response.headers["Content-Security-Policy"] = CSP
        return response

    return app


def draw(app: Flask, source: str, **context: Any) -> str:
    """Render a piece of template inside a request."""
    from flask import render_template_string

    with app.test_request_context():
        return render_template_string(source, **context)
