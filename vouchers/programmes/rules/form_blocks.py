"""Forms, as blocks of the file: sections with their questions."""

from __future__ import annotations

from dataclasses import replace

from vouchers.core.text import say as _
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.condition_blocks import Depending, ensure_conditions_fit, read_conditions
from vouchers.programmes.rules.declared import Declared
from vouchers.programmes.rules.form_plan import Form, Question, Section
from vouchers.programmes.rules.instrument_blocks import NAME_CODE
from vouchers.programmes.rules.question_blocks import read_question

FORM_CODE = r"[a-z0-9][a-z0-9_-]{0,39}"


def read_form(block: Block, declared: Declared, *, inline_code: str = "") -> Form:
    """A form. One that stands inside a call carries the call's code."""
    code = inline_code or block.code("code", FORM_CODE, "standard")
    if inline_code and block.has("code"):
        block.fault("code", _("A form inside a call needs no code."))
    depending: list[Depending] = []
    sections = block.parts("sections", "section", lambda section: _section(section, declared, depending))
    form = Form(code, sections)
    seen: set[str] = set()
    for question in form.questions:
        if question.code in seen:
            sentence = _('The question "%(code)s" stands in two sections of this form.', code=question.code)
            block.fault("sections", sentence)
        seen.add(question.code)
    ensure_conditions_fit(form, depending, declared.instrument_codes)
    return form


def _section(block: Block, declared: Declared, depending: list[Depending]) -> Section:
    section = Section(
        code=block.code("code", NAME_CODE, "project"),
        title=block.text("title", most=120),
        hint=block.text("hint", required=False, most=2000),
        questions=block.parts("questions", "question", lambda question: _question(question, declared, depending)),
    )
    read = read_conditions(block)
    depending.extend(Depending(where, condition, section.code, is_section=True) for where, condition in read)
    return replace(section, show_if=tuple(condition for _where, condition in read))


def _question(block: Block, declared: Declared, depending: list[Depending]) -> Question:
    question, read = read_question(block, declared), read_conditions(block)
    depending.extend(Depending(where, condition, question.code) for where, condition in read)
    return replace(question, show_if=tuple(condition for _where, condition in read))
