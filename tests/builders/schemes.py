"""Drafts of calls, as a coordinator writes them."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape

from tests.builders.kept import kept
from tests.builders.programmes import during_call
from vouchers.schemes import actions, queries
from vouchers.schemes.models import SchemeDraft
from vouchers.users.models import User

DAYS = {"opens": "2027-02-01 09:00", "closes": "2027-04-30 17:00", "decision_by": "2027-06-30"}


@kept
def a_scheme_draft(
    coordinator: User, *, code: str = "2027-9", corrects: str = "", days: bool = False, at: datetime | None = None
) -> SchemeDraft:
    """A copy of IN2LifeSciences 2026-1 without its days (or with other ones), or a later decision for it."""
    at = at or during_call()
    programme = queries.get_programme("in2lifesciences")
    copy_of = "" if corrects else "2026-1"
    draft = actions.start_draft(programme, code=code, copy_of=copy_of, corrects=corrects, by=coordinator, at=at)
    if days or corrects:
        draft, values = queries.get_draft(draft.id), DAYS if days else {"decision_by": DAYS["decision_by"]}
        actions.save_keys(draft, ("call",), values, version=draft.version, by=coordinator, at=at)
    return queries.get_draft(draft.id)


def a_copied_draft(desk) -> int:
    """A copy of IN2LifeSciences 2026-1, begun in the browser."""
    answer = desk.post("/schemes/in2lifesciences/start", data={"code": "2027-9", "copy_of": "2026-1"})
    assert answer.status_code == 303
    return int(answer.location.rsplit("/", 1)[1])


def block_data(page: str) -> dict[str, list[str]]:
    """The boxes of the block's form as they stand."""
    form = page[page.index('class="app-form"') :]
    form = form[: form.index("</form>")]
    data: dict[str, list[str]] = {}
    for box in re.findall(r"<input [^>]*>", form):
        name, value = re.search(r'name="([^"]+)"', box), re.search(r'value="([^"]*)"', box)
        is_choice = 'type="radio"' in box or 'type="checkbox"' in box
        if name and (not is_choice or " checked" in box):
            data.setdefault(name[1], []).append(unescape(value[1]) if value else "")
    for name, text in re.findall(r'<textarea [^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', form, re.S):
        data[name] = [unescape(text)]
    for name, options in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        data[name] = [chosen[1] if chosen else ""]
    return data
