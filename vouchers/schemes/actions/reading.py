"""How a draft stands: what it would be, and all that stops its publication."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.actions import list_refused_changes, source_of
from vouchers.programmes.exports import terms_of
from vouchers.programmes.models import Call as PublishedCall
from vouchers.programmes.queries import get_call
from vouchers.programmes.rules.changes import Difference
from vouchers.programmes.rules.plan import Call, ProgrammePlan
from vouchers.programmes.rules.telling import tell
from vouchers.schemes import queries
from vouchers.schemes.actions.partners import list_refused_partners, refusal_of_dropping
from vouchers.schemes.models import SchemeDraft
from vouchers.schemes.rules import places
from vouchers.schemes.rules.keeping import Progress, list_refused_corrections
from vouchers.schemes.rules.needs import list_needs, list_notes, only_readable
from vouchers.schemes.rules.places import Place, Plain, read_place
from vouchers.schemes.rules.reading import DraftReading, Gap, names_in, read_draft
from vouchers.schemes.rules.walking import ROOTS, tidied

_TERMS_OF = {"regions": "rules.state_aid_in", "fund_lines": "fund_lines"}
"""Where what applicants rely on stands of a part that is a list of the programme."""


def read(draft: SchemeDraft, at: datetime) -> DraftReading:
    """The draft as it would be published now, with all that it lacks, whether or not the rest can be read."""
    source = source_of(draft.programme)
    found = read_draft(source, draft.parts, draft.call_code)
    notes: list[Gap] = []
    gaps = [*found.gaps, *_list_overtaken(draft, source)]
    if found.sketch:
        plan, call = found.sketch
        names, block = names_in(found.whole), draft.parts["call"]
        unreadable = frozenset(gap.setting for gap in found.gaps)
        needs = list_needs(plan, call, block, names=names, at=at, is_correction=draft.is_correction)
        gaps += only_readable(needs, unreadable, is_strict=False)
        if draft.is_correction:
            gaps += only_readable(_list_refused(draft, call, names, at), unreadable, is_strict=True)
        notes += only_readable(list_notes(plan, call, draft.parts), unreadable - {"form"}, is_strict=False)
        gaps += list_refused_partners(draft, source, plan)
        gaps += _list_relied_on(draft, plan, {places.part_of(gap.place)[0] for gap in found.gaps})
    return DraftReading(found.whole, found.plan, tuple(gaps), found.elsewhere, found.sketch, tuple(notes))


def _list_overtaken(draft: SchemeDraft, source: Plain) -> Iterator[Gap]:
    """Parts that somebody changed in the programme since: publishing the draft would undo that unseen."""
    for part, base in draft.bases.items():
        kind = ROOTS[part.partition("/")[0]]
        if base is not None and tidied(kind, places.part_in(source, part, draft.call_code)) != base:
            sentence = _(
                "This was changed in the programme after this draft began, so publishing it would undo that. Begin a "
                "new draft from what holds now."
            )
            yield Gap(read_place(part), "", sentence)


def refusal_of_removal(draft: SchemeDraft, place: Place, at: datetime) -> Sentence | None:
    """Why the item at a place must stay: a correction keeps what was published, and what is in use is kept as well."""
    if place[0] in places.LISTS:
        return refusal_of_dropping(draft, place, source_of(draft.programme))
    if not draft.is_correction or place[0] != "call":
        return None
    source, left = source_of(draft.programme), places.without_item(draft.parts["call"], place[1:])
    said: list[list[Sentence]] = []
    for block in (draft.parts["call"], left):
        found = read_draft(source, {**draft.parts, "call": block}, draft.call_code)
        if found.sketch is None:
            return None
        said.append([gap.sentence for gap in _list_kept(draft, found.sketch[1], names_in(found.whole), at)])
    before, after = ({str(sentence) for sentence in sentences} for sentences in said)
    return next((sentence for sentence in said[1] if str(sentence) in after - before), None)


def _list_kept(draft: SchemeDraft, call: Call, names: dict[str, str], at: datetime) -> Iterator[Gap]:
    published = get_call(draft.programme.code, draft.call_code)
    progress = Progress(
        at,
        is_open_or_over=published.opens_at <= at or queries.has_applications(published.id),
        has_submissions=queries.has_submissions(published.id),
        settled_until=queries.find_settled_end(published),
    )
    yield from list_refused_corrections(published.plan, call, names, progress)


def _list_refused(draft: SchemeDraft, call: Call, names: dict[str, str], at: datetime) -> Iterator[Gap]:
    yield from _list_kept(draft, call, names, at)
    if draft.parts == draft.bases:
        yield Gap(("call",), "", _("Nothing is different from what was published."))


def _list_relied_on(draft: SchemeDraft, plan: ProgrammePlan, unreadable: set[str]) -> Iterator[Gap]:
    """Changes to shared parts with which other calls were published: a correction may change what nobody relies on."""
    shared = [part for part, base in draft.bases.items() if base is not None and part not in {"call", *unreadable}]
    if not shared:
        return
    programme, corrected = draft.programme, draft.call_code if draft.is_correction else ""
    refused = list(list_refused_changes(programme, programme.calls, plan, corrected=corrected))
    for part in shared:
        place = read_place(part)
        begins = f"instruments[{place[1]}]" if len(place) > 1 else _TERMS_OF.get(part, "rules")
        touched = {
            call: mine for call, found in refused if (mine := [one for one in found if one.path.startswith(begins)])
        }
        calls = list(touched)
        applied = [call for call in calls if queries.has_applications(call.id)]
        for call in applied:
            sentence = _(
                "People have applied for this in the call “%(call)s”, so it stays as it was published: %(settings)s. "
                "Put the old values back, or choose “Leave it as it is”.",
                call=call.plan.title,
                settings=_names_of(touched[call], call, plan),
            )
            yield Gap(place, "", sentence)
        if calls and not applied:
            titles = ", ".join(f"“{call.plan.title.for_reader()}”" for call in calls)
            sentence = _("This was published with %(calls)s, so it changes only by a correction of that call.",
                         calls=titles)  # fmt: skip
            yield Gap(place, "", sentence)


def _names_of(differences: Sequence[Difference], call: PublishedCall, plan: ProgrammePlan) -> str:
    """The settings that differ, as the pages call them, each once."""
    names = {item.code: item.name for item in plan.instruments}
    told = tell(([one.path, one.before, one.after] for one in differences), terms_of(call), names, call.time_zone)
    return ", ".join(dict.fromkeys(f"“{one.label}”" for one in told))
