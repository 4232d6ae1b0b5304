"""Wording a letter: a text template whose first line is the heading, in the reader's language."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from flask_babel import force_locale
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from vouchers.core import formatting, languages

TEMPLATES = Path(__file__).parents[2] / "templates" / "mail"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,  # noqa: S701 - plain text, nothing to escape
        extensions=["jinja2.ext.i18n"],
    )
    languages.install_in(environment)
    formatting.register_filters(environment)
    return environment


def render_letter(occasion: str, language: str, values: dict[str, Any]) -> tuple[str, str]:
    """Heading and body of the letter for an occasion (``claims/submit``)."""
    text = render_text(occasion, language, values)
    heading, _, body = text.strip().partition("\n")
    return heading.strip(), body.strip() + "\n"


def render_text(template: str, language: str, values: dict[str, Any]) -> str:
    """A text or a part of a letter (``decisions/_feedback``), in a language."""
    with force_locale(language):
        return _environment().get_template(f"{template}.txt").render(**values)
