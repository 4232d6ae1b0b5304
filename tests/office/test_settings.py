"""Settings: what the environment may say, and that every gap is reported at once."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from config import LONGEST_SOCKET_PATH, Settings, SettingsFault, address_note, private_folder, redis_socket

KEYS = {"SECRET_KEY": "k" * 40, "FIELD_KEY": "dGhlIHRlc3RzJyBvd24ga2V5LCAzMiBieXRlcyEhISE="}


def read(folder: Path, **environ: str) -> Settings:
    return Settings.from_environment({"DATA_DIR": str(folder), **environ})


def gaps_of(folder: Path, **environ: str) -> list[str]:
    with pytest.raises(SettingsFault) as fault:
        read(folder, **environ)
    return fault.value.gaps


def test_every_gap_is_reported_at_once(tmp_path):
    gaps = gaps_of(tmp_path, PORT="http", BASE_URL="office", DATABASE_URL="mysql://x", SMTP_USER="u", DEMO_MODE="maybe")

    named = {gap.split()[0] for gap in gaps}
    assert named == {"PORT", "BASE_URL", "DATABASE_URL", "SMTP_USER", "DEMO_MODE", "SECRET_KEY", "FIELD_KEY"}


def test_the_time_zone_of_the_office_is_a_named_one(tmp_path):
    assert read(tmp_path, **KEYS).office_time_zone == "Europe/Brussels"
    assert read(tmp_path, **KEYS, OFFICE_TIME_ZONE="Europe/Lisbon").office_time_zone == "Europe/Lisbon"
    [gap] = gaps_of(tmp_path, **KEYS, OFFICE_TIME_ZONE="CET+1")
    assert gap.startswith("OFFICE_TIME_ZONE must be a named time zone such as Europe/Brussels")


def test_a_command_takes_the_address_where_the_office_of_its_folder_was_opened(tmp_path):
    assert read(tmp_path, **KEYS).base_url == "http://127.0.0.1:8000"
    (tmp_path / "run").mkdir()
    address_note(tmp_path).write_text("http://127.0.0.1:8753\n")

    assert read(tmp_path, **KEYS).base_url == "http://127.0.0.1:8753"
    assert read(tmp_path, **KEYS, PORT="8001").base_url == "http://127.0.0.1:8001"
    assert read(tmp_path, **KEYS, HOST="::1").base_url == "http://[::1]:8000"
    assert read(tmp_path, **KEYS, BASE_URL="https://office.example").base_url == "https://office.example"


def test_a_real_office_does_not_make_up_its_keys(tmp_path):
    assert [gap.split()[0] for gap in gaps_of(tmp_path)] == ["SECRET_KEY", "FIELD_KEY"]
    assert not list(tmp_path.iterdir())


def test_a_demo_makes_key_files_for_its_owner_alone_and_keeps_them(tmp_path):
    first, second = read(tmp_path, DEMO_MODE="1"), read(tmp_path, DEMO_MODE="1")

    assert (first.secret_key, first.field_key) == (second.secret_key, second.field_key)
    assert first.secret_key != first.field_key
    for name in ("secret_key", "field_key"):
        assert stat.S_IMODE((tmp_path / "keys" / name).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_a_key_file_that_is_there_serves_a_real_office(tmp_path):
    made = read(tmp_path, DEMO_MODE="1")

    assert read(tmp_path).secret_key == made.secret_key


def test_a_secret_is_read_from_the_file_that_the_environment_names(tmp_path):
    (tmp_path / "secret").write_text("s" * 40 + "\n")

    assert read(tmp_path, FIELD_KEY=KEYS["FIELD_KEY"], SECRET_KEY_FILE=str(tmp_path / "secret")).secret_key == "s" * 40
    assert "cannot be read" in gaps_of(tmp_path, **KEYS, SMTP_PASSWORD_FILE=str(tmp_path / "absent"))[0]


def test_weak_keys_are_refused(tmp_path):
    gaps = gaps_of(tmp_path, SECRET_KEY="short", FIELD_KEY="x" * 44)

    assert "too short" in gaps[0]
    assert "base64" in gaps[1]


@pytest.mark.parametrize(
    ("given", "becomes"),
    [
        ("postgres://u:p@db/office", "postgresql+psycopg://u:p@db/office"),
        ("postgresql://db/office?sslmode=require", "postgresql+psycopg://db/office?sslmode=require"),
        ("postgresql+psycopg://db/office", "postgresql+psycopg://db/office"),
        ("sqlite:////srv/office.db", "sqlite:////srv/office.db"),
    ],
)
def test_a_database_address_gets_its_driver(tmp_path, given, becomes):
    assert read(tmp_path, **KEYS, DATABASE_URL=given).database_url == becomes


def test_without_addresses_everything_lies_in_the_data_folder(tmp_path):
    settings = read(tmp_path, **KEYS)

    assert settings.database_url == f"sqlite:///{tmp_path}/office.db"
    assert settings.redis_url == f"unix://{redis_socket(tmp_path)}"
    assert settings.max_upload_bytes == 20 * 1024 * 1024


@pytest.mark.parametrize(
    ("environ", "is_secure"),
    [
        ({}, True),
        ({"BASE_URL": "https://vouchers.example.org"}, True),
        ({"DEMO_MODE": "1"}, False),
        ({"DEMO_MODE": "1", "BASE_URL": "https://demo.example.org"}, True),
    ],
)
def test_cookies_are_secure_except_in_a_demo_without_encryption(tmp_path, environ, is_secure):
    assert read(tmp_path, **KEYS, **environ).secure_cookies is is_secure


def test_the_socket_of_a_deep_folder_lies_where_the_kernel_can_reach_it(tmp_path):
    deep = tmp_path / ("d" * 60) / ("e" * 60)

    assert len(os.fsencode(redis_socket(deep))) <= LONGEST_SOCKET_PATH
    assert redis_socket(deep) == redis_socket(deep)
    assert redis_socket(deep) != redis_socket(deep / "other")


def test_secrets_are_not_in_what_is_printed(tmp_path):
    settings = read(tmp_path, **KEYS, DATABASE_URL="postgresql://u:hidden@db/o", SMTP_USER="u", SMTP_PASSWORD="hidden")

    assert "hidden" not in repr(settings)
    assert KEYS["SECRET_KEY"] not in repr(settings)


def test_a_file_in_the_place_of_a_folder_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(SettingsFault, match="cannot be used"):
        private_folder(tmp_path / "file" / "inside")


def test_doubts_are_told_about_a_real_office_only(tmp_path):
    assert len(read(tmp_path, **KEYS).doubts()) == 2
    assert read(tmp_path, **KEYS, DEMO_MODE="1").doubts() == []
    assert read(tmp_path, **KEYS, BASE_URL="https://v.example.org", SMTP_SENDER="office@example.org").doubts() == []
