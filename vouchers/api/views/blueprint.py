"""The blueprint of the interface, and who comes through its doors: whoever has a token, without any session."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import flask
from flask import Blueprint, request

from vouchers.api import actions, queries
from vouchers.api.limits import OF_ONE_KEY, PER_ADDRESS, token_key
from vouchers.api.models import ApiToken
from vouchers.api.rules.asking import Misasked, Misworded
from vouchers.api.states import Right
from vouchers.core import clock
from vouchers.core.errors import NotPermitted
from vouchers.core.problems import problem
from vouchers.core.text import say as _
from vouchers.users.limits import limiter

blueprint = Blueprint("api", __name__)
ROOT = "/api/v1"
_BEARER = "bearer "

View = Callable[..., Any]


def with_token(right: Right) -> Callable[[View], View]:
    """Open to a token that has this right. The view is given the token first."""

    def decorate(view: View) -> View:
        @wraps(view)
        def opened(**values: Any) -> Any:
            token = _find_token()
            if token is None:
                return _unknown()
            if right not in token.rights:
                raise NotPermitted(_("This token may not do this: it lacks “%(right)s”.", right=right.value))
            actions.note_use(token, at=clock.now())
            answer = flask.make_response(view(queries.get_token(token.id), **values))
            answer.headers["Cache-Control"] = "no-store"
            return answer

        for name, value in {"permission": f"token: {right}", "is_public": True, "for_programs": True}.items():
            setattr(opened, name, value)
        return limiter.limit(PER_ADDRESS)(limiter.limit(OF_ONE_KEY, key_func=token_key)(opened))

    return decorate


def _find_token() -> ApiToken | None:
    header = request.headers.get("Authorization", "")
    if not header.lower().startswith(_BEARER):
        return None
    return queries.find_live_token(header[len(_BEARER) :].strip(), at=clock.now())


def _unknown() -> Any:
    answer = problem(401, str(_("Send a token that is in use: Authorization: Bearer …")))
    answer.headers["WWW-Authenticate"] = 'Bearer realm="vouchers"'
    return answer


def asked(*known: str) -> dict[str, str]:
    """The parameters of the address, each once. Raises `Misasked` for one that this list does not have."""
    for name in request.args:
        if name not in known or len(request.args.getlist(name)) > 1:
            raise Misasked(_("The parameter “%(name)s” is not known here, or stands there twice.", name=name[:40]))
    return {name: request.args.get(name, "") for name in known}


@blueprint.errorhandler(Misworded)
def say_each_fault(refused: Misworded) -> Any:
    """A body with something wrong in it: a sentence for each field."""
    return problem(refused.status, str(refused), refused.faults)
