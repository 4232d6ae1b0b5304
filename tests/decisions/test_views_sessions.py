"""The pages of sessions, letters, conditions and what-if, as a browser without scripts sees them."""

import io
import re
import zipfile

import pytest
from sqlalchemy import select

from tests.builders.applications import owner_of
from tests.builders.counting import queries_of
from tests.builders.deciding import a_condition, a_proposed_session, decide, in2_with
from tests.builders.evaluation import (
    a_manager,
    an_awarded_application,
    an_eligible_application,
    an_evaluated_application,
)
from tests.builders.programmes import during_call
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.queries.files import get_application
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.decisions import jobs
from vouchers.decisions.actions.deciding import reserve_decision
from vouchers.decisions.actions.telling import word_letters
from vouchers.decisions.queries.conditions import get_condition
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.decisions.queries.sessions import get_decision_session
from vouchers.documents.queries import list_documents_of
from vouchers.letters.models import Letter
from vouchers.users.states import Role

AT = during_call()


@pytest.fixture(autouse=True)
def _clock(app, clock):
    clock.stop(AT)


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text))


def coordinator():
    return a_member_of_staff(Role.COORDINATOR, "in2lifesciences")


def token(page):
    return re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]


def press(browser, address, **typed):
    """Open a page, then post its form with what travels in it unseen."""
    page = browser.get(address)
    assert page.status_code == 200, page.text[:500]
    return browser.post(address, data={"csrf_token": token(page), **unseen(page), **typed})


def unseen(page):
    """What a form says it has shown."""
    return dict(re.findall(r'name="(count|words|seen)" value="([^"]+)"', page.text))


def test_two_browsers_decide_a_list(app, client):
    in2_with(10_000, two_persons=True)
    first, second = an_eligible_application("MG"), an_eligible_application("MG")
    listed = f"/decisions/calls/{first.call_id}/sessions?region=BE-WAL&instrument=MG"
    desk = signed_in(client, a_manager())
    assert "Decision sessions" in words(desk.get(f"/decisions/calls/{first.call_id}?region=BE-WAL&instrument=MG"))
    assert desk.get(f"/decisions/applications/{first.id}/award").status_code == 403
    begun = desk.post(
        listed.replace("sessions", "sessions/prepare"), data={"csrf_token": token(desk.get(listed))}
    ).location
    line = f"{begun}/lines/{first.id}"
    refused = press(desk, line, outcome="reject", amount="", reason="")
    assert refused.status_code == 422
    assert "Say why it is not supported" in words(refused)
    saved = press(desk, line, outcome="award", amount="400", reason="Less is enough.", condition_1="Show the offer.")
    assert saved.status_code == 303, words(saved)
    several = desk.post(
        f"{begun}/several", data={"csrf_token": token(desk.get(begun)), "action": "reject", "picked": str(second.id)}
    )
    assert "Reject: 1 application" in words(several)
    given = {"csrf_token": token(several), "action": "reject", "picked": str(second.id), "reason": "Not new."}
    assert desk.post(f"{begun}/several", data=given).status_code == 303
    shown = words(desk.get(begun))
    assert "€400.00 Less is enough. Condition: Show the offer." in shown
    assert "Not new." in shown
    assert press(desk, f"{begun}/propose", note="Please look.").status_code == 303
    assert desk.get(f"{begun}/confirm").status_code == 403

    other = signed_in(app.test_client(), coordinator())
    page = other.get(f"{begun}/confirm")
    assert "Please look." in words(page)
    assert "€400.00" in words(page)
    assert press(other, f"{begun}/confirm").status_code == 422
    assert press(other, f"{begun}/confirm", checked="yes").status_code == 303
    working = other.get(begun)
    assert "0 of 2" in words(working)
    assert working.headers["Refresh"] == "5"
    jobs.decide_session(session_id=int(begun.split("/")[-1]), at=AT)
    assert "Refresh" not in other.get(begun).headers
    assert get_application(first.id).state == "awarded"


def test_the_applicant_reads_being_decided_until_the_letters_are_sent(app, client):
    in2_with(10_000, two_persons=True)
    application = an_eligible_application("MG")
    session = a_proposed_session(application)
    second = coordinator()
    decide(session, second)
    sme, desk = signed_in(client, owner_of(application)), signed_in(app.test_client(), second)
    pages = ["/applications", f"/applications/{application.id}", f"/decisions/applications/{application.id}"]
    for page in pages:
        assert "Being decided" in words(sme.get(page)), page
        assert "awarded" not in words(sme.get(page)).lower(), page
    address = f"/decisions/sessions/{session.id}"
    letters = words(desk.get(f"{address}/letters"))
    assert f"You receive a voucher: {application.reference}" in letters
    assert "Send 1 letter" in words(desk.get(f"{address}/announce"))
    assert press(desk, f"{address}/announce", count="7").status_code == 422
    assert press(desk, f"{address}/announce", count="1").status_code == 303
    jobs.tell_session(session_id=session.id, at=AT)
    assert "Awarded" in words(sme.get(pages[0]))
    assert "Decline the voucher" in words(sme.get(pages[2]))
    assert "1 of 1 letters are written" in words(desk.get(address))


def test_an_applicant_declines_an_award_before_its_agreement(app, client):
    in2_with(10_000)
    application = an_awarded_application("MG")
    sme = signed_in(client, owner_of(application))
    address = f"/agreements/awards/{application.id}/decline"
    assert press(sme, address, reason="").status_code == 422
    assert press(sme, address, reason="We found the money elsewhere.").status_code == 303
    assert get_application(application.id).state == "lapsed"


def test_one_application_is_proposed_quickly(app, client):
    in2_with(10_000, two_persons=True)
    application = an_eligible_application("MG")
    desk = signed_in(client, a_manager())
    page = desk.get(f"/decisions/applications/{application.id}")
    assert "Propose a decision" in words(page)
    pressed = desk.post(f"/decisions/applications/{application.id}/propose", data={"csrf_token": token(page)})
    assert f"/lines/{application.id}" in pressed.location
    session = get_decision_session(int(pressed.location.split("/")[-3]))
    assert [line.key for line in session.lines] == [application.id]


def test_a_letter_in_own_words_is_looked_at_kept_and_used(app, client):
    in2_with(20_000)
    application = an_awarded_application("MG")
    desk = signed_in(client, a_manager())
    address = f"/decisions/calls/{application.call_id}/letters/award/en?region=BE-WAL"
    page = desk.get(address)
    assert "{organisation}" in page.text
    assert "You receive a voucher: {reference}" in page.text
    wrong = press(desk, address, heading="For {reference}", body="Hello {name},\n\n{refrence}")
    assert wrong.status_code == 422
    assert "Line 3: “refrence” is not a field" in words(wrong)
    looked = press(desk, address, heading="For {reference}", body="{organisation}: {amount}", look="yes")
    assert f"For {application.reference}" in words(looked)
    assert "€500.00" in words(looked)
    assert press(desk, address, heading="For {reference}", body="Bravo, {name}: {amount}.").status_code == 303
    another = an_awarded_application("MG")

    letter = db.session.scalars(select(Letter).where(Letter.occasion == "decisions/own")).one()
    assert (letter.heading, letter.body) == (
        f"For {another.reference}",
        "Bravo, Ada Applicant: €500.00.\n\nDecided by the board.\n",
    )


def test_a_condition_is_checked_off(app, client):
    in2_with(10_000)
    condition = a_condition(an_awarded_application("MG"))
    desk = signed_in(client, a_manager())
    address = f"/decisions/conditions/{condition.id}"
    assert press(desk, address, verb="meet", remark="").status_code == 422
    assert press(desk, address, verb="meet", remark="Seen on 5 October.").status_code == 303
    assert get_condition(condition.id).state == "met"
    assert "Seen on 5 October." in words(desk.get(f"/decisions/applications/{condition.application_id}"))


def test_what_if_shows_who_comes_in_and_writes_nothing(app, client):
    in2_with(7_000)
    found = [an_evaluated_application() for _number in range(2)]
    coordinator_ = signed_in(client, coordinator())
    address = f"/decisions/calls/{found[0].call_id}/what-if?region=BE-WAL"
    assert "Nothing would change." in words(coordinator_.get(address))
    more = words(coordinator_.get(f"{address}&money=14000"))
    assert f"Would come in: {found[0].reference}" in more
    assert found[1].reference in more
    moved = words(coordinator_.get(f"{address}&other=NL-GE&moved=7000"))
    assert "Propose a real transfer from Gelderland" in moved
    assert "now €100,000" in moved
    refused = coordinator_.get(f"{address}&other=NL-GE&moved=700000")
    assert refused.status_code == 422
    assert "are left in Gelderland for this call" in words(refused)
    few = queries_of(lambda: coordinator_.get(f"{address}&money=14000"))
    an_evaluated_application()
    assert queries_of(lambda: coordinator_.get(f"{address}&money=14000")) <= few + 1


def test_feedback_is_a_file_for_one_and_for_all(app, client):
    in2_with(10_000)
    application, reserved = an_awarded_application("COL"), an_evaluated_application()
    reserve_decision(reserved, by=a_manager(), at=AT)
    sme = signed_in(client, owner_of(application))
    found = sme.get(f"/decisions/applications/{application.id}/feedback.pdf")
    assert found.data.startswith(b"%PDF")
    desk = signed_in(app.test_client(), a_manager())
    asked = f"/decisions/calls/{application.call_id}/feedback?region=BE-WAL"
    ranking = desk.get(asked.replace("/feedback", ""))
    page = desk.post(asked, data={"csrf_token": token(ranking)}).location
    assert desk.post(asked, data={"csrf_token": token(ranking)}).location == page
    working = desk.get(page)
    assert ("0 of 2" in words(working), working.headers["Refresh"]) == (True, "5")
    assert desk.get(f"{page}/file").status_code == 404
    for _twice in range(2):
        jobs.make_feedback(package_id=int(page.split("/")[-1]), at=AT)
    assert "Refresh" not in desk.get(page).headers
    assert len(list_documents_of("feedback_package", int(page.split("/")[-1]))) == 1
    assert client.get(f"{page}/file").status_code in {403, 404}
    whole = desk.get(f"{page}/file")
    with zipfile.ZipFile(io.BytesIO(whole.data)) as package:
        assert package.namelist() == [f"{one.reference}.pdf" for one in (application, reserved)]
        assert package.testzip() is None


def test_without_a_word_of_experts_there_is_no_link_and_the_address_says_why(app, client):
    in2_with(10_000)
    undecided, unmarked = an_evaluated_application(), an_awarded_application("MG")  # MG is judged by the office
    desk = signed_in(client, a_manager())
    for application in (undecided, unmarked):
        address = f"/decisions/applications/{application.id}"
        assert "feedback.pdf" not in desk.get(address).text
        answer = desk.get(f"{address}/feedback.pdf")
        assert answer.status_code == 404
        assert "There is nothing from experts to read here yet." in words(answer)


def test_the_sessions_of_all_calls_stand_on_one_page_for_those_whom_they_concern(app, client):
    in2_with(10_000, two_persons=True)
    session = a_proposed_session(an_evaluated_application())
    second = signed_in(client, a_manager())
    address = f"/decisions/sessions/{session.id}"
    assert "/decisions/sessions?state=proposed" in second.get("/desk").text
    assert address in second.get("/decisions/sessions?state=proposed").text
    assert address not in second.get("/decisions/sessions?state=confirmed").text
    elsewhere = signed_in(app.test_client(), a_manager("NL-NB"))
    assert address not in elsewhere.get("/decisions/sessions").text


def test_letters_go_out_in_the_words_that_were_read(app, client):
    in2_with(10_000, two_persons=True)
    application = an_evaluated_application()
    session = decide(a_proposed_session(application), coordinator())
    sender = signed_in(client, coordinator())
    address = f"/decisions/sessions/{session.id}/announce"
    shown = unseen(sender.get(address))
    contest = get_contest_of(application)
    word_letters(contest, "award", "en", "Other words", "Dear {name}, no.", by=a_manager(), at=AT)

    refused = sender.post(address, data={"csrf_token": token(sender.get(address)), **shown})
    assert refused.status_code == 422
    assert "Somebody has changed the words of the letters" in words(refused)
    assert (
        press(sender, address, **dict(re.findall(r'name="(count|words)" value="([^"]+)"', refused.text))).status_code
        == 303
    )
    with pytest.raises(RuleBroken, match="are just being sent"):
        word_letters(contest, "award", "en", "Too late", "Dear {name}, no.", by=a_manager(), at=AT)
    kept = signed_in(app.test_client(), a_manager())
    form = f"/decisions/calls/{application.call_id}/letters/award/en?region=BE-WAL"
    late = press(kept, form, heading="Too late", body="Dear {name}, words that stay.")
    assert late.status_code == 422
    assert "words that stay" in late.text

    jobs.tell_session(session_id=session.id, at=AT)
    letters = db.session.scalars(select(Letter).where(Letter.heading == "Other words")).all()
    assert len(letters) >= 1
    word_letters(contest, "award", "en", "From now on", "Dear {name}, yes.", by=a_manager(), at=AT)


def test_conditions_stand_on_one_page_and_hold_the_agreement_back(app, client):
    in2_with(10_000, two_persons=False)
    application = an_awarded_application()
    kept = a_condition(application)
    desk = signed_in(client, a_manager())
    assert f"/decisions/conditions/{kept.id}" in desk.get("/decisions/conditions?state=open").text
    assert f"/decisions/conditions/{kept.id}" not in desk.get("/decisions/conditions?state=met").text
    assert "/decisions/conditions?state=open" in desk.get("/desk").text
    elsewhere = signed_in(app.test_client(), a_manager("NL-NB"))
    assert f"/decisions/conditions/{kept.id}" not in elsewhere.get("/decisions/conditions").text
    page = desk.get(f"/agreements/issue/{application.id}")
    assert f"/decisions/conditions/{kept.id}" in page.text
    assert "Once it is issued" not in page.text
    assert "Waits for its conditions" in desk.get("/agreements/awards").text
