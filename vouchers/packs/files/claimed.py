"""What was claimed, for ``verify.py``: each claim, whole, against what the step that fixed it names."""

from __future__ import annotations

from typing import Any, Dict, List

from vouchers.packs.files.opening import Pack, Report

# --- What was claimed -------------------------------------------------------------------------------------------------


CLAIM_VERSION = "claim-version"
"""Under which a step names a claim as it left it; no document has this purpose."""


def check_claims(pack: Pack, manifest: Any, contents: Dict[str, List[Any]], report: Report) -> None:
    """Each claim that is listed lies here as the record names it, or it is said why not; and each that the record names
    is listed. A step whose detail was erased by law names none."""
    kept, absent, listed, told = 0, 0, set(), set()
    for one in pack.rows("claims.jsonl"):
        named = "Claim {} (version {}, {} of {})".format(one["claim"], one["version"], one["tag"], one["kept_at"][:10])
        told.add((one["step_id"], one["sha256"]))
        some = contents.get(one["step_id"])
        if some is None:
            report.wrong("{}: no step of this pack kept it.".format(named))
        elif some and (CLAIM_VERSION, one["sha256"]) not in [(part["purpose"], part["sha256"]) for part in some]:
            report.wrong("{}: it is not the claim that the record names.".format(named))
        if one["path"] is None:
            absent += 1
            if one["why_not"] != "disposed" or not one["erased_at"]:
                report.wrong("{}: it is missing; no record says that it was deleted.".format(named))
            else:
                report.tell("", "{}: its time was over; it was deleted on {}".format(named, one["erased_at"][:10]))
            continue
        facts = manifest["files"].get(one["path"])
        if not one["path"].startswith("claims/") or facts is None or facts["sha256"] != one["sha256"]:
            report.wrong("{}: {} does not say what the list says of it.".format(named, one["path"]))
        if one["path"] in listed:
            report.wrong("{}: {} is listed twice.".format(named, one["path"]))
        listed.add(one["path"])
        kept += 1
    for name in sorted(name for name in manifest["files"] if name.startswith("claims/")):
        if name not in listed:
            report.wrong("{}: it is no claim that is listed.".format(name))
    for step_id, some in sorted(contents.items()):
        for part in some:
            if part["purpose"] == CLAIM_VERSION and (step_id, part["sha256"]) not in told:
                report.wrong("A claim that the record names is not listed: {}".format(part["sha256"]))
    report.tell("claims", "{} claims as steps left them, each as the record names it{}".format(
        kept, "; {} are named only, each with the reason".format(absent) if absent else ""))  # fmt: skip
