"""The look: own fonts and colours, nothing fetched, nothing inline."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "vouchers/static/app.css").read_text(encoding="utf-8")
JS = (ROOT / "vouchers/static/app.js").read_text(encoding="utf-8")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


@pytest.mark.parametrize("reserved", ["@font-face", "GDS Transport", "url(", "@import", "crown", "crest", "<svg"])
def test_the_style_sheet_fetches_nothing_and_uses_nothing_reserved(reserved: str) -> None:
    without_licence = re.sub(r"/\*!.*?\*/", "", CSS, flags=re.DOTALL)
    assert reserved.lower() not in without_licence.lower()


@pytest.mark.parametrize("forbidden", ["http://", "https://", "eval(", "new Function", "innerHTML=", "document.write"])
def test_the_script_talks_to_nobody_else_and_builds_no_code(forbidden: str) -> None:
    assert forbidden not in re.sub(r"https?://www\.w3\.org/[\w/]+", "", JS)


def test_the_licence_of_the_components_travels_with_them() -> None:
    assert "MIT licence" in CSS[:300]
    assert "Permission is hereby granted" in (ROOT / "theme/LICENCE-govuk-frontend.txt").read_text(encoding="utf-8")


def test_nothing_of_the_node_world_is_shipped() -> None:
    shipped = {path.name for path in (ROOT / "vouchers/static").rglob("*")}
    assert {"app.css", "app.js"} <= shipped
    assert not any(name.endswith((".woff2", ".woff", ".map")) for name in shipped)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_templates_keep_the_content_security_policy(template: Path) -> None:
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"<[^>{]*\sstyle\s*=", source)
    assert not re.search(r"<[^>{]*\son[a-z]+\s*=", source)
    assert "<style" not in source
    for script in re.findall(r"<script\b[^>]*>", source):
        assert 'nonce="{{ csp_nonce }}"' in script


# Contrast: WCAG 2.2 AA asks 4.5 for text. (ink, ground) pairs of our own colours.
PAIRS = {
    "header": ("#ffffff", "#0b4f6c"),
    "link": ("#0b5a8a", "#ffffff"),
    "link in navigation": ("#0b5a8a", "#eef4f7"),
    "button": ("#ffffff", "#0b5a8a"),
    "button under the pointer": ("#ffffff", "#08456a"),
    "secondary button": ("#0b0c0c", "#e3ebef"),
    "secondary button under the pointer": ("#0b0c0c", "#d0dde3"),
    "warning button": ("#ffffff", "#b3261e"),
    "success banner": ("#ffffff", "#0d6b4f"),
    "muted": ("#484f53", "#ffffff"),
    "muted on pale": ("#484f53", "#eef4f7"),
    "demo banner": ("#3d2c00", "#fff3d1"),
    "not saved": ("#8f1e18", "#ffffff"),
}


@pytest.mark.parametrize(("ink", "ground"), PAIRS.values(), ids=PAIRS.keys())
def test_own_colours_can_be_read(ink: str, ground: str) -> None:
    light, dark = sorted((_luminance(ink), _luminance(ground)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
