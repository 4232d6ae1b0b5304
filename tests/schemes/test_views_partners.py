"""A coordinator writes the regions and the fund lines of the programme on the pages of a draft."""

from __future__ import annotations

from tests.builders.schemes import a_copied_draft, block_data
from vouchers.schemes import queries


def test_a_region_is_added_and_offered_to_the_money_of_the_call(desk):
    own = f"/schemes/drafts/{a_copied_draft(desk)}"
    page = desk.get(own).text
    assert 'value="regions"' in page
    assert 'value="fund_lines"' in page
    listed = desk.post(f"{own}/parts", data={"part": "regions"}).location
    assert listed == f"{own}/edit/regions"
    page = desk.get(listed).text
    assert '<h1 class="govuk-heading-l">Regions</h1>' in page
    assert ">Wallonia</a>" in page

    added = desk.post(listed, data=block_data(page) | {"then": ["add:regions/regions"]}).location
    assert added == f"{own}/edit/regions/regions/9"
    page = desk.get(added).text
    assert '<option value="IT">Italy</option>' in page
    typed = {"code": ["IT-LOM"], "name__en": ["Lombardy"], "country": ["IT"], "time_zone": ["Europe/Rome"]}
    answer = desk.post(added, data=block_data(page) | typed)
    page = desk.get(answer.location).text
    assert "Open this part and fill it in." in page
    account = f"{added}/bank_account"
    desk.post(account, data=block_data(desk.get(account).text) | {"holder": ["Lombardia"], "iban": ["IT00"]})
    assert 'id="iban-error"' in desk.get(account).text

    money = desk.get(f"{own}/edit/call/envelopes/1").text
    assert '<option value="IT-LOM">Lombardy (IT-LOM)</option>' in money
    assert 'name="shares__ERDF"' in money
    assert 'name="regions__IT-LOM"' in desk.get(f"{own}/edit/call/totals").text


def test_what_a_published_call_stands_on_is_not_removed(desk):
    draft_id = a_copied_draft(desk)
    own = f"/schemes/drafts/{draft_id}"
    for part, said in (("regions", "was published with this"), ("fund_lines", "was voted on these fund lines")):
        listed = desk.post(f"{own}/parts", data={"part": part}).location
        answer = desk.post(listed, data=block_data(desk.get(listed).text) | {"then": [f"remove:{part}/{part}/1"]})
        assert answer.location == listed
        assert said in desk.get(listed).text
        assert desk.post(f"{own}/remove/{part}/{part}/1", data={"version": ["9"]}).status_code == 422

    assert len(queries.get_draft(draft_id).parts["regions"]["regions"]) == 8


def test_saving_a_region_or_a_fund_line_unchanged_changes_nothing(desk):
    draft_id = a_copied_draft(desk)
    own = f"/schemes/drafts/{draft_id}"
    for part in ("regions", "fund_lines"):
        desk.post(f"{own}/parts", data={"part": part})
    before = queries.get_draft(draft_id).parts
    inner = ("", "/office", "/office/address", "/bank_account")
    for place in (*(f"regions/regions/1{block}" for block in inner), "fund_lines/fund_lines/1"):
        assert desk.post(f"{own}/edit/{place}", data=block_data(desk.get(f"{own}/edit/{place}").text)).location

    assert queries.get_draft(draft_id).parts == before
