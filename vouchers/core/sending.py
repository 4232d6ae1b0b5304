"""A page is sent once: what a person asked for by sending a page is done the first time, however often it arrives.

A page that writes carries a mark: when it was drawn, and a random word. The door of the requests knows which page was
sent (`pages`), and the step that makes something new spends it, in the same unit of work. So a page sent twice, two
tabs of the same page and a form that the browser sends again make one thing; what was refused or failed may be sent
again, for nothing was spent; and a page drawn afterwards asks for something new, even in the same words.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, delete
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert

from vouchers.core.database import after_commit, db, unit_memo, unit_of_work
from vouchers.core.errors import SentAlready
from vouchers.core.models import SpentPage
from vouchers.core.text import say as _

KEPT_FOR = timedelta(days=3)
"""How long it is known that a page was sent; no session lasts as long, and a page is sent in the session it was
drawn in."""


@dataclass
class SentPage:
    """The page that was sent with the present request."""

    request_hash: str
    """Of who sent it, to which address, in which words."""
    mark: str
    drawn_at: datetime
    clock: Callable[[], datetime]
    is_spent: bool = False
    """Whether something that this request made is in the database."""

    def note_spent(self) -> None:
        """The unit of work that spent it has committed: what else the request makes is part of the same."""
        self.is_spent = True


_find_sent_page: Callable[[], SentPage | None] = lambda: None  # noqa: E731 - a job and a command are sent no pages


def use_sent_page(find: Callable[[], SentPage | None]) -> None:
    """Set what knows which page was sent with the present request (the application shell does)."""
    global _find_sent_page
    _find_sent_page = find


def spend_page() -> None:
    """Something new comes about because of the page that was sent, if one was: it may not be asked for again.

    One statement. Where the same page is being spent by another request, it waits for that one's end (PostgreSQL; on
    SQLite writers take turns).

    Raises:
        SentAlready: the same person sent the same words to the same address before, from this page, or from another
            one that was drawn before.
    """
    page, memo = _find_sent_page(), unit_memo()
    if page is None or page.is_spent or memo.get("page_is_spent"):
        return
    insert_or_renew = sqlite_insert if db.engine.dialect.name == "sqlite" else postgresql_insert
    before = SpentPage.__table__.c
    values = {"mark": page.mark, "spent_at": page.clock()}
    spent = db.session.execute(
        insert_or_renew(SpentPage.__table__)  # type: ignore[arg-type]
        .values(request_hash=page.request_hash, **values)
        .on_conflict_do_update(
            index_elements=["request_hash"],
            set_=values,
            where=and_(before.mark != page.mark, before.spent_at <= page.drawn_at),
        )
        .returning(before.request_hash)
    )
    if spent.first() is None:
        raise SentAlready(_("You have sent this page already. What it asked for is done."))
    memo["page_is_spent"] = True
    after_commit(page.note_spent)


def forget_spent_pages(*, at: datetime) -> None:
    """Delete what is known of pages that were sent longer ago."""
    with unit_of_work():
        db.session.execute(delete(SpentPage).where(SpentPage.spent_at < at - KEPT_FOR))
