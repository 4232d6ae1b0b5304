"""A real browser against a real web server: Chromium through playwright, the office served by a thread of the test."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, expect, sync_playwright
from werkzeug.serving import make_server

from tests.builders.users import PASSWORD, code_of, signed_in

if TYPE_CHECKING:
    from flask import Flask

    from vouchers.users.models import User

AXE = (Path(__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN_AXE = """async () => {
  if (!('axe' in window)) return null;
  const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const found = await axe.run(document, {resultTypes: ['violations'], runOnly});
  const where = one => one.nodes.slice(0, 3).map(node => node.target.join(' ')).join(' ; ');
  return found.violations.map(one => `${one.id}: ${one.help} | ${where(one)}`);
}"""
"""One line for each violation; null where axe is not on the page yet."""
WIDTHS = (1280, 390)
TIMEOUT = float(os.environ.get("BROWSER_TIMEOUT", "15000"))
"""Milliseconds. A press returns before the next page is read: what a page shows is asked with `expect`, which waits."""
expect.set_options(timeout=TIMEOUT)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Pages live for a second: the last step of what V8 would compile anew for speed costs more than it gives.
    "--js-flags=--no-opt",
]
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
"""With the whole browser around the page."""
SHELL = "chromium-headless-shell"
"""The same engine without windows, menus and tabs, which nobody looks at: a third of the processor time of a page."""


def find_chromium(*names: str) -> str:
    """The first of these programs that is installed; nothing is downloaded."""
    found = next(filter(None, map(shutil.which, names)), None)
    assert found, "The browser tests need Chromium (Debian: apt-get install chromium); `make test-fast` runs without."
    return found


@pytest.fixture
def chromium_path() -> str:
    """Debian's Chromium: its engine alone where that is installed. The journey takes the whole browser."""
    return find_chromium(SHELL, *CHROMIUM)


@pytest.fixture
def playwright_driver() -> Iterator[Playwright]:
    """Playwright for one test (its loop must not outlive it)."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture
def browser(playwright_driver: Playwright, chromium_path: str) -> Iterator[Browser]:
    """One Chromium."""
    started = playwright_driver.chromium.launch(executable_path=chromium_path, args=ARGUMENTS)
    yield started
    started.close()


@dataclass
class Live:
    """The office at an address of this machine, and what went wrong in the browser meanwhile."""

    url: str
    browser: Browser
    app: Flask
    faults: list[str] = field(default_factory=list)
    at: datetime | None = None
    """When it is for the web server: the test's own stopped clock is not seen in the server's threads."""

    def page(self, *, width: int = 1280, bypass_csp: bool = False, scripts: bool = True) -> Page:
        """A new person at a new browser window."""
        context = self.browser.new_context(
            base_url=self.url,
            viewport={"width": width, "height": 900},
            bypass_csp=bypass_csp,
            java_script_enabled=scripts,
        )
        page = context.new_page()
        page.set_default_timeout(TIMEOUT)
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        page.on("request", lambda request: self._note_request(request.url))
        return page

    def page_of(self, user: User, *, width: int = 1280, bypass_csp: bool = False, scripts: bool = True) -> Page:
        """The browser window of somebody who is signed in already."""
        page = self.page(width=width, bypass_csp=bypass_csp, scripts=scripts)
        self.enter(page, user)
        return page

    def enter(self, page: Page, user: User) -> None:
        """Sign in the fast way: by the cookie."""
        from vouchers.core import clock

        with clock.stopped_at(self.at or clock.now()):
            client = signed_in(self.app.test_client(), user)
        name = self.app.config["SESSION_COOKIE_NAME"]
        cookie = client.get_cookie(name)
        assert cookie is not None
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": self.url}])

    def sign_in(self, page: Page, user: User) -> None:
        """Sign in as a person does: password, then the code where there is a second factor."""
        page.context.clear_cookies()
        page.goto("/sign-in")
        page.get_by_label("Email address").fill(user.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        if user.totp_secret is not None:
            page.get_by_label("Code").fill(code_of(user, at=self.at))
            page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()

    def answer(self, environ: dict[str, Any], start_response: Any) -> Any:
        """One request, at the moment of this office."""
        from vouchers.core import clock

        with clock.stopped_at(self.at or clock.now()):
            return self.app(environ, start_response)

    def _note_console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "status of 4" not in message.text:
            self.faults.append(f"console: {message.text}")

    def _note_request(self, url: str) -> None:
        if not url.startswith((self.url, "data:", "blob:")):
            self.faults.append(f"foreign request: {url}")


@pytest.fixture
def live(app: Flask, browser: Browser) -> Iterator[Live]:
    """The office, served."""
    office = Live("", browser, app)
    server = make_server("127.0.0.1", 0, office.answer, threaded=True)
    url = office.url = f"http://127.0.0.1:{server.server_port}"
    kept = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(kept, base_url=url)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield office
    finally:
        server.shutdown()
        thread.join(10)
        app.config["SETTINGS"] = kept
    assert not office.faults, office.faults


def forget() -> None:
    """End the test's reading transaction: what it reads next is what the web server has written."""
    from vouchers.core.database import db

    db.session.rollback()


def is_judged_by_axe() -> bool:
    """In the half of the suite that runs on SQLite: the same page has the same markup on either database, and axe is
    most of the time that a page takes here."""
    return os.environ.get("TEST_DATABASE") != "postgresql"


def bring_axe(page: Page) -> None:
    """Each page of this window has axe from its start: handed over once, and not half a million letters for each."""
    if is_judged_by_axe():
        page.context.add_init_script(AXE)


def violations(page: Page) -> list[str]:
    """What axe finds on the page that is open, one line each."""
    if not is_judged_by_axe():
        return []
    found = page.evaluate(RUN_AXE)
    if found is None:
        page.evaluate(AXE)
        found = page.evaluate(RUN_AXE)
    return [str(line) for line in found]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than the window."""
    return int(page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth"))
