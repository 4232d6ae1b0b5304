"""Statements and absorption: what they show adds up, and every figure leads to the lines that it is the sum of."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from html import unescape

import pytest

from tests.builders.counting import queries_of
from tests.builders.payments import PAID_AT, Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff, signed_in
from vouchers.core.money import EUR
from vouchers.ledger import queries as books
from vouchers.periods.actions import close_period
from vouchers.programmes import actions
from vouchers.reports.queries.absorption import Absorbed
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

IN2 = "in2lifesciences"


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


@pytest.fixture
def paid(desk):
    """A batch that was paid on 1 December, with a claim that still waits."""
    an_authorised_claim(desk)
    return an_executed_batch(desk, [an_authorised_claim(desk, "MG", amount="437.55")])


@pytest.fixture
def auditor(client, paid):
    return signed_in(client, a_member_of_staff(Role.AUDITOR))


def page_of(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200, answer.text
    return unescape(re.sub(r"\s+", " ", answer.text))


def cents(shown):
    return EUR(re.sub(r"[^0-9.-]", "", shown.replace("−", "-"))).cents


def figures_of(page):
    """(address of the lines, what the figure says in cents) of every figure that leads somewhere."""
    return [
        (address, cents(shown))
        for address, shown in re.findall(r'<a href="(/reports/ledger\?[^"]*)">([^<]*\d)</a>', page)
    ]


def sums_behind(browser, address):
    """Debit and credit of the lines that the address lists."""
    found = re.search(r"Debit (\S+), credit (\S+)\. ?<", page_of(browser, address))
    return cents(found[1]), cents(found[2])


@pytest.mark.parametrize(
    "asked", ["", "from=2026-11-01&to=2026-11-30", "region=BE-WAL&from=2026-12-01", "to=2026-10-31"]
)
def test_every_figure_of_a_statement_is_the_sum_of_its_lines(auditor, asked):
    page = page_of(auditor, f"/reports/statement?{asked}")
    found = figures_of(page)
    assert len(found) > 2
    for address, figure in found:
        debit, credit = sums_behind(auditor, address)
        assert figure in (debit - credit, debit, credit), address


def test_a_statement_opens_with_what_the_one_before_closed_with(auditor):
    def column(path, place):
        rows = re.findall(
            r'<tr class="govuk-table__row"><th scope="row"[^>]*>(\w+) .*?</th>(.*?)</tr>', page_of(auditor, path)
        )
        cells = {account: re.findall(r"<td[^>]*>(.*?)</td>", row) for account, row in rows}
        return {account: cents(re.sub("<[^>]+>", "", row[place])) for account, row in cells.items()}

    closing = column("/reports/statement?to=2026-11-30", 3)
    opening = column("/reports/statement?from=2026-12-01&to=2026-12-31", 0)
    assert {account: sum_ for account, sum_ in closing.items() if sum_} == {
        account: sum_ for account, sum_ in opening.items() if sum_
    }
    assert column("/reports/statement", 3) == books.trial_balance(programme=IN2) | {
        account: 0 for account, sum_ in column("/reports/statement", 3).items() if not sum_
    }


def test_a_statement_names_closed_periods_and_counts_corrections(client, paid, clock):
    at = clock.stop(datetime.fromisoformat("2027-01-12T09:00:00+00:00"))
    close_period(IN2, "-", date(2026, 12, 31), by=OFFICE, at=at)
    officer = a_member_of_staff(Role.FINANCE_OFFICER, region="BE-WAL")
    actions.record_received_funds(
        in2().envelope(), "ERDF", EUR("5"), on=date(2026, 12, 30), reference="L", as_correction=True, by=officer, at=at
    )
    auditor = signed_in(client, a_member_of_staff(Role.AUDITOR))
    page = page_of(auditor, "/reports/statement?from=2027-01-01")
    assert "1 journal corrects a period that was closed before." in page
    assert "to=2026-12-31" in page


@pytest.mark.parametrize("by", ["region", "fund_line", "instrument"])
@pytest.mark.parametrize("asked", ["", "&to=2026-11-30", "&region=BE-WAL"])
def test_every_figure_of_the_absorption_is_the_sum_of_its_lines(auditor, by, asked):
    page = page_of(auditor, f"/reports/absorption?by={by}{asked}")
    found = figures_of(page)
    assert len(found) > 2
    for address, figure in found:
        debit, credit = sums_behind(auditor, address)
        assert figure == debit - credit, address


def test_absorption_tells_how_much_is_bound_and_paid(auditor):
    page = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", page_of(auditor, "/reports/absorption?region=BE-WAL")))
    stages = books.stages(programme=IN2, region="BE-WAL")
    bound = stages["B130"] + stages["B140"] + stages["B150"]
    told = [f"{Decimal(100 * cents) / stages['B100']:.1f}%" for cents in (bound, stages["B150"])]
    assert "Wallonia BE-WAL €100,000.00" in page
    assert " ".join(told) in page
    assert "Bound is what agreements hold" in page
    assert Absorbed("X", {"B110": EUR("214"), "B130": EUR("186")}).share(EUR("186")) == Decimal("0.465")


def test_absorption_counts_a_vouchers_money_for_its_instrument(auditor):
    page = re.sub("<[^>]+>", " ", page_of(auditor, "/reports/absorption?by=instrument&region=BE-WAL"))
    rows = {name: re.search(rf"{name}\b.*?(?= {follows})", page) for name, follows in (("MG", "%"), ("COL", "%"))}
    assert "437.55" in rows["MG"][0]
    assert "7,000.00" in rows["COL"][0]


@pytest.mark.parametrize("path", ["/reports/statement", "/reports/absorption", "/reports/absorption?by=instrument"])
def test_books_cost_the_same_however_much_there_is(client, desk, path):
    browser = signed_in(client, a_member_of_staff(Role.AUDITOR))
    browser.get(path)
    few = queries_of(lambda: browser.get(path))
    an_executed_batch(desk, [an_authorised_claim(desk), an_authorised_claim(desk, "MG", amount="100")])
    assert queries_of(lambda: browser.get(path)) == few


@pytest.mark.parametrize("path", ["/reports/statement", "/reports/absorption"])
def test_books_of_another_region_are_closed(client, desk, path):
    other = signed_in(client, Desk("NL-NB").manager)
    assert other.get(f"{path}?region=BE-WAL").status_code == 403
    assert other.get(path).status_code == 200


@pytest.mark.parametrize("form", ["xlsx", "jsonl", "beancount"])
def test_every_form_of_the_ledger_is_sent_with_the_filters_of_the_page(auditor, paid, form):
    page = page_of(auditor, "/reports/ledger?account=B150&from=2026-12-01")
    link = re.search(rf'href="(/reports/ledger\.{form}[^"]*)"', page)[1]
    answer = auditor.get(link, buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].endswith(f'B150-2026-12-01.{form}"')
    if form == "jsonl":
        assert answer.text.count('"account":"B150"') == len(answer.text.splitlines()) == 2
    assert len(answer.data) > 300
