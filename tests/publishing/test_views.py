"""The pages and files of what is published, as a visitor and as the staff see them."""

import csv
import io
import json
import re
import zipfile
from decimal import Decimal
from html import unescape

import pytest
from sqlalchemy import update

from tests.builders.agreements import an_active_agreement, an_awarded_application, an_offered_agreement
from tests.builders.appeals import a_rejected_application
from tests.builders.applications import a_complete_draft, a_submitted_application, an_organisation, owner_of
from tests.builders.counting import queries_of
from tests.builders.evaluation import a_decision, an_eligible_application, an_evaluated_application
from tests.builders.payments import PAID_AT, Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import IN2_FILE, a_programme, during_call, in2
from tests.builders.providers import a_provider
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from tests.publishing.threesixty import faults_of_package
from vouchers.agreements.actions.ending import decline_agreement
from vouchers.applications.actions.submitting import withdraw_application
from vouchers.applications.models import Application
from vouchers.core.database import db
from vouchers.organisations.actions import Details, edit_organisation
from vouchers.publishing.queries import granted
from vouchers.publishing.queries.granted import Scope, stream_granted
from vouchers.users.states import Role

AT = during_call()
HERE = "/granted/in2lifesciences"
FILES = (f"{HERE}/grants.json", f"{HERE}/operations.csv", f"{HERE}/operations.xlsx")


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


def a_person(organisation, owner):
    """The organisation is one natural person."""
    details = Details(
        "Anna Kowalska",
        organisation.country,
        "",
        "REG-1",
        "Rue",
        "1",
        organisation.post_code,
        "Herstal",
        is_person=True,
    )
    edit_organisation(organisation, details, by=owner, at=AT)


def rows_of(text):
    """The lines of a CSV by the names of its columns."""
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text[1:])))


def texts_of(content):
    """Every cell of a workbook, as it is written."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        names = ("xl/worksheets/sheet1.xml", "xl/sharedStrings.xml")
        return unescape("".join(book.read(name).decode() for name in names if name in book.namelist()))


def everything(browser):
    """All that anybody is told of vouchers, on the page and in the files."""
    texts = [unescape(browser.get(HERE + "?per_page=200").text)]
    for address in FILES:
        answer = browser.get(address, buffered=True)
        assert answer.status_code == 200
        texts.append(texts_of(answer.data) if address.endswith("xlsx") else answer.text)
    return texts


def test_only_who_was_granted_a_voucher_is_published(desk, client):
    here = [
        an_awarded_application("MG"),
        an_offered_agreement("MG").application,
        an_active_agreement("COL").application,
    ]
    withdrawn = a_submitted_application("COL")
    withdraw_application(withdrawn, "We changed our plans.", by=owner_of(withdrawn), at=AT)
    declined = an_offered_agreement("MG")
    decline_agreement(declined, "No time.", by=owner_of(declined.application), at=AT)
    reserved = an_evaluated_application("COL")
    a_decision(reserved, "reserve")
    absent = [
        withdrawn,
        declined.application,
        reserved,
        a_complete_draft("COL"),
        a_submitted_application("COL"),
        an_eligible_application("COL"),
        an_evaluated_application("COL"),
        a_rejected_application(),
    ]
    here, absent = ([(one.reference, one.organisation.name) for one in list_] for list_ in (here, absent))

    visitor = client
    for text in everything(visitor):
        assert [words for words in here if not all(word in text for word in words)] == []
        assert [word for words in absent for word in words if word in text] == []

    staff = signed_in(client, a_member_of_staff(Role.COORDINATOR, region=None))
    for address in ("/reporting/recipients.csv", "/reporting/recipients.xlsx"):
        data = staff.get(address, buffered=True).data
        text = texts_of(data) if address.endswith("xlsx") else data.decode()
        assert all(name in text for _reference, name in here)
        assert not any(name in text for _reference, name in absent)


def test_a_decision_that_was_not_told_is_published_by_nobody(desk, client):
    told, untold = an_awarded_application("MG"), an_awarded_application("MG")
    names = (told.reference, untold.reference)
    with db.engine.begin() as connection:  # as between the confirmation of a session and its letters
        connection.execute(update(Application).where(Application.reference == names[1]).values(is_told=False))
    assert all(names[0] in text and names[1] not in text for text in everything(client))


def test_the_open_data_is_valid_and_says_what_was_paid(desk, client):
    batch = an_executed_batch(desk, [an_authorised_claim(desk, "MG", amount="437.55")])
    paid = batch.payments[0].application.reference
    an_awarded_application("COL", amount="5000")
    person = an_applicant()
    organisation = an_organisation(person)
    a_person(organisation, person)
    an_awarded_application("MG", owner=person, organisation=organisation)

    answer = client.get(f"{HERE}/grants.json", buffered=True)
    package = json.loads(answer.data, parse_float=Decimal)
    assert faults_of_package(package) == []
    assert len(package["grants"]) == 3
    amounts = {one["id"]: (one["amountAwarded"], one["amountDisbursed"]) for one in package["grants"]}
    assert amounts[f"360G-in2lifesciences-{paid}"] == (Decimal("437.55"), Decimal("437.55"))
    assert "Kowalska" not in answer.text
    assert "Herstal" not in answer.text
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "public" in answer.headers["Cache-Control"]


def test_the_list_of_operations_in_the_language_that_is_asked_for(desk, client):
    agreement = an_active_agreement("COL", amount="7000")
    application, starts_on, ends_on = agreement.application, agreement.starts_on, agreement.ends_on
    (row,) = rows_of(client.get(f"{HERE}/operations.csv?language=en", buffered=True).text)
    assert row["Code of the operation"] == application.reference
    assert row["Beneficiary"] == application.organisation.name
    assert (row["Start"], row["Expected or actual end"]) == (starts_on.isoformat(), ends_on.isoformat())
    assert row["Grant"] == "7000.00"
    assert Decimal(row["Total cost"]) >= Decimal(row["Grant"])
    assert Decimal(row["Rate of co-financing"]) > 0
    assert (row["Town"], row["Country"]) == ("Gosselies", "BE")
    assert (row["Fund"], row["Type of intervention"], row["NUTS code"]) == ("ERDF (Interreg)", "028", "BE3")
    assert row["Specific objective"].startswith("RSO1.1")

    french = client.get(f"{HERE}/operations.csv?language=fr", buffered=True).text
    assert "Bénéficiaire" in french
    assert "Wallonie" in french
    book = texts_of(client.get(f"{HERE}/operations.xlsx?language=fr", buffered=True).data)
    assert "Bénéficiaire" in book
    assert "<f>" not in book
    assert client.get(f"{HERE}/operations.csv?language=xx").status_code == 404
    assert client.get(f"{HERE}/operations.csv?regoin=BE-WAL").status_code == 404


def test_nothing_in_a_file_is_a_formula(desk, client):
    owner = an_applicant()
    organisation = an_organisation(owner)
    details = Details("=cmd|' /C calc'!A0", "BE", "", "REG-9", "Rue", "1", "4000", "@SUM(A1)")
    edit_organisation(organisation, details, by=owner, at=AT)
    an_awarded_application("MG", owner=owner, organisation=organisation)
    (row,) = rows_of(client.get(f"{HERE}/operations.csv?language=en", buffered=True).text)
    assert (row["Beneficiary"], row["Town"]) == ("'=cmd|' /C calc'!A0", "'@SUM(A1)")
    book = texts_of(client.get(f"{HERE}/operations.xlsx", buffered=True).data)
    assert "=cmd" in book
    assert not re.search("<f[ >]", book)


def test_the_page_narrows_and_counts(desk, client):
    mine = an_awarded_application("MG", "BE-WAL")
    other = an_awarded_application("MG", "NL-NB")
    assert "2 vouchers" in client.get("/granted").text
    page = client.get(f"{HERE}?region=NL-NB").text
    assert other.reference in page
    assert mine.reference not in page
    assert mine.reference in client.get(f"{HERE}?q={mine.reference}").text
    assert "region=NL-NB" in page  # the files follow
    narrowed = client.get(f"{HERE}/operations.csv?region=NL-NB&language=en", buffered=True).text
    assert [row["Code of the operation"] for row in rows_of(narrowed)] == [other.reference]


def test_a_person_is_not_found_by_the_name(desk, client):
    owner = an_applicant()
    organisation = an_organisation(owner)
    a_person(organisation, owner)
    an_awarded_application("MG", owner=owner, organisation=organisation)
    page = client.get(HERE).text
    assert "Natural person" in page
    assert "Kowalska" not in page
    assert "1 voucher" not in client.get(f"{HERE}?q=Kowalska").text


def test_who_does_not_publish_shows_the_list_to_its_own_staff_only(app, clock, client):
    text = IN2_FILE.read_text(encoding="utf-8").replace("publish_winners: yes", "publish_winners: no")
    a_programme(text)
    clock.stop(PAID_AT)
    reference = an_awarded_application("MG").reference
    assert "in2lifesciences" not in client.get("/granted").text
    assert [client.get(address).status_code for address in (HERE, *FILES)] == [403] * 4
    manager = signed_in(client, a_member_of_staff(Role.CLUSTER_MANAGER, region="BE-WAL"))
    assert [manager.get(address).status_code for address in (HERE, *FILES)] == [403] * 4
    whole = signed_in(client, a_member_of_staff(Role.COORDINATOR, region=None))
    answer = whole.get(f"{HERE}/operations.csv", buffered=True)
    assert reference in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_without_a_voucher_there_is_no_package(desk, client):
    assert client.get(f"{HERE}/grants.json").status_code == 404
    assert rows_of(client.get(f"{HERE}/operations.csv", buffered=True).text) == []
    assert client.get(f"{HERE}/operations.xlsx", buffered=True).status_code == 200
    page = client.get(HERE).text
    assert "No voucher is published here yet." in page
    assert f"{HERE}/" not in page  # no link to a file that is not there


def test_the_report_adds_up_and_keeps_to_the_mandate(desk, client):
    an_executed_batch(desk, [an_authorised_claim(desk, "MG", amount="437.55")])
    an_awarded_application("MG", "NL-NB", amount="400")
    whole = signed_in(client, a_member_of_staff(Role.COORDINATOR, region=None))
    page = unescape(whole.get("/reporting").text)
    assert "€837.55" in page
    assert "€437.55" in page
    rows = rows_of(whole.get("/reporting/recipients.csv", buffered=True).text)
    assert sum(Decimal(row["Amount awarded"]) for row in rows) == Decimal("837.55")
    assert sum(Decimal(row["Paid"]) for row in rows) == Decimal("437.55")
    found = rows_of(whole.get("/reporting/indicators.csv", buffered=True).text)
    values = {(row["Indicator"], row["Region"]): row["Value"] for row in found}
    assert (values["RCO01", "BE-WAL"], values["RCO01", "NL-NB"], values["RCO01", ""]) == ("1", "0", "1")

    own = signed_in(client, desk.manager)
    assert "€400.00" not in own.get("/reporting").text
    mine = rows_of(own.get("/reporting/recipients.csv", buffered=True).text)
    assert [row["Code of the region"] for row in mine] == ["BE-WAL"]
    assert own.get("/reporting?region=NL-NB").status_code == 403
    assert signed_in(client, an_applicant()).get("/reporting").status_code == 403


def indicators_told(staff):
    """(indicator, region) -> value, as the file says; the empty region is all of them."""
    found = rows_of(staff.get("/reporting/indicators.csv", buffered=True).text)
    return {(row["Indicator"], row["Region"]): row["Value"] for row in found}


def test_the_indicators_count_whom_an_agreement_in_force_supports_and_who_works_together(desk, client):
    staff = signed_in(client, a_member_of_staff(Role.COORDINATOR, region=None))
    owner = an_applicant()
    company = an_organisation(owner)
    an_active_agreement("COL", owner=owner, organisation=company)  # with a laboratory of NL-GE
    an_active_agreement("MG", owner=owner, organisation=company)  # the same company again, and nobody beside it
    an_active_agreement("COL")  # another company, the same laboratory
    an_offered_agreement("COL")  # nobody has accepted it yet
    an_awarded_application("MG")
    an_active_agreement("COL", "NL-NB")  # a company of the laboratory's own country
    told = indicators_told(staff)
    assert {told[code, "BE-WAL"] for code in ("RCO01", "RCO02")} == {"2"}
    assert {told[code, ""] for code in ("RCO01", "RCO02")} == {"3"}
    assert (told["RCO87", "BE-WAL"], told["RCO87", "NL-NB"], told["RCO87", ""]) == ("3", "0", "3")

    a_provider(name="Universitair  laboratorium", country="BE", region_code="BE-WAL")  # as it turns out
    told = indicators_told(staff)
    assert (told["RCO87", "BE-WAL"], told["RCO87", "NL-NB"], told["RCO87", ""]) == ("0", "2", "2")


def test_the_questions_do_not_grow_with_the_vouchers(desk, client, monkeypatch):
    for _number in range(2):
        an_awarded_application("MG")
    staff = signed_in(client, a_member_of_staff(Role.COORDINATOR, region=None))

    def counts():
        return [
            queries_of(lambda address=address: staff.get(address, buffered=True)) for address in (HERE, "/reporting")
        ]

    few = counts()
    for _number in range(3):
        an_awarded_application("MG")
    assert counts() == few


def test_many_are_read_a_few_at_a_time(desk, monkeypatch):
    wanted = [an_awarded_application("MG").reference for _number in range(5)]
    monkeypatch.setattr(granted, "AT_ONCE", 2)
    found = [one.reference for one in stream_granted(Scope((in2().programme.id,)))]
    assert found == wanted
