"""The public page of a call tells every setting that decides; a new one cannot be forgotten."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.builders.programmes import IN2_FILE, a_programme, during_call, plan_of
from vouchers.core.money import EUR
from vouchers.programmes.rules import announcing, announcing_selection, instrument_plan, plan
from vouchers.programmes.rules.grant_plan import Grant, GrantKind
from vouchers.programmes.rules.instrument_plan import CrossBorder, Party, PerSme, ProviderRule
from vouchers.programmes.rules.selection_plan import Pool, SpentWith

TEMPLATES = Path(__file__).parents[2] / "templates" / "programmes"
DRAWN = "".join((TEMPLATES / name).read_text(encoding="utf-8") for name in ("call.html", "wording.html"))
KINDS = {
    "rules": plan.ProgrammeRules,
    "call": plan.Call,
    "consortium": plan.Consortium,
    "marking": plan.Marking,
    "envelope": plan.Envelope,
    "instrument": instrument_plan.Instrument,
    "grant": Grant,
    "per_sme": PerSme,
}
WITH_ANOTHER = {
    "call.instruments", "instrument.per_sme", "rules.de_minimis_ceiling", "rules.aid_declaration",
    "rules.state_aid_in", "rules.vouchers_within_months", "rules.appeal_within_days",
    "consortium.least", "consortium.most", "consortium.confirm_by_days",
    "grant.kind", "grant.cap", "grant.rate", "envelope.shares", "envelope.has_own_shares",
}  # fmt: skip
"""What another setting's teller says, or (sums, shares of funds, the mean of marks) the numbers themselves."""
UNSAID = {
    "call.code", "call.grace_minutes", "call.time_zone", "call.form", "instrument.code", "marking.is_blind",
    "marking.comment_min", "marking.comment_max", "marking.unsubmit_hours", "marking.fee",
    "instrument.experts_per_application", "instrument.claim",
    "instrument.agreement_parties", "instrument.claim_documents",
    "rules.amendments_signed", "rules.amendments_by_committee", "rules.hearing_days",
    "rules.keep_selection_years", "rules.keep_drafts_months",
    "rules.recovery_within_days", "rules.recovery_interest", "rules.recovery_interest_basis",
}  # fmt: skip
"""What no applicant decides by: codes, the grace that no page announces, and what the agreement says later."""


def settings() -> list[str]:
    return [f"{kind}.{field.name}" for kind, of in KINDS.items() for field in fields(of)]


def test_every_setting_is_told_drawn_or_left_out_on_purpose() -> None:
    told = {*announcing.WHO, *announcing.PAID, *announcing_selection.DECIDED, *WITH_ANOTHER, *UNSAID}
    assert told <= set(settings())
    drawn = set(re.findall(r"[.']([a-z_]+)", DRAWN))
    forgotten = [one for one in settings() if one not in told and one.partition(".")[2] not in drawn]
    assert forgotten == []


BASE = plan_of(IN2_FILE.read_text(encoding="utf-8"))
CALL = next(one for one in BASE.calls if one.code == "2026-1")
INSTRUMENT = BASE.instruments[0]


@pytest.mark.parametrize(
    ("rules", "call", "said"),
    [
        ({"excluded_sectors": ("01", "10.1")}, {}, "(NACE codes): 01, 10.1."),
        ({"vouchers_per_sme": 1}, {}, "can have 1 voucher of this programme in all."),
        ({"vouchers_per_sme": 2, "vouchers_within_months": 24}, {}, "in the last 24 months counts"),
        ({}, {"has_signatory": True}, "Only the person who may sign for your organisation submits"),
        ({}, {"consortium": plan.Consortium(1, 2, 2)}, "You apply with 1 to 2 partners."),
        ({}, {"spent_with": SpentWith(Pool.PROVIDERS)}, "only with providers admitted to the pool of IN2LifeSciences"),
        ({}, {"spent_with": SpentWith(Pool.EXPERTS, "other")}, "only with experts admitted to the pool of other"),
        ({}, {"consortium": plan.Consortium(1, 2, 2)}, "Each confirms within 2 days"),
    ],
)
def test_who_may_apply(rules: dict, call: dict, said: str) -> None:
    programme = replace(BASE, rules=replace(BASE.rules, **rules))
    words = " ".join(map(str, announcing.who_may_apply(programme, replace(CALL, **call))))
    assert said in words
    assert said not in " ".join(map(str, announcing.who_may_apply(BASE, CALL)))


def test_no_declaration_of_aid_is_announced_where_no_region_grants_de_minimis() -> None:
    programme = replace(BASE, rules=replace(BASE.rules, state_aid=plan.StateAid.NONE, state_aid_in=()))
    assert "declaration of the aid" in " ".join(map(str, announcing.who_may_apply(BASE, CALL)))
    assert "declaration of the aid" not in " ".join(map(str, announcing.who_may_apply(programme, CALL)))


PER_SME = PerSme(per_call=1, active=2, in_all=3, amount=EUR("9000"), within_months=36)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"per_sme": PER_SME}, "At most 1 voucher of this kind per company in this call."),
        ({"per_sme": PER_SME}, "At most 2 vouchers of this kind per company at the same time."),
        ({"per_sme": PER_SME}, "At most 3 vouchers of this kind per company in all."),
        ({"per_sme": PER_SME}, "At most EUR 9,000.00 of this kind per company in all."),
        ({"per_sme": PER_SME}, "in the last 36 months"),
        ({"grant": Grant(GrantKind.REAL_COST, EUR("9"), Decimal(1), own_work=Decimal("0.2"))}, "at most 20 % of"),
        ({"grant": Grant(GrantKind.REAL_COST, EUR("9"), Decimal(1), min_cost=EUR("100"))}, "at least EUR 100.00"),
        ({"grant": Grant(GrantKind.REAL_COST, EUR("9"), Decimal(1), pays_vat=False)}, "VAT is not paid"),
        ({"cross_border": CrossBorder.OTHER_COUNTRY}, "sits in another country"),
        ({"cross_border": CrossBorder.OTHER_REGION}, "sits in another region"),
        ({"provider": ProviderRule.ACCREDITED}, "that the programme has accredited"),
        ({"provider": ProviderRule.REGISTERED}, "that is registered with the programme"),
        ({"payee": Party.PROVIDER}, "The money goes to the provider."),
    ],
)
def test_what_is_paid(changes: dict, said: str) -> None:
    assert said in " ".join(map(str, announcing.what_is_paid(replace(INSTRUMENT, **changes))))


def test_the_page_tells_the_quota_of_a_region_and_no_threshold_where_nobody_marks(client, clock) -> None:
    clock.stop(during_call())
    text = IN2_FILE.read_text(encoding="utf-8").replace("allocation: ranking", "allocation: lottery")
    a_programme(text.replace("{region: BE-WAL, amount: 100000}", "{region: BE-WAL, amount: 100000, quota: 6}"))
    page = client.get("/calls/in2lifesciences/2026-1").text
    assert "at most 6 vouchers" in page
    assert "reach the thresholds" in page
    unmarked = a_programme((IN2_FILE.parent / "examples/dutch_innovation_vouchers.yaml").read_text(encoding="utf-8"))
    (code,) = [call["id"] for call in client.get(f"/calls.json?programme={unmarked.code}").json["calls"]]
    page = client.get(f"/calls/{code}").text
    assert "A lot is drawn among all who are eligible. Everybody has the same chance." in page
    assert "reach the thresholds" not in page
