"""The quota of an envelope: the ranking, its cut and the confirmation know it, not only the award."""

import re

import pytest

from tests.builders.evaluation import a_decision, a_manager, an_evaluated_application
from tests.builders.programmes import IN2_FILE, a_programme, during_call
from tests.builders.users import signed_in
from vouchers.core.errors import RuleBroken
from vouchers.core.money import Money
from vouchers.decisions.rules.awards import ensure_quota_left
from vouchers.decisions.rules.ranking import Entry, places
from vouchers.programmes.rules.plan import CutPolicy

AT = during_call()
BETTER = {"novelty": "5", "benefit": "5", "partnership": "5"}


def entry(key, score):
    return Entry(key, (score,), Money(1000))


@pytest.mark.parametrize("policy", list(CutPolicy))
@pytest.mark.parametrize(
    ("scores", "slots", "standings"),
    [
        ((9, 8, 7), 2, ["within", "within", "beyond"]),
        ((9, 8, 7), 0, ["beyond", "beyond", "beyond"]),
        ((9, 8, 8), 2, ["within", "tied", "tied"]),
        ((8, 8, 7), 2, ["within", "within", "beyond"]),
        ((9, 9), 0, ["beyond", "beyond"]),
        ((9, 8, 7), None, ["within", "within", "within"]),
    ],
)
def test_the_cut_respects_the_quota_under_every_policy(policy, scores, slots, standings):
    found = places([entry(key, score) for key, score in enumerate(scores)], Money(100_000), policy, slots)
    assert [place.standing.value for place in found] == standings


def test_the_quota_used_up_is_said_in_the_right_number():
    for granted, said in ((1, "granted 1 voucher from"), (2, "granted 2 vouchers from")):
        with pytest.raises(RuleBroken, match=said):
            ensure_quota_left(granted, granted, "Wallonia")


def test_ranking_and_confirmation_know_the_quota(app, client, clock):
    clock.stop(AT)
    text = IN2_FILE.read_text(encoding="utf-8")
    a_programme(text.replace("{region: BE-WAL, amount: 100000}", "{region: BE-WAL, amount: 100000, quota: 1}"))
    best, second = an_evaluated_application(marks=BETTER), an_evaluated_application()
    desk = signed_in(client, a_manager())
    address = f"/decisions/calls/{best.call_id}"
    page = " ".join(re.sub(r"<[^>]+>", " ", desk.get(f"{address}?region=BE-WAL").text).split())
    assert "and 1 voucher of the quota" in page
    assert page.index(best.reference) < page.index("The quota ends here.") < page.index(second.reference)

    picked = {"action": "award", "picked": [best.id, second.id]}
    assert desk.post(f"{address}/confirm?region=BE-WAL", data=picked).status_code == 303
    told = "The quota allows 1 more voucher here; you selected 2 applications."
    assert told in desk.get(f"{address}?region=BE-WAL").text
    one = desk.post(f"{address}/confirm?region=BE-WAL", data={"action": "award", "picked": [best.id]})
    assert one.status_code == 200
    a_decision(best, "award")
    assert "and 0 vouchers of the quota" in desk.get(f"{address}?region=BE-WAL").text
