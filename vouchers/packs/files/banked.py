"""What the bank says, for ``verify.py``: each entry against the journals that were booked of it."""

from __future__ import annotations

import json
from typing import Any, Dict, List, Tuple

from vouchers.packs.files.opening import Pack, Report

# --- What the bank says -----------------------------------------------------------------------------------------------


BANK = "1000"
"""The account of the books that is the bank."""
WHY_WITHHELD = {
    "account_of_others": "it also pays for what this pack does not cover: ",
    "file_of_others": "their file also tells of an account of others",
}


def check_bank(pack: Pack, manifest: Any, report: Report) -> None:
    """Each entry names journals that are here and move the bank by its amount; what is withheld is said.

    The amount is compared where the pack holds all that was booked of an entry (``is_whole``: not where it was cut
    through), and it by itself: not where a whole batch was booked by hand.
    """
    entries = list(pack.rows("bank/entries.jsonl"))
    moved = _read_moved(pack, {number for one in entries for number in one["journals"]})
    for one in entries:
        named = "Entry {} of statement {}".format(one["number"], one["statement"])
        lost = [number for number in one["journals"] if number not in moved]
        if lost or not one["journals"]:
            report.wrong("{}: what was booked of it is not here: {}.".format(named, lost))
            continue
        found = [moved[number] for number in one["journals"]]
        cents = one["cents"] if one["is_credit"] else -one["cents"]
        is_comparable = one["is_whole"] and not any(is_batch for _cents, is_batch in found)
        if is_comparable and sum(two[0] for two in found) != cents:
            report.wrong("{}: its journals do not move what it says.".format(named))
        if one["path"] is not None and one["path"] not in manifest["files"]:
            report.wrong("{}: the file of its statement is not here.".format(named))
    report.tell("bank", "{} entries of statements, each with what was booked of it".format(len(entries)))
    withheld = [one for one in pack.rows("bank/accounts.jsonl") if one["why_not"]]
    if withheld != manifest.get("withheld", []):
        report.wrong("manifest.json does not name what bank/accounts.jsonl says is withheld.")
    for one in withheld:
        report.tell("", "{}: {} statements and {} entries are withheld; {}{}".format(
            one["iban"], one["withheld_statements"], one["withheld_entries"], WHY_WITHHELD[one["why_not"]],
            ", ".join(one["also_pays_for"])))  # fmt: skip


def _read_moved(pack: Pack, wanted: Any) -> Dict[int, Tuple[int, bool]]:
    """Of these journals: by how much they move the bank, and whether they book a whole batch."""
    found: Dict[int, Tuple[int, bool]] = {}
    for row in pack.rows("ledger/journals.jsonl"):
        value = json.loads(row["content"])
        journal = value["journal"]
        if journal["id"] in wanted:
            sums: List[int] = [line[3] for line in value["lines"] if line[2] == BANK]
            if sums:
                found[journal["id"]] = (sum(sums), journal["subject_kind"] == "batch")
    return found
