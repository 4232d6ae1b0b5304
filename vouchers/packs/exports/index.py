"""``index.html``: what is in the pack, in words and figures, for whoever opens it in a browser."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from typing import Any
from urllib.parse import quote

from flask_babel import force_locale

from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.ledger.chart import NAMES, STAGES, Account
from vouchers.packs.exports.archive import Archive, Entry
from vouchers.packs.exports.books import Balance
from vouchers.packs.exports.record import Cut, Found

STYLE = (
    "body{font:16px/1.5 sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#1a1a1a}"
    "table{border-collapse:collapse;margin:1rem 0}th,td{border-bottom:1px solid #b1b4b6;padding:.3rem .8rem;"
    "text-align:left;vertical-align:top}td.n,th.n{text-align:right;white-space:nowrap}code{overflow-wrap:anywhere}"
    "div{overflow-x:auto}"
)


def write_index(
    archive: Archive,
    cut: Cut,
    facts: dict[str, Any],
    found: Found,
    closing: Sequence[Balance],
    documents: Sequence[dict[str, Any]],
    draws: int,
    *,
    language: str,
) -> None:
    """Write it in a language of the office."""
    with force_locale(language), archive.file("index.html") as entry:
        _begin(entry, cut, facts, language)
        counts = [(_("Events"), found.events), (_("Journals"), found.journals)]
        counts += [(_("Documents"), len(documents)), (_("Draws by lot"), draws)]
        _table(entry, _("What is in it"), [], counts, numeric=(1,))
        header = [_("Account"), "", _("Currency"), _("Balance")]
        _table(entry, _("Trial balance"), header, _accounts(closing), numeric=(3,))
        header = [_("Voucher"), _("Currency"), *(NAMES[stage] for stage in STAGES[1:])]
        _table(entry, _("Vouchers"), header, _vouchers(closing), numeric=(2, 3, 4, 5))
        header = [_("Of what"), _("Document"), _("Stored"), "SHA-256"]
        _table(entry, _("Documents"), header, map(_document, documents))
        _table(entry, _("Files"), [_("File"), _("Bytes"), "SHA-256"], _files(archive), numeric=(1,))
        _put(entry, "</main></body></html>")


def _begin(entry: Entry, cut: Cut, facts: dict[str, Any], language: str) -> None:
    title = _("Audit pack %(number)s", number=facts["pack"])
    _put(
        entry,
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{_said(title)}</title>'
        f"<style>{STYLE}</style></head><body><main><h1>{_said(title)}</h1>",
    )
    whole = _("The whole office")
    rows: list[Sequence[Any]] = [
        (_("Office"), facts["office"]),
        (_("Programme"), cut.programme or whole),
        (_("Region"), cut.region or _("All regions")),
        (_("Made"), facts["made_at"]),
        (_("From seal"), f"{cut.since.id}: {cut.since.size}, {cut.since.root}" if cut.since else "–"),
        (_("Up to seal"), f"{cut.seal.id}: {cut.seal.size}, {cut.seal.root}"),
    ]
    _table(entry, _("What it covers"), [], rows)
    sentence = _(
        "To find out whether anything in this pack was changed, run the program in it, with Python 3.8 or later and "
        "nothing else. Compare the size and the root with what you know of the seal from elsewhere:"
    )
    command = f"python3 verify.py PACK.zip --size {cut.seal.size} --root {cut.seal.root}"
    _put(entry, f"<p>{_said(sentence)}</p><p><code>{command}</code></p>")


def _accounts(closing: Sequence[Balance]) -> Iterator[Sequence[Any]]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    for _fund, currency, account, _voucher, cents in closing:
        sums[account, currency] += cents
    for (account, currency), cents in sorted(sums.items()):
        yield account, NAMES[Account(account)], currency, Money(cents, currency).plain


def _vouchers(closing: Sequence[Balance]) -> Iterator[Sequence[Any]]:
    """What stands on each stage but the first for each voucher, over all funds."""
    sums: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for _fund, currency, account, voucher, cents in closing:
        if voucher:
            sums[voucher, currency][account] += cents
    for (voucher, currency), of_stage in sorted(sums.items()):
        yield voucher, currency, *(Money(of_stage.get(stage.value, 0), currency).plain for stage in STAGES[1:])


def _document(facts: dict[str, Any]) -> Sequence[Any]:
    name = escape(facts["filename"])
    link = _Markup(f'<a href="{escape(quote(facts["path"]))}">{name}</a>') if facts["path"] else _Markup(name)
    of = f"{facts['subject_kind']} {facts['subject_id']}: {facts['purpose']}"
    return of, link, facts["stored_at"][:19], facts["sha256"]


def _files(archive: Archive) -> Iterator[Sequence[Any]]:
    for name, facts in sorted(archive.files.items()):
        if not name.startswith("documents/"):
            yield name, facts["bytes"], facts["sha256"]


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
