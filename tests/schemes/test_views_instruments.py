"""A coordinator adds an instrument on the pages of a draft."""

from __future__ import annotations

from tests.builders.schemes import a_copied_draft


def test_an_instrument_is_added_and_offered(desk):
    own = f"/schemes/drafts/{a_copied_draft(desk)}"
    assert f'href="{own}/instrument"' in desk.get(own).text
    assert '<option value="MG">' in desk.get(f"{own}/instrument").text
    assert desk.post(f"{own}/instrument", data={"code": "MG", "copy_of": ""}).status_code == 422

    added = desk.post(f"{own}/instrument", data={"code": "MG-27", "copy_of": "MG"}).location

    assert added == f"{own}/edit/instruments/new-1"
    assert 'value="MG-27"' in desk.get(added).text
    assert 'value="MG-27"' in desk.get(f"{own}/edit/call").text
    page = desk.get(own).text
    assert page.count("(new)") == 1
    assert f'href="{added}"' in page
    desk.post(f"{own}/parts", data={"part": "instruments/new-1", "verb": "drop"})
    assert "(new)" not in desk.get(own).text
