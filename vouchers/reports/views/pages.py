"""The pages on money and books. They read everything within the reader's mandate and write nothing."""

from __future__ import annotations

from typing import Any

from flask import Response, render_template, request, stream_with_context

from vouchers.banking.queries import tracing
from vouchers.core import clock
from vouchers.core.charts import Series, line_chart
from vouchers.core.formatting import number, whole_units
from vouchers.core.money import total
from vouchers.core.tables import ListQuery, ensure_read
from vouchers.core.text import say as _
from vouchers.core.web import actor, asks, guarded, reader_day
from vouchers.documents.web import answer_with
from vouchers.ledger.chart import NAMES, STAGES, Account
from vouchers.ledger.event_names import say_event
from vouchers.ledger.exports import MEDIA_TYPES
from vouchers.ledger.queries import list_codes
from vouchers.payments.queries import names_of
from vouchers.reports import exports, policy
from vouchers.reports.queries import choice as choices
from vouchers.reports.queries import ledger as books
from vouchers.reports.queries import money, overview
from vouchers.reports.queries import voucher as vouchers
from vouchers.reports.views.blueprint import blueprint
from vouchers.reports.views.doors import find_ways
from vouchers.users.mandate import mandate_of


@blueprint.get("/reports/dashboard")
@asks(policy.is_reader)
def dashboard() -> Any:
    """Applications and money of a programme at a glance."""
    chosen, now = choices.choose(request.args, mandate_of(actor())), clock.now()
    by_state = overview.count_by_state(chosen)
    by_region = money.stages_by_region(chosen)
    late, late_count = overview.list_overdue(chosen, now=now, zone=actor().time_zone)
    return render_template(
        "reports/dashboard.html",
        chosen=chosen,
        by_state=by_state,
        applications=sum(row.count for row in by_state),
        requested=total([row.requested for row in by_state], chosen.currency),
        by_region=by_region,
        sums=money.add_up(by_region, chosen.currency),
        months=_months_chart(money.list_months(chosen, today=clock.office_day(now)), chosen.currency),
        late=late,
        late_count=late_count,
        stages=[(stage.value, NAMES[stage]) for stage in STAGES],
        today=reader_day(),
    )


def _months_chart(months: list[money.Month], currency: str) -> Any:
    if not months:
        return None
    series = [
        Series(_("Committed in all"), [whole_units(month.committed) for month in months]),
        Series(_("Paid"), [whole_units(month.paid) for month in months]),
    ]
    labels = [f"{month.first_day:%b %Y}" for month in months]
    title = _(
        "Committed in all (also what was accepted or paid since) and paid, since the beginning, in %(currency)s",
        currency=currency,
    )
    return line_chart(title, labels, series, show=number)


@blueprint.get("/reports/vouchers/<reference>")
@guarded(vouchers.get_voucher, policy.may_read_voucher)
def voucher(application: Any) -> Any:
    """The story of one voucher on one page."""
    story, mandate = vouchers.get_story(application), mandate_of(actor())
    return render_template(
        "reports/voucher.html",
        say_event=say_event,
        story=story,
        at_bank=tracing.map_entries(story.journal_ids, mandate, voucher=application.reference),
        paid_by=tracing.map_entries_of_payments([payment.id for payment in story.payments], mandate),
        stages=[(stage.value, NAMES[stage]) for stage in STAGES],
        account_names={account.value: name for account, name in NAMES.items()},
    )


@blueprint.get("/reports/vouchers/<reference>/documents/<int:document_id>")
@guarded(vouchers.get_paper, policy.may_read_document)
def document(paper: vouchers.Paper) -> Any:
    """A document of a voucher's file."""
    return answer_with(paper.document)


@blueprint.get("/reports/trial-balance")
@asks(policy.is_reader)
def trial_balance() -> Any:
    """Every account, the budget's position, and the proof that it adds up."""
    chosen = choices.choose(request.args, mandate_of(actor()))
    return render_template(
        "reports/trial_balance.html",
        chosen=chosen,
        balance=money.get_trial_balance(chosen),
        stages=[(stage.value, NAMES[stage]) for stage in STAGES],
        appropriation=Account.APPROPRIATION.value,
    )


@blueprint.get("/reports/ledger")
@asks(policy.is_reader)
def ledger() -> Any:
    """The lines of the books."""
    chosen = choices.choose(request.args, mandate_of(actor()))
    events, lines = books.list_event_names(), list_codes("fund_line")
    query = _ledger_query(chosen, events, lines)
    return render_template(
        "reports/ledger.html",
        say_event=say_event,
        chosen=chosen,
        page=books.list_lines(query, chosen),
        sums=books.sum_lines(query, chosen),
        events=events,
        fund_lines=lines,
        accounts=NAMES,
        files=[("csv", "CSV"), ("xlsx", "XLSX"), ("jsonl", "JSON Lines"), ("beancount", "Beancount")],
        file_parameters={**chosen.parameters, **query.filters, "q": query.q or None},
    )


def _ledger_query(chosen: choices.Choice, events: list[str], lines: list[str]) -> ListQuery:
    return ListQuery.read(
        request.args,
        sorts=books.SORTS,
        default="-journal",
        filters={
            **dict.fromkeys(chosen.parameters),
            "account": [a.value for a in Account],
            "event": events,
            "fund_line": lines,
            "voucher_of": [instrument.code for instrument in chosen.instruments],
        },
    )


@blueprint.get("/reports/ledger.<any(csv, xlsx, jsonl, beancount):form>")
@asks(policy.is_reader)
def export_ledger(form: str) -> Any:
    """The lines that the page of the books lists, as a file: for a spreadsheet, a program, or Beancount."""
    chosen = choices.choose(request.args, mandate_of(actor()))
    query = _ledger_query(chosen, books.list_event_names(), list_codes("fund_line"))
    ensure_read(chosen, query)
    pieces = stream_with_context(exports.ledger_file(form, query, chosen))
    answer = Response(pieces, mimetype=MEDIA_TYPES[form])
    answer.headers["Content-Disposition"] = f'attachment; filename="{exports.ledger_file_name(form, query, chosen)}"'
    return answer


@blueprint.get("/reports/journals/<int:journal_id>")
@guarded(books.get_journal, policy.may_read_journal)
def journal(found: books.JournalFile) -> Any:
    """One journal: its lines, who caused it and why, what else the same step did."""
    event, booked = found.event, found.journal
    return render_template(
        "reports/journal.html",
        say_event=say_event,
        found=found,
        ways=find_ways(booked.subject_kind, booked.subject_id, actor()),
        at_bank=tracing.map_entries([booked.id], mandate_of(actor())).get(booked.id, []),
        title=vouchers.title_of(found.journal.tag),
        who=names_of([event.actor_id]).get(event.actor_id or 0) if event else None,
        account_names={account.value: name for account, name in NAMES.items()},
    )
