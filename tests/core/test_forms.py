"""What people type, and what else may arrive: read into values, or answered beside the field. Never a failure."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from time import perf_counter

import pytest
from flask import render_template_string
from flask_babel import force_locale
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import FileStorage, MultiDict

from tests.core.page_app import page_app
from vouchers.core import languages
from vouchers.core.choices import ChoiceField, ChoicesField, DeclarationField, FileField, SelectField, YesNoField
from vouchers.core.errors import RuleBroken
from vouchers.core.fields import EmailField, HiddenField, LongTextField, PasswordField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField, NumberField
from vouchers.core.money import EUR, Money
from vouchers.core.typed import clean_line, clean_text, formdata_from_json

APP = page_app(WTF_CSRF_ENABLED=False)
GUARDED = page_app()


class Size(StrEnum):
    SMALL = "small"
    MEDIUM = "medium"


class Application(BaseForm):
    company = TextField("Company name", hint="As registered", missing="Enter the company name", max_length=20)
    problem = LongTextField("The problem", missing="Describe the problem", max_length=50)
    size = ChoiceField(
        "Size", choices=[("small", "Small", "Under 50"), ("medium", "Medium")], coerce=Size, missing="Select the size"
    )
    cluster = SelectField("Cluster", choices=[("1", "ICT"), ("2", "Bio")], coerce=int)
    services = ChoicesField("Services", choices=[("a", "Coaching"), ("b", "Patents")])
    starts_on = DateField("Start", missing="Enter the start")
    amount = MoneyField("Amount", missing="Enter the amount", allow_zero=False)
    left = MoneyField("Left")
    people = NumberField("People", minimum=0, maximum=249)
    rate = NumberField("Rate", places=2, suffix="%")
    email = EmailField("Email")
    password = PasswordField("Password")
    again = YesNoField("Had one before?")
    files = FileField("Files", multiple=True, most=2)
    version = HiddenField()
    declared = DeclarationField("It is true", missing="Confirm that it is true")


GOOD = {
    "company": "Sava d.o.o.",
    "problem": "Too slow",
    "size": "small",
    "starts_on-day": "27",
    "starts_on-month": "3",
    "starts_on-year": "2027",
    "amount": "7 000,50",
    "declared": "yes",
}


def filled(**changes: object) -> Application:
    with APP.test_request_context():
        form = Application(formdata=MultiDict({**GOOD, **changes}))
        form.validate()
        return form


def errors_of(name: str, **changes: object) -> list[str]:
    return [str(error) for error in filled(**changes)[name].errors]


def test_a_good_form_gives_values() -> None:
    form = filled(cluster="2", services=["b", "a", "b"], people="1 2", rate="12,5", again="no", email="A@Example.ORG")
    assert form.problems == []
    assert form.company.data == "Sava d.o.o."
    assert form.size.data is Size.SMALL
    assert form.cluster.data == 2
    assert form.services.data == ["b", "a"]
    assert form.starts_on.data == date(2027, 3, 27)
    assert form.amount.data == EUR("7000.50")
    assert form.people.data == 12
    assert form.rate.data == Decimal("12.5")
    assert form.again.data is False
    assert form.email.data == "A@example.org"
    assert form.declared.data is True


def test_empty_answers_have_empty_values() -> None:
    with APP.test_request_context(method="POST"):
        form = Application()
        assert not form.validate()
    assert [str(problem.sentence) for problem in form.problems] == [
        "Enter the company name",
        "Describe the problem",
        "Select the size",
        "Enter the start",
        "Enter the amount",
        "Confirm that it is true",
    ]
    assert [problem.target for problem in form.problems][3:5] == ["starts_on-day", "amount"]
    empty = (form.company.data, form.size.data, form.services.data, form.starts_on.data, form.people.data)
    assert empty == ("", None, [], None, None)


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("7000", "7000"),
        ("7 000.50", "7000.50"),
        ("7,000.50", "7000.50"),
        ("7.000,50", "7000.50"),
        ("7000,5", "7000.50"),
        ("€ 7000", "7000"),
        ("EUR 7000", "7000"),
        ("7000 EUR", "7000"),
        ("7\u00a0000", "7000"),
    ],
)
def test_amounts_are_understood(typed: str, value: str) -> None:
    assert filled(amount=typed).amount.data == EUR(value)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("abc", "Enter an amount of money for “Amount”, like 1500 or 1500.50"),
        ("1,23456", "Enter an amount of money for “Amount”, like 1500 or 1500.50"),
        ("1e5", "Enter an amount of money for “Amount”, like 1500 or 1500.50"),
        ("1e999999", "Enter an amount of money for “Amount”, like 1500 or 1500.50"),
        ("NaN", "Enter an amount of money for “Amount”, like 1500 or 1500.50"),
        ("1_000", "Enter an amount of money for “Amount”, like 1500 or 1500.50"),
        ("٣", "Enter an amount of money for “Amount”, like 1500 or 1500.50"),
        ("0", "Enter more than zero for “Amount”"),
        ("-5", "Enter more than zero for “Amount”"),
        ("9" * 20, "Enter a smaller amount for “Amount”"),
        ("9" * 5000, "Enter an amount of money for “Amount”, like 1500 or 1500.50"),
        ("  ", "Enter the amount"),
    ],
)
def test_amounts_that_are_refused_stay_in_the_box(typed: str, sentence: str | None) -> None:
    form = filled(amount=typed)
    if sentence:
        assert [str(error) for error in form.amount.errors] == [sentence]
    assert form.amount.raw == typed.strip()


def test_an_amount_that_may_be_zero_says_so_of_less() -> None:
    assert [str(error) for error in filled(left="-5").left.errors] == ["Enter zero or more for “Left”"]


@pytest.mark.parametrize(
    ("day", "month", "year", "sentence", "target"),
    [
        ("", "", "", "Enter the start", "day"),
        ("", "3", "2027", "Enter the day for “Start”", "day"),
        ("1", "", "2027", "Enter the month for “Start”", "month"),
        ("1", "", "", "Enter the month and the year for “Start”", "month"),
        ("31", "2", "2027", "Enter a real date for “Start”, like 27 3 2027", "day"),
        ("1", "March", "2027", "Enter a real date for “Start”, like 27 3 2027", "month"),
        ("1", "3", "27", "Enter a year of four figures for “Start”, like 2027", "year"),
        ("1", "3", "0001", "Enter a year between 1900 and 2199 for “Start”", "year"),
        ("²", "3", "2027", "Enter a real date for “Start”, like 27 3 2027", "day"),
        ("9" * 9999, "3", "2027", "Enter a real date for “Start”, like 27 3 2027", "day"),
    ],
)
def test_dates_that_are_refused(day: str, month: str, year: str, sentence: str, target: str) -> None:
    form = filled(**{"starts_on-day": day, "starts_on-month": month, "starts_on-year": year})
    assert [str(error) for error in form.starts_on.errors] == [sentence]
    assert form.starts_on.target_id == f"starts_on-{target}"


def test_dates_may_lack_parts_or_come_whole() -> None:
    with APP.test_request_context():
        assert Application(formdata=MultiDict({"starts_on": "2027-03-27"})).starts_on.data == date(2027, 3, 27)
        assert Application(formdata=MultiDict({"starts_on-day": "27"})).starts_on.data is None
        broken = Application(formdata=MultiDict({"starts_on": "soon"}))
        assert not broken.starts_on.validate(broken)


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("company", "x" * 21, "Enter at most 20 characters for “Company name”"),
        ("problem", "x" * 51, "Enter at most 50 characters for “The problem”"),
        ("size", "huge", "Select the size"),
        ("cluster", "3", "Select one of the answers on the page"),
        ("cluster", "x", "Select one of the answers on the page"),
        ("services", "z", "Select one of the answers on the page"),
        ("again", "maybe", "Select one of the answers on the page"),
        ("people", "1.5", "Enter a whole number for “People”"),
        ("people", "many", "Enter a number for “People”, like 12"),
        ("people", "-1", "Enter 0 or more for “People”"),
        ("people", "250", "Enter 249 or less for “People”"),
        ("rate", "1.2345", "Enter a number with at most 2 decimals for “Rate”"),
        ("rate", "1.234", "“Rate”: Write the number without a separator for thousands, such as 1200."),
        ("people", "1,234", "“People”: Write the number without a separator for thousands, such as 1200."),
        ("people", "12,5", "Enter a whole number for “People”"),
        ("amount", "299.000", "“Amount”: Write the amount without a separator for thousands, such as 7000 or 7000.00."),
        ("email", "me@here", "Enter an email address in the correct format, like name@example.com"),
        ("declared", "no", "Confirm that it is true"),
    ],
)
def test_other_answers_that_are_refused(name: str, typed: str, sentence: str) -> None:
    assert errors_of(name, **{name: typed}) == [sentence]


def test_line_ends_count_once() -> None:
    assert errors_of("problem", problem="x\r\n" * 25) == []


@pytest.mark.parametrize(
    ("text", "line", "lines"),
    [
        ("a\0b", "ab", "ab"),
        (" a \r\n b ", "a b", "a \n b"),
        ("e\u0301", "é", "é"),
        ("a\u202eb\ufeff", "ab", "ab"),
        ("a\ud800b\ufffe", "ab", "ab"),
        ("Kovač 👩‍🔬 Ω", "Kovač 👩‍🔬 Ω", "Kovač 👩‍🔬 Ω"),
    ],
)
def test_text_is_cleaned(text: str, line: str, lines: str) -> None:
    assert (clean_line(text), clean_text(text)) == (line, lines)


def test_values_of_the_program_fill_the_boxes() -> None:
    values = {
        "amount": Money(700_000),
        "starts_on": date(2027, 3, 27),
        "size": Size.MEDIUM,
        "again": True,
        "cluster": 2,
    }
    with APP.test_request_context():
        form = Application(**values)
    assert (form.amount.raw, form.starts_on.parts["month"], form.again.chosen) == ("7000", "3", ["yes"])
    assert [option.checked for option in form.size.options] == [False, True]
    assert [option.checked for option in form.cluster.options] == [False, True]


@pytest.mark.parametrize("language", languages.LANGUAGES)
@pytest.mark.parametrize("cents", [1, 5, 100, 123_456, 700_000, 123_456_789])
def test_what_a_box_shows_is_read_back_as_the_same_amount(app, language: str, cents: int) -> None:
    values = {"amount": Money(cents, "CHF"), "rate": Decimal(cents) / 100}
    with app.test_request_context(), force_locale(language):
        shown = Application(currency="CHF", **values)
        posted = {"amount": shown.amount.raw, "rate": shown.rate.raw}
        read = Application(formdata=MultiDict(posted), currency="CHF")
    assert (read.amount.data, read.rate.data) == (values["amount"], values["rate"])
    assert ("." in shown.amount.raw) == (language == "en" and cents % 100 != 0)


def test_boxes_have_the_currency_of_their_form() -> None:
    with APP.test_request_context():
        form = Application(formdata=MultiDict({**GOOD, "amount": "PLN 7"}), currency="PLN")
        refused = Application(formdata=MultiDict({**GOOD, "amount": "€7"}), currency="PLN")
    assert (form.amount.data, form.amount.prefix) == (Money(700, "PLN"), "PLN")
    assert not refused.validate()
    assert refused.amount.errors
    assert filled().amount.prefix == "€"


def test_a_refusal_stands_beside_its_field_or_on_top() -> None:
    form = filled()
    form.refuse(RuleBroken("Too much for this call.", field="amount"))
    form.refuse(RuleBroken("The call is closed."))
    form.refuse(RuleBroken("No such field.", field="nowhere"))
    assert [(problem.target, problem.sentence) for problem in form.problems] == [
        (None, "The call is closed."),
        (None, "No such field."),
        ("amount", "Too much for this call."),
    ]
    assert form.errors


def test_autosaved_words_have_the_shape_of_a_form() -> None:
    posted = formdata_from_json({"a": "x", "b": ["1", "2"], "c": True, "d": None, "e": {"f": 1}, "g": 3})
    assert dict(posted.lists()) == {"a": ["x"], "b": ["1", "2"], "c": ["yes"], "g": ["3"]}
    assert not formdata_from_json([1, 2])
    assert not formdata_from_json("text")


NAMES = [*GOOD, "cluster", "services", "starts_on", "people", "rate", "email", "password", "again", "files", "version"]
ANYTHING = st.one_of(
    st.text(),
    st.sampled_from(["", "\0", "9" * 5000, "-", "1e9999", "²", "NaN", "\ud800", "2027-02-30", "yes", "small", "1"]),
    st.builds(lambda name: FileStorage(BytesIO(b"x"), filename=name), st.text()),
)
PAGE = """{%- from "components/form.html" import form_page_errors, fields, open_form, submit -%}
{{ form_page_errors(form) }}{% call open_form(form, autosave_url='/save', version=3) %}
{{ fields(form) }}{{ submit('Save', 'Later') }}{% endcall %}"""


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(NAMES), ANYTHING), max_size=30))
def test_nothing_that_is_posted_makes_it_fail(posted: list[tuple[str, object]]) -> None:
    with APP.test_request_context():
        form = Application(formdata=MultiDict(posted))
        form.validate()
        html = render_template_string(PAGE, form=form)
    assert "\0" not in html
    for name in ("company", "problem", "email", "version"):
        assert "\0" not in form[name].data if form[name].data else True
    html.encode("utf-8")


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=400), st.sampled_from(["application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
)
def test_no_body_makes_it_fail(body: bytes, content_type: str) -> None:
    with APP.test_request_context(method="POST", data=body, content_type=content_type):
        Application().validate()
    with APP.test_request_context(method="POST", data=body, content_type="application/json"):
        assert not Application().validate()


def test_the_drawn_form_ties_hint_and_error_to_the_box() -> None:
    with APP.test_request_context():
        form = Application(formdata=MultiDict({"company": "<b>" * 9, "starts_on-day": "1", "password": "secret"}))
        form.validate()
        html = render_template_string(PAGE, form=form)
    assert 'aria-describedby="company-hint company-error"' in html
    assert 'value="&lt;b&gt;&lt;b&gt;' in html
    assert '<a href="#starts_on-month">Enter the month and the year for “Start”</a>' in html
    assert 'enctype="multipart/form-data"' in html
    assert 'data-maxlength="50"' in html
    assert "secret" not in html
    assert "<b>" not in html
    assert " style=" not in html
    ids = [part.split('"')[0] for part in html.split(' id="')[1:]]
    assert len(ids) == len(set(ids))


def test_a_page_without_its_token_says_so_on_top() -> None:
    with GUARDED.test_request_context(method="POST", data={**GOOD}):
        form = Application()
        assert not form.validate()
    assert [problem.target for problem in form.problems] == [None]


LAYOUT = """{% extends layout %}{% from "components/form.html" import button_form %}{% block title %}T{% endblock %}
{% block back %}{{ '<a href="/b">Back</a>' | safe if with_back }}{% endblock %}
{% block content %}<h1>T</h1>{{ button_form('/go', 'Go', 'warning', {'n': '<1>'}) }}{% endblock %}"""


@pytest.mark.parametrize(("layout", "body"), [("calm", "app-calm"), ("desk", "app-desk")])
def test_layouts(layout: str, body: str) -> None:
    with GUARDED.test_request_context():
        html = render_template_string(LAYOUT, layout=f"layout/{layout}.html", demo_mode=True, with_back=True)
    assert f'class="govuk-template__body {body}"' in html
    assert "<title>T – Innovation Voucher Office</title>" in html
    assert 'aria-current="true"' in html
    assert "Ana Kovač" in html
    assert "This is a demonstration" in html
    assert '<nav aria-label="Back"><a href="/b">Back</a></nav>' in html
    assert html.count("<script") == html.count('nonce="n0nce"') == 3
    assert 'value="&lt;1&gt;"' in html


def test_a_page_with_errors_says_so_in_its_title() -> None:
    with APP.test_request_context(method="POST"):
        form = Application()
        form.validate()
        html = render_template_string(LAYOUT, layout="layout/calm.html", form=form)
    assert "<title>Error: T" in html


def test_the_error_page_asks_for_nothing_when_bare() -> None:
    source = "{% extends 'layout/error.html' %}"
    with APP.test_request_context():
        html = render_template_string(source, title="It broke", sentence="Ours.", error_id="a1", bare=True)
    assert "Ana Kovač" not in html
    assert "a1" in html


def test_drawing_a_form_is_quick() -> None:
    """Under 3 ms for ten fields; the bound here is generous for busy machines."""
    with APP.test_request_context():
        template = APP.jinja_env.from_string(PAGE)
        form = Application(formdata=MultiDict({}))
        form.validate()
        template.render(form=form)
        started = perf_counter()
        for _round in range(50):
            template.render(form=form)
    assert (perf_counter() - started) / 50 < 0.02
