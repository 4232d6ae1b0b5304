"""What is answered when a request cannot be done: in the reader's language, also when the database is away."""

from __future__ import annotations

import re
import sqlite3
from contextlib import contextmanager
from html import unescape

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from tests.builders.users import an_applicant, signed_in
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, WrongState
from vouchers.core.text import say as _
from vouchers.core.web import public

FRENCH = {"Accept-Language": "fr-BE,fr;q=0.9,en;q=0.5"}


def a_reader(client, how: str):
    """The browser of somebody who reads French: by the account, by the choice at the foot of a page, or by itself."""
    if how == "account":
        user = an_applicant()
        with unit_of_work():
            user.language = "fr"
        signed_in(client, user)
    elif how == "cookie":
        client.set_cookie("language", "fr")
    return lambda address, **more: client.open(
        address, headers=FRENCH if how == "browser" else {"Accept-Language": "da"}, **more
    )


@contextmanager
def the_database_away(app):
    """Every statement fails, as with a server that is gone."""

    def fail(*_given):
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("gone"))

    app.config["PROPAGATE_EXCEPTIONS"] = False
    event.listen(db.engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(db.engine, "before_cursor_execute", fail)


def is_our_fault_in_french(answer) -> bool:
    said = unescape(answer.text)
    return (
        answer.status_code == 500
        and '<html lang="fr"' in said
        and "Une erreur s’est produite de notre côté." in said
        and re.search(r'app-code">[0-9a-f]{12}<', said) is not None
        and "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        and answer.headers["Cache-Control"] == "no-store"
    )


READERS = pytest.mark.parametrize("how", ["account", "cookie", "browser"])


@READERS
def test_our_own_fault(app, client, monkeypatch, how):
    @public
    def failing():
        raise RuntimeError("a fault")

    monkeypatch.setitem(app.view_functions, "web.privacy", failing)
    ask = a_reader(client, how)

    answer = ask("/privacy")

    assert is_our_fault_in_french(answer)
    assert "a fault" not in answer.text


@READERS
@pytest.mark.parametrize("path", ["/calls", "/no-such-page"])
def test_the_database_goes_away(app, client, how, path):
    ask = a_reader(client, how)
    ask("/account")

    with the_database_away(app):
        answer = ask(path)

    is_found_without_it = path == "/no-such-page" and how != "account"
    assert answer.status_code == 404 if is_found_without_it else is_our_fault_in_french(answer)


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        (NotPermitted(_("There is a problem")), 403, "Vous n’êtes pas autorisé à faire cela"),
        (WrongState(_("There is a problem")), 409, "Quelqu’un a été plus rapide"),
    ],
)
@READERS
def test_refusals(app, client, monkeypatch, how, fault, status, said):
    @public
    def refusing():
        raise fault

    monkeypatch.setitem(app.view_functions, "web.privacy", refusing)
    answer = a_reader(client, how)("/privacy")

    assert answer.status_code == status
    assert '<html lang="fr"' in answer.text
    assert said in unescape(answer.text)


@READERS
def test_what_the_server_itself_refuses(app, client, how):
    ask = a_reader(client, how)
    app.config["MAX_CONTENT_LENGTH"] = 100

    answers = {
        404: ask("/no-such-page"),
        405: ask("/privacy", method="POST"),
        413: ask("/forgot-password", method="POST", data={"email": "x" * 1000}),
    }

    titles = {
        404: "Page introuvable",
        405: "Cette page ne peut pas être ouverte ainsi",
        413: "Le fichier est trop volumineux",
    }
    assert {code: answer.status_code for code, answer in answers.items()} == {code: code for code in titles}
    for code, answer in answers.items():
        assert '<html lang="fr"' in answer.text
        assert titles[code] in unescape(answer.text)


def test_too_many_tries(app, client):
    ask = a_reader(client, "cookie")
    for _try in range(21):
        answer = ask("/forgot-password", method="POST", data={"email": "x@y.example"})

    assert answer.status_code == 429
    assert "Trop de tentatives" in answer.text
