from tests.builders.users import an_administrator, an_applicant, an_expert_user, sign_in, signed_in
from vouchers.users.states import UserState


def test_people_are_made_by_real_steps(app, clock):
    applicant, expert, administrator = an_applicant(), an_expert_user(), an_administrator()

    assert {person.state for person in (applicant, expert, administrator)} == {UserState.ACTIVE}
    assert not applicant.grants
    assert expert.is_expert
    assert administrator.is_staff
    assert administrator.totp_secret


def test_sign_in_over_http_and_the_fast_way(app, clock, client):
    administrator, applicant = an_administrator(), an_applicant()

    sign_in(client, administrator)
    with client.session_transaction() as cookie:
        assert cookie["session"]

    signed_in(client, applicant)
    assert client.get("/healthz").status_code == 200
