"""Questions, columns of tables and options, as blocks of the file."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from vouchers.core.localised import Text
from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.programmes.rules import values
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.composite_answers import MOST_FILES, MOST_ROWS
from vouchers.programmes.rules.declared import Declared
from vouchers.programmes.rules.form_plan import (
    ColumnType,
    FileKind,
    Option,
    Question,
    QuestionType,
    Reader,
    Required,
)
from vouchers.programmes.rules.instrument_blocks import NAME_CODE
from vouchers.programmes.rules.reserved import LISTED, RESERVED
from vouchers.programmes.rules.source import Items, Scalar

Bound = Decimal | Money | date | None
OPTION_CODE = r"[A-Za-z0-9][A-Za-z0-9_.-]{0,39}"
MOST_MEGABYTES = 100
MOST_COLUMNS = 12

LENGTHS = {
    QuestionType.TEXT: (200, 1000),
    QuestionType.LONG_TEXT: (3000, 50_000),
}
"""Longest answer in characters: when the file says nothing, and at most."""
FIXED_LENGTHS = {QuestionType.EMAIL: 254, QuestionType.URL: 2000}
BOUNDED = frozenset({QuestionType.NUMBER, QuestionType.MONEY, QuestionType.DATE})
CHOOSING = frozenset({QuestionType.CHOICE, QuestionType.CHOICES})
COUNTED = {QuestionType.TABLE: MOST_ROWS, QuestionType.FILE: MOST_FILES, QuestionType.CHOICES: 200}
"""Types whose `min` and `max` count rows, files or picks, with the greatest count."""


def read_question(block: Block, declared: Declared) -> Question:
    """One question, without its conditions."""
    type_ = block.word("type", QuestionType)
    question = replace(
        _asked(block, type_, declared),
        hint=block.text("hint", required=False, most=2000),
        instruments=block.words("instruments", declared.instrument_codes, required=False),
        show_to_experts=block.flag("show_to_experts", True),
        is_required_at_once=block.is_sound("required") and _required(block) is Required.DRAFT,
        visible_to=_readers(block),
        is_blind=block.flag("blind", False),
        columns=_columns(block, type_, declared),
        kinds=_kinds(block, type_),
        max_megabytes=_max_megabytes(block, type_),
    )
    _ensure_fixed_meaning(block, question)
    return question


def _asked(block: Block, type_: QuestionType, declared: Declared) -> Question:
    """What a question and a column have in common."""
    minimum, maximum = _bounds(block, type_)
    least, most = _counts(block, type_)
    return Question(
        code=block.code("code", NAME_CODE, "project_description"),
        type=type_,
        label=block.text("label", most=500),
        hint=Text(()),
        is_required=_required(block) is not Required.NO,
        max_length=_max_length(block, type_),
        minimum=minimum,
        maximum=maximum,
        decimals=_decimals(block, type_),
        currency=block.reading.currency if type_ is QuestionType.MONEY else "",
        options=_options(block, type_, declared),
        instruments=(),
        show_to_experts=True,
        least=least,
        most=most,
    )


def _required(block: Block) -> Required:
    """``yes`` is the same as ``submission``."""

    def read(text: str) -> Required:
        word = text.strip().lower()
        if word in values.FLAGS:
            return Required.SUBMISSION if values.FLAGS[word] else Required.NO
        return values.read_one_of(text, Required)

    return block.given("required", read, Required.SUBMISSION) if block.has("required") else Required.SUBMISSION


def _readers(block: Block) -> tuple[Reader, ...]:
    if not block.has("visible_to"):
        return ()
    words = block.words("visible_to", [reader.value for reader in Reader])
    is_barred = block.is_sound("show_to_experts") and not block.flag("show_to_experts", True)
    if Reader.EXPERT in words and is_barred:
        block.fault("visible_to", _('"show_to_experts: no" says the opposite. Leave one of the two out.'))
    return tuple(Reader(word) for word in words)


def _ensure_fixed_meaning(block: Block, question: Question) -> None:
    allowed = RESERVED.get(question.code, (question.type,))
    if question.type not in allowed and block.is_sound("type"):
        sentence = _(
            'The question "%(code)s" has a fixed meaning and must be of type "%(type)s".',
            code=question.code,
            type=allowed[0],
        )
        block.fault("type", sentence)
    if question.code in LISTED:
        for key, is_set in (("visible_to", bool(question.visible_to)), ("blind", question.is_blind)):
            if is_set:
                sentence = _(
                    'The answer to "%(code)s" stands in the lists of applications, so everybody who reads an '
                    "application sees it.",
                    code=question.code,
                )
                block.fault(key, sentence)


# The settings of single types ----------------------------------------------------------------------------------------


def _columns(block: Block, type_: QuestionType, declared: Declared) -> tuple[Question, ...]:
    if type_ is not QuestionType.TABLE:
        _refuse(block, "columns", type_)
        return ()
    columns = block.parts("columns", "column", lambda column: _column(column, declared))
    if len(columns) > MOST_COLUMNS:
        block.fault("columns", _("A table has at most %(most)s columns.", most=MOST_COLUMNS))
    return columns


def _column(block: Block, declared: Declared) -> Question:
    type_ = block.word("type", ColumnType)
    return _asked(block, QuestionType(type_.value), declared)


def _kinds(block: Block, type_: QuestionType) -> tuple[FileKind, ...]:
    if type_ is not QuestionType.FILE:
        _refuse(block, "kinds", type_)
        return ()
    words = block.words("kinds", [kind.value for kind in FileKind], required=False)
    return tuple(FileKind(word) for word in words)


def _max_megabytes(block: Block, type_: QuestionType) -> int:
    if type_ is not QuestionType.FILE:
        _refuse(block, "max_megabytes", type_)
        return 0
    return block.whole("max_megabytes", 1, MOST_MEGABYTES, 0) if block.has("max_megabytes") else 0


def _max_length(block: Block, type_: QuestionType) -> int:
    if not block.is_sound("type"):
        return 0
    if type_ in LENGTHS:
        usual, most = LENGTHS[type_]
        return block.whole("max_length", 1, most, usual)
    _refuse(block, "max_length", type_)
    return FIXED_LENGTHS.get(type_, 0)


def _decimals(block: Block, type_: QuestionType) -> int:
    if type_ is QuestionType.NUMBER:
        return block.whole("decimals", 0, 6, 0)
    _refuse(block, "decimals", type_)
    return 0


def _counts(block: Block, type_: QuestionType) -> tuple[int, int]:
    """`min` and `max` as counts of rows, files or picks; 0 where nothing is said."""
    if type_ not in COUNTED:
        return 0, 0
    least = block.whole("min", 1, COUNTED[type_], 0) if block.has("min") else 0
    most = block.whole("max", 1, COUNTED[type_], 0) if block.has("max") else 0
    if least and most and most < least and block.is_sound("min", "max"):
        block.fault("max", _('"max" lies below "min".'))
    return least, most


def _bounds(block: Block, type_: QuestionType) -> tuple[Bound, Bound]:
    """`min` and `max` in the kind of the question: a number, an amount or a day."""
    if type_ not in BOUNDED:
        if type_ not in COUNTED:
            _refuse(block, "min", type_)
            _refuse(block, "max", type_)
        return None, None
    low, high = _bound(block, "min", type_), _bound(block, "max", type_)
    is_comparable = low is not None and high is not None and block.is_sound("min", "max")
    if is_comparable and _place(low) > _place(high):
        block.fault("max", _('"max" lies below "min".'))
    return low, high


def _bound(block: Block, key: str, type_: QuestionType) -> Bound:
    if not block.has(key):
        return None
    if type_ is QuestionType.MONEY:
        return block.amount(key)
    if type_ is QuestionType.DATE:
        return block.day(key)
    return block.given(key, values.read_decimal, Decimal(0))


def _place(bound: Bound) -> Decimal:
    """Where a bound lies on its own scale."""
    if isinstance(bound, Money):
        return Decimal(bound.cents)
    return Decimal(bound.toordinal()) if isinstance(bound, date) else bound or Decimal(0)


def _options(block: Block, type_: QuestionType, declared: Declared) -> tuple[Option, ...]:
    """The choices; ``options: regions`` offers the programme's regions."""
    if type_ not in CHOOSING:
        _refuse(block, "options", type_)
        return ()
    node = block.entries["options"][1] if block.has("options") else None
    if isinstance(node, Scalar) and node.text == "regions":
        return tuple(Option(region.code, region.name) for region in declared.regions)
    if isinstance(node, Items) and not node.nodes:
        block.fault("options", _("A list to choose from needs at least two options."))
        return ()
    options = block.parts("options", "option", _option)
    if type_ is QuestionType.CHOICES and block.has("min") and block.is_sound("min", "options"):
        least = block.whole("min", 1, COUNTED[type_], 0)
        if least > len(options):
            block.fault("min", _("There are only %(count)s options to choose from.", count=len(options)))
    return options


def _option(block: Block) -> Option:
    return Option(block.code("code", OPTION_CODE, "other"), block.text("label", most=300))


def _refuse(block: Block, key: str, type_: QuestionType) -> None:
    if block.has(key) and block.is_sound("type"):
        sentence = _('A question of type "%(type)s" has no "%(key)s".', type=type_, key=key)
        block.fault(key, sentence)
