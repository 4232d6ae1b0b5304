"""A call's corrected marks: reckoned, kept, shown; and experts who lie far apart."""

import csv
import io
from fractions import Fraction

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from tests.builders.applications import IN2, owner_of
from tests.builders.counting import queries_of
from tests.builders.evaluation import (
    a_consensus,
    a_decision,
    a_manager,
    a_marked_assignment,
    a_sheet,
    an_accepted_assignment,
    an_assignment,
    an_eligible_application,
)
from tests.builders.experts import an_expert
from tests.builders.programmes import IN2_FILE, a_programme, during_call, in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.applications.queries.files import get_application
from vouchers.applications.states import ApplicationState
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.decisions.queries.contests import find_decision
from vouchers.decisions.queries.entries import get_contest
from vouchers.decisions.queries.feedback import find_fair_score
from vouchers.evaluation.actions import assignments as actions
from vouchers.evaluation.actions import consensus
from vouchers.evaluation.actions.accepting import accept_divergence
from vouchers.evaluation.actions.correcting import reckon_marks
from vouchers.evaluation.jobs import reckon_outdated_marks
from vouchers.evaluation.models import CorrectedMark, ExpertEffect, MarkCorrection
from vouchers.evaluation.queries import corrections as queries
from vouchers.evaluation.queries.consensus import get_consensus
from vouchers.evaluation.queries.divergences import find_divergence
from vouchers.evaluation.states import DivergenceState
from vouchers.letters.models import Letter
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

AT = during_call()


@pytest.fixture(autouse=True)
def _office(app, clock):
    clock.stop(AT)


def marks(mark):
    return dict.fromkeys(("novelty", "benefit", "partnership"), mark)


def a_call(**settings):
    """IN2LifeSciences, whose calls say this of marking too."""
    lines = "".join(f"\n      {name}: {value}" for name, value in settings.items())
    a_programme(IN2_FILE.read_text(encoding="utf-8"), aggregation=f"mean{lines}")
    return in2_call()


def in2_call():
    return IN2.call()


def four_marked(*, connected=True):
    """Three applications: a harsh expert and a mild one; the harsh one's application is the better one."""
    harsh, fair, mild = (an_expert(at=AT, name=name) for name in ("Hanna Harsh", "Fred Fair", "Mila Mild"))
    one, two, three = (an_eligible_application() for _number in range(3))
    beside = fair if connected else an_expert(at=AT, name="Lone")
    table = [
        *((one, harsh, "3.5"), (one, beside, "4.5")),
        *((two, fair, "4"), (two, mild, "5"), (three, fair, "3"), (three, mild, "4")),
    ]
    for application, expert, mark in table:
        a_marked_assignment(application, expert, marks=marks(mark))
    return one, two, three


# Corrected marks -----------------------------------------------------------------------------------------------------


def test_the_office_reckons_marks_once_and_again_when_they_change():
    in2()
    one, *_others = four_marked()
    reckon_outdated_marks(at=AT)
    kept = queries.find_correction(one.call_id)
    assert (kept.sheets, kept.version, len(kept.islands)) == (6, 1, 1)
    reckon_outdated_marks(at=AT)
    assert queries.find_correction(one.call_id).version == 1
    submitted = actions.queries.list_submitted(one.id)[0]
    actions.declare_conflict(submitted, "x", by=actions.queries.get_assignment(submitted.id).expert.user, at=AT)
    reckon_outdated_marks(at=AT)
    again = queries.find_correction(one.call_id)
    assert (again.sheets, again.version) == (5, 2)
    assert again.sha256 != kept.marks_version
    assert db.session.scalar(select(func.count(CorrectedMark.id))) == 3
    assert db.session.scalar(select(func.count(ExpertEffect.id))) == 2
    assert db.session.scalar(select(func.count(MarkCorrection.id))) == 1


def test_marks_that_all_fell_away_leave_nothing_corrected():
    in2()
    application = an_eligible_application()
    assert reckon_marks(application.call, by=OFFICE, at=AT) is None
    marked = a_marked_assignment(application)
    reckon_outdated_marks(at=AT)
    actions.declare_conflict(marked, "x", by=marked.expert.user, at=AT)
    for _turn in range(2):
        reckon_outdated_marks(at=AT)
    kept = queries.find_correction(application.call_id)
    assert (kept.sheets, kept.islands, kept.marks_version, kept.version) == (0, [], "", 2)
    assert db.session.scalar(select(func.count(CorrectedMark.id))) == 0


def test_reckoning_is_for_the_staff_of_the_call():
    in2()
    one, *_others = four_marked()
    expert = actions.queries.list_assignments(one.id)[0].expert.user
    with pytest.raises(NotPermitted):
        reckon_marks(one.call, by=expert, at=AT)
    assert queries.find_correction(one.call_id) is None
    assert reckon_marks(one.call, by=a_manager(), at=AT).sheets == 6


def test_stored_and_present_corrections_are_the_same():
    in2()
    one, *_others = four_marked()
    marking = one.call.plan.marking
    before = queries.get_corrected(one.call_id, marking, []).scores
    assert queries.effects_of(one.call_id, marking, [])[0]
    reckon_marks(one.call, by=OFFICE, at=AT)
    assert queries.get_corrected(one.call_id, marking, []).scores == before
    assert len(before) == 3


def places(call, region="BE-WAL"):
    contest = get_contest(call, IN2.region(region))
    return [(place.entry.key, place.rank) for place in contest.places], contest


def test_a_call_ranks_by_raw_marks_unless_it_says_otherwise():
    in2()
    one, two, three = four_marked()
    assert places(in2_call())[0] == [(two.id, 1), (one.id, 2), (three.id, 3)]
    a_decision(two)
    basis = find_decision(two.id).basis
    assert (basis["ranks_by"], basis["raw_score"], basis["corrected_score"]) == ("raw", "20.25", None)
    assert basis["marks"] == {"novelty": "4.5", "benefit": "4.5", "partnership": "4.5"}
    assert [one["effect"] for one in basis["sheets"]] == [None, None]


def test_a_call_that_says_so_ranks_by_corrected_marks_and_keeps_the_thresholds_raw(client):
    a_call(fair_marks="ranking")
    one, two, three = four_marked()
    ranked, contest = places(in2_call())
    assert [key for key, _rank in ranked] == [one.id, two.id, three.id]
    result = contest.results[one.id]
    assert (result.raw_score, result.total, result.passes) == (18, 12, True)
    assert result.ranking_score == Fraction(81, 4)
    a_decision(one)
    decision = find_decision(one.id)
    basis = decision.basis
    assert (decision.rank, decision.score) == (1, "20.25")
    assert (basis["ranks_by"], basis["raw_score"], basis["corrected_score"]) == ("corrected", "18", "20.25")
    assert len(basis["effects_sha256"]) == 64
    explained = [Fraction(one["score"]) - Fraction(one["effect"]) for one in basis["sheets"]]
    assert sum(explained) / len(explained) == Fraction(basis["corrected_score"])
    assert (basis["rank"], basis["among"], basis["is_tied"]) == (1, 3, False)
    page = signed_in(client, owner_of(one)).get(f"/decisions/applications/{one.id}").text
    assert "Score: 18; corrected for harsh and mild experts, as the call says: 20.25." in page
    report = PdfReader(io.BytesIO(client.get(f"/decisions/applications/{one.id}/feedback.pdf").data))
    for told in (page, " ".join(report.pages[0].extract_text().split())):
        assert "The corrected score decided the place in the ranking" in told


def test_what_experts_agreed_on_together_is_not_corrected():
    a_call(fair_marks="ranking")
    one, two, _three = four_marked()
    found = a_consensus(two)
    consensus.propose_consensus(found, a_sheet(marks("3")), by=found.rapporteur.expert.user, at=AT)
    for party in found.parties:
        if party.id != found.rapporteur_id:
            consensus.approve_consensus(get_consensus(found.id), 1, by=party.expert.user, at=AT)
    results = places(in2_call())[1].results
    assert (results[two.id].ranking_score, results[two.id].raw_score) == (Fraction(27, 2), None)
    assert results[one.id].raw_score == 18
    a_decision(two)
    basis = find_decision(two.id).basis
    assert (basis["ranks_by"], basis["raw_score"], basis["consensus"]["id"]) == ("raw", "13.5", found.id)
    assert find_fair_score(find_decision(two.id)) is None


def test_unconnected_marks_rank_nobody_and_award_nothing(client):
    a_call(fair_marks="ranking")
    one, two, _three = four_marked(connected=False)
    ranked, contest = places(in2_call())
    assert {rank for _key, rank in ranked} == {None}
    assert "Hanna Harsh, Lone marked" in str(contest.results[one.id].unranked)
    with pytest.raises(RuleBroken, match=f"ranks by corrected marks.* {one.reference}"):
        a_decision(two)
    assert find_decision(two.id) is None
    signed_in(client, a_manager())
    page = client.get(f"/decisions/calls/{one.call_id}?region=BE-WAL")
    assert "fall into two groups that no expert connects" in page.text


def test_another_region_that_stands_apart_holds_up_nobody():
    a_call(fair_marks="ranking")
    one, *_others = four_marked()
    there = an_eligible_application(region="NL-NB")
    for mark in ("3", "4"):
        a_marked_assignment(there, an_expert(at=AT), marks=marks(mark))
    assert {rank for _key, rank in places(in2_call())[0]} == {1, 2, 3}
    assert places(in2_call(), "NL-NB")[0] == [(there.id, 1)]
    assert queries.get_corrected(one.call_id, one.call.plan.marking, []).refusal is not None


# The pages -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def manager(client):
    in2()
    return signed_in(client, a_manager())


def test_marks_are_shown_raw_and_corrected_with_both_places(client, manager):
    one, *_others = four_marked()
    address = f"/evaluation/calls/{one.call_id}/marks"
    page = client.get(address)
    assert "The marks are not corrected yet." in page.text
    assert client.post(f"{address}/reckon?region=BE-WAL", follow_redirects=True).status_code == 200
    page = client.get(address)
    assert "The marks are not corrected yet." not in page.text
    assert page.text.index(one.reference) < page.text.index("20.25")
    for words in ("Krippendorff", "least squares", "This call ranks by the raw marks", "not known"):
        assert words in page.text
    assert client.get(f"{address}?sort=raw&direction=desc&q={one.reference}").status_code == 200
    experts = client.get(f"{address}/experts").text
    assert experts.index("Hanna Harsh") < experts.index("Fred Fair") < experts.index("Mila Mild")
    assert experts.count("<rect") >= 9


def test_marks_that_came_in_since_are_announced(client, manager):
    one, *_others = four_marked()
    reckon_marks(one.call, by=OFFICE, at=AT)
    a_marked_assignment(an_eligible_application(), marks=marks("3"))
    page = client.get(f"/evaluation/calls/{one.call_id}/marks")
    assert "Marks have changed since they were corrected" in page.text


def test_unconnected_marks_are_refused_on_the_page_and_raw_ones_still_shown(client, manager):
    one, *_others = four_marked(connected=False)
    reckon_marks(one.call, by=OFFICE, at=AT)
    page = client.get(f"/evaluation/calls/{one.call_id}/marks")
    assert "Harsh and mild experts cannot be told apart" in page.text
    assert one.reference in page.text


def test_marks_as_files_suffice_to_reckon_again(client, manager):
    one, *_others = four_marked()
    reckon_marks(one.call, by=OFFICE, at=AT)

    def rows(kind):
        answer = client.get(f"/evaluation/calls/{one.call_id}/marks/{kind}.csv?region=BE-WAL", buffered=True)
        assert answer.mimetype == "text/csv"
        return list(csv.DictReader(io.StringIO(answer.text)))

    effects = {row["expert"]: Fraction(row["effect"]) for row in rows("experts")}
    corrected = {row["application"]: Fraction(row["corrected"]) for row in rows("applications")}
    given = rows("sheets")
    for reference, value in corrected.items():
        mine = [Fraction(row["score"]) - effects[row["expert"]] for row in given if row["application"] == reference]
        assert abs(sum(mine) / len(mine) - value) < Fraction(1, 10**5)
    assert client.get(f"/evaluation/calls/{one.call_id}/marks/other.csv").status_code == 404


def test_the_pages_of_marks_ask_as_often_for_many_as_for_few(client, manager):
    one, *_others = four_marked()
    reckon_marks(one.call, by=OFFICE, at=AT)
    addresses = [f"/evaluation/calls/{one.call_id}/marks{part}" for part in ("", "/experts")]
    few = [queries_of(lambda address=address: client.get(address)) for address in addresses]
    for _number in range(3):
        application = an_eligible_application()
        a_marked_assignment(application, actions.queries.list_assignments(one.id)[0].expert)
        a_marked_assignment(application)
    reckon_marks(one.call, by=OFFICE, at=AT)
    assert [queries_of(lambda address=address: client.get(address)) for address in addresses] == few


def test_marks_of_another_region_are_not_shown(client, manager):
    one, *_others = four_marked()
    reckon_marks(one.call, by=OFFICE, at=AT)
    assert client.get(f"/evaluation/calls/{one.call_id}/marks?region=NL-NB").status_code == 403
    assert client.post(f"/evaluation/calls/{one.call_id}/marks/reckon?region=NL-NB").status_code == 403
    assert client.get(f"/evaluation/calls/{one.call_id}/marks?region=XX").status_code == 404
    coordinator = a_member_of_staff(Role.COORDINATOR, "in2lifesciences", None)
    signed_in(client, coordinator)
    assert "All regions together" in client.get(f"/evaluation/calls/{one.call_id}/marks").text


# Experts who lie far apart -------------------------------------------------------------------------------------------


def letters():
    return list(db.session.scalars(select(Letter).where(Letter.occasion == "evaluation/find_divergence")))


def apart():
    """Two experts whose marks lie two points apart."""
    a_call(divergence="2")
    application = an_eligible_application()
    for mark in ("5", "3"):
        a_marked_assignment(application, marks=marks(mark))
    return get_application(application.id)


def test_experts_who_lie_apart_ask_for_one_more_who_settles_it():
    application = apart()
    assert application.state == ApplicationState.IN_EVALUATION
    assert find_divergence(application.id).state == DivergenceState.OPEN
    (letter,) = letters()
    assert letter.to_email == a_manager().email
    assert "the marks lie 2 points apart, from 3 to 5" in letter.body
    third = an_accepted_assignment(application)
    actions.submit_marks(third, a_sheet(marks("1")), by=third.expert.user, at=AT)
    assert find_divergence(application.id).state == DivergenceState.SETTLED
    application = get_application(application.id)
    assert (application.state, application.score) == (ApplicationState.EVALUATED, "13.5")
    assert len(letters()) == 1


def test_marks_that_lie_less_apart_or_a_call_that_names_no_distance_ask_for_nobody():
    a_call(divergence="2.5")
    application = an_eligible_application()
    for mark in ("5", "3"):
        a_marked_assignment(application, marks=marks(mark))
    assert get_application(application.id).state == ApplicationState.EVALUATED
    assert find_divergence(application.id) is None


def test_an_expert_who_is_already_writing_is_waited_for():
    a_call(divergence="2")
    application = an_eligible_application()
    third = an_assignment(application)
    for mark in ("5", "3"):
        a_marked_assignment(application, marks=marks(mark))
    assert (find_divergence(application.id), letters()) == (None, [])
    actions.refuse_assignment(third, "No time.", by=third.expert.user, at=AT)
    assert find_divergence(application.id).state == DivergenceState.OPEN
    fourth = an_assignment(application)
    actions.refuse_assignment(fourth, "No time.", by=fourth.expert.user, at=AT)
    assert len(letters()) == 1


def test_accept_a_difference_with_a_reason():
    application = apart()
    found = find_divergence(application.id)
    with pytest.raises(RuleBroken, match="Say why the difference can stand"):
        accept_divergence(found, " ", by=a_manager(), at=AT)
    with pytest.raises(NotPermitted):
        accept_divergence(found, "x", by=a_manager("NL-NB"), at=AT)
    assert get_application(application.id).state == ApplicationState.IN_EVALUATION
    accept_divergence(find_divergence(application.id), "Two fields, both are right.", by=a_manager(), at=AT)
    assert get_application(application.id).state == ApplicationState.EVALUATED
    found = find_divergence(application.id)
    assert (found.state, found.reason) == (DivergenceState.ACCEPTED, "Two fields, both are right.")
    with pytest.raises(WrongState):
        accept_divergence(found, "Again.", by=a_manager(), at=AT)


def test_an_acceptance_holds_for_the_sheets_that_were_seen():
    application = apart()
    accept_divergence(find_divergence(application.id), "Both are right.", by=a_manager(), at=AT)
    first = actions.queries.list_submitted(application.id)[0]
    actions.declare_conflict(first, "x", by=actions.queries.get_assignment(first.id).expert.user, at=AT)
    assert get_application(application.id).state == ApplicationState.IN_EVALUATION
    a_marked_assignment(application, marks=marks("1"))
    found = find_divergence(application.id)
    assert (found.state, found.reason) == (DivergenceState.OPEN, "")
    assert len(letters()) == 2


def test_a_decided_application_is_asked_nothing_more():
    a_call(divergence="2")
    application = an_eligible_application()
    for mark in ("5", "3"):
        a_marked_assignment(application, marks=marks(mark))
    accept_divergence(find_divergence(application.id), "Fine.", by=a_manager(), at=AT)
    a_decision(application)
    first = actions.queries.list_submitted(application.id)[0]
    actions.declare_conflict(first, "x", by=actions.queries.get_assignment(first.id).expert.user, at=AT)
    assert find_divergence(application.id).state == DivergenceState.ACCEPTED
    assert len(letters()) == 1


def test_the_page_of_a_difference_shows_the_sheets_and_takes_a_reason(client):
    application = apart()
    signed_in(client, a_manager())
    address = f"/evaluation/applications/{application.id}/divergence"
    page = client.get(address)
    assert "the marks lie 2 points apart, from 3 to 5" in page.text
    assert address in client.get(f"/evaluation/applications/{application.id}/experts").text
    assert "Experts lie far apart" in client.get("/desk").text
    assert address in client.get("/evaluation/divergences").text
    assert client.post(address, data={"reason": ""}).status_code == 422
    stale = client.post(address, data={"reason": "Fine.", "version": "7"})
    assert stale.status_code == 409
    answer = client.post(address, data={"reason": "Fine.", "version": "1"})
    assert answer.status_code == 303
    assert "Reason: Fine." in client.get(address).text
    unmarked = client.get(f"/evaluation/applications/{an_eligible_application().id}/divergence")
    assert "No expert has submitted marks yet." in unmarked.text
