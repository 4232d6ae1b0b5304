"""Packs on a stranger's machine."""

from __future__ import annotations

import contextlib
import io
import runpy
import subprocess
import sys
import zipfile
from pathlib import Path

from vouchers.documents.store import the_store
from vouchers.packs.models import Pack
from vouchers.packs.queries.packs import find_file


def content_of(pack: Pack) -> bytes:
    """The file of a pack that lies in the store."""
    document = find_file(pack)
    assert document is not None
    with the_store().open(document.sha256) as stream:
        return stream.read()


def laid_down(content: bytes, folder: Path, name: str = "pack.zip") -> Path:
    """The pack in a folder, with the program taken out of it beside."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    with zipfile.ZipFile(path) as archive:
        (folder / "verify.py").write_bytes(archive.read("verify.py"))
    return path


def verify(path: Path, *words: str) -> tuple[int, str]:
    """Run the program as a stranger does: isolated, without site packages, outside of our tree."""
    command = [sys.executable, "-I", "-S", str(path.parent / "verify.py"), str(path), *words]
    done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)
    assert done.stderr == "", done.stderr
    return done.returncode, done.stdout


class Program:
    """The program within this process, for being run many times."""

    def __init__(self, path: Path) -> None:
        self._main = runpy.run_path(str(path.parent / "verify.py"))["main"]

    def __call__(self, path: Path, *words: str) -> tuple[int, str]:
        with contextlib.redirect_stdout(io.StringIO()) as told:
            code = self._main([str(path), *words])
        return code, told.getvalue()
