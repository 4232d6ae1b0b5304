"""A process of its own that presses a button: `python -m tests.workflow.another_process PERSON_ID press|die|hold`."""

from __future__ import annotations

import os
import signal
import sys
import time

from config import Settings
from tests.workflow.desk import AT, disable, everything
from vouchers.app import create_app
from vouchers.core.database import db
from vouchers.core.errors import Refused
from vouchers.ledger.models import Fund
from vouchers.users.lifecycle import USER
from vouchers.users.models import User
from vouchers.workflow.transition import OFFICE, transition


def main() -> None:
    person_id, what = int(sys.argv[1]), sys.argv[2]
    with create_app(Settings.from_environment(os.environ)).app_context():
        person = db.session.get(User, person_id)
        funds = db.session.query(Fund).order_by(Fund.id).all()
        db.session.rollback()
        print("ready", flush=True)
        sys.stdin.readline()
        if what == "press":
            try:
                disable(person, funds)
                print("done", flush=True)
            except Refused as refused:
                print(type(refused).__name__, flush=True)
            return
        with transition(person, USER.disable, by=OFFICE, at=AT) as step:
            everything(step, funds)
            db.session.flush()
            print("in the middle", flush=True)
            if what == "die":
                os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)


if __name__ == "__main__":
    main()
