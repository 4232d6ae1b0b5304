"""Each voucher's part of a pack: what was submitted and claimed, word for word; marks, decisions, agreement; a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from vouchers.applications.models import Application, Submission
from vouchers.applications.rules.content import read_content
from vouchers.audit.canonical import canonical_json, canonical_moment
from vouchers.packs.exports.archive import Archive
from vouchers.packs.exports.claimed import write_claims
from vouchers.packs.exports.naming import page_of
from vouchers.packs.exports.record import Aside, Cut, Found
from vouchers.packs.exports.threads import Kind, Thread
from vouchers.packs.exports.voucher_page import state_of, write_page
from vouchers.packs.queries.books import list_stages
from vouchers.packs.queries.files import Facts, File, hidden_from_auditors, map_files
from vouchers.packs.rules import DISPOSED, WITHHELD, safe_name


class Hidden:
    """The answers that forms keep from auditors; each form is looked at once."""

    def __init__(self) -> None:
        self._codes: dict[tuple[int, str], frozenset[str]] = {}

    def stands_in(self, application: Application, content: str) -> bool:
        """Whether something that was submitted holds such an answer."""
        read = read_content(content)
        key = (application.call_id, read.form_digest)
        if key not in self._codes:
            self._codes[key] = hidden_from_auditors(application.call, read.form_digest)
        return any(read.answers.get(code) is not None for code in self._codes[key])


def write_vouchers(archive: Archive, cut: Cut, found: Found, language: str, note: Callable[[int], None]) -> None:
    """The files and the page of every voucher of which the pack tells, and the lists of all submissions and claims.

    Args:
        note: is told how many vouchers were gone through.
    """
    for voucher, currency, account, cents in list_stages(cut.end, cut.cover):
        found.threads.add([voucher], Kind.STAGE, 0, [currency, account, cents])
    count, listed, claimed, hidden = 0, Aside(), Aside(), Hidden()
    with listed.file, claimed.file:
        for some in found.threads:
            files = map_files(list(some), cut.seal)
            for reference, thread in some.items():
                file = files.get(reference)
                rows = list(_write_file(archive, cut, hidden, file, thread)) if file else []
                for row in rows:
                    listed.write(row)
                claims = list(write_claims(archive, file, thread)) if file else []
                for row in claims:
                    claimed.write(row)
                with archive.file(page_of(reference)) as entry:
                    write_page(entry, reference, file, [*rows, *claims], thread, language)
                found.threads.tell(reference, {"path": page_of(reference), **_about(file)})
            count += len(some)
            note(count)
        with archive.file("submissions.jsonl") as entry:
            found.submissions = entry.write_rows(listed)
        with archive.file("claims.jsonl") as entry:
            found.claims = entry.write_rows(claimed)


def _about(file: File | None) -> dict[str, str]:
    if file is None:
        return dict.fromkeys(("company", "region", "call", "state"), "")
    one = file.application
    state = str(state_of("application", file.facts["state"]))
    return {"company": one.organisation.name, "region": one.region.code, "call": one.call.code, "state": state}


def _write_file(archive: Archive, cut: Cut, hidden: Hidden, file: File, thread: Thread) -> Iterator[dict[str, Any]]:
    """What is kept of the voucher but the books and the documents; answers what the list says of its submissions."""
    one = file.application
    with archive.file(f"vouchers/{safe_name(one.reference)}.json") as entry:
        entry.write(canonical_json(_said_of(file)) + b"\n")
    moments = {
        event["at"]
        for event in thread[Kind.EVENT]
        if (event["subject_kind"], event["subject_id"]) == ("application", one.id)
    }
    for version, submission in enumerate(file.submissions, start=1):
        if canonical_moment(submission.submitted_at) in moments:
            yield _write_submission(archive, one, submission, version, hidden if cut.mandate else None)


def _said_of(file: File) -> Facts:
    one = file.application
    return {
        "reference": one.reference,
        "programme": one.call.programme.code,
        "call": one.call.code,
        "instrument": one.instrument.code,
        "region": one.region.code,
        "company": one.organisation.name,
        "application": file.facts,
        "formal_check": file.findings,
        "sheets": file.sheets,
        "consensus": file.consensus,
        "decisions": file.decisions,
        "agreements": file.agreements,
        "claims": file.claims,
    }


def _write_submission(
    archive: Archive, application: Application, submission: Submission, version: int, hidden: Hidden | None
) -> dict[str, Any]:
    facts = {
        "reference": application.reference,
        "version": version,
        "receipt_number": submission.receipt_number,
        "submitted_at": canonical_moment(submission.submitted_at),
        "sha256": submission.sha256,
        "path": None,
        "erased_at": canonical_moment(submission.erased_at) if submission.erased_at else None,
    }
    if submission.erased_at is not None:
        return facts | {"why_not": DISPOSED}
    if hidden is not None and hidden.stands_in(application, submission.content):
        return facts | {"why_not": WITHHELD}
    receipt = safe_name(f"{submission.receipt_number}.json")
    path = f"submissions/{safe_name(application.reference)}/{version}-{receipt}"
    with archive.file(path) as entry:
        entry.write(submission.content.encode())
    return facts | {"path": path}
