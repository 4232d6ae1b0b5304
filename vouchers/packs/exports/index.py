"""``index.html``: what is in the pack, in words and figures, for whoever opens it in a browser."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from vouchers.core.formatting import long_day
from vouchers.core.money import Money
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.ledger.chart import NAMES, STAGES, Account
from vouchers.organisations.rules.iban import format_iban
from vouchers.packs.exports.archive import Archive, Entry
from vouchers.packs.exports.bank import OTHERS
from vouchers.packs.exports.naming import clock_text, linked, of_what, page_of, why_not
from vouchers.packs.exports.pages import begin_page, end_page, link, put, said, several, table
from vouchers.packs.exports.record import Cut, Found
from vouchers.packs.exports.threads import Threads

OF_PERSONS: tuple[Sentence, ...] = (
    _("People stand in the events by the number of their account; what changed in a step, and why, may name them."),
    _("Documents are as they were handed in, and may hold names, addresses, signatures and bank accounts."),
    _("What was erased by law is not in this pack; its hash is, so that nothing can be put in its place."),
    _("Keep this pack as you keep other audit files, and destroy it when its purpose is over."),
)


def write_index(archive: Archive, cut: Cut, facts: dict[str, Any], found: Found) -> None:
    """Write it, in the language that is in use."""
    with archive.file("index.html") as entry:
        _begin(entry, cut, facts)
        counts = [(_("Events"), found.events), (_("Journals"), found.journals), (_("Documents"), found.documents)]
        counts += [(_("Submissions"), found.submissions), (_("Claims"), found.claims)]
        counts += [(_("Entries of the bank"), found.entries)]
        counts += [(_("Draws by lot"), found.draws), (_("Samples"), found.samples)]
        table(entry, _("What is in it"), [], counts, numeric=(1,))
        if found.withheld:
            titles = [_("Account"), _("Statements"), _("Entries"), _("Why")]
            table(entry, _("Withheld of the bank"), titles, map(_withheld, found.withheld), numeric=(1, 2))
        _persons(entry)
        header = [_("Account"), "", _("Currency"), _("Balance")]
        table(entry, _("Trial balance"), header, _accounts(found.closing), numeric=(3,))
        header = [_("Voucher"), _("Company"), _("Region"), _("Call"), _("State"), _("Currency")]
        header += [NAMES[stage] for stage in STAGES[1:]]
        table(entry, _("Vouchers"), header, _vouchers(found.threads), numeric=(6, 7, 8, 9))
        header = [_("Voucher"), _("Document"), _("Of what"), _("Stored"), _("Here or not"), "SHA-256"]
        table(entry, _("Documents"), header, map(_document, found.documents_aside))
        table(entry, _("Files"), [_("File"), _("Bytes"), "SHA-256"], _files(archive), numeric=(1,))
        end_page(entry)


def _begin(entry: Entry, cut: Cut, facts: dict[str, Any]) -> None:
    begin_page(entry, _("Audit pack up to seal %(number)s", number=cut.seal.id), facts["language"])
    table(entry, _("What it covers"), [], _covers(cut, facts))
    sentence = _(
        "To find out whether anything in this pack was changed, run the program in it, with Python 3.8 or later and "
        "nothing else. Compare the size and the root with what you know of the seal from elsewhere:"
    )
    command = f"python3 -I verify.py PACK.zip --size {cut.seal.size} --root {cut.seal.root} --sha256 AS-YOU-NOTED-IT"
    put(entry, f"<p>{said(sentence)}</p><p><code>{command}</code></p>")


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


def _withheld(facts: dict[str, Any]) -> Sequence[Any]:
    why: Any = _("Its file tells of an account that also pays for what this pack does not cover.")
    if facts["why_not"] == OTHERS:
        others = ", ".join(facts["also_pays_for"])
        why = _("This account also pays for what this pack does not cover: %(others)s.", others=others)
    return format_iban(facts["iban"]), facts["withheld_statements"], facts["withheld_entries"], why


def _persons(entry: Entry) -> None:
    lines = "".join(f"<li>{said(sentence)}</li>" for sentence in OF_PERSONS)
    put(entry, f"<h2>{said(_('What it holds of persons'))}</h2><ul>{lines}</ul>")


def _accounts(closing: dict[tuple[str, str], int]) -> Iterator[Sequence[Any]]:
    for (account, currency), cents in sorted(closing.items()):
        yield account, NAMES[Account(account)], currency, Money(cents, currency).plain


def _vouchers(threads: Threads) -> Iterator[Sequence[Any]]:
    """Every voucher with its page, and what stands on each stage but the first, over all funds."""
    for reference, told, stages in threads.overview():
        named = link(told["path"], reference) if told else reference
        about = [told[name] for name in ("company", "region", "call", "state")] if told else ["", "", "", ""]
        by_currency: dict[str, dict[str, int]] = defaultdict(dict)
        for currency, account, cents in stages:
            by_currency[currency][account] = cents
        for currency, cents in sorted(by_currency.items()) or [("", {})]:
            yield named, *about, currency, *(Money(cents.get(one.value, 0), currency).plain for one in STAGES[1:])


def _document(facts: dict[str, Any]) -> Sequence[Any]:
    vouchers = several(link(page_of(one), one) for one in facts["vouchers"])
    state = _("Here") if facts["path"] else why_not(facts)
    return vouchers, linked(facts, ""), of_what(facts), clock_text(facts["stored_at"]), state, facts["sha256"]


def _files(archive: Archive) -> Iterator[Sequence[Any]]:
    for facts in archive.files():
        if not facts["name"].startswith(("claims/", "documents/", "submissions/", "vouchers/")):
            yield facts["name"], facts["bytes"], facts["sha256"]
