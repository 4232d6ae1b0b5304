"""The web process of the office, which is killed in the middle of the next submission, if a file asks for it.

`DIE_AT` names the file; it holds ``before`` or ``after`` (the commit) and is gone once the process was killed.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from sqlalchemy import event
from sqlalchemy.orm import Session

from vouchers.applications.models import Application
from vouchers.applications.states import ApplicationState
from wsgi import app

ASKED = Path(os.environ["DIE_AT"])


def _die_if(moment: str) -> None:
    if ASKED.exists() and ASKED.read_text() == moment:
        ASKED.unlink()
        os.kill(os.getpid(), signal.SIGKILL)


@event.listens_for(Session, "before_commit")
def _before(session: Session) -> None:
    session.info["submits"] = any(
        isinstance(one, Application) and one.__dict__.get("state") == ApplicationState.SUBMITTED for one in session
    )
    if session.info["submits"]:
        session.flush()
        _die_if("before")


@event.listens_for(Session, "after_commit")
def _after(session: Session) -> None:
    if session.info.pop("submits", False):
        _die_if("after")


__all__ = ["app"]
