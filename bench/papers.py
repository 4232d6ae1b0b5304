"""Agreements drawn as PDF, on one core."""

from __future__ import annotations

import time

from bench.figures import Figure, Times, peak_memory
from tests.builders.agreements import an_offered_agreement
from vouchers.agreements.letters import acceptance_lines, agreement_pdf
from vouchers.core import clock


def papers(*, seconds: float) -> list[Figure]:
    """The three-party agreement of a Collaboration voucher, drawn again and again in one process."""
    agreement = an_offered_agreement("COL", at=clock.now())
    lines = acceptance_lines(agreement.parties, "Europe/Brussels")
    terms, sha256, at = agreement.terms, agreement.sha256, clock.now()
    took = Times()
    content = agreement_pdf(terms, sha256, lines, created_at=at)  # fonts are read once
    began_cpu, until = time.process_time(), time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.perf_counter()
        agreement_pdf(terms, sha256, lines, created_at=at)
        took.took.append(time.perf_counter() - began)
    cpu = time.process_time() - began_cpu
    pages = content.count(b"/Type /Page\n") or content.count(b"/Type /Page ")
    return [
        Figure(
            "agreement PDFs, one core", len(took.took) / cpu, "/s", took.percentile(0.5), took.percentile(0.95), "",
            peak_memory(),
            note=f"{pages} pages, {len(content) // 1024} kB each; rate per second of processor time",
        )
    ]  # fmt: skip
