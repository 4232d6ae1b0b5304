"""The pages on which is seen how long papers are kept, what holds them, and what was deleted."""

from vouchers.retention.views import copies, holds, keeping, lists, persons
from vouchers.retention.views.blueprint import blueprint as blueprint  # noqa: PLC0414 - it is what is registered

assert copies
assert holds
assert keeping
assert lists
assert persons
