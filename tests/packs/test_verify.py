"""What a stranger finds in a pack: nothing, where nothing was changed; else what was changed, wherever it is."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import runpy
import shutil
import struct
import zipfile
from datetime import timedelta
from random import Random

import pytest

from tests.audit.test_proving import check as check_proof
from tests.builders.agreements import an_active_agreement
from tests.builders.draws import a_bare_draw, drawn
from tests.builders.packs import a_pack
from tests.builders.payments import PAID_AT, Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import in2
from tests.packs.office import laid_down, verify
from vouchers.audit.actions import erase_details, seal_events
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db, unit_of_work
from vouchers.documents.models import Document
from vouchers.documents.store import the_store

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
    return laid_down(a_pack(at=PAID_AT), tmp_path / "whole")


def rewritten(path, name, change, *, target="changed"):
    """The pack with one file changed, and its lists and hashes made to fit: what a careful forger would hand over."""
    folder = path.parent.parent / target
    folder.mkdir()
    with zipfile.ZipFile(path) as archive:
        contents = {one.filename: archive.read(one) for one in archive.infolist()}
    contents[name] = change(contents[name])
    manifest = json.loads(contents["manifest.json"])
    manifest["files"][name] = {"bytes": len(contents[name]), "sha256": hashlib.sha256(contents[name]).hexdigest()}
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
    assert told.strip().endswith("RIGHT. Nothing in this pack was changed.")
    for what in ("files", "seal", "events", "proofs", "journals", "balances", "documents", "draws"):
        assert any(line.startswith(what) for line in told.splitlines()), what
    assert "0 journals" not in told
    assert "0 documents" not in told


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
    assert verify(whole, "--size", str(seal["size"]), "--root", seal["root"], "--sha256", noted)[0] == 0
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
        listed = set(json.loads(archive.read("manifest.json"))["files"])
        page = archive.read("index.html").decode()
        documents = [json.loads(line) for line in archive.read("documents.jsonl").splitlines()]
        proofs = archive.read("record/proofs.jsonl").splitlines()
    assert listed == names - {"manifest.json", "manifest.sha256"}
    assert {
        "verify.py", "index.html",
        "ledger/lines.csv", "ledger/journals.jsonl", "ledger/opening.jsonl", "ledger/closing.jsonl",
        "record/events.jsonl",
        "record/seals.jsonl", "record/leaves.bin", "record/proofs.jsonl", "record/consistency.json", "documents.jsonl",
    } <= names  # fmt: skip
    assert len(proofs) == 1  # the batch that the bank executed
    assert {one["subject_kind"] for one in documents} >= {"claim", "application"}
    assert all(one["path"] in names for one in documents)
    assert "Trial balance" in page
    assert "<script" not in page


# a changed byte


def places_of(path):
    """(place, file whose bytes lie there or None), for a file's header, its middle and its end, and everything else."""
    size = path.stat().st_size
    found = []
    with zipfile.ZipFile(path) as archive, path.open("rb") as stream:
        for one in archive.infolist():
            stream.seek(one.header_offset + 26)
            name, extra = struct.unpack("<2H", stream.read(4))
            begin = one.header_offset + 30 + name + extra
            found += [(one.header_offset + place, None) for place in (0, 6, 8, 11, 13, 15, 20, 26, 30, 30 + name)]
            if one.compress_size:
                spots = {begin, begin + one.compress_size // 2, begin + one.compress_size - 1}
                found += [(place, one.filename) for place in spots]
        begin = archive.start_dir
    found += [(place, None) for place in range(begin, size, max((size - begin) // 60, 1))]
    found += [(place, None) for place in range(size - 64 - 62, size)]
    return found


def test_a_changed_byte_is_found_wherever_it_is(whole):
    program = runpy.run_path(str(whole.parent / "verify.py"))
    content, chance = whole.read_bytes(), Random(2026)
    places = places_of(whole)
    assert len(places) > 400
    for place, name in [*places, *((chance.randrange(len(content)), None) for _ in range(200))]:
        changed = bytearray(content)
        changed[place] ^= 1 << chance.randrange(8)
        whole.write_bytes(changed)
        with contextlib.redirect_stdout(io.StringIO()) as told:
            code = program["main"]([str(whole)])
        assert code == 1, f"byte {place} ({name})"
        assert "WRONG. " in told.getvalue()
        if name is not None and name not in ("manifest.json", "manifest.sha256"):
            named = [line for line in told.getvalue().splitlines() if line.startswith(f"WRONG. {name}")]
            assert named or "Every file is whole" in told.getvalue(), f"byte {place} of {name}: {told.getvalue()}"


def test_a_changed_byte_of_an_unpacked_pack_is_found_and_named(whole, tmp_path):
    with zipfile.ZipFile(whole) as archive:
        archive.extractall(tmp_path / "pack")
    program = runpy.run_path(str(whole.parent / "verify.py"))
    chance = Random(7)
    for file in sorted(one for one in (tmp_path / "pack").rglob("*") if one.is_file()):
        content = file.read_bytes()
        if not content:
            continue
        changed = bytearray(content)
        changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        file.write_bytes(changed)
        with contextlib.redirect_stdout(io.StringIO()) as told:
            assert program["main"]([str(tmp_path / "pack")]) == 1, file
        assert file.relative_to(tmp_path / "pack").as_posix() in told.getvalue()
        file.write_bytes(content)


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
    "a document": (
        "documents.jsonl",
        lambda c: first_row(c, lambda r: r.update(sha256="ab" * 32)),
        "the file is not the one that the office took in",
    ),
}


@pytest.mark.parametrize("what", FORGERIES)
def test_a_forgery_is_found_though_its_hashes_fit(whole, what):
    name, change, sign = FORGERIES[what]
    code, told = verify(rewritten(whole, name, change))
    assert code == 1, told
    assert sign in told, told


def test_a_draw_is_done_again(desk, tmp_path):
    draw = drawn(a_bare_draw(by=desk.manager), by=desk.manager, at=PAID_AT)
    path = laid_down(a_pack(at=LATER), tmp_path / "whole")
    code, told = verify(path)
    assert code == 0, told
    assert "1 draws done again" in told

    def swap(content):
        value = json.loads(content)
        value["result"] = value["result"][::-1] if len(value["result"]) > 1 else ["X"]
        return json.dumps(value).encode()

    code, told = verify(rewritten(path, f"draws/draw-{draw.id}.json", swap))
    assert code == 1
    assert f"draws/draw-{draw.id}.json" in told


# one that continues another


def test_a_pack_continues_an_earlier_one(desk, tmp_path):
    first = a_pack(at=PAID_AT)
    earlier = laid_down(first, tmp_path / "first", "earlier.zip")
    an_executed_batch(desk, [an_authorised_claim(desk)])
    path = laid_down(a_pack(at=LATER, since=first.seal), tmp_path / "second")

    code, told = verify(path, "--earlier", str(earlier))
    assert code == 0, told
    with zipfile.ZipFile(path) as archive:
        leaves = archive.getinfo("record/leaves.bin").file_size // 32
        opening = archive.read("ledger/opening.jsonl")
    with zipfile.ZipFile(earlier) as archive:
        assert opening == archive.read("ledger/closing.jsonl")
    pack = a_pack(at=LATER)
    assert 0 < leaves < pack.seal.size - first.seal.size + leaves

    whole = laid_down(pack, tmp_path / "third")
    assert verify(whole, "--earlier", str(earlier))[0] == 0  # a whole one holds the earlier one's tree too
    assert verify(path, "--prove", "5")[0] == 2


def test_a_gap_between_two_packs_is_said(desk, tmp_path):
    earlier = laid_down(a_pack(at=PAID_AT), tmp_path / "first", "earlier.zip")
    an_executed_batch(desk, [an_authorised_claim(desk)])
    between = seal_events(at=PAID_AT)
    an_executed_batch(desk, [an_authorised_claim(desk)])
    path = laid_down(a_pack(at=LATER, since=between), tmp_path / "second")
    assert verify(path)[0] == 0
    code, told = verify(path, "--earlier", str(earlier))
    assert code == 2
    assert "ask for one from seal" in told


def test_another_offices_earlier_pack_does_not_fit(desk, tmp_path):
    first = a_pack(at=PAID_AT)
    earlier = laid_down(first, tmp_path / "first", "earlier.zip")
    an_executed_batch(desk, [an_authorised_claim(desk)])
    path = laid_down(a_pack(at=LATER, since=first.seal), tmp_path / "second")
    other = rewritten(
        earlier, "ledger/closing.jsonl", lambda c: first_row(c, lambda r: r.__setitem__(4, r[4] + 1)), target="other"
    )
    code, told = verify(path, "--earlier", str(other))
    assert code == 1
    assert "balances with which this pack begins" in told


# a part of the office


def test_a_region_s_pack_holds_its_part_and_proves_all(desk, tmp_path):
    pack = a_pack(at=PAID_AT, programme="in2lifesciences", region="NL-NB")
    path = laid_down(pack, tmp_path / "region")
    code, told = verify(path)
    assert code == 0, told
    assert "outside of what this pack covers" in told
    with zipfile.ZipFile(path) as archive:
        content = archive.read("ledger/lines.csv") + archive.read("record/events.jsonl")
        documents = archive.read("documents.jsonl")
        leaves = archive.getinfo("record/leaves.bin").file_size // 32
    assert b"NL-NB" in content
    assert b"BE-WAL" not in content
    assert b'"claim"' not in documents
    assert leaves == pack.seal.size


# what the law took away


def test_what_was_erased_is_missed_by_nobody(desk, tmp_path):
    with unit_of_work():
        erase_details(list(db.session.scalars(db.select(AuditEvent.id).limit(10))))
    some = db.session.scalars(db.select(Document).where(Document.subject_kind == "claim")).first()
    the_store().delete(some.sha256)
    path = laid_down(a_pack(at=PAID_AT), tmp_path / "pack")
    code, told = verify(path)
    assert code == 0, told
    assert "the details of 10 were erased by law" in told
    assert "listed only, each with the reason" in told
