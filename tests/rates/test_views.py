"""The pages and the command of rates."""

from __future__ import annotations

from io import BytesIO

import pytest

from tests.builders.agreements import a_manager
from tests.builders.applications import an_organisation
from tests.builders.counting import queries_of
from tests.builders.programmes import during_call, in2
from tests.builders.rates import FILE, a_file_of_rates, loaded_rates
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.core.tables import ListQuery
from vouchers.rates import queries
from vouchers.users.states import Role


@pytest.fixture(autouse=True)
def _office(app, clock):
    in2()
    clock.stop(during_call())


@pytest.fixture
def desk(client):
    return signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL"))


def sent(content, **more):
    return {"file": (BytesIO(content if isinstance(content, bytes) else content.encode()), "rates.csv"), **more}


def test_read_look_and_load(desk):
    made = desk.post("/rates/imports/new", data=sent(FILE))
    assert made.status_code == 303
    page = desk.get(made.location).text
    assert "0.86523" in page
    assert "Why are rates corrected" not in page
    assert desk.get("/rates/").text.count("0.86523") == 0
    assert desk.post(f"{made.location}/load", data={}).status_code == 303
    assert desk.post(f"{made.location}/load", data={}).status_code == 303  # the second of two clicks
    page = desk.get("/rates/?currency=GBP&month=2026-10").text
    assert "0.86523" in page
    assert "4.2570" not in page


def test_corrections_ask_for_their_reason_and_keep_what_was_typed(desk):
    loaded_rates()
    made = desk.post("/rates/imports/new", data=sent(FILE.replace("4.2570", "4.3")))
    assert "4.2570" in desk.get(f"{made.location}?effect=changed").text
    refused = desk.post(f"{made.location}/load", data={"reason": ""})
    assert refused.status_code == 422
    assert "Say why these rates are corrected" in refused.text
    assert desk.post(f"{made.location}/load", data={"reason": "Corrigendum"}).status_code == 303
    assert "Corrigendum" in desk.get(made.location).text
    assert "4.3" in desk.get("/rates/?currency=PLN").text


def test_a_file_with_a_fault_is_shown_line_by_line_and_not_loaded(desk):
    made = desk.post("/rates/imports/new", data=sent(a_file_of_rates("Poland,Zloty,PLN,10/2026,much")))
    page = desk.get(made.location).text
    assert "“much” is no rate" in page
    assert "/load" not in page
    assert desk.post(f"{made.location}/load", data={}).status_code == 422
    assert desk.post(f"{made.location}/discard").status_code == 303
    assert desk.get(made.location).status_code == 200


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({}, "Choose a file"),
        (sent("a,b\n1,2\n"), "ISO code"),
        (sent("ISO code,Amount\nPLN,4.2\n"), "Enter the month"),
        (sent("ISO code,Amount\nPLN,4.2\n", month="soon"), "like 2026-10"),
    ],
)
def test_what_is_no_file_of_rates_is_said_beside_the_field(desk, data, says):
    answer = desk.post("/rates/imports/new", data=data)
    assert answer.status_code == 422
    assert says in answer.text


def test_a_month_may_be_typed(desk):
    made = desk.post("/rates/imports/new", data=sent("ISO code,Amount\nPLN,4.2\n", month="2026-10"))
    assert desk.post(f"{made.location}/load", data={}).status_code == 303
    assert "2026-10" in desk.get("/rates/").text


def test_managers_read_and_companies_do_not(client):
    loaded_rates()
    manager = signed_in(client, a_manager())
    page = manager.get("/rates/").text
    assert "0.86523" in page
    assert "/rates/imports/new" not in page
    assert manager.get("/rates/imports/new").status_code == 403
    owner = an_applicant()
    an_organisation(owner)
    assert signed_in(client, owner).get("/rates/").status_code == 403


def test_the_list_asks_equally_often_whatever_its_length(app):
    def asked():
        return queries_of(lambda: queries.list_rates(ListQuery.read({}, sorts=["month", "currency"])))

    loaded_rates()
    few = asked()
    loaded_rates(a_file_of_rates(*(f"x,x,A{letter}A,2026-09,1.{number}1" for number, letter in enumerate("BCDEFGH"))))
    assert asked() == few


def test_the_command_loads_and_says_what_changed(app, tmp_path):
    file = tmp_path / "rates.csv"
    file.write_text(FILE, encoding="utf-8")
    run = app.test_cli_runner().invoke
    assert "ok: 4 new (dry run" in run(args=["rates", "load", str(file), "--dry-run"]).output
    assert "ok: 4 new" in run(args=["rates", "load", str(file)]).output
    assert "ok: 4 same" in run(args=["rates", "load", str(file)]).output
    file.write_text(FILE.replace("4.2570", "4.3"), encoding="utf-8")
    refused = run(args=["rates", "load", str(file)])
    assert refused.exit_code == 1
    assert "PLN 2026-10: 4.2570 -> 4.3" in refused.output
    assert run(args=["rates", "load", str(file), "--correct", "Corrigendum"]).exit_code == 0
    file.write_text("ISO code,Amount\nPLN,4.3\n", encoding="utf-8")
    assert "Enter the month" in run(args=["rates", "load", str(file)]).output
    assert "is no month" in run(args=["rates", "load", str(file), "--month", "soon"]).output
    assert "ok: 1 same" in run(args=["rates", "load", str(file), "--month", "2026-10"]).output
