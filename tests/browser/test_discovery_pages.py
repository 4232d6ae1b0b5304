"""Finding a call in a real browser: the data block is not taken for a script, and the filters work without any."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import expect

from tests.builders.programmes import during_call, in2

pytestmark = pytest.mark.browser


def test_the_data_for_search_engines_stands_under_the_strict_policy(live, clock):
    live.at = clock.stop(during_call())
    in2()
    page = live.page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto("/calls/in2lifesciences/2026-1")

    block = page.locator('script[type="application/ld+json"]')
    assert json.loads(block.text_content())["identifier"] == "in2lifesciences/2026-1"
    assert complaints == []


def test_filters_of_the_calls(live, clock):
    live.at = clock.stop(during_call())
    in2()
    page = live.page()
    page.goto("/calls")

    page.get_by_label("Region").select_option(label="Wallonia")
    page.get_by_label("State").select_option(label="Open")
    page.get_by_role("button", name="Apply filters").click()

    expect(page).to_have_url(re.compile("region=BE-WAL"))
    expect(page).to_have_url(re.compile("state=open"))
    expect(page.locator("article")).to_have_count(1)
    page.get_by_role("link", name="A letter when there is a new call").click()
    expect(page.get_by_label("Calls in which region?")).to_have_value("BE-WAL")
