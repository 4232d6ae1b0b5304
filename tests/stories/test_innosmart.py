"""innoSmart: fifty groups compete, the twenty-five strongest are selected, and nobody selects alone.

What companies and experts do fifty and a hundred times goes through the actions; what the office looks at and presses,
through its pages.
"""

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import func, select

from tests.builders.applications import an_organisation, declare_no_aid, owner_of
from tests.builders.evaluation import a_sheet
from tests.builders.experts import a_profile
from tests.builders.users import a_member_of_staff, an_applicant, an_expert_user, signed_in
from tests.stories.test_example_programmes import Scheme
from vouchers.applications.actions import submitting
from vouchers.applications.models import Application
from vouchers.applications.queries.files import get_application
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.money import EUR, Money, total
from vouchers.decisions.actions.confirming import confirm_session
from vouchers.decisions.jobs import decide_session, tell_session
from vouchers.decisions.models import Decision
from vouchers.decisions.queries.sessions import get_decision_session
from vouchers.evaluation.actions.assignments import declare_no_conflict, submit_marks
from vouchers.evaluation.actions.checks import find_eligible
from vouchers.evaluation.models import Assignment
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.experts.actions.own import declare_interests
from vouchers.experts.actions.register import admit_expert
from vouchers.experts.queries import get_expert
from vouchers.fees.queries import get_owed
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Journal
from vouchers.ledger.proof import list_faults
from vouchers.ledger.queries import stages
from vouchers.letters.models import Letter
from vouchers.matching import jobs as matching
from vouchers.matching.actions.wishing import answer_bid
from vouchers.matching.models import MatchingRun
from vouchers.matching.queries.runs import get_run
from vouchers.matching.states import BidAnswer
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

FIELDS = ("digital", "ict", "development", "coaching", "ipr")
LOAD = 9
STRONG, WEAKER, BELOW = ("4.5", "4"), ("3", "3"), ("1.5", "5")
AT_THE_CUT, AT_THE_CUT_LESS_NEW = ("4", "3"), ("3.5", "4")
"""Marks for the idea and for the group. The last two come to the same score of eleven."""
PLAN = [BELOW] * 5 + [WEAKER] * 9 + [AT_THE_CUT_LESS_NEW] * 2 + [AT_THE_CUT] * 4 + [WEAKER] * 8 + [STRONG] * 22
"""What each group deserves, in the order of submission: whoever comes late may be the best."""
LETTER = "Dear {name},\n\nwe cannot select {reference}.\n{reason}\n\n{feedback}\n\nAppeal until {appeal_until}."


@pytest.fixture
def it(app, clock):
    """The competition of 2027."""
    return Scheme("innosmart", clock)


def compete(it):
    """Fifty groups, a minute apart, each found eligible; and one that comes too late to compete."""
    groups = []
    for number in range(50):
        owner = an_applicant(at=it.at)
        organisation = an_organisation(owner, it.loaded.region(it.region), at=it.at)
        draft = it.draft(
            owner=owner, organisation=organisation, requested_amount=f"{6000 + 39 * number}.{number:02d}",
            fields=[FIELDS[number % 5]],
        )  # fmt: skip
        declare_no_aid(draft.organisation, by=owner, at=it.at)
        submitting.submit_application(draft, by=owner, at=it.at + timedelta(minutes=number))
        find_eligible(get_application(draft.id), {}, by=it.manager, at=it.at + timedelta(minutes=number))
        groups.append(draft.id)
    return groups


def admit(it, number, at, employer=""):
    """An expert with room for nine sheets."""
    user = an_expert_user(it.plan.code, email=f"e{number}@institute{number}.example", name=f"Examiner {number}", at=at)
    profile = replace(a_profile(employer=employer, region="", load_limit=LOAD), fields=(FIELDS[number % 5],))
    expert = get_expert(admit_expert(user.email, user.name, it.plan.code, profile, by=OFFICE, at=at).id)
    declare_interests(expert, "None.", [], user.name, by=user, at=at)
    return expert


def give_out(it, office, experts, at):
    """What the proposal says is confirmed and assigned by the office's own jobs."""
    asked = office.post(f"/matching/calls/{call_of(it).id}?region=ES-MD", data={"each": "", "most": ""})
    assert asked.status_code == 303
    run = db.session.scalars(select(MatchingRun)).one()
    matching.propose(run.id, at=at)
    assert "Examiner 3" in office.get(f"/matching/runs/{run.id}").text
    assert office.post(f"/matching/runs/{run.id}/confirm", data={"days": "14"}).status_code == 303
    matching.give(run.id, at=at)
    assert get_run(run.id).state == "confirmed"


def call_of(it):
    return it.loaded.call(it.call.code)


def assert_fair(groups, experts):
    """Two experts for each, nobody above the limit, nobody who has a conflict or whose employer competes."""
    given = db.session.execute(select(Assignment.application_id, Assignment.expert_id)).tuples().all()
    assert len(set(given)) == len(given) == 100
    assert set(Counter(group for group, _expert in given).values()) == {2}
    assert max(Counter(expert for _group, expert in given).values()) <= LOAD
    assert (groups[49], experts[0].id) not in given
    assert experts[12].id not in {expert for _group, expert in given}


def mark(groups, experts, at):
    """Each expert submits; the first two are harsh and mild with the strong ones. Answers each group's mean marks."""
    leaning, sums = {experts[0].id: Fraction(-1, 2), experts[1].id: Fraction(1, 2)}, {}
    for number in db.session.scalars(select(Assignment.id).order_by(Assignment.id)).all():
        assignment = get_assignment(number)
        place, by = groups.index(assignment.application_id), assignment.expert.user
        idea, group = PLAN[place]
        if PLAN[place] is STRONG:
            group = str(float(Fraction(group) + leaning.get(assignment.expert_id, 0)))
        declare_no_conflict(assignment, by=by, at=at)
        sheet = replace(
            a_sheet({"idea": idea, "group": group}, comment=f"It was read with care: {idea}."), is_in_scope=True
        )
        submit_marks(get_assignment(number), sheet, by=by, at=at)
        so_far = sums.setdefault(assignment.application_id, [Fraction(0), Fraction(0)])
        so_far[0] += Fraction(idea) / 2
        so_far[1] += Fraction(group) / 2
    return sums


def order(groups, sums):
    """The order that the call publishes, reckoned here once more: score, then the idea, then who came first."""
    return sorted(groups, key=lambda one: (-(2 * sums[one][0] + sums[one][1]), -sums[one][0], groups.index(one)))


def traces():
    return [db.session.scalar(select(func.count(kind.id))) for kind in (AuditEvent, Journal, Letter)]


def references(ids):
    return dict(db.session.execute(select(Application.id, Application.reference).where(Application.id.in_(ids))).all())


def look_at_the_ranking(it, office, ranked):
    """Twenty-five above the line; what if it lay elsewhere changes nothing."""
    where = f"/decisions/calls/{call_of(it).id}"
    page = office.get(f"{where}?region=ES-MD").text
    found = re.findall(r"The quota ends here|<th scope=\"row\"[^>]*><a href=\"/decisions/applications/(\d+)\"", page)
    assert [int(one) for one in found if one] == ranked
    assert found.index("") == 25
    before, names = traces(), references(ranked)
    fewer = re.sub(r"\s+", " ", office.get(f"{where}/what-if?region=ES-MD&slots=24").text)
    assert f"Would drop out:</strong> {names[ranked[24]]} (" in fewer
    assert "Would come in:</strong> nobody" in fewer
    assert "Nothing would change." in office.get(f"{where}/what-if?region=ES-MD&money=300000").text
    assert traces() == before


def look_at_the_marks(it, office):
    """Raw beside corrected marks, and how each expert marks."""
    where = f"/evaluation/calls/{call_of(it).id}/marks"
    assert office.post(f"{where}/reckon?region=ES-MD").status_code == 303
    marks, experts = office.get(f"{where}?region=ES-MD").text, office.get(f"{where}/experts?region=ES-MD").text
    assert "Place by corrected marks" in marks
    assert "+" in marks[marks.index("Raw and corrected marks") :]
    assert all(f"Examiner {number}" in experts for number in range(12))


def decide(it, office, other, ranked):
    """Proposed by one as the ranking says, but for two; confirmed by another person, who sees the same."""
    where = f"/decisions/calls/{call_of(it).id}"
    session = office.post(f"{where}/sessions/prepare?region=ES-MD").location
    number = int(session.rpartition("/")[2])
    given = {"action": "reject", "picked": [str(one) for one in ranked[43:45]], "reason": "The companies do the same."}
    assert office.post(f"{session}/several", data=given).status_code == 303
    one_more = {"action": "award", "picked": str(ranked[25]), "reason": "A friend."}
    assert office.post(f"{session}/several", data=one_more).status_code == 303
    refused = office.post(f"{session}/propose", data={"note": "As ranked."})
    assert refused.status_code == 422
    assert "The quota allows 25 more vouchers; 26 are proposed." in refused.text
    assert office.post(f"{session}/several", data=one_more | {"action": "reserve", "reason": ""}).status_code == 303
    assert office.post(f"{session}/propose", data={"note": "As ranked."}).status_code == 303
    assert office.post(f"{session}/confirm", data={"checked": "yes"}).status_code == 403
    with pytest.raises(NotPermitted, match="somebody else"):
        confirm_session(get_decision_session(number), by=it.manager, at=it.at)
    assert other.post(f"{session}/confirm", data={"checked": "yes"}).status_code == 303
    decide_session(session_id=int(number), at=it.at)
    return number


def assert_decided(ranked, number):
    """As proposed; the money of the winners is set aside to the cent."""
    found = {one.id: one for one in db.session.scalars(select(Application)).all()}
    states = ["awarded"] * 25 + ["reserved"] * 18 + ["rejected"] * 7
    assert [found[one].state for one in ranked] == states
    given = total([found[one].awarded for one in ranked[:25]], "EUR")
    assert given == total([found[one].requested for one in ranked[:25]], "EUR")
    held = stages(region="ES-MD")
    assert Money(held[Account.PRE_COMMITTED.value]) == given
    assert Money(held[Account.AVAILABLE.value]) == EUR("400000") - given
    reasons = {one.application_id: one.reason for one in db.session.scalars(select(Decision)).all()}
    assert {reasons[one] for one in ranked[43:45]} == {"The companies do the same."}
    assert {reasons[one] for one in ranked[45:]} == {"It does not reach the thresholds of the call."}
    assert list(list_faults()) == []


def write_letters(it, office, other, number, at):
    """The region's own words for those who lose; one confirmed batch; each letter once."""
    words = f"/decisions/calls/{call_of(it).id}/letters/reject/en?region=ES-MD"
    assert office.post(words, data={"heading": "Your group: {reference}", "body": LETTER}).status_code == 303
    session = f"/decisions/sessions/{number}"
    page = other.get(f"{session}/announce").text
    assert "Send 50 letters" in page
    shown = {"words": re.search(r'name="words" value="([^"]+)"', page)[1]}
    assert other.post(f"{session}/announce", data={"count": "49", **shown}).status_code == 422
    assert other.post(f"{session}/announce", data={"count": "50"}).status_code == 422, "nobody was shown the words"
    assert other.post(f"{session}/announce", data={"count": "50", **shown}).status_code == 303
    for _twice in range(2):
        tell_session(session_id=number, at=at)
    found = select(Letter.occasion, func.count()).where(Letter.subject_kind == "decision").group_by(Letter.occasion)
    counts = dict(db.session.execute(found).tuples().all())
    assert counts == {"decisions/award": 25, "decisions/reserve": 18, "decisions/own": 7}


def test_fifty_groups_compete_and_the_twenty_five_strongest_are_selected(it, app, client, clock):
    groups = compete(it)
    with pytest.raises(RuleBroken, match="takes 50 applications"):
        it.submitted()
    at = clock.stop(it.call.closes_at + timedelta(days=1))
    employer = get_application(groups[0]).organisation.name
    experts = [admit(it, number, at, employer if number == 12 else "") for number in range(13)]
    answer_bid(get_application(groups[49]), experts[0], BidAnswer.CONFLICT, by=experts[0].user, at=at)
    office = signed_in(client, it.manager)
    other = signed_in(app.test_client(), a_member_of_staff(Role.COORDINATOR, it.plan.code, at=at))

    give_out(it, office, experts, at)
    assert_fair(groups, experts)
    sums = mark(groups, experts, at)
    look_at_the_marks(it, office)
    ranked = order(groups, sums)
    assert [PLAN[groups.index(one)] for one in ranked[22:28]] == [AT_THE_CUT] * 4 + [AT_THE_CUT_LESS_NEW] * 2
    look_at_the_ranking(it, office, ranked)
    number = decide(it, office, other, ranked)
    assert_decided(ranked, number)
    write_letters(it, office, other, number, at)

    loser = get_application(ranked[44])
    sme = signed_in(app.test_client(), owner_of(loser))
    assert "It was read with care: 3." in sme.get(f"/decisions/applications/{loser.id}").text
    assert sme.get(f"/decisions/applications/{loser.id}/feedback.pdf").data.startswith(b"%PDF")
    letter = db.session.scalars(select(Letter).where(Letter.heading == f"Your group: {loser.reference}")).one()
    assert "The companies do the same." in letter.body
    assert "It was read with care: 3." in letter.body
    assert "Examiner" not in letter.body

    owed = get_owed(call_of(it).id, "ES-MD", experts[2].id)
    assert owed.sheets == db.session.scalar(
        select(func.count(Assignment.id)).where(Assignment.expert_id == experts[2].id)
    )
