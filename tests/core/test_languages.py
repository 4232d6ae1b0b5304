"""What templates say: patterns, values and markup, as Jinja's own extension does it."""

from __future__ import annotations

import json

import pytest
from flask_babel import force_locale
from jinja2 import Environment

from tests.core.page_app import draw, page_app
from vouchers.core import languages
from vouchers.core.script_texts import script_texts


@pytest.fixture
def app():
    app = page_app()
    languages.install_in(app.jinja_env)
    return app


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ _('Save & go') }}", "Save & go"),
        ("{{ _('At most 50 %%') }}", "At most 50 %"),
        ("{{ _('For %(name)s', name='<b>') }}", "For &lt;b&gt;"),
        ("{{ ngettext('%(num)s file', '%(num)s files', 1) }}", "1 file"),
        ("{{ ngettext('%(num)s file', '%(num)s files', 1200, num='1,200') }}", "1,200 files"),
        ("{{ gettext('%(num)s, %(text)s', num=1, text=2) }}", "1, 2"),
    ],
)
def test_what_a_page_says(app, source, shown):
    assert draw(app, source) == shown


def test_a_letter_is_plain_text():
    environment = Environment(autoescape=False)  # noqa: S701 - as the letters' own
    languages.install_in(environment)
    assert environment.from_string("{{ _('For %(name)s', name='<b>') }}").render() == "For <b>"


def test_the_language_is_asked_for_anew_when_it_is_forced(app):
    with app.test_request_context():
        assert languages.language() == "en"
        with force_locale("fr"):
            assert languages.language() == "fr"
        assert languages.language() == "en"


def test_the_scripts_sentences():
    app = page_app()
    with app.test_request_context():
        texts = json.loads(script_texts())
    assert texts["characters"]["charactersUnderLimit"]["one"] == "You have %{count} character remaining"
    assert texts["password"]["showPassword"] == "Show"
