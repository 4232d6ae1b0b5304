"""What applicants are told of a correction."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.applications.models import Application
from vouchers.applications.queries.files import list_writers
from vouchers.core.links import full_url
from vouchers.letters.actions import Addressee
from vouchers.programmes.models import Corrigendum
from vouchers.programmes.rules.plan import Allocation
from vouchers.programmes.rules.telling import Told
from vouchers.workflow.transition import Step

MOST_TOLD = 20


def write_correction(step: Step, corrigendum: Corrigendum, application: Application, told: Sequence[Told]) -> None:
    """Tell everybody who writes for the organisation what changed, why, and what it means for them."""
    call = corrigendum.call
    for reader in list_writers(application.organisation):
        step.write(
            Addressee(reader.email, reader.name, reader.language, reader.id),
            "schemes/tell",
            reference=application.reference,
            call=call.plan.title.in_language(reader.language),
            summary=corrigendum.summary,
            number=corrigendum.number,
            differences=told[:MOST_TOLD],
            more=max(0, len(told) - MOST_TOLD),
            closes_at=call.closes_at,
            call_zone=call.time_zone,
            reader_zone=reader.time_zone,
            is_draft=not application.was_submitted,
            is_queued=call.plan.allocation is Allocation.FIRST_COME,
            link=full_url("programmes.call", programme_code=call.programme.code, call_code=call.code),
        )
