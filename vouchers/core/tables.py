"""Lists: what the address asks for (search, filter, order, page), and one page of rows in exactly two queries.

Reading the address is pure and forgives garbage; `paginate()` is the only part that asks the database. The macros that
draw a list are in `templates/components/table.html`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select, func, inspect, select
from sqlalchemy.orm import Session, scoped_session

from vouchers.core.errors import RuleBroken
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.typed import clean_line

PER_PAGE = 50
MOST_PER_PAGE = 200
MOST_PAGES = 1_000_000

Order = Any
"""A column, an expression, or a sequence of them: what one sortable column of a list is ordered by."""


@dataclass(frozen=True, slots=True)
class Filled:
    """An order by a column that is never empty in this list, so that the database may follow the column's index."""

    column: Any


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list as drawn: its name in the address, its heading, and how it behaves."""

    name: str
    text: Sentence | str
    sort: bool = False
    numeric: bool = False
    wrap: bool = False


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a reader asked of a list; always usable."""

    q: str = ""
    sort: str = ""
    descending: bool = False
    page: int = 1
    per_page: int = PER_PAGE
    filters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    defaults: tuple[str, bool, int] = ("", False, PER_PAGE)
    unread: tuple[str, ...] = ()
    """The values of filters that the address gives and this list does not know."""

    @classmethod
    def read(
        cls,
        args: Mapping[str, str],
        *,
        sorts: Sequence[str],
        default: str = "",
        filters: Sequence[str] | Mapping[str, Collection[object] | None] = (),
        per_page: int = PER_PAGE,
    ) -> ListQuery:
        """Read ``request.args``: unknown orders, filters, values and pages fall back to what is usual.

        Args:
            args: ``q``, ``sort``, ``direction`` (asc, desc), ``page``, ``per_page``, and each filter by its name.
            sorts: the columns that may order the list.
            default: the usual order, ``"due"`` or ``"-due"`` (descending); the first of `sorts` if not given.
            filters: names, or names with the values that each may take (None: any text).
        """
        usual = default or (sorts[0] if sorts else "")
        usual_sort, usual_descending = usual.lstrip("-"), usual.startswith("-")
        asked = _text(args, "sort")
        sort = asked if asked in sorts else usual_sort
        direction = _text(args, "direction")
        descending = direction == "desc" if direction in {"asc", "desc"} else sort == usual_sort and usual_descending
        allowed = filters if isinstance(filters, Mapping) else dict.fromkeys(filters)
        chosen = {name: _text(args, name) for name in allowed}
        kept = {name: value for name, value in chosen.items() if value and _is_allowed(value, allowed[name])}
        return cls(
            q=_text(args, "q"),
            sort=sort,
            descending=descending,
            page=_number(args, "page", usual=1, most=MOST_PAGES),
            per_page=_number(args, "per_page", usual=per_page, most=MOST_PER_PAGE),
            filters=MappingProxyType(kept),
            defaults=(usual_sort, usual_descending, per_page),
            unread=tuple(value for name, value in chosen.items() if value and name not in kept),
        )

    @property
    def direction(self) -> str:
        """As in the address: asc or desc."""
        return "desc" if self.descending else "asc"

    @property
    def offset(self) -> int:
        """How many rows lie before this page."""
        return (self.page - 1) * self.per_page

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or a filter hides rows."""
        return bool(self.q or self.filters)

    @property
    def problem(self) -> Sentence | None:
        """What a page says above a list that is narrowed by less than its address asks for."""
        return left_out(self.unread)

    @property
    def parameters(self) -> dict[str, str]:
        """The shortest address parameters that read back as this query."""
        usual_sort, usual_descending, usual_per_page = self.defaults
        named = {"q": self.q, **self.filters}
        if (self.sort, self.descending) != (usual_sort, usual_descending):
            named |= {"sort": self.sort, "direction": self.direction}
        if self.per_page != usual_per_page:
            named["per_page"] = str(self.per_page)
        if self.page > 1:
            named["page"] = str(self.page)
        return {name: value for name, value in named.items() if value}

    def link(self, **changes: Any) -> str:
        """A relative address of the list with `changes`; everything but a new page starts at page one."""
        changed = replace(self, **({"page": 1} | changes))
        return "?" + urlencode(changed.parameters)

    def sort_link(self, name: str) -> str:
        """The address that orders by this column, or turns its order round."""
        return self.link(sort=name, descending=self.sort == name and not self.descending)

    def aria_sort(self, name: str) -> str:
        """ascending, descending or none."""
        if name != self.sort:
            return "none"
        return "descending" if self.descending else "ascending"


def left_out(values: Collection[str]) -> Sentence | None:
    """That these values of an address were not understood; nothing where there is none."""
    if not values:
        return None
    quoted = ", ".join(f"“{value}”" for value in values)
    return _("This list knows no %(values)s, so it is not narrowed by that.", values=quoted)


def ensure_read(*asked: Any) -> None:
    """Before a file is made: whoever asks for a part is never sent the whole instead.

    Args:
        asked: `ListQuery` and others that say their ``problem``.

    Raises:
        RuleBroken: a part of the address was not understood.
    """
    for one in asked:
        if one.problem is not None:
            raise RuleBroken(_("No file was made. %(problem)s", problem=one.problem))


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: its rows and where they stand in the whole."""

    items: Sequence[Any]
    total: int
    query: ListQuery

    @property
    def number(self) -> int:
        """This page, from one."""
        return self.query.page

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.query.per_page))

    @property
    def first(self) -> int:
        """The number of the first row shown, zero when there is none."""
        return self.query.offset + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.query.offset + len(self.items)

    @property
    def window(self) -> list[int | None]:
        """The page numbers to show: the ends and the neighbours, None for a gap."""
        near = range(self.number - 1, self.number + 2)
        shown = sorted({1, self.pages, *(n for n in near if 1 <= n <= self.pages)})
        answer: list[int | None] = []
        for previous, number in zip([0, *shown], shown, strict=False):
            if number - previous == 2:
                answer.append(number - 1)
            elif number - previous > 2:
                answer.append(None)
            answer.append(number)
        return answer


def page_of(rows: Sequence[Any], query: ListQuery) -> Page:
    """One page of rows that are already here, in the order they have."""
    settled = _settled(query, len(rows))
    return Page(rows[settled.offset : settled.offset + settled.per_page], len(rows), settled)


def paginate(
    session: Session | scoped_session[Any],
    statement: Select[Any],
    query: ListQuery,
    sort_columns: Mapping[str, Order],
    *,
    unique: Sequence[Any] | None = None,
    shown: Select[Any] | None = None,
) -> Page:
    """One page of what `statement` selects, in two queries: how many there are, and the rows.

    Rows are ordered by the asked column, empty values last in both directions on every database (no index can do
    that: a column that is never empty is better given as `Filled`), then by `unique`
    (the primary key, if not given; a grouped statement gives its own) so that no row is shown twice. A page beyond
    the end becomes the last one. A statement that selects one entity gives entities, any other gives rows.

    A long list is cheaper when `statement` selects nothing but the one `unique` key: then only keys are sorted, and
    `shown` is what is read, with all its joins, of the few rows of the page.
    """
    bare = statement.order_by(None)
    total = session.scalar(select(func.count()).select_from(bare.subquery())) or 0
    settled = _settled(query, total)
    keys = _primary_key(statement) if unique is None else unique
    order = _order(settled, sort_columns, keys)
    found = bare.order_by(*order).limit(settled.per_page).offset(settled.offset)
    if shown is not None:
        page = found.subquery("page")  # fifty keys to look rows up by, whatever the length of the list
        found = shown.join(page, page.c[0] == keys[0]).order_by(*order)
    result = session.execute(found)
    items = result.scalars().unique().all() if len(result.keys()) == 1 else result.all()
    return Page(items, total, settled)


def _order(query: ListQuery, sort_columns: Mapping[str, Order], unique: Sequence[Any]) -> list[Any]:
    asked = sort_columns.get(query.sort, ())
    columns = asked if isinstance(asked, list | tuple) else [asked]
    return [_directed(one, query.descending) for one in (*columns, *map(Filled, unique))]


def _directed(order: Any, descending: bool) -> Any:
    if isinstance(order, Filled):
        return order.column.desc() if descending else order.column.asc()
    return (order.desc() if descending else order.asc()).nulls_last()


def _primary_key(statement: Select[Any]) -> list[Any]:
    entity = statement.column_descriptions[0].get("entity")
    if entity is None:
        return []
    mapper = inspect(entity).mapper
    return [getattr(entity, mapper.get_property_by_column(key).key) for key in mapper.primary_key]


def _settled(query: ListQuery, total: int) -> ListQuery:
    return replace(query, page=min(query.page, max(1, -(-total // query.per_page))))


def _text(args: Mapping[str, str], name: str) -> str:
    value = args.get(name, "")
    return clean_line(value[:200]) if isinstance(value, str) else ""


def _number(args: Mapping[str, str], name: str, *, usual: int, most: int) -> int:
    text = _text(args, name)
    if not (text.isascii() and text.isdigit()) or len(text) > 9:
        return usual
    return min(max(int(text), 1), most)


def _is_allowed(value: str, values: Collection[object] | None) -> bool:
    return values is None or value in {str(one) for one in values}
