"""The settings of one office, read from the environment once, at the start; every gap is reported at the same time.

Secrets come from the environment or from key files, never from the program's text. `docs/runbook.md` lists the names.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import available_timezones

ROOT = Path(__file__).resolve().parent
MEGABYTE = 1024 * 1024
LONGEST_SOCKET_PATH = 100  # the kernel allows 107 bytes; Redis adds a suffix while it binds
YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class SettingsFault(Exception):
    """The office cannot start with these settings; `gaps` has one sentence for each thing to mend."""

    def __init__(self, gaps: list[str]) -> None:
        super().__init__("The settings are not complete:\n" + "\n".join(f"  - {gap}" for gap in gaps))
        self.gaps = gaps


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that differs from one installation to the next."""

    data_dir: Path
    database_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    field_key: str = field(repr=False)  # Fernet key: encrypts the seeds of second factors
    smtp_host: str = "127.0.0.1"
    smtp_port: int = 25
    smtp_starttls: bool = False
    smtp_user: str | None = None
    smtp_password: str | None = field(default=None, repr=False)
    smtp_sender: str = "vouchers@localhost"
    base_url: str = "http://127.0.0.1:8000"
    demo: bool = False
    host: str = "127.0.0.1"
    port: int = 8000
    secure_cookies: bool = True
    max_upload_bytes: int = 20 * MEGABYTE
    clamd_socket: str | None = None
    log_level: str = "INFO"
    trusted_proxies: int = 0
    office_time_zone: str = "Europe/Brussels"

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read and check all settings; make the key files of a demo. Raises SettingsFault with every gap."""
        read = _Reader(environ)
        data_dir = Path(environ.get("DATA_DIR") or ROOT / "var").expanduser().absolute()
        demo = read.flag("DEMO_MODE")
        host, port = read.text("HOST", "127.0.0.1"), read.number("PORT", 8000, 0, 65535)
        base_url = read.web_address("BASE_URL", _last_address(environ, data_dir) or f"http://{_in_url(host)}:{port}")
        is_plain_demo = demo and base_url.startswith("http://")

        values = cls(
            data_dir=data_dir,
            database_url=read.database_url("DATABASE_URL", f"sqlite:///{data_dir / 'office.db'}"),
            redis_url=read.redis_url("REDIS_URL", f"unix://{redis_socket(data_dir)}"),
            secret_key=read.key("SECRET_KEY", data_dir, may_generate=demo),
            field_key=read.fernet_key("FIELD_KEY", data_dir, may_generate=demo),
            smtp_host=read.text("SMTP_HOST", "127.0.0.1"),
            smtp_port=read.number("SMTP_PORT", 25, 1, 65535),
            smtp_starttls=read.flag("SMTP_STARTTLS"),
            smtp_user=read.text("SMTP_USER", "") or None,
            smtp_password=read.secret("SMTP_PASSWORD") or None,
            smtp_sender=read.address("SMTP_SENDER", "vouchers@localhost"),
            base_url=base_url,
            demo=demo,
            host=host,
            port=port,
            secure_cookies=read.flag("SECURE_COOKIES", default=not is_plain_demo),
            max_upload_bytes=read.number("MAX_UPLOAD_BYTES", 20 * MEGABYTE, 1024, 1024 * MEGABYTE),
            clamd_socket=read.text("CLAMD_SOCKET", "") or None,
            log_level=read.choice("LOG_LEVEL", "INFO", LOG_LEVELS),
            trusted_proxies=read.number("TRUSTED_PROXIES", 0, 0, 10),
            office_time_zone=read.time_zone("OFFICE_TIME_ZONE", "Europe/Brussels"),
        )
        if values.smtp_user and not values.smtp_password:
            read.gaps.append("SMTP_USER is set but SMTP_PASSWORD (or SMTP_PASSWORD_FILE) is not.")
        if read.gaps:
            raise SettingsFault(read.gaps)
        return values

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    def doubts(self) -> list[str]:
        """What starts, but is probably not meant so in production; the web server prints these sentences."""
        if self.demo:
            return []
        found = []
        if not self.base_url.startswith("https://"):
            found.append(f"BASE_URL is {self.base_url}: the links in letters are not encrypted.")
        if self.smtp_sender == "vouchers@localhost":
            found.append("SMTP_SENDER is not set: letters go out as vouchers@localhost and may be refused.")
        if not self.secure_cookies:
            found.append("SECURE_COOKIES is off: sessions can be read on the way.")
        return found


def redis_socket(data_dir: Path) -> Path:
    """Where the embedded Redis listens: in the data folder, or in a short private one when that is too long."""
    socket = data_dir / "run" / "redis.sock"
    if len(os.fsencode(socket)) <= LONGEST_SOCKET_PATH:
        return socket
    mark = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"vouchers-{os.getuid()}-{mark}" / "redis.sock"


def address_note(data_dir: Path) -> Path:
    """Where `make run` notes at which address it opened the office of this folder, for commands that write links."""
    return data_dir / "run" / "address"


def _last_address(environ: Mapping[str, str], data_dir: Path) -> str:
    """The noted address; empty where there is none, or where HOST or PORT say another one."""
    if environ.get("HOST") or environ.get("PORT"):
        return ""
    try:
        return address_note(data_dir).read_text().strip()
    except OSError:
        return ""


def private_folder(folder: Path) -> Path:
    """Make a folder that only this user may enter. Raises SettingsFault if it belongs to somebody else."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.lstat().st_uid not in {os.getuid(), folder.parent.stat().st_uid}:
            raise SettingsFault([f"The folder {folder} belongs to another user."])
        folder.chmod(0o700)
    except OSError as fault:
        raise SettingsFault([f"The folder {folder} cannot be used: {fault.strerror}."]) from fault
    return folder


class _Reader:
    """Reads one variable after the other and collects what is wrong with them."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.gaps: list[str] = []

    def text(self, name: str, default: str) -> str:
        return self.environ.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        given = self.environ.get(name)
        if given is None:
            return default
        if given.strip().lower() in YES:
            return True
        if given.strip().lower() not in NO:
            self.gaps.append(f"{name} must be 1 or 0, not {given!r}.")
        return False

    def number(self, name: str, default: int, lowest: int, highest: int) -> int:
        given = self.text(name, str(default))
        if given.isascii() and given.isdigit() and lowest <= int(given) <= highest:
            return int(given)
        self.gaps.append(f"{name} must be a whole number from {lowest} to {highest}, not {given!r}.")
        return default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        given = self.text(name, default).upper()
        if given not in allowed:
            self.gaps.append(f"{name} must be one of {', '.join(allowed)}, not {given!r}.")
        return given

    def time_zone(self, name: str, default: str) -> str:
        given = self.text(name, default)
        if given not in available_timezones():
            self.gaps.append(f"{name} must be a named time zone such as Europe/Brussels, not {given!r}.")
        return given

    def address(self, name: str, default: str) -> str:
        given = self.text(name, default)
        if given.count("@") != 1 or any(c in given for c in "\r\n"):
            self.gaps.append(f"{name} must be an e-mail address, not {given!r}.")
        return given

    def web_address(self, name: str, default: str) -> str:
        given = self.text(name, default).rstrip("/")
        parts = urlsplit(given)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
            self.gaps.append(f"{name} must be an http or https address such as https://vouchers.example.org.")
        return given

    def database_url(self, name: str, default: str) -> str:
        given = self.text(name, default)
        scheme, colon, rest = given.partition(":")
        if scheme in {"postgres", "postgresql"}:
            return f"postgresql+psycopg{colon}{rest}"
        if scheme not in {"postgresql+psycopg", "sqlite"} or not rest.startswith("//"):
            self.gaps.append(f"{name} must begin with postgresql:// or sqlite:///.")
        return given

    def redis_url(self, name: str, default: str) -> str:
        given = self.text(name, default)
        if not given.startswith(("redis://", "rediss://", "unix://")):
            self.gaps.append(f"{name} must begin with redis://, rediss:// or unix://.")
        return given

    def secret(self, name: str) -> str:
        """A secret as the variable NAME, or as the content of the file that NAME_FILE points to."""
        given, path = self.environ.get(name, "").strip(), self.environ.get(f"{name}_FILE", "").strip()
        if given or not path:
            return given
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            self.gaps.append(f"{name}_FILE points to {path}, which cannot be read.")
            return ""

    def key(self, name: str, data_dir: Path, *, may_generate: bool) -> str:
        """A key from the environment, else from DATA_DIR/keys; a demo makes that file, production reports the gap."""
        if (given := self.secret(name)) or self.environ.get(f"{name}_FILE"):
            if given and len(given) < 32:
                self.gaps.append(f"{name} is too short: give at least 32 random characters.")
            return given
        kept = data_dir / "keys" / name.lower()
        try:
            return _kept_key(kept, may_generate=may_generate)
        except FileNotFoundError:
            self.gaps.append(
                f"{name} is missing. Set it, or {name}_FILE, or put the key into {kept} (DEMO_MODE=1 makes one)."
            )
        except (OSError, SettingsFault):
            self.gaps.append(f"{name}: the key file {kept} cannot be read or made.")
        return ""

    def fernet_key(self, name: str, data_dir: Path, *, may_generate: bool) -> str:
        given = self.key(name, data_dir, may_generate=may_generate)
        if given and not _is_fernet_key(given):
            self.gaps.append(f"{name} must be 32 random bytes in URL-safe base64 (44 characters).")
        return given


def _kept_key(path: Path, *, may_generate: bool) -> str:
    if not path.exists() and may_generate:
        private_folder(path.parent)
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.urlsafe_b64encode(secrets.token_bytes(32)))
            file.flush()
            os.fsync(file.fileno())
        try:
            path.hardlink_to(draft)  # atomic, and the first of several processes wins
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="ascii").strip()


def _is_fernet_key(text: str) -> bool:
    try:
        return len(base64.urlsafe_b64decode(text)) == 32
    except ValueError:
        return False


def _in_url(host: str) -> str:
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - read, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
