"""A second programme beside the first: one region, one call, staff of its own; its vouchers are drawn by lot."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

import vouchers.programmes
from vouchers.demo.people import Person
from vouchers.demo.settling import chosen_password, invite
from vouchers.programmes.actions import load_programme
from vouchers.programmes.rules.plain import as_plain
from vouchers.programmes.rules.programme_file import read_programme_tree
from vouchers.programmes.rules.source import read_source
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

FILE = Path(vouchers.programmes.__file__).parent / "files" / "examples" / "dutch_innovation_vouchers.yaml"
REGION = "NL-SENTER"
IBAN_OF_EXAMPLE, IBAN = "NL91ABNA0417164300", "NL61INGB0417164300"
"""In the demo no two regions are paid from one account, so that each can reconcile its own."""
OPEN_FOR = timedelta(days=28)
DRAWN_AFTER = timedelta(days=21)
STAFF = (
    (Person("coordinator.lottery", "Willemijn Hoekstra"), Role.COORDINATOR, None),
    (Person("manager.lottery", "Ruben Dekker", "nl", "Europe/Amsterdam"), Role.CLUSTER_MANAGER, REGION),
    (Person("finance.lottery", "Yasmin El Idrissi", "nl", "Europe/Amsterdam"), Role.FINANCE_OFFICER, REGION),
)


def load_lottery(*, at: datetime) -> None:
    """Load the example with a call that opened yesterday, and bring in its staff."""
    tree = read_source(_open_around(FILE.read_text(encoding="utf-8"), at))
    plan = read_programme_tree(tree)
    load_programme(plan, source=as_plain(tree), by=OFFICE, at=at)
    chosen = chosen_password()
    for person, role, region in STAFF:
        invite(person, role, plan.code, region, chosen, at=at)


def _open_around(text: str, at: datetime) -> str:
    """The file with an account of its own, and other days for its call: it is open whenever the demo is built."""
    opens, closes = at - timedelta(days=1), at + OPEN_FOR
    text = text.replace(IBAN_OF_EXAMPLE, IBAN)
    text = re.sub(r"(?m)^    opens: .*$", f"    opens: {opens:%Y-%m-%d} 09:00", text)
    text = re.sub(r"(?m)^      held_at: .*$", f"      held_at: {closes + DRAWN_AFTER:%Y-%m-%d} 21:00", text)
    return re.sub(r"(?m)^    closes: .*$", f"    closes: {closes:%Y-%m-%d} 17:00", text)
