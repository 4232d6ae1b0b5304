"""The pages of the record: its events within the reader's mandate, the seals, and proofs to take away."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Response, render_template, request

from vouchers.audit import proving
from vouchers.audit import queries as audit
from vouchers.core import clock
from vouchers.core.lifecycle import ALL_LIFECYCLES, list_confidential
from vouchers.core.tables import ListQuery
from vouchers.core.web import actor, asks, guarded, public
from vouchers.payments.queries import names_of
from vouchers.reports import letters, policy
from vouchers.reports.queries import choice as choices
from vouchers.reports.queries import record
from vouchers.reports.queries import voucher as vouchers
from vouchers.reports.views.blueprint import blueprint
from vouchers.users.mandate import mandate_of

SCRIPT = Path(proving.__file__).parent / "files" / "verify_proof.py"


@blueprint.get("/reports/events")
@asks(policy.is_record_reader)
def events() -> Any:
    """The record, event by event."""
    mandate = mandate_of(actor(), policy.RECORD_READERS)
    chosen = choices.choose(request.args, mandate)
    days = {name: value for name, value in chosen.parameters.items() if name in ("from", "to")}
    kinds = sorted(set(ALL_LIFECYCLES) - set(list_confidential()))
    query = ListQuery.read(
        request.args,
        sorts=["at", "tag"],
        default="-at",
        filters={**dict.fromkeys(days), "kind": kinds},
    )
    page = record.list_events(query, mandate, first=chosen.first, last=chosen.last, zone=actor().time_zone)
    return render_template(
        "reports/events.html",
        page=page,
        chosen=chosen,
        kinds=kinds,
        names=names_of([event.actor_id for event in page.items]),
        positions=audit.map_positions([event.id for event in page.items]),
        title_of=vouchers.title_of,
    )


@blueprint.get("/reports/seals")
@asks(policy.is_record_reader)
def seals() -> Any:
    """The seals over the record."""
    query = ListQuery.read(request.args, sorts=["sealed"], default="-sealed")
    return render_template("reports/seals.html", page=record.list_seals(query), unsealed=audit.count_unsealed())


@blueprint.get("/reports/seals/<int:seal_id>")
@guarded(audit.get_seal, policy.is_record_reader)
def seal(seal: Any) -> Any:
    """One seal, to print and to keep outside of the office."""
    return render_template("reports/seal.html", seal=seal, before=audit.find_seal_before(seal))


@blueprint.get("/reports/seals/<int:seal_id>.pdf")
@guarded(audit.get_seal, policy.is_record_reader)
def seal_sheet(seal: Any) -> Any:
    """The same as a sheet of paper."""
    sheet = letters.seal_pdf(seal, at=clock.now(), zone=actor().time_zone)
    return _download(sheet, "application/pdf", f"seal-{seal.id}.pdf")


@blueprint.get("/reports/seals/<int:seal_id>/consistency.json")
@guarded(audit.get_seal, policy.is_record_reader)
def consistency(seal: Any) -> Any:
    """The proof that nothing under the seal before this one was changed when this one was set."""
    before = audit.find_seal_before(seal) or seal
    found = _json(proving.prove_consistency(before, seal))
    return _download(found, "application/json", f"seals-{before.id}-{seal.id}.json")


@blueprint.get("/reports/events/<int:event_id>/proof.json")
@guarded(record.get_event, policy.may_read_event)
def proof(event: Any) -> Any:
    """The proof that an event stands under the newest seal, with what it changed."""
    found = _json(proving.prove_event(event.id, with_detail=True))
    return _download(found, "application/json", f"event-{event.id}.json")


@blueprint.get("/reports/verify_proof.py")
@public
def verifier() -> Any:
    """The program that checks such proofs, on anybody's machine."""
    return _download(SCRIPT.read_bytes(), "text/x-python; charset=utf-8", SCRIPT.name)


def _json(proof: dict[str, Any]) -> bytes:
    return json.dumps(proof, indent=1, ensure_ascii=False).encode()


def _download(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
