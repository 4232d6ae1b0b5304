"""What the description says is what is answered: schemathesis asks every address with sound and unsound words."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.builders.api import ROOT, a_token
from tests.builders.payments import PAID_AT, Desk, an_authorised_batch, an_authorised_claim
from tests.builders.programmes import in2
from vouchers.audit.actions import seal_events

OPERATIONS = (
    "GET /ledger-lines",
    "GET /payables",
    "GET /batches",
    "GET /batches/{number}",
    "GET /batches/{number}/payments",
    "GET /payments/{end_to_end_id}",
    "POST /batches/{number}/acknowledgement",
    "POST /payments/{end_to_end_id}/acknowledgement",
)
QUIETLY = settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def batch(app, clock):
    """Two payments that are with the bank, and lines of the books."""
    in2()
    desk = Desk()
    clock.stop(PAID_AT)
    both = [an_authorised_claim(desk, "MG", amount=amount) for amount in ("437.55", "300")]
    made = an_authorised_batch(desk, both)
    seal_events(at=PAID_AT)
    return made, a_token(desk.second, at=PAID_AT)[1]


@pytest.mark.parametrize("label", OPERATIONS)
@pytest.mark.parametrize("mode", list(GenerationMode))
def test_whatever_is_asked_is_answered_as_described(app, batch, label, mode):
    made, secret = batch
    names = {"number": made.number, "end_to_end_id": made.payments[0].end_to_end_id}
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", app)
    verb, _space, path = label.partition(" ")
    operation = schema[path][verb]

    @QUIETLY
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        if mode.is_positive:
            case.path_parameters = {**(case.path_parameters or {}), **{k: v for k, v in names.items() if k in path}}
            (case.query or {}).pop("cursor", None)  # only a list gives them out
        case.call_and_validate(
            headers={**(case.headers or {}), "Authorization": f"Bearer {secret}"},
            excluded_checks=[positive_data_acceptance] if verb == "POST" else [],  # a rule may refuse sound words
        )

    ask()
