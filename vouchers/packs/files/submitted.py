"""What was submitted, for ``verify.py``: each file against the hash on its receipt."""

from __future__ import annotations

from typing import Any

from vouchers.packs.files.opening import Pack, Report

# --- What was submitted -----------------------------------------------------------------------------------------------


def check_submissions(pack: Pack, manifest: Any, report: Report) -> None:
    """Each submission that is listed lies here with the hash on its receipt, or it is said why not."""
    kept, absent, listed = 0, 0, set()
    for one in pack.rows("submissions.jsonl"):
        named = "Submission {} ({}, version {})".format(one["receipt_number"], one["reference"], one["version"])
        if one["path"] is None:
            absent += 1
            _tell_absence(named, one, report)
            continue
        facts = manifest["files"].get(one["path"])
        if not one["path"].startswith("submissions/") or facts is None or facts["sha256"] != one["sha256"]:
            report.wrong("{}: {} is not what was submitted; its receipt says {}.".format(
                named, one["path"], one["sha256"]))  # fmt: skip
        if one["path"] in listed:
            report.wrong("{}: {} is listed twice.".format(named, one["path"]))
        listed.add(one["path"])
        kept += 1
    for name in sorted(name for name in manifest["files"] if name.startswith("submissions/")):
        if name not in listed:
            report.wrong("{}: it is no submission that is listed.".format(name))
    report.tell("submissions", "{} submissions, each as its receipt says{}".format(
        kept, "; {} are named only, each with the reason".format(absent) if absent else ""))  # fmt: skip


def _tell_absence(named: str, one: Any, report: Report) -> None:
    if one["why_not"] == "disposed" and one["erased_at"]:
        report.tell("", "{}: its time was over; it was deleted on {}".format(named, one["erased_at"][:10]))
    elif one["why_not"] == "withheld":
        report.tell("", "{}: left out; it holds answers that its form does not show to auditors".format(named))
    else:
        report.wrong("{}: it is missing; no record says that it was deleted.".format(named))
