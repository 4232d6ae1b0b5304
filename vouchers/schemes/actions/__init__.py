"""What can happen to a draft: `drafting` writes it, `publishing` makes it public; `reading` says how it stands."""

from vouchers.schemes.actions.drafting import (
    add_instrument,
    add_item,
    discard_draft,
    drop_part,
    ensure_removable,
    move_item,
    offer_regions,
    remove_item,
    save_keys,
    start_draft,
    take_part,
)
from vouchers.schemes.actions.publishing import list_changes, publish_draft, tell_next_applicants
from vouchers.schemes.actions.reading import read

__all__ = [
    "add_instrument",
    "add_item",
    "discard_draft",
    "drop_part",
    "ensure_removable",
    "list_changes",
    "move_item",
    "offer_regions",
    "publish_draft",
    "read",
    "remove_item",
    "save_keys",
    "start_draft",
    "take_part",
    "tell_next_applicants",
]
