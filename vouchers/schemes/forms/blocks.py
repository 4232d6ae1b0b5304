"""The form of one block of a draft, made from its outline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from vouchers.core.choices import ChoicesField, SelectField, YesNoField
from vouchers.core.days import KeptDateField, KeptMomentField, KeptMomentsField
from vouchers.core.fields import HiddenField, LongTextField, Text, TextField
from vouchers.core.forms import BaseForm, Problem
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.core.typed import clean_line
from vouchers.programmes.rules import outline_call, outline_partners, outline_programme, outline_selection  # noqa: F401 - they fill BLOCKS
from vouchers.programmes.rules.outline import BLOCKS, Key, Kind, is_asked, key_of
from vouchers.schemes.rules.plain_words import FILL_IN

Plain = Any
LONGEST = 5_000
_languages = key_of("programme", "languages")
_LANGUAGES = dict(_languages.choices) if _languages else {}


class BlockForm(BaseForm):
    """The keys of one block that take words; made by `block_form`."""

    version = HiddenField()
    of_lists: tuple[Problem, ...] = ()
    """What is wrong with the lists and blocks below this one, each leading to its heading."""

    @property
    def problems(self) -> list[Problem]:
        """Every problem, each with the name of its field."""
        labels = {getattr(field, "target_id", field.id): field.label.text for field in self._fields.values()}
        named = [Problem(one.target, named_problem(labels.get(one.target), one.sentence)) for one in super().problems]
        rows = (row for field in self if isinstance(field, KeptMomentsField) for row in field.rows)
        in_rows = (Problem(row.target_id, named_problem(row.label.text, one)) for row in rows for one in row.errors)
        return [*named, *in_rows, *self.of_lists]


def named_problem(label: Text | None, sentence: Text) -> Text:
    """A problem as the error summary tells it, away from its field."""
    if label is None or str(label) in str(sentence):
        return sentence
    if sentence == FILL_IN:
        return _("Fill in “%(label)s”.", label=label)
    return _("%(label)s: %(problem)s", label=label, problem=sentence)


class SaidTextField(TextField):
    """One line that people will read: a blank at which no line may break, as before a French “?”, stays one."""

    def clean(self, posted: str) -> str:
        parts = re.split("([\u00a0\u202f])", posted[:10_000])
        return "".join(part if number % 2 else clean_line(part) for number, part in enumerate(parts)).strip()


_ONE_FIELD = {Kind.DAY: KeptDateField, Kind.MOMENT: KeptMomentField, Kind.FLAG: YesNoField}
_ONE_OF_THESE = {Kind.LINE: SelectField, Kind.LINES: ChoicesField}
"""What is typed is chosen instead wherever it is known what may stand there."""
SCALARS = frozenset(Kind) - {Kind.BLOCK, Kind.BLOCKS}


def block_form(
    kind: str, block: Plain, *, languages: Sequence[str], offered: dict[str, list[tuple[str, str]]], version: int
) -> BlockForm:
    """A form with a field for each key of the block that is not a block itself, filled with what stands there."""
    fields: dict[str, Any] = {}
    for key in BLOCKS[kind]:
        if key.kind in SCALARS and is_asked(key, block):
            kept = block.get(key.name) if isinstance(block, dict) else None
            fields.update(_fields_of(key, languages, _choices_of(key, offered, kept)))
    made: type[BlockForm] = type("BlockFormOf" + kind.title(), (BlockForm,), fields)
    form: BlockForm = made(data={"version": str(version), **_data_of(kind, block, languages, offered)})
    return form


def read_block(form: BlockForm, kind: str, block: Plain, languages: Sequence[str]) -> dict[str, Plain]:
    """What was typed, as the plain values of the block's keys."""
    values: dict[str, Plain] = {}
    for key in BLOCKS[kind]:
        if key.kind in SCALARS and is_asked(key, block):
            typed = _typed(form, key, languages)
            kept = block.get(key.name) if isinstance(block, dict) else None
            values[key.name] = _in_kept_order(typed, kept) if key.kind is Kind.WORDS else typed
    return values


def _in_kept_order(chosen: list[str], kept: Plain) -> list[str]:
    """Boxes to tick have no order, yet of languages the first one counts: what was there stays where it was."""
    before = [one for one in kept if one in chosen] if isinstance(kept, list) else []
    return [*before, *(one for one in chosen if one not in before)]


def _choices_of(key: Key, offered: dict[str, list[tuple[str, str]]], kept: Plain) -> list[tuple[str, Any]]:
    """What may be chosen; what stands there stays to be seen, also where it is none of these any more."""
    choices: list[tuple[str, Any]] = [*(offered.get(key.offered, []) if key.offered else key.choices)]
    if isinstance(kept, str) and kept in key.same:
        choices = [(kept if code == key.same[kept] else code, label) for code, label in choices]
    if key.kind in (Kind.WORD, Kind.WORDS, Kind.AMOUNTS):
        for one in kept if isinstance(kept, (list, dict)) else [kept]:
            if isinstance(one, str) and one not in ("", "all", *(code for code, _label in choices)):
                choices.append((one, one))
    return choices


def _fields_of(key: Key, languages: Sequence[str], choices: list[tuple[str, Any]]) -> dict[str, Any]:
    if key.kind in (Kind.TEXT, Kind.LONG_TEXT):
        return {f"{key.name}__{language}": _text_field(key, language, languages) for language in languages}
    if choices and key.kind in _ONE_OF_THESE:
        return {key.name: _ONE_OF_THESE[key.kind](key.label, choices=choices)}
    if key.kind in _ONE_FIELD:
        return {key.name: _ONE_FIELD[key.kind](key.label, hint=key.hint)}
    if key.kind is Kind.MOMENTS:
        return {key.name: KeptMomentsField(key.label, hint=key.hint, row_label=_round)}
    if key.kind is Kind.WORD:
        return {key.name: SelectField(key.label, hint=key.hint, choices=choices)}
    if key.kind is Kind.WORDS:
        return {key.name: ChoicesField(key.label, hint=key.hint, choices=choices)}
    if key.kind is Kind.AMOUNTS:
        boxes = ((code, _("%(label)s: %(problem)s", label=key.label, problem=name)) for code, name in choices)
        hints = chain([key.hint], repeat(None))
        return {
            f"{key.name}__{code}": TextField(label, hint=hint, max_length=500, width=10)
            for (code, label), hint in zip(boxes, hints, strict=False)
        }
    if key.kind is Kind.LINES:
        return {key.name: LongTextField(key.label, hint=key.hint, rows=4, max_length=LONGEST)}
    return {key.name: TextField(key.label, hint=key.hint, max_length=500)}


def _round(number: int) -> Sentence:
    return _("Round %(number)s", number=number)


def _text_field(key: Key, language: str, languages: Sequence[str]) -> Any:
    label: Sentence = key.label
    if len(languages) > 1:
        label = _("%(label)s (%(language)s)", label=key.label, language=_LANGUAGES.get(language, language))
    hint = key.hint if language == languages[0] else None
    if key.kind is Kind.LONG_TEXT:
        return LongTextField(label, hint=hint, max_length=LONGEST, rows=4)
    return SaidTextField(label, hint=hint, max_length=500)


def _data_of(
    kind: str, block: Plain, languages: Sequence[str], offered: dict[str, list[tuple[str, str]]]
) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key in BLOCKS[kind]:
        value = block.get(key.name) if isinstance(block, dict) else None
        if key.kind in (Kind.TEXT, Kind.LONG_TEXT):
            versions = value if isinstance(value, dict) else {languages[0]: value}
            data |= {f"{key.name}__{language}": versions.get(language) or "" for language in languages}
        elif key.kind is Kind.FLAG:
            data[key.name] = None if value is None else value in ("yes", "true")
        elif key.kind is Kind.WORDS:
            every = [code for code, _label in (offered.get(key.offered, []) if key.offered else key.choices)]
            data[key.name] = every if value == "all" else value if isinstance(value, list) else []
        elif key.kind is Kind.AMOUNTS:
            lines = value if isinstance(value, dict) else {}
            data |= {f"{key.name}__{code}": amount or "" for code, amount in lines.items()}
        elif (key.kind is Kind.LINES and offered.get(key.offered)) or key.kind is Kind.MOMENTS:
            data[key.name] = value if isinstance(value, list) else [value] if value else []
        elif key.kind is Kind.LINES:
            data[key.name] = "\n".join(str(one) for one in value) if isinstance(value, list) else value or ""
        elif key.kind in SCALARS:
            data[key.name] = value if isinstance(value, str) else ""
    return data


def _typed(form: BlockForm, key: Key, languages: Sequence[str]) -> Plain:
    if key.kind in (Kind.TEXT, Kind.LONG_TEXT):
        versions = {language: form[f"{key.name}__{language}"].raw for language in languages}
        given = {language: text for language, text in versions.items() if text}
        return given.get(languages[0]) if set(given) <= {languages[0]} else given
    if key.kind is Kind.AMOUNTS:
        begins = f"{key.name}__"
        boxes = {name: field for name, field in form._fields.items() if name.startswith(begins)}
        return {name.removeprefix(begins): field.raw for name, field in boxes.items() if field.raw}
    field = form[key.name]
    if key.kind in (Kind.DAY, Kind.MOMENT, Kind.MOMENTS):
        return field.typed or None
    if key.kind is Kind.FLAG:
        return None if field.data is None else "yes" if field.data else "no"
    if isinstance(field, ChoicesField):
        return list(field.chosen)
    if key.kind is Kind.LINES:
        return [line.strip() for line in field.raw.splitlines() if line.strip()]
    return field.raw or None
