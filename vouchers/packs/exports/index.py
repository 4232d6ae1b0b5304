"""``index.html``: what is in the pack, in words and figures, for whoever opens it in a browser."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import groupby
from typing import Any
from urllib.parse import quote

from vouchers.core.formatting import long_day
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.ledger.chart import NAMES, STAGES, Account
from vouchers.packs.exports.archive import Archive, Entry
from vouchers.packs.exports.books import Balance
from vouchers.packs.exports.papers import DISPOSED, HELD_BACK, LOST
from vouchers.packs.exports.record import Cut, Found
from vouchers.packs.queries.books import list_closing, list_stages

STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border-bottom:1px solid #b1b4b6;padding:.3rem .8rem;"
    "text-align:left;vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap}code{overflow-wrap:anywhere}"
    "div{overflow-x:auto}"
)
OF_PERSONS: tuple[Sentence, ...] = (
    _("People stand in the events by the number of their account; what changed in a step, and why, may name them."),
    _("Documents are as they were handed in, and may hold names, addresses, signatures and bank accounts."),
    _("What was erased by law is not in this pack; its hash is, so that nothing can be put in its place."),
    _("Keep this pack as you keep other audit files, and destroy it when its purpose is over."),
)
WHY_NOT = {
    DISPOSED: _("No longer kept: its time was over"),
    HELD_BACK: _("Held back by the virus scanner"),
    LOST: _("Missing, and nothing on record says why"),
}


def write_index(archive: Archive, cut: Cut, facts: dict[str, Any], found: Found) -> None:
    """Write it, in the language that is in use."""
    with archive.file("index.html") as entry:
        _begin(entry, cut, facts)
        counts = [(_("Events"), found.events), (_("Journals"), found.journals), (_("Documents"), found.documents)]
        counts += [(_("Draws by lot"), found.draws), (_("Samples"), found.samples)]
        _table(entry, _("What is in it"), [], counts, numeric=(1,))
        _persons(entry)
        header = [_("Account"), "", _("Currency"), _("Balance")]
        _table(entry, _("Trial balance"), header, _accounts(list_closing(cut.end, cut.cover)), numeric=(3,))
        header = [_("Voucher"), _("Currency"), *(NAMES[stage] for stage in STAGES[1:])]
        _table(entry, _("Vouchers"), header, _vouchers(list_stages(cut.end, cut.cover)), numeric=(2, 3, 4, 5))
        header = [_("Of what"), _("Document"), _("Stored"), _("Here or not"), "SHA-256"]
        _table(entry, _("Documents"), header, map(_document, found.documents_aside))
        _table(entry, _("Files"), [_("File"), _("Bytes"), "SHA-256"], _files(archive), numeric=(1,))
        _put(entry, "</main></body></html>\n")


def _begin(entry: Entry, cut: Cut, facts: dict[str, Any]) -> None:
    title = _("Audit pack up to seal %(number)s", number=cut.seal.id)
    _put(
        entry,
        f'<!doctype html><html lang="{escape(facts["language"])}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{_said(title)}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{_said(title)}</h1>",
    )
    _table(entry, _("What it covers"), [], _covers(cut, facts))
    sentence = _(
        "To find out whether anything in this pack was changed, run the program in it, with Python 3.8 or later and "
        "nothing else. Compare the size and the root with what you know of the seal from elsewhere:"
    )
    command = f"python3 -I verify.py PACK.zip --size {cut.seal.size} --root {cut.seal.root}"
    _put(entry, f"<p>{_said(sentence)}</p><p><code>{command}</code></p>")


def _covers(cut: Cut, facts: dict[str, Any]) -> list[Sequence[Any]]:
    cover = cut.cover
    rows: list[Sequence[Any]] = [(_("Office"), facts["office"])]
    if cut.mandate is not None:
        rows.append((_("Mandate"), f"{cut.mandate.number}: {cut.mandate.subject}"))
    rows.append((_("Programme"), cover.programme or _("The whole office")))
    rows.append((_("Regions"), ", ".join(cover.regions) or _("All regions")))
    if cover.first_on and cover.last_on:
        period = _("%(first)s to %(last)s", first=long_day(cover.first_on), last=long_day(cover.last_on))
        whole = _("and the whole file of each voucher on which anything was booked in it")
        rows.append((_("Period"), f"{period}, {whole}"))
    if cut.since is not None:
        rows.append((_("From seal"), _seal(cut.since)))
    return [*rows, (_("Up to seal"), _seal(cut.seal))]


def _seal(seal: Any) -> str:
    return f"{seal.id}: {seal.size}, {seal.root}"


def _persons(entry: Entry) -> None:
    lines = "".join(f"<li>{_said(sentence)}</li>" for sentence in OF_PERSONS)
    _put(entry, f"<h2>{_said(_('What it holds of persons'))}</h2><ul>{lines}</ul>")


def _accounts(closing: Iterable[Balance]) -> Iterator[Sequence[Any]]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for _fund, currency, account, _voucher, cents in closing:
        sums[account, currency] += cents
    for (account, currency), cents in sorted(sums.items()):
        yield account, NAMES[Account(account)], currency, Money(cents, currency).plain


def _vouchers(stages: Iterable[tuple[str, str, str, int]]) -> Iterator[Sequence[Any]]:
    """What stands on each stage but the first for each voucher, over all funds."""
    for (voucher, currency), rows in groupby(stages, key=lambda row: row[:2]):
        cents = {account: cents for _voucher, _currency, account, cents in rows}
        yield voucher, currency, *(Money(cents.get(stage.value, 0), currency).plain for stage in STAGES[1:])


def _document(facts: dict[str, Any]) -> Sequence[Any]:
    name = escape(facts["filename"])
    link = _Markup(f'<a href="{escape(quote(facts["path"]))}">{name}</a>') if facts["path"] else _Markup(name)
    of = f"{facts['subject_kind']} {facts['subject_id']}: {facts['purpose']}"
    state = _("Here") if facts["path"] else f"{WHY_NOT[facts['why_not']]} {(facts['disposed_at'] or '')[:10]}"
    return of, link, facts["stored_at"][:19], state, facts["sha256"]


def _files(archive: Archive) -> Iterator[Sequence[Any]]:
    for facts in archive.files():
        if not facts["name"].startswith("documents/"):
            yield facts["name"], facts["bytes"], facts["sha256"]


class _Markup(str):
    """Text that is HTML already."""


def _said(value: Any) -> str:
    return value if isinstance(value, _Markup) else escape(str(value))


def _put(entry: Entry, text: str) -> None:
    entry.write(text.encode())


def _table(
    entry: Entry, caption: Any, header: Sequence[Any], rows: Iterable[Sequence[Any]], *, numeric: Sequence[int] = ()
) -> None:
    """A table, row by row; where it has no header, the first cell of each row is one."""

    def mark(place: int) -> str:
        return ' class="n"' if place in numeric else ""

    _put(entry, f"<h2>{_said(caption)}</h2><div><table>")
    if header:
        cells = "".join(f'<th scope="col"{mark(place)}>{_said(cell)}</th>' for place, cell in enumerate(header))
        _put(entry, f"<tr>{cells}</tr>")
    for row in rows:
        first = f'<th scope="row"{mark(0)}>{_said(row[0])}</th>'
        rest = "".join(f"<td{mark(place)}>{_said(cell)}</td>" for place, cell in enumerate(row[1:], start=1))
        _put(entry, f"<tr>{first}{rest}</tr>\n")
    _put(entry, "</table></div>")
