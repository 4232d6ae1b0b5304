"""The description of the interface (OpenAPI 3.1). Tests hold it against the addresses and the answers."""

from __future__ import annotations

from typing import Any

from vouchers.api.rules.asking import CODE, KEY, MOST_ITEMS, USUAL_ITEMS, Outcome
from vouchers.payables.states import PayableState, PayeeKind, SourceKind
from vouchers.payments.states import BatchState, PaymentState

VERSION = "1.0.0"
Schema = dict[str, Any]

_TEXT: Schema = {"type": "string"}
_MONEY: Schema = {"type": "string", "pattern": r"^-?[0-9]+\.[0-9]{2}$", "description": "Two decimals, as text."}
_DAY: Schema = {"type": "string", "format": "date"}
_MOMENT: Schema = {"type": "string", "format": "date-time", "description": "UTC."}
_COUNT: Schema = {"type": "integer", "minimum": 0}


def _or_null(schema: Schema) -> Schema:
    return {**schema, "type": [schema["type"], "null"]}


def _word(words: Any) -> Schema:
    return {"type": "string", "enum": [str(word) for word in words]}


def _object(fields: dict[str, Schema], required: tuple[str, ...] | None = None) -> Schema:
    return {
        "type": "object",
        "properties": fields,
        "required": list(fields if required is None else required),
        "additionalProperties": False,
    }


def _list_of(name: str) -> Schema:
    return _object(
        {
            "items": {"type": "array", "items": {"$ref": f"#/components/schemas/{name}"}},
            "next": {**_or_null(_TEXT), "description": "Cursor after the last item; null where there is none yet."},
            "has_more": {"type": "boolean"},
        }
    )


SCHEMAS: dict[str, Schema] = {
    "Problem": {
        "type": "object",
        "description": "RFC 9457.",
        "properties": {
            "type": _TEXT,
            "title": _TEXT,
            "status": {"type": "integer"},
            "detail": _TEXT,
            "errors": {
                "type": "array",
                "items": _object({"field": _TEXT, "message": _TEXT}),
            },
        },
        "required": ["type", "title", "status", "detail"],
    },
    "LedgerLine": _object(
        {
            "id": _COUNT, "journal": _COUNT, "booked_on": _DAY, "booked_at": _MOMENT, "event": _TEXT,
            "reference": _TEXT, "narrative": _TEXT, "account": _TEXT, "account_name": _TEXT, "programme": _TEXT,
            "call": _TEXT, "region": _TEXT, "instrument": _TEXT, "fund_line": _TEXT, "voucher": _TEXT,
            "debit": _MONEY, "credit": _MONEY, "currency": _TEXT, "step_id": _TEXT,
        }
    ),
    "Payable": _object(
        {
            "id": _COUNT, "number": _TEXT, "source": _word(SourceKind), "voucher": _TEXT, "programme": _TEXT,
            "region": _TEXT, "payee_kind": _word(PayeeKind), "payee_name": _TEXT, "amount": _MONEY,
            "set_off": _MONEY, "open_amount": _MONEY, "currency": _TEXT, "state": _word(PayableState),
            "pay_by": _or_null(_DAY), "accrued_at": _MOMENT, "hold_reason": _TEXT, "return_code": _TEXT,
        }
    ),
    "Batch": _object(
        {
            "number": _TEXT, "state": _word(BatchState), "programme": _TEXT, "region": _TEXT, "total": _MONEY,
            "currency": _TEXT, "payments": _COUNT, "execute_on": _DAY, "made_at": _MOMENT,
            "authorised_at": _or_null(_MOMENT), "executed_on": _or_null(_DAY), "bank_reference": _TEXT,
        }
    ),
    "Payment": _object(
        {
            "end_to_end_id": _TEXT, "state": _word(PaymentState), "payable": _TEXT, "voucher": _TEXT,
            "creditor_name": _TEXT, "iban": _TEXT, "bic": _TEXT, "amount": _MONEY, "currency": _TEXT,
            "remittance": _TEXT, "executed_on": _or_null(_DAY), "bank_reference": _TEXT,
            "returned_on": _or_null(_DAY), "reason_code": _TEXT,
        }
    ),
    "Executed": _object(
        {
            "booked_on": {**_DAY, "description": "Booking day of the bank statement."},
            "bank_reference": {"type": "string", "minLength": 1, "maxLength": 140},
        }
    ),
    "Acknowledged": {
        **_object(
            {
                "outcome": _word(Outcome),
                "booked_on": {**_DAY, "description": "For executed and returned: booking day of the bank statement."},
                "bank_reference": {"type": "string", "minLength": 1, "maxLength": 140},
                "reason_code": {
                    "type": "string", "pattern": f"^{CODE}$", "description": "For rejected and returned (ISO 20022)."
                },
                "note": {"type": "string", "maxLength": 500},
            },
            ("outcome",),
        ),
        "description": "executed: booked_on, bank_reference. rejected: reason_code, note. returned: all four, of a "
        "payment that is executed; 409 before its execution is acknowledged.",
    },
    "BatchAnswer": _object({"batch": _TEXT, "state": _word(BatchState), "executed": _COUNT}),
    "PaymentAnswer": _object(
        {"end_to_end_id": _TEXT, "state": _word(PaymentState), "batch": _TEXT, "batch_state": _word(BatchState)}
    ),
    "LedgerLines": _list_of("LedgerLine"),
    "Payables": _list_of("Payable"),
    "Batches": _list_of("Batch"),
    "Payments": _list_of("Payment"),
}  # fmt: skip


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}


_CURSOR = _query("cursor", {"type": "string", "maxLength": 100}, "`next` of the answer before.")
_LIMIT = _query("limit", {"type": "integer", "minimum": 1, "maximum": MOST_ITEMS, "default": USUAL_ITEMS}, "How many.")
_PAGED = [_CURSOR, _LIMIT]
_NUMBER = {
    "name": "number", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1, "maxLength": 35}
}  # fmt: skip
_ID = {**_NUMBER, "name": "end_to_end_id"}
_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": True,
    "schema": {"type": "string", "pattern": f"^{KEY}$"},
    "description": "New for each wish; the same key with the same body is answered as the first time.",
}


def description(server: str) -> dict[str, Any]:
    """The whole description, for the office at this address."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Innovation voucher office: interface for finance systems",
            "version": VERSION,
            "description": "Read the books, what is to be paid and the batches of a region; say what the bank did.",
        },
        "servers": [{"url": server}],
        "security": [{"token": []}],
        "paths": {
            "/ledger-lines": {"get": _read("ledger_lines", "LedgerLines", "ledger", "Lines of the books", _LEDGER)},
            "/payables": {"get": _read("payables", "Payables", "payables", "What is owed", [*_PAGED, _PAYABLE_STATE])},
            "/batches": {"get": _read("batches", "Batches", "batches", "Batches", [*_PAGED, _BATCH_STATE])},
            "/batches/{number}": {"get": _read("batch", "Batch", "batches", "One batch", [_NUMBER], is_one=True)},
            "/batches/{number}/payments": {
                "get": _read("payments", "Payments", "batches", "Its payments", [_NUMBER, *_PAGED], is_one=True)
            },
            "/payments/{end_to_end_id}": {
                "get": _read("payment", "Payment", "batches", "One payment", [_ID], is_one=True)
            },
            "/batches/{number}/acknowledgement": {
                "post": _write("acknowledge_batch", "Executed", "BatchAnswer", "The bank executed a batch", _NUMBER)
            },
            "/payments/{end_to_end_id}/acknowledgement": {
                "post": _write("acknowledge_payment", "Acknowledged", "PaymentAnswer", "What became of it", _ID)
            },
        },
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


_LEDGER = [
    *_PAGED,
    _query("from", _DAY, "First booking day."),
    _query("to", _DAY, "Last booking day."),
    _query("account", {"type": "string", "maxLength": 10}, "Number of an account."),
    _query("voucher", {"type": "string", "maxLength": 40}, "Reference of a voucher."),
]
_PAYABLE_STATE = _query("state", _word(PayableState), "Only those in this state.")
_BATCH_STATE = _query("state", _word(BatchState), "Only those in this state.")


def _read(
    operation: str, schema: str, right: str, summary: str, parameters: list[Schema], *, is_one: bool = False
) -> Schema:
    return {
        "operationId": operation,
        "summary": summary,
        "description": f"Needs the right `{right}`.",
        "parameters": parameters,
        "responses": {"200": _answer(summary, schema), **_problems("400", "401", "403", "429", *(["404"] * is_one))},
    }


def _write(operation: str, body: str, schema: str, summary: str, path: Schema) -> Schema:
    answer = _answer(summary, schema)
    answer["headers"] = {"Idempotency-Replayed": {"schema": {"type": "string", "enum": ["true", "false"]}}}
    return {
        "operationId": operation,
        "summary": summary,
        "description": "Needs the right `acknowledge`; done in the name of whoever issued the token.",
        "parameters": [path, _KEY],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{body}"}}},
        },
        "responses": {
            "200": answer,
            **_problems("400", "401", "403", "404", "409", "413", "415", "422", "429", "503"),
        },
    }


def _answer(summary: str, schema: str) -> Schema:
    return {
        "description": summary,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


_SAID = {
    "400": "The request cannot be read",
    "401": "No token, or one that opens nothing",
    "403": "The token may not do this",
    "404": "There is no such thing in this region",
    "409": "It stands otherwise by now, or the key was used for another request",
    "413": "The body is too large",
    "415": "The body is not JSON",
    "422": "A rule says no; `errors` names the fields",
    "429": "Too many requests; wait for the seconds of Retry-After",
    "503": "Too busy: nothing was saved, try again with the same key",
}


def _problems(*statuses: str) -> dict[str, Schema]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": _SAID[status], "content": problem} for status in statuses}
