#!/usr/bin/env python3
"""Check a proof of the record, and say whether it holds.

This program needs Python 3.8 or later and nothing else: no library, no network, no account. It shares no line with the
office that made the proof. Give it the file of the proof:

    python3 verify_proof.py event-17.json

A proof of inclusion shows that an event stands, as it is in the file, under the seal that the file names. A proof of
consistency shows that nothing under the older seal was changed or taken away when the newer one was set. Both are worth
as much as what you know of the seal from elsewhere, so type what you noted, on paper or in a letter:

    python3 verify_proof.py event-17.json --size 1048 --root 5dc9da79...

    --size  how many events the (newer) seal covers, as you noted it
    --root  its root, 64 hexadecimal digits, as you noted it

The procedure is that of RFC 9162, sections 2.1.3.2 and 2.1.4.2, with SHA-256. It ends with 0 when the proof holds, with
1 when it does not, and with 2 when it could not be checked: a file that cannot be read, a slip of typing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from pathlib import Path
from typing import Any, List, Sequence

HASH = re.compile(r"[0-9a-f]{64}")


class Wrong(Exception):
    """Something is not as it should be; the sentence says what."""


class Unclear(Exception):
    """What was given cannot be checked; the sentence says why."""


def sha256(*parts: bytes) -> bytes:
    """The hash of the parts one after the other."""
    return hashlib.sha256(b"".join(parts)).digest()


def node_of(left: bytes, right: bytes) -> bytes:
    """The hash of an inner node."""
    return sha256(b"\x01", left, right)


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> bytes:
    """The root to which a path leads (RFC 9162, section 2.1.3.2)."""
    if not 0 <= index < size:
        raise Wrong("The event has a place that the seal does not cover.")
    place, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise Wrong("The path is too long.")
        if place & 1 or place == last:
            node = node_of(step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = node_of(node, step)
        place, last = place >> 1, last >> 1
    if last:
        raise Wrong("The path is too short.")
    return node


def check_consistency(old: Any, new: Any, path: Sequence[bytes]) -> None:
    """That the older tree is a beginning of the newer (RFC 9162, section 2.1.4.2)."""
    first, second = old["size"], new["size"]
    if not 0 < first <= second:
        raise Wrong("The older seal covers more events than the newer one.")
    old_root, new_root = bytes.fromhex(old["root"]), bytes.fromhex(new["root"])
    if first == second:
        if path or old_root != new_root:
            raise Wrong("Two seals over as many events have different roots.")
        return
    steps: List[bytes] = [old_root, *path] if first & (first - 1) == 0 else list(path)
    if not steps:
        raise Wrong("The path is empty.")
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    left = right = steps[0]
    for step in steps[1:]:
        if last == 0:
            raise Wrong("The path is too long.")
        if place & 1 or place == last:
            left, right = node_of(step, left), node_of(step, right)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            right = node_of(right, step)
        place, last = place >> 1, last >> 1
    if last:
        raise Wrong("The path is too short.")
    if left != old_root:
        raise Wrong("The path does not lead to the older seal's root.")
    if right != new_root:
        raise Wrong("The path does not lead to the newer seal's root.")


def check_seal(seal: Any, name: str) -> None:
    """A seal's own hash, by which the next seal names it."""
    facts = {key: seal[key] for key in ("size", "root", "sealed_at", "previous_hash")}
    text = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    if sha256(text.encode("utf-8")).hex() != seal["hash"]:
        raise Wrong("The hash of {} is not that of what it says.".format(name))


def check_inclusion(proof: Any) -> Any:
    """An event, its detail where it is given, and its place under the seal. Returns the seal."""
    seal = proof["seal"]
    check_seal(seal, "the seal")
    if proof["leaf"] is None:
        leaf = bytes.fromhex(proof["leaf_hash"])
    else:
        leaf = sha256(b"\x00", proof["leaf"].encode("utf-8"))
    if root_of_path(leaf, proof["index"], seal["size"], nodes_of(proof["path"])).hex() != seal["root"]:
        raise Wrong("The event, as it is in this file, does not stand under the seal's root.")
    if proof["leaf"] is None:
        tell("event", "few people may know what it says; something was recorded at this place, and no more is shown")
        tell("place", "leaf {} of {}".format(proof["index"], seal["size"]))
        return seal
    event = json.loads(proof["leaf"])
    for name in ("at", "tag", "subject_kind", "subject_id", "scope", "actor_id", "step_id"):
        tell(name, event.get(name))
    tell("place", "leaf {} of {}".format(proof["index"], seal["size"]))
    if proof.get("detail"):
        text = proof["detail"]["salt"] + proof["detail"]["text"]
        if sha256(text.encode("utf-8")).hex() != event.get("detail_hash"):
            raise Wrong("What changed, as it is in this file, is not what the event recorded.")
        tell("changed", proof["detail"]["text"])
    return seal


def check(proof: Any, args: argparse.Namespace) -> None:
    """The whole proof, and what was typed beside it."""
    kind = proof.get("kind") if isinstance(proof, dict) else None
    if kind == "inclusion":
        seal = check_inclusion(proof)
    elif kind == "consistency":
        seal = proof["new"]
        check_seal(proof["old"], "the older seal")
        check_seal(seal, "the newer seal")
        check_consistency(proof["old"], seal, nodes_of(proof["path"]))
        tell("older", "{} events, root {}".format(proof["old"]["size"], proof["old"]["root"]))
    else:
        raise Unclear("This is not a proof of the record.")
    tell("seal", "{} events, root {}, sealed at {}".format(seal["size"], seal["root"], seal["sealed_at"]))
    if args.root is not None and (args.size, args.root) != (seal["size"], seal["root"]):
        raise Wrong("The seal is not the one that you noted: {} events, root {}.".format(args.size, args.root))
    if args.root is None:
        tell("", "(compare size and root with what you noted of the seal)")


def nodes_of(path: Any) -> List[bytes]:
    """The hashes of a path."""
    if not isinstance(path, list) or not all(isinstance(node, str) and HASH.fullmatch(node) for node in path):
        raise Unclear("The path is not a list of hashes.")
    return [bytes.fromhex(node) for node in path]


def tell(what: str, words: Any) -> None:
    """One line of the report."""
    print("{:<13}{}".format(what, words))


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """What was typed on the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", help="the file of the proof")
    parser.add_argument("--size", type=int, help="how many events the seal covers, as noted")
    parser.add_argument("--root", help="the root of the seal, as noted")
    args = parser.parse_args(arguments)
    if (args.size is None) != (args.root is None):
        parser.error("--size and --root belong together")
    return args


def main(arguments: Sequence[str]) -> int:
    """Check, and say what came of it."""
    args = read_arguments(arguments)
    try:
        if args.root is not None:
            args.root = args.root.strip().lower()
            if not HASH.fullmatch(args.root):
                raise Unclear("--root wants all 64 hexadecimal digits.")
        try:
            check(json.loads(Path(args.file).read_text(encoding="utf-8")), args)
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
            raise Unclear("{} is not a whole proof: {!r}".format(args.file, problem)) from None
    except Wrong as wrong:
        print("WRONG. {}".format(wrong))
        return 1
    except Unclear as unclear:
        print("NOT CHECKED. {}".format(unclear))
        return 2
    print("RIGHT. The proof holds.")
    return 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    sys.exit(main(sys.argv[1:]))
