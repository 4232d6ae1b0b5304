"""The web server: two processes of four threads behind one socket. The environment may change the numbers."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

wsgi_app = "wsgi:app"
bind = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '8000')}"
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True  # the code is loaded once and shared by the workers
max_requests = 0
timeout = 60
graceful_timeout = 20
keepalive = 15
backlog = 512
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - heartbeats must not wait for a disk

# No access log: addresses and the paths that people open are personal data. Errors go to standard error.
accesslog = None
errorlog = "-"
loglevel = os.environ.get("LOG_LEVEL", "info").lower()

limit_request_line = 4094
limit_request_fields = 64
limit_request_field_size = 8190
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")
switch_interval = 0.0005
"""Seconds after which a thread that computes lets another one go on. A step talks with the database a dozen times, and
after each answer it waits for this long behind whoever draws a page; Python's own 5 ms made others, who wait for this
step's locks, wait ten times as long as the step itself works."""
control_socket_disable = True  # processes are managed by signals alone


def post_fork(server: Any, worker: Any) -> None:
    """A worker begins: able to be ended, with threads that take turns quickly, and with connections of its own.

    Until a worker has set its own handlers, it keeps those of the server, which only note a signal: one asked to end
    just then would stay for the whole grace. A connection must never be shared by two processes.
    """
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    sys.setswitchinterval(switch_interval)
    if not server.SIG_QUEUE.empty():  # asked between the fork and here
        sys.exit(0)

    from vouchers.core.database import db

    app = worker.app.wsgi()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose(close=False)


def when_ready(server: Any) -> None:
    """Say what starts but is hardly meant so."""
    from config import Settings

    for doubt in Settings.from_environment(os.environ).doubts():
        server.log.warning(doubt)
