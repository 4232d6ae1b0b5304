"""The public page of a draw at each of its steps, its files, and the forms of those who hold it."""

import json
import subprocess
import sys
from datetime import timedelta

from tests.builders.draws import NUMBERS, drawn
from tests.builders.evaluation import a_manager, an_eligible_application
from tests.builders.users import a_member_of_staff, signed_in
from tests.draws.test_actions import AFTER, LATER, NAMED, a_lottery
from vouchers.applications.queries.files import get_application
from vouchers.decisions.actions.deciding import award_decision
from vouchers.decisions.actions.drawing import freeze_pool
from vouchers.decisions.queries.entries import get_contest_of
from vouchers.draws.queries import get_draw
from vouchers.draws.views import SCRIPT
from vouchers.users.states import Role

ANNOUNCED = {
    "source": "Lotto", "source_url": "https://lotto.example", "numbers": "6 of 45", "held_at-day": "3",
    "held_at-month": "4", "held_at-year": "2027", "held_at-time": "20:00", "hash": "sha256", "has_secret": "yes",
}  # fmt: skip


def a_frozen_draw(settings="", count=2):
    a_lottery(settings)
    found = [an_eligible_application("MG") for _ in range(count)]
    return get_draw(freeze_pool(get_contest_of(found[0]), by=a_manager(), at=AFTER).id), found


def test_a_draw_from_the_freezing_to_the_verified_result(app, client, clock, tmp_path):
    clock.stop(AFTER)
    draw, found = a_frozen_draw()
    page, visitor = f"/draws/{draw.id}", app.test_client()
    desk = signed_in(client, a_manager())

    assert "Next, a public source is named" in visitor.get(page).text
    assert desk.post(f"{page}/announce", data=ANNOUNCED | {"held_at-time": "late"}).status_code == 422
    past = desk.post(f"{page}/announce", data=ANNOUNCED | {"held_at-day": "1"})
    assert (past.status_code, "may be known already" in past.text, "https://lotto.example" in past.text) == (
        422,
        True,
        True,
    )
    assert "address that begins with https" in desk.post(f"{page}/announce", data=ANNOUNCED | {"source_url": "x"}).text
    assert desk.post(f"{page}/announce", data=ANNOUNCED).status_code == 303
    shown = visitor.get(page).text
    assert "3 April 2027, 20:00 (Brussels time)" in shown
    assert get_draw(draw.id).commitment in shown
    assert "shown when the draw is run" in shown
    assert "This step cannot be done yet" in desk.get(f"{page}/run", follow_redirects=True).text
    early = desk.post(f"{page}/enter-numbers", data={"numbers": NUMBERS})
    assert (early.status_code, "Enter its numbers after that" in early.text, NUMBERS in early.text) == (422, True, True)

    clock.stop(LATER)
    desk = signed_in(client, a_manager())
    assert page in desk.get("/decisions/").text
    wrong = desk.post(f"{page}/enter-numbers", data={"numbers": "4 8 15"})
    assert (wrong.status_code, "you entered 3" in wrong.text) == (422, True)
    assert desk.post(f"{page}/enter-numbers", data={"numbers": "4 8 15 16 23 41"}).status_code == 303
    assert "Say what had gone wrong" in desk.post(f"{page}/correct-numbers", data={"numbers": NUMBERS}).text
    corrected = {"numbers": NUMBERS, "reason": "41 for 42."}
    assert desk.post(f"{page}/correct-numbers", data=corrected).status_code == 303
    assert "/correct-numbers" not in desk.get(page).text
    assert "Confirm that you have compared" in desk.post(f"{page}/run").text
    assert desk.post(f"{page}/run", data={"compared": "yes"}).status_code == 303

    shown, draw = visitor.get(page).text, get_draw(draw.id)
    for words in ("4 8 15 16 23 41", NUMBERS, "41 for 42.", draw.secret, draw.keystring, draw.sha256, *draw.result):
        assert words in shown
    for one in found:
        assert one.organisation.name not in shown
    (tmp_path / "draw.json").write_bytes(visitor.get(f"{page}/draw.json").data)
    (tmp_path / "verify.py").write_bytes(visitor.get("/draws/verify_draw.py").data)
    done = subprocess.run(
        [sys.executable, "-I", "-S", "verify.py", "draw.json", "--numbers", NUMBERS, "--sha256", draw.sha256],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert (done.returncode, "RIGHT. 2 drawn." in done.stdout) == (0, True), done.stdout


def test_the_file_of_a_draw_that_is_not_run_tells_no_secret(app, client, clock):
    clock.stop(AFTER)
    draw, _found = a_frozen_draw(NAMED)
    told = json.loads(client.get(f"/draws/{draw.id}/draw.json").data)
    assert (told["secret"], told["result"], told["steps"]) == (None, None, [])
    assert told["commitment"] == draw.commitment
    assert draw.sealed_secret not in client.get(f"/draws/{draw.id}").text


def test_every_draw_is_found_from_the_call_and_the_list(app, client, clock):
    clock.stop(AFTER)
    call = "/calls/in2lifesciences/2026-1"
    a_lottery(NAMED)
    an_eligible_application("MG")
    before = client.get(call).text
    assert "Lotto" in before
    assert "The lot is drawn after 3 April 2027" in before
    draw, _found = a_frozen_draw(NAMED)
    assert f"/draws/{draw.id}" in client.get(call).text
    assert f"/draws/{draw.id}" in client.get("/draws/?region=BE-WAL&state=announced").text
    assert f"/draws/{draw.id}" not in client.get("/draws/?state=drawn").text
    drawn(draw, by=a_manager(), at=AFTER, second=None) if not draw.call.plan.has_two_persons else None
    assert client.get("/draws/4711").status_code == 404


def test_the_list_of_draws_asks_a_constant_number_of_questions(app, client, clock):
    from tests.builders.counting import queries_of

    clock.stop(AFTER + timedelta(days=3))
    draw, _found = a_frozen_draw()
    drawn(draw, by=a_manager(), at=AFTER)
    client.get("/draws/")
    assert queries_of(lambda: client.get("/draws/")) <= 6


def test_a_run_that_was_set_aside_stays_on_the_page_and_in_the_file(app, client, clock, tmp_path):
    clock.stop(LATER)
    draw, _found = a_frozen_draw(count=3)
    page, manager, visitor = f"/draws/{draw.id}", a_manager(), app.test_client()
    drawn(draw, by=manager, at=AFTER)
    first = get_draw(draw.id).first_keystring or get_draw(draw.id).keystring
    desk = signed_in(client, manager)
    proposed = {"numbers": "1 2 3 4 5 6", "reason": "Misread."}
    assert desk.post(f"{page}/propose-correction", data=proposed).status_code == 303
    assert "a correction is proposed" in visitor.get(page).text
    own = desk.get(page).text
    assert ("/confirm-correction" in own, "/refuse-correction" in own) == (False, True)
    assert desk.post(f"{page}/confirm-correction", data={"compared": "yes"}).status_code == 403

    second = a_member_of_staff(Role.COORDINATOR, at=LATER, name="Cora Second")
    desk = signed_in(app.test_client(), second)
    assert desk.post(f"{page}/confirm-correction", data={"compared": "yes"}).status_code == 303
    assert desk.post(f"{page}/run", data={"compared": "yes"}).status_code == 303
    shown = visitor.get(page).text
    for words in (first, "Misread.", "after the result and the secret were known"):
        assert words in shown
    assert ("Cora Second" in shown, "Cora Second" in desk.get(page).text) == (False, True)

    file = visitor.get(f"{page}/draw.json").data
    told = json.loads(file)
    assert told["set_aside"]["secret_was_known"]
    done = verified(tmp_path, told)
    assert (done.returncode, "Misread." in done.stdout, "set aside" in done.stdout) == (0, True, True), done.stdout
    told["set_aside"]["result"].reverse()
    assert "In the run that was set aside: The result is wrong" in verified(tmp_path, told).stdout


def verified(tmp_path, told):
    (tmp_path / "draw.json").write_text(json.dumps(told), encoding="utf-8")
    command = [sys.executable, "-I", "-S", str(SCRIPT), "draw.json"]
    return subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60, encoding="utf-8"
    )


def test_no_other_numbers_are_offered_once_somebody_is_decided(client, clock):
    draw, found = a_frozen_draw()
    manager = a_manager()
    drawn(draw, by=manager, at=AFTER)
    clock.stop(LATER)
    desk, way = signed_in(client, manager), f"/draws/{draw.id}/propose-correction"
    assert way in desk.get(f"/draws/{draw.id}").text
    first = next(one for one in found if one.reference == get_draw(draw.id).result[0])
    award_decision(get_application(first.id), None, by=manager, at=LATER)
    assert way not in desk.get(f"/draws/{draw.id}").text
