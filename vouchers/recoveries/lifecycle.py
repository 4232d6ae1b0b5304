"""The life of a recovery: two persons order it, give time for it and let it go. And that of a suspicion."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.recoveries import policy
from vouchers.recoveries.states import RecoveryState, SuspicionState

_S = RecoveryState
_OWED = {_S.ORDERED, _S.WAIVER_PROPOSED}

RECOVERY = Lifecycle(
    "recovery",
    {
        # verb           from                  to                  who                        label
        "propose": ((), _S.PROPOSED, policy.is_officer, _("Propose a recovery")),
        "order": ({_S.PROPOSED}, _S.ORDERED, policy.is_second_officer, _("Order the recovery")),
        "propose_plan": ({_S.ORDERED}, None, policy.may_propose_plan, _("Propose instalments")),
        "plan": ({_S.ORDERED}, None, policy.may_agree_on_plan, _("Agree on instalments")),
        "refuse_plan": ({_S.ORDERED}, None, policy.may_refuse_plan, _("Refuse the instalments")),
        "charge": (_OWED, None, policy.is_the_office, _("Interest charged")),
        "remind": ({_S.ORDERED}, None, policy.is_the_office, _("Reminded")),
        "receive": (_OWED, None, policy.may_receive, _("Record money received")),
        "set_off": ({_S.ORDERED}, None, policy.is_officer, _("Set off")),
        "undo": ({_S.ORDERED, _S.SETTLED}, _S.ORDERED, policy.is_officer, _("Undo what was recorded")),
        "settle": (_OWED, _S.SETTLED, policy.is_the_office, _("Paid back")),
        "propose_waiver": (
            {_S.ORDERED},
            _S.WAIVER_PROPOSED,
            policy.is_officer,
            _("Propose to waive or cancel it"),
        ),
        "waive": ({_S.WAIVER_PROPOSED}, _S.WAIVED, policy.may_decide_waiver, _("Waive")),
        "resume": ({_S.WAIVED}, _S.ORDERED, policy.is_the_office, _("The rest is still owed")),
        "refuse_waiver": ({_S.WAIVER_PROPOSED}, _S.ORDERED, policy.may_refuse_waiver, _("Keep claiming it")),
        "cancel": ({_S.PROPOSED, _S.WAIVER_PROPOSED}, _S.CANCELLED, policy.may_cancel, _("Cancel the recovery")),
    },
)

_U = SuspicionState

SUSPICION = Lifecycle(
    "suspicion",
    {
        "report": ((), _U.REPORTED, policy.may_report, _("Report a suspicion")),
        "share": ({_U.REPORTED}, None, policy.handles_suspicion, _("Let another person read it")),
        "close": ({_U.REPORTED}, _U.CLOSED, policy.handles_suspicion, _("Close it")),
    },
    is_confidential=True,
)
