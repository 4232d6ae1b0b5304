"""What happens to people: each step, and every refusal without a trace."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.builders.programmes import in2
from tests.builders.users import (
    PASSWORD,
    a_member_of_staff,
    an_administrator,
    an_applicant,
    an_expert_user,
    chosen_password,
    code_of,
    give_factor,
    mailed_token,
)
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.letters.models import Letter
from vouchers.users import queries
from vouchers.users.actions import accounts, passwords, roles, second_factor, sessions
from vouchers.users.models import OneTimeToken, RoleGrant, User
from vouchers.users.rules.links import LinkPurpose
from vouchers.users.secrets import choose_password, is_password, new_totp_secret
from vouchers.users.states import GrantState, Role, SessionState, UserState
from vouchers.workflow.transition import OFFICE, Visitor

OTHER_PASSWORD = "marble-lantern-harvest-9"


@pytest.fixture(autouse=True)
def _stopped(app, clock):
    pass


def occasions(email):
    return list(db.session.scalars(select(Letter.occasion).where(Letter.to_email == email).order_by(Letter.id)))


def events(tag=None):
    wanted = select(func.count()).select_from(AuditEvent)
    return db.session.scalar(wanted.where(AuditEvent.tag == tag) if tag else wanted)


def link_to(email, purpose):
    return queries.find_link(mailed_token(email), purpose)


def start(user, clock):
    return sessions.start_session(user, device="Firefox, Linux", at=clock.now)


# --- accounts ---------------------------------------------------------------------------------------------------------


def test_sign_up_user_waits_for_the_confirmation(clock):
    accounts.sign_up_user("Ada", "Ada@SME.example", chosen_password(), by=Visitor(), at=clock.now)

    user = queries.find_user("ada@sme.example")
    assert user.state == UserState.UNCONFIRMED
    assert occasions(user.email) == ["users/confirm"]
    with pytest.raises(RuleBroken, match="not confirmed"):
        sessions.check_password(user.email, PASSWORD, at=clock.now)


def test_sign_up_user_with_a_known_address_tells_its_owner_only(clock):
    user = an_applicant("ada@sme.example")

    accounts.sign_up_user("Mallory", user.email, choose_password(OTHER_PASSWORD, about=[]), by=Visitor(), at=clock.now)

    user = queries.get_user(user.id)
    assert user.name == "Ada Applicant"
    assert is_password(user.password_hash, PASSWORD)
    assert occasions(user.email) == ["users/confirm", "users/already_registered"]


def test_sign_up_user_twice_forgets_both_passwords_until_the_letter_is_opened(clock):
    accounts.sign_up_user("Mallory", "ada@sme.example", chosen_password(), by=Visitor(), at=clock.now)
    older = link_to("ada@sme.example", LinkPurpose.CONFIRM)
    other = choose_password(OTHER_PASSWORD, about=[])
    accounts.sign_up_user("Ada", "ada@sme.example", other, by=Visitor(), at=clock.now)

    with pytest.raises(RuleBroken, match="used already"):
        accounts.confirm_user(older, other, by=older.user, at=clock.now)
    newer = link_to("ada@sme.example", LinkPurpose.CONFIRM)
    with pytest.raises(RuleBroken, match="Choose a password"):
        accounts.confirm_user(newer, by=newer.user, at=clock.now)
    accounts.confirm_user(newer, other, by=newer.user, at=clock.now)

    assert sessions.check_password("ada@sme.example", OTHER_PASSWORD, at=clock.now).state == UserState.ACTIVE
    with pytest.raises(RuleBroken):
        sessions.check_password("ada@sme.example", PASSWORD, at=clock.now)


@pytest.mark.parametrize(
    ("purpose", "lasts"),
    [
        (LinkPurpose.CONFIRM, timedelta(days=3)),
        (LinkPurpose.INVITATION, timedelta(days=14)),
        (LinkPurpose.RESET, timedelta(hours=1)),
    ],
)
def test_links_end(clock, purpose, lasts):
    if purpose == LinkPurpose.CONFIRM:
        accounts.sign_up_user("Ada", "ada@sme.example", chosen_password(), by=Visitor(), at=clock.now)
        use = accounts.confirm_user
    elif purpose == LinkPurpose.INVITATION:
        accounts.invite_user("ada@sme.example", "Ada", Role.EXPERT, by=OFFICE, at=clock.now)
        use = accounts.accept_invitation
    else:
        an_applicant("ada@sme.example")
        accounts.request_password_reset("ada@sme.example", by=Visitor(), at=clock.now)
        use = passwords.reset_password
    link, before = link_to("ada@sme.example", purpose), events()

    for late in (timedelta(0), timedelta(days=1)):
        with pytest.raises(RuleBroken, match="too old"):
            use(link, chosen_password(), by=link.user, at=clock.now + lasts + late)
    assert events() == before

    use(link, chosen_password(), by=link.user, at=clock.now + lasts - timedelta(seconds=1))
    with pytest.raises((RuleBroken, WrongState)):
        use(link, chosen_password(), by=link.user, at=clock.now)


def test_what_is_kept_of_a_link_does_not_open_it(clock):
    accounts.sign_up_user("Ada", "ada@sme.example", chosen_password(), by=Visitor(), at=clock.now)

    kept = db.session.scalars(select(OneTimeToken)).one()
    assert kept.token_hash != mailed_token("ada@sme.example")
    assert queries.find_link(kept.token_hash, LinkPurpose.CONFIRM) is None
    assert queries.find_link(mailed_token("ada@sme.example"), LinkPurpose.RESET) is None


def test_invite_user_makes_an_account_with_a_role(clock):
    in2()
    invited = accounts.invite_user(
        "Max@Office.example", "Max", Role.CLUSTER_MANAGER, "in2lifesciences", "BE-WAL", by=OFFICE, at=clock.now
    )

    assert invited.user.state == UserState.INVITED
    assert invited.link.endswith(mailed_token("max@office.example"))
    (grant,) = invited.user.grants
    assert (grant.role, grant.scope) == (Role.CLUSTER_MANAGER, "in2lifesciences/BE-WAL")


def test_invite_user_again_renews_the_letter_only(clock):
    first = accounts.invite_user("max@office.example", "Max", Role.AUDITOR, by=OFFICE, at=clock.now)
    second = accounts.invite_user("max@office.example", "Max", Role.AUDITOR, by=OFFICE, at=clock.now)

    assert second.user.id == first.user.id
    assert second.link != first.link
    assert len(queries.get_user(first.user.id).grants) == 1
    assert queries.find_link(first.link.rpartition("/")[2], LinkPurpose.INVITATION).used_at is not None


def test_invite_user_with_an_account_only_gives_the_role(clock):
    user = an_applicant()

    invited = accounts.invite_user(user.email, "Other name", Role.EXPERT, by=OFFICE, at=clock.now)

    assert invited.link is None
    assert invited.user.name == user.name
    assert invited.user.is_expert
    assert occasions(user.email)[-1] == "users/grant_role"


def test_invite_user_who_signed_up_unconfirmed_trusts_no_password_from_before(clock):
    accounts.sign_up_user("Mallory", "boss@office.example", chosen_password(), by=Visitor(), at=clock.now)

    accounts.invite_user("boss@office.example", "Boss", Role.ADMINISTRATOR, by=OFFICE, at=clock.now)

    assert queries.find_user("boss@office.example").password_hash is None


def test_invite_user_leaves_no_trace_when_the_role_is_refused(clock):
    manager, before = a_member_of_staff(Role.CLUSTER_MANAGER), events()

    with pytest.raises(NotPermitted):
        accounts.invite_user("max@office.example", "Max", Role.AUDITOR, by=manager, at=clock.now)

    assert queries.find_user("max@office.example") is None
    assert events() == before
    assert occasions("max@office.example") == []


def test_edit_profile_is_ones_own(clock):
    ada, ben = an_applicant(), an_applicant()

    accounts.edit_profile(ada, name="Ada King", language="fr", time_zone="Europe/Paris", by=ada, at=clock.now)
    assert queries.get_user(ada.id).name == "Ada King"
    with pytest.raises(NotPermitted):
        accounts.edit_profile(ada, name="X", language="en", time_zone="UTC", by=ben, at=clock.now)


def test_disable_user_ends_everything_at_once_and_enable_user_lets_in_again(clock):
    administrator, user = an_administrator(), an_applicant()
    begun = start(user, clock)

    accounts.disable_user(user, by=administrator, at=clock.now, why="Left the company")
    assert queries.find_open_session(begun.token, at=clock.now) is None
    assert queries.get_session(begun.session.id).state == SessionState.ENDED
    with pytest.raises(RuleBroken):
        sessions.check_password(user.email, PASSWORD, at=clock.now)
    accounts.request_password_reset(user.email, by=Visitor(), at=clock.now)
    assert occasions(user.email) == ["users/confirm"]

    accounts.enable_user(user, by=administrator, at=clock.now)
    assert queries.find_open_session(begun.token, at=clock.now) is None
    assert sessions.check_password(user.email, PASSWORD, at=clock.now).id == user.id


def test_disable_user_keeps_an_administrator(clock):
    administrator = an_administrator()

    with pytest.raises(RuleBroken, match="your own account"):
        accounts.disable_user(administrator, by=administrator, at=clock.now)
    with pytest.raises(RuleBroken, match="needs an administrator"):
        accounts.disable_user(administrator, by=OFFICE, at=clock.now)
    an_administrator()
    accounts.disable_user(administrator, by=OFFICE, at=clock.now)


def test_disable_user_before_the_address_is_proven_asks_for_proof_after(clock):
    accounts.sign_up_user("Mallory", "ada@sme.example", chosen_password(), by=Visitor(), at=clock.now)
    user = queries.find_user("ada@sme.example")

    accounts.disable_user(user, by=OFFICE, at=clock.now)
    accounts.enable_user(user, by=OFFICE, at=clock.now)

    with pytest.raises(RuleBroken):
        sessions.check_password(user.email, PASSWORD, at=clock.now)


# --- passwords and lock-out -------------------------------------------------------------------------------------------


def test_request_password_reset_writes_only_where_there_is_an_account(clock):
    user = an_applicant()
    accounts.request_password_reset("nobody@sme.example", by=Visitor(), at=clock.now)
    accounts.request_password_reset(user.email, by=Visitor(), at=clock.now)

    assert occasions("nobody@sme.example") == []
    assert occasions(user.email)[-1] == "users/reset_password"


def test_reset_password_ends_sessions_lock_and_other_links_and_keeps_the_factor(clock):
    user = an_administrator()
    begun = start(user, clock)
    token = sessions.open_with_code(begun.session, code_of(user), at=clock.now)
    for _wrong in range(5):
        sessions.record_failed_attempt(user, at=clock.now)
    accounts.request_password_reset(user.email, by=Visitor(), at=clock.now)
    link = link_to(user.email, LinkPurpose.RESET)

    passwords.reset_password(link, choose_password(OTHER_PASSWORD, about=[]), by=link.user, at=clock.now)

    assert queries.find_open_session(token, at=clock.now) is None
    user = sessions.check_password(user.email, OTHER_PASSWORD, at=clock.now)
    assert not start(user, clock).is_open
    with pytest.raises(RuleBroken):
        passwords.reset_password(link, chosen_password(), by=link.user, at=clock.now)
    assert occasions(user.email)[-1] == "users/set_password"


def test_set_password_keeps_the_session_it_was_set_in(clock):
    user = an_applicant()
    here, there = start(user, clock), start(user, clock)

    chosen = choose_password(OTHER_PASSWORD, about=[])
    passwords.set_password(user, chosen, by=user, at=clock.now, session=here.session)

    assert queries.find_open_session(here.token, at=clock.now)
    assert queries.find_open_session(there.token, at=clock.now) is None


def test_lock_user_after_five_wrong_passwords_and_longer_each_time(clock):
    user = an_applicant()

    def guess(password):
        try:
            return sessions.check_password(user.email, password, at=clock.now).id
        except RuleBroken as refused:
            return "locked" if "too many wrong tries" in str(refused) else "wrong"

    assert [guess("wrong") for _ in range(5)] == ["wrong"] * 4 + ["locked"]
    assert guess(PASSWORD) == "locked"
    assert events("user.lock") == 1
    clock.forward(seconds=59)
    assert guess(PASSWORD) == "locked"
    clock.forward(seconds=1)
    assert guess("wrong") == "locked"
    clock.forward(seconds=119)
    assert guess(PASSWORD) == "locked"
    clock.forward(seconds=1)
    assert guess(PASSWORD) == user.id
    assert events("user.lock") == 2
    assert occasions(user.email).count("users/lock") == 2
    assert events() == events()

    sessions.start_session(queries.get_user(user.id), device="", at=clock.now)
    assert queries.get_user(user.id).failed_attempts == 0


def test_lock_user_holds_against_a_right_password_that_was_checked_before(clock):
    user = an_applicant()
    sessions.check_password(user.email, PASSWORD, at=clock.now)
    for _wrong in range(5):
        sessions.record_failed_attempt(user, at=clock.now)

    with pytest.raises(RuleBroken, match="too many wrong tries"):
        start(user, clock)


def test_wrong_codes_count_like_wrong_passwords(clock):
    user = an_administrator()
    begun = start(user, clock)

    for _wrong in range(5):
        with pytest.raises(RuleBroken):
            sessions.open_with_code(begun.session, "000000", at=clock.now)
    with pytest.raises(RuleBroken, match="too many wrong tries"):
        sessions.open_with_code(begun.session, code_of(user), at=clock.now)
    with pytest.raises(RuleBroken, match="too many wrong tries"):
        sessions.check_password(user.email, PASSWORD, at=clock.now)


def test_a_right_password_does_not_forgive_wrong_codes(clock):
    user = an_administrator()
    for _round in range(4):
        begun = start(user, clock)
        with pytest.raises(RuleBroken):
            sessions.open_with_code(begun.session, "000000", at=clock.now)

    assert queries.get_user(user.id).failed_attempts == 4


# --- sessions ---------------------------------------------------------------------------------------------------------


def test_start_session_opens_for_those_without_a_factor(clock):
    for user in (an_applicant(), an_expert_user()):
        begun = start(user, clock)
        assert begun.is_open
        assert queries.find_open_session(begun.token, at=clock.now + timedelta(hours=11, minutes=59))
        assert queries.find_open_session(begun.token, at=clock.now + timedelta(hours=12)) is None


def test_start_session_waits_for_staff_and_for_whoever_has_a_factor(clock):
    applicant = an_applicant()
    give_factor(applicant)
    for user in (a_member_of_staff(Role.AUDITOR, with_factor=False), applicant):
        begun = start(queries.get_user(user.id), clock)
        assert not begun.is_open
        assert queries.find_open_session(begun.token, at=clock.now) is None
        assert queries.find_started_session(begun.token, at=clock.now)
        assert queries.find_started_session(begun.token, at=clock.now + timedelta(minutes=30)) is None


def test_open_session_gives_a_new_token_and_voids_the_old_one(clock):
    user = an_administrator()
    begun = start(user, clock)

    token = sessions.open_with_code(begun.session, code_of(user), at=clock.now)

    assert token != begun.token
    assert queries.find_open_session(token, at=clock.now).user_id == user.id
    assert queries.find_open_session(begun.token, at=clock.now) is None
    assert queries.find_started_session(begun.token, at=clock.now) is None
    with pytest.raises(WrongState):
        sessions.open_with_code(begun.session, code_of(user), at=clock.now)


def test_open_with_code_takes_no_code_twice(clock):
    user = an_administrator()
    first, second = start(user, clock), start(user, clock)
    code = code_of(user)

    sessions.open_with_code(first.session, code, at=clock.now)
    with pytest.raises(RuleBroken, match="used already"):
        sessions.open_with_code(second.session, code, at=clock.now)
    clock.forward(seconds=30)
    sessions.open_with_code(second.session, code_of(user), at=clock.now)


def test_open_with_code_takes_each_recovery_code_once(clock):
    user = an_applicant()
    codes = give_factor(user)
    assert len(set(codes)) == 10

    sessions.open_with_code(start(user, clock).session, codes[0].upper(), at=clock.now)
    again = start(user, clock)
    with pytest.raises(RuleBroken):
        sessions.open_with_code(again.session, codes[0], at=clock.now)
    assert len(queries.list_unused_codes(user.id)) == 9


def test_end_session_ends_it_at_once_for_its_person_or_an_administrator(clock):
    user, stranger, administrator = an_applicant(), an_applicant(), an_administrator()
    begun = start(user, clock)

    with pytest.raises(NotPermitted):
        sessions.end_session(begun.session, by=stranger, at=clock.now)
    assert queries.find_open_session(begun.token, at=clock.now)
    sessions.end_session(begun.session, by=user, at=clock.now)
    assert queries.find_open_session(begun.token, at=clock.now) is None
    sessions.end_session(start(user, clock).session, by=administrator, at=clock.now)


def test_end_other_sessions_keeps_this_one(clock):
    user = an_applicant()
    here, _there, _elsewhere = (start(user, clock) for _ in range(3))

    assert sessions.end_other_sessions(here.session, by=user, at=clock.now) == 2
    assert [session.id for session in queries.list_sessions(user.id, at=clock.now)] == [here.session.id]


def test_open_demo_session_only_in_a_demonstration_and_only_as_its_people(clock):
    demo, real = an_applicant("ada@demo.example"), an_applicant("ada@sme.example")
    staff = a_member_of_staff(Role.AUDITOR, email="otto@demo.example")

    for user in (demo, staff):
        token = sessions.open_demo_session(user, device="", at=clock.now, is_demo=True)
        assert queries.find_open_session(token, at=clock.now).user_id == user.id
    for user, is_demo in ((demo, False), (real, True)):
        with pytest.raises(NotPermitted):
            sessions.open_demo_session(user, device="", at=clock.now, is_demo=is_demo)


# --- second factor ----------------------------------------------------------------------------------------------------


def test_set_second_factor_asks_for_the_first_code(clock):
    user = an_applicant()

    with pytest.raises(RuleBroken):
        second_factor.set_second_factor(user, new_totp_secret(), "000000", by=user, at=clock.now)
    assert queries.get_user(user.id).totp_secret is None
    assert queries.list_unused_codes(user.id) == []


def test_set_second_factor_again_voids_the_old_recovery_codes(clock):
    user = an_applicant()
    old, new = give_factor(user), give_factor(user)

    begun = start(queries.get_user(user.id), clock)
    with pytest.raises(RuleBroken):
        sessions.open_with_code(begun.session, old[0], at=clock.now)
    sessions.open_with_code(begun.session, new[0], at=clock.now)


def test_set_first_factor_never_replaces_one(clock):
    import pyotp

    user = an_administrator()
    begun, secret = start(user, clock), new_totp_secret()

    with pytest.raises(NotPermitted, match="already"):
        second_factor.set_first_factor(begun.session, secret, pyotp.TOTP(secret).at(clock.now), at=clock.now)


def test_reset_second_factor_signs_out_and_asks_for_a_new_one(clock):
    administrator, user = an_administrator(), a_member_of_staff(Role.AUDITOR)
    token = sessions.open_with_code(start(user, clock).session, code_of(user), at=clock.now)

    with pytest.raises(NotPermitted):
        second_factor.reset_second_factor(user, by=user, at=clock.now)
    second_factor.reset_second_factor(user, by=administrator, at=clock.now, why="Lost phone, called back")

    assert queries.find_open_session(token, at=clock.now) is None
    assert queries.list_unused_codes(user.id) == []
    assert not start(queries.get_user(user.id), clock).is_open


# --- roles ------------------------------------------------------------------------------------------------------------


def test_grant_role_signs_out_who_becomes_staff_without_a_factor(clock):
    user = an_applicant()
    begun = start(user, clock)

    roles.grant_role(user, Role.AUDITOR, by=OFFICE, at=clock.now)

    assert queries.find_open_session(begun.token, at=clock.now) is None
    assert not start(queries.get_user(user.id), clock).is_open


def test_grant_role_to_an_expert_leaves_sessions_alone(clock):
    user = an_applicant()
    begun = start(user, clock)

    roles.grant_role(user, Role.EXPERT, by=OFFICE, at=clock.now)

    assert queries.find_open_session(begun.token, at=clock.now)


@pytest.mark.parametrize(
    ("giver", "role", "programme", "is_allowed"),
    [
        # who gives                                what                    in which programme     allowed
        ((Role.ADMINISTRATOR, None),               Role.ADMINISTRATOR,     None,                  True),
        ((Role.ADMINISTRATOR, None),               Role.FINANCE_OFFICER,   "in2lifesciences",     True),
        ((Role.COORDINATOR, None),                 Role.CLUSTER_MANAGER,   None,                  True),
        ((Role.COORDINATOR, None),                 Role.ADMINISTRATOR,     None,                  False),
        ((Role.COORDINATOR, "in2lifesciences"),    Role.CLUSTER_MANAGER,   "in2lifesciences",     True),
        ((Role.COORDINATOR, "in2lifesciences"),    Role.CLUSTER_MANAGER,   "another",             False),
        ((Role.COORDINATOR, "in2lifesciences"),    Role.CLUSTER_MANAGER,   None,                  False),
        ((Role.CLUSTER_MANAGER, None),             Role.EXPERT,            None,                  False),
        ((Role.FINANCE_OFFICER, None),             Role.FINANCE_OFFICER,   None,                  False),
        ((Role.AUDITOR, None),                     Role.AUDITOR,           None,                  False),
        ((Role.EXPERT, None),                      Role.EXPERT,            None,                  False),
    ],
)  # fmt: skip
def test_grant_role_is_for_administrators_and_coordinators(clock, giver, role, programme, is_allowed):
    by = a_member_of_staff(*giver) if giver[0] != Role.EXPERT else an_expert_user()
    user, before = an_applicant(), events()

    if is_allowed:
        roles.grant_role(user, role, programme, by=by, at=clock.now)
        assert queries.get_user(user.id).holds({role})
    else:
        with pytest.raises(NotPermitted):
            roles.grant_role(user, role, programme, by=by, at=clock.now)
        assert db.session.scalars(select(RoleGrant).where(RoleGrant.user_id == user.id)).all() == []
        assert events() == before


@pytest.mark.parametrize(
    ("role", "programme", "region", "why"),
    [
        (Role.ADMINISTRATOR, None, "BE-WAL", "whole server"),
        (Role.AUDITOR, None, "XX-XXX", "no region with the code"),
        (Role.COORDINATOR, None, None, "already"),
    ],
)
def test_grant_role_refuses_what_makes_no_sense(clock, role, programme, region, why):
    in2()
    user, before = a_member_of_staff(Role.COORDINATOR), events()

    with pytest.raises(RuleBroken, match=why):
        roles.grant_role(user, role, programme, region, by=OFFICE, at=clock.now)
    assert events() == before
    assert len(queries.get_user(user.id).grants) == 1


def test_revoke_role_holds_at_once_and_keeps_an_administrator(clock):
    administrator, auditor = an_administrator(), a_member_of_staff(Role.AUDITOR)

    roles.revoke_role(queries.get_grant(auditor.grants[0].id), by=administrator, at=clock.now)
    assert not queries.get_user(auditor.id).is_staff
    assert (
        db.session.scalars(select(RoleGrant.state).where(RoleGrant.user_id == auditor.id)).one() == GrantState.REVOKED
    )
    with pytest.raises(RuleBroken, match="needs an administrator"):
        roles.revoke_role(queries.get_grant(administrator.grants[0].id), by=administrator, at=clock.now)


def test_secrets_never_enter_the_record(clock):
    from vouchers.audit.models import AuditDetail

    user = an_administrator()
    start(user, clock)

    record = str([detail.body for detail in db.session.scalars(select(AuditDetail))])
    kept = db.session.get(User, user.id)
    for secret in (PASSWORD, kept.password_hash, kept.totp_secret):
        assert secret not in record
