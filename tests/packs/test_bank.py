"""What a pack holds of the bank: statements of accounts that serve only what it covers, of others the entries."""

from __future__ import annotations

import hashlib
import json
import zipfile

import pytest

from tests.banking.files import an_entry
from tests.builders.audits import a_mandate
from tests.builders.banking import BANK_AT, a_batch_under_way, a_statement_of, entry_of
from tests.builders.packs import a_pack, a_written_pack
from tests.builders.payments import PAID_AT, Desk
from tests.builders.programmes import in2
from tests.builders.recoveries import ORDERED_AT, a_paid_agreement, a_suspicion
from tests.packs.office import content_of, laid_down, verify
from tests.packs.test_verify import rewritten
from vouchers.core.database import unit_of_work
from vouchers.packs.exports.bank import OTHERS
from vouchers.regions.queries import find_region

OTHER = "NL-NB"


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    return people


@pytest.fixture
def own(desk, clock):
    """The region's account is its own, and so is that of the other one. Each has a statement."""
    return _told(desk, clock, Desk(OTHER))


@pytest.fixture
def shared(desk, clock):
    """Both regions are paid from one account, and one statement tells of both."""
    region, other = find_region("BE-WAL"), find_region(OTHER)
    with unit_of_work():
        other.iban = region.iban
    return _told(desk, clock, Desk(OTHER))


def _told(desk, clock, second):
    mine, others = a_batch_under_way(desk, "700").payments[0], a_batch_under_way(second, "400").payments[0]
    clock.stop(BANK_AT)
    if find_region("BE-WAL").iban == find_region(OTHER).iban:
        charge = an_entry("3.10", bank_reference="NOBODY-MATCHED")
        return mine, others, [a_statement_of(desk, entry_of(mine), entry_of(others), charge, number="S-BOTH")]
    statements = [a_statement_of(desk, entry_of(mine), number="S-MINE")]
    return mine, others, [*statements, a_statement_of(second, entry_of(others), number="S-OTHERS")]


def a_pack_of_the_region(tmp_path):
    return laid_down(content_of(a_pack(a_mandate("BE-WAL"), at=BANK_AT)), tmp_path / "mandate")


def files_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def rows_of(files, name):
    return [json.loads(line) for line in files[name].splitlines()]


def kinds_of(files):
    return [row["leaf"]["subject_kind"] for row in rows_of(files, "record/events.jsonl") if "detail" in row]


def test_the_statements_of_an_account_of_ones_own_are_here_with_their_events(own, tmp_path):
    mine, _others, statements = own
    path = a_pack_of_the_region(tmp_path)
    code, told = verify(path)
    assert code == 0, told
    assert "1 entries of statements, each with what was booked of it" in told
    assert "withheld" not in told
    files = files_of(path)
    (stored,) = [one for one in rows_of(files, "documents.jsonl") if one["subject_kind"] == "statement"]
    assert stored["subject_id"] == statements[0].id
    assert hashlib.sha256(files[stored["path"]]).hexdigest() == stored["sha256"]
    (entry,) = rows_of(files, "bank/entries.jsonl")
    assert (entry["statement"], entry["path"]) == ("S-MINE", stored["path"])
    assert (entry["payments"], entry["vouchers"]) == ([mine.end_to_end_id], [mine.voucher])
    assert {"statement", "entry"} <= set(kinds_of(files))
    page = files[f"vouchers/{mine.voucher}.html"].decode()
    assert f'href="../{stored["path"]}">S-MINE<' in page
    assert f'href="#journal-{entry["journals"][0]}"' in page
    assert json.loads(files["manifest.json"])["withheld"] == []


def test_of_a_shared_account_the_matched_entries_are_here_and_the_rest_is_said_to_be_withheld(shared, tmp_path):
    mine, others, _statements = shared
    path = a_pack_of_the_region(tmp_path)
    code, told = verify(path)
    assert code == 0, told
    files = files_of(path)
    iban = find_region("BE-WAL").iban
    (withheld,) = json.loads(files["manifest.json"])["withheld"]
    assert (withheld["iban"], withheld["withheld_statements"], withheld["why_not"]) == (iban, 1, OTHERS)
    assert withheld["also_pays_for"] == [f"in2lifesciences/{OTHER}"]
    assert f"it also pays for what this pack does not cover: in2lifesciences/{OTHER}" in told
    assert f"This account also pays for what this pack does not cover: in2lifesciences/{OTHER}." in (
        files["index.html"].decode()
    )
    (entry,) = rows_of(files, "bank/entries.jsonl")
    assert (entry["payments"], entry["path"], entry["statement"]) == ([mine.end_to_end_id], None, "S-BOTH")
    assert not {"statement", "entry"} & set(kinds_of(files))
    assert not [one for one in rows_of(files, "documents.jsonl") if one["subject_kind"] == "statement"]
    for name, content in files.items():
        for secret in (others.end_to_end_id, others.creditor_name, "NOBODY-MATCHED"):
            assert secret.encode() not in content, (name, secret)


def test_a_mandate_over_both_holds_the_shared_account_whole(shared, tmp_path):
    path = laid_down(content_of(a_pack(a_mandate("BE-WAL", OTHER), at=BANK_AT)), tmp_path / "both")
    code, told = verify(path)
    assert code == 0, told
    files = files_of(path)
    assert len(rows_of(files, "bank/entries.jsonl")) == 2
    assert [one["subject_kind"] for one in rows_of(files, "documents.jsonl")].count("statement") == 1
    assert json.loads(files["manifest.json"])["withheld"] == []


def test_the_whole_office_has_all_of_it(shared, tmp_path):
    path = laid_down(a_written_pack(at=BANK_AT)[1], tmp_path / "whole")
    code, told = verify(path)
    assert code == 0, told
    assert "2 entries of statements" in told


@pytest.mark.once  # what lies in a pack is the same from either database
@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("bank/entries.jsonl", lambda c: c.replace(b'"cents":70000', b'"cents":70001'), "do not move what it says"),
        ("bank/entries.jsonl", lambda c: c.replace(b'"journals":[', b'"journals":[999999,'), "is not here: [999999]"),
        ("bank/accounts.jsonl", lambda c: c.replace(b"account_of_others", b"file_of_others"), "does not name what"),
    ],
)
def test_an_entry_that_was_changed_is_found(shared, tmp_path, name, change, said):
    path = rewritten(a_pack_of_the_region(tmp_path), name, change)
    code, told = verify(path)
    assert code == 1
    assert said in told


def test_a_suspicion_stands_in_the_pack_of_the_whole_office_by_its_place_alone(desk, tmp_path):
    made = a_suspicion(a_paid_agreement(desk), desk.maker)
    path = laid_down(a_written_pack(at=ORDERED_AT)[1], tmp_path / "whole")
    code, told = verify(path)
    assert code == 0, told
    assert "of which 1 are confidential: their hashes only are here" in told
    rows = rows_of(files_of(path), "record/events.jsonl")
    assert [sorted(row) for row in rows if row["leaf"] is None] == [["id", "leaf", "position"]]
    assert "suspicion" not in {row["leaf"]["subject_kind"] for row in rows if row["leaf"]}
    assert made.text.encode() not in b"".join(files_of(path).values())
