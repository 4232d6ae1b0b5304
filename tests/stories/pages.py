"""A person at a browser: opens pages, reads them, fills in their real forms by their labels, and presses buttons.

Nothing is posted that the page did not offer: action, hidden values and token are those of the form, a field is found
by what its label says, and a page that refuses ends the story with its error summary.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import pyotp
from flask import Flask
from lxml import html

from vouchers.core import clock

File = tuple[bytes, str]
"""Content and name of a file that is chosen."""


def words(text: str) -> str:
    """A text with single spaces."""
    return " ".join(text.split())


class Person:
    """Somebody at a browser of their own, with an authenticator app where there is a second factor.

    Who was away for so long that the session has ended signs in again, and is led back.
    """

    def __init__(self, app: Flask, email: str = "", *, password: str = "", secret: str = "") -> None:
        self.client, self.email, self.password, self.secret = app.test_client(), email, password, secret
        self.address, self.status, self.page, self.data = "/", 0, html.fromstring("<p></p>"), b""

    # looking ----------------------------------------------------------------------------------------------------

    def open(self, address: str, *, status: int = 200) -> Person:
        """Open an address; redirects are followed."""
        answer = self._go(urldefrag(address).url)
        if self._is_at_door(answer):
            return self.sign_in(status=status)
        return self._read(answer, status)

    def sign_in(self, *, status: int = 200) -> Person:
        """At the sign-in page: the password, then the code."""
        given = {"Email address": self.email, "Password": self.password}
        if not self.secret:
            return self.press("Sign in", given, status=status)
        self.press("Sign in", given)
        return self.press("Sign in", {"Code": pyotp.TOTP(self.secret).at(clock.now())}, status=status)

    def follow(self, text: str) -> Person:
        """Follow the link that says this."""
        links = [one for one in self.page.iter("a") if words(one.text_content()).startswith(text)]
        assert links, f"no link “{text}” on {self.address}: {self._offers()}"
        return self.open(urljoin(self.address, links[0].get("href")))

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return words(" ".join(self.page.xpath("//body//text()[not(parent::script)]")))

    def sees(self, *texts: str) -> Person:
        """The page says all of this."""
        for text in texts:
            assert text in self.text, f"{self.address} does not say “{text}”: {self.text[:3000]}"
        return self

    @property
    def labels(self) -> list[str]:
        """What the fields of the page are called."""
        return [words(one.text_content()) for one in self.page.iter("label", "legend")]

    @property
    def links(self) -> list[str]:
        """What the links of the page say."""
        return [words(one.text_content()) for one in self.page.iter("a")]

    def can_press(self, button: str) -> bool:
        """Whether the page has this button."""
        return any(words(one.text_content()).startswith(button) for one in self.page.iter("button"))

    @property
    def number(self) -> int:
        """The last number in the address."""
        return int(re.findall(r"\d+", urlsplit(self.address).path)[-1])

    # writing ----------------------------------------------------------------------------------------------------

    def press(self, button: str, given: Mapping[str, Any] | None = None, *, status: int = 200, nth: int = 0) -> Person:
        """Fill in the form of this button, by its labels, and press it; redirects are followed."""
        return self._read(self._redirected(self.post(button, given, nth=nth)), status)

    def post(self, button: str, given: Mapping[str, Any] | None = None, *, nth: int = 0) -> Any:
        """The bare answer to pressing a button."""
        address, data = self.filled(button, given, nth=nth)
        self.address = address
        sent = [(name, one) for name, values in data.items() for one in values]
        files = any(isinstance(one, tuple) for _name, one in sent)
        body = {name: [_as_posted(one) for one in values] for name, values in data.items()}
        kind = "multipart/form-data" if files else "application/x-www-form-urlencoded"
        return self.client.post(address, data=body, content_type=kind, csrf=False)

    def filled(
        self, button: str, given: Mapping[str, Any] | None = None, *, nth: int = 0
    ) -> tuple[str, dict[str, list[Any]]]:
        """Where the form of this button is posted, and what it holds once it is filled in."""
        pressed = [one for one in self.page.iter("button") if words(one.text_content()).startswith(button)]
        assert len(pressed) > nth, f"no button “{button}” on {self.address}: {self._offers()}"
        owner = pressed[nth].get("form")
        form = self.page.get_element_by_id(owner) if owner else next(pressed[nth].iterancestors("form"))
        assert form.get("method", "get").lower() == "post", f"“{button}” does not post"
        data = self._as_it_stands(form)
        for label, value in (given or {}).items():
            self._fill(form, data, label, value)
        if name := pressed[nth].get("name"):
            data[name] = [pressed[nth].get("value", "")]
        action = pressed[nth].get("formaction") or form.get("action") or self.address
        return urljoin(self.address, action), data

    # within -----------------------------------------------------------------------------------------------------

    def _go(self, address: str) -> Any:
        parts = urlsplit(address)
        self.address = parts.path + (f"?{parts.query}" if parts.query else "")
        return self._redirected(self.client.get(self.address, buffered=True))

    def _redirected(self, answer: Any) -> Any:
        for _hop in range(6):
            if answer.status_code not in (301, 302, 303):
                break
            parts = urlsplit(urljoin(self.address, answer.location))
            self.address = parts.path + (f"?{parts.query}" if parts.query else "")
            answer = self.client.get(self.address, buffered=True)
        return answer

    def _is_at_door(self, answer: Any) -> bool:
        is_here = self.address.startswith("/sign-in?next=") and bool(self.password)
        if is_here:
            self._read(answer, 200)
        return is_here

    def _read(self, answer: Any, status: int) -> Person:
        self.status, self.data = answer.status_code, answer.data
        if "html" in (answer.content_type or ""):
            self.page = html.fromstring(answer.get_data(as_text=True))
        assert self.status == status, f"{self.address} answered {self.status}, not {status}: {self._problem()}"
        return self

    def _problem(self) -> str:
        for summary in self.page.find_class("govuk-error-summary"):
            return words(summary.text_content())
        main = next(iter(self.page.iter("main")), self.page)
        return words(main.text_content())[:600]

    def _offers(self) -> str:
        buttons = [words(one.text_content()) for one in self.page.iter("button")]
        return f"buttons {buttons}, links {self.links}"

    def _controls(self, form: Any) -> list[Any]:
        mine = list(form.iter("input", "select", "textarea"))
        if form.get("id"):
            mine += [one for one in self.page.xpath("//*[@form]") if one.get("form") == form.get("id")]
        return [one for one in mine if one.tag != "button"]

    def _as_it_stands(self, form: Any) -> dict[str, list[Any]]:
        data: dict[str, list[Any]] = {}
        for one in self._controls(form):
            name, kind = one.get("name"), one.get("type", "text")
            if not name or one.get("disabled") is not None or kind == "file":
                continue
            if kind in ("radio", "checkbox"):
                if one.get("checked") is not None:
                    data.setdefault(name, []).append(one.get("value", "on"))
            elif one.tag == "select":
                chosen = one.xpath("./option[@selected]") or one.xpath("./option")[:1]
                data.setdefault(name, []).extend(option.get("value") for option in chosen)
            elif one.tag == "textarea":
                data.setdefault(name, []).append((one.text or "").removeprefix("\n"))
            else:
                data.setdefault(name, []).append(one.get("value", ""))
        return data

    def _fill(self, form: Any, data: dict[str, list[Any]], label: str, value: Any) -> None:
        for legend in _said(form.iter("legend"), label):
            return self._fill_group(legend.getparent(), data, value)
        controls = {one.get("id"): one for one in self._controls(form) if one.get("id")}
        named = [one for one in self._controls(form) if words(one.get("aria-label", "")) == label]
        for one in _said(form.iter("label"), label):
            within = [box for box in one.iter("input") if box.get("name")]
            named += [controls[one.get("for")]] if one.get("for") in controls else within
        assert named, f"no field “{label}” on {self.address}: {[words(x.text_content()) for x in form.iter('label')]}"
        control = named[0]
        name = control.get("name")
        if control.get("type") in ("checkbox", "radio"):
            others = [one for one in data.get(name, []) if one != control.get("value")]
            data[name] = others + ([control.get("value", "on")] if value else [])
        elif control.tag == "select":
            data[name] = [_option(control, value)]
        else:
            data[name] = [value]
        return None

    def _fill_group(self, group: Any, data: dict[str, list[Any]], value: Any) -> None:
        if isinstance(value, date):
            for part, figure in (("day", value.day), ("month", value.month), ("year", value.year)):
                box = next(one for one in group.iter("input") if one.get("name").endswith(f"-{part}"))
                data[box.get("name")] = [str(figure)]
            return
        chosen = []
        for wanted in value if isinstance(value, list) else [value]:
            found = _said(group.iter("label"), wanted)
            assert found, f"no choice “{wanted}”: {[words(one.text_content()) for one in group.iter('label')]}"
            chosen.append(next(one for one in group.iter("input") if one.get("id") == found[0].get("for")))
        data[chosen[0].get("name")] = [one.get("value") for one in chosen]


def _said(elements: Any, text: str) -> list[Any]:
    """The elements that say this, else those that begin with it."""
    there = [(words(one.text_content()), one) for one in elements]
    return [one for said, one in there if said == text] or [one for said, one in there if said.startswith(text)]


def _option(select: Any, wanted: Any) -> str:
    for option in select.iter("option"):
        if words(option.text_content()).startswith(str(wanted)) or option.get("value") == str(wanted):
            return str(option.get("value"))
    raise AssertionError(f"no option “{wanted}”: {[words(one.text_content()) for one in select.iter('option')]}")


def _as_posted(value: Any) -> Any:
    return (BytesIO(value[0]), value[1]) if isinstance(value, tuple) else value
