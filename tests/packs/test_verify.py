"""What a stranger finds in a pack: nothing, where nothing was changed; else what was changed, wherever it is."""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import json
import os
import re
import shutil
import struct
import zipfile
from datetime import date, timedelta

import pytest
from beancount import loader
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.audit.test_proving import check as check_proof
from tests.builders.agreements import an_active_agreement
from tests.builders.applications import owner_of
from tests.builders.audits import a_drawn_sample, a_mandate
from tests.builders.claims import a_cost, a_submitted_claim
from tests.builders.draws import a_bare_draw, drawn
from tests.builders.packs import a_pack, a_written_pack
from tests.builders.payments import PAID_AT, Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import in2
from tests.claims.tampering import tampered
from tests.packs.office import Program, content_of, laid_down, verify
from vouchers.applications.models import Application
from vouchers.audit.actions import erase_details, seal_events
from vouchers.audit.models import AuditEvent
from vouchers.claims.actions import checking, drafting
from vouchers.claims.models import CostLine
from vouchers.claims.queries.files import get_claim
from vouchers.core.database import db, unit_of_work
from vouchers.documents.actions import dispose_document
from vouchers.documents.models import Document
from vouchers.documents.store import the_store
from vouchers.ledger.exports import COLUMNS
from vouchers.packs.exports.archive import Archive
from vouchers.packs.exports.program import verify_program
from vouchers.packs.exports.record import cut_of
from vouchers.packs.exports.whole import write_pack
from vouchers.packs.rules import Cover, cover_of_mandate

LATER = PAID_AT + timedelta(days=1)


@pytest.fixture
def desk(app, clock):
    in2()
    people = Desk()
    clock.stop(PAID_AT)
    an_executed_batch(people, [an_authorised_claim(people, "MG", amount="437.55"), an_authorised_claim(people)])
    an_active_agreement("MG", "NL-NB")
    return people


@pytest.fixture
def whole(desk, tmp_path):
    """A pack of the whole office, in a folder of its own."""
    return laid_down(a_written_pack(at=PAID_AT)[1], tmp_path / "whole")


def rewritten(path, name, change, *, target="changed"):
    """The pack with one file changed, and its lists and hashes made to fit: what a careful forger would hand over."""
    folder = path.parent.parent / target
    folder.mkdir()
    with zipfile.ZipFile(path) as archive:
        contents = {one.filename: archive.read(one) for one in archive.infolist()}
    contents[name] = change(contents[name])
    manifest = json.loads(contents["manifest.json"])
    facts = next(one for one in manifest["files"] if one["name"] == name)
    facts |= {"bytes": len(contents[name]), "sha256": hashlib.sha256(contents[name]).hexdigest()}
    contents["manifest.json"] = json.dumps(manifest).encode()
    contents["manifest.sha256"] = f"{hashlib.sha256(contents['manifest.json']).hexdigest()}  manifest.json\n".encode()
    for inner, content in contents.items():
        file = folder / "pack" / inner
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    shutil.copy(path.parent / "verify.py", folder)
    return folder / "pack"


# nothing was changed


def test_a_whole_pack_is_right(whole):
    code, told = verify(whole)
    assert code == 0, told
    assert "RIGHT, as far as the pack goes: it agrees with itself." in told
    assert "  - vouchers/: the page and the JSON of each voucher" in told
    for what in (
        "files",
        "seal",
        "events",
        "proofs",
        "journals",
        "balances",
        "forms",
        "submissions",
        "claims",
        "documents",
        "draws",
        "samples",
    ):
        assert any(line.startswith(what) for line in told.splitlines()), what
    assert "0 journals" not in told
    assert "0 documents" not in told
    assert "6 claims as steps left them" in told


def test_an_unpacked_pack_is_right_too(whole, tmp_path):
    folder = tmp_path / "unpacked"
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(folder / "pack")
    shutil.copy(whole.parent / "verify.py", folder)
    assert verify(folder / "pack")[0] == 0


def test_what_somebody_noted_is_compared(whole):
    with zipfile.ZipFile(whole) as archive:
        seal = json.loads(archive.read("manifest.json"))["seal"]
    noted = hashlib.sha256(whole.read_bytes()).hexdigest()
    code, told = verify(whole, "--size", str(seal["size"]), "--root", seal["root"], "--sha256", noted)
    assert code == 0
    assert told.strip().endswith(
        "RIGHT. Nothing in this pack was changed: it is, byte for byte, the one whose hash you noted."
    )
    assert "For reading only" not in told
    code, told = verify(whole, "--size", str(seal["size"]), "--root", seal["root"])
    assert code == 0
    assert told.strip().endswith("What is for reading only was not compared.")
    assert "For reading only" in told
    assert verify(whole, "--size", str(seal["size"] + 1), "--root", seal["root"])[0] == 1
    assert verify(whole, "--size", str(seal["size"]), "--root", "ab" * 32)[0] == 1
    assert verify(whole, "--sha256", "ab" * 32)[0] == 1


def test_a_pack_proves_single_events(whole, tmp_path):
    with zipfile.ZipFile(whole) as archive:
        number = json.loads(archive.read("record/events.jsonl").splitlines()[7])["id"]
    code, told = verify(whole, "--prove", str(number))
    proof = json.loads(told[told.index("{") :])
    assert code == 0
    assert proof["event_id"] == number
    assert check_proof(tmp_path, proof)[0] == 0
    assert verify(whole, "--prove", "999999")[0] == 2


def test_every_kind_of_file_is_there(whole):
    with zipfile.ZipFile(whole) as archive:
        names = set(archive.namelist())
        listed = {one["name"] for one in json.loads(archive.read("manifest.json"))["files"]}
        page = archive.read("index.html").decode()
        documents = [json.loads(line) for line in archive.read("documents.jsonl").splitlines()]
        proofs = archive.read("record/proofs.jsonl").splitlines()
    assert listed == names - {"manifest.json", "manifest.sha256"}
    assert {
        "verify.py", "index.html",
        "ledger/lines.csv", "ledger/lines.xlsx", "ledger/lines.beancount", "ledger/journals.jsonl",
        "ledger/opening.jsonl", "ledger/closing.jsonl",
        "record/events.jsonl",
        "record/seals.jsonl", "record/leaves.bin", "record/proofs.jsonl", "record/consistency.json", "documents.jsonl",
        "submissions.jsonl", "claims.jsonl", "claims/IN2-2026-0001-C1/3-authorise.json",
        "vouchers/IN2-2026-0001.html", "vouchers/IN2-2026-0001.json",
    } <= names  # fmt: skip
    assert len(proofs) == 1  # the batch that the bank executed
    assert {one["subject_kind"] for one in documents} >= {"claim", "application"}
    assert all(one["path"] in names for one in documents)
    claims = [one for one in documents if one["subject_kind"] == "claim"]
    events = [json.loads(line) for line in read_of(whole, "record/events.jsonl").splitlines()]
    vouchers = set(db.session.scalars(db.select(Application.reference)))
    assert len(vouchers) == 3
    assert {len(one["vouchers"]) for one in claims} == {1}
    assert {
        name for one in events if one["leaf"]["tag"] == "application.submit" for name in one["vouchers"]
    } == vouchers
    assert {len(one["vouchers"]) for one in events if one["leaf"]["tag"] == "batch.execute"} == {2}
    assert {len(one["vouchers"]) for one in events if one["leaf"]["subject_kind"] == "programme"} == {0}
    assert "Trial balance" in page
    assert "What it holds of persons" in page
    assert "<script" not in page


# a changed byte


def owners_of(path):
    """(begin, end, name) of every stretch of bytes of one file: its header and itself, then its line in the list."""
    found = []
    with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
        place = archive.start_dir
        for one in archive.infolist():
            stream.seek(one.header_offset + 26)
            name, extra = struct.unpack("<2H", stream.read(4))
            found.append((one.header_offset, one.header_offset + 30 + name + extra + one.compress_size, one.filename))
            stream.seek(place + 28)
            size = 46 + sum(struct.unpack("<3H", stream.read(6)))
            found.append((place, place + size, one.filename))
            place += size
    return found


@pytest.mark.once  # what lies in a pack is the same from either database
def test_a_changed_byte_is_found_and_named_wherever_it_is(whole, tmp_path):
    program, content, owners = Program(whole), whole.read_bytes(), owners_of(whole)
    assert program(whole)[0] == 0
    changed_pack = tmp_path / "changed.zip"
    changed_pack.write_bytes(content)

    def check(place, bit):
        with changed_pack.open("r+b") as file:
            file.seek(place)
            file.write(bytes([content[place] ^ 1 << bit]))
        code, told = program(changed_pack)
        with changed_pack.open("r+b") as file:
            file.seek(place)
            file.write(content[place : place + 1])
        assert code == 1, f"byte {place}: {told}"
        name = next((name for begin, end, name in owners if begin <= place < end), "The archive")
        assert f"WRONG. {name}" in told or f" {name}" in told, f"byte {place}, bit {bit} of {name}: {told}"

    for begin, end, _name in owners:  # every byte around each file: what the list says of it, what stands before it
        for place in (
            begin,
            begin + 6,
            begin + 10,
            begin + 14,
            begin + 18,
            begin + 26,
            begin + 28,
            begin + 31,
            end - 1,
        ):
            check(place, place % 8)
    for place in range(owners[-1][1], len(content)):
        check(place, place % 8)
    names = {name: (begin, end) for begin, end, name in owners[::2]}

    @settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(place=st.integers(0, len(content) - 1), bit=st.integers(0, 7))
    @example(place=names["manifest.json"][0] + 60, bit=0)
    @example(place=names["verify.py"][1] - 1, bit=7)
    @example(place=names["index.html"][1] - 2, bit=6)
    def anywhere(place, bit):
        check(place, bit)

    anywhere()


@pytest.mark.once  # what lies in a pack is the same from either database
def test_a_changed_byte_of_an_unpacked_pack_is_found_and_named(whole, tmp_path):
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(tmp_path / "pack")
    program = Program(whole)
    for file in sorted(one for one in (tmp_path / "pack").rglob("*") if one.is_file()):
        content = file.read_bytes()
        if not content:
            continue
        changed = bytearray(content)
        changed[len(content) // 3] ^= 4
        file.write_bytes(changed)
        code, told = program(tmp_path / "pack")
        assert code == 1, file
        assert file.relative_to(tmp_path / "pack").as_posix() in told
        file.write_bytes(content)
    assert program(tmp_path / "pack")[0] == 0


# another file


def wrapped_anew(path, change):
    """What a careful forger makes: an archive of the office's own kind, after a change of the list of (name, bytes)."""
    with zipfile.ZipFile(path) as archive:
        files = [(one.filename, archive.read(one)) for one in archive.infolist()]
    out = path.with_name("other.zip")
    with out.open("w+b") as stream, Archive(stream, PAID_AT) as archive:
        for name, content in change(files):
            with archive.file(name) as entry:
                entry.write(content)
        archive.end()
    return out


def renamed(files):
    return [("ledger/line.csv" if name == "ledger/lines.csv" else name, content) for name, content in files]


OTHERS = {
    "added": (lambda files: [*files, ("ledger/more.csv", b"x")], "ledger/more.csv: it is in the pack, but not"),
    "missing": (lambda files: [one for one in files if one[0] != "index.html"], "index.html: it is missing"),
    "twice": (lambda files: [*files, files[3]], "it is in the pack twice"),
    "renamed, new name": (renamed, "ledger/line.csv: it is in the pack, but not"),
    "renamed, old name": (renamed, "ledger/lines.csv: it is missing"),
    "a path upwards": (lambda files: [*files, ("../evil.py", b"x")], "'../evil.py': no file of a pack"),
    "a path through": (lambda files: [*files, ("draws/../../evil.py", b"x")], "no file of a pack has such a name"),
    "from the root": (lambda files: [*files, ("/etc/passwd", b"x")], "'/etc/passwd': no file of a pack"),
    "another drive": (lambda files: [*files, ("c:\\x.py", b"x")], "no file of a pack has such a name"),
}


@pytest.mark.once  # what lies in a pack is the same from either database
@pytest.mark.parametrize("what", OTHERS)
def test_a_file_that_is_not_the_packs_is_found(whole, what):
    change, sign = OTHERS[what]
    code, told = verify(wrapped_anew(whole, change))
    assert code == 1
    assert sign in told, told


@pytest.mark.once  # what lies in a pack is the same from either database
def test_a_link_in_the_archive_is_found(whole):
    content = bytearray(whole.read_bytes())
    place = next(begin for begin, _end, name in owners_of(whole)[1::2] if name == "index.html")
    content[place + 38 : place + 42] = struct.pack("<I", 0o120777 << 16)
    content[-64:] = hashlib.sha256(content[:-64]).hexdigest().encode()
    whole.write_bytes(content)
    code, told = verify(whole)
    assert code == 1
    assert "index.html: what the list says of it in the archive was changed" in told


@pytest.mark.once  # what lies in a pack is the same from either database
def test_an_archive_that_somebody_else_made_of_it_is_not_it(whole):
    other = whole.with_name("other.zip")
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(other, "w") as copy:
        for one in archive.infolist():
            copy.writestr(one.filename, archive.read(one))
    code, told = verify(other)
    assert code == 1
    assert "The archive was written anew by another program" in told
    assert "1 thing is wrong in this pack." in told  # the files are whole, and all else is checked
    assert any(line.startswith("balances") for line in told.splitlines())


def changed_in(changed, content=None):
    """The files with one that says something else."""
    return lambda files: [
        (name, (content or one.replace(b"0", b"1") + b"x") if name == changed else one) for name, one in files
    ]


ANEW = {
    "lines": (changed_in("ledger/lines.csv"), "ledger/lines.csv: it is not the file that was put in"),
    "leaves": (changed_in("record/leaves.bin"), "record/leaves.bin: it is not the file that was put in"),
    "manifest": (changed_in("manifest.json", b"{}"), "manifest.json is not the one whose hash"),
    "no manifest": (
        lambda files: [one for one in files if one[0] != "manifest.json"],
        "manifest.json is damaged or missing",
    ),
    "many": (lambda files: files + 3 * [("a/more.txt", b"x")], "a/more.txt: it is in the pack twice"),
    **{name: OTHERS[name] for name in ("added", "missing", "a path upwards", "from the root")},
}


@pytest.mark.once  # what lies in a pack is the same from either database
@pytest.mark.parametrize("packed", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize("what", ANEW)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_in_an_archive_that_was_written_anew_each_changed_file_is_named(whole, what, packed):
    change, sign = ANEW[what]
    other = whole.with_name("other.zip")
    with zipfile.ZipFile(whole) as archive, zipfile.ZipFile(other, "w", packed) as copy:
        for name, content in change([(one.filename, archive.read(one)) for one in archive.infolist()]):
            copy.writestr(name, content)
    code, told = verify(other)
    assert code == 1
    assert "The archive was written anew by another program" in told
    assert sign in told, told
    assert "KeyError('manifest.json')" not in told


@pytest.mark.once  # what lies in a pack is the same from either database
def test_links_and_other_files_in_a_folder_are_found(whole, tmp_path):
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(tmp_path / "pack")
    program = Program(whole)
    (tmp_path / "pack" / "index.html").replace(tmp_path / "index.html")
    (tmp_path / "pack" / "index.html").symlink_to(tmp_path / "index.html")
    (tmp_path / "pack" / "more").symlink_to(tmp_path)
    (tmp_path / "pack" / "ledger" / "more.txt").write_text("x")
    os.mkfifo(tmp_path / "pack" / "pipe")
    code, told = program(tmp_path / "pack")
    assert code == 1
    for sign in ("index.html: it is a link", "more: it is a link", "ledger/more.txt: it is in", "pipe: it is a link"):
        assert sign in told


@pytest.mark.once  # what lies in a pack is the same from either database
def test_hidden_bytes_between_files_are_found(whole):
    content = whole.read_bytes()
    with zipfile.ZipFile(whole) as archive:
        place = archive.infolist()[1].header_offset
    whole.write_bytes(content[:place] + b"hidden" + content[place:])
    assert verify(whole)[0] == 1
    whole.write_bytes(b"#!/bin/sh\n" + content)
    assert verify(whole)[0] == 1
    whole.write_bytes(content + b"\n")
    assert verify(whole)[0] == 1


@pytest.mark.once  # what lies in a pack is the same from either database
def test_a_shortened_pack_is_found(whole):
    content = whole.read_bytes()
    for length in (0, 1, 63, 64, 1000, len(content) // 2, len(content) - 1):
        whole.write_bytes(content[:length])
        code, told = verify(whole)
        assert code == 1, told


def test_what_is_not_there_is_not_checked(whole):
    assert verify(whole.with_name("other.zip"))[0] == 2


# a forger, who makes the hashes fit


def first_row(content, change, *, where=lambda row: True):
    """Change the first row that fits."""
    lines = content.splitlines(keepends=True)
    for number, line in enumerate(lines):
        row = json.loads(line)
        if where(row):
            change(row)
            lines[number] = json.dumps(row, ensure_ascii=False).encode() + b"\n"
            return b"".join(lines)
    raise AssertionError("no row fits")


def journal(change):
    """Change a journal within its text."""

    def act(row):
        value = json.loads(row["content"])
        change(value)
        row["content"] = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    return act


def more_money(value):
    for line in value["lines"]:
        line[3] *= 2


def rewritten_workbook(content, old, new):
    """A workbook with one cell changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as changed:
        for name in book.namelist():
            changed.writestr(name, book.read(name).replace(old, new, 1))
    return out.getvalue()


FORGERIES = {
    "an event": ("record/events.jsonl", lambda c: first_row(c, lambda r: r["leaf"].update(actor_id=999)), "Event "),
    "a detail": ("record/events.jsonl", lambda c: first_row(c, lambda r: r["detail"].update(why="x")), "it changed"),
    "a lost event": ("record/events.jsonl", lambda c: c.split(b"\n", 1)[1], "events are here, but"),
    "a leaf": ("record/leaves.bin", lambda c: bytes(32) + c[32:], "its root is not"),
    "a lost leaf": ("record/leaves.bin", lambda c: c[:-32], "does not end with the seal"),
    "a seal": ("record/seals.jsonl", lambda c: first_row(c, lambda r: r.update(root="ab" * 32)), "Seal "),
    "a proof": ("record/proofs.jsonl", lambda c: first_row(c, lambda r: r.update(index=1)), "The proof of event"),
    "consistency": (
        "record/consistency.json",
        lambda c: first_row(c, lambda r: r["old"].update(root="ab" * 32)),
        "does not hold",
    ),
    "a journal": (
        "ledger/journals.jsonl",
        lambda c: first_row(c, journal(more_money)),
        "its journals are not what it recorded",
    ),
    "an unbalanced journal": (
        "ledger/journals.jsonl",
        lambda c: first_row(c, journal(lambda v: v["lines"][0].__setitem__(3, 5))),
        "out of balance",
    ),
    "a lost journal": ("ledger/journals.jsonl", lambda c: c.split(b"\n", 1)[1], "what its step booked is missing"),
    "a hidden line": (
        "ledger/journals.jsonl",
        lambda c: first_row(c, lambda r: r.update(whole=False)),
        "journals lack lines",
    ),
    "a balance": (
        "ledger/closing.jsonl",
        lambda c: first_row(c, lambda r: r.__setitem__(4, r[4] + 1)),
        "the balance is said to be",
    ),
    "an overdrawn stage": (
        "ledger/opening.jsonl",
        lambda c: json.dumps(["in2lifesciences/2026-1/BE-WAL/*/ERDF", "EUR", "B110", "", -(10**12)]).encode() + b"\n",
        "overdrawn",
    ),
    "the CSV": ("ledger/lines.csv", lambda c: c.replace(b",262.53,", b",262.54,", 1), "ledger/lines.csv"),
    "the workbook": (
        "ledger/lines.xlsx",
        lambda c: rewritten_workbook(c, b"<v>262.53</v>", b"<v>262.54</v>"),
        "ledger/lines.xlsx: journal",
    ),
    "the Beancount file": (
        "ledger/lines.beancount",
        lambda c: c.replace(b"  262.53 EUR", b"  262.54 EUR", 1),
        "ledger/lines.beancount: journal",
    ),
    "a lost document": (
        "documents.jsonl",
        lambda c: first_row(c, lambda r: r.update(path=None, why_not="lost")),
        "the office has lost it",
    ),
    "a lost submission": (
        "submissions.jsonl",
        lambda c: first_row(c, lambda r: r.update(path=None, why_not="lost")),
        "no record says that it was deleted",
    ),
    "a submission's place": (
        "submissions.jsonl",
        lambda c: first_row(c, lambda r: r.update(path="documents.jsonl")),
        "is not what was submitted",
    ),
    "a hidden submission": ("submissions.jsonl", lambda c: c.split(b"\n", 1)[1], "it is no submission that is listed"),
    "a submission": (
        "submissions/IN2-2026-0001/1-R-IN2-2026-000001.json",
        lambda c: c.replace(b"sepsis", b"Sepsis", 1),
        "is not what was submitted",
    ),
    "a document": (
        "documents.jsonl",
        lambda c: first_row(c, lambda r: r.update(sha256="ab" * 32)),
        "is not the file that the office took in",
    ),
}


@pytest.mark.once  # what lies in a pack is the same from either database
@pytest.mark.parametrize("what", FORGERIES)
def test_a_forgery_is_found_though_its_hashes_fit(whole, what):
    name, change, sign = FORGERIES[what]
    code, told = verify(rewritten(whole, name, change))
    assert code == 1, told
    assert sign in told, told


def in_csv(column, word):
    def change(content):
        rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
        place = rows[0].index(column)
        rows[-1][place] = word
        out = io.StringIO(newline="")
        csv.writer(out, lineterminator="\n").writerows(rows)
        return out.getvalue().encode()

    return change


def in_sheet(column, word):
    letter = chr(65 + COLUMNS.index(column)).encode()

    def change(content):
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(content)) as book, zipfile.ZipFile(out, "w") as changed:
            for name in book.namelist():
                part = book.read(name)
                if name.endswith("sheet1.xml"):
                    cell = rb'(<c r="%s\d+"[^>]*>(?:<v>|<is><t>))[^<]*(?=</)(?!.*<c r="%s)' % (letter, letter)
                    part, count = re.subn(cell, lambda found: found[1] + word.encode(), part)
                    assert count == 1
                changed.writestr(name, part)
        return out.getvalue()

    return change


OTHER_WORDS = {
    "journal": "2", "date": "2026-11-21", "booked_at": "2026-11-20T09:00:01Z", "event": "x", "reference": "x",
    "narrative": "Paid to somebody else", "account": "B110", "account_name": "Income from ERDF", "programme": "x",
    "call": "2026-2", "region": "x", "instrument": "SIA", "fund_line": "x", "voucher": "IN2-2026-0009",
    "debit": "1.00", "credit": "1.00", "currency": "DKK", "step_id": "ab" * 16,
}  # fmt: skip
IN_BEANS = {
    "a name": (b'  name: "Paid"', b'  name: "Lost"', "has another name than"),
    "a narrative": (b'"Budget voted for Wallonia"', b'"Budget voted for Flanders"', "what it says first"),
    "a reference": (b"  reference: ", b"  reference: X", "and the journals say"),
    "a voucher": (b'voucher: "IN2-2026-0001"', b'voucher: "IN2-2026-0002"', "it books"),
    "a balance": (b"-Paid  7437.55 ~", b"-Paid  7437.56 ~", "is not what was booked"),
    "an account": (
        b"2026-01-15 open Assets:1000-Bank\n",
        b"2026-01-16 open Assets:1000-Bank\n",
        "is not what was booked",
    ),
    "a title": (b"voucher office", b"voucher Office", "its title is another"),
    "a note": (b"\n2026-01-15 open Assets", b'\n2026-01-15 note Assets "x"\n2026-01-15 open Assets', "does not belong"),
    "tolerance": (b" ~ 0.00 EUR", b" ~ 9.00 EUR", "is not what was booked"),
}


@pytest.mark.once  # what lies in a pack is the same from either database
def test_every_column_of_every_form_of_the_books_is_held_to_the_journals(whole):
    program = Program(whole)
    with zipfile.ZipFile(whole) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    seal = ("--size", str(manifest["seal"]["size"]), "--root", manifest["seal"]["root"])
    cases = [("ledger/lines.csv", in_csv(column, word), column) for column, word in OTHER_WORDS.items()]
    cases += [("ledger/lines.csv", in_csv(column, "3"), column) for column in ("reverses", "corrects")]
    cases += [("ledger/lines.csv", in_csv("line", "1x"), "its lines are not numbered")]
    cases += [("ledger/lines.csv", lambda c: c.replace(b"narrative,", b"words,", 1), "its headings are others")]
    cases += [("ledger/lines.csv", lambda c: c + c.splitlines(keepends=True)[-1], "lines")]
    sheet = {name: word for name, word in OTHER_WORDS.items() if name != "date"} | {"date": "46000"}
    cases += [("ledger/lines.xlsx", in_sheet(column, word), column) for column, word in sheet.items()]
    cases += [
        (
            "ledger/lines.xlsx",
            lambda c: rewritten_workbook(c, b'formatCode="#,##0.00"', b'formatCode="9"'),
            "in another",
        ),
        ("ledger/lines.xlsx", lambda c: rewritten_workbook(c, b"<t>debit</t>", b"<t>credit</t>"), "its headings"),
        ("ledger/lines.xlsx", lambda c: rewritten_workbook(c, b"<is><t>Bank</t></is>", b"<f>1</f>"), "is not drawn as"),
    ]
    cases += [
        ("ledger/lines.beancount", lambda c, old=old, new=new: c.replace(old, new, 1), sign)
        for old, new, sign in IN_BEANS.values()
    ]
    for place, (name, change, sign) in enumerate(cases):
        code, told = program(rewritten(whole, name, change, target=f"column-{place}"), *seal)
        assert code == 1, (name, sign, told)
        assert name in told, told
        assert sign in told, (name, sign, told)


def test_what_no_seal_covers_is_said_and_the_hash_of_the_pack_covers_it(whole):
    forged = rewritten(whole, "vouchers/IN2-2026-0001.html", lambda c: c.replace(b"437.55", b"537.55"))
    code, told = verify(forged)
    assert code == 0
    assert "vouchers/: the page and the JSON of each voucher" in told
    assert "Nothing in this pack was changed" not in told
    code, told = verify(forged, "--sha256", "ab" * 32)
    assert code == 2
    assert "this is a folder: give the file" in told
    assert verify(whole, "--sha256", "ab" * 32)[0] == 1


def forged_content(path, forge, listing="documents.jsonl", target="changed"):
    """A pack in whose first document of a claim, or submission, or claim, `forge` wrote, and every list and hash that
    the office can write anew fits: those of the sealed record stay."""
    with zipfile.ZipFile(path) as archive:
        contents = {one.filename: archive.read(one) for one in archive.infolist()}
    rows = [json.loads(line) for line in contents[listing].splitlines()]
    row = next(one for one in rows if one.get("subject_kind", "claim") == "claim" and one["path"])
    content = forge(contents[row["path"]])
    folder = rewritten(path, row["path"], lambda _content: content or b"-", target=target)
    manifest = json.loads((folder / "manifest.json").read_bytes())
    if content:
        row |= {"sha256": hashlib.sha256(content).hexdigest()} | ({"bytes": len(content)} if "bytes" in row else {})
    else:
        rows.remove(row)
        (folder / row["path"]).unlink()
        manifest["files"] = [one for one in manifest["files"] if one["name"] != row["path"]]
    listed = b"".join(json.dumps(one, separators=(",", ":"), sort_keys=True).encode() + b"\n" for one in rows)
    (folder / listing).write_bytes(listed)
    facts = next(one for one in manifest["files"] if one["name"] == listing)
    facts |= {"bytes": len(listed), "sha256": hashlib.sha256(listed).hexdigest()}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    digest = hashlib.sha256((folder / "manifest.json").read_bytes()).hexdigest()
    (folder / "manifest.sha256").write_text(f"{digest}  manifest.json\n")
    return folder


def test_evidence_that_was_put_in_the_place_of_another_is_found_by_the_record(whole):
    code, told = verify(forged_content(whole, lambda content: content + b"%"))
    assert code == 1, told
    assert "it is not the file that the record names" in told


def test_evidence_that_was_left_out_is_found_by_the_record(whole):
    code, told = verify(forged_content(whole, lambda _content: b""))
    assert code == 1, told
    assert "that the record names is not listed" in told


@pytest.mark.parametrize("forge", [lambda content: content.replace(b"sepsis", b"cancer"), lambda _content: b""])
def test_a_submission_with_other_words_or_left_out_is_found_by_the_record(whole, forge):
    code, told = verify(forged_content(whole, forge, "submissions.jsonl"))
    assert code == 1, told
    assert "A submission that the record names is not listed" in told


def test_a_claim_that_was_changed_left_out_or_made_up_is_found_by_the_record(whole):
    program, number, other = Program(whole), "IN2-2026-0001-C1", "it is not the claim that the record names"
    forgeries = (
        (lambda content: content.replace(b'"net_cents":4', b'"net_cents":5'), other),
        (lambda content: content.replace(b'"invoice_number":"', b'"invoice_number":"X'), f"Claim {number} (version 1"),
        (lambda _content: b"", "A claim that the record names is not listed"),
    )
    for place, (forge, sign) in enumerate(forgeries):
        code, told = program(forged_content(whole, forge, "claims.jsonl", f"forged-{place}"))
        assert code == 1, told
        assert sign in told, told

    def more(content):
        row = json.loads(content.splitlines()[0]) | {"step_id": "ab" * 16, "version": 9}
        return content + json.dumps(row).encode() + b"\n"

    lists = (
        (more, f"Claim {number} (version 9, claim.submit of 2026-10-20): no step of this pack kept it"),
        (lambda c: first_row(c, lambda r: r.update(path=None, why_not="lost")), "no record says that it was deleted"),
        (lambda c: first_row(c, lambda r: r.update(path="documents.jsonl")), "does not say what the list says of it"),
        (lambda c: c.split(b"\n", 1)[1], "it is no claim that is listed"),
    )
    for place, (change, sign) in enumerate(lists):
        code, told = program(rewritten(whole, "claims.jsonl", change, target=f"list-{place}"))
        assert code == 1, told
        assert sign in told, told


def test_a_cost_that_was_changed_in_the_office_by_no_step_is_found_in_its_pack(desk, tmp_path):
    line = db.session.scalars(db.select(CostLine).order_by(CostLine.id)).first()
    number, line_id = line.claim.number, line.id
    for place, change in enumerate(({"accepted_cents": 1}, {"invoice_number": "T-99"}, {"deduction_reason": "Cut."})):
        before = tampered("cost_line", line_id, **change)
        code, told = verify(laid_down(a_written_pack(at=PAID_AT)[1], tmp_path / f"pack-{place}"))
        assert code == 1, told
        assert f"Claim {number} (version 3, claim.authorise of" in told, told
        assert told.count("it is not the claim that the record names") == 1
        tampered("cost_line", line_id, **before)


def test_a_claim_that_moved_on_after_the_seal_is_as_it_was_under_it(desk, tmp_path):
    claim = a_submitted_claim(an_active_agreement("MG", "BE-WAL"))
    content = a_written_pack(at=PAID_AT)[1]
    manager = desk.manager
    checking.send_back_claim(get_claim(claim.id), "Which train?", by=manager, at=LATER)
    cost = a_cost(supplier="SNCB")
    owner = owner_of(claim.agreement.application)
    drafting.save_line(get_claim(claim.id), cost, line_id=claim.costs[0].id, by=owner, at=LATER)
    drafting.submit_claim(get_claim(claim.id), answer="The 8.15.", by=owner, at=LATER)
    path = laid_down(content, tmp_path / "before")
    rows = [json.loads(row) for row in read_of(path, "claims.jsonl").splitlines()]
    assert [(row["version"], row["tag"]) for row in rows if row["claim"] == claim.number] == [(1, "claim.submit")]
    path = laid_down(a_written_pack(at=LATER)[1], tmp_path / "after")
    code, told = verify(path)
    assert code == 0, told
    rows = [json.loads(row) for row in read_of(path, "claims.jsonl").splitlines() if claim.number.encode() in row]
    texts = [json.loads(read_of(path, row["path"])) for row in rows]
    assert [text["costs"][0]["supplier"] for text in texts] == ["NMBS", "SNCB"]
    assert texts[1]["questions"][0]["answer"] == "The 8.15."


def test_a_draw_is_done_again(desk, tmp_path):
    draw = drawn(a_bare_draw(by=desk.manager), by=desk.manager, at=PAID_AT)
    path = laid_down(a_written_pack(at=PAID_AT + timedelta(days=3))[1], tmp_path / "whole")
    code, told = verify(path)
    assert code == 0, told
    assert "1 draws by lot done again" in told

    def swap(content):
        value = json.loads(content)
        value["result"] = value["result"][::-1] if len(value["result"]) > 1 else ["X"]
        return json.dumps(value).encode()

    code, told = verify(rewritten(path, f"draws/draw-{draw.id}.json", swap))
    assert code == 1
    assert f"draws/draw-{draw.id}.json" in told


def test_a_sample_is_drawn_again(desk, tmp_path):
    mandate = a_mandate(at=PAID_AT)
    sample = a_drawn_sample(mandate, at=PAID_AT)
    a_drawn_sample(a_mandate(at=PAID_AT), at=PAID_AT)  # another auditor's, which this one does not get
    path = laid_down(content_of(a_pack(mandate, at=PAID_AT)), tmp_path / "whole")
    code, told = verify(path)
    assert code == 0, told
    assert "1 samples drawn again" in told

    def miss(content):
        return json.dumps(json.loads(content) | {"units": []}).encode()

    code, told = verify(rewritten(path, f"samples/{sample.number}/draw.json", miss))
    assert code == 1
    assert f"samples/{sample.number}/draw.json: drawn again, other units are hit" in told
    name = f"samples/{sample.number}/population.csv"
    code, told = verify(rewritten(path, name, lambda content: content[:-2] + b"9\n", target="population"))
    assert code == 1
    assert f"{name}: it is not the population" in told


# one that continues another


def test_a_pack_continues_an_earlier_one(desk, tmp_path):
    first, content = a_written_pack(at=PAID_AT)
    earlier = laid_down(content, tmp_path / "first", "earlier.zip")
    an_executed_batch(desk, [an_authorised_claim(desk)])
    path = laid_down(a_written_pack(at=LATER, since=first.seal)[1], tmp_path / "second")

    code, told = verify(path, "--earlier", str(earlier))
    assert code == 0, told
    assert_bean_check(path)
    newer = [json.loads(line)["reference"] for line in read_of(path, "submissions.jsonl").splitlines()]
    assert newer == ["IN2-2026-0004"]  # what the earlier pack has is not in this one again
    with zipfile.ZipFile(path) as archive:
        leaves = archive.getinfo("record/leaves.bin").file_size // 32
        opening = archive.read("ledger/opening.jsonl")
    with zipfile.ZipFile(earlier) as archive:
        assert opening == archive.read("ledger/closing.jsonl")
    pack, content = a_written_pack(at=LATER)
    assert 0 < leaves < pack.seal.size - leaves

    whole = laid_down(content, tmp_path / "third")
    assert verify(whole, "--earlier", str(earlier))[0] == 0  # a whole one holds the earlier one's tree too
    assert verify(path, "--prove", "5")[0] == 2
    assert verify(earlier, "--earlier", str(whole))[0] == 2  # the wrong way round

    code, told = verify(path, "--earlier", str(rewritten(
        earlier, "ledger/closing.jsonl", lambda c: first_row(c, lambda r: r.__setitem__(4, r[4] + 1)), target="other"
    )))  # fmt: skip
    assert code == 1
    assert "balances with which this pack begins" in told


def test_a_gap_between_two_packs_is_said(desk, tmp_path):
    earlier = laid_down(a_written_pack(at=PAID_AT)[1], tmp_path / "first", "earlier.zip")
    an_executed_batch(desk, [an_authorised_claim(desk)])
    between = seal_events(at=PAID_AT)
    an_executed_batch(desk, [an_authorised_claim(desk)])
    path = laid_down(a_written_pack(at=LATER, since=between)[1], tmp_path / "second")
    assert verify(path)[0] == 0
    code, told = verify(path, "--earlier", str(earlier))
    assert code == 2
    assert "ask for one from seal" in told


def test_another_offices_earlier_pack_is_refused(desk, tmp_path):
    first, content = a_written_pack(at=PAID_AT)
    earlier = laid_down(content, tmp_path / "first", "earlier.zip")
    path = laid_down(a_written_pack(at=LATER, since=first.seal)[1], tmp_path / "second")

    def of_another(content):
        return content.replace(json.loads(content)["origin"].encode(), b"ab" * 32)

    other = tmp_path / "other"
    with zipfile.ZipFile(earlier) as archive:
        archive.extractall(other)
    manifest = of_another((other / "manifest.json").read_bytes())
    (other / "manifest.json").write_bytes(manifest)
    (other / "manifest.sha256").write_text(f"{hashlib.sha256(manifest).hexdigest()}  manifest.json\n")
    code, told = verify(path, "--earlier", str(other))
    assert code == 1
    assert "of another office" in told

    def of_another_tree(content):
        return first_row(content, lambda row: None).replace(first.seal.root.encode(), b"cd" * 32)

    forged = rewritten(earlier, "record/seals.jsonl", of_another_tree, target="forged")
    assert verify(path, "--earlier", str(forged))[0] == 0  # only its manifest is compared, which names the right seal
    manifest = (forged / "manifest.json").read_bytes().replace(first.seal.root.encode(), b"cd" * 32)
    (forged / "manifest.json").write_bytes(manifest)
    (forged / "manifest.sha256").write_text(f"{hashlib.sha256(manifest).hexdigest()}  manifest.json\n")
    code, told = verify(path, "--earlier", str(forged))
    assert code == 1
    assert "are not those of the earlier pack" in told


def test_the_same_seal_gives_the_same_bytes(desk):
    mandate, claim = a_mandate(at=PAID_AT), an_authorised_claim(desk)
    first = a_pack(mandate, at=PAID_AT)
    content = content_of(first)
    an_executed_batch(
        desk, [claim], at=LATER
    )  # what happens later is not in it, nor in what it says of claim and voucher
    again = io.BytesIO()
    told = write_pack(
        cut_of(mandate, cover_of_mandate(mandate), None, first.seal), again, language="en", note=lambda percent: None
    )
    assert again.getvalue() == content
    assert told == (first.sha256, first.size) == (hashlib.sha256(content).hexdigest(), len(content))


# a part of the office


def test_a_region_s_pack_holds_its_part_and_proves_all(desk, tmp_path):
    pack, content = a_written_pack(Cover("in2lifesciences", ("NL-NB",)), at=PAID_AT)
    path = laid_down(content, tmp_path / "region")
    code, told = verify(path)
    assert code == 0, told
    assert "outside of what this pack covers" in told
    assert pack.seal.size * 32 == len(read_of(path, "record/leaves.bin"))
    assert_bean_check(path)
    books = read_of(path, "ledger/lines.csv") + read_of(path, "ledger/lines.beancount")
    assert b"NL-NB" in books
    assert b"BE-WAL" not in books + read_of(path, "record/events.jsonl")
    assert b'"claim"' not in read_of(path, "documents.jsonl")


def read_of(path, name):
    with zipfile.ZipFile(path) as archive:
        return archive.read(name)


def assert_bean_check(path):
    """Beancount itself finds no fault in the pack's file."""
    file = path.with_suffix(".beancount")
    file.write_bytes(read_of(path, "ledger/lines.beancount"))
    _entries, errors, _options = loader.load_file(str(file))
    assert errors == []


def test_a_period_cuts_the_books_and_keeps_whole_files(desk, tmp_path):
    first = db.session.scalars(db.select(AuditEvent.at).order_by(AuditEvent.id)).first().date()
    cover = Cover("in2lifesciences", ("BE-WAL",), PAID_AT.date(), PAID_AT.date())
    path = laid_down(a_written_pack(cover, at=PAID_AT)[1], tmp_path / "day")
    code, told = verify(path)
    assert code == 0, told
    assert_bean_check(path)
    days = {row.split(b",")[1] for row in read_of(path, "ledger/lines.csv").splitlines()[1:]}
    assert days == {b"2026-11-20"}
    assert read_of(path, "ledger/opening.jsonl")
    events = [json.loads(row)["leaf"] for row in read_of(path, "record/events.jsonl").splitlines()]
    old = [event for event in events if event["at"][:10] < "2026-11-20"]
    assert {event["subject_kind"] for event in old} >= {"application", "agreement", "claim", "bank_account"}
    assert not {event["subject_kind"] for event in old} & {"user", "role", "programme", "envelope"}
    assert first < date(2026, 11, 20)

    before = Cover("in2lifesciences", ("BE-WAL",), date(2020, 1, 1), date(2020, 12, 31))
    path = laid_down(a_written_pack(before, at=PAID_AT)[1], tmp_path / "nothing")
    code, told = verify(path)
    assert code == 0, told
    assert read_of(path, "record/events.jsonl") == read_of(path, "documents.jsonl") == b""


def test_a_mandate_s_pack_knows_nobody_of_another_programme(desk, tmp_path):
    path = laid_down(content_of(a_pack(a_mandate("BE-WAL", at=PAID_AT), at=PAID_AT)), tmp_path / "mandate")
    assert verify(path)[0] == 0
    scopes = {json.loads(row)["leaf"]["scope"] for row in read_of(path, "record/events.jsonl").splitlines()}
    kinds = {
        event["subject_kind"]
        for row in read_of(path, "record/events.jsonl").splitlines()
        if (event := json.loads(row)["leaf"])["scope"].startswith("-/")
    }
    assert "in2lifesciences/BE-WAL" in scopes
    assert not any("NL-NB" in scope for scope in scopes)
    assert kinds <= {"bank_account", "aid_declaration", "ownership_statement"}


# what the law took away


def test_what_was_erased_or_disposed_of_is_named_and_no_fault(desk, tmp_path):
    with unit_of_work():
        erase_details(list(db.session.scalars(db.select(AuditEvent.id).limit(10))))
    some = db.session.scalars(db.select(Document).where(Document.subject_kind == "claim")).first()
    with unit_of_work():
        dispose_document(some, at=PAID_AT)
    path = laid_down(a_written_pack(at=PAID_AT)[1], tmp_path / "pack")
    code, told = verify(path)
    assert code == 0, told
    assert "the details of 10 were erased by law" in told
    assert f"Document {some.id} ({some.filename}): its time was over; it was removed on 2026-11-20" in told
    assert "1 are named only" in told
    assert "No longer kept: its time was over 2026-11-20" in read_of(path, "index.html").decode()


@pytest.mark.once  # what lies in a pack is the same from either database
def test_what_was_lost_is_a_fault(desk, tmp_path):
    some = db.session.scalars(db.select(Document).where(Document.subject_kind == "claim")).first()
    the_store().delete(some.sha256)
    path = laid_down(a_written_pack(at=PAID_AT)[1], tmp_path / "pack")
    code, told = verify(path)
    assert code == 1
    assert f"Document {some.id} ({some.filename}): the office has lost it" in told


# the program


def test_the_program_is_of_the_standard_library_of_an_old_python():
    text = verify_program().decode()
    tree = ast.parse(text, feature_version=(3, 8))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {
        "__future__", "argparse", "contextlib", "csv", "datetime", "functools", "hashlib",
        "io", "json", "pathlib", "re", "shutil", "struct",
        "sys", "tempfile", "typing", "unicodedata", "zipfile", "zlib",
    }  # fmt: skip
    assert text == verify_program().decode()
