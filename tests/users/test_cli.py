import pytest

from tests.builders.programmes import a_programme, in2
from tests.builders.users import an_applicant, mailed_link
from vouchers.users import queries
from vouchers.users.states import Role


@pytest.fixture
def run(app, clock):
    in2()
    a_programme()
    return lambda *words: app.test_cli_runner().invoke(args=["users", "invite", *words])


def test_invite_prints_the_link_of_the_letter(run):
    done = run("max@office.example", "--role", "cluster_manager", "--region", "BE-WAL", "--name", "Max")

    assert done.exit_code == 0, done.output
    assert mailed_link("max@office.example") in done.output
    (grant,) = queries.find_user("max@office.example").grants
    assert (grant.role, grant.region_code, grant.programme_code) == (Role.CLUSTER_MANAGER, "BE-WAL", None)


def test_invite_gives_a_known_person_the_role(run):
    user = an_applicant()

    done = run(user.email, "--role", "administrator")
    assert done.exit_code == 0
    assert "has an account already" in done.output


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("nobody", "--role", "auditor"), "correct format"),
        (("max@office.example", "--role", "auditor", "--region", "XX"), "no region with the code XX"),
        (
            ("max@office.example", "--role", "auditor", "--programme", "small", "--region", "BE-WAL"),
            "small has no region BE-WAL. Its regions: Auvergne-Rhône-Alpes (FR-ARA), Oslo (NO-OSL).",
        ),
        (("max@office.example", "--role", "auditor", "--programme", "XX"), "no programme with the code XX"),
        (("max@office.example", "--role", "administrator", "--region", "BE-WAL"), "whole server"),
    ],
)
def test_invite_fails_with_a_sentence_and_leaves_nothing(run, words, sentence):
    done = run(*words)

    assert done.exit_code == 1
    assert sentence in done.output
    assert queries.find_user("max@office.example") is None


def test_invite_knows_its_roles(run):
    assert run("max@office.example", "--role", "emperor").exit_code == 2
