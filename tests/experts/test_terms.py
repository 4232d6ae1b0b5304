"""Terms, absences, files, declarations and contracts of experts, as acted on."""

from datetime import timedelta
from io import BytesIO

import pytest
from sqlalchemy import select

from tests.builders.experts import an_expert
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, an_applicant, signed_in
from vouchers.core.database import db
from vouchers.core.errors import NotFound, NotPermitted, RuleBroken, WrongState
from vouchers.core.tables import ListQuery
from vouchers.documents.actions import take_made
from vouchers.documents.queries import list_documents_of
from vouchers.experts import queries
from vouchers.experts.actions import contracts, own, register
from vouchers.experts.jobs import lapse_contracts, watch_experts
from vouchers.experts.states import ContractState, ExpertState
from vouchers.letters.models import Letter
from vouchers.users.states import Role

PROGRAMME = "in2lifesciences"
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"


@pytest.fixture
def manager(app, clock):
    in2()
    return a_member_of_staff(Role.CLUSTER_MANAGER, PROGRAMME, "BE-WAL")


@pytest.fixture
def expert(manager):
    return an_expert(name="Eva Expert")


def occasions():
    return list(db.session.scalars(select(Letter.occasion).where(Letter.occasion.like("experts/%")).order_by("id")))


def obstacle(expert, clock):
    return str(queries.find_obstacles([expert], clock.now.date()).get(expert.id, ""))


def test_a_term_is_announced_ends_and_is_renewed(manager, expert, clock):
    register.renew_expert(expert, clock.now.date() + timedelta(days=100), by=manager, at=clock.now)
    own.declare_interests(expert, "None.", [], "Eva Expert", by=expert.user, at=clock.now)
    for days in (41, 46, 14):
        clock.forward(days=days)
        watch_experts(at=clock.now)
        watch_experts(at=clock.now)
    expert = queries.get_expert(expert.id)
    wanted = ["experts/admit", "experts/renew", "experts/remind_term", "experts/remind_term", "experts/expire"]
    assert occasions() == wanted
    assert expert.state == ExpertState.EXPIRED
    assert "has ended" in obstacle(expert, clock)
    with pytest.raises(RuleBroken):
        register.renew_expert(expert, clock.now.date(), by=manager, at=clock.now)
    register.renew_expert(expert, None, by=manager, at=clock.now)
    assert (expert.state, obstacle(expert, clock)) == (ExpertState.ADMITTED, "")


def test_only_the_office_ends_terms_and_only_keepers_renew(manager, expert, clock):
    for act in (register.expire_expert, register.remind_expert):
        with pytest.raises(NotPermitted):
            act(expert, by=manager, at=clock.now)
    with pytest.raises(NotPermitted):
        register.renew_expert(expert, None, by=expert.user, at=clock.now)


def test_declarations_are_asked_for_and_bar_when_they_are_overdue(expert, clock):
    clock.forward(days=360)
    watch_experts(at=clock.now)
    assert occasions()[-1] == "experts/remind_interests"
    clock.forward(days=10)
    assert "overdue" in obstacle(expert, clock)
    with pytest.raises(RuleBroken) as refusal:
        own.declare_interests(expert, "None.", [], "Somebody Else", by=expert.user, at=clock.now)
    assert refusal.value.field == "name"
    own.declare_interests(expert, "A share.", ["KTH"], "eva expert", by=expert.user, at=clock.now)
    own.declare_interests(expert, "Two shares.", ["KTH", "DTU"], "Eva Expert", by=expert.user, at=clock.now)
    assert obstacle(expert, clock) == ""
    assert queries.map_interests([expert.id]) == {expert.id: ("KTH", "DTU")}
    assert len(queries.list_declared(expert.id)) == 1


def test_an_expert_who_was_admitted_is_given_nothing_before_the_first_declaration(manager, clock, client):
    new = an_expert(name="Nina New", has_declared=False)
    assert "has not declared the interests yet" in obstacle(new, clock)
    query = ListQuery(filters={"interests": "overdue"})
    assert [one.id for one in queries.list_register(query, programmes=None, today=clock.now.date()).items] == [new.id]
    assert "No contract yet" in signed_in(client, manager).get("/experts/").text
    assert f"/experts/{new.id}/interests" in signed_in(client, new.user).get("/evaluation/").text
    own.declare_interests(new, "None.", [], "Nina New", by=new.user, at=clock.now)
    assert obstacle(new, clock) == ""


def test_nobody_declares_for_the_expert(manager, clock):
    expert = an_expert(has_declared=False)
    with pytest.raises(NotPermitted):
        own.declare_interests(expert, "None.", [], manager.name, by=manager, at=clock.now)
    assert queries.list_declared(expert.id) == []


def test_absences_are_entered_by_the_expert_or_a_manager(manager, expert, clock):
    today = clock.now.date()
    absence = own.note_absence(expert, today, today + timedelta(days=3), by=expert.user, at=clock.now)
    own.note_absence(expert, today, today, by=manager, at=clock.now)
    assert "is away from 2 March 2026 to 5 March 2026" in obstacle(expert, clock)
    stranger = an_applicant()
    with pytest.raises(NotPermitted):
        own.cancel_absence(absence, by=stranger, at=clock.now)
    with pytest.raises(NotPermitted):
        own.note_absence(expert, today, today, by=stranger, at=clock.now)
    for one in queries.list_absences(expert.id, today):
        own.cancel_absence(one, by=expert.user, at=clock.now)
    assert obstacle(expert, clock) == ""


def test_a_contract_binds_once_both_have_signed_exactly_its_text(manager, expert, clock):
    until = clock.now.date() + timedelta(days=300)
    contract = contracts.issue_expert_contract(expert, until, by=manager, at=clock.now)
    assert "not accepted the contract" in obstacle(expert, clock)
    with pytest.raises(RuleBroken, match="is not ended yet"):
        contracts.issue_expert_contract(expert, until, by=manager, at=clock.now)
    with pytest.raises(NotPermitted):
        contracts.accept_expert_contract(contract, manager.name, contract.sha256, by=manager, at=clock.now)
    with pytest.raises(RuleBroken, match="not the one that is offered"):
        contracts.accept_expert_contract(contract, "Eva Expert", "0" * 64, by=expert.user, at=clock.now)
    contracts.accept_expert_contract(contract, "Eva Expert", contract.sha256, by=expert.user, at=clock.now)
    with pytest.raises(NotPermitted):
        contracts.countersign_expert_contract(contract, "Eva Expert", contract.sha256, by=expert.user, at=clock.now)
    contracts.countersign_expert_contract(contract, manager.name, contract.sha256, by=manager, at=clock.now)
    assert (contract.state, obstacle(expert, clock)) == (ContractState.IN_FORCE, "")
    papers = list_documents_of("expert_contract", contract.id)
    assert [paper.purpose for paper in papers] == ["contract", "contract_signed"]
    with pytest.raises(NotPermitted):
        contracts.lapse_expert_contract(contract, by=manager, at=clock.now)
    clock.forward(days=301)
    lapse_contracts(at=clock.now)
    lapse_contracts(at=clock.now)
    assert queries.get_contract(contract.id).state == ContractState.ENDED


def test_a_contract_is_ended_with_a_reason_by_the_office_alone(manager, expert, clock):
    contract = contracts.issue_expert_contract(expert, clock.now.date() + timedelta(days=30), by=manager, at=clock.now)
    with pytest.raises(NotPermitted):
        contracts.end_expert_contract(contract, "No.", by=expert.user, at=clock.now)
    with pytest.raises(NotPermitted):
        contracts.issue_expert_contract(an_expert(), clock.now.date() + timedelta(9), by=expert.user, at=clock.now)
    contracts.end_expert_contract(contract, "No budget.", by=manager, at=clock.now)
    assert contract.reason == "No budget."
    with pytest.raises(WrongState):
        contracts.end_expert_contract(contract, "Again.", by=manager, at=clock.now)


def test_files_of_the_entry(manager, expert, clock):
    first = take_made(PDF, "cv.pdf", "application/pdf")
    own.attach_expert_file(expert, "cv", first, by=expert.user, at=clock.now)
    own.attach_expert_file(expert, "reference", first, by=manager, at=clock.now)
    own.attach_expert_file(expert, "cv", take_made(PDF + b" ", "new.pdf", "application/pdf"), by=manager, at=clock.now)
    assert [one.filename for one in queries.list_files(expert)] == ["cv.pdf", "new.pdf"]
    stranger = an_applicant()
    with pytest.raises(NotPermitted):
        own.attach_expert_file(expert, "cv", first, by=stranger, at=clock.now)
    number = queries.list_files(expert)[0].id
    with pytest.raises(NotPermitted):
        own.detach_expert_file(expert, number, by=stranger, at=clock.now)
    own.detach_expert_file(expert, number, by=expert.user, at=clock.now)
    with pytest.raises(NotFound):
        own.detach_expert_file(expert, number, by=expert.user, at=clock.now)


def test_the_own_entry_is_edited_by_the_expert_alone(manager, expert, clock):
    offer = own.Offer(("da",), (), 3)
    own.edit_own_expert(expert, offer, by=expert.user, at=clock.now)
    assert (expert.languages, expert.load_limit) == (["da"], 3)
    with pytest.raises(NotPermitted):
        own.edit_own_expert(expert, offer, by=manager, at=clock.now)


def test_the_pages_of_an_expert_and_the_office(app, client, manager, expert, clock):
    own_browser, desk = signed_in(app.test_client(), expert.user), signed_in(client, manager)
    assert own_browser.get("/experts/mine").location.endswith(f"/experts/{expert.id}")
    path = f"/experts/{expert.id}"
    for page in ("own", "absences/new", "files/attach", "interests"):
        assert own_browser.get(f"{path}/{page}").status_code == 200
    assert own_browser.post(f"{path}/own", data={"languages": ["en"], "load_limit": "7"}).status_code == 303
    assert own_browser.post(f"{path}/own", data={"languages": [], "load_limit": "7"}).status_code == 422
    wrong = own_browser.post(f"{path}/absences/new", data={"from_on": "2026-04-02", "until_on": "2026-04-01"})
    assert "before the first one" in wrong.text
    own_browser.post(f"{path}/absences/new", data={"from_on": "2026-03-02", "until_on": "2026-04-01"})
    assert "is away from" in desk.get(path).text
    number = queries.list_absences(expert.id, clock.now.date())[0].id
    assert own_browser.post(f"/experts/absences/{number}/cancel").status_code == 303
    sent = {"purpose": "cv", "file": (BytesIO(PDF), "cv.pdf")}
    assert own_browser.post(f"{path}/files/attach", data=sent, content_type="multipart/form-data").status_code == 303
    document = queries.list_files(queries.get_expert(expert.id))[0].id
    assert desk.get(f"{path}/files/{document}").data == PDF
    assert desk.get(f"{path}/files/{document}/remove").status_code == 200
    assert own_browser.post(f"{path}/files/{document}/remove").status_code == 303
    typed = {"statement": "None.", "organisations": "KTH", "is_true": "yes", "name": "Eva Expert"}
    assert own_browser.post(f"{path}/interests", data=typed | {"name": "X Y"}).status_code == 422
    assert own_browser.post(f"{path}/interests", data=typed).status_code == 303
    assert desk.get(f"{path}/renew").status_code == 200
    assert desk.post(f"{path}/renew", data={"admitted_until": "2020-01-01"}).status_code == 422
    assert desk.post(f"{path}/renew", data={"admitted_until": "2027-01-01"}).status_code == 303
    assert "overdue" not in desk.get("/experts/?interests=overdue").text.partition("<table")[2]


def test_the_pages_of_a_contract(app, client, manager, expert):
    own_browser, desk = signed_in(app.test_client(), expert.user), signed_in(client, manager)
    assert "Contract with an expert" not in desk.get(f"/experts/{expert.id}").text
    assert "stays secret" in desk.get(f"/experts/{expert.id}/contracts/new").text
    assert desk.post(f"/experts/{expert.id}/contracts/new", data={"until": "2020-01-01"}).status_code == 422
    answer = desk.post(f"/experts/{expert.id}/contracts/new", data={"until": "2027-01-01"})
    path = answer.location
    assert own_browser.get(path).status_code == 200
    assert own_browser.get(f"{path}/contract.pdf").data.startswith(b"%PDF")
    sha256 = queries.find_contract(expert.id).sha256
    signed = {"sha256": sha256, "is_read": "yes"}
    assert own_browser.get(f"{path}/accept").status_code == 200
    assert own_browser.post(f"{path}/accept", data=signed | {"name": "Else"}).status_code == 422
    assert own_browser.post(f"{path}/accept", data=signed | {"name": "Eva Expert"}).status_code == 303
    assert desk.get(f"{path}/countersign").status_code == 200
    assert desk.post(f"{path}/countersign", data=signed | {"name": manager.name}).status_code == 303
    assert "In force" in desk.get(path).text
    assert desk.get(f"{path}/end").status_code == 200
    assert desk.post(f"{path}/end", data={"reason": "Enough."}).status_code == 303
    assert "Enough." in own_browser.get(path).text
    assert signed_in(app.test_client(), an_applicant()).get(path).status_code == 403


def test_letters_and_pages_call_the_programme_by_its_name(client, expert):
    [letter] = db.session.scalars(select(Letter).where(Letter.occasion == "experts/admit"))
    assert "register of experts of IN2LifeSciences" in letter.body
    own = signed_in(client, expert.user)
    assert "IN2LifeSciences" in own.get(f"/experts/{expert.id}").text
    assert "in the register of IN2LifeSciences" in own.get("/evaluation/").text.replace("Your entry ", "")
