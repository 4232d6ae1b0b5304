"""Two at the same moment: one code opens one session, and a burst of guesses is counted to the last."""

import threading

from tests.builders.users import PASSWORD, an_administrator, an_applicant, chosen_password, code_of, mailed_token
from vouchers.core import clock as time
from vouchers.core.database import db
from vouchers.core.errors import Refused
from vouchers.users import queries
from vouchers.users.actions import accounts, passwords, sessions
from vouchers.users.models import UserSession
from vouchers.users.rules.links import LinkPurpose
from vouchers.workflow.transition import Visitor


def at_once(app, *presses):
    """Run each in a thread of its own, all beginning together; what each answered, refusals as their class."""
    start, answers, moment = threading.Barrier(len(presses)), [], time.now()

    def run(press):
        with app.app_context(), time.stopped_at(moment):
            start.wait()
            try:
                answers.append(press())
            except Refused as refused:
                answers.append(type(refused).__name__)

    threads = [threading.Thread(target=run, args=(press,)) for press in presses]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_code_opens_one_session(app, clock):
    user = an_administrator()
    code = code_of(user)
    ids = [sessions.start_session(user, device="", at=clock.now).session.id for _ in range(4)]

    def press(session_id):
        session = db.session.get(UserSession, session_id)
        sessions.open_with_code(session, code, at=time.now())
        return "open"

    answers = at_once(app, *(lambda session_id=session_id: press(session_id) for session_id in ids))

    assert sorted(answers) == ["RuleBroken", "RuleBroken", "RuleBroken", "open"]
    assert len(queries.list_sessions(user.id, at=clock.now)) == 1


def test_one_reset_link_sets_one_password(app, clock):
    user = an_applicant()
    accounts.request_password_reset(user.email, by=Visitor(), at=clock.now)
    token, chosen = mailed_token(user.email), chosen_password()

    def press():
        link = queries.find_link(token, LinkPurpose.RESET)
        passwords.reset_password(link, chosen, by=link.user, at=time.now())
        return "set"

    assert sorted(at_once(app, press, press, press)) == ["RuleBroken", "RuleBroken", "set"]


def test_a_burst_of_wrong_passwords_locks_like_one_after_the_other(app, clock):
    user = an_applicant()
    email = user.email

    def guess(password="wrong"):
        return sessions.check_password(email, password, at=time.now()).id

    assert set(at_once(app, *[guess] * 8)) == {"RuleBroken"}
    db.session.rollback()
    db.session.refresh(user)
    assert user.failed_attempts == 5
    assert at_once(app, lambda: guess(PASSWORD)) == ["RuleBroken"]


def test_one_address_signs_up_once(app, clock):
    chosen = chosen_password()

    def press(email):
        accounts.sign_up_user("Ada", email, chosen, by=Visitor(), at=time.now())
        return "told"

    for number in range(5):
        email = f"ada{number}@sme.example"
        assert at_once(app, *[lambda email=email: press(email)] * 4) == ["told"] * 4
