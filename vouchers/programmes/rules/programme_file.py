"""A programme file, read and validated as a whole: a plan, or every fault with its line and reason."""

from __future__ import annotations

from vouchers.programmes.rules.block import Block, Reading
from vouchers.programmes.rules.call_blocks import read_call
from vouchers.programmes.rules.declared import Declared
from vouchers.programmes.rules.faults import Fault, ProgrammeFileFaults
from vouchers.programmes.rules.form_blocks import read_form
from vouchers.programmes.rules.instrument_blocks import read_instrument
from vouchers.programmes.rules.plan import ProgrammePlan
from vouchers.programmes.rules.register_blocks import (
    ensure_rates_are_whole,
    read_currency,
    read_fund_line,
    read_languages,
    read_programme,
    read_region,
)
from vouchers.programmes.rules.source import Mapping, read_source


def read_programme_file(text: str) -> ProgrammePlan:
    """The plan of a programme file.

    Raises:
        ProgrammeFileFaults: with all faults found; nothing of the file may be used then.
    """
    return read_programme_tree(read_source(text))


def read_programme_tree(tree: Mapping) -> ProgrammePlan:
    """The plan of a file's tree, wherever it was written. Raises as `read_programme_file`."""
    plan, faults = examine_programme_tree(tree)
    if faults:
        raise ProgrammeFileFaults(faults)
    return plan


def examine_programme_tree(tree: Mapping) -> tuple[ProgrammePlan, tuple[Fault, ...]]:
    """The plan as far as a tree can be read, and every fault.

    A plan with faults holds stand-ins: it may tell what else is missing, and nothing else may be done with it.
    """
    reading = Reading()
    file = Block(reading, tree, "file", "")
    head = file.block("programme", "programme")
    reading.languages = read_languages(head, default=("en",))
    reading.currency = head.given("currency", read_currency, "EUR", required=False)

    regions = file.parts("regions", "region", read_region)
    fund_lines = file.parts("fund_lines", "fund_line", read_fund_line)
    if file.is_sound_within("fund_lines"):
        ensure_rates_are_whole(file, fund_lines)
    codes = [region.code for region in regions]
    instruments = file.parts("instruments", "instrument", lambda block: read_instrument(block, codes))
    declared = Declared(regions, fund_lines, instruments)
    declared.forms = file.parts("forms", "form", lambda block: read_form(block, declared), required=False)
    calls = file.parts("calls", "call", lambda block: read_call(block, declared), required=False)
    plan = read_programme(head, regions=regions, fund_lines=fund_lines, instruments=instruments, calls=calls)
    return plan, tuple(reading.faults.found)
