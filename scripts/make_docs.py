"""Write the pages of `docs/` that are made from the program: lifecycles, permissions, commands.

`python scripts/make_docs.py` writes them; a test in `tests/architecture/` fails when they are out of date (`--check`).
"""

from __future__ import annotations

import inspect
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import click  # noqa: E402
from flask import Flask  # noqa: E402

from config import Settings  # noqa: E402
from vouchers.app import create_app  # noqa: E402
from vouchers.cli import GROUPS  # noqa: E402
from vouchers.core.lifecycle import ALL_LIFECYCLES, Lifecycle, Policy  # noqa: E402
from vouchers.core.text import Sentence  # noqa: E402

HEAD = "<!-- Made by scripts/make_docs.py from the program. Do not edit. -->\n\n"


def make_pages(app: Flask) -> dict[str, str]:
    """File name -> content."""
    return {
        "lifecycles.md": HEAD + _lifecycles(),
        "permissions.md": HEAD + _permissions(app),
        "cli.md": HEAD + _commands(),
    }


def documented_app() -> Flask:
    """The application as in production: without the pages of the demo."""
    with tempfile.TemporaryDirectory() as folder:
        made = Settings.from_environment({"DATA_DIR": folder, "DEMO_MODE": "1"})
        values = {**made.__dict__, "demo": False}
        return create_app(Settings(**values))


def first_paragraph(policy: Policy | Any) -> str:
    """What the docstring of a policy says first, up to an empty line."""
    return " ".join(inspect.cleandoc(policy.__doc__ or "").partition("\n\n")[0].split())


def _policy_name(policy: Any) -> str:
    package = policy.__module__.removeprefix("vouchers.").partition(".")[0]
    return f"{package}.{policy.__name__}"


def _text(value: Sentence | Any) -> str:
    return value.source if isinstance(value, Sentence) else str(value)


def _lifecycles() -> str:
    parts = [
        "# Lifecycles\n\nEvery write of the program is a row of one of these tables. A row without a target is an "
        "edit; a row without a source brings the subject into being.\n"
    ]
    for kind in sorted(ALL_LIFECYCLES):
        parts.append(_lifecycle(ALL_LIFECYCLES[kind]))
    return "\n".join(parts)


def _lifecycle(lifecycle: Lifecycle) -> str:
    lines = [
        f"## {lifecycle.kind}\n",
        "| step | from | to | who | what it is called |",
        "| --- | --- | --- | --- | --- |",
    ]
    for row in lifecycle.transitions.values():
        sources = ", ".join(sorted(row.sources)) or "(new)"
        target = row.target or "(stays)"
        lines.append(f"| `{row.tag}` | {sources} | {target} | {_policy_name(row.allowed)} | {_text(row.label)} |")
    lines += ["", "```mermaid", "stateDiagram-v2", *_arrows(lifecycle), "```", ""]
    return "\n".join(lines)


def _arrows(lifecycle: Lifecycle) -> Iterator[str]:
    for row in lifecycle.transitions.values():
        if row.target is None:
            continue
        for source in sorted(row.sources) or ["[*]"]:
            yield f"    {source} --> {row.target} : {row.verb}"


def _permissions(app: Flask) -> str:
    policies = {row.allowed for lifecycle in ALL_LIFECYCLES.values() for row in lifecycle.transitions.values()}
    lines = [
        "# Permissions\n",
        "Who may do what. Policies are asked when a page is opened and again under the lock, when the step is made.\n",
        "## Policies\n",
        "| policy | who |",
        "| --- | --- |",
    ]
    told = {(_policy_name(policy), first_paragraph(policy)) for policy in policies}
    lines += [f"| {name} | {text} |" for name, text in sorted(told)]
    lines += ["", "## Pages\n", "| address | methods | endpoint | asks |", "| --- | --- | --- | --- |"]
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        if rule.endpoint == "static":
            continue
        view = app.view_functions[rule.endpoint]
        methods = ", ".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        asked = getattr(view, "permission", "?")
        lines.append(f"| `{rule.rule}` | {methods} | {rule.endpoint} | {asked} |")
    return "\n".join(lines) + "\n"


def _commands() -> str:
    parts = [
        "# Commands\n\nRun as `.venv/bin/flask --app wsgi GROUP COMMAND`. Each exits with 0 only on success; a refusal "
        "is one sentence on standard error and exit code 1; wrong usage (an unknown option or role, a file that is not "
        "there) is told with the usage and exit code 2.\n"
    ]
    for group in sorted(GROUPS, key=lambda group: str(group.name)):
        parts += [_help(f"{group.name} {command}", group.commands[command]) for command in sorted(group.commands)]
    return "\n".join(parts)


def _help(name: str, command: click.Command) -> str:
    context = click.Context(command, info_name=f"flask --app wsgi {name}", terminal_width=100, max_content_width=100)
    return f"## {name}\n\n```\n{command.get_help(context)}\n```\n"


def main(check: bool) -> int:
    """Write the pages, or with `check` only say which are out of date; the number of those."""
    stale = 0
    for file_name, content in make_pages(documented_app()).items():
        page = ROOT / "docs" / file_name
        if check and (not page.exists() or page.read_text(encoding="utf-8") != content):
            stale += 1
            print(f"docs/{file_name} is out of date: run python scripts/make_docs.py")
        elif not check:
            page.write_text(content, encoding="utf-8")
            print(f"docs/{file_name}")
    return stale


if __name__ == "__main__":
    sys.exit(main(check="--check" in sys.argv[1:]))
