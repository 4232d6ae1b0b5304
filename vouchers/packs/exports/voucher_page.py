"""``vouchers/….html``: one voucher from the application to the bank, to be read both ways without a tool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from vouchers.agreements.states import AgreementState
from vouchers.applications.rules.asking import files_asked_for
from vouchers.applications.states import ApplicationState
from vouchers.claims.states import ClaimState
from vouchers.core.text import say as _
from vouchers.decisions.states import DecisionState
from vouchers.eligibility.states import Outcome
from vouchers.ledger.chart import NAMES
from vouchers.packs.exports.archive import Entry
from vouchers.packs.exports.naming import amount, clock_text, linked, of_what, why_not
from vouchers.packs.exports.pages import anchor, begin_page, end_page, jump, link, put, several, table
from vouchers.packs.exports.threads import Kind, Thread
from vouchers.packs.queries.files import File
from vouchers.reports.queries.voucher import title_of

_UP = "../"
_STATES = {
    "application": ApplicationState,
    "agreement": AgreementState,
    "claim": ClaimState,
    "decision": DecisionState,
    "finding": Outcome,
}


def state_of(kind: str, value: str) -> Any:
    """What people call a state."""
    return _STATES[kind](value).label


def write_page(
    entry: Entry, reference: str, file: File | None, whole: Sequence[Any], thread: Thread, language: str
) -> None:
    """Write it, in the language that is in use.

    Args:
        file: None: it was not submitted yet, or what the books know by this name is no application.
        whole: what the lists of submissions and of claims say of it.
    """
    begin_page(entry, _("Voucher %(reference)s", reference=reference), language)
    put(entry, f"<p>{link(_UP + 'index.html', _('Back to the list'))}</p>")
    accounts = _accounts(language)
    stages = [(accounts[account], amount(cents, currency)) for currency, account, cents in thread[Kind.STAGE]]
    table(entry, _("Voucher"), [], [*(_about(file, language) if file else ()), *stages])
    if file is not None:
        _write_story(entry, file, whole, language)
    numbers = file.numbers if file else {}
    header = [_("Document"), _("Of what"), _("Stored"), _("Here or not"), "SHA-256"]
    names = _names(file, language) if file else {}
    table(entry, _("Documents"), header, (_document(one, numbers, names) for one in thread[Kind.DOCUMENT]))
    header = [
        _("Day"),
        _("Journal"),
        _("What"),
        _("Reference"),
        _("Event"),
        _("Fund"),
        _("Account"),
        _("Debit"),
        _("Credit"),
    ]
    table(entry, _("Journals"), header, _journals(thread, accounts), numeric=(7, 8))
    header = [_("Day"), _("Statement"), _("Entry"), _("Amount"), _("Journal")]
    table(entry, _("Entries of the bank"), header, _entries(thread), numeric=(3,))
    header = [_("Event"), _("Time"), _("What"), _("Number"), _("Person"), _("Booked")]
    table(entry, _("Events"), header, _events(thread, numbers, language))
    end_page(entry)


@cache
def _accounts(_language: str) -> dict[str, str]:
    """What accounts are called in the language that is in use."""
    return {account.value: str(name) for account, name in NAMES.items()}


@cache
def _step(_language: str, tag: str) -> str:
    """What a step is called in it."""
    return str(title_of(tag))


def _about(file: File, language: str) -> Iterator[Sequence[Any]]:
    one, facts = file.application, file.facts
    yield _("Company"), one.organisation.name
    yield _("Project"), facts["title"]
    yield _("Region"), f"{one.region.name.in_language(language)} ({one.region.code})"
    yield _("Call"), f"{one.call.programme.code} {one.call.code}"
    yield _("Instrument"), one.instrument.code
    yield _("State"), state_of("application", facts["state"])
    yield _("Requested"), amount(facts["requested_cents"], facts["currency"])
    yield _("Awarded"), amount(facts["awarded_cents"], facts["currency"])


def _write_story(entry: Entry, file: File, whole: Sequence[Any], language: str) -> None:
    """From the application to the claims."""
    submissions = [one for one in whole if "receipt_number" in one]
    header = [_("Receipt number"), _("Version"), _("Submitted"), _("Here or not"), "SHA-256"]
    table(entry, _("Submissions"), header, map(_submission, submissions))
    if file.findings:
        rows = [
            (one["rule"], state_of("finding", one["outcome"]), one["evidence"], one["reason"]) for one in file.findings
        ]
        table(entry, _("Formal check"), [_("Rule"), _("Result"), _("Evidence"), _("Reason")], rows)
    header = [_("Marks submitted"), _("Criterion"), _("Mark"), _("Reason")]
    table(entry, _("Evaluation"), header, _sheets(file, language), numeric=(2,))
    header = [_("Day"), _("Decision"), _("Amount"), _("Rank"), _("Score"), _("Reason")]
    table(entry, _("Decisions"), header, map(_decision, file.decisions), numeric=(2, 3, 4))
    header = [_("Number"), _("State"), _("Amount"), _("Issued"), _("In force since"), _("Ends"), "SHA-256"]
    table(entry, _("Agreement"), header, map(_agreement, file.agreements), numeric=(2,))
    header = [_("Number"), _("State"), _("Submitted"), _("Eligible"), _("Grant"), _("Authorised"), _("Reason")]
    table(entry, _("Claims"), header, map(_claim, file.claims), numeric=(3, 4))
    header = [_("Claim"), _("Version"), _("Step"), _("Time"), _("Here or not"), "SHA-256"]
    table(entry, _("Claims, whole"), header, (_whole_claim(one) for one in whole if "claim" in one))


def _submission(facts: Any) -> Sequence[Any]:
    number = link(_UP + facts["path"], facts["receipt_number"]) if facts["path"] else facts["receipt_number"]
    state = _("Here") if facts["path"] else why_not(facts)
    return number, facts["version"], clock_text(facts["submitted_at"]), state, facts["sha256"]


def _sheets(file: File, language: str) -> Iterator[Sequence[Any]]:
    """Each sheet's marks, then the one on which the experts agreed. The experts are not named."""
    marking = file.application.call.plan.marking
    names = {one.code: one.name.in_language(language) for one in marking.criteria} if marking else {}
    for sheet in [*file.sheets, *file.consensus]:
        at = clock_text(sheet.get("submitted_at") or sheet.get("closed_at"))
        for code, given in sorted((sheet["marks"] or {}).items()):
            yield at, names.get(code, code), given.get("mark") or "", given.get("comment") or ""
        if sheet["overall_comment"]:
            yield at, _("Evaluation"), "", sheet["overall_comment"]


def _decision(facts: Any) -> Sequence[Any]:
    state, sum_ = state_of("decision", facts["state"]), amount(facts["amount_cents"], facts["currency"])
    return clock_text(facts["decided_at"]), state, sum_, facts["rank"] or "", facts["score"] or "", facts["reason"]


def _agreement(facts: Any) -> Sequence[Any]:
    state, sum_ = state_of("agreement", facts["state"]), amount(facts["amount_cents"], facts["currency"])
    times = clock_text(facts["issued_at"]), clock_text(facts["active_at"])
    return facts["number"], state, sum_, *times, facts["ends_on"], facts["sha256"]


def _claim(facts: Any) -> Sequence[Any]:
    sums = (amount(facts[name], facts["currency"]) for name in ("eligible_cents", "grant_cents"))
    state, submitted = state_of("claim", facts["state"]), clock_text(facts["submitted_at"])
    return facts["number"], state, submitted, *sums, clock_text(facts["authorised_at"]), facts["reason"]


def _whole_claim(facts: Any) -> Sequence[Any]:
    number = link(_UP + facts["path"], facts["claim"]) if facts["path"] else facts["claim"]
    state, at = _("Here") if facts["path"] else why_not(facts), clock_text(facts["kept_at"])
    return number, facts["version"], title_of(facts["tag"]), at, state, facts["sha256"]


def _names(file: File, language: str) -> dict[str, str]:
    """What the files of the application were asked for as."""
    one = file.application
    asked = files_asked_for(one.call.plan.form, one.instrument.plan)
    return {purpose: name.in_language(language) for purpose, name in asked.items()}


def _document(facts: Any, numbers: dict[tuple[str, int], str], names: dict[str, str]) -> Sequence[Any]:
    number = numbers.get((facts["subject_kind"], facts["subject_id"]), "")
    purpose = names.get(facts["purpose"], facts["purpose"]) if facts["subject_kind"] == "application" else None
    of = of_what(facts | {"purpose": purpose or facts["purpose"]}, number)
    state = _("Here") if facts["path"] else why_not(facts)
    return linked(facts, _UP), of, clock_text(facts["stored_at"]), state, facts["sha256"]


def _entries(thread: Thread) -> Iterator[Sequence[Any]]:
    """What the bank moved, with the journals that were booked of it and, where it lies here, the statement's file."""
    here = {one["id"] for one in thread[Kind.JOURNAL]}
    for one in thread[Kind.ENTRY]:
        statement = link(_UP + one["path"], one["statement"]) if one["path"] else one["statement"]
        name = f"{one['number']} {one['bank_reference']}".strip()
        sign = "+" if one["is_credit"] else "−"
        booked = several(jump(f"journal-{number}", number) if number in here else number for number in one["journals"])
        yield one["booked_on"] or "", statement, name, f"{sign} {amount(one['cents'], one['currency'])}", booked


def _journals(thread: Thread, accounts: dict[str, str]) -> Iterator[Sequence[Any]]:
    """Every line on this voucher, in the order of the record."""
    events = {one["step_id"]: one["id"] for one in thread[Kind.EVENT]}
    for journal in thread[Kind.JOURNAL]:
        event = events[journal["step_id"]]
        number: Any = anchor(f"journal-{journal['id']}", journal["id"])
        for fund, currency, account, cents in journal["lines"]:
            side = amount(abs(cents), currency)
            debit, credit = (side, "") if cents >= 0 else ("", side)
            yield (
                journal["on"], number, journal["narrative"], journal["reference"], jump(f"event-{event}", event), fund,
                f"{account} {accounts[account]}", debit, credit,
            )  # fmt: skip
            number = journal["id"]


def _events(thread: Thread, numbers: dict[tuple[str, int], str], language: str) -> Iterator[Sequence[Any]]:
    booked: dict[str, list[int]] = {}
    for journal in thread[Kind.JOURNAL]:
        booked.setdefault(journal["step_id"], []).append(journal["id"])
    for event in thread[Kind.EVENT]:
        journals = several(jump(f"journal-{one}", one) for one in booked.get(event["step_id"], ()))
        number = numbers.get((event["subject_kind"], event["subject_id"]), "")
        who = "" if event["actor_id"] is None else event["actor_id"]
        yield (
            anchor(f"event-{event['id']}", event["id"]), clock_text(event["at"]), _step(language, event["tag"]),
            number, who, journals,
        )  # fmt: skip
