"""What the description says is what is answered: schemathesis asks every address with sound and unsound words."""

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from tests.builders.api import ROOT, a_token
from tests.builders.payments import PAID_AT, Desk, an_authorised_batch, an_authorised_claim
from tests.builders.programmes import in2
from vouchers.audit.actions import seal_events


@pytest.fixture
def asked(app, clock):
    """The description as it is served, with a token and what there is to ask for."""
    in2()
    desk = Desk()
    clock.stop(PAID_AT)
    batch = an_authorised_batch(desk, [an_authorised_claim(desk, "MG"), an_authorised_claim(desk, "MG", amount="300")])
    names = {"number": batch.number, "end_to_end_id": batch.payments[0].end_to_end_id}
    seal_events(at=PAID_AT)
    _token, secret = a_token(desk.second, at=PAID_AT)
    schema = schemathesis.openapi.from_wsgi(f"{ROOT}/openapi.json", app)
    schema.config.update(headers={"Authorization": f"Bearer {secret}"})
    schema.named = names
    return schema


schema = schemathesis.pytest.from_fixture("asked")


@schema.parametrize()
@settings(
    max_examples=20,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_asked_is_answered_as_described(case, asked):
    if case.meta is not None and case.meta.generation.mode.is_positive:
        for name, value in asked.named.items():
            if name in case.path_parameters:
                case.path_parameters[name] = value
    case.call_and_validate()
