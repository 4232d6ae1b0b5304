"""Bytes are kept under their own hash, once, privately, and never by half."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from vouchers.core.errors import NotFound
from vouchers.documents.storage import FolderStore

CONTENT = b"an offer" * 1000
KEY = hashlib.sha256(CONTENT).hexdigest()
LATER = datetime.now(UTC) + timedelta(days=3650)


@pytest.fixture
def store(tmp_path: Path) -> FolderStore:
    return FolderStore(tmp_path / "var" / "documents")


def kept_files(store: FolderStore) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file()]


def test_put_answers_the_hash_and_open_gives_the_same_bytes(store: FolderStore) -> None:
    stream = io.BytesIO(CONTENT)
    stream.seek(7)
    assert store.put(stream) == KEY
    with store.open(KEY) as file:
        assert file.read() == CONTENT
    assert kept_files(store) == [store.root / KEY[:2] / KEY[2:4] / KEY]
    assert list(store.keys()) == [KEY]


def test_put_twice_changes_nothing_but_says_that_they_are_wanted(store: FolderStore) -> None:
    store.put(io.BytesIO(CONTENT))
    path = kept_files(store)[0]
    before, written_at = path.stat().st_ino, datetime.now(UTC) - timedelta(days=9)
    os.utime(path, (written_at.timestamp(), written_at.timestamp()))
    assert store.put(io.BytesIO(CONTENT)) == KEY
    assert kept_files(store) == [path]
    assert path.stat().st_ino == before
    assert path.stat().st_mtime > written_at.timestamp() + 3600


def test_what_is_laid_in_again_is_not_deleted(store: FolderStore) -> None:
    store.put(io.BytesIO(CONTENT))
    assert not store.delete(KEY, touched_before=datetime.now(UTC) - timedelta(hours=1))
    assert store.verify(KEY)


def test_put_at_once_by_many(store: FolderStore) -> None:
    with ThreadPoolExecutor(8) as people:
        keys = set(people.map(lambda _: store.put(io.BytesIO(CONTENT)), range(40)))
    assert keys == {KEY}
    assert len(kept_files(store)) == 1
    assert store.verify(KEY)


def test_only_the_office_can_read(store: FolderStore) -> None:
    store.put(io.BytesIO(CONTENT))
    modes = {stat.S_IMODE(path.stat().st_mode) for path in store.root.rglob("*") if path.is_dir()}
    assert modes | {stat.S_IMODE(store.root.stat().st_mode)} == {0o700}
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept_files(store)} == {0o600}


def test_exists_verify_delete(store: FolderStore) -> None:
    assert (store.exists(KEY), store.verify(KEY), store.delete(KEY, touched_before=LATER)) == (False, False, False)
    store.put(io.BytesIO(CONTENT))
    assert (store.exists(KEY), store.verify(KEY), store.delete(KEY, touched_before=LATER)) == (True, True, True)
    assert (store.exists(KEY), store.verify(KEY), store.delete(KEY, touched_before=LATER)) == (False, False, False)
    with pytest.raises(NotFound):
        store.open(KEY)


def test_verify_notices_one_changed_byte(store: FolderStore) -> None:
    store.put(io.BytesIO(CONTENT))
    with kept_files(store)[0].open("r+b") as file:
        file.write(b"A")
    assert not store.verify(KEY)


def test_put_repairs_a_file_that_a_broken_disk_cut_short(store: FolderStore) -> None:
    store.put(io.BytesIO(CONTENT))
    os.truncate(kept_files(store)[0], 10)
    store.put(io.BytesIO(CONTENT))
    assert store.verify(KEY)


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", KEY[:-1], KEY + "0", KEY.upper(), KEY + "\n", "g" * 64])
def test_refuses_what_is_no_key(store: FolderStore, key: str) -> None:
    for use in (store.open, store.exists, store.verify, store.delete):
        with pytest.raises(ValueError, match="64"):
            use(key)


class Breaking(io.BytesIO):
    """A stream whose sender goes away in the middle."""

    def read(self, size: int | None = -1) -> bytes:
        if self.tell():
            raise ConnectionError("gone")
        return super().read(100)


def test_a_failure_in_the_middle_leaves_nothing(store: FolderStore) -> None:
    with pytest.raises(ConnectionError):
        store.put(Breaking(CONTENT))
    assert kept_files(store) == []


def test_a_crash_in_the_middle_leaves_no_half_file_and_is_swept(store: FolderStore) -> None:
    writer = os.fork()
    if writer == 0:

        class Killing(Breaking):
            def read(self, size: int | None = -1) -> bytes:
                if self.tell():
                    os._exit(9)
                return super().read(size)

        store.put(Killing(CONTENT))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(writer, 0)[1]) == 9

    assert list(store.keys()) == []
    assert [path.parent for path in kept_files(store)] == [store.incoming]
    now = datetime.now(UTC)
    assert store.sweep_temporary(now - timedelta(hours=1)) == 0
    assert store.sweep_temporary(now + timedelta(seconds=5)) == 1
    assert kept_files(store) == []
