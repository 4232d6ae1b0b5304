"""The pages of eligibility: entered row by row, drawn, signed, registered, and asked by visitors."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from io import BytesIO
from urllib.parse import parse_qs, urlsplit

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from tests.builders.agreements import an_active_agreement
from tests.builders.applications import (
    a_complete_draft,
    a_submitted_application,
    an_organisation,
    declare_no_aid,
    owner_of,
)
from tests.builders.counting import queries_of
from tests.builders.evaluation import a_manager, an_awarded_application, an_eligible_application
from tests.builders.programmes import SMALL_FILE, a_programme, during_call, in2
from tests.builders.users import an_applicant, signed_in
from vouchers.applications.actions.submitting import submit_application
from vouchers.applications.queries.files import get_application
from vouchers.audit.queries import list_events_of
from vouchers.core import clock as clocks
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import RuleBroken
from vouchers.core.models import HeldForm
from vouchers.core.money import EUR
from vouchers.decisions.actions.deciding import award_decision
from vouchers.eligibility import actions, queries
from vouchers.eligibility.models import AidEntry, KeptCheck, OwnershipStatement
from vouchers.eligibility.rules.aid import Aid
from vouchers.eligibility.rules.formal import read_all
from vouchers.eligibility.rules.papers import write_entry
from vouchers.eligibility.states import EntryState, Occasion, Outcome
from vouchers.evaluation.actions.checks import find_eligible
from vouchers.evaluation.queries.checks import gather_facts
from vouchers.evaluation.rules.findings import Verdict
from vouchers.jobs.models import QueuedJob
from vouchers.organisations.actions import accept_membership, invite_member
from vouchers.organisations.states import MemberRole


@pytest.fixture
def owner(app, clock):
    in2()
    clock.__init__(during_call())
    return an_applicant("owner@biowave.example")


@pytest.fixture
def organisation(owner):
    return an_organisation(owner)


def year(number: int) -> int:
    """The closed years of the form, the latest first."""
    return during_call().year - number


def figures(code: str, people: str, turnover: str, balance: str) -> dict[str, str]:
    """The same in both years."""
    names = {"headcount": people, "turnover": turnover, "balance": balance}
    return {f"{code}_{year(n)}_{name}": value for n in (1, 2) for name, value in names.items()}


def statement(percent: str = "30") -> dict[str, str]:
    """A company of 20 people that another of 100 holds a part of."""
    rows = {"firm_rows": "2", "holding_rows": "2", "nace": "72.11", "counts_at_once": "no"}
    firm = {"f1_name": "Grande Holding", "f1_kind": "enterprise"}
    holding = {"h1_owner": "f1", "h1_owned": "own", "h1_capital": percent}
    own = figures("own", "20", "3 000 000", "3 000 000")
    return rows | firm | holding | own | figures("f1", "100", "20000000", "20000000")


def test_state_ownership_draws_the_graph_and_the_sums(client, owner, organisation):
    browser = signed_in(client, owner)
    address = f"/organisations/{organisation.id}/ownership"
    assert "Nothing is stated yet" in browser.get(address).text
    assert browser.get(f"{address}/state").status_code == 200

    answer = browser.post(f"{address}/state", data=statement())
    assert answer.status_code == 303
    page = unescape(browser.get(address).text)

    assert "<svg" in page
    assert "Grande Holding" in page
    assert "30 %" in page
    assert "50" in page  # 20 people and 30 % of 100
    assert "Medium-sized enterprise" in page
    assert "style=" not in page
    assert "Percent of the votes" in page  # what the drawing shows, as a table
    found = queries.find_statement(organisation.id)
    assert (found.result["is_sme"], found.result["size"]) == (True, "medium")
    assert [line["share"] for line in found.result["years"][-1]["lines"]] == ["100", "30"]


def test_an_exempt_investor_has_a_line_of_its_own_and_adds_nothing(client, owner, organisation):
    browser = signed_in(client, owner)
    address = f"/organisations/{organisation.id}/ownership"
    browser.post(f"{address}/state", data=statement("25.5") | {"h1_exempt": "yes"})
    page = unescape(browser.get(address).text)
    assert page.count("Not counted: exempt investor") == 2
    assert "exempt investor, does not count" in page
    assert 'stroke-dasharray="2 5"' in page
    assert 'stroke-dasharray="6 4"' not in page


def test_a_sum_with_an_unknown_figure_is_at_least_what_is_known(client, owner, organisation):
    browser = signed_in(client, owner)
    address = f"/organisations/{organisation.id}/ownership"
    unknown = {f"{code}_{year(n)}_balance": "" for n in (1, 2) for code in ("own", "f1")}
    unknown |= {f"f1_{year(n)}_headcount": "" for n in (1, 2)}
    assert browser.post(f"{address}/state", data=statement() | unknown).status_code == 303
    sums = [
        re.sub(r"<[^>]+>|\s+", " ", row).split() for row in re.findall(r"<tfoot>.*?</tfoot>", browser.get(address).text)
    ]
    assert sums == [["Together", "at", "least", "20", "9,000,000", "not", "known"]] * 2


def test_state_ownership_anew_replaces_and_keeps_the_earlier(client, owner, organisation):
    browser = signed_in(client, owner)
    address = f"/organisations/{organisation.id}/ownership/state"
    browser.post(address, data=statement())
    assert 'value="Grande Holding"' in browser.get(address).text
    browser.post(address, data=statement("60"))

    states = db.session.scalars(select(OwnershipStatement.state).order_by(OwnershipStatement.id)).all()
    assert states == ["superseded", "stated"]
    assert queries.find_statement(organisation.id).result["years"][-1]["relation"] == "linked"


def test_state_ownership_more_rows_keeps_the_words_and_writes_nothing(client, owner, organisation):
    browser = signed_in(client, owner)
    page = browser.post(f"/organisations/{organisation.id}/ownership/state", data=statement() | {"then": "more"})
    assert page.status_code == 200
    assert 'value="Grande Holding"' in page.text
    assert 'name="f4_name"' in page.text
    assert queries.find_statement(organisation.id) is None


def test_the_number_of_people_is_worked_out_and_carried_into_the_statement(client, owner, organisation):
    browser = signed_in(client, owner)
    address = f"/organisations/{organisation.id}/ownership/state"
    last = year(1)
    typed = {f"u_{last}_full": "8", f"u_{last}_part": "3", f"u_{last}_percent": "50", f"u_{last}_season": "4"}
    page = browser.post(address, data=statement() | typed | {"then": "units"})
    assert page.status_code == 422
    assert "Months that each of them worked: enter a number" in page.text

    page = browser.post(address, data=statement() | typed | {f"u_{last}_months": "3", "then": "units"})
    assert page.status_code == 200
    assert re.search(rf'name="own_{last}_headcount"[^>]* value="10.5"', page.text)
    assert re.search(rf'name="own_{year(2)}_headcount"[^>]* value="20"', page.text)
    assert 'value="Grande Holding"' in page.text
    assert queries.find_statement(organisation.id) is None


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"h1_capital": "130"}, "130 %, is not between 0 and 100 %"),
        ({"h2_owner": "f1", "h2_owned": "own", "h2_capital": "20"}, "is entered twice"),
        ({"h2_owner": "own", "h2_owned": "own", "h2_capital": "20"}, "cannot hold a part of itself"),
        ({"h2_owner": "f2", "h2_owned": "own", "h2_capital": "20"}, "Holding 2: choose a firm that has a name"),
        ({"f2_name": "B", "h2_owner": "f2", "h2_owned": "own", "h2_capital": "80"}, "add up to 110 %"),
        ({"h1_capital": ""}, "Holding 1: enter the percentage"),
        ({"f2_name": "grande  HOLDING"}, "is entered twice"),
        ({"f2_name": "", f"f2_{during_call().year - 1}_headcount": "7"}, "Firm 2: enter its name"),
        ({f"own_{during_call().year - 1}_headcount": "-3"}, "Enter 0 or more"),
        ({"firm_rows": "10000"}, "At most 40 rows of a kind fit here, and nothing was saved"),
        ({"holding_rows": "41"}, "At most 40 rows of a kind fit here, and nothing was saved"),
        ({"firm_rows": "40", "then": "more"}, "At most 40 rows of a kind fit here, and nothing was saved"),
        (
            {"f2_name": "B", "h2_owner": "f2", "h2_owned": "f1", "h2_capital": "20", "holding_rows": "3"}
            | {"h3_owner": "own", "h3_owned": "f2", "h3_capital": "20"},
            "go round in a circle",
        ),
        ({"h1_capital": "much"}, "“Holding 1”: Enter a number for “Percent of the capital”"),
        ({"nace": "biotech"}, "is not a NACE code"),
        (figures("own", "", "", ""), "at least one closed year"),
    ],
)
def test_state_ownership_that_cannot_be_names_the_place(client, owner, organisation, changed, words):
    browser = signed_in(client, owner)
    page = browser.post(f"/organisations/{organisation.id}/ownership/state", data=statement() | changed)
    assert page.status_code == 422
    assert words in unescape(page.text)
    assert 'value="Grande Holding"' in page.text
    assert queries.find_statement(organisation.id) is None


def test_strangers_and_other_regions_see_no_papers(client, owner, organisation):
    for path in ("ownership", "ownership/state", "aid", "aid/sign"):
        address = f"/organisations/{organisation.id}/{path}"
        assert signed_in(client, an_applicant()).get(address).status_code == 403
        assert signed_in(client, a_manager("NL-GE")).get(address).status_code in {403, 404}
    papers = f"/organisations/{organisation.id}/ownership"
    assert signed_in(client, a_manager()).get(papers).status_code == 403  # it has not applied
    a_submitted_application(organisation=organisation, owner=owner)
    assert signed_in(client, a_manager()).get(papers).status_code == 200


# Aid ----------------------------------------------------------------------------------------------------------------


def declaration(amount: str = "250000", **changed: str) -> dict[str, str]:
    """One grant of this year."""
    day = during_call().date()
    entry = {"a1_on": day.isoformat(), "a1_amount": amount, "a1_state": "BE", "a1_by": "Région"}
    return {"rows": "2", "signed_name": "Ada Applicant", "declared": "yes"} | entry | changed


def test_sign_a_declaration_shows_the_room_left_and_gives_the_file(client, owner, organisation):
    browser = signed_in(client, owner)
    address = f"/organisations/{organisation.id}/aid"
    assert "No declaration is signed yet" in browser.get(address).text
    assert browser.post(f"{address}/sign", data=declaration()).status_code == 303

    page = unescape(browser.get(address).text)
    assert "EUR 50,000.00" in page.replace("\xa0", " ") or "€50,000.00" in page
    assert "Ada Applicant" in page
    assert re.findall(r'<rect[^>]*class="app-room"[^>]*></rect><rect width="([^"]+)"', page) == ["83.33%"]
    assert '<th scope="row">Belgium</th>' in page
    found = queries.find_declaration(organisation.id)
    paper = browser.get(f"/aid-declarations/{found.id}/file")
    assert paper.data.startswith(b"%PDF")
    assert signed_in(client, an_applicant()).get(f"/aid-declarations/{found.id}/file").status_code == 403


@pytest.mark.parametrize(("paper", "data"), [("aid/sign", declaration), ("ownership/state", statement)])
def test_who_came_from_a_draft_goes_back_to_it(client, owner, organisation, paper, data):
    draft = a_complete_draft("MG", owner=owner, organisation=organisation)
    browser, check = signed_in(client, owner), f"/applications/{draft.id}/check"
    link = f"/organisations/{organisation.id}/{paper}?next={check}"
    if paper == "aid/sign":
        assert f'href="{link}"' in browser.get(check).text
    assert browser.get(link).text.count(f'href="{check}"') == 2
    shown = browser.get(f"/organisations/{organisation.id}/{paper.partition('/')[0]}?next={check}").text
    assert f'href="{link}"' in shown
    assert browser.post(link, data=data() | {"then": "more"}).status_code == 200
    assert browser.post(link, data=data()).location == check
    away = link.replace(check, "https://evil.example/")
    assert browser.post(away, data=data()).location.startswith(f"/organisations/{organisation.id}/")


def test_the_account_that_signed_stands_beside_the_name_that_was_typed(client, owner, organisation):
    address = f"/organisations/{organisation.id}/aid"
    signed_in(client, owner).post(f"{address}/sign", data=declaration(signed_name="APPLICANT Ada"))
    assert f"{owner.name}, {owner.email}" in unescape(client.get(address).text)
    a_submitted_application(organisation=organisation, owner=owner)
    assert owner.email in signed_in(client, a_manager()).get(address).text
    colleague = an_applicant("colleague@biowave.example")
    invited = invite_member(organisation, colleague.email, MemberRole.VIEWER, by=owner, at=during_call())
    accept_membership(invited, by=colleague, at=during_call())
    page = signed_in(client, colleague).get(address).text
    assert "Signed with the account of" in page
    assert owner.email not in page
    paper = client.get(f"/aid-declarations/{queries.find_declaration(organisation.id).id}/file").data
    words = PdfReader(BytesIO(paper)).pages[0].extract_text()
    assert "APPLICANT Ada" in words
    assert f"Signed with the account of {owner.name}" in " ".join(words.split())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"signed_name": ""}, "Write your name"),
        ({"signed_name": "Somebody Else"}, "name of your account: Ada Applicant"),
        ({"declared": ""}, "Tick the box"),
        ({"a1_on": ""}, "Aid 1: enter the day"),
        ({"a1_amount": ""}, "Aid 1: enter the amount"),
        ({"a1_state": ""}, "Aid 1: choose the country"),
        ({"a1_on": "2101-01-01"}, "Aid 1: 1 January 2101 has not come yet"),
        ({"a1_on": "1989-12-31"}, "Aid 1: 31 December 1989 is before 1 January 1990"),
        ({"a1_receiver": "Nobody"}, "Nobody is not among the firms above"),
    ],
)
def test_sign_what_is_not_complete_is_refused(client, owner, organisation, changed, words):
    browser = signed_in(client, owner)
    page = browser.post(f"/organisations/{organisation.id}/aid/sign", data=declaration() | changed)
    assert page.status_code == 422
    assert words in unescape(page.text)
    assert queries.find_declaration(organisation.id) is None


def test_aid_of_today_is_taken_by_the_clock_of_the_companys_region(client, owner, organisation, clock):
    clock.__init__(during_call().replace(hour=23, minute=30))  # past midnight in Wallonia
    today = during_call().date()
    browser, address = signed_in(client, owner), f"/organisations/{organisation.id}/aid/sign"
    after = browser.post(address, data=declaration(a1_on=(today + timedelta(days=2)).isoformat()))
    assert after.status_code == 422
    assert browser.post(address, data=declaration(a1_on=(today + timedelta(days=1)).isoformat())).status_code == 303


def signed(application, amount: str, *, members=()):
    """The applicant declares this much, granted on the day."""
    owner = application.organisation.memberships[0].user_id
    entry = Aid("own", during_call().date(), EUR(amount), application.region.country, granted_by="Region")
    content = {"members": list(members), "entries": [write_entry(entry)]}
    from vouchers.users.queries import get_user

    return actions.sign_aid_declaration(
        application.organisation, content, signed_name="Ada Applicant", by=get_user(owner), at=during_call()
    )


def test_an_award_above_the_ceiling_is_refused_whole_and_leaves_no_trace(owner):
    application = an_eligible_application("MG", amount="500")
    signed(application, "299500.01")
    with pytest.raises(RuleBroken, match="The whole grant is refused"):
        award_decision(application, None, by=a_manager(), at=during_call())
    assert db.session.scalar(select(func.count()).select_from(AidEntry)) == 0


def test_an_award_opens_the_register_and_keeps_what_the_rules_said(owner):
    application = an_awarded_application("MG", requested="500")
    entry = queries.find_entry_of(application.id)
    assert (entry.amount, entry.state) == (EUR("500"), EntryState.DUE)
    assert entry.register_by > entry.granted_on
    _at_submission, kept = queries.list_kept(application.id)
    assert kept.occasion == Occasion.DECISION
    assert {one["rule"] for one in kept.readings} >= {"sme", "de_minimis"}


def test_the_officer_finds_papers_and_what_was_kept_on_the_application(client, owner):
    application = an_eligible_application("MG")
    manager = a_manager()
    browser = signed_in(client, manager)
    pages = (f"/applications/{application.id}", f"/evaluation/applications/{application.id}/check")
    for page in pages:
        assert browser.get(page).text.count("Not handed in") == 1
    signed(application, "1000")
    earlier = stated(application)
    award_decision(application, None, "Good.", by=manager, at=during_call())
    stated(application)
    paper = queries.find_declaration(application.organisation_id)

    for page in pages:
        text = unescape(browser.get(page).text)
        assert f"/aid-declarations/{paper.id}/file" in text
        assert f"/ownership-statements/{earlier.id}" in text
        assert "At the decision" in text
        assert "De minimis ceiling" in text
    assert "A newer statement has replaced this one" in browser.get(f"/ownership-statements/{earlier.id}").text
    assert browser.get("/ownership-statements/999").status_code == 404
    assert signed_in(client, an_applicant()).get(f"/ownership-statements/{earlier.id}").status_code == 403


def stated(application):
    """Nobody owns the applicant, and it has 20 people."""
    from vouchers.users.queries import get_user

    content = {
        "nace": "",
        "firms": [{"code": "own", "name": application.organisation.name, "kind": "enterprise", "same_market": True}],
        "holdings": [],
        "years": [
            {
                "year": year(n),
                "counts_at_once": False,
                "figures": {"own": {"headcount": "20", "turnover": "3000000", "balance": "3000000"}},
            }
            for n in (2, 1)
        ],
    }
    owner = get_user(application.organisation.memberships[0].user_id)
    return actions.state_ownership_statement(application.organisation, content, by=owner, at=during_call())


def test_nothing_is_granted_before_the_declaration_is_signed(client, owner):
    draft = a_complete_draft("MG")
    applicant, sign = owner_of(draft), f"/organisations/{draft.organisation_id}/aid/sign"
    pages = [signed_in(client, applicant).get(f"/applications/{draft.id}{page}").text for page in ("", "/check")]
    assert all(sign in page for page in pages)
    submit_application(draft, by=applicant, at=during_call())
    application = get_application(draft.id)
    outcome = {one.rule.code: one.outcome for one in read_all(gather_facts(application, at=during_call()))}
    assert outcome["de_minimis"] == "unclear"
    find_eligible(application, {"de_minimis": Verdict(Outcome.MET, "It told us.")}, by=a_manager(), at=during_call())
    with pytest.raises(RuleBroken, match="under “Aid received"):
        award_decision(get_application(draft.id), None, "Good.", by=a_manager(), at=during_call())
    assert queries.find_entry_of(draft.id) is None

    assert sign in client.get(f"/applications/{draft.id}").text
    declare_no_aid(draft.organisation, by=applicant, at=during_call())
    award_decision(get_application(draft.id), None, "Good.", by=a_manager(), at=during_call())
    assert "/aid/sign" not in client.get(f"/applications/{draft.id}").text


def test_at_signature_it_is_checked_and_kept_again(owner):
    agreement = an_active_agreement()
    occasions = [kept.occasion for kept in queries.list_kept(agreement.application_id)]
    assert occasions == [Occasion.SUBMISSION, Occasion.DECISION, Occasion.SIGNATURE]


ON_THE_DAY = {"registered_on": during_call().date().isoformat()}


def note(entry, reference):
    actions.register_aid_entry(entry, reference, during_call().date(), by=a_manager(), at=during_call())


# The register --------------------------------------------------------------------------------------------------------


def test_register_notes_the_reference_once(client, owner):
    application = an_awarded_application("MG")
    entry = queries.find_entry_of(application.id)
    browser = signed_in(client, a_manager())
    assert application.reference in browser.get("/aid-register").text
    assert browser.post(f"/aid-register/{entry.id}", data={"reference": "", **ON_THE_DAY}).status_code == 422
    assert browser.post(f"/aid-register/{entry.id}", data={"reference": "TAM-77", **ON_THE_DAY}).status_code == 303
    assert "TAM-77" in browser.get("/aid-register?state=registered").text
    assert browser.post(f"/aid-register/{entry.id}", data={"reference": "TAM-78", **ON_THE_DAY}).status_code == 409
    assert queries.get_entry(entry.id).reference == "TAM-77"


def test_register_refuses_a_reference_that_another_grant_has(client, owner):
    first, second = an_awarded_application("MG"), an_awarded_application("MG", "NL-GE")
    note(queries.find_entry_of(first.id), "TAM-77")
    entry = queries.find_entry_of(second.id)
    browser = signed_in(client, a_manager("NL-GE"))
    answer = browser.post(f"/aid-register/{entry.id}", data={"reference": " tam-77 ", **ON_THE_DAY})
    assert answer.status_code == 422
    assert f"reference of {first.reference} already" in answer.text
    assert f"/aid-register?q={first.reference}" not in answer.text
    assert queries.get_entry(entry.id).state == EntryState.DUE


def test_a_reference_that_another_grant_has_leads_there_where_the_reader_may_see_it(client, owner):
    first, second = (queries.find_entry_of(an_awarded_application("MG").id) for _turn in range(2))
    note(first, "TAM-77")
    answer = signed_in(client, a_manager()).post(
        f"/aid-register/{second.id}", data={"reference": "TAM-77", **ON_THE_DAY}
    )
    assert answer.status_code == 422
    assert f"/aid-register?q={first.application_reference}" in answer.text


def test_the_database_keeps_a_reference_once_in_the_register_of_a_country(owner):
    first, second = (queries.find_entry_of(an_awarded_application("MG").id) for _turn in range(2))
    note(first, "TAM 77")
    assert first.register_key == "BE/tam77"
    with pytest.raises(IntegrityError), unit_of_work():
        db.session.execute(update(AidEntry).where(AidEntry.id == second.id).values(register_key="BE/tam77"))


@pytest.mark.parametrize(
    ("days", "sentence"), [(1, "has not come yet"), (-1, "is before the grant of"), (None, "Enter the day of the")]
)
def test_the_day_of_registration_is_asked_for_and_judged(client, owner, days, sentence):
    entry = queries.find_entry_of(an_awarded_application("MG").id)
    day = (entry.granted_on + timedelta(days=days)).isoformat() if days else ""
    answer = signed_in(client, a_manager()).post(
        f"/aid-register/{entry.id}", data={"reference": "TAM-77", "registered_on": day}
    )
    assert answer.status_code == 422
    assert sentence in answer.text


def test_lateness_is_judged_by_the_day_of_registration_not_by_that_of_noting(client, owner, clock):
    early, late = (queries.find_entry_of(an_awarded_application("MG").id) for _turn in range(2))
    clock.__init__(during_call().replace(year=during_call().year + 1))
    now = clocks.now()
    actions.register_aid_entry(early, "TAM-1", early.register_by, by=a_manager(), at=now)
    actions.register_aid_entry(late, "TAM-2", late.register_by + timedelta(days=1), by=a_manager(), at=now)
    assert (early.is_late, late.is_late) == (False, True)
    page = signed_in(client, a_manager()).get("/aid-register?state=late").text
    assert "TAM-2" in page
    assert "TAM-1" not in page


def test_correct_keeps_both_references_and_the_reason_in_the_record(client, owner):
    entry = queries.find_entry_of(an_awarded_application("MG").id)
    browser, path = signed_in(client, a_manager()), f"/aid-register/{entry.id}/correct"
    assert browser.get(path).status_code == 409
    note(entry, "TAM-77")
    assert path in browser.get("/aid-register").text
    assert "TAM-77" in browser.get(path).text
    for given in ({"reference": "TAM-78"}, {"reference": "TAM-77", "reason": "Same."}):
        assert browser.post(path, data={**given, **ON_THE_DAY}).status_code == 422
    right = {"reference": "TAM-78", "reason": "Two digits swapped.", **ON_THE_DAY}
    assert browser.post(path, data=right).status_code == 303
    db.session.refresh(entry)
    assert entry.reference == "TAM-78"
    event = list_events_of([("aid_entry", entry.id)])[-1]
    assert event.tag == "aid_entry.correct"
    assert event.detail.body["why"] == "Two digits swapped."
    assert event.detail.body["changes"]["reference"] == ["TAM-77", "TAM-78"]
    assert signed_in(client, a_manager("NL-GE")).get(path).status_code == 403


def test_overdue_ones_are_found(client, owner, clock):
    an_awarded_application("MG")
    browser = signed_in(client, a_manager())
    assert "No grant waits" in browser.get("/aid-register?state=overdue").text
    clock.__init__(during_call().replace(year=during_call().year + 1))
    browser = signed_in(client, a_manager())
    assert "Overdue" in browser.get("/aid-register?state=overdue").text


def test_a_grant_from_outside_the_union_has_no_day_and_is_never_overdue(client, owner, clock):
    entry = queries.find_entry_of(an_awarded_application("MG", "UK-SCT").id)
    clock.__init__(during_call().replace(year=during_call().year + 1))
    browser = signed_in(client, a_manager("UK-SCT"))
    page = browser.get("/aid-register").text
    assert entry.application_reference in page
    assert "National rules" in page
    assert "Overdue<" not in page.partition("<table")[2]
    assert "National rules" in browser.get(f"/aid-register/{entry.id}").text
    assert entry.application_reference not in browser.get("/aid-register?state=overdue").text


def test_cancel_says_why_and_counts_no_more(client, owner):
    application = an_awarded_application("MG")
    entry = queries.find_entry_of(application.id)
    browser = signed_in(client, a_manager())
    assert browser.post(f"/aid-register/{entry.id}/cancel", data={"reason": ""}).status_code == 422
    assert browser.post(f"/aid-register/{entry.id}/cancel", data={"reason": "Given back."}).status_code == 303
    assert queries.list_granted(application.organisation_id) == []


def test_another_regions_manager_sees_no_entry(client, owner):
    entry = queries.find_entry_of(an_awarded_application("MG").id)
    browser = signed_in(client, a_manager("NL-GE"))
    assert entry.application_reference not in browser.get("/aid-register").text
    assert browser.get(f"/aid-register/{entry.id}").status_code == 403


def test_register_asks_the_database_as_often_for_many_as_for_few(client, owner):
    an_awarded_application("MG")
    browser = signed_in(client, a_manager())
    browser.get("/aid-register")
    few = queries_of(lambda: browser.get("/aid-register"))
    an_awarded_application("MG")
    an_awarded_application("MG")
    assert queries_of(lambda: browser.get("/aid-register")) == few


# May I apply? --------------------------------------------------------------------------------------------------------

CHECK = "/calls/in2lifesciences/2026-1/may-i-apply"
SAID = {
    "region": "BE-WAL",
    "instrument": "COL",
    "headcount": "12",
    "turnover": "1 900 000",
    "balance_sheet": "1000000",
    "group": "no",
    "de_minimis_received": "0",
    "activity_start": "2027-07-01",
    "partner_region": "NL-GE",
}


def test_may_i_apply_answers_rule_by_rule_and_keeps_nothing(client, owner):
    assert client.get(CHECK).status_code == 200
    before = [db.session.scalar(select(func.count()).select_from(kind)) for kind in (KeptCheck, QueuedJob)]
    answer = client.post(CHECK, data=SAID)
    page = unescape(answer.text)

    assert answer.status_code == 200
    assert "Small or medium-sized enterprise" in page
    assert "Partner in another region" in page
    assert "carried=" in page
    assert answer.headers["Cache-Control"] == "no-store"
    assert client.get(CHECK, query_string=SAID).text.count("1 900 000") == 0
    assert before == [db.session.scalar(select(func.count()).select_from(kind)) for kind in (KeptCheck, QueuedJob)]


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"headcount": "300"}, "this voucher is not for you"),
        ({"partner_region": "BE-WAL"}, "Look for a partner elsewhere"),
        ({"partner_region": "BE-WAL"}, "Not as you said it; this can be changed: Partner in another region"),
        ({"partner_region": "BE-WAL"}, "Start an application with these answers"),
        ({"partner_region": ""}, "Not answered"),
        ({"de_minimis_received": "299000"}, "Ask for no more than what is left."),
        ({"de_minimis_received": "300000"}, "Wait until older aid"),
        ({"de_minimis_received": ""}, "Perhaps: something is still open"),
        ({"group": "yes"}, "firms that belong together are counted together"),
    ],
)
def test_may_i_apply_says_what_to_do_next(client, owner, changed, words):
    assert words in unescape(client.post(CHECK, data=SAID | changed).text)


@pytest.mark.parametrize("wrong", [{"region": ""}, {"region": "XX"}, {"headcount": "many"}])
def test_may_i_apply_keeps_the_words_of_a_wrong_answer(client, owner, wrong):
    answer = client.post(CHECK, data=SAID | wrong)
    assert answer.status_code == 422
    assert "1 900 000" in answer.text


@pytest.mark.parametrize("wrong", [{}, {"headcount": "many"}])
def test_the_answers_outlive_a_change_of_language(client, owner, wrong):
    days = {"activity_start": "", "activity_start-day": "1", "activity_start-month": "7", "activity_start-year": "2027"}
    page = client.post(CHECK, data=SAID | days | wrong).text
    chooser = unescape(re.search(r'href="(/language/fr[^"]+)"', page)[1])
    assert "1 900 000" not in chooser
    target = client.get(chooser).location
    again = client.get(target).text
    assert urlsplit(target).path == CHECK
    assert '<html lang="fr"' in again
    assert 'value="1 900 000"' in again
    assert ("carried=" in again) == (not wrong)
    assert "1 900 000" not in client.get(f"{CHECK}?typed=AAAA").text


def test_may_i_apply_is_carried_into_an_application(client, owner, organisation):
    page = unescape(client.post(CHECK, data=SAID).text)
    address = re.search(r'href="(/applications/start/[^"]+)"', page)[1]
    assert parse_qs(urlsplit(address).query)["carried"]
    browser = signed_in(client, owner)
    assert re.search(r'value="COL"[^>]* checked', browser.get(address).text)
    begun = browser.post(address, data={"organisation": str(organisation.id), "instrument": "COL"})
    assert begun.status_code == 303

    from vouchers.applications.models import Answer

    answers = {one.question: one.value for one in db.session.scalars(select(Answer))}
    assert answers["headcount"] in {"12", 12}
    assert answers["provider_region"] == "NL-GE"


def test_a_part_of_a_person_is_carried_as_one(client, owner, organisation):
    page = unescape(client.post(CHECK, data=SAID | {"headcount": "12,5", "turnover": "1.234,50"}).text)
    address = re.search(r'href="(/applications/start/[^"]+)"', page)[1]
    signed_in(client, owner).post(address, data={"organisation": str(organisation.id), "instrument": "COL"})

    from vouchers.applications.models import Answer

    answers = {one.question: one.value for one in db.session.scalars(select(Answer))}
    assert (answers["headcount"], answers["turnover"]) == (13, {"cents": 123_450, "currency": "EUR"})


@pytest.mark.parametrize("typed", ["1.234", "1,234", "299.000"])
def test_may_i_apply_reads_an_amount_as_the_application_does(client, owner, typed):
    page = client.post(CHECK, data=SAID | {"turnover": typed})
    assert page.status_code == 422
    assert "Write the amount without a separator for thousands" in page.text


def test_answers_that_could_not_be_taken_over_are_said(client, owner, organisation):
    address = re.search(r'href="(/applications/start/[^"]+)"', unescape(client.post(CHECK, data=SAID).text))[1]
    browser = signed_in(client, owner)
    assert "could not be taken over" not in browser.get(address).text
    assert "could not be taken over" in browser.get(f"{address.partition('?')[0]}?carried=AAAA").text


def test_what_is_carried_can_be_read_in_no_address_and_outlives_signing_in(client, owner, organisation):
    page = unescape(client.post(CHECK, data=SAID).text)
    address = re.search(r'href="(/applications/start/[^"]+)"', page)[1]
    assert not any(said in address for said in ("1 900 000", "headcount", "NL-GE"))
    assert len(address) < 1500
    door = client.get(address).headers["Location"]
    assert door.startswith("/sign-in?")
    assert parse_qs(urlsplit(door).query)["next"] == [address]


def test_the_check_holds_no_words_where_they_come_from_an_older_page(client, owner):
    answer = client.post(CHECK, data=SAID, csrf=False)
    assert answer.headers["Location"] == CHECK
    assert db.session.scalar(select(func.count()).select_from(HeldForm)) == 0


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 8, 31, 12, tzinfo=UTC), "not open yet. It opens on 1 September 2026, 09:00 (Brussels time)"),
        (datetime(2027, 3, 31, 15, 0, 1, tzinfo=UTC), "This call closed on 31 March 2027, 17:00 (Brussels time)."),
    ],
)
def test_the_check_says_when_the_call_takes_nothing(client, clock, owner, at, words):
    clock.stop(at)
    assert words in unescape(client.get(CHECK).text)
    page = unescape(client.post(CHECK, data=SAID).text)
    assert page.count(words) == 2
    assert "You cannot apply now" in page
    assert "Start an application" not in page


def test_a_clear_no_leads_to_other_calls_and_to_the_region(client, owner):
    page = unescape(client.post(CHECK, data=SAID | {"headcount": "300"}).text)
    assert "Your company has 300 people; it must have fewer than 250." in page
    assert "Show all calls" in page
    assert "Ask the office of your region" in page
    assert "Start an application" not in page


@pytest.mark.parametrize("changed", [{}, {"headcount": "", "partner_region": "", "de_minimis_received": ""}])
def test_the_check_speaks_without_codes(client, owner, changed):
    page = unescape(client.post(CHECK, data=SAID | changed).text)
    answer = page[page.index('id="answer"') : page.index("Change an answer")]
    for word in ("(UTC)", "BE-WAL", "NL-GE", ">COL", " COL", "Submitted"):
        assert word not in re.sub(r'href="[^"]*"', "", answer)


def test_the_check_asks_what_the_call_has_a_rule_for(client, clock, owner):
    assert 'name="nace"' not in client.get(CHECK).text
    assert 'name="headcount"' in client.get(CHECK).text
    rules = "  rules: {smes_only: no, state_aid: none, excluded_sectors: ['01']}\nregions:"
    a_programme(SMALL_FILE.read_text(encoding="utf-8").replace("regions:", rules, 1))
    page = client.get("/calls/small/2027-A/may-i-apply").text
    assert 'name="nace"' in page
    assert 'name="headcount"' not in page
    said = {"region": "FR-ARA", "instrument": "H2C", "nace": "biotech"}
    assert client.post("/calls/small/2027-A/may-i-apply", data=said).status_code == 422
    page = unescape(client.post("/calls/small/2027-A/may-i-apply", data=said | {"nace": "01.11"}).text)
    assert "Your main activity, NACE 01.11, is excluded." in page


def test_may_i_apply_is_carried_on_while_the_first_organisation_is_added(client, owner):
    page = unescape(client.post(CHECK, data=SAID).text)
    address = re.search(r'href="(/applications/start/[^"]+)"', page)[1]
    asked = urlsplit(client.get(address).location)
    assert (asked.path, parse_qs(asked.query)["next"]) == ("/sign-in", [address])
    page = unescape(signed_in(client, owner).get(address).text)
    to_found = re.search(r'href="(/organisations/new[^"]+)"', page)[1]
    assert parse_qs(urlsplit(to_found).query)["next"] == [address]


def test_a_changed_token_carries_nothing(client, owner, organisation):
    page = unescape(client.post(CHECK, data=SAID).text)
    address = re.search(r'href="(/applications/start/[^"]+)"', page)[1]
    browser = signed_in(client, owner)
    begun = browser.post(
        address.replace("carried=", "carried=x"), data={"organisation": str(organisation.id), "instrument": "COL"}
    )
    assert begun.status_code == 303
    from vouchers.applications.models import Answer

    assert db.session.scalars(select(Answer)).all() == []
