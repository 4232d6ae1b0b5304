"""The lives of accounts, roles and sessions."""

from vouchers.core.lifecycle import Lifecycle
from vouchers.core.text import say as _
from vouchers.users import policy
from vouchers.users.states import GrantState, SessionState, UserState

_U, _G, _S = UserState, GrantState, SessionState

USER = Lifecycle(
    "user",
    {
        # verb                  from                        to              who                     label
        "sign_up": ((), _U.UNCONFIRMED, policy.is_anyone, _("Sign up")),
        "invite": ((), _U.INVITED, policy.may_invite, _("Invite")),
        "confirm": ({_U.UNCONFIRMED}, _U.ACTIVE, policy.is_self, _("Confirm the email address")),
        "accept_invitation": ({_U.INVITED}, _U.ACTIVE, policy.is_self, _("Accept the invitation")),
        "request_link": (
            {_U.UNCONFIRMED, _U.INVITED, _U.ACTIVE},
            None,
            policy.is_anyone,
            _("Ask for a link by email"),
        ),
        "edit_profile": ({_U.ACTIVE}, None, policy.is_self, _("Change your details")),
        "set_password": ({_U.ACTIVE}, None, policy.is_self, _("Set a password")),
        "set_second_factor": ({_U.ACTIVE}, None, policy.is_self, _("Set up the second factor")),
        "reset_second_factor": ({_U.ACTIVE}, None, policy.is_administrator, _("Reset the second factor")),
        "lock": ({_U.UNCONFIRMED, _U.ACTIVE}, None, policy.is_the_office, _("Locked after wrong passwords")),
        "disable": (
            {_U.UNCONFIRMED, _U.INVITED, _U.ACTIVE},
            _U.DISABLED,
            policy.is_administrator,
            _("Disable the account"),
        ),
        "enable": ({_U.DISABLED}, _U.ACTIVE, policy.may_enable, _("Enable the account")),
        "join": (set(_U), None, policy.is_the_office, _("Found to be another person’s account too")),
        "part": (set(_U), None, policy.is_the_office, _("Found to be one person’s account alone")),
        "forget": (set(_U), _U.DISABLED, policy.is_the_office, _("A number took the place of the name")),
    },
)

ROLE = Lifecycle(
    "role",
    {
        "grant": ((), _G.GRANTED, policy.may_grant, _("Give a role")),
        "revoke": ({_G.GRANTED}, _G.REVOKED, policy.may_revoke, _("Take a role back")),
    },
)

SESSION = Lifecycle(
    "session",
    {
        "start": ((), _S.STARTED, policy.is_self, _("Signed in with the password")),
        "open": ({_S.STARTED}, _S.OPEN, policy.is_self, _("Signed in")),
        "end": ({_S.STARTED, _S.OPEN}, _S.ENDED, policy.is_self_or_administrator, _("End this session")),
    },
)
