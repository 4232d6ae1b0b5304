"""Partners of a consortium: invited by email, confirming by a deadline through their own link."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from tests.builders.applications import a_complete_draft, owner_of
from tests.builders.programmes import IN2_FILE, a_correction, a_programme, during_call
from tests.builders.users import a_member_of_staff, an_applicant, mailed_link, signed_in
from vouchers.applications import jobs
from vouchers.applications.actions import partnering
from vouchers.applications.actions.reminding import remind_partner
from vouchers.applications.actions.submitting import submit_application, withdraw_application
from vouchers.applications.letters import receipt_lines
from vouchers.applications.models import Application, Partner
from vouchers.applications.policy import PartnerContact
from vouchers.applications.queries.files import get_application, get_submission
from vouchers.applications.queries.partners import get_partner, list_partners
from vouchers.applications.rules.consortium import Confirmation, due_at, missing_partners
from vouchers.applications.rules.content import read_content
from vouchers.applications.states import ApplicationState, PartnerState
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.letters.models import Letter
from vouchers.programmes.rules.plan import Consortium
from vouchers.users.states import Role

AT = during_call()
P = PartnerState
TEXT = IN2_FILE.read_text(encoding="utf-8").replace(
    "    reserve_list: yes", "    reserve_list: yes\n    consortium: {min: 1, max: 2, confirm_by_days: 7}"
)


@pytest.mark.parametrize(
    ("least", "states", "blockers"),
    [
        (1, [],                             ["at least; there are 0"]),
        (1, [P.CONFIRMED],                  []),
        (1, [P.INVITED],                    ["has not answered", "at least; there are 0"]),
        (1, [P.CONFIRMED, P.INVITED],       ["has not answered"]),
        (2, [P.CONFIRMED, P.DECLINED],      ["at least; there are 1"]),
        (0, [P.LAPSED],                     []),
    ],
)  # fmt: skip
def test_what_is_missing_until_all_have_confirmed(least, states, blockers):
    found = missing_partners(Consortium(least, 4, 7), states)
    assert [any(words in str(one.sentence) for one in found) for words in blockers] == [True] * len(blockers)
    assert len(found) == len(blockers)
    assert missing_partners(None, states) == []


def test_a_partner_answers_within_the_days_of_the_call_and_before_it_closes():
    rule = Consortium(1, 2, 7)
    assert due_at(rule, closes_at=AT + timedelta(days=30), at=AT) == AT + timedelta(days=7)
    assert due_at(rule, closes_at=AT + timedelta(days=2), at=AT) == AT + timedelta(days=2)


@pytest.fixture(autouse=True)
def programme(app: Any, clock: Any) -> None:
    clock.stop(AT)
    a_programme(TEXT)


def invited(draft: Application, email: str = "lea@lab.example", name: str = "") -> Partner:
    name = name or ("Lab Ltd" if email == "lea@lab.example" else f"Lab of {email}")
    made = partnering.invite_partner(draft, name, "Lea Lab", email, by=owner_of(draft), at=AT)
    return get_partner(made.id)


LAB = Confirmation("Lab Ltd", "BE 0403.170.701", "", "Lea Lab", "Director")


def contact_of(partner: Partner) -> PartnerContact:
    return PartnerContact(partner.id, partner.contact)


def traces() -> tuple[int | None, ...]:
    return tuple(db.session.scalar(select(func.count(kind.id))) for kind in (AuditEvent, Letter, Partner))


def test_submit_waits_until_every_partner_has_confirmed() -> None:
    draft = a_complete_draft("MG")
    owner = owner_of(draft)
    for _ in range(2):
        with pytest.raises(RuleBroken, match="to mend"):
            submit_application(get_application(draft.id), by=owner, at=AT)
        if not list_partners(get_application(draft.id)):
            invited(get_application(draft.id))
    partner = list_partners(get_application(draft.id))[0]
    partnering.confirm_partner(get_partner(partner.id), LAB, by=contact_of(partner), at=AT)
    submit_application(get_application(draft.id), by=owner, at=AT)
    assert get_application(draft.id).state == ApplicationState.SUBMITTED
    content = read_content(get_submission(draft.id).content)
    numbers = {"vat_number": "BE0403170701", "register_number": ""}
    person = {"contact": "Lea Lab", "function": "Director", "email": "lea@lab.example"}
    assert content.partners == [{"name": "Lab Ltd", **numbers, **person}]
    with pytest.raises(RuleBroken, match="stay as they are"):
        partnering.remove_partner(get_partner(partner.id), by=owner, at=AT)


def test_decline_and_remove_and_invite_another() -> None:
    draft = a_complete_draft("MG")
    owner, partner = owner_of(draft), invited(draft)
    partnering.decline_partner(partner, by=contact_of(partner), at=AT)
    told = db.session.scalars(select(Letter).where(Letter.occasion == "applications/decline_partner")).one()
    assert told.to_email == owner.email
    partnering.remove_partner(get_partner(partner.id), by=owner, at=AT)
    assert list_partners(get_application(draft.id)) == []
    with pytest.raises(WrongState):
        partnering.confirm_partner(get_partner(partner.id), LAB, by=contact_of(partner), at=AT)
    assert invited(get_application(draft.id)).state == P.INVITED


@pytest.mark.parametrize(
    ("emails", "words"),
    [(["a@x.example"] * 2, "invited already"), (["a@x.example", "b@x.example", "c@x.example"], "At most 2")],
)
def test_invite_is_refused_twice_and_beyond_the_most(emails: list[str], words: str) -> None:
    draft = a_complete_draft("MG")
    for email in emails[:-1]:
        invited(get_application(draft.id), email)
    before = traces()
    with pytest.raises(RuleBroken, match=words):
        invited(get_application(draft.id), emails[-1])
    assert traces() == before


def test_invite_is_for_writers_and_for_calls_that_ask_for_partners() -> None:
    draft = a_complete_draft("MG")
    with pytest.raises(NotPermitted):
        partnering.invite_partner(draft, "x", "y", "z@z.example", by=an_applicant(), at=AT)
    partner = invited(draft)
    other = PartnerContact(partner.id + 1, "Somebody")
    with pytest.raises(NotPermitted):
        partnering.confirm_partner(partner, LAB, by=other, at=AT)
    with pytest.raises(NotPermitted):
        partnering.lapse_partner(partner, by=owner_of(draft), at=AT)


def test_where_a_company_applies_alone_nobody_is_invited(client: Any) -> None:
    a_correction("2026-1", IN2_FILE.read_text(encoding="utf-8"))
    draft = a_complete_draft("MG")
    with pytest.raises(RuleBroken, match="applies alone"):
        invited(draft)
    page = signed_in(client, owner_of(draft)).get(f"/applications/{draft.id}/partners")
    assert "applies alone" in page.text


def test_no_answer_in_time_lapses_and_the_last_second_counts() -> None:
    draft = a_complete_draft("MG")
    late, timely = invited(draft, "a@x.example"), invited(get_application(draft.id), "b@x.example")
    due = late.due_at
    assert due == AT + timedelta(days=7)
    partnering.confirm_partner(timely, LAB, by=contact_of(timely), at=due + timedelta(microseconds=999_999))
    with pytest.raises(RuleBroken, match="time for this answer is over"):
        partnering.confirm_partner(late, LAB, by=contact_of(late), at=due + timedelta(seconds=1))
    jobs.lapse_partners(at=due)
    assert get_partner(late.id).state == P.INVITED
    jobs.lapse_partners(at=due + timedelta(seconds=2))
    jobs.lapse_partners(at=due + timedelta(days=1))
    assert get_partner(late.id).state == P.LAPSED
    assert len(db.session.scalars(select(Letter).where(Letter.occasion == "applications/lapse_partner")).all()) == 1


def test_a_partner_is_reminded_once_at_each_mark_with_a_link_that_replaces_the_old_one(app: Any) -> None:
    def reminders() -> list[Letter]:
        found = select(Letter).where(Letter.occasion == "applications/remind_partner").order_by(Letter.id)
        return list(db.session.scalars(found))

    draft = a_complete_draft("MG")
    silent, confirmed = invited(draft, "a@x.example"), invited(get_application(draft.id), "b@x.example")
    partnering.confirm_partner(confirmed, LAB, by=contact_of(confirmed), at=AT)
    first, due = mailed_link("a@x.example"), silent.due_at
    two, six = due - timedelta(days=2), due - timedelta(hours=6)
    for at in (
        AT,
        AT,
        due - timedelta(days=3),
        two,
        two,
        due - timedelta(days=1),
        six,
        due,
        due + timedelta(seconds=1),
    ):
        jobs.remind_partners(at=at)
    sent = reminders()
    assert [(letter.to_email, letter.written_at) for letter in sent] == [
        ("a@x.example", two),
        ("a@x.example", six),
    ]
    visitor = app.test_client()
    links = [re.search(r"/partners/\S+", letter)[0] for letter in (first, *(letter.body for letter in sent))]
    assert [visitor.get(link).status_code for link in links] == [404, 404, 200]


def test_a_partner_of_an_application_that_is_withdrawn_is_not_reminded() -> None:
    draft = a_complete_draft("MG")
    partner = invited(draft)
    withdraw_application(get_application(draft.id), "No.", by=owner_of(draft), at=AT)
    jobs.remind_partners(at=partner.due_at - timedelta(days=2))
    assert get_partner(partner.id).reminded_hours is None
    with pytest.raises(NotPermitted):
        remind_partner(get_partner(partner.id), by=owner_of(draft), at=partner.due_at - timedelta(days=2))


def test_the_partner_confirms_without_an_account(app: Any, client: Any) -> None:
    draft = a_complete_draft("MG")
    owner, visitor = signed_in(client, owner_of(draft)), app.test_client()
    own = f"/applications/{draft.id}"
    assert "Partners" in owner.get(own).text
    assert "confirmed partners at least" in owner.get(f"{own}/check").text
    assert owner.post(f"{own}/partners", data={"name": "Lab"}).status_code == 422
    typed = {"name": "Lab Ltd", "contact": "Lea", "email": "lea@lab.example"}
    assert owner.post(f"{own}/partners", data=typed).status_code == 303
    link = "/" + mailed_link("lea@lab.example").split("/", 3)[3]
    page = visitor.get(link).text
    assert draft.organisation.name in page
    assert "Blood" not in page
    assert "Enter your function" in visitor.post(f"{link}/confirm", data={"name": "Lab Ltd"}).text
    said = {"name": "Lab Ltd", "contact": "Lea", "function": "Director", "vat_number": "BE0403170702"}
    assert "cannot be a VAT number" in visitor.post(f"{link}/confirm", data=said).text
    assert owner.get(link).status_code == 403
    said["vat_number"] = "BE0403170701"
    assert visitor.post(f"{link}/confirm", data=said).status_code == 303
    assert visitor.post(f"{link}/confirm").status_code == 303
    assert "Lab Ltd, BE0403170701, Lea, Director: Confirmed" in owner.get(f"{own}/check").text
    assert "Thank you" in visitor.get(link).text
    assert visitor.post(f"{link}/decline").status_code == 409
    assert "Confirmed" in owner.get(f"{own}/partners").text
    assert visitor.get("/partners/unknown").status_code == 404
    removing = f"/applications/partners/{list_partners(draft)[0].id}/remove"
    assert f'href="{removing}"' in owner.get(f"{own}/partners").text
    assert "Remove “Lab Ltd”?" in owner.get(removing).text
    assert list_partners(draft)
    assert owner.post(removing).location == owner.get(removing).location == f"{own}/partners"
    assert not list_partners(draft)
    assert visitor.get(f"{own}/partners").status_code in (302, 303)


def test_a_partner_who_is_too_late_is_told(app: Any, client: Any, clock: Any) -> None:
    partner = invited(a_complete_draft("MG"))
    link = "/" + mailed_link("lea@lab.example").split("/", 3)[3]
    clock.stop(partner.due_at + timedelta(seconds=1))
    said = {"name": "Lab Ltd", "contact": "Lea", "function": "Director", "register_number": "HRB 7"}
    answer = app.test_client().post(f"{link}/confirm", data=said)
    assert answer.status_code == 422
    assert "The time for this answer is over" in answer.text


def test_staff_see_who_applied_together(client: Any) -> None:
    draft = a_complete_draft("MG")
    partner = invited(draft)
    partnering.confirm_partner(partner, LAB, by=contact_of(partner), at=AT)
    submit_application(get_application(draft.id), by=owner_of(draft), at=AT)
    manager = a_member_of_staff(Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL", with_factor=False)
    desk = signed_in(client, manager)
    assert "Lab Ltd" in desk.get(f"/applications/{draft.id}").text
    assert desk.post(f"/applications/{draft.id}/partners", data={}).status_code == 403
    receipt = signed_in(client, owner_of(draft)).get(f"/applications/{draft.id}/receipt").text
    assert "Lab Ltd, BE0403170701, Lea Lab, Director" in receipt
    lines = receipt_lines(draft, get_submission(draft.id), read_content(get_submission(draft.id).content), "UTC")
    assert [str(text) for label, text in lines if str(label) == "Partner"] == [
        "Lab Ltd, BE0403170701, Lea Lab, Director"
    ]


@pytest.mark.parametrize("end", ["decline", "lapse"])
def test_a_partner_that_does_not_take_part_is_told_what_happens_next(app: Any, client: Any, end: str) -> None:
    partner = invited(a_complete_draft("MG"))
    link = "/" + mailed_link("lea@lab.example").split("/", 3)[3]
    if end == "decline":
        app.test_client().post(f"{link}/decline")
    else:
        jobs.lapse_partners(at=partner.due_at + timedelta(seconds=2))
    page = app.test_client().get(link).text
    assert "What happens next" in page
    assert "invite you again before" in page
    owner = signed_in(client, owner_of(partner.application))
    assert "go on without it" in owner.get(f"/applications/{partner.application_id}/partners").text


def test_the_applicant_is_no_partner_of_its_own() -> None:
    draft = a_complete_draft("MG")
    own, partner = draft.organisation, invited(draft)
    with pytest.raises(RuleBroken, match="belongs to somebody of yours"):
        invited(draft, owner_of(draft).email)
    with pytest.raises(RuleBroken, match="is the applicant itself"):
        invited(draft, "x@x.example", f"{own.name} GmbH")
    with pytest.raises(RuleBroken, match="is a partner already"):
        invited(draft, "x@x.example", "LAB")
    for said, words in [
        (replace(LAB, name=own.name), "is the applicant itself"),
        (replace(LAB, register_number=own.register_number), "is the number of"),
        (replace(LAB, vat_number=""), "Enter the VAT number"),
        (replace(LAB, vat_number="0403170701"), "letters of its country"),
        (replace(LAB, register_number="none"), "cannot be a number"),
    ]:
        with pytest.raises(RuleBroken, match=words):
            partnering.confirm_partner(get_partner(partner.id), said, by=contact_of(partner), at=AT)
    assert get_partner(partner.id).state == P.INVITED
