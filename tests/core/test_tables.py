"""Lists: any address is understood, a page costs two queries, and the drawn table says how it is ordered."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import ForeignKey, create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, joinedload, mapped_column, relationship
from werkzeug.datastructures import MultiDict

from tests.core.page_app import draw, page_app
from vouchers.core.charts import Series, line_chart, nice_marks
from vouchers.core.errors import RuleBroken
from vouchers.core.tables import Column, Filled, ListQuery, Page, ensure_read, page_of, paginate

SORTS = ("name", "due")


class Base(DeclarativeBase):
    pass


class Owner(Base):
    __tablename__ = "owner"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Task(Base):
    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    due: Mapped[int | None]
    owner_id: Mapped[int] = mapped_column(ForeignKey(Owner.id))
    owner: Mapped[Owner] = relationship()


@pytest.fixture(scope="module")
def session():
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Owner(id=1, name="Ana"))
        session.add_all(
            Task(id=i, name=f"Task {i % 7}", due=i % 5 if i % 5 else None, owner_id=1) for i in range(1, 121)
        )
        session.flush()
        yield session


@pytest.fixture
def statements(session: Session):
    seen: list[str] = []
    engine = session.get_bind()

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def read(address: str, **options) -> ListQuery:
    from urllib.parse import parse_qsl

    return ListQuery.read(MultiDict(parse_qsl(address, keep_blank_values=True)), sorts=SORTS, **options)


@pytest.mark.parametrize(
    ("address", "q", "sort", "descending", "page", "per_page"),
    [
        ("", "", "name", False, 1, 50),
        ("q=+a++b%00c", "a bc", "name", False, 1, 50),
        ("sort=due&direction=desc", "", "due", True, 1, 50),
        ("sort=password&direction=up", "", "name", False, 1, 50),
        ("page=3&per_page=20", "", "name", False, 3, 20),
        ("page=-3&per_page=0", "", "name", False, 1, 50),
        ("page=0&per_page=99999", "", "name", False, 1, 200),
        ("page=99999999999999999999&per_page=x", "", "name", False, 1, 50),
        ("page=%D9%A3", "", "name", False, 1, 50),
    ],
)
def test_reading_an_address(address, q, sort, descending, page, per_page) -> None:
    query = read(address)
    if "per_page=0" in address:
        per_page = 1
    assert (query.q, query.sort, query.descending, query.page, query.per_page) == (q, sort, descending, page, per_page)


def test_filters_take_only_what_they_may() -> None:
    query = read("status=paid&owner=7&colour=red", filters={"status": {"paid", "due"}, "owner": None})
    assert query.filters == {"status": "paid", "owner": "7"}
    assert read("status=gone", filters={"status": {"paid"}}).filters == {}


def test_a_filter_that_is_not_understood_is_named_and_makes_no_file_of_the_whole() -> None:
    query = read("status=gone&owner=7&due=", filters={"status": {"paid"}, "owner": None, "due": {"1"}})
    assert str(query.problem) == "This list knows no “gone”, so it is not narrowed by that."
    with pytest.raises(RuleBroken, match=r"No file was made\. This list knows no “gone”"):
        ensure_read(query)
    understood = read("status=paid&owner=7", filters={"status": {"paid"}, "owner": None})
    assert understood.problem is None
    ensure_read(understood)


def test_the_usual_order_may_be_descending() -> None:
    query = read("", default="-due")
    assert (query.sort, query.descending, query.parameters) == ("due", True, {})
    assert read(query.link(page=4).lstrip("?"), default="-due").page == 4


def test_links_keep_the_rest_and_start_again_at_page_one() -> None:
    query = read("q=a&status=paid&sort=due&page=3", filters=["status"])
    assert query.link(page=4) == "?q=a&status=paid&sort=due&direction=asc&page=4"
    assert query.sort_link("due") == "?q=a&status=paid&sort=due&direction=desc"
    assert query.link(q="", filters={}) == "?sort=due&direction=asc"
    assert [query.aria_sort(name) for name in ("due", "name")] == ["ascending", "none"]


@given(st.dictionaries(st.sampled_from(["q", "sort", "direction", "page", "per_page", "status", "x"]), st.text()))
def test_any_address_is_usable_and_reads_back_the_same(args: dict[str, str]) -> None:
    query = ListQuery.read(args, sorts=SORTS, filters=["status"])
    assert query.sort in SORTS
    assert 1 <= query.per_page <= 200
    assert query.offset >= 0
    again = ListQuery.read(query.parameters, sorts=SORTS, filters=["status"])
    assert again == query


@pytest.mark.parametrize("address", ["", "page=2&per_page=20", "page=999", "sort=due&direction=desc", "q=none"])
def test_a_page_costs_two_queries(session, statements, address) -> None:
    query = read(address)
    statement = select(Task).options(joinedload(Task.owner))
    if query.q:
        statement = statement.where(Task.name == query.q)
    page = paginate(session, statement, query, {"name": Task.name, "due": (Task.due, Task.name)})
    assert [task.owner.name for task in page.items[:1]] in ([], ["Ana"])
    assert len(statements) == 2


def test_pages_cover_every_row_once_with_empty_values_last(session) -> None:
    for direction in ("asc", "desc"):
        seen = []
        for number in range(1, 7):
            query = read(f"sort=due&direction={direction}&per_page=20&page={number}")
            seen += paginate(session, select(Task), query, {"due": Task.due}).items
        assert len({task.id for task in seen}) == 120
        assert all(task.due is None for task in seen[-24:])


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_an_order_that_is_never_empty_can_follow_an_index(session, statements, direction) -> None:
    query = read(f"sort=name&direction={direction}&page=2")
    usual = paginate(session, select(Task), query, {"name": Task.name}).items
    assert paginate(session, select(Task), query, {"name": Filled(Task.name)}).items == usual
    assert ["NULLS LAST" in statement for statement in statements if "ORDER BY" in statement] == [True, False]


def test_keys_are_paged_and_only_the_page_is_read(session) -> None:
    query = read("sort=due&direction=desc&per_page=20&page=5")
    usual = paginate(session, select(Task), query, {"due": Task.due})
    shown = select(Task.name, Owner.name).join(Task.owner)
    page = paginate(session, select(Task.id), query, {"due": Task.due}, unique=[Task.id], shown=shown)
    assert [tuple(row) for row in page.items] == [(task.name, "Ana") for task in usual.items]
    assert page.total == usual.total


def test_a_page_beyond_the_end_is_the_last_one(session) -> None:
    page = paginate(session, select(Task), read("page=99"), {"name": Task.name})
    assert (page.number, page.pages, page.first, page.last, page.total) == (3, 3, 101, 120, 120)


def test_rows_and_groups(session) -> None:
    rows = paginate(session, select(Task.id, Task.name), read("per_page=2"), {"name": Task.name})
    assert [tuple(row) for row in rows.items] == [(7, "Task 0"), (14, "Task 0")]
    grouped = select(Task.name, func.count()).group_by(Task.name)
    page = paginate(session, grouped, read(""), {"name": Task.name}, unique=[Task.name])
    assert page.total == len(page.items) == 7


@pytest.mark.parametrize(
    ("number", "total", "window"),
    [
        (1, 0, [1]),
        (1, 10, [1]),
        (1, 30, [1, 2, 3]),
        (5, 100, [1, None, 4, 5, 6, None, 10]),
        (4, 100, [1, 2, 3, 4, 5, None, 10]),
        (10, 100, [1, None, 9, 10]),
    ],
)
def test_page_window(number, total, window) -> None:
    assert Page([], total, ListQuery(page=number, per_page=10)).window == window


LIST = """
{%- from "components/table.html" import filter_bar, list_table, row, head_cell, cell, pick_cell -%}
{%- from "components/table.html" import bulk, pagination, count_sentence, empty -%}
{{ filter_bar(page.query, [('status', 'Status', [('paid', 'Paid'), ('due', 'Due')])], search='Name') }}
{% call bulk('/bulk', [('close', 'Close')], count_sentence(page, 'Many')) %}
{% call list_table(columns, 'Tasks', page.query, pick=True, foot=['Total', '3']) %}
{%- for task in page.items %}{% call row() %}{{ pick_cell(task.id, task.name) }}{{ head_cell('/t', task.name) }}
{{ cell(task.due, numeric=True) }}{% endcall %}{% endfor %}
{%- endcall %}{% endcall %}
{{ pagination(page) }}{{ empty('Nothing here', page.query) }}"""


def test_the_drawn_list() -> None:
    tasks = [SimpleNamespace(id=i, name=f"<{i}>", due=None) for i in range(30)]
    query = read("status=paid&sort=due&per_page=10&page=2", filters=["status"])
    columns = [Column("name", "Name", sort=True), Column("due", "Due", sort=True, numeric=True)]
    html = draw(page_app(), LIST, page=page_of(tasks, query), columns=columns)
    assert 'aria-sort="ascending"><a class="app-sort" href="?status=paid&amp;sort=due&amp;direction=desc' in html
    assert html.count("aria-sort=") == 2
    assert 'value="paid" selected' in html
    assert "Select &lt;10&gt;" in html
    assert "<10>" not in html
    assert "Many, page 2 of 3" in html
    assert 'aria-current="page"' in html
    assert "Clear filters" in html
    assert 'name="csrf_token"' in html
    assert " style=" not in html


@pytest.mark.parametrize(
    ("low", "high", "marks"),
    [
        (0, 560, [0, 200, 400, 600]),
        (0, 0, [0, 1]),
        (0, 3, [0, 1, 2, 3]),
        (-30, 90, [-50, 0, 50, 100]),
        (0, 1_234_567, [0, 500_000, 1_000_000, 1_500_000]),
    ],
)
def test_axis_marks_are_round_and_enclose_the_values(low, high, marks) -> None:
    assert nice_marks(low, high) == marks


@given(st.integers(-(10**12), 0), st.integers(0, 10**12))
def test_axis_marks_always_enclose(low: int, high: int) -> None:
    marks = nice_marks(low, high)
    assert marks[0] <= low
    assert marks[-1] >= high
    assert 2 <= len(marks) <= 9


CHARTS = """
{%- from "components/charts.html" import bars, lines, stacked, kpis -%}
{%- from "components/timeline.html" import timeline -%}
{%- from "components/task_list.html" import task_list -%}
{%- from "components/summary_list.html" import summary_list -%}
{%- from "components/tag.html" import tag -%}
{{ bars([{'text': 'Draft', 'value': 5, 'href': '/list?status=draft'},
  {'text': 'None', 'value': 0, 'shown': 'nil'}], 'By status') }}
{{ bars([], 'Empty') }}
{{ stacked([{'text': 'Lyon', 'values': [1, 0, 3]}, {'text': 'Zagreb', 'values': [0, 0, 0]}],
  ['Paid', 'Committed', 'Free'], 'By region', share=share) }}
{{ lines(chart) }}{{ kpis([{'text': 'Paid', 'value': '€1', 'note': 'so far', 'is_alert': true}]) }}
{{ timeline([{'title': 'Sent', 'when': '1 Sep', 'who': 'Ana', 'text': '<b>'}]) }}
{{ task_list([{'text': 'Budget', 'status': 'To do', 'colour': 'blue', 'href': '/b', 'hint': 'Costs'}]) }}
{{ summary_list([('Name', none), ('Sum', '1', [('/c', 'Change', 'sum')])]) }}{{ tag('Paid', 'green') }}"""


@pytest.mark.parametrize("share", [True, False])
def test_every_other_component_draws(share: bool) -> None:
    chart = line_chart(
        "Paid", ["Jan", "Feb", "Mar"], [Series("Paid", [1, None, 3]), Series("Plan", [None, None, None])]
    )
    html = draw(page_app(), CHARTS, chart=chart, share=share)
    assert '<rect width="100.00%"' in html
    for name, value in (("Paid", 1), ("Committed", 0), ("Free", 3)):  # over its numbers, and beside each on a phone
        assert re.search(rf"<th [^>]*><svg [^>]*><rect [^>]*></rect></svg> {name}</th>", html)
        assert f'data-label="{name}">{value}</td>' in html
    assert ">nil<" in html
    assert "&lt;b&gt;" in html
    assert '<td class="govuk-table__cell app-num">–</td>' in html
    assert " style=" not in html


def test_a_chart_of_nothing_draws() -> None:
    assert line_chart("Empty", [], []).rows[0].text == "0"
