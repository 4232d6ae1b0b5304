"""What the office reaches on this machine: `make bench`, or `python -m bench --help`. Nothing fails for being slow.

Each measure runs against a real database, filled as an office would be, and real processes over the loopback. The
databases are made through `tests.databases` and thrown away; on PostgreSQL every commit is durable, as in production.
"""

import vouchers.models  # noqa: F401 - every table is known, whichever measure runs alone
