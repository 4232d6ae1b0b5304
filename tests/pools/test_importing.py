"""An imported pool is written line by line, once it is confirmed."""

from datetime import date, timedelta
from io import BytesIO

import pytest
from sqlalchemy import func, select

from tests.builders.evaluation import an_accepted_assignment, an_eligible_application
from tests.builders.experts import an_expert
from tests.builders.pools import PROGRAMME
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.audit.models import AuditDetail, AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, WrongState
from vouchers.experts.models import Expert
from vouchers.pools import queries
from vouchers.pools.actions import importing
from vouchers.pools.jobs import forget_imports, write_import
from vouchers.pools.models import PoolImport
from vouchers.pools.states import PoolImportState, PoolKind
from vouchers.providers.queries import find_same
from vouchers.users.states import Role

HEADER = "email;name;employer;country;languages;expertise;admitted_until"
PROVIDERS = b"name,country,vat_number,services,accredited_until\nLab,BE,BE0403170701,Test; 850; day,2027-01-01\n"


@pytest.fixture
def manager(app, clock):
    in2()
    return a_member_of_staff(Role.CLUSTER_MANAGER, PROGRAMME, "BE-WAL")


def lines_of(*lines):
    return "\n".join([HEADER, *lines]).encode()


def a_file(manager, clock, content, kind=PoolKind.EXPERTS):
    return importing.read_pool_import(PROGRAMME, kind, content, "pool.csv", by=manager, at=clock.now)


def test_nothing_is_written_before_it_is_confirmed_and_everything_once_after(manager, clock):
    known = an_expert(employer="KTH")
    same = f"{known.user.email};Else;;;;;2027-05-01"
    fresh = "new@x.example;New Expert;DTU;DK;en;Sensors;"
    kept = a_file(manager, clock, lines_of(same, fresh, "bad;Bad;X;Denmark;en;Y;"))
    effects = [plan.effect for plan in queries.plan_import(kept, today=clock.now.date())]
    assert effects == ["changed", "new", "refused"]
    assert db.session.scalar(select(func.count(Expert.id))) == 1
    importing.confirm_pool_import(kept, by=manager, at=clock.now, version=kept.version)
    for _twice in range(2):
        write_import(kept.id, at=clock.now)
    db.session.refresh(kept)
    assert (kept.state, kept.lines_done) == (PoolImportState.DONE, 3)
    assert {name: kept.outcome[name] for name in ("new", "changed", "refused")} == {
        "new": 1, "changed": 1, "refused": 1,
    }  # fmt: skip
    assert [(number, why.partition(":")[0]) for number, why in kept.outcome["faults"]] == [(4, "email"), (4, "country")]
    assert db.session.scalar(select(func.count(Expert.id))) == 2
    db.session.refresh(known)
    assert (known.admitted_until, known.employer) == (date(2027, 5, 1), "KTH")
    again = a_file(manager, clock, lines_of(same, fresh))
    assert {plan.effect for plan in queries.plan_import(again, today=clock.now.date())} == {"same"}


def test_a_file_is_forgotten_once_it_is_written_and_the_record_never_tells_it(manager, clock):
    kept = a_file(manager, clock, lines_of("new@x.example;New Expert;DTU;DK;en;Sensors, unheard of;"))
    importing.confirm_pool_import(kept, by=manager, at=clock.now)
    write_import(kept.id, at=clock.now)
    db.session.refresh(kept)
    assert (kept.text, kept.lines, kept.outcome["new"]) == ("", 1, 1)
    told = db.session.scalars(
        select(AuditDetail.body)
        .join(AuditEvent, AuditEvent.id == AuditDetail.event_id)
        .where(AuditEvent.subject_kind == "pool_import")
    ).all()
    assert len(told) == 3
    assert not any("unheard of" in str(body) for body in told)


def test_a_file_that_nobody_confirms_is_discarded_after_thirty_days(manager, clock):
    kept, written = (
        a_file(manager, clock, PROVIDERS, PoolKind.PROVIDERS),
        a_file(manager, clock, lines_of("x@x.example;X;DTU;DK;en;Y;")),
    )
    importing.confirm_pool_import(written, by=manager, at=clock.now)
    forget_imports(at=clock.now + timedelta(days=30))
    db.session.refresh(kept)
    assert (kept.state, kept.text != "") == (PoolImportState.READ, True)
    forget_imports(at=clock.now + timedelta(days=30, minutes=1))
    for one, state in ((kept, PoolImportState.DISCARDED), (written, PoolImportState.RUNNING)):
        db.session.refresh(one)
        assert one.state is state
    assert kept.text == ""


def test_a_stopped_job_goes_on_where_it_was(manager, clock, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 1)
    monkeypatch.setattr(importing, "OF_ONE_JOB", 2)
    people = [f"p{number}@x.example;Person {number};DTU;DK;en;Sensors;" for number in range(5)]
    kept = a_file(manager, clock, lines_of(*people))
    importing.confirm_pool_import(kept, by=manager, at=clock.now)
    done = []
    for _run in range(3):
        write_import(kept.id, at=clock.now)
        db.session.refresh(kept)
        done.append(kept.lines_done)
    assert done == [2, 4, 5]
    assert kept.state == PoolImportState.DONE
    assert db.session.scalar(select(func.count(Expert.id))) == 5


def test_providers_are_registered_and_accredited(manager, clock):
    kept = a_file(manager, clock, PROVIDERS, PoolKind.PROVIDERS)
    importing.confirm_pool_import(kept, by=manager, at=clock.now)
    write_import(kept.id, at=clock.now)
    provider = find_same(PROGRAMME, "Lab", "")
    assert (provider.state, provider.accredited_until) == ("accredited", date(2027, 1, 1))
    again = a_file(manager, clock, PROVIDERS, PoolKind.PROVIDERS)
    assert [plan.effect for plan in queries.plan_import(again, today=clock.now.date())] == ["same"]


def test_others_may_not(manager, clock):
    kept = a_file(manager, clock, PROVIDERS, PoolKind.PROVIDERS)
    auditor = a_member_of_staff(Role.AUDITOR, PROGRAMME)
    for act in (
        lambda: a_file(auditor, clock, PROVIDERS, PoolKind.PROVIDERS),
        lambda: importing.confirm_pool_import(kept, by=auditor, at=clock.now),
        lambda: importing.discard_pool_import(kept, by=auditor, at=clock.now),
    ):
        with pytest.raises(NotPermitted):
            act()
    importing.confirm_pool_import(kept, by=manager, at=clock.now)
    with pytest.raises(NotPermitted):
        importing.write_pool_import(kept, by=manager, at=clock.now)
    with pytest.raises(WrongState):
        importing.discard_pool_import(kept, by=manager, at=clock.now)


def test_the_pages_of_an_import(client, manager, clock):
    desk = signed_in(client, manager)
    assert desk.get("/pools/imports/experts/template.csv").data.startswith(b"\xef\xbb\xbfemail,")
    path = "/pools/imports/experts/new"
    assert "expertise" in desk.get(path).text

    def send(content):
        sent = {"programme": PROGRAMME, "file": (BytesIO(content), "pool.csv")}
        return desk.post(path, data=sent, content_type="multipart/form-data")

    wrong = send(b"mail\nx")
    assert wrong.status_code == 422
    assert "no column “mail”" in wrong.text
    answer = send(lines_of("new@x.example;Ren\xe9;DTU;DK;en;Sensors;", "bad;B;X;DK;en;Y;").decode().encode("cp1252"))
    page = desk.get(answer.location).text
    for words in ("Windows-1252", "René", "correct format", "Write it into the register"):
        assert words in page
    assert "correct format" not in desk.get(f"{answer.location}?effect=new").text
    assert desk.post(f"{answer.location}/confirm", data={"version": "1"}).status_code == 303
    number = db.session.scalars(select(PoolImport.id)).one()
    write_import(number, at=clock.now)
    assert "2 of 2 lines" in desk.get(answer.location).text
    nothing = send(lines_of("new@x.example;;;;;;")).location
    desk.post(f"{nothing}/confirm", data={"version": "1"})
    assert "Nothing in this file would change" in desk.get(nothing).text
    assert desk.post(f"{nothing}/discard").status_code == 303


def test_the_page_tells_where_a_load_is_set_below_what_the_expert_has(app, manager, clock):
    known = an_expert()
    for _number in range(2):
        an_accepted_assignment(an_eligible_application(), known)
    content = f"{HEADER};load_limit\n{known.user.email};Else;;;;;;1\n".encode()
    with app.test_request_context():
        kept = a_file(manager, clock, content)
    page = signed_in(app.test_client(), manager).get(f"/pools/imports/{kept.id}").text
    assert "This expert has 2 applications of" in page
    assert "They all stay with the expert" in page
