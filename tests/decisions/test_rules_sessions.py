"""What a manager may change in a line of a decision session."""

import pytest

from vouchers.core.errors import RuleBroken
from vouchers.core.money import EUR
from vouchers.decisions.rules.sessions import Line, Proposed, change_line

MOST = EUR("7000")


def award(amount, reason=""):
    return Line(1, "A-1", Proposed.AWARD, amount=EUR(amount), reason=reason)


@pytest.mark.parametrize(
    ("proposed", "changed", "is_refused"),
    [
        # the list proposed                      the manager wants                     a reason is missing
        (award("7000"),                          award("7000"),                        False),
        (award("7000"),                          award("6000"),                        True),
        (award("7000"),                          award("6000", "  "),                  True),
        (award("7000"),                          award("6000", "The rest is routine."), False),
        (award("2500"),                          award("2500"),                        False),  # all that is left
        (award("2500"),                          award("2400"),                        True),
        (award("6000", "The rest is routine."),  award("6000"),                        True),
        (award("6000", "The rest is routine."),  award("7000"),                        False),
    ],
)  # fmt: skip
def test_less_than_was_asked_for_needs_a_reason(proposed, changed, is_refused):
    if is_refused:
        with pytest.raises(RuleBroken) as refused:
            change_line(proposed, changed, MOST)
        assert refused.value.field == "reason"
    else:
        assert change_line(proposed, changed, MOST).amount == changed.amount
