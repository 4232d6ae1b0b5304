"""What a call that can be read still lacks before the public may see it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from vouchers.core.text import say as _
from vouchers.programmes.rules.call_blocks import list_unasked
from vouchers.programmes.rules.doubts import list_doubts
from vouchers.programmes.rules.oddities import regions_of_one_account
from vouchers.programmes.rules.outline import key_of
from vouchers.programmes.rules.plan import Call, ProgrammePlan
from vouchers.programmes.rules.unclear import list_unclear
from vouchers.schemes.rules.partners import REGIONS
from vouchers.schemes.rules.places import Plain
from vouchers.schemes.rules.plain_words import STATE_THE_SUM, Names, say_names, say_unclear
from vouchers.schemes.rules.reading import Gap, list_unasked_gaps

_HERE = ("call",)
_RESTS_ON = {"opens": "time_zone", "closes": "time_zone"}
"""Settings that mean nothing while another one cannot be read."""
_COUNTED_AS_READ = frozenset({"envelopes", "form", "totals"})
"""Lists whose sound items tell already what the others will not bring."""


def list_needs(
    plan: ProgrammePlan, call: Call, block: Plain, *, names: Names, at: datetime, is_correction: bool
) -> Iterator[Gap]:
    """What the public needs of a call; `block` is the call as it was typed."""
    if call.closes_at <= at:
        yield Gap(_HERE, "closes", _("The call would be closed before anybody saw it: its last moment is past."))
    if not is_correction and call.opens_at < at:
        yield Gap(_HERE, "opens", _("The call opens in the past. Choose a moment that is still to come."))
    yield from _without_money(call, names)
    if not call.envelopes and not block.get("totals"):
        yield Gap(_HERE, "totals", STATE_THE_SUM)
    if not call.form.sections:
        offered = [item for item in plan.instruments if item.code in call.instruments]
        unasked = ((question, item.code) for item, question in list_unasked(call, offered))
        yield from list_unasked_gaps(unasked, names)
    yield from _untranslated(plan, call)


def list_notes(plan: ProgrammePlan, call: Call, parts: Collection[str]) -> Iterator[Gap]:
    """What may be meant, but should be looked at once more: it stops no publication. `parts` are those of the draft."""
    for question, rule in list_unclear(plan, call):
        yield Gap(_HERE, "form", say_unclear(question, rule))
    for said in list_doubts(call.draw) if call.draw is not None else ():
        yield Gap(_HERE, "draw", said)
    for sharing in regions_of_one_account(plan) if REGIONS[0] in parts else ():
        names = ", ".join(region.name.for_reader() for region in sharing)
        yield Gap(
            REGIONS,
            "regions",
            _(
                "These regions pay from the same bank account: %(regions)s. Check that no IBAN was copied.",
                regions=names,
            ),
        )


def only_readable(gaps: Iterator[Gap], unreadable: frozenset[str], *, is_strict: bool) -> Iterator[Gap]:
    """Leave out what would be said of a stand-in: of settings that could not be read, or rest on such ones."""
    for gap in gaps:
        counts_as_read = gap.key in _COUNTED_AS_READ and not is_strict
        if counts_as_read or not unreadable & {gap.key, _RESTS_ON.get(gap.key, gap.key)}:
            yield gap


def _without_money(call: Call, names: Names) -> Iterator[Gap]:
    """One line for all regions without money, and one for all instruments."""
    regions = [code for code in call.regions if not any(one.region == code for one in call.envelopes)]
    if len(regions) == 1:
        yield Gap(_HERE, "envelopes", _("%(region)s has no money in this call.", region=say_names(regions, names)))
    elif regions:
        sentence = _("These regions have no money in this call: %(regions)s.", regions=say_names(regions, names))
        yield Gap(_HERE, "envelopes", sentence)
    paid = {envelope.instrument for envelope in call.envelopes}
    unpaid = [code for code in call.instruments if None not in paid and code not in paid]
    if unpaid:
        sentence = _("No region has money for %(instrument)s.", instrument=say_names(unpaid, names))
        yield Gap(_HERE, "envelopes", sentence)


def _untranslated(plan: ProgrammePlan, call: Call) -> Iterator[Gap]:
    key = key_of("programme", "languages")
    languages = dict(key.choices) if key else {}
    for name, text in (("title", call.title), ("summary", call.summary)):
        missing = [str(languages.get(one, one)) for one in plan.languages if one not in dict(text.versions)]
        if missing and len(text.versions) > 1:
            yield Gap(_HERE, name, _("The text is missing in: %(languages)s.", languages=", ".join(missing)))
