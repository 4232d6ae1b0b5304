"""The claims of a voucher in a pack, whole: a file for each step that fixed one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vouchers.audit.canonical import canonical_moment
from vouchers.packs.exports.archive import Archive
from vouchers.packs.exports.threads import Kind, Thread
from vouchers.packs.queries.claimed import Version
from vouchers.packs.queries.files import File
from vouchers.packs.rules import DISPOSED, safe_name


def write_claims(archive: Archive, file: File, thread: Thread) -> Iterator[dict[str, Any]]:
    """The versions that steps in this pack kept; answers what the list says of each. Of a step that is not covered the
    pack shows its place in the tree only, and not what it kept."""
    steps = {event["step_id"] for event in thread[Kind.EVENT] if event["is_covered"]}
    for one in file.versions:
        if one.step_id in steps:
            yield _write(archive, file.application.reference, one)


def _write(archive: Archive, reference: str, one: Version) -> dict[str, Any]:
    facts = {
        "reference": reference,
        "claim": one.claim,
        "version": one.number,
        "tag": one.tag,
        "kept_at": canonical_moment(one.kept_at),
        "step_id": one.step_id,
        "sha256": one.sha256,
        "path": None,
        "erased_at": canonical_moment(one.erased_at) if one.erased_at else None,
    }
    if one.erased_at is not None:
        return facts | {"why_not": DISPOSED}
    name = safe_name(f"{one.number}-{one.tag.rpartition('.')[2]}.json")
    path = f"claims/{safe_name(one.claim)}/{name}"
    with archive.file(path) as entry:
        entry.write(one.content.encode())
    return facts | {"path": path}
