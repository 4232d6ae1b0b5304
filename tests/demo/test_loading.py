"""A small demo is built by real steps, and the books and the record hold."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from tests.builders.programmes import in2
from vouchers.agreements.states import PartyKind
from vouchers.amendments.models import Amendment, Termination
from vouchers.api.models import ApiToken
from vouchers.applications.models import Application
from vouchers.audit.queries import list_faults as audit_faults
from vouchers.audits.models import AuditFinding, Sample
from vouchers.banking.models import Entry
from vouchers.claims.models import Claim, CostLine
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.demo.loading import load_demo
from vouchers.demo.lottery import load_lottery
from vouchers.eligibility.models import AidEntry
from vouchers.enquiries.models import Enquiry, PublicAnswer
from vouchers.ledger.models import ClosedPeriod, Journal
from vouchers.ledger.proof import list_faults as ledger_faults
from vouchers.packs.models import Pack
from vouchers.payables.models import Payable, PayeeCheck
from vouchers.payments.models import Payment
from vouchers.programmes.queries import get_programme
from vouchers.recoveries.models import Recovery
from vouchers.recoveries.queries import list_current_instalments
from vouchers.retention.models import Hold
from vouchers.transfers.models import EnvelopeTransfer
from vouchers.users.models import User
from vouchers.users.secrets import demo_password, is_password

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def states():
    found = db.session.execute(select(Application.state, func.count()).group_by(Application.state))
    return {row.state: row[1] for row in found}


STORIES = {
    Entry: {"matched": 3, "open": 2},
    Payment: {"executed": 2, "given_back": 1, "ordered": 1},
    Recovery: {"ordered": 1},
    Amendment: {"asked": 1},
    Termination: {"proposed": 1},
    Pack: {"asked": 1},
    Hold: {"set": 1},
    ApiToken: {"issued": 1},
    PayeeCheck: {"recorded": 2},
}


def finance_shows_its_stories():
    """Each page of the finance office and of its auditor has something on it that lives."""
    assert {kind: states_of(kind) for kind in STORIES} == STORIES
    payable = db.session.scalars(select(Payable).where(Payable.state == "held")).one()
    assert "bailiff" in payable.hold_reason
    assert [one.return_code for one in db.session.scalars(select(Payable)) if one.return_code] == ["AC04"]
    claim = db.session.scalars(select(Claim).where(Claim.lines.any(CostLine.currency == "GBP"))).one()
    lines = claim.costs
    assert [line.currency for line in lines] == ["GBP", "EUR", "EUR", "EUR"]
    assert lines[0].accepted == lines[0].eligible != lines[0].declared
    assert lines[2].error == "ineligible"
    assert [line.parked_at is not None for line in lines] == [False, False, False, True]
    travels = db.session.scalars(select(CostLine).where(CostLine.category == "travel")).all()
    of_journeys = [line for line in travels if line.claim.agreement.application.instrument.code == "MG"]
    assert of_journeys
    assert {len(line.itinerary) for line in of_journeys} == {2}
    reports_are_signed()
    recovery = db.session.scalars(select(Recovery)).one()
    first, *rest = list_current_instalments(recovery.id)
    assert first.due_on < NOW.date() < rest[-1].due_on
    assert [str(one.kind) for one in recovery.receipts] == ["set_off"]


def reports_are_signed():
    """Whoever the voucher asks has signed what was handed in, the provider with the link of its letter."""
    claims = db.session.scalars(select(Claim).where(Claim.submitted_at.is_not(None)).order_by(Claim.id)).all()
    asked = [(claim, claim.agreement.application.instrument.plan.claim) for claim in claims]
    assert {len(terms.signed_by) for _claim, terms in asked} >= {1, 2}
    for claim, terms in asked:
        assert all(claim.signature_of(PartyKind(party.value)) for party in terms.signed_by)
        assert all(claim.answers.get(one.code) for one in terms.report)
        assert set(claim.satisfaction) == {one.code for one in terms.satisfaction}
    by_link = [one for claim in claims for one in claim.signatures if one.kind == PartyKind.PROVIDER]
    assert by_link
    assert {one.signed_by_id for one in by_link} == {None}


def states_of(kind):
    found = db.session.execute(select(kind.state, func.count()).group_by(kind.state))
    return {str(row.state): row[1] for row in found}


def many_of(kind, state):
    return db.session.scalar(select(func.count()).where(kind.state == state))


def links_of(client, page, beginning):
    """The addresses below this one to which a page leads."""
    found = client.get(page)
    assert found.status_code == 200, page
    return set(re.findall(f'href="({beginning}[^"?#]+)', found.text))


def the_open_data_is_there(client):
    """Behind each link of each programme that publishes its vouchers there is a file; where nobody has a voucher there
    is no link, for a package of no grants is none."""
    programmes = links_of(client, "/granted", "/granted/")
    assert len(programmes) == 2
    for page in programmes:
        files = links_of(client, page, f"{page}/")
        assert bool(files) == ("No voucher is published here yet." not in client.get(page).text)
        assert {client.get(file, buffered=True).status_code for file in files} <= {200}
        assert (f"{page}/grants.json" in files) == (client.get(f"{page}/grants.json", buffered=True).status_code == 200)


def test_the_demo_is_whole_and_loads_once(app, client):
    load_demo(in2().call("2026-1"), count=12, seed=7, now=NOW)
    before = states()
    assert sum(before.values()) == 12
    assert list(ledger_faults()) == []
    assert list(audit_faults()) == []
    assert many_of(AidEntry, "registered") > 0
    closed = db.session.scalars(select(ClosedPeriod)).all()
    assert len({period.region for period in closed}) == 1
    assert max(period.through_on for period in closed) == date(2026, 10, 31)
    assert db.session.scalar(select(func.count()).where(Journal.corrects_on.is_not(None))) == 1
    assert [many_of(EnvelopeTransfer, state) for state in ("approved", "proposed")] == [1, 1]
    assert [many_of(Enquiry, state) for state in ("with_applicant", "with_region")] == [1, 1]
    assert many_of(PublicAnswer, "published") == 1
    assert [many_of(AuditFinding, state) for state in ("replied", "issued")] == [1, 1]
    assert many_of(Sample, "drawn") == 2
    submitted = select(Application.officer_id).where(Application.submitted_at.is_not(None))
    assert {None} < set(db.session.scalars(submitted)), "some applications are handled by somebody"
    finance_shows_its_stories()
    somebody = db.session.scalars(select(User).where(User.email.like("%@demo.example")).order_by(User.id)).first()
    assert is_password(somebody.password_hash, demo_password(app.config["SECRET_KEY"]))
    assert get_programme("in2lifesciences").plan.payment_limits.cluster_manager == EUR("100000")
    load_lottery(at=NOW)
    the_open_data_is_there(client)
    with pytest.raises(RuleBroken, match="loaded already"):
        load_demo(in2().call("2026-1"), count=12, seed=7, now=NOW)
    assert states() == before
    again = app.test_cli_runner().invoke(args=["demo", "load", "--applications", "400"])
    assert again.output == "ok: the demo is loaded already, with 12 applications, not 400; nothing to change\n"


def test_nothing_of_the_demo_lies_in_the_future(app):
    early = datetime(2026, 9, 5, 12, 0, tzinfo=UTC)
    load_demo(in2().call("2026-1"), count=8, seed=7, now=early)
    latest = db.session.scalar(select(func.max(Application.submitted_at)))
    assert latest is None or latest <= early
    assert list(ledger_faults()) == []
