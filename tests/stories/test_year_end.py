"""A year ends: the books of a region are closed, what comes too late is a correction, and the accountant's own program
finds the same balances in the file that it takes away."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from html import unescape

import pytest

from tests.builders.payments import PAID_AT, Desk, an_authorised_batch, an_authorised_claim
from tests.builders.programmes import during_call, in2
from tests.builders.users import a_member_of_staff, signed_in
from tests.ledger.exported import as_beancount, balances_of
from vouchers.audit.actions import seal_events
from vouchers.core.database import db
from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.ledger import queries as books
from vouchers.ledger.models import ClosedPeriod, Journal
from vouchers.payments.actions import batches as payments
from vouchers.programmes import actions as programmes
from vouchers.users.states import Role

IN2 = "in2lifesciences"
CLOSE = f"/periods/{IN2}/BE-WAL/close"
NEW_YEAR = datetime(2027, 1, 12, 9, tzinfo=UTC)
YEAR = {
    "first_on-day": "1", "first_on-month": "1", "first_on-year": "2026",
    "through_on-day": "31", "through_on-month": "12", "through_on-year": "2026", "checked": "yes",
}  # fmt: skip


def text_of(page):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page)))


def figures(page):
    """Every amount of the tables, in their order."""
    return re.findall(r"€[0-9,.]+", text_of(page))


@pytest.fixture
def office(app, clock):
    """A region with one voucher that is paid at the very end of the year."""
    in2()
    desk = Desk()
    programmes.record_received_funds(
        in2().envelope(),
        "ERDF",
        EUR("20000"),
        on=date(2026, 10, 1),
        reference="ADVANCE",
        by=desk.maker,
        at=during_call(),
    )
    clock.stop(PAID_AT)
    return desk, an_authorised_batch(desk, [an_authorised_claim(desk)])


def test_a_year_ends(app, client, office, clock, tmp_path):
    desk, batch = office
    clock.stop(NEW_YEAR)

    # The officer looks at the statement, and closes the year.
    officer = signed_in(client, desk.maker)
    before = officer.get("/reports/statement?region=BE-WAL&from=2026-01-01&to=2026-12-31").text
    assert "1010 Payments in execution €0.00 €0.00 €7,000.00" in text_of(before)
    assert officer.post(CLOSE, data=YEAR).status_code == 303
    year = db.session.query(ClosedPeriod).one()

    # Nobody closes it again, or a later month while an earlier one is open.
    assert officer.post(CLOSE, data=YEAR).status_code == 422

    # The bank's line of 30 December comes too late for the old year: it is refused, and then booked as a correction.
    late = {"on": date(2026, 12, 30), "reference": "LATE", "by": desk.maker, "at": NEW_YEAR}
    with pytest.raises(RuleBroken, match="closed through 31 December 2026"):
        programmes.record_received_funds(in2().envelope(), "ERDF", EUR("500"), **late)
    with pytest.raises(RuleBroken, match="closed through 31 December 2026"):
        payments.execute_batch(batch, date(2026, 12, 30), "STMT-1", by=desk.maker, at=NEW_YEAR)
    programmes.record_received_funds(in2().envelope(), "ERDF", EUR("500"), as_correction=True, **late)
    payments.execute_batch(batch, date(2027, 1, 4), "STMT-2", by=desk.maker, at=NEW_YEAR + timedelta(hours=1))

    # The old year's statement is what it was, to the cent; the new one begins there and tells of the correction.
    old = officer.get(f"/reports/statement?region=BE-WAL&from=2026-01-01&to={year.through_on}").text
    assert figures(old) == figures(before)
    new = text_of(officer.get("/reports/statement?region=BE-WAL&from=2027-01-01").text)
    assert "1 journal corrects a period that was closed before." in new
    assert "1000 Bank €20,000.00 €500.00 €7,000.00 €13,500.00" in new
    corrected = db.session.query(Journal).filter(Journal.corrects_on.is_not(None)).one()
    assert f"the closed period of {date(2026, 12, 30):%-d %B %Y}" in text_of(
        officer.get(f"/reports/journals/{corrected.id}").text
    )

    # The accountant takes the new year away: Beancount opens with the old year's end, and ends as our books do.
    entries, errors = as_beancount(tmp_path, regions=["BE-WAL"], first=date(2027, 1, 1))
    assert errors == []
    found = {account: cents for (account, _currency), cents in balances_of(entries).items() if cents}
    assert found == {account: cents for account, cents in books.trial_balance(region="BE-WAL").items() if cents}
    opening = [entry for entry in entries if getattr(entry, "payee", "") == "Opening balance"]
    assert {str(entry.date) for entry in opening} == {"2027-01-01"}

    # The auditor proves it all, on the server and from the file.
    seal_events(at=clock.now)
    db.session.remove()
    proved = app.test_cli_runner().invoke(args=["ledger", "verify", "--files"])
    assert (proved.exit_code, proved.output[:3]) == (0, "ok:")
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    lines = auditor.get("/reports/ledger.jsonl?region=BE-WAL", buffered=True).text.splitlines()
    corrections = [json.loads(line) for line in lines if json.loads(line)["corrects"]]
    assert {line["corrects"] for line in corrections} == {"2026-12-30"}
    assert {line["date"] for line in corrections} == {"2027-01-12"}
