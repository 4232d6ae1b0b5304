"""The last part of ``verify.py``: documents, draws, samples, an earlier pack, and what is printed."""

from __future__ import annotations

import argparse
import contextlib
import csv
import io
import json
import sys
from pathlib import Path
from typing import Any, Dict, List, Sequence

from vouchers.packs.files.banked import check_bank
from vouchers.packs.files.beans import check_beancount
from vouchers.packs.files.books import check_balances, check_journals
from vouchers.packs.files.claimed import CLAIM_VERSION, check_claims
from vouchers.packs.files.forms import check_tables
from vouchers.packs.files.opening import HEX, Pack, Report, Unclear, check_files, open_pack
from vouchers.packs.files.submitted import check_submissions
from vouchers.packs.files.tree import check_consistency, check_events, check_proofs, check_tree, prove, read_leaves
from vouchers.packs.files.wrapping import hash_of

VERIFY_DRAW: Sequence[str] = ()
REDRAW_SAMPLE: Sequence[str] = ()

# --- Documents, draws, samples, an earlier pack -----------------------------------------------------------------------


NOT_LISTED = ("application", "pack", "feedback_package", "sample")
"""Of what these kinds stored some is not in a pack: drafts that were never submitted, and what was made of the rest."""


def check_documents(pack: Pack, manifest: Any, named: Dict[str, List[Any]], report: Report) -> None:
    """Each document that is listed lies here with the hash that the record names, or it is said why not.

    The record names every content by the step that stored it; a step that was recorded before it did so, or whose
    detail was erased by law, names none.
    """
    kept, absent, vouched, listed, told = 0, 0, 0, set(), set()
    for one in pack.rows("documents.jsonl"):
        name = "Document {} ({})".format(one["id"], one["filename"])
        hashes = [content["sha256"] for content in named.get(one["step_id"], [])]
        if hashes and one["sha256"] not in hashes:
            report.wrong("{}: it is not the file that the record names.".format(name))
        vouched += bool(hashes)
        told.add((one["step_id"], one["sha256"]))
        if one["path"] is None:
            absent += 1
            _check_absence(name, one, report)
            continue
        facts = manifest["files"].get(one["path"])
        if facts is None or (facts["sha256"], facts["bytes"]) != (one["sha256"], one["bytes"]):
            report.wrong("{}: {} is not the file that the office took in.".format(name, one["path"]))
        listed.add(one["path"])
        kept += 1
    for step_id, contents in sorted(named.items()):
        for content in contents:
            if content["kind"] in NOT_LISTED or content["purpose"] == CLAIM_VERSION:
                continue
            if (step_id, content["sha256"]) not in told:
                report.wrong("A {} ({}) that the record names is not listed: {}".format(
                    content["kind"], content["purpose"], content["sha256"]))  # fmt: skip
    for name in sorted(name for name in manifest["files"] if name.startswith("documents/")):
        if name not in listed:
            report.wrong("{}: it belongs to no document that is listed.".format(name))
    report.tell("documents", "{} documents{}; {} of all are named by the sealed record".format(
        kept, "; {} are named only, each with the reason".format(absent) if absent else "", vouched))  # fmt: skip


def _check_absence(named: str, one: Any, report: Report) -> None:
    if one["why_not"] == "disposed" and one["disposed_at"]:
        report.tell("", "{}: its time was over; it was removed on {}".format(named, one["disposed_at"][:10]))
    elif one["why_not"] == "quarantined":
        report.tell("", "{}: held back by the virus scanner".format(named))
    else:
        report.wrong("{}: the office has lost it; no record says that it was removed.".format(named))


def check_draws(pack: Pack, report: Report) -> None:
    """Each draw by lot is done again, by the program that anybody can do it with."""
    program: Dict[str, Any] = {"__name__": "verify_draw"}
    exec("".join(VERIFY_DRAW), program)  # our own text, further down in this file
    count = 0
    for name in sorted(one for one in pack.names if one.startswith("draws/")):
        draw = json.loads(pack.read(name).decode("utf-8"))
        if not draw.get("steps"):
            continue
        nothing = argparse.Namespace(numbers=[], sha256=None, commitment=None)
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                program["check_file"](draw, nothing)
        except Exception as wrong:
            report.wrong("{}: {}".format(name, wrong))
        count += 1
    report.tell("draws", "{} draws by lot done again".format(count))


def check_samples(pack: Pack, report: Report) -> None:
    """Each sample is drawn again from its population, its seed and its parameters."""
    program: Dict[str, Any] = {"__name__": "redraw_sample"}
    exec("".join(REDRAW_SAMPLE), program)  # our own text, further down in this file
    count = 0
    for name in sorted(one for one in pack.names if one.startswith("samples/") and one.endswith("/draw.json")):
        told = json.loads(pack.read(name).decode("utf-8"))
        population = name.rpartition("/")[0] + "/population.csv"
        with pack.open(population) as stream:
            if hash_of(stream)[0] != told["population_sha256"]:
                report.wrong("{}: it is not the population from which was drawn.".format(population))
        with pack.open(population) as stream:
            rows = list(csv.DictReader(io.TextIOWrapper(stream, encoding="utf-8", newline="")))
        named = [(one["reference"], one["stratum"], one["hits"]) for one in told["units"]]
        if program["redraw"](told, rows) != named:
            report.wrong("{}: drawn again, other units are hit.".format(name))
        count += 1
    report.tell("samples", "{} samples drawn again".format(count))


def check_earlier(pack: Pack, manifest: Any, roots: Dict[int, str], path: Path, report: Report) -> None:
    """That this pack continues an earlier one of the same office."""
    quiet = Report()
    with contextlib.redirect_stdout(io.StringIO()):
        earlier = open_pack(path, quiet)
        before = check_files(earlier, quiet)
    if before is None or quiet.faults:
        raise Unclear("{} is not whole itself: {}".format(path, " ".join(quiet.faults[:3])))
    if before["origin"] != manifest["origin"]:
        report.wrong("The earlier pack is of another office: its record began with another seal.")
        return
    since, seal = manifest["since"], before["seal"]
    if seal["size"] > manifest["seal"]["size"]:
        raise Unclear("{} is the later one of the two: it ends at {} events.".format(path, seal["size"]))
    if since and seal["size"] < since["size"]:
        raise Unclear("The earlier pack ends at {} events, and this one begins after {}: {}.".format(
            seal["size"], since["size"], "ask for one from seal {} on".format(seal["number"])))  # fmt: skip
    if roots.get(seal["size"]) != seal["root"]:
        report.wrong("The first {} events are not those of the earlier pack.".format(seal["size"]))
    if since and since["size"] == seal["size"] and since["hash"] != seal["hash"]:
        report.wrong("The seal with which this pack begins is not the one with which the earlier pack ends.")
    _check_opening(pack, manifest, earlier, before, report)
    report.tell("earlier", "{} events, root {}".format(seal["size"], seal["root"]))


def _check_opening(pack: Pack, manifest: Any, earlier: Pack, before: Any, report: Report) -> None:
    """Where this pack begins with what the earlier one ended with, of the same part of the office, to the cent."""
    since, covers = manifest["since"], manifest["covers"]
    parts = ("programme", "regions", "first_on", "last_on")
    if not since or since["size"] != before["seal"]["size"] or covers["first_on"]:
        return
    is_same = all(before["covers"][name] == covers[name] for name in parts)
    if is_same and sorted(earlier.rows("ledger/closing.jsonl")) != sorted(pack.rows("ledger/opening.jsonl")):
        report.wrong("The balances with which this pack begins are not those with which the earlier one ends.")


# --- All of it --------------------------------------------------------------------------------------------------------


def check(args: argparse.Namespace, report: Report) -> None:
    """Everything, as far as what is damaged lets."""
    pack = open_pack(Path(args.pack), report)
    if args.sha256 and not pack.is_archive:
        raise Unclear("--sha256 is the hash of the pack as one file, and this is a folder: give the file.")
    if args.sha256:
        with Path(args.pack).open("rb") as stream:
            if hash_of(stream)[0] != args.sha256:
                report.wrong("The pack is not the one whose hash you noted.")
    manifest = check_files(pack, report)
    if manifest is None or manifest["is_damaged"]:
        return
    if args.root and (args.size, args.root) != (manifest["seal"]["size"], manifest["seal"]["root"]):
        report.wrong("The seal is not the one that you noted: {} events, root {}.".format(args.size, args.root))
    leaves = read_leaves(pack)
    if args.prove is not None:
        if not report.faults:
            _hand_out_proof(pack, manifest, leaves, args.prove)
        return
    roots = check_tree(pack, manifest, leaves, report)
    steps, units, named = check_events(pack, manifest, leaves, report)
    check_proofs(pack, manifest, report)
    check_consistency(pack, manifest, report)
    found, partial = check_journals(pack, manifest, steps, units, report)
    check_balances(pack, found, report)
    check_tables(pack, report)
    check_beancount(pack, manifest, report)
    report.tell("forms", "CSV, XLSX and Beancount say what the journals say, in every column of every line")
    check_submissions(pack, manifest, named, report)
    check_claims(pack, manifest, named, report)
    check_documents(pack, manifest, named, report)
    check_bank(pack, manifest, report)
    check_draws(pack, report)
    check_samples(pack, report)
    if args.earlier:
        check_earlier(pack, manifest, roots, Path(args.earlier), report)
    if not args.sha256:
        tell_unsealed(manifest, partial)


READ_ONLY = (
    ("index.html", "index.html"),
    ("vouchers/", "vouchers/: the page and the JSON of each voucher"),
    ("documents.jsonl", "documents.jsonl: names of files, kinds, days, vouchers (not the contents of the documents)"),
    ("submissions.jsonl", "submissions.jsonl: numbers, days, vouchers (not what was submitted)"),
    ("claims.jsonl", "claims.jsonl: numbers, days, vouchers (not what was claimed)"),
    ("bank/", "bank/: entries of the bank's statements as data, accounts (not the files of the statements)"),
    ("record/events.jsonl", "record/events.jsonl: numbers of events and their vouchers (not the events)"),
    ("ledger/lines", "ledger/lines.csv and .xlsx: the column line (a number of a row)"),
)
"""What the office wrote for reading, and no seal covers."""


def tell_unsealed(manifest: Any, partial: int) -> None:
    """Say what nobody can tell whether the office made it so, without the hash of the whole pack."""
    print(
        "For reading only. No seal covers what follows; without the noted --sha256 of the pack nobody can tell whether"
    )
    print("it is as the office made it:")
    for begin, words in READ_ONLY:
        if any(name.startswith(begin) for name in manifest["files"]):
            print("  - {}".format(words))
    covers, since = manifest["covers"], manifest["since"]
    if since or covers["first_on"]:
        print("  - ledger/opening.jsonl: the balances with which the pack begins (compare: --earlier)")
    if partial:
        print("  - {} journals of which a part only is here: the seals cover them whole".format(partial))
    if not covers["is_all"]:
        print("  - manifest.json: what the pack is said to cover")


def verdict(args: argparse.Namespace) -> str:
    """What may be said when nothing is wrong: no more than was compared."""
    if args.sha256:
        return "RIGHT. Nothing in this pack was changed: it is, byte for byte, the one whose hash you noted."
    if args.root:
        return (
            "RIGHT. What is sealed is what the office sealed under the seal that you noted, and every form of the "
            "books says the same. What is for reading only was not compared."
        )
    return (
        "RIGHT, as far as the pack goes: it agrees with itself. Whether it is the office's pack, nobody can tell "
        "without the noted --sha256; whether the record is the office's, not without the noted --size and --root."
    )


def _hand_out_proof(pack: Pack, manifest: Any, leaves: Sequence[bytes], event_id: int) -> None:
    if manifest["since"]:
        raise Unclear("A pack that continues another one does not hold the whole tree.")
    proof = prove(pack, manifest, leaves, event_id)
    if proof is None:
        raise Unclear("This pack does not hold event {}.".format(event_id))
    print(json.dumps(proof, indent=1, ensure_ascii=False))


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """What was typed on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pack", help="the pack: its archive, or the folder into which it was unpacked")
    parser.add_argument("--size", type=int, help="how many events the seal covers, as noted")
    parser.add_argument("--root", help="the root of the seal, as noted")
    parser.add_argument("--sha256", help="the hash of the whole pack, as noted")
    parser.add_argument("--earlier", help="an earlier pack, which this one must continue")
    parser.add_argument("--prove", type=int, help="write the proof of the event with this number, and check no more")
    args = parser.parse_args(arguments)
    if (args.size is None) != (args.root is None):
        parser.error("--size and --root belong together")
    for name in ("root", "sha256"):
        noted = getattr(args, name)
        if noted is not None:
            setattr(args, name, noted.strip().lower())
            if not HEX.fullmatch(getattr(args, name)):
                parser.error("--{} wants all 64 hexadecimal digits".format(name))
    return args


def main(arguments: List[str]) -> int:
    """Check, and say what came of it."""
    args, report = read_arguments(arguments), Report()
    try:
        check(args, report)
    except Unclear as unclear:
        print("NOT CHECKED. {}".format(unclear))
        return 1 if report.faults else 2
    except OSError as problem:
        print("NOT CHECKED. {}".format(problem))
        return 2
    except Exception as problem:  # whatever a strange file makes of it, it is not a whole pack
        report.wrong("A file of the pack does not say what it must: {!r}.".format(problem))
    if report.faults:
        count = len(report.faults)
        print("1 thing is wrong in this pack." if count == 1 else "{} things are wrong in this pack.".format(count))
        return 1
    if args.prove is None:
        print(verdict(args))
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv[1:]))
