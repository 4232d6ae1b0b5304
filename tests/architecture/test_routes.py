"""Every door has its guard: each route a permission, each form its token."""

from __future__ import annotations

import re

import pytest

from tests.architecture.source import ROOT

PUBLIC_AT_MOST = 44
"""Pages that anybody may open are few; whoever adds one raises this on purpose."""
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
POST_FORM = re.compile(r"<form\b[^>]*method=[\"']post[\"'][^>]*>(.*?)</form>", re.IGNORECASE | re.DOTALL)


def views(app):
    return {endpoint: view for endpoint, view in app.view_functions.items() if not endpoint.endswith("static")}


def test_every_route_has_a_permission(app):
    open_doors = [endpoint for endpoint, view in views(app).items() if not getattr(view, "permission", None)]
    assert open_doors == []


def test_the_pages_that_anybody_may_open_are_few(app):
    public = sorted(endpoint for endpoint, view in views(app).items() if view.permission == "public")
    assert len(public) <= PUBLIC_AT_MOST, public


def test_a_visitor_is_sent_to_sign_in_from_every_other_page(app, client):
    from vouchers.core.web import is_open_to_visitors

    looked_at = 0
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" not in rule.methods or rule.endpoint.endswith("static") or is_open_to_visitors(view):
            continue
        address = re.sub(r"<(?:int:)?[^>]*>", "1", rule.rule)
        answer = client.get(address)
        assert answer.status_code in (302, 303, 404), f"{rule.endpoint}: {answer.status_code}"
        looked_at += 1
    assert looked_at > 5


def test_every_route_that_only_takes_posts_leads_to_the_page_above_it(app, client):
    opened = {rule.rule for rule in app.url_map.iter_rules() if "GET" in rule.methods}
    for rule in app.url_map.iter_rules():
        if getattr(app.view_functions[rule.endpoint], "for_programs", False):
            continue  # nobody looks at these with a browser
        if rule.rule not in opened:
            address = re.sub(r"<(?:int:)?[^>]*>", "1", rule.rule)
            answer = client.get(f"{address}?a=1")
            assert answer.status_code == 303, rule.endpoint
            above = answer.location.partition("?")[0]
            assert address.startswith(above), rule.endpoint
            assert client.get(answer.location).status_code in (200, 302, 303, 404), rule.endpoint
            assert client.get(address, headers={"Accept": "application/json"}).status_code == 405


def test_a_late_look_at_a_button_says_so_and_changes_nothing(client):
    answer = client.get("/sign-out")
    page = client.get(client.get(answer.location).location)
    assert "belongs to a button, so nothing was changed" in page.text


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_form_that_changes_something_carries_its_token(template):
    for body in POST_FORM.findall(template.read_text()):
        assert "csrf" in body or "hidden_tag" in body or "caller()" in body, body[:200]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_every_form_that_changes_something_is_sent_once(template):
    """It begins with `csrf()`, which draws the mark of the page too. Who signs out twice is signed out."""
    for form in POST_FORM.finditer(template.read_text()):
        assert "{{ csrf() }}" in form[1] or "users.sign_out" in form[0], form[0][:200]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_no_template_writes_style_or_script_into_the_page(template):
    text = template.read_text()
    assert not re.search(r"<[^>]+\sstyle=", text)
    assert not re.search(r"<[^>]+\son[a-z]+=\"", text)
    assert not re.search(r"[^'\"\s]\s*\|\s*safe\b", text), "only words that stand in the template are safe"
