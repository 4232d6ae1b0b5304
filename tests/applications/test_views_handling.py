"""Who handles an application, on its page and on the worklist."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from tests.applications.test_handling import AT, a_manager, officer_of
from tests.builders.applications import a_submitted_application
from tests.builders.counting import queries_of
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.actions.handling import hand_over_application, take_over_application
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db
from vouchers.users.actions.accounts import disable_user
from vouchers.users.actions.roles import grant_role
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

LIST = "/applications/worklist"
ASSIGN = "/applications/worklist/assign"


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    in2()


def picked(*applications: Application) -> list[str]:
    """What the boxes of these rows send."""
    return [f"{one.id}-{get_application(one.id).version}" for one in applications]


# --- the application's own page ---------------------------------------------------------------------------------------


def test_the_page_says_who_handles_it_and_takes_it_over(client: Any) -> None:
    application, ada = a_submitted_application(), a_manager(name="Ada Officer")
    page = f"/applications/{application.id}"
    text = signed_in(client, ada).get(page).text
    assert re.search(r"Handled by</dt>\s*<dd[^>]*>Nobody<", text)
    assert "Handle it yourself" in text
    version = re.search(r'take-over".*?name="version" value="(\d+)"', text, re.S).group(1)  # type: ignore[union-attr]
    assert client.post(f"{page}/take-over", data={"version": version}).status_code == 303
    assert officer_of(application) == ada.id
    text = client.get(page).text
    assert re.search(r"Handled by</dt>\s*<dd[^>]*>Ada Officer<", text)
    assert "Handle it yourself" not in text
    again = client.post(f"{page}/take-over", data={"version": version})  # a second press finds it done
    assert again.status_code == 303

    bea = a_manager(name="Bea Officer")
    answer = signed_in(client, bea).post(f"{page}/take-over", data={"version": version})
    assert answer.status_code == 409
    assert "Someone else changed this while you were looking at it" in answer.text
    assert officer_of(application) == ada.id


def test_it_is_handed_over_to_whoever_may_handle_it_and_given_back(client: Any) -> None:
    application, ada = a_submitted_application(), a_manager(name="Ada Officer")
    bea, away = a_manager(name="Bea Officer"), a_manager("NL-NB", name="Far Officer")
    auditor = a_member_of_staff(Role.AUDITOR, region="BE-WAL", name="Aud Itor", with_factor=False)
    page = f"/applications/{application.id}/hand-over"
    text = signed_in(client, ada).get(page).text
    assert "Bea Officer" in text
    assert "Far Officer" not in text
    assert "Aud Itor" not in text
    assert client.post(page, data={}).status_code == 422
    for other in (away, auditor):
        assert client.post(page, data={"officer": str(other.id)}).status_code == 422
    assert client.post(page, data={"officer": str(bea.id)}).status_code == 303
    assert officer_of(application) == bea.id
    stale = client.post(page, data={"officer": "nobody", "version": str(application.version - 1)})
    assert stale.status_code == 409
    assert client.post(page, data={"officer": "nobody"}).status_code == 303
    assert officer_of(application) is None


def test_an_auditor_reads_who_handles_it_and_has_no_button(client: Any) -> None:
    application, ada = a_submitted_application(), a_manager(name="Ada Officer")
    take_over_application(application, by=ada, at=AT)
    signed_in(client, a_member_of_staff(Role.AUDITOR, with_factor=False))
    text = client.get(f"/applications/{application.id}").text
    assert "Ada Officer" in text
    assert "/hand-over" not in text
    assert "/take-over" not in text
    for door in ("take-over", "hand-over"):
        assert client.post(f"/applications/{application.id}/{door}").status_code == 403
    text = client.get(LIST).text
    assert "Ada Officer" in text
    assert 'name="picked"' not in text
    assert client.post(ASSIGN, data={"picked": picked(application), "action": "nobody"}).status_code == 403


# --- the worklist -----------------------------------------------------------------------------------------------------


def test_the_worklist_names_filters_and_sorts_by_who_handles_it(client: Any) -> None:
    ada, bea = a_manager(name="Ada Officer"), a_manager(name="Bea Officer")
    mine, hers, free = a_submitted_application(), a_submitted_application(), a_submitted_application()
    take_over_application(mine, by=ada, at=AT)
    take_over_application(hers, by=bea, at=AT)
    signed_in(client, ada)

    def shown(asked: str) -> list[str]:
        return re.findall(r"<strong>(IN2-[\d-]+)</strong>", client.get(f"{LIST}?{asked}").text)

    text = client.get(LIST).text
    for words in (f'<option value="{ada.id}">Me</option>', f'<option value="{bea.id}">Bea Officer</option>'):
        assert words in text
    assert f'name="picked" value="{mine.id}-{get_application(mine.id).version}"' in text
    assert f"Select {mine.reference}" in text
    assert shown(f"officer={ada.id}") == [mine.reference]
    assert shown("officer=nobody") == [free.reference]
    assert "Clear filters" in client.get(f"{LIST}?officer={ada.id}").text
    assert shown("sort=officer") == [mine.reference, hers.reference, free.reference]
    assert shown("sort=officer&direction=desc") == [hers.reference, mine.reference, free.reference]
    lines = list(csv.DictReader(io.StringIO(client.get(f"{LIST}.csv?officer={bea.id}", buffered=True).text)))
    assert [(one["reference"], one["handled_by"]) for one in lines] == [(hers.reference, "Bea Officer")]


def test_who_left_stays_in_the_filter_as_long_as_there_is_work_and_is_given_none(client: Any) -> None:
    ada, gone, idle = a_manager(), a_manager(name="Gone Officer"), a_manager(name="Idle Officer")
    application = a_submitted_application()
    take_over_application(application, by=gone, at=AT)
    for one in (gone, idle):
        disable_user(one, by=OFFICE, at=AT)
    text = signed_in(client, ada).get(LIST).text
    assert f'<option value="{gone.id}">Gone Officer</option>' in text
    assert "Idle Officer" not in text
    assert "Assign to Gone Officer" not in text
    data = {"picked": picked(application), "action": str(gone.id)}
    assert "Choose who handles" in client.post(ASSIGN, data=data, follow_redirects=True).text


def test_the_selected_are_assigned_to_oneself_to_a_colleague_or_to_nobody(client: Any) -> None:
    ada, bea = a_manager(name="Ada Officer"), a_manager(name="Bea Officer")
    first, second = a_submitted_application(), a_submitted_application()
    signed_in(client, ada)
    for chosen, officer in ((str(ada.id), ada.id), (str(bea.id), bea.id), ("nobody", None)):
        data = {"picked": picked(first, second), "action": chosen}
        answer = client.post(f"{ASSIGN}?state=submitted&page=1", data=data)
        assert (answer.status_code, answer.location) == (303, f"{LIST}?state=submitted&page=1")
        assert "2 of 2 done" in client.get(answer.location).text
        assert [officer_of(one) for one in (first, second)] == [officer, officer]


@pytest.mark.parametrize("sent", [[], ["x"], ["1-"], ["-1"], ["9999999999999999999-1"], ["1-2-3"]])
def test_nothing_selected_or_nonsense_is_said(client: Any, sent: list[str]) -> None:
    ada = a_manager()
    signed_in(client, ada)
    answer = client.post(ASSIGN, data={"picked": sent, "action": str(ada.id)}, follow_redirects=True)
    assert "Select at least one application first." in answer.text


def test_what_is_refused_is_named_with_the_reason_and_the_rest_is_done(client: Any) -> None:
    ada, bea = a_manager(), a_manager()
    done, faster, own = a_submitted_application(), a_submitted_application(), a_submitted_application()
    sent = picked(done, faster)
    take_over_application(faster, by=bea, at=AT)
    take_over_application(own, by=ada, at=AT)
    answer = signed_in(client, ada).post(ASSIGN, data={"picked": [*sent, *picked(own)], "action": str(ada.id)})
    assert "1 of 3 done" in answer.text
    assert "Someone else changed this while you were looking at it" in answer.text
    assert "You handle this application already." in answer.text
    assert [officer_of(one) for one in (done, faster, own)] == [ada.id, bea.id, ada.id]


def test_another_regions_applications_are_assigned_to_nobody_by_hand(client: Any) -> None:
    ada, there = a_manager(), a_manager("NL-NB")
    here, away = a_submitted_application(), a_submitted_application("MG", "NL-NB")
    hand_over_application(away, there, by=there, at=AT)
    signed_in(client, ada)
    for chosen in (str(ada.id), "nobody"):
        answer = client.post(ASSIGN, data={"picked": picked(away), "action": chosen}, follow_redirects=True)
        assert "Select at least one application first." in answer.text
        client.post(ASSIGN, data={"picked": picked(here, away), "action": chosen})
    assert officer_of(away) == there.id
    foreign = {"picked": picked(here), "action": str(there.id)}
    assert "Choose who handles" in client.post(ASSIGN, data=foreign, follow_redirects=True).text


def test_only_rows_that_the_reader_may_handle_can_be_selected(client: Any) -> None:
    """Who manages one region and pays in another selects the first alone; posted by hand, the other is refused."""
    ada = a_manager()
    grant_role(ada, Role.FINANCE_OFFICER, None, "NL-NB", by=OFFICE, at=AT)
    here, read = a_submitted_application(), a_submitted_application("MG", "NL-NB")
    db.session.expire_all()
    text = signed_in(client, ada).get(LIST).text
    assert read.reference in text
    assert f'value="{here.id}-' in text
    assert f'value="{read.id}-' not in text
    answer = client.post(ASSIGN, data={"picked": picked(here, read), "action": str(ada.id)})
    assert "1 of 2 done" in answer.text
    assert "Only a cluster manager of this region" in answer.text
    assert [officer_of(one) for one in (here, read)] == [ada.id, None]


def test_the_worklist_asks_as_often_for_many_officers_as_for_one(client: Any) -> None:
    ada = a_manager()
    take_over_application(a_submitted_application(), by=ada, at=AT)
    signed_in(client, ada)
    client.get(LIST)
    few = queries_of(lambda: client.get(LIST))  # those of the page, the session, and on SQLite the words that begin
    for _number in range(3):
        take_over_application(a_submitted_application(), by=a_manager(), at=AT)
    signed_in(client, ada)
    assert queries_of(lambda: client.get(LIST)) == few
    assert few <= 11, few
