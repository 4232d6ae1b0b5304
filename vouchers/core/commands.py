"""Commands at the terminal: what the database cannot do is one sentence there too, not a page of its own errors."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError


class CommandGroup(click.Group):
    """A group whose commands say it plainly when the database is away, too busy, or not migrated."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (OperationalError, ProgrammingError) as problem:
            reason = (str(problem.orig).strip().splitlines() or ["no reason given"])[0]
            raise click.ClickException(
                f"The database cannot do this: {reason}\n"
                "Check that it runs, and that it is migrated: flask --app wsgi db upgrade"
            ) from problem
