"""Commands at the terminal: what is refused, or cannot be done, is one sentence there too, not a page of errors."""

from __future__ import annotations

from typing import Any

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from vouchers.core.errors import Refused


class CommandGroup(click.Group):
    """A group whose commands say it plainly when they are refused, or the database is away, too busy, not migrated."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except Refused as refused:
            raise click.ClickException(str(refused)) from refused
        except (OperationalError, ProgrammingError) as problem:
            reason = (str(problem.orig).strip().splitlines() or ["no reason given"])[0]
            raise click.ClickException(
                f"The database cannot do this: {reason}\n"
                "Check that it runs, and that it is migrated: flask --app wsgi db upgrade"
            ) from problem
