"""Loading programme files into the register: all or nothing, twice is once, nothing silently."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from tests.builders.programmes import (
    LOADED_AT,
    a_programme,
    a_programme_from_before,
    in2,
    plan_of,
    programme_text,
    source_of,
    with_claim_terms,
)
from tests.builders.users import an_applicant
from vouchers.audit.models import AuditEvent
from vouchers.core.database import db, unit_of_work
from vouchers.core.errors import NotPermitted, RuleBroken
from vouchers.core.localised import Text
from vouchers.core.money import EUR
from vouchers.ledger import proof
from vouchers.ledger import queries as ledger
from vouchers.ledger.models import Fund, Journal
from vouchers.organisations.models import Organisation
from vouchers.programmes import actions, queries
from vouchers.programmes.models import Call, Instrument, Programme
from vouchers.programmes.rules.plan import call_terms_digest
from vouchers.regions.models import Region
from vouchers.workflow.transition import OFFICE

LATER = LOADED_AT + timedelta(days=1)


def counts() -> dict[str, int]:
    kinds = (AuditEvent, Journal, Programme, Region, Call, Instrument, Fund)
    return {kind.__name__: len(db.session.execute(select(kind.__table__)).all()) for kind in kinds}


def load(text: str) -> list[str]:
    changes = actions.load_programme(plan_of(text), by=OFFICE, at=LATER)
    return [f"{change.verb} {change.kind} {change.code}" for change in changes]


def an_application_in(call: Call, instrument: Instrument, region: Region) -> None:
    """A bare row: how an application comes to be is the business of a floor above."""
    user_id, call_id, instrument_id, region_id = an_applicant(at=LOADED_AT).id, call.id, instrument.id, region.id
    details: dict[str, Any] = dict.fromkeys(
        ("vat_number", "register_number", "street", "building", "post_code", "town", "website"), ""
    )
    with unit_of_work():
        organisation = Organisation(
            name="SME", country="FR", region_id=region_id, created_at=LOADED_AT, state="active", version=1, **details
        )
        db.session.add(organisation)
        db.session.flush()
        application = db.metadata.tables["application"]
        row = {
            "state": "draft", "version": 1, "reference": "S-2027-0001", "call_id": call_id,
            "instrument_id": instrument_id, "region_id": region_id, "organisation_id": organisation.id,
            "started_by_id": user_id, "started_at": LOADED_AT, "title": "", "currency": "EUR",
        }  # fmt: skip
        db.session.execute(insert(application).values(row))


def test_load_in2lifesciences(app):
    loaded = in2()

    assert len(db.session.scalars(select(Region)).all()) == 8
    assert [call.code for call in queries.list_calls()] == ["2025-2", "2026-1", "2027-1"]
    assert loaded.call().plan.instruments == ("MG", "INS", "COL")
    assert loaded.instrument("COL").plan.grant.cap == EUR("7000")
    assert loaded.programme.plan.rules.pay_within_days == 80
    assert loaded.programme.plan.calls == ()
    assert "regions" not in loaded.programme.config


def test_load_posts_each_envelope_on_its_fund_lines(app):
    loaded = in2()

    assert ledger.stages(programme="in2lifesciences", region="BE-WAL")["B110"] == 100_000_00
    assert ledger.stages(programme="in2lifesciences")["B100"] == 800_000_00
    envelope = loaded.envelope("UK-SCT")
    assert [(part.fund.line, part.amount) for part in envelope.funds] == [
        ("ERDF", EUR("60000")),
        ("REGION", EUR("40000")),
    ]
    assert envelope.funds[0].fund.code == "in2lifesciences/2026-1/UK-SCT/*/ERDF"
    assert list(proof.list_faults()) == []


def test_load_splits_odd_amounts_to_the_cent(app):
    loaded = a_programme()

    for region, instrument, amount in (("FR-ARA", "*", 33_333_33), ("NO-OSL", "H2C", 20_000_00)):
        envelope = loaded.envelope(region, "2027-A", instrument)
        assert sum(part.amount_cents for part in envelope.funds) == envelope.amount_cents == amount
        assert ledger.stages(programme="small", region=region)["B110"] == amount
        assert ledger.stages(programme="small", region=region, instrument=instrument)["B100"] == amount


def test_load_twice_changes_nothing(app):
    in2()
    before = counts()

    assert actions.load_programme(in2_plan(), by=OFFICE, at=LATER) == []
    assert counts() == before


def in2_plan() -> Any:
    from tests.builders.programmes import IN2_FILE

    return plan_of(IN2_FILE.read_text(encoding="utf-8"))


def test_load_with_other_comments_changes_nothing(app):
    a_programme()

    assert load("# a comment\n" + programme_text()) == []


BY_CORRECTION = actions.Correction("2027-A", "A mistake is mended")


def correct(text: str) -> list[str]:
    changes = actions.load_programme(plan_of(text), correction=BY_CORRECTION, by=OFFICE, at=LATER)
    return [f"{change.verb} {change.kind} {change.code}" for change in changes]


def test_correction_of_a_call(app):
    loaded = a_programme()

    assert correct(programme_text(closes="2027-03-12 17:00")) == ["changed programme small", "changed call 2027-A"]
    assert loaded.call("2027-A").closes_at.isoformat() == "2027-03-12T16:00:00+00:00"
    assert loaded.call("2027-A").plan.closes_at == loaded.call("2027-A").closes_at
    assert db.session.scalars(select(AuditEvent.tag).order_by(AuditEvent.id.desc())).first() == "call.correct"


def test_correction_of_an_instrument_is_kept_by_its_calls(app):
    loaded = a_programme()

    assert correct(programme_text(cap="5000")) == ["changed programme small", "changed instrument H2C"]
    plan = plan_of(programme_text(cap="5000"))
    assert loaded.call("2027-A").digest == call_terms_digest(plan, plan.calls[0])
    assert loaded.instrument("H2C").plan.grant.cap == EUR("5000")


def another_call(text: str) -> str:
    """The file with a second call that is the first one under another name."""
    first = text[text.index("  - code: 2027-A") :]
    return text + first.replace("2027-A", "2028-A").replace("closes: 2027-03-10", "closes: 2027-03-11")


def test_a_new_call_beside_a_published_one(app):
    loaded = a_programme()
    before = loaded.call("2027-A").version

    assert "added call 2028-A" in load(another_call(programme_text()))
    assert loaded.call("2027-A").version == before


def test_correction_of_one_call_changes_another_only_in_what_they_share_and_nobody_relies_on(app):
    loaded = a_programme(another_call(programme_text()))
    with pytest.raises(RuleBroken, match=r"calls\[2028-A\]\.closes_at"):
        correct(another_call(programme_text()).replace("closes: 2027-03-11", "closes: 2027-03-12"))

    assert correct(another_call(programme_text(cap="5000"))) == ["changed programme small", "changed instrument H2C"]
    an_application_in(loaded.call("2028-A"), loaded.instrument("H2C"), loaded.region("FR-ARA"))
    with pytest.raises(RuleBroken, match=r"calls \(2028-A\)"):
        correct(another_call(programme_text(cap="6000")))


def test_the_name_of_a_form_that_is_written_out_is_no_difference(app):
    loaded = a_programme()
    text = programme_text()
    form = text[text.index("    form:\n") : text.index("    envelopes:")]
    named = text.replace(form, "    form: asked\n")
    named += "forms:\n  - code: asked\n" + form.partition("\n")[2].replace("      sections", "    sections")

    assert load(named) == ["changed programme small"]
    assert loaded.call("2027-A").plan.form.code == "2027-A"


def test_change_of_a_region(app):
    loaded = a_programme()

    assert load(programme_text().replace("name: Oslo\n", "name: Oslo region\n")) == [
        "changed region NO-OSL", "changed programme small",
    ]  # fmt: skip
    assert loaded.region("NO-OSL").name == Text((("en", "Oslo region"),))


@pytest.mark.parametrize("has_application", [False, True])
@pytest.mark.parametrize(
    ("replaced", "line"),
    [
        (
            {"closes": "2027-03-12 17:00"},
            "calls[2027-A].closes_at: 2027-03-10T16:00:00+00:00 -> 2027-03-12T16:00:00+00:00",
        ),
        ({"cap": "5000"}, "instruments[H2C].grant.cap: EUR 4,000.10 -> EUR 5,000.00"),
        ({"total_threshold": "6"}, "calls[2027-A].marking.total_threshold: 5 -> 6"),
        ({"allocation": "ranking"}, "calls[2027-A].allocation: first_come -> ranking"),
        ({"title": "Project", "summary": "More words."}, "calls[2027-A].summary: The first call. -> More words."),
    ],
)  # fmt: skip
def test_change_of_a_published_call_is_refused(app, replaced, line, has_application):
    loaded = a_programme()
    if has_application:
        an_application_in(loaded.call("2027-A"), loaded.instrument("H2C"), loaded.region("FR-ARA"))
    before = counts()

    with pytest.raises(RuleBroken) as refusal:
        load(programme_text(**replaced).replace("name: Oslo\n", "name: Oslo region\n"))

    assert "Published calls (2027-A) change only by a correction" in str(refusal.value)
    assert line in str(refusal.value).splitlines()
    assert counts() == before
    assert loaded.region("NO-OSL").name == Text((("en", "Oslo"),))
    assert load(programme_text()) == []


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("funder: The region", "funder: The region\n  rules: {appeal_within_days: 14}",
         "rules.appeal_within_days: 30 -> 14"),
        ("label: Provider}", "label: Your provider}",
         "calls[2027-A].form.sections[project].questions[provider_name].label"),
        ("summary: The first call.", "summary: {en: The first call., fr: Premier}", "calls[2027-A].summary"),
        ("label: Title}", "label: {en: Title, fr: Titre}}",
         "calls[2027-A].form.sections[project].questions[title].label"),
        ("code: ERDF, name: ERDF", "code: ERDF, name: European fund", "fund_lines[ERDF].name"),
        ("country: NO\n    time_zone", "country: SE\n    time_zone", "regions[NO-OSL].country: NO -> SE"),
        ("33333.33", "33333.43", "calls[2027-A].envelopes[FR-ARA].amount: EUR 33,333.33 -> EUR 33,333.43"),
    ],
)  # fmt: skip
def test_change_of_what_a_published_call_stands_on_is_refused(app, old, new, line):
    a_programme()
    before = counts()

    with pytest.raises(RuleBroken) as refusal:
        load(
            programme_text()
            .replace(old, new)
            .replace("all: 53333.33", "all: 53333.43" if "43" in new else "all: 53333.33")
        )

    assert any(told.startswith(line) for told in str(refusal.value).splitlines())
    assert counts() == before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("name: Oslo\n", "name: Oslo region\n"),
        ("title: {en: A small scheme", "title: {en: Our small scheme"),
        ("contact: {name: Office", "contact: {name: The office"),
    ],
)
def test_what_no_call_stands_on_may_be_loaded(app, old, new):
    loaded = a_programme()
    an_application_in(loaded.call("2027-A"), loaded.instrument("H2C"), loaded.region("FR-ARA"))
    before = loaded.call("2027-A").version

    assert "changed programme small" in load(programme_text().replace(old, new))
    assert loaded.call("2027-A").version == before


def test_what_held_when_it_was_loaded_is_kept(app):
    loaded = a_programme_from_before()
    an_application_in(loaded.call("2027-A"), loaded.instrument("H2C"), loaded.region("FR-ARA"))

    plan, source = plan_of(programme_text()), source_of(programme_text())
    assert actions.load_programme(plan, source=source, by=OFFICE, at=LATER) == []
    assert loaded.programme.plan.rules.aid_declaration is False
    changed = programme_text().replace("name: Oslo\n", "name: Oslo region\n")
    with pytest.raises(RuleBroken, match=r"rules\.aid_declaration: False -> True"):
        load(changed)
    assert load(changed.replace("regions:\n", "  rules: {aid_declaration: no}\nregions:\n", 1))
    assert loaded.programme.plan.rules.aid_declaration is False


def test_an_office_keeps_the_shipped_file_that_it_has_loaded(app):
    """What a newer one asks for besides, here the journeys of Meet & Greet, comes by a correction alone."""
    from tests.builders.programmes import IN2_FILE

    newer = IN2_FILE.read_text(encoding="utf-8")
    earlier = newer.replace("        journeys: yes\n", "")
    loaded = a_programme(earlier)
    before = counts()

    assert load(earlier) == []
    told = r"instruments\[MG\]\.cost_categories\[travel\]\.has_journeys: False -> True"
    with pytest.raises(RuleBroken, match=told):
        load(newer)
    assert counts() == before
    correction = actions.Correction("2026-1", "The travel says which journeys it paid")
    assert actions.load_programme(plan_of(newer), correction=correction, by=OFFICE, at=LATER)
    assert loaded.instrument("MG").plan.cost_categories[0].has_journeys


def test_an_office_is_told_each_thing_that_a_newer_shipped_file_asks_of_claims(app):
    """The office that goes on with the earlier file reads what Insight and Collaboration ask for besides."""
    from tests.builders.programmes import IN2_FILE

    newer = IN2_FILE.read_text(encoding="utf-8")
    earlier = with_claim_terms(with_claim_terms(newer, "COL", ""), "INS", "      sample: {min_costs: 10, part: 30 %}\n")
    loaded = a_programme(earlier)
    assert load(earlier) == []
    with pytest.raises(RuleBroken) as refused:
        load(newer)
    told = str(refused.value).splitlines()
    for line in (
        "instruments[INS].claim.report: (none) -> learned, next",
        "instruments[INS].claim.satisfaction: (none) -> partner, office",
        "instruments[INS].claim.signed_by: (none) -> sme",
        "instruments[COL].claim.report: (none) -> result, next",
        "instruments[COL].claim.satisfaction: (none) -> partner, office",
        "instruments[COL].claim.signed_by: (none) -> sme, provider",
    ):
        assert line in told
    assert loaded.instrument("COL").plan.claim.signed_by == ()
    correction = actions.Correction("2026-1", "The report is signed by both")
    assert actions.load_programme(plan_of(newer), correction=correction, by=OFFICE, at=LATER)
    assert [str(party) for party in loaded.instrument("COL").plan.claim.signed_by] == ["sme", "provider"]
    assert load(newer) == []


def larger(text: str) -> str:
    """Ten cents more for FR-ARA."""
    return text.replace("33333.33", "33333.43").replace("53333.33", "53333.43")


def test_increase_of_an_envelope_by_a_correction_is_voted(app):
    loaded = a_programme()

    assert correct(larger(programme_text()))[-1] == "changed envelope 2027-A/FR-ARA/*"
    envelope = loaded.envelope("FR-ARA", "2027-A")
    assert envelope.amount == EUR("33333.43")
    assert sum(part.amount_cents for part in envelope.funds) == 33_333_43
    assert ledger.stages(programme="small", region="FR-ARA")["B110"] == 33_333_43
    assert list(proof.list_faults()) == []


def test_an_envelope_never_shrinks(app):
    a_programme(larger(programme_text()))
    before = counts()

    with pytest.raises(RuleBroken, match=r"2027-A/FR-ARA/\* would shrink from EUR 33,333.43 to EUR 33,333.33"):
        correct(programme_text())
    assert counts() == before


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("33.5 %", "40 %", None),
        ("kind: own", "kind: reimbursed", "stay as they were published"),
        ("code: 2027-A", "code: 2027-B", "leaves out call 2027-A"),
        ("H2C", "H2D", "leaves out instrument H2C"),
        ("instrument: H2C, amount: 20000", "amount: 20000", r"envelopes\[NO-OSL/H2C\]: NO-OSL -> \(none\)"),
    ],
)  # fmt: skip
def test_what_was_published_is_kept(app, old, new, reason):
    a_programme()
    before = counts()
    text = programme_text().replace(old, new)
    if reason is None:
        text, reason = text.replace("66.5 %", "60 %"), "stay as they were published"
    text = text.replace(", instruments: {H2C: 20000}", "") if "envelopes" in reason else text

    with pytest.raises(RuleBroken, match=reason):
        load(text)
    assert counts() == before


def test_load_is_refused_to_others(app):
    applicant = an_applicant(at=LOADED_AT)
    before = counts()

    with pytest.raises(NotPermitted, match="coordinator"):
        actions.load_programme(plan_of(programme_text()), by=applicant, at=LATER)
    assert counts() == before
