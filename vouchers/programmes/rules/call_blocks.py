"""Calls, as blocks of the file: the window, what is offered, how it is marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from vouchers.core.clock import day_in
from vouchers.core.text import say as _
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.declared import Declared
from vouchers.programmes.rules.envelope_blocks import ensure_totals, read_envelopes
from vouchers.programmes.rules.faults import not_known
from vouchers.programmes.rules.form_blocks import read_form
from vouchers.programmes.rules.form_plan import Form
from vouchers.programmes.rules.instrument_plan import CrossBorder, Evaluator, Instrument, Party, ProviderRule
from vouchers.programmes.rules.marking_blocks import read_marking
from vouchers.programmes.rules.plan import Allocation, Call, Consortium, CutPolicy
from vouchers.programmes.rules.selection_blocks import (
    ensure_selection_fits,
    read_appeals,
    read_draw,
    read_spent_with,
    read_survey_months,
    read_tie_breaks,
)
from vouchers.programmes.rules.source import Scalar
from vouchers.programmes.rules.voucher_amounts import ensure_vouchers_fit

CALL_CODE = r"[0-9A-Za-z][0-9A-Za-z.-]{0,19}"
MOST_PARTNERS = 20
MOST_GRACE = 120
"""Minutes. More would be another deadline, and a deadline is announced."""


def read_call(block: Block, declared: Declared) -> Call:
    """One call."""
    code = block.code("code", CALL_CODE, "2026-1")
    zone = block.zone("time_zone")
    regions = block.words("regions", declared.region_codes)
    instruments = block.words("instruments", declared.instrument_codes)
    envelopes = read_envelopes(block, declared, regions=regions, instruments=instruments)
    ensure_totals(block, envelopes, regions=regions, instruments=instruments)
    activities = block.block("activities", "activities", required=False)
    marking = read_marking(block.block("marking", "marking")) if block.has("marking") else None
    call = Call(
        code=code,
        title=block.text("title", most=200),
        summary=block.text("summary", most=5000),
        time_zone=zone,
        opens_at=block.moment("opens", zone),
        closes_at=block.moment("closes", zone),
        decision_by=block.day("decision_by"),
        activities_from=activities.day("earliest"),
        activities_until=activities.day("latest"),
        regions=regions,
        instruments=instruments,
        allocation=block.word("allocation", Allocation),
        cut_policy=block.word("cut_policy", CutPolicy, CutPolicy.STRICT_STOP),
        has_reserve_list=block.flag("reserve_list", True),
        marking=marking,
        form=_form(block, declared, code),
        envelopes=envelopes,
        cut_offs=block.moments("cut_offs", zone),
        has_signatory=block.flag("signatory", False),
        consortium=_consortium(block.block("consortium", "consortium")) if block.has("consortium") else None,
        grace_minutes=block.whole("grace_minutes", 0, MOST_GRACE, 0),
        max_applications=block.whole_or_none("max_applications", 1, 1_000_000),
        tie_breaks=read_tie_breaks(block, [one.code for one in marking.criteria] if marking else []),
        draw=read_draw(block.block("draw", "draw"), zone) if block.has("draw") else None,
        appeal=read_appeals(block.block("appeal", "appeal")) if block.has("appeal") else None,
        has_two_persons=block.flag("two_persons", False),
        has_lapsing_conditions=block.flag("conditions_lapse", False),
        survey_months=read_survey_months(block),
        spent_with=read_spent_with(block.block("spent_with", "spent_with")) if block.has("spent_with") else None,
    )
    _ensure_rounds(block, call)
    _ensure_method(block, declared, call)
    _ensure_order_of_dates(block, activities, call)
    _ensure_experts_can_mark(block, declared, call)
    _ensure_form_asks(block, declared, call)
    ensure_vouchers_fit(block, declared, call)
    ensure_selection_fits(block, call, declared.instruments_of(call.instruments))
    return call


def _consortium(block: Block) -> Consortium:
    """How many partners; at least as many at most as at least."""
    found = Consortium(
        least=block.whole("min", 0, MOST_PARTNERS, 1),
        most=block.whole("max", 1, MOST_PARTNERS),
        confirm_by_days=block.whole("confirm_by_days", 1, 60, 7),
    )
    if block.is_sound("min", "max") and found.least > found.most:
        block.fault("max", _("`max` is below `min`: the most partners must not be fewer than the least."))
    return found


def _form(block: Block, declared: Declared, call_code: str) -> Form:
    """A form of the file by its code, or one written inside the call."""
    node = block.entries["form"][1] if block.has("form") else None
    if not isinstance(node, Scalar):
        return read_form(block.block("form", "form"), declared, inline_code=call_code or "form")
    for form in declared.forms:
        if form.code == node.text:
            return form
    block.fault("form", not_known(node.text, [form.code for form in declared.forms]))
    return Form(node.text, ())


def _ensure_order_of_dates(block: Block, activities: Block, call: Call) -> None:
    """A call closes after it opens, decides after it closes, and lets nobody act only before it opens."""
    if block.is_sound("opens", "closes", "time_zone") and call.closes_at <= call.opens_at:
        block.fault("closes", _("The call closes before it opens, or at the same moment."))
    can_compare = block.is_sound("closes", "decision_by", "time_zone")
    if can_compare and call.decision_by and call.decision_by < day_in(call.time_zone, call.closes_at):
        block.fault("decision_by", _("The decision is announced for a day before the call closes."))
    if not activities.is_sound("earliest", "latest"):
        return
    can_start = block.is_sound("opens", "time_zone")
    if call.activities_from and call.activities_until and call.activities_until < call.activities_from:
        activities.fault("latest", _("The last day of activities lies before the first."))
    elif call.activities_until and can_start and call.activities_until < day_in(call.time_zone, call.opens_at):
        activities.fault("latest", _("The last day of activities lies before the call opens."))


def _ensure_rounds(block: Block, call: Call) -> None:
    """Rounds follow one another within the window, and the last one ends with it: nobody applies for no round."""
    if not block.has("cut_offs") or not block.is_sound("cut_offs", "opens", "closes", "time_zone"):
        return
    if call.allocation is Allocation.FIRST_COME:
        block.fault(
            "cut_offs",
            _("A call that gives its money in the order of submission decides at once, so it has no cut-off dates."),
        )
    elif any(later <= earlier for earlier, later in pairwise(call.cut_offs)):
        block.fault("cut_offs", _("The cut-off dates are not in the order of time, or one stands there twice."))
    elif call.cut_offs[0] <= call.opens_at:
        block.fault("cut_offs", _("The first cut-off date lies before the call opens, or at the same moment."))
    elif call.cut_offs[-1] != call.closes_at:
        block.fault("cut_offs", _("The last cut-off date must be the moment at which the call closes."))


def _ensure_method(block: Block, declared: Declared, call: Call) -> None:
    """A method that orders by marks needs marks, and one that draws by lot needs none."""
    if not block.is_sound("allocation", "instruments"):
        return
    offered = declared.instruments_of(call.instruments)
    if call.allocation is Allocation.RANKING_LOTTERY:
        for instrument in offered:
            if instrument.evaluation is not Evaluator.EXPERTS:
                sentence = _(
                    "%(instrument)s is decided without experts, so there are no marks to rank by: choose `ranking`, "
                    "`first_come` or `lottery`, or let experts mark it.",
                    instrument=instrument.code,
                )
                block.fault("allocation", sentence)


def _ensure_experts_can_mark(block: Block, declared: Declared, call: Call) -> None:
    for instrument in declared.instruments_of(call.instruments):
        if instrument.evaluation is Evaluator.EXPERTS and call.marking is None and block.is_sound("marking"):
            sentence = _(
                "Experts judge %(instrument)s, so the call needs the block `marking` with its criteria.",
                instrument=instrument.code,
            )
            block.fault("marking", sentence)


def _ensure_form_asks(block: Block, declared: Declared, call: Call) -> None:
    """Whatever the rules of an instrument will look at must be asked, as a required question."""
    if not call.form.sections:
        return
    for instrument, missing in list_unasked(call, declared.instruments_of(call.instruments)):
        sentence = _(
            'The form must ask "%(question)s" as a required question for %(instrument)s, without a condition.',
            question=missing,
            instrument=instrument.code,
        )
        block.fault("form", sentence)


def list_unasked(call: Call, instruments: Sequence[Instrument]) -> Iterator[tuple[Instrument, str]]:
    """The questions that each instrument needs and the form does not ask of everybody who applies for it."""
    for instrument in instruments:
        asked = {
            item.code
            for section in call.form.sections
            for item in section.questions
            if item.is_required and item.is_asked_for(instrument.code) and not (section.show_if or item.show_if)
        }
        yield from ((instrument, code) for code in _needed(call, instrument) if code not in asked)


def _needed(call: Call, instrument: Instrument) -> dict[str, None]:
    needed = ["title", "requested_amount"]
    if instrument.prior_approval:
        needed.append("activity_start")
    if Party.PROVIDER in instrument.agreement_parties or instrument.payee is Party.PROVIDER:
        needed += ["provider_name", "provider_email"]
    is_limited = call.spent_with is not None and instrument.provider is not ProviderRule.NONE
    if is_limited or instrument.provider in {ProviderRule.REGISTERED, ProviderRule.ACCREDITED}:
        needed.append("provider_name")
    if instrument.cross_border is not CrossBorder.NONE:
        needed.append("provider_region")
    if instrument.grant.min_cost:
        needed.append("external_cost")
    return dict.fromkeys(needed)
