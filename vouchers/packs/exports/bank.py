"""What the bank says, in a pack: the entries behind its journals, and of which accounts something is withheld."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

from vouchers.banking.models import Entry
from vouchers.packs.exports.archive import Archive
from vouchers.packs.exports.record import Cut, Found
from vouchers.packs.exports.threads import Kind
from vouchers.packs.queries.banks import Banks, Settled, list_accounts, list_entries, map_journals_of_entries

OTHERS, SAME_FILE = "account_of_others", "file_of_others"
"""Why statements are withheld: their account also pays for what the pack does not cover; their file tells of such an
account, too."""


def write_bank(archive: Archive, cut: Cut, found: Found) -> None:
    """Each entry that settled nothing but what is covered and stands behind a journal of the pack; and a row for each
    account, with what of it is not here."""
    left_out: Counter[str] = Counter()
    with archive.file("bank/entries.jsonl") as entry:
        for facts in _entries(cut, found, left_out):
            entry.write_row(facts)
            found.entries += 1
            told = {name: facts[name] for name in _TOLD}
            found.threads.add(facts["vouchers"], Kind.ENTRY, facts["id"], told)
    withheld = Banks(cut.cover, frozenset(), cut.seal).count_withheld()
    with archive.file("bank/accounts.jsonl") as entry:
        for account in list_accounts(cut.cover):
            row = {
                "iban": account.iban,
                "pays_for": list(account.scopes),
                "also_pays_for": list(account.others),
                "withheld_statements": withheld.get(account.iban, 0),
                "withheld_entries": left_out[account.iban],
                "why_not": None,
            }
            if row["withheld_statements"] or row["withheld_entries"]:
                row["why_not"] = OTHERS if account.others else SAME_FILE
                found.withheld.append(row)
            entry.write_row(row)


_TOLD = ("statement", "path", "number", "bank_reference", "booked_on", "is_credit", "cents", "currency", "journals")
"""What a voucher's page says of one."""


def _entries(cut: Cut, found: Found, left_out: Counter[str]) -> Iterator[dict[str, Any]]:
    journals = map_journals_of_entries(found.journals_at_bank)
    for entry, settled in list_entries(list(journals)):
        if all(map(cut.cover.covers_scope, settled.scopes)):
            yield _facts(entry, settled, journals[entry.id], found.statements.get(entry.statement.document_id or 0))
        else:
            left_out[entry.statement.iban] += 1


def _facts(entry: Entry, settled: Settled, journals: list[int], path: str | None) -> dict[str, Any]:
    return {
        "id": entry.id,
        "iban": entry.statement.iban,
        "statement": entry.statement.number,
        "path": path,
        "number": entry.entry_number,
        "part": entry.part,
        "booked_on": _day(entry.booked_on),
        "value_on": _day(entry.value_on),
        "is_credit": entry.is_credit,
        "cents": entry.cents,
        "currency": entry.currency,
        "bank_reference": entry.bank_reference or entry.entry_reference,
        "end_to_end_id": entry.end_to_end_id,
        "payment_block": entry.payment_block,
        "is_return": entry.is_return,
        "return_code": entry.return_code,
        "return_text": entry.return_text,
        "other_name": entry.other_name,
        "other_iban": entry.other_iban,
        "remittance": entry.remittance,
        "state": entry.state.value,
        "effect": entry.effect.value if entry.effect else None,
        "booked_as": entry.booked_as.value if entry.booked_as else None,
        "reason": entry.reason,
        "payments": settled.payments,
        "recoveries": settled.recoveries,
        "vouchers": settled.vouchers,
        "journals": journals,
        "is_whole": settled.journals == set(journals),
    }


def _day(on: date | None) -> str | None:
    return on.isoformat() if on else None
