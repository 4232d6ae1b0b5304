"""``verify.py``: the parts in `files` put together into one program, with those of the draws inside."""

from __future__ import annotations

import ast
from pathlib import Path

from vouchers.ledger.chart import NAMES, Account

FILES = Path(__file__).parents[1] / "files"
OTHERS = {
    "VERIFY_DRAW": Path(__file__).parents[2] / "draws" / "files" / "verify_draw.py",
    "REDRAW_SAMPLE": Path(__file__).parents[2] / "audits" / "files" / "redraw_sample.py",
}
"""The programs with which anybody does a draw again, as their own pages offer them."""
PARTS = ("opening", "wrapping", "tree", "books", "forms", "beans", "submitted", "claimed", "banked", "running")
BODY = "\n# --- "
"""What stands before this in a part is its head; it is left out, but for what it imports of the standard library."""


def verify_program() -> bytes:
    """The text of ``verify.py``, the same every time."""
    texts = [(FILES / f"{part}.py").read_text(encoding="utf-8") for part in PARTS]
    bodies = ["# --- " + text[text.index(BODY) + len(BODY) :].rstrip() for text in texts]
    others = (f"{name} = [\n{_quoted(path)}]" for name, path in OTHERS.items())
    before = "# --- The programs that do draws again, as their own pages offer them " + "-" * 49
    bodies.insert(-1, "\n\n".join((before, *others)))
    bodies.insert(-1, _accounts())
    head = texts[0][: texts[0].index("from __future__")]
    return "\n".join([head + _imports(texts), *(f"\n{body}\n" for body in bodies)]).encode()


def _accounts() -> str:
    """The names of the accounts, to which a form of the books is held."""
    before = "# --- The chart of accounts " + "-" * 93
    lines = (f"    {account.value!r}: {NAMES[account].source!r},\n" for account in Account)
    return f"{before}\n\nACCOUNTS = {{\n{''.join(lines)}}}"


def _quoted(path: Path) -> str:
    return "".join(f"    {line!r},\n" for line in path.read_text(encoding="utf-8").splitlines(keepends=True))


def _imports(texts: list[str]) -> str:
    """All that the parts need, each once."""
    plain: set[str] = set()
    named: dict[str, set[str]] = {}
    for text in texts:
        for node in ast.parse(text).body:
            if isinstance(node, ast.Import):
                plain.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and not str(node.module).startswith(("vouchers", "__future__")):
                named.setdefault(str(node.module), set()).update(alias.name for alias in node.names)
    lines = ["from __future__ import annotations", "", *(f"import {name}" for name in sorted(plain))]
    lines += [f"from {module} import {', '.join(sorted(names))}" for module, names in sorted(named.items())]
    return "\n".join(lines) + "\n"
