"""The commands: `flask --app wsgi GROUP COMMAND`. Each exits with 0 only on success."""

from __future__ import annotations

import click

import vouchers.documents.cli
import vouchers.periods.cli  # noqa: F401 - they add commands to the ledger
from vouchers.audit.cli import audit
from vouchers.banking.cli import banking
from vouchers.demo.cli import demo
from vouchers.jobs.cli import jobs
from vouchers.ledger.cli import ledger
from vouchers.packs import cli as packs  # noqa: F401 - adds `audit pack`
from vouchers.programmes.cli import programmes
from vouchers.rates.cli import rates
from vouchers.retention.cli import retention
from vouchers.users.cli import users_group

GROUPS: tuple[click.Group, ...] = (audit, banking, demo, jobs, ledger, programmes, rates, retention, users_group)
