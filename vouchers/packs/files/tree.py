"""The second part of ``verify.py``: events, tree, seals, proofs, and an earlier pack."""

from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from vouchers.packs.files.opening import Pack, Report, canonical, sha256

# --- The record: events, tree, seals ----------------------------------------------------------------------------------


class Tree:
    """A growing Merkle tree (RFC 9162, section 2.1): the roots of its full subtrees, the largest first."""

    def __init__(self, size: int, roots: Sequence[bytes]) -> None:
        self.size, self.roots = size, list(roots)

    def grow(self, leaves: Sequence[bytes]) -> None:
        """Add leaf hashes at the end."""
        nodes, level, rest = list(leaves), 0, []
        while nodes:
            if (self.size >> level) & 1:
                nodes = [self.roots.pop()] + nodes
            if len(nodes) & 1:
                rest.append(nodes.pop())
            nodes = [sha256(b"\x01", nodes[one], nodes[one + 1]) for one in range(0, len(nodes), 2)]
            level += 1
        self.roots += reversed(rest)
        self.size += len(leaves)

    def root(self) -> str:
        """The tree head, hexadecimal."""
        if not self.roots:
            return sha256(b"").hex()
        node = self.roots[-1]
        for left in reversed(self.roots[:-1]):
            node = sha256(b"\x01", left, node)
        return node.hex()


def hash_of_seal(seal: Any) -> str:
    """A seal's own hash, by which the next seal names it."""
    facts = {name: seal[name] for name in ("size", "root", "sealed_at", "previous_hash")}
    return sha256(canonical(facts)).hex()


def read_leaves(pack: Pack) -> List[bytes]:
    """The leaf hashes that the pack holds."""
    content = pack.read("record/leaves.bin")
    return [content[place : place + 32] for place in range(0, len(content), 32)]


def check_tree(pack: Pack, manifest: Any, leaves: Sequence[bytes], report: Report) -> Dict[int, str]:
    """Grow the tree leaf by leaf; at each seal it must have the seal's root. Returns size -> root of each seal."""
    since, seal = manifest["since"], manifest["seal"]
    tree = Tree(since["size"], [bytes.fromhex(root) for root in since["frontier"]]) if since else Tree(0, [])
    roots = {tree.size: tree.root()}
    if since and roots[since["size"]] != since["root"]:
        report.wrong("The pack does not begin with the tree of seal {}.".format(since["number"]))
    begin, previous, last = tree.size, since["hash"] if since else "", None
    for one in pack.rows("record/seals.jsonl"):
        if one["previous_hash"] != previous:
            report.wrong("Seal {}: it does not continue the seal before it.".format(one["number"]))
        if hash_of_seal(one) != one["hash"]:
            report.wrong("Seal {}: its hash is not that of what it says.".format(one["number"]))
        if not tree.size < one["size"] <= begin + len(leaves):
            report.wrong("Seal {}: the leaves that it covers are not here.".format(one["number"]))
            break
        tree.grow(leaves[tree.size - begin : one["size"] - begin])
        roots[tree.size] = tree.root()
        if roots[tree.size] != one["root"]:
            report.wrong("Seal {}: its root is not that of the events under it.".format(one["number"]))
        previous, last = one["hash"], one
    if seal != (last or _without_frontier(since)) or begin + len(leaves) != seal["size"]:
        report.wrong("The pack does not end with the seal that it names.")
    report.tell("seal", "{} events, root {}".format(seal["size"], seal["root"]))
    return roots


def _without_frontier(seal: Any) -> Any:
    return {name: value for name, value in seal.items() if name != "frontier"} if seal else None


class Step:
    """What the record says of a step that booked something."""

    def __init__(self, position: int, unit: str, journals_hash: str) -> None:
        self.position, self.unit, self.journals_hash = position, unit, journals_hash


def check_events(
    pack: Pack, manifest: Any, leaves: Sequence[bytes], report: Report
) -> Tuple[Dict[str, Step], Dict[str, int], Dict[str, List[Any]]]:
    """Every event against its leaf, every detail against its event.

    Returns the steps that booked something; of each unit of work among them the place of its last event; and of each
    step that stored contents, what the record names of them; nothing of one whose detail was erased.
    """
    begin = manifest["since"]["size"] if manifest["since"] else 0
    steps: Dict[str, Step] = {}
    units: Dict[str, int] = {}
    named: Dict[str, List[Any]] = {}
    count, erased, hidden, previous = 0, 0, 0, begin - 1
    for row in pack.rows("record/events.jsonl"):
        position, event = row["position"], row["leaf"]
        if not previous < position < begin + len(leaves):
            report.wrong("Event {}: its place {} is not one of this pack.".format(row["id"], position))
            continue
        previous, count = position, count + 1
        if event is None:
            hidden += 1
            continue
        if sha256(b"\x00", canonical(event)) != leaves[position - begin]:
            report.wrong("Event {}: it is not what was sealed as leaf {}.".format(row["id"], position))
        if "detail" in row and row["detail"] is None:
            erased += 1
            named[event["step_id"]] = []
        elif "detail" in row:
            hashed = sha256(row["salt"].encode("utf-8"), canonical(row["detail"])).hex()
            if hashed != event["detail_hash"]:
                report.wrong("Event {}: what it changed is not what was recorded.".format(row["id"]))
            if row["detail"].get("contents"):
                named[event["step_id"]] = row["detail"]["contents"]
        if event["journals_hash"]:
            steps[event["step_id"]] = Step(position, event["unit_id"], event["journals_hash"])
            units[event["unit_id"]] = position
    if manifest["covers"]["is_all"] and count != len(leaves):
        report.wrong("{} events are here, but {} were sealed.".format(count, len(leaves)))
    others = len(leaves) - count
    report.tell("events", "{} events{}{}{}".format(
        count,
        ", of which {} are confidential: their hashes only are here".format(hidden) if hidden else "",
        ", and the hashes of {} outside of what this pack covers".format(others) if others else "",
        "; the details of {} were erased by law".format(erased) if erased else ""))  # fmt: skip
    return steps, units, named


def root_of_path(leaf: bytes, index: int, size: int, path: Sequence[bytes]) -> Optional[str]:
    """The root to which a path leads (RFC 9162, section 2.1.3.2); None for a path of the wrong length."""
    place, last, node = index, size - 1, leaf
    for step in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            node = sha256(b"\x01", step, node)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            node = sha256(b"\x01", node, step)
        place, last = place >> 1, last >> 1
    return node.hex() if last == 0 and 0 <= index < size else None


def check_proofs(pack: Pack, manifest: Any, report: Report) -> None:
    """The proofs of single events that lie in the pack."""
    count = 0
    for proof in pack.rows("record/proofs.jsonl"):
        leaf, path = sha256(b"\x00", proof["leaf"].encode("utf-8")), [bytes.fromhex(node) for node in proof["path"]]
        seal = proof["seal"]
        if seal != manifest["seal"] or root_of_path(leaf, proof["index"], seal["size"], path) != seal["root"]:
            report.wrong("The proof of event {} does not hold.".format(proof["event_id"]))
        count += 1
    report.tell("proofs", "{} events that moved money at the bank have a proof of their own".format(count))


def check_consistency(pack: Pack, manifest: Any, report: Report) -> None:
    """That the tree under the first seal is a beginning of the last one's (RFC 9162, section 2.1.4.2)."""
    proof = next(iter(pack.rows("record/consistency.json")))
    old, new, path = proof["old"], proof["new"], [bytes.fromhex(node) for node in proof["path"]]
    if new != manifest["seal"] or not _is_consistent(old["size"], old["root"], new["size"], new["root"], path):
        report.wrong("The proof that seal {} continues seal {} does not hold.".format(new["number"], old["number"]))


def _is_consistent(first: int, old_root: str, second: int, new_root: str, path: Sequence[bytes]) -> bool:
    if first == second:
        return not path and old_root == new_root
    steps = [bytes.fromhex(old_root), *path] if first & (first - 1) == 0 else list(path)
    if not steps or not 0 < first < second:
        return False
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    left = right = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            left, right = sha256(b"\x01", step, left), sha256(b"\x01", step, right)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            right = sha256(b"\x01", right, step)
        place, last = place >> 1, last >> 1
    return last == 0 and left.hex() == old_root and right.hex() == new_root


def prove(pack: Pack, manifest: Any, leaves: Sequence[bytes], event_id: int) -> Any:
    """The proof of one event of a whole pack, as the office would have made it."""
    for row in pack.rows("record/events.jsonl"):
        if row["id"] == event_id and row["leaf"] is not None:
            path = path_of(leaves, row["position"])
            proof = {
                "kind": "inclusion",
                "event_id": event_id,
                "leaf": canonical(row["leaf"]).decode("utf-8"),
                "index": row["position"],
                "path": [node.hex() for node in path],
                "seal": manifest["seal"],
            }
            if row.get("detail") is not None:
                proof["detail"] = {"salt": row["salt"], "text": canonical(row["detail"]).decode("utf-8")}
            return proof
    return None


def path_of(leaves: Sequence[bytes], index: int) -> List[bytes]:
    """The audit path of a leaf in the tree of all of them (RFC 9162, section 2.1.3.1)."""
    path, first, end = [], 0, len(leaves)
    while end - first > 1:
        middle = first + (1 << ((end - first - 1).bit_length() - 1))
        other = (middle, end) if index < middle else (first, middle)
        tree = Tree(0, [])
        tree.grow(leaves[other[0] : other[1]])
        path.append(bytes.fromhex(tree.root()))
        first, end = (first, middle) if index < middle else (middle, end)
    return path[::-1]
