"""The auditors' desk, as a browser without scripts sees it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.builders.appeals import a_coordinator
from tests.builders.audits import (
    YEAR,
    a_drawn_sample,
    a_finding,
    a_mandate,
    a_planned_sample,
    auditor_of,
)
from tests.builders.counting import queries_of
from tests.builders.payments import Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.audits.queries import samples
from vouchers.audits.queries.findings import get_finding
from vouchers.audits.queries.mandates import get_mandate
from vouchers.audits.states import FindingState, MandateState, SampleState
from vouchers.jobs.registry import JOBS
from vouchers.users.states import Role

PLAN = {
    "basis": "paid", "method": "non_statistical", "selection": "equal", "strata_by": "none", "level": "0.90",
    "materiality": "2", "anticipated": "0.5", "at_least": "50", "seed": "views",
}  # fmt: skip


@pytest.fixture
def paid(app, clock):
    """A paid voucher of Wallonia, and the day after."""
    in2()
    desk = Desk()
    batch = an_executed_batch(desk, [an_authorised_claim(desk), an_authorised_claim(desk, amount="100")])
    day = batch.executed_on
    moment = datetime(day.year, day.month, day.day, 18, tzinfo=UTC) + timedelta(days=1)
    clock.stop(moment)
    return moment


def days(name, day):
    return {f"{name}-day": day.day, f"{name}-month": day.month, f"{name}-year": day.year}


def test_a_coordinator_gives_and_ends_a_mandate(client, paid):
    desk = signed_in(client, a_coordinator())
    assert "/audits/mandates/give" in desk.get("/audits/").text
    posted = {
        "programme": "in2lifesciences", "regions": ["BE-WAL"], "email": "x@audit.example", "name": "Xenia",
        "subject": "Accounting year 2026/2027", **days("first_on", YEAR[0]), **days("last_on", YEAR[1]),
        **days("until", YEAR[1]),
    }  # fmt: skip
    wrong = desk.post("/audits/mandates/give", data=posted | days("until", YEAR[0]))
    assert wrong.status_code == 422
    assert 'value="Xenia"' in wrong.text
    made = desk.post("/audits/mandates/give", data=posted)
    assert made.status_code == 303
    page = desk.get(made.location).text
    assert "Xenia" in page
    number = int(made.location.rpartition("/")[2])
    assert desk.get(f"{made.location}/end").status_code == 200
    assert desk.post(f"{made.location}/end", data={}).status_code == 422
    assert desk.post(f"{made.location}/end", data={"reason": "Over."}).status_code == 303
    assert get_mandate(number).state is MandateState.ENDED
    assert desk.post(f"{made.location}/end", data={"reason": "Over."}).status_code == 409


def test_an_auditor_plans_draws_enters_and_concludes(client, paid):
    mandate = a_mandate("BE-WAL")
    desk = signed_in(client, auditor_of(mandate))
    assert f"/audits/mandates/{mandate.id}/samples/plan" in desk.get("/audits/").text
    plan = f"/audits/mandates/{mandate.id}/samples/plan"
    assert desk.get(plan).status_code == 200
    wrong = desk.post(plan, data=PLAN | {"anticipated": "2"})
    assert wrong.status_code == 422
    assert "must be smaller than the tolerable error" in wrong.text
    assert "must not be negative" in desk.post(plan, data=PLAN | {"anticipated": "-1"}).text
    wrong = desk.post(plan, data=PLAN | {"deviations": "BE-WAL x"})
    assert "This line cannot be read" in wrong.text
    wrong = desk.post(plan, data=PLAN | {"strata_by": "region", "deviations": "XX 0.1"})
    assert "There is no stratum “XX” in this population." in wrong.text
    assert desk.post(plan, data=PLAN | {"method": "simple_random", "anticipated": ""}).status_code == 422
    made = desk.post(plan, data=PLAN | {"level": "", "anticipated": ""})  # a non-statistical sample needs none
    assert made.status_code == 303
    address, sample_id = made.location, int(made.location.rpartition("/")[2])
    page = desk.get(address).text
    assert "N ÷ 10" in page
    assert "The tolerable error is above 2 %" not in page
    above = desk.post(plan, data=PLAN | {"materiality": "2.01"}).location
    assert "The tolerable error is above 2 %" in desk.get(above).text
    assert desk.post(f"{address}/order").status_code == 303
    waiting = desk.get(address)
    assert waiting.headers["Refresh"] == "5"
    JOBS["audits.draw_sample"](sample_id=sample_id, at=paid)
    page = desk.get(address).text
    units = samples.list_all_units(samples.get_sample(sample_id))
    assert all(unit.reference in page for unit in units)

    enter = f"/audits/units/{units[0].id}/enter"
    assert "€7,000.00" in desk.get(enter).text
    wrong = desk.post(enter, data={"error": "7000.01", "kind": "random", "note": "words"})
    assert wrong.status_code == 422
    assert "words" in wrong.text
    assert desk.post(enter, data={"error": "70", "kind": "random"}).status_code == 303
    mark = f"{address}/mark"
    assert desk.post(mark, data={}).status_code == 303
    assert "1 unit" in desk.post(mark, data={"picked": [str(units[1].id), "x"]}).text
    assert desk.post(mark, data={"picked": str(units[1].id), "confirmed": "yes"}).status_code == 422
    assert desk.post(mark, data={"picked": str(units[1].id), "confirmed": "yes", "checked": "yes"}).status_code == 303

    assert "So far" in desk.get(address).text
    assert desk.get(f"{address}/conclude").status_code == 200
    assert desk.post(f"{address}/conclude", data={"systemic": "0"}).status_code == 422
    assert desk.post(f"{address}/conclude", data={"systemic": "0", "checked": "yes"}).status_code == 303
    page = desk.get(address).text
    assert "No material error" in page
    assert "€70.00" in page
    assert samples.get_sample(sample_id).state is SampleState.CONCLUDED
    for name in ("population.csv", "sample.csv", "draw.json", "redraw_sample.py"):
        assert desk.get(f"{address}/{name}", buffered=True).status_code == 200
    assert desk.post(enter, data={"error": "1", "kind": "random"}).status_code == 409
    assert "its results are not changed any more" in desk.get(enter, follow_redirects=True).text


def test_a_sample_is_laid_aside_with_a_reason(client, paid):
    mandate = a_mandate("BE-WAL")
    sample = a_planned_sample(mandate, at=paid)
    desk = signed_in(client, auditor_of(mandate))
    assert desk.get(f"/audits/samples/{sample.id}/discard").status_code == 200
    assert desk.post(f"/audits/samples/{sample.id}/discard", data={"reason": ""}).status_code == 422
    assert desk.post(f"/audits/samples/{sample.id}/discard", data={"reason": "No."}).status_code == 303
    assert "Discarded" in desk.get(f"/audits/samples/{sample.id}").text


def test_a_finding_goes_to_and_fro(client, paid):
    mandate = a_mandate("BE-WAL")
    voucher = samples.list_all_units(a_drawn_sample(mandate, at=paid))[0].reference
    desk = signed_in(client, auditor_of(mandate))
    issue = f"/audits/mandates/{mandate.id}/findings/issue?voucher={voucher}"
    assert f'value="{voucher}"' in desk.get(issue).text
    posted = {
        "voucher": voucher, "region": "BE-WAL", "title": "No offer", "severity": "high", "amount": "70",
        "text": "The offer is missing.", **days("reply_by", paid.date() + timedelta(days=20)),
    }  # fmt: skip
    assert "There is no voucher" in desk.post(issue, data=posted | {"voucher": "NOPE"}).text
    made = desk.post(issue, data=posted)
    assert made.status_code == 303
    address, number = made.location, int(made.location.rpartition("/")[2])
    assert desk.get(f"{address}/reply").status_code == 403

    officer = signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL"))
    assert "No offer" in officer.get("/audits/").text
    assert "No offer" in officer.get("/audits/findings?state=issued&q=offer").text
    assert officer.get(f"{address}/reply").status_code == 200
    assert officer.post(f"{address}/reply", data={"text": ""}).status_code == 422
    assert officer.post(f"{address}/reply", data={"text": "Here it is."}).status_code == 303
    assert officer.get(f"{address}/close").status_code == 403

    desk = signed_in(client, auditor_of(mandate))
    assert "Here it is." in desk.get(address).text
    assert (
        "1 point is missing" in desk.get(f"/audits/vouchers/{voucher}").text
        or "AF-" in desk.get(f"/audits/vouchers/{voucher}").text
    )
    assert desk.get(f"{address}/follow-up").status_code == 200
    later = days("reply_by", paid.date() + timedelta(days=40))
    assert desk.post(f"{address}/follow-up", data={"text": "Signed?", **later}).status_code == 303
    assert desk.post(f"{address}/follow-up", data={"text": "Signed?", **later}).status_code == 409
    assert desk.post(f"{address}/close", data={"text": "Seen."}).status_code == 303
    assert get_finding(number).state is FindingState.CLOSED


def test_the_mandate_is_the_border_of_what_is_read(client, paid):
    inside, outside = a_mandate("BE-WAL"), a_mandate("NL-NB")
    sample, finding = a_drawn_sample(inside, at=paid), a_finding(inside)
    voucher = samples.list_all_units(sample)[0].reference
    pages = [
        f"/audits/mandates/{inside.id}", f"/audits/mandates/{inside.id}/population", f"/audits/samples/{sample.id}",
        f"/audits/samples/{sample.id}/population.csv", f"/audits/samples/{sample.id}/draw.json",
        f"/audits/findings/{finding.id}", f"/audits/vouchers/{voucher}", f"/reports/vouchers/{voucher}",
    ]  # fmt: skip
    desk = signed_in(client, auditor_of(inside))
    assert [desk.get(page, buffered=True).status_code for page in pages] == [200] * len(pages)
    desk = signed_in(client, auditor_of(outside))
    assert [desk.get(page, buffered=True).status_code for page in pages] == [403] * len(pages)
    assert voucher not in desk.get("/applications/worklist").text
    assert voucher not in desk.get("/reports/ledger").text


def test_an_officer_of_a_region_reads_which_mandate_there_is_over_the_whole_programme(client, paid):
    whole, elsewhere = a_mandate(), a_mandate("NL-NB")
    desk = signed_in(client, a_member_of_staff(Role.FINANCE_OFFICER, "in2lifesciences", "BE-WAL"))
    assert desk.get(f"/audits/mandates/{whole.id}").status_code == 200
    assert desk.get(f"/audits/mandates/{whole.id}/population").status_code == 403
    assert desk.get(f"/audits/mandates/{elsewhere.id}").status_code == 403


def test_a_mandate_that_is_over_opens_nothing(client, paid, clock):
    mandate = a_mandate("BE-WAL", until=paid + timedelta(days=1))
    sample = a_drawn_sample(mandate, at=paid)
    voucher = samples.list_all_units(sample)[0].reference
    auditor = auditor_of(mandate)
    clock.stop(paid + timedelta(days=1))
    desk = signed_in(client, auditor)
    for page in ("/audits/", f"/audits/samples/{sample.id}", f"/reports/vouchers/{voucher}", "/reports/ledger"):
        assert desk.get(page).status_code == 403, page


def test_those_who_are_audited_do_not_see_the_sample(client, paid):
    mandate = a_mandate("BE-WAL")
    sample = a_drawn_sample(mandate, at=paid)
    for role in (Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.COORDINATOR):
        desk = signed_in(client, a_member_of_staff(role))
        assert desk.get(f"/audits/samples/{sample.id}").status_code == 403
        page = desk.get(f"/audits/mandates/{mandate.id}")
        assert page.status_code == 200
        assert sample.number not in page.text
        voucher = samples.list_all_units(samples.get_sample(sample.id))[0].reference
        assert sample.number not in desk.get(f"/audits/vouchers/{voucher}").text


def test_the_lists_keep_their_count_of_queries(client, paid):
    mandate = a_mandate("BE-WAL")
    a_drawn_sample(mandate, at=paid)
    a_finding(mandate)
    pages = ["/audits/", "/audits/findings", f"/audits/mandates/{mandate.id}"]
    desk = signed_in(client, auditor_of(mandate))
    few = [queries_of(lambda page=page: desk.get(page)) for page in pages]
    for _number in range(3):
        a_planned_sample(mandate, at=paid)
        a_finding(mandate)
    desk = signed_in(client, auditor_of(mandate))
    assert [queries_of(lambda page=page: desk.get(page)) for page in pages] == few


def test_whoever_audits_takes_no_part(client, paid):
    mandate = a_mandate("BE-WAL")
    desk = signed_in(client, auditor_of(mandate))
    for page in ("/organisations/new", f"/applications/start/{in2().call().id}"):
        answer = desk.get(page)
        assert answer.status_code == 403, page
        assert "you do not take part yourself" in answer.text
    assert desk.post("/organisations/new", data={"name": "Mine"}).status_code == 403
