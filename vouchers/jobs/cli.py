"""`flask jobs`: what the timer does, by hand."""

from __future__ import annotations

import click
from redis.exceptions import RedisError

from vouchers.core import clock
from vouchers.core.commands import CommandGroup
from vouchers.jobs.actions import relay


@click.group(cls=CommandGroup)
def jobs() -> None:
    """Promised jobs."""


@jobs.command("relay")
def relay_jobs() -> None:
    """Hand every job that waits over to the queue."""
    try:
        handed_over = relay(at=clock.now())
    except RedisError as problem:
        raise click.ClickException("the queue does not answer; the jobs are kept") from problem
    click.echo(f"ok: {handed_over} jobs handed over")
