"""The lives of mandates, samples and findings."""

from vouchers.audits import policy
from vouchers.audits.states import FindingState, MandateState, SampleState
from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _

_M, _S, _F = MandateState, SampleState, FindingState

MANDATE = Lifecycle(
    "mandate",
    {
        # verb    from         to         who                      label
        "give": ((), _M.GIVEN, policy.may_give_mandate, _("Give a mandate")),
        "end": ({_M.GIVEN}, _M.ENDED, policy.may_end_mandate, _("End the mandate")),
    },
)

SAMPLE = Lifecycle(
    "sample",
    {
        # verb       from                       to             who                label
        "plan": ((), _S.PLANNED, policy.is_sampler, _("Plan a sample")),
        "order": ({_S.PLANNED}, _S.DRAWING, policy.is_sampler, _("Draw the sample")),
        "report": ({_S.DRAWING}, None, policy.is_the_office, _("Note how far the draw has come")),
        "draw": ({_S.DRAWING}, _S.DRAWN, policy.is_the_office, _("Drawn")),
        "fail": ({_S.DRAWING}, _S.PLANNED, policy.is_the_office, _("The draw was not possible")),
        "enter": ({_S.DRAWN}, None, policy.is_sampler, _("Enter what was found")),
        "conclude": ({_S.DRAWN}, _S.CONCLUDED, policy.is_sampler, _("Conclude")),
        "discard": ({_S.PLANNED, _S.DRAWN}, _S.DISCARDED, policy.is_sampler, _("Discard the sample")),
    },
)

FINDING = Lifecycle(
    "finding",
    {
        # verb         from                       to                who                 label
        "issue": ((), _F.ISSUED, policy.is_finder, _("Issue a finding")),
        "reply": ({_F.ISSUED, _F.FOLLOWED_UP}, _F.REPLIED, policy.may_reply, _("Reply")),
        "follow_up": ({_F.REPLIED}, _F.FOLLOWED_UP, policy.is_follower, _("Follow up")),
        "close": (
            {_F.ISSUED, _F.REPLIED, _F.FOLLOWED_UP},
            _F.CLOSED,
            policy.is_follower,
            _("Close the finding"),
        ),
    },
)
