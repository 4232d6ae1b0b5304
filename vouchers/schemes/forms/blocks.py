"""What is asked on the pages of drafts. The form of a block is made from its outline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vouchers.core.choices import ChoicesField, SelectField, YesNoField
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.schemes.rules import outline_call, outline_programme  # noqa: F401 - they fill BLOCKS
from vouchers.schemes.rules.outline import BLOCKS, Key, Kind, is_asked, key_of

Plain = Any
LONGEST = 5_000
_languages = key_of("programme", "languages")
_LANGUAGES = dict(_languages.choices) if _languages else {}


class StartDraftForm(BaseForm):
    """A new call, with or without one to copy."""

    code = TextField(
        _("Short name of the new call"),
        hint=_("Letters, digits, points and dashes, like 2027-1. Applicants see it in their references."),
        missing=_("Enter a short name for the new call"),
        max_length=20,
        width="10",
    )
    copy_of = SelectField(_("Begin with"), placeholder=_("An empty call"))


class CorrectCallForm(BaseForm):
    """Which published call is corrected."""

    corrects = SelectField(_("Which call do you correct?"), missing=_("Choose the call"))


class PublishDraftForm(BaseForm):
    """The last look before a call is public."""

    version = HiddenField()


class PublishCorrectionForm(BaseForm):
    """The last look before a correction is public."""

    version = HiddenField()
    summary = LongTextField(
        _("What changes, and why?"),
        hint=_(
            "Everybody who has an application in this call reads it by email, and everybody on the page of the call."
        ),
        missing=_("Say what changes, and why"),
        max_length=2000,
        rows=5,
    )


class DiscardDraftForm(BaseForm):
    """Giving a draft up."""


class BlockForm(BaseForm):
    """The keys of one block that take words; made by `block_form`."""

    version = HiddenField()


SCALARS = frozenset({Kind.LINE, Kind.TEXT, Kind.LONG_TEXT, Kind.FLAG, Kind.WORD, Kind.WORDS, Kind.AMOUNTS, Kind.LINES})


def block_form(
    kind: str, block: Plain, *, languages: Sequence[str], offered: dict[str, list[tuple[str, str]]], version: int
) -> BlockForm:
    """A form with a field for each key of the block that is not a block itself, filled with what stands there."""
    fields: dict[str, Any] = {}
    for key in BLOCKS[kind]:
        if key.kind in SCALARS and is_asked(key, block):
            fields.update(_fields_of(key, languages, offered))
    made: type[BlockForm] = type("BlockFormOf" + kind.title(), (BlockForm,), fields)
    form: BlockForm = made(data={"version": str(version), **_data_of(kind, block, languages, offered)})
    return form


def read_block(form: BlockForm, kind: str, block: Plain, languages: Sequence[str]) -> dict[str, Plain]:
    """What was typed, as the plain values of the block's keys."""
    values: dict[str, Plain] = {}
    for key in BLOCKS[kind]:
        if key.kind in SCALARS and is_asked(key, block):
            values[key.name] = _typed(form, key, languages)
    return values


def _fields_of(key: Key, languages: Sequence[str], offered: dict[str, list[tuple[str, str]]]) -> dict[str, Any]:
    choices = offered.get(key.offered, []) if key.offered else list(key.choices)
    if key.kind in (Kind.TEXT, Kind.LONG_TEXT):
        return {f"{key.name}__{language}": _text_field(key, language, languages) for language in languages}
    if key.kind is Kind.FLAG:
        return {key.name: YesNoField(key.label, hint=key.hint)}
    if key.kind is Kind.WORD:
        return {key.name: SelectField(key.label, hint=key.hint, choices=choices)}
    if key.kind is Kind.WORDS:
        return {key.name: ChoicesField(key.label, hint=key.hint, choices=choices)}
    if key.kind in (Kind.AMOUNTS, Kind.LINES):
        return {key.name: LongTextField(key.label, hint=key.hint, rows=4, max_length=LONGEST)}
    return {key.name: TextField(key.label, hint=key.hint, max_length=500)}


def _text_field(key: Key, language: str, languages: Sequence[str]) -> Any:
    label: Sentence = key.label
    if len(languages) > 1:
        label = _("%(label)s (%(language)s)", label=key.label, language=_LANGUAGES.get(language, language))
    hint = key.hint if language == languages[0] else None
    if key.kind is Kind.LONG_TEXT:
        return LongTextField(label, hint=hint, max_length=LONGEST, rows=4)
    return TextField(label, hint=hint, max_length=500)


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
            data[key.name] = "\n".join(f"{code}: {amount}" for code, amount in lines.items())
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
    field = form[key.name]
    if key.kind is Kind.FLAG:
        return None if field.data is None else "yes" if field.data else "no"
    if key.kind is Kind.WORDS:
        return list(field.chosen)
    if key.kind is Kind.AMOUNTS:
        pairs = (line.partition(":") for line in field.raw.splitlines() if line.strip())
        return {code.strip(): amount.strip() for code, _colon, amount in pairs}
    if key.kind is Kind.LINES:
        return [line.strip() for line in field.raw.splitlines() if line.strip()]
    return field.raw or None
