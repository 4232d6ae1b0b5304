"""Who may freeze, announce, type and run. Each answers None (yes) or the reason why not."""

from __future__ import annotations

from vouchers.users import policy as users

is_manager = users.is_manager
