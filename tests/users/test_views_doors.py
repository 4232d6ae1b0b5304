"""The doors: signing in and up over HTTP, and what must not get through them."""

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from sqlalchemy import func, select

from tests.builders.programmes import in2
from tests.builders.users import (
    PASSWORD,
    a_member_of_staff,
    an_administrator,
    an_applicant,
    an_expert_user,
    code_of,
    give_factor,
    mailed_link,
    sign_in,
    signed_in,
)
from vouchers.core.database import db
from vouchers.core.holding import HELD_FOR
from vouchers.core.models import HeldForm
from vouchers.letters.models import Letter
from vouchers.users import decoys, queries
from vouchers.users.actions import accounts, sessions
from vouchers.users.jobs import forget_held_forms
from vouchers.users.models import UserSession
from vouchers.users.secrets import demo_password
from vouchers.users.states import Role, UserState
from vouchers.workflow.transition import OFFICE

NEW_PASSWORD = "marble-lantern-harvest-9"


@pytest.fixture(autouse=True)
def _stopped(app, clock):
    decoys.forget()


def cookie_of(client):
    with client.session_transaction() as cookie:
        return dict(cookie)


def in_address(values):
    return urlencode(values, safe="/?")


def is_signed_in(client):
    return client.get("/account").status_code == 200


def path_of(link):
    return link.removeprefix("http://localhost")


def without_tokens(text):
    return re.sub(r'(nonce|value)="[^"]*"|sent%3D[^"]*', "", text)


# --- signing in -------------------------------------------------------------------------------------------------------


def test_sign_in_and_out(client):
    user = an_applicant()

    answer = sign_in(client, user)
    assert answer.location == "/"
    assert is_signed_in(client)

    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not is_signed_in(client)
    assert "You are signed out." in client.get("/sign-in").text
    assert client.post("/sign-out").status_code == 303


def test_sign_in_of_staff_asks_for_the_code(client):
    user = an_administrator()

    answer = client.post("/sign-in", data={"email": user.email.upper(), "password": PASSWORD})
    assert answer.location == "/sign-in/code"
    assert not is_signed_in(client)
    assert client.post(answer.location, data={"code": "000000"}).status_code == 422
    assert client.post(answer.location, data={"code": code_of(user)}).status_code == 303
    assert is_signed_in(client)


def test_sign_in_with_a_recovery_code_says_how_many_are_left(client):
    user = an_applicant()
    codes = give_factor(user)

    client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    client.post("/sign-in/code", data={"code": codes[3]})

    assert "9 are left" in client.get("/account").text


def test_staff_without_a_second_factor_open_no_page_but_the_one_to_set_it_up(client):
    user = a_member_of_staff(Role.COORDINATOR, with_factor=False)

    answer = client.post("/sign-in", data={"email": user.email, "password": PASSWORD})

    assert answer.location == "/account/second-factor"
    for path in ("/people", "/account", "/people/invite", f"/people/{user.id}", "/account/recovery-codes"):
        assert "/sign-in" in client.get(path).location
    assert client.get("/account/second-factor").status_code == 200


def test_double_press_on_the_code_page_leaves_the_person_signed_in(app, client):
    user = an_administrator()
    client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    before = cookie_of(client)
    second = app.test_client()
    with second.session_transaction() as cookie:
        cookie.update(before)

    client.post("/sign-in/code", data={"code": code_of(user)})
    answer = second.post("/sign-in/code", data={"code": code_of(user)})

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")
    assert "Set-Cookie" not in answer.headers
    assert is_signed_in(client)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/account?x=1", "/account?x=1"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/%09/evil.example", "/%09/evil.example"),
        ("javascript:alert(1)", "/"),
        ("/\t/evil.example", "/"),
        ("", "/"),
    ],
)
def test_sign_in_leads_only_to_our_own_pages(client, target, leads_to):
    user, staff = an_applicant(), an_administrator()

    data = {"email": user.email, "password": PASSWORD}
    assert client.post("/sign-in", data=data, query_string={"next": target}).location == leads_to
    client.post("/sign-out")
    data = {"email": staff.email, "password": PASSWORD}
    answer = client.post("/sign-in", data=data, query_string={"next": target})
    assert client.post(answer.location, data={"code": code_of(staff)}).location == leads_to


def test_a_session_is_not_fixed_by_a_cookie_from_before(client):
    user = an_administrator()
    with client.session_transaction() as cookie:
        cookie.update(session="chosen by the attacker", started="chosen by the attacker", csrf_token="known", more="x")

    client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    after_password = cookie_of(client)
    client.post("/sign-in/code", data={"code": code_of(user)})
    after_code = cookie_of(client)

    assert "more" not in after_password
    assert after_password["started"] != "chosen by the attacker"
    assert "session" not in after_password
    assert "started" not in after_code
    assert after_code["session"] not in ("chosen by the attacker", after_password["started"])
    assert after_code.get("csrf_token") != "known"


def test_a_revoked_session_opens_nothing_from_the_next_request_on(app, client):
    user = an_applicant()
    thief = app.test_client()
    sign_in(client, user)
    sign_in(thief, user)
    stolen = cookie_of(thief)["session"]
    ending = queries.find_open_session(stolen, at=sessions_now())

    assert client.post(f"/account/sessions/{ending.id}/end").status_code == 303
    assert not is_signed_in(thief)
    assert is_signed_in(client)
    assert client.post(f"/account/sessions/{ending.id}/end").status_code == 303


def sessions_now():
    from vouchers.core import clock

    return clock.now()


def test_a_cookie_that_was_copied_before_signing_out_is_void(app, client):
    sign_in(client, an_applicant())
    copied = cookie_of(client)
    client.post("/sign-out")

    other = app.test_client()
    with other.session_transaction() as cookie:
        cookie.update(copied)
    assert not is_signed_in(other)


def test_a_session_ends_after_twelve_hours(client, clock):
    sign_in(client, an_applicant())

    clock.forward(hours=11, minutes=59)
    assert is_signed_in(client)
    clock.forward(minutes=1)
    assert not is_signed_in(client)


def test_nobody_ends_another_persons_session(app, client):
    victim = an_applicant()
    other = signed_in(app.test_client(), victim)
    theirs = queries.list_sessions(victim.id, at=sessions_now())[0]
    signed_in(client, an_applicant())

    assert client.post(f"/account/sessions/{theirs.id}/end").status_code == 403
    assert is_signed_in(other)


def test_signing_in_again_ends_the_session_that_the_browser_had(client):
    user = an_applicant()
    sign_in(client, user)
    sign_in(client, user)

    assert len(queries.list_sessions(user.id, at=sessions_now())) == 1


# --- guessing ---------------------------------------------------------------------------------------------------------


def test_a_known_and_an_unknown_address_read_the_same_through_all_wrong_tries(client):
    known, invited = an_applicant("known12@sme.example"), "invited@sme.example"
    accounts.invite_user(invited, "Ines", Role.EXPERT, by=OFFICE, at=sessions_now())

    for _number in range(8):
        pages = set()
        for email in (known.email, "nobody2@sme.example", invited):
            answer = client.post("/sign-in", data={"email": email, "password": "wrong"})
            pages.add((answer.status_code, without_tokens(answer.text.replace(email, "EMAIL"))))
        assert len(pages) == 1
    assert "too many wrong tries" in pages.pop()[1]


def test_a_locked_account_refuses_the_right_password_and_says_until_when(client, clock):
    user = an_applicant()
    for _wrong in range(5):
        client.post("/sign-in", data={"email": user.email, "password": "wrong"})

    answer = client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert answer.status_code == 422
    assert "until 2 March 2026, 13:01 (Brussels time)" in answer.text
    assert not is_signed_in(client)
    clock.forward(minutes=1)
    sign_in(client, user)


@pytest.mark.parametrize("path", ["/sign-up", "/forgot-password"])
def test_sign_up_and_forgotten_password_do_not_tell_who_has_an_account(client, path):
    an_applicant("known@sme.example")
    pages = set()
    for email in ("known@sme.example", "nobody@sme.example"):
        answer = client.post(path, data={"name": "Ada", "email": email, "password": NEW_PASSWORD})
        pages.add((answer.status_code, without_tokens(answer.text.replace(email, "EMAIL"))))
    assert len(pages) == 1
    assert pages.pop()[0] == 200


def test_one_network_address_may_not_knock_without_end(client):
    statuses = [client.post("/forgot-password", data={"email": "x@y.example"}).status_code for _ in range(25)]

    assert statuses[:20] == [200] * 20
    assert statuses[20:] == [429] * 5
    assert "Too many tries" in client.post("/forgot-password", data={"email": "x@y.example"}).text
    assert client.get("/forgot-password").status_code == 200


@pytest.mark.parametrize("path", ["/sign-in", "/sign-up", "/forgot-password", "/sign-out", "/account/password"])
def test_a_post_from_another_site_does_nothing(client, path):
    user = an_applicant()
    signed_in(client, user)
    before = db.session.scalar(select(func.count()).select_from(UserSession))
    letters = db.session.scalar(select(func.count()).select_from(Letter))

    data = {"email": user.email, "password": PASSWORD, "name": "X", "current": PASSWORD}
    answer = client.post(path, data=data, csrf=False, headers={"Origin": "https://evil.example"})

    assert answer.status_code == 303
    assert is_signed_in(client)
    assert db.session.scalar(select(func.count()).select_from(UserSession)) == before
    assert db.session.scalar(select(func.count()).select_from(Letter)) == letters


# --- letters and links ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/sign-up", "/forgot-password", "/alerts"])
def test_look_at_your_mail_is_the_same_page_in_another_language(client, path):
    data = {"name": "Ada", "email": "Ada@sme.example", "password": NEW_PASSWORD, "region": "", "instrument": ""}
    page = client.post(path, data=data).text
    letters = db.session.scalar(select(func.count()).select_from(Letter))
    again = client.get(client.get(unescape(re.search(r'href="(/language/de[^"]+)"', page)[1])).location)
    assert '<html lang="de"' in again.text
    assert re.search("Ada@sme.example", again.text, re.IGNORECASE)
    assert db.session.scalar(select(func.count()).select_from(Letter)) == letters
    assert "sme.example" not in client.get(f"{path}?sent=AAAA").text


def test_a_refused_page_stays_in_another_language(client):
    page = client.post("/sign-in?next=/applications", data={"email": "ada@sme.example", "password": "wrong"}).text
    chooser = unescape(re.search(r'form="page-form" formaction="(/language/de[^"]+)"', page)[1])
    assert client.get(chooser.replace("/with-words", "")).location == "/sign-in?next=/applications"
    assert client.post(chooser, data={"email": "", "password": "wrong"}).location == "/sign-in?next=%2Fapplications"
    moved = client.post(chooser, data={"email": "ada@other.example", "password": "wr0ng-secret"}).location
    again = client.get(moved).text
    assert '<html lang="de"' in again
    assert 'value="ada@other.example"' in again
    held = db.session.scalars(select(HeldForm)).one()
    assert (held.path, list(held.fields)) == ("/sign-in", ["email"])
    assert 'value="ada@other.example"' not in client.get(moved.replace("/sign-in", "/sign-up")).text
    forget_held_forms(at=held.held_at + HELD_FOR)
    assert 'value="ada@other.example"' in client.get(moved).text
    forget_held_forms(at=held.held_at + HELD_FOR + timedelta(seconds=1))
    assert db.session.scalar(select(func.count()).select_from(HeldForm)) == 0


def test_nobody_fills_the_store_with_words(client):
    def post(address):
        data = {"csrf_token": "of another session", "email": "ada@sme.example"}
        return client.post("/sign-in", data=data, environ_base={"REMOTE_ADDR": address})

    def held():
        return db.session.scalar(select(func.count()).select_from(HeldForm))

    locations = [post("192.0.2.1").location for _number in range(60)]
    assert all("held=" in location for location in locations)
    refused = post("192.0.2.1")
    assert (refused.status_code, refused.location, held()) == (303, "/sign-in", 60)
    assert "What you typed could not be kept" in client.get("/sign-in").text
    assert "held=" in post("192.0.2.2").location
    assert held() == 61


def test_a_choice_of_language_takes_words_from_our_own_pages_only(client):
    typed = {"email": "ada@sme.example"}
    assert client.post("/language/de/with-words?next=https://evil.example/", data=typed).location == "/"
    forged = client.post("/language/de/with-words?next=/sign-in", data=typed, csrf=False)
    assert "held=" not in forged.location
    assert client.post("/language/xx/with-words?next=/sign-in", data=typed).status_code == 404


def test_a_refused_sign_up_keeps_its_words_in_another_language(client):
    page = client.post("/sign-up", data={"name": "Ada Lux", "email": "ada@", "password": NEW_PASSWORD}).text
    chooser = unescape(re.search(r'formaction="(/language/en[^"]+|/language/fr[^"]+)"', page)[1])
    again = client.get(client.post(chooser, data={"name": "Ada Lux", "email": "ada@"}).location).text
    assert 'value="Ada Lux"' in again
    assert 'value="ada@"' in again
    assert NEW_PASSWORD not in again


def test_sign_up_then_confirm_by_the_button(client):
    answer = client.post("/sign-up", data={"name": "Ada", "email": "Ada@sme.example", "password": NEW_PASSWORD})
    assert "Look at your mail" in answer.text
    path = path_of(mailed_link("ada@sme.example"))

    for _scanner in range(3):
        assert client.get(path).status_code == 200
    assert queries.find_user("ada@sme.example").state == UserState.UNCONFIRMED
    for _press in range(2):
        assert client.post(path).location == "/sign-in"
    answer = client.post("/sign-in", data={"email": "ada@sme.example", "password": NEW_PASSWORD})
    assert answer.status_code == 303
    assert is_signed_in(client)


def test_sign_up_leads_to_where_the_person_wanted_to_go(app, client):
    wanted = "/applications/start/7?carried=a.b-c_d&instrument=COL"
    here = {"next": wanted}
    assert in_address(here) in unescape(client.get("/sign-in", query_string=here).text)
    answer = client.post(
        "/sign-up", query_string=here, data={"name": "Ada", "email": "ada@sme.example", "password": NEW_PASSWORD}
    )
    assert in_address(here) in unescape(answer.text)
    path = path_of(mailed_link("ada@sme.example"))

    elsewhere = app.test_client()  # the letter is read on another device
    assert elsewhere.get(path).status_code == 200
    for _press in range(2):
        answer = elsewhere.post(path)
        assert answer.location == "/sign-in?" + in_address(here)
    answer = elsewhere.post(answer.location, data={"email": "ada@sme.example", "password": NEW_PASSWORD})
    assert answer.location == wanted


def test_a_known_address_and_a_forgotten_password_lead_there_too(client):
    user, here = an_applicant(), {"next": "/organisations/"}
    client.post("/sign-up", query_string=here, data={"name": "Ada", "email": user.email, "password": NEW_PASSWORD})
    assert path_of(mailed_link(user.email)) == "/sign-in?" + in_address(here)
    client.post("/forgot-password", query_string=here, data={"email": user.email})
    answer = client.post(path_of(mailed_link(user.email)), data={"password": NEW_PASSWORD})
    assert answer.location == "/sign-in?" + in_address(here)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/" + "x" * 3000])
def test_a_letter_leads_only_to_our_own_pages(client, target):
    typed = {"name": "Ada", "email": "ada@sme.example", "password": NEW_PASSWORD}
    client.post("/sign-up", query_string={"next": target}, data=typed)
    path = path_of(mailed_link("ada@sme.example"))
    assert "next" not in path
    assert client.post(path, query_string={"next": target}).location == "/sign-in"


def test_confirm_asks_for_a_password_where_sign_up_has_not_settled_one(client):
    for name in ("Mallory", "Ada"):
        client.post("/sign-up", data={"name": name, "email": "ada@sme.example", "password": PASSWORD})
    path = path_of(mailed_link("ada@sme.example"))

    assert client.post(path).status_code == 422
    assert client.post(path, data={"password": NEW_PASSWORD}).status_code == 303
    assert client.post("/sign-in", data={"email": "ada@sme.example", "password": PASSWORD}).status_code == 422


def test_reset_password_through_the_letter_works_once(app, client):
    user = an_applicant()
    elsewhere = signed_in(app.test_client(), user)
    client.post("/forgot-password", data={"email": user.email})
    path = path_of(mailed_link(user.email))

    assert client.post(path, data={"password": "passwordpassword"}).status_code == 422
    assert client.post(path, data={"password": NEW_PASSWORD}).status_code == 303
    again = client.post(path, data={"password": PASSWORD})
    assert again.status_code == 404
    assert "This link no longer works" in again.text
    assert not is_signed_in(elsewhere)
    assert client.post("/sign-in", data={"email": user.email, "password": NEW_PASSWORD}).status_code == 303


def test_a_newer_reset_link_replaces_the_older(client):
    user = an_applicant()
    client.post("/forgot-password", data={"email": user.email})
    older = path_of(mailed_link(user.email))
    client.post("/forgot-password", data={"email": user.email})

    assert client.get(older).status_code == 404
    assert client.get(path_of(mailed_link(user.email))).status_code == 200


def test_accept_invitation_leads_staff_through_the_second_factor(client, clock):
    in2()
    accounts.invite_user(
        "max@office.example", "Max", Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL", by=OFFICE, at=clock.now
    )
    path = path_of(mailed_link("max@office.example"))
    assert "Welcome, Max" in client.get(path).text

    answer = client.post(path, data={"password": NEW_PASSWORD})
    assert answer.location == "/account/second-factor"
    page = client.get(answer.location).text
    assert 'src="data:image/svg+xml' in page
    secret = "".join(re.search(r'<span class="app-code">([^<]+)</span>', page)[1].split())
    assert client.get(answer.location).text.count(secret[:4])

    import pyotp

    assert client.post(answer.location, data={"code": "000000"}).status_code == 422
    answer = client.post(answer.location, data={"code": pyotp.TOTP(secret).at(clock.now)})
    assert answer.location == "/account/recovery-codes"
    codes = re.findall(r'<li class="app-code">([^<]+)</li>', client.get(answer.location).text)
    assert len(codes) == 10
    assert client.post(answer.location).location == "/"
    assert client.get(answer.location).location == "/account"
    assert is_signed_in(client)
    assert client.post(path, data={"password": PASSWORD}).location == "/sign-in"


def test_accept_invitation_of_an_expert_signs_in(client, clock):
    accounts.invite_user("eva@pool.example", "Eva", Role.EXPERT, by=OFFICE, at=clock.now)

    answer = client.post(path_of(mailed_link("eva@pool.example")), data={"password": NEW_PASSWORD})

    assert answer.location == "/"
    assert is_signed_in(client)


def test_no_page_shows_a_link_of_a_letter_to_caches_or_other_sites(client):
    client.post("/forgot-password", data={"email": an_applicant("ada@sme.example").email})
    answer = client.get(path_of(mailed_link("ada@sme.example")))

    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "same-origin"


# --- the account ------------------------------------------------------------------------------------------------------


def test_set_password_asks_for_the_present_one(app, client):
    user = an_applicant()
    elsewhere = signed_in(app.test_client(), user)
    signed_in(client, user)

    wrong = client.post("/account/password", data={"current": "wrong", "password": NEW_PASSWORD})
    assert wrong.status_code == 422
    assert "The password is not right" in wrong.text
    right = client.post("/account/password", data={"current": PASSWORD, "password": NEW_PASSWORD})
    assert right.status_code == 303
    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)


def test_set_second_factor_of_a_signed_in_person_asks_for_the_password(client, clock):
    import pyotp

    user = an_expert_user()
    signed_in(client, user)
    page = client.get("/account/second-factor").text
    secret = "".join(re.search(r'<span class="app-code">([^<]+)</span>', page)[1].split())
    code = pyotp.TOTP(secret).at(clock.now)

    assert client.post("/account/second-factor", data={"code": code, "password": "wrong"}).status_code == 422
    assert queries.get_user(user.id).totp_secret is None
    assert client.post("/account/second-factor", data={"code": code, "password": PASSWORD}).status_code == 303
    assert "Your recovery codes" in client.get("/account/recovery-codes").text
    assert secret not in str(cookie_of(client))
    client.post("/sign-out")
    answer = client.post("/sign-in", data={"email": user.email, "password": PASSWORD})
    assert answer.location == "/sign-in/code"


def test_edit_profile(client):
    user = an_applicant()
    signed_in(client, user)

    answer = client.post("/account/details", data={"name": "Ada King", "language": "fr", "time_zone": "Europe/Paris"})
    assert answer.status_code == 303
    db.session.refresh(user)
    assert (user.name, user.time_zone) == ("Ada King", "Europe/Paris")
    wrong = client.post("/account/details", data={"name": "Ada", "language": "xx", "time_zone": "Mars/Base"})
    assert wrong.status_code == 422


def test_the_foot_of_a_page_changes_the_language_of_ones_account(client):
    user = an_applicant()
    signed_in(client, user)
    page = client.get("/account").text
    chooser = unescape(re.search(r'form="own-language" formaction="(/account/language/fr[^"]+)"', page)[1])
    assert client.post(chooser).location == "/account"
    db.session.refresh(user)
    assert user.language == "fr"
    assert '<html lang="fr"' in client.get("/account").text
    assert client.post("/account/language/de?next=https://evil.example/").location == "/"
    assert client.post("/account/language/xx?next=/account").status_code == 404


def test_words_that_are_not_saved_come_along_into_another_language_of_ones_account(client):
    signed_in(client, an_applicant())
    page = client.get("/account/details").text
    chooser = unescape(re.search(r'form="page-form" formaction="(/account/language/de[^"]+)"', page)[1])
    moved = client.post(chooser, data={"name": "Ada of Ghent", "language": "en", "time_zone": "UTC"}).location
    again = client.get(moved).text
    assert '<html lang="de"' in again
    assert 'value="Ada of Ghent"' in again


def test_the_address_of_a_language_says_where_an_account_chooses(client):
    user = an_applicant()
    signed_in(client, user)
    answer = client.get("/language/fr?next=/account")
    assert answer.location == "/account/details"
    assert "Choose the language of your account here" in client.get(answer.location).text
    db.session.refresh(user)
    assert user.language == "en"


def test_account_lists_sessions_with_their_devices_and_ends_the_others(app, client):
    user = an_applicant()
    phone = app.test_client()
    agent = {"User-Agent": "Mozilla/5.0 (iPhone) Version/18 Safari/604"}
    phone.post("/sign-in", data={"email": user.email, "password": PASSWORD}, headers=agent)
    sign_in(client, user)

    page = client.get("/account").text
    assert "Safari, iPhone" in page
    assert "This one" in page
    assert client.post("/account/sessions/end-others").status_code == 303
    assert "One other session is ended." in client.get("/account").text
    assert not is_signed_in(phone)


def test_the_demo_sign_in_does_not_exist_outside_a_demonstration(client):
    an_applicant("ada@demo.example")

    page = client.get("/sign-in").text
    assert "Try it as one of these people" not in page
    assert demo_password(client.application.config["SECRET_KEY"]) not in page
    assert client.post("/demo/sign-in", data={"user_id": "1"}).status_code in (303, 404)
    assert not is_signed_in(client)
    with pytest.raises(Exception, match="only in a demonstration"):
        sessions.open_demo_session(queries.find_user("ada@demo.example"), device="", at=sessions_now(), is_demo=False)


def test_the_demo_folds_its_people_by_role(app, client, monkeypatch):
    an_applicant("ada@demo.example")
    a_member_of_staff(Role.AUDITOR, email="marta@demo.example")
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], demo=True))
    monkeypatch.setattr(app, "url_build_error_handlers", [lambda _error, endpoint, _values: f"/{endpoint}"])

    page = client.get("/sign-in").text
    groups = re.findall(r"<details.*?</details>", page, re.DOTALL)

    assert f"password again, it is {demo_password(app.config['SECRET_KEY'])}." in page
    assert [re.search(r"[\w ]+ \(\d+\)", group)[0] for group in groups] == ["Auditor (1)", "Applicant (1)"]
