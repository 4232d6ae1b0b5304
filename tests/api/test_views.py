"""The interface as a finance system sees it, and the pages on which its tokens are given out."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.builders.api import ROOT, System, a_token
from tests.builders.counting import queries_of
from tests.builders.payments import PAID_AT, TUESDAY, Desk, an_authorised_batch, an_authorised_claim
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.api import actions, queries
from vouchers.api.models import ApiReceipt, ApiToken
from vouchers.api.rules.openapi import description
from vouchers.api.states import Right, TokenState
from vouchers.audit.actions import seal_events
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted
from vouchers.payments.models import Batch, Payment
from vouchers.payments.states import BatchState, PaymentState
from vouchers.users.actions.roles import revoke_role
from vouchers.users.states import Role

LATER = PAID_AT + timedelta(days=14)
PAID = {"outcome": "executed", "booked_on": TUESDAY.isoformat(), "bank_reference": "STMT-2026-231"}
ALL = {"booked_on": TUESDAY.isoformat(), "bank_reference": "STMT-2026-231"}


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


@pytest.fixture
def batch(desk, clock):
    """Two payments that are with the bank."""
    made = an_authorised_batch(
        desk, [an_authorised_claim(desk, "MG", amount="437.55"), an_authorised_claim(desk, "COL", amount="5000")]
    )
    seal_events(at=LATER)
    clock.stop(LATER)
    return made


@pytest.fixture
def system(client, desk, batch):
    return System(client, a_token(desk.second, at=LATER)[1])


def payments_of(batch):
    db.session.rollback()
    return list(db.session.scalars(select(Payment).where(Payment.batch_id == batch.id).order_by(Payment.id)))


def count(model):
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model))


# Reading -------------------------------------------------------------------------------------------------------------


def test_the_books_page_by_page_add_up(system):
    lines = system.read_all("/ledger-lines", limit=7)
    assert len({line["id"] for line in lines}) == len(lines) > 20
    assert sum(Decimal(line["debit"]) - Decimal(line["credit"]) for line in lines) == 0
    assert {line["region"] for line in lines} == {"BE-WAL"}
    paid = system.read_all("/ledger-lines?account=1010", limit=500)
    assert sum(Decimal(line["credit"]) - Decimal(line["debit"]) for line in paid) != 0
    assert all(line["account"] == "1010" for line in paid)
    voucher = next(line["voucher"] for line in lines if line["voucher"])
    assert {line["voucher"] for line in system.get(f"/ledger-lines?voucher={voucher}").json["items"]} == {voucher}
    assert system.get("/ledger-lines?from=2030-01-01").json == {"items": [], "next": None, "has_more": False}


def test_a_line_appears_when_it_is_sealed_and_never_before_one_that_was_read(system, desk):
    first = system.get("/ledger-lines?limit=500").json
    an_authorised_claim(desk, "MG", amount="437.55")
    again = system.get(f"/ledger-lines?cursor={first['next']}").json
    assert (again["items"], again["next"]) == ([], first["next"])
    seal_events(at=LATER)
    more = system.get(f"/ledger-lines?cursor={first['next']}&limit=500").json
    assert more["items"]
    assert {line["id"] for line in more["items"]}.isdisjoint(line["id"] for line in first["items"])
    assert first["items"] == system.get("/ledger-lines?limit=500").json["items"][: len(first["items"])]


def test_what_is_owed_and_the_batches(system, desk, batch):
    an_authorised_claim(desk, "MG", amount="300")
    owed = system.read_all("/payables", limit=1)
    assert [one["state"] for one in owed] == ["ordered", "ordered", "open"]
    assert [one["number"] for one in system.get("/payables?state=open").json["items"]] == [owed[2]["number"]]
    assert owed[2]["open_amount"] == "300.00"
    (told,) = system.get("/batches").json["items"]
    assert told == system.get(f"/batches/{batch.number}").json
    assert (told["number"], told["payments"], told["state"]) == (batch.number, 2, "authorised")
    payments = system.read_all(f"/batches/{batch.number}/payments", limit=1)
    assert sum(Decimal(one["amount"]) for one in payments) == Decimal(told["total"])
    assert payments[0] == system.get(f"/payments/{payments[0]['end_to_end_id']}").json


def test_a_token_opens_its_region_only(client, desk, batch, system):
    other = System(client, a_token(Desk("NL-NB").second, region="NL-NB", at=LATER)[1])
    end_to_end_id = payments_of(batch)[0].end_to_end_id
    assert {line["region"] for line in other.read_all("/ledger-lines", limit=500)} == {"NL-NB"}
    assert not any(line["voucher"] for line in other.read_all("/ledger-lines", limit=500))
    assert other.get("/payables").json["items"] == other.get("/batches").json["items"] == []
    for path in (f"/batches/{batch.number}", f"/batches/{batch.number}/payments", f"/payments/{end_to_end_id}"):
        assert other.get(path).status_code == 404
        assert system.get(path).status_code == 200
    assert other.post(f"/batches/{batch.number}/acknowledgement", ALL).status_code == 404
    assert other.post(f"/payments/{end_to_end_id}/acknowledgement", PAID).status_code == 404
    assert db.session.get(Batch, batch.id).state == BatchState.AUTHORISED


def test_a_token_of_another_programme_finds_nothing(client, desk, batch):
    officer = a_member_of_staff(Role.FINANCE_OFFICER, None, region="BE-WAL")
    elsewhere = System(client, a_token(officer, programme="other", at=LATER)[1])
    assert elsewhere.read_all("/ledger-lines") == elsewhere.get("/payables").json["items"] == []
    assert elsewhere.get(f"/batches/{batch.number}").status_code == 404


def test_every_right_opens_what_it_names_and_nothing_else(client, desk, batch):
    end_to_end_id = payments_of(batch)[0].end_to_end_id
    opened = {
        Right.LEDGER: ["/ledger-lines"],
        Right.PAYABLES: ["/payables"],
        Right.BATCHES: ["/batches", f"/batches/{batch.number}", f"/payments/{end_to_end_id}"],
        Right.ACKNOWLEDGE: [],
    }
    every = [path for paths in opened.values() for path in paths]
    for right, paths in opened.items():
        one = System(client, a_token(desk.second, [right], at=LATER)[1])
        assert [path for path in every if one.get(path).status_code == 200] == paths
        assert {one.get(path).status_code for path in every if path not in paths} <= {403}
        refused = one.post(f"/payments/{end_to_end_id}/acknowledgement", {}, key="k")
        assert refused.status_code == (422 if right is Right.ACKNOWLEDGE else 403)


def test_without_a_token_that_is_in_use_nothing_opens(client, desk, batch, clock):
    token, secret = a_token(desk.second, at=LATER, days=10)
    system = System(client, secret)
    assert system.get("/payables").status_code == 200
    for wrong in ("", "vouchers_unknown", secret[:-1], f"{secret}x"):
        answer = System(client, wrong).get("/payables")
        assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert client.get(f"{ROOT}/payables", headers={"Authorization": f"Basic {secret}"}).status_code == 401
    clock.stop(token.expires_at - timedelta(seconds=1))
    assert system.get("/payables").status_code == 200
    clock.stop(token.expires_at)
    assert system.get("/payables").status_code == 401


def test_a_session_opens_nothing_here_and_no_cookie_is_set(client, desk, batch):
    browser = signed_in(client, desk.second)
    assert browser.get(f"{ROOT}/payables").status_code == 401
    answer = System(browser, a_token(desk.second, at=LATER)[1]).get("/payables")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/payables?limit=0", 400),
        ("/payables?cursor=x", 400),
        ("/payables?state=lost", 400),
        ("/payables?stat=open", 400),
        ("/payables?state=open&state=paid", 400),
        ("/ledger-lines?from=1.12.2026", 400),
        ("/ledger-lines?cursor=WzFd", 400),
        ("/batches/B-unknown", 404),
        ("/payments/%25", 404),
        ("/nothing", 404),
    ],
)
def test_what_cannot_be_read_is_said_as_a_problem(system, path, status):
    answer = system.get(path)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert answer.json["detail"]


def test_problems_are_said_in_the_language_that_is_asked_for(system):
    german = system.get("/payables?limit=0", **{"Accept-Language": "de"}).json["detail"]
    assert german != system.get("/payables?limit=0", **{"Accept-Language": "en"}).json["detail"]


def test_another_method_is_refused_with_those_that_there_are(system, batch):
    answer = system.get(f"/batches/{batch.number}/acknowledgement")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert answer.content_type == "application/problem+json"
    assert (answer.json["status"], answer.json["title"]) == (405, "Method Not Allowed")
    assert "Allow" in answer.json["detail"]


def test_the_questions_do_not_grow_with_the_items(system, desk):
    for path in ("/payables", "/batches", "/ledger-lines"):
        system.get(path)  # its use is noted now
        few = queries_of(lambda path=path: system.get(f"{path}?limit=1"))
        assert queries_of(lambda path=path: system.get(f"{path}?limit=500")) == few


def test_the_use_of_a_token_is_noted_now_and_then(client, desk, batch, clock):
    token, secret = a_token(desk.second, at=LATER)
    system, token_id = System(client, secret), token.id

    def used_at():
        db.session.rollback()
        return db.session.get(ApiToken, token_id).used_at

    system.get("/payables")
    assert used_at() == LATER
    clock.stop(LATER + timedelta(minutes=4))
    system.get("/payables")
    assert used_at() == LATER
    clock.stop(LATER + timedelta(minutes=6))
    system.get("/payables")
    assert used_at() == LATER + timedelta(minutes=6)


def test_too_many_requests_are_told_to_wait(client, desk, batch, system, monkeypatch):
    statuses = [system.get("/batches?limit=0").status_code for _number in range(605)]
    assert set(statuses) == {400, 429}
    late = system.get("/batches?limit=0")
    assert (late.status_code, late.content_type) == (429, "application/problem+json")
    assert late.headers["Retry-After"]


# Acknowledging -------------------------------------------------------------------------------------------------------


def test_a_payment_that_was_executed(system, desk, batch):
    first, second = (one.end_to_end_id for one in payments_of(batch))
    answer = system.post(f"/payments/{first}/acknowledgement", PAID)
    assert answer.status_code == 200
    assert answer.json == {
        "end_to_end_id": first, "state": "executed", "batch": batch.number, "batch_state": "authorised",
    }  # fmt: skip
    answer = system.post(f"/payments/{second}/acknowledgement", PAID, key="k-2")
    assert answer.json["batch_state"] == "done"
    assert [one.state for one in payments_of(batch)] == [PaymentState.EXECUTED] * 2
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.tag.like("%.acknowledge"))).all()
    assert [event.actor_id for event in events] == [desk.second.id] * 2
    unit = [event.tag for event in db.session.scalars(select(AuditEvent).filter_by(unit_id=events[0].unit_id))]
    assert {"payment.execute", "payable.pay"} <= set(unit)


def test_a_payment_that_was_refused_is_to_be_paid_again(system, batch):
    first = payments_of(batch)[0]
    refused = {"outcome": "rejected", "reason_code": "AC04", "note": "Account closed"}
    assert system.post(f"/payments/{first.end_to_end_id}/acknowledgement", refused).json["state"] == "rejected"
    (owed,) = system.get("/payables?state=open").json["items"]
    assert owed["return_code"] == "AC04"


def test_a_payment_that_came_back(system, batch):
    first = payments_of(batch)[0].end_to_end_id
    back = {**PAID, "outcome": "returned", "reason_code": "MD07"}
    early = system.post(f"/payments/{first}/acknowledgement", back, key="k-1")
    assert (early.status_code, early.json["detail"][:38]) == (409, "The execution of this payment is not a")
    assert payments_of(batch)[0].state == PaymentState.ORDERED
    assert system.post(f"/payments/{first}/acknowledgement", PAID, key="k-2").status_code == 200
    assert system.post(f"/payments/{first}/acknowledgement", back, key="k-1").json["state"] == "given_back"


def test_a_whole_batch(system, batch):
    answer = system.post(f"/batches/{batch.number}/acknowledgement", ALL)
    assert answer.json == {"batch": batch.number, "state": "done", "executed": 2}
    assert system.get(f"/batches/{batch.number}").json["executed_on"] == TUESDAY.isoformat()


def test_the_same_key_is_answered_the_same_and_does_nothing(system, batch):
    address = f"/batches/{batch.number}/acknowledgement"
    first = system.post(address, ALL)
    events = count(AuditEvent)
    again = system.post(address, dict(reversed(ALL.items())))
    assert (again.status_code, again.json) == (200, first.json)
    assert (first.headers["Idempotency-Replayed"], again.headers["Idempotency-Replayed"]) == ("false", "true")
    assert (count(AuditEvent), count(ApiReceipt)) == (events, 1)


def test_the_same_key_for_something_else_is_refused(system, batch):
    address = f"/batches/{batch.number}/acknowledgement"
    assert system.post(address, ALL).status_code == 200
    other = system.post(address, {**ALL, "bank_reference": "other"})
    assert (other.status_code, other.content_type) == (409, "application/problem+json")
    elsewhere = f"/payments/{payments_of(batch)[0].end_to_end_id}/acknowledgement"
    assert system.post(elsewhere, PAID).status_code == 409


def test_a_refusal_is_not_kept_and_may_be_put_right(system, batch):
    address, events = f"/batches/{batch.number}/acknowledgement", count(AuditEvent)
    early = system.post(address, {**ALL, "booked_on": "2020-01-01"})
    assert early.status_code == 422
    assert [one["field"] for one in early.json["errors"]] == ["booked_on"], "as the system named it"
    assert (count(AuditEvent), count(ApiReceipt)) == (events, 0)
    assert system.post(address, ALL).status_code == 200


def test_a_day_that_does_not_fit_a_payment_is_named_as_it_was_sent(system, batch):
    address = f"/payments/{batch.payments[0].end_to_end_id}/acknowledgement"
    early = system.post(address, {**PAID, "booked_on": "2020-01-01"})
    assert (early.status_code, [one["field"] for one in early.json["errors"]]) == (422, ["booked_on"])
    assert system.post(address, PAID, key="k-2").status_code == 200
    back = {
        "outcome": "returned",
        "reason_code": "AC04",
        "note": "",
        "booked_on": "2020-01-01",
        "bank_reference": "S-9",
    }
    early = system.post(address, back, key="k-3")
    assert (early.status_code, [one["field"] for one in early.json["errors"]]) == (422, ["booked_on"])


def test_what_was_done_before_is_a_conflict(system, batch):
    address = f"/batches/{batch.number}/acknowledgement"
    assert system.post(address, ALL).status_code == 200
    assert system.post(address, ALL, key="k-2").status_code == 409
    assert count(ApiReceipt) == 1


@pytest.mark.parametrize(
    ("body", "key", "headers", "status"),
    [
        (ALL, None, {}, 400),
        (ALL, "two words", {}, 400),
        ("{", "k", {}, 400),
        ("[1]", "k", {}, 400),
        ("{}", "k", {}, 422),
        ("{}", "k", {"Content-Type": "text/plain"}, 415),
        ('{"booked_on": NaN}', "k", {}, 422),
        ("[" * 100_000, "k", {}, 400),
    ],
)
def test_a_body_that_cannot_be_taken(system, batch, body, key, headers, status):
    answer = system.post(f"/batches/{batch.number}/acknowledgement", body, key, **headers)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert answer.json["status"] == status
    assert ("Content-Type" in answer.json["detail"]) == (status == 415)
    assert count(ApiReceipt) == 0


def test_a_token_loses_what_its_person_loses(client, desk, batch):
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    system = System(client, a_token(officer, at=LATER)[1])
    administrator = a_member_of_staff(Role.ADMINISTRATOR, None, region=None)
    revoke_role(officer.grants[0], by=administrator, at=LATER)
    answer = system.post(f"/batches/{batch.number}/acknowledgement", ALL)
    assert answer.status_code == 403
    assert count(ApiReceipt) == 0
    assert system.get("/batches").status_code == 200


# Tokens --------------------------------------------------------------------------------------------------------------


def test_a_token_is_issued_shown_once_and_revoked(client, desk, batch):
    browser = signed_in(client, desk.second)
    form = {
        "name": "SAP", "region": "BE-WAL", "programme": "in2lifesciences", "rights": ["payables"],
        "until-day": str(LATER.day), "until-month": str(LATER.month), "until-year": str(LATER.year),
    }  # fmt: skip
    assert browser.get("/tokens/issue").status_code == 200
    empty = browser.post("/tokens/issue", data={})
    assert empty.status_code == 422
    assert browser.post("/tokens/issue", data={**form, "until-year": "2099"}).status_code == 422
    page = browser.post("/tokens/issue", data=form)
    assert page.status_code == 200
    secret = page.text.partition("<code")[2].partition(">")[2].partition("<")[0]
    assert System(client, secret).get("/payables").status_code == 200

    listed = browser.get("/tokens").text
    assert "SAP" in listed
    assert secret not in listed
    assert secret[:12] in listed
    token = db.session.scalars(select(ApiToken).where(ApiToken.name == "SAP")).one()
    address = f"/tokens/{token.id}/revoke"
    assert browser.get(address).status_code == 200
    assert browser.post(address, data={}).status_code == 422
    assert browser.post(address, data={"checked": "yes"}).status_code == 303
    assert System(client, secret).get("/payables").status_code == 401
    assert browser.post(address, data={"checked": "yes"}).status_code == 409


def test_a_token_is_offered_for_what_its_person_may_open_only(client, desk, batch):
    page = signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, "in2lifesciences", "BE-WAL")).get("/tokens/issue")
    assert 'value="in2lifesciences"' in page.text
    assert "All programmes" not in page.text, "it would be refused"
    form = {
        "name": "SAP", "region": "BE-WAL", "rights": ["payables"],
        "until-day": str(LATER.day), "until-month": str(LATER.month), "until-year": str(LATER.year),
    }  # fmt: skip
    refused = client.post("/tokens/issue", data=form)
    assert refused.status_code == 422
    assert "Choose a programme" in refused.text
    page = signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, None, "BE-WAL")).get("/tokens/issue")
    assert "All programmes" in page.text
    page = signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, "another", "BE-WAL")).get("/tokens/issue")
    assert 'value="in2lifesciences"' not in page.text


def test_who_issues_what(desk, batch):
    administrator = a_member_of_staff(Role.ADMINISTRATOR, None, region=None)
    of_one = a_member_of_staff(Role.FINANCE_OFFICER, "in2lifesciences", "BE-WAL")
    a_token(administrator, [Right.LEDGER], programme=None, at=LATER)
    a_token(of_one, at=LATER)
    for person, how in (
        (administrator, {"rights": [Right.ACKNOWLEDGE]}),
        (desk.second, {"region": "NL-NB"}),
        (of_one, {"programme": None}),  # an officer of one programme opens no other
        (desk.manager, {"rights": [Right.LEDGER]}),
        (a_member_of_staff(Role.AUDITOR), {"rights": [Right.LEDGER]}),
        (an_applicant(), {"rights": [Right.LEDGER]}),
    ):
        with pytest.raises(NotPermitted):
            a_token(person, **how, at=LATER)


def test_who_revokes(client, desk, batch):
    token, _secret = a_token(desk.second, at=LATER)
    other = Desk("NL-NB").second
    for person in (other, desk.manager, a_member_of_staff(Role.AUDITOR)):
        with pytest.raises(NotPermitted):
            actions.revoke_token(queries.get_token(token.id), by=person, at=LATER)
        assert signed_in(client, person).get(f"/tokens/{token.id}/revoke").status_code == 403
    assert "Ledger of the ministry" not in signed_in(client, other).get("/tokens").text
    assert signed_in(client, desk.manager).get("/tokens").status_code == 403
    actions.revoke_token(queries.get_token(token.id), by=desk.maker, at=LATER)
    assert queries.get_token(token.id).state == TokenState.REVOKED


# The description -----------------------------------------------------------------------------------------------------


def test_the_description_has_every_address_and_no_other(app, client):
    told = client.get(f"{ROOT}/openapi.json").json
    assert told == description("https://vouchers.example.eu/api/v1") | {"servers": told["servers"]}
    described = {
        (path.replace("{", "<").replace("}", ">"), verb.upper())
        for path, item in told["paths"].items()
        for verb in item
    }
    there = {
        (rule.rule.removeprefix(ROOT), verb)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(ROOT) and not rule.rule.endswith("openapi.json")
        for verb in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert described == there
