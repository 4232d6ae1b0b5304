"""Samples: from the books to a conclusion."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.builders.audits import ALL, a_drawn_sample, a_mandate, a_planned_sample, auditor_of
from tests.builders.payments import Desk, an_authorised_claim, an_executed_batch
from tests.builders.programmes import in2
from tests.builders.users import a_member_of_staff
from vouchers.audit.models import AuditEvent
from vouchers.audits.actions import mandates as mandate_actions
from vouchers.audits.actions import samples as actions
from vouchers.audits.exports import draw_json, sample_csv
from vouchers.audits.models import Sample, SampleUnit
from vouchers.audits.queries import populations, samples
from vouchers.audits.queries.mandates import get_mandate
from vouchers.audits.rules.parameters import Parameters
from vouchers.audits.states import Basis, Conclusion, ErrorKind, Method, SampleState, Selection, StrataBy
from vouchers.core.database import db
from vouchers.core.errors import NotPermitted, RuleBroken, WrongState
from vouchers.core.money import EUR
from vouchers.core.tables import ListQuery
from vouchers.documents.store import read_bytes
from vouchers.jobs.registry import JOBS
from vouchers.users.states import Role
from vouchers.workflow.transition import OFFICE

K, M, S = ErrorKind, Method, Selection
MUS = Parameters(M.MUS_STANDARD, S.SYSTEMATIC, deviation=Decimal("0.1"), anticipated=Decimal("0.005"))


@pytest.fixture
def paid(app, clock):
    """Two vouchers of Wallonia and one of Brabant that the bank has paid, and when that was."""
    in2()
    walloon, dutch = Desk(), Desk("NL-NB")
    batches = [
        an_executed_batch(
            walloon, [an_authorised_claim(walloon, amount="7000"), an_authorised_claim(walloon, amount="3000")]
        ),
        an_executed_batch(dutch, [an_authorised_claim(dutch, amount="500.50")]),
    ]
    day = batches[-1].executed_on
    moment = datetime(day.year, day.month, day.day, 18, tzinfo=UTC) + timedelta(days=1)
    clock.stop(moment)
    return moment


def event_count():
    return db.session.scalar(select(func.count(AuditEvent.id)))


def test_the_population_is_what_the_books_say(paid):
    mandate = a_mandate()
    units = list(populations.stream_units(mandate, Basis.PAID))
    assert [(one.region, one.instrument, one.cents) for one in units] == [
        ("BE-WAL", "COL", 700_000), ("BE-WAL", "COL", 300_000), ("NL-NB", "COL", 50_050),
    ]  # fmt: skip
    assert [one.reference for one in units] == sorted(one.reference for one in units)
    strata = populations.list_strata(mandate, Basis.PAID, StrataBy.REGION)
    assert [(one.code, one.count, one.cents) for one in strata] == [
        ("BE-WAL", 2, 1_000_000), ("NL-NB", 1, 50_050),
    ]  # fmt: skip
    assert [one.amount for one in populations.list_shares(mandate, Basis.ACCEPTED)] == [EUR("10000"), EUR("500.50")]


def test_the_population_is_that_of_the_mandate_alone(paid):
    assert len(list(populations.stream_units(a_mandate("NL-NB"), Basis.PAID))) == 1
    early = a_mandate("BE-WAL")
    early.first_on, early.last_on = date(2025, 7, 1), date(2026, 6, 30)
    assert list(populations.stream_units(early, Basis.PAID)) == []
    db.session.rollback()
    page = populations.list_units(ListQuery.read({}, sorts=["reference"]), a_mandate("BE-WAL"), Basis.PAID)
    assert page.total == 2


def test_a_sample_is_planned_drawn_entered_and_concluded(paid):
    mandate = a_mandate()
    sample = a_drawn_sample(mandate, at=paid)
    auditor = auditor_of(mandate)
    assert (sample.state, sample.population_count, sample.population) == (SampleState.DRAWN, 3, EUR("10500.50"))
    units = samples.list_all_units(sample)
    assert [(one.place, one.hits, one.cents) for one in units] == [(1, 0, 700_000), (2, 0, 300_000), (3, 0, 50_050)]

    with pytest.raises(RuleBroken, match="3 units have no result yet"):
        actions.conclude_sample(sample, EUR("0"), "", by=auditor, at=paid)
    actions.enter_result(samples.get_unit(units[0].id), EUR("250"), K.RANDOM, "No offer.", by=auditor, at=paid)
    assert actions.enter_no_errors(samples.get_sample(sample.id), [one.id for one in units], by=auditor, at=paid) == 2
    actions.conclude_sample(samples.get_sample(sample.id), EUR("0"), "Fine.", by=auditor, at=paid)

    done = samples.get_sample(sample.id)
    assert (done.state, done.conclusion, done.projected, done.total) == (
        SampleState.CONCLUDED, Conclusion.MATERIAL, EUR("250"), EUR("250"),
    )  # fmt: skip
    with pytest.raises(WrongState):
        actions.enter_result(samples.get_unit(units[0].id), EUR("0"), K.RANDOM, "", by=auditor, at=paid)
    assert samples.get_unit(units[0].id).error == EUR("250")
    with pytest.raises(WrongState):
        actions.discard_sample(samples.get_sample(sample.id), "x", by=auditor, at=paid)


def test_the_population_is_kept_as_the_file_whose_hash_stands_on_the_sample(paid):
    sample = a_drawn_sample(a_mandate(), at=paid)
    document = samples.find_population(sample)
    content = read_bytes(document)
    assert hashlib.sha256(content).hexdigest() == sample.population_sha256
    lines = content.decode().splitlines()
    assert lines[0] == "reference,region,call,instrument,cents"
    assert [line.rpartition(",")[2] for line in lines[1:]] == ["700000", "300000", "50050"]
    assert len("".join(sample_csv(samples.list_all_units(sample))).splitlines()) == 4
    assert sample.population_sha256 in draw_json(sample, samples.list_all_units(sample))


def test_the_same_seed_draws_the_same_units_and_another_sample_others(paid):
    mandate = a_mandate()
    one = Parameters(M.NON_STATISTICAL, S.SYSTEMATIC)
    drawn = [
        [unit.reference for unit in samples.list_all_units(a_drawn_sample(mandate, one, seed=seed, at=paid))]
        for seed in ("a", "a", "b", "c", "d", "e", "f", "g", "h", "i")
    ]
    assert drawn[0] == drawn[1]
    assert len({tuple(units) for units in drawn}) > 1
    assert {len(units) for units in drawn} == {1}


def test_kinds_of_errors_are_added_as_the_guidance_has_it(paid):
    mandate = a_mandate()
    sample, auditor = a_drawn_sample(mandate, at=paid), auditor_of(mandate)
    units = samples.list_all_units(sample)
    for unit, amount, kind in zip(units, ("10", "20", "30"), (K.RANDOM, K.SYSTEMIC, K.ANOMALOUS), strict=True):
        actions.enter_result(samples.get_unit(unit.id), EUR(amount), kind, "", by=auditor, at=paid)
    with pytest.raises(RuleBroken) as refused:
        actions.conclude_sample(samples.get_sample(sample.id), EUR("19.99"), "", by=auditor, at=paid)
    assert refused.value.field == "systemic"
    with pytest.raises(RuleBroken):
        actions.conclude_sample(samples.get_sample(sample.id), EUR("10500.51"), "", by=auditor, at=paid)
    actions.conclude_sample(samples.get_sample(sample.id), EUR("50"), "", by=auditor, at=paid)
    done = samples.get_sample(sample.id)
    assert (done.projected, done.total, done.conclusion) == (EUR("10"), EUR("90"), Conclusion.NOT_MATERIAL)


@pytest.mark.parametrize("error", ["-0.01", "7000.01"])
def test_an_error_above_the_expenditure_is_refused_without_a_trace(paid, error):
    mandate = a_mandate()
    sample = a_drawn_sample(mandate, at=paid)
    unit, before = samples.list_all_units(sample)[0], event_count()
    with pytest.raises(RuleBroken):
        actions.enter_result(samples.get_unit(unit.id), EUR(error), K.RANDOM, "", by=auditor_of(mandate), at=paid)
    assert event_count() == before
    assert samples.get_unit(unit.id).error_cents is None


def test_a_plan_that_cannot_be_drawn_is_refused(paid):
    auditor = auditor_of(mandate := a_mandate("DK-84"))
    with pytest.raises(RuleBroken, match="no expenditure"):
        actions.plan_sample(mandate, Basis.PAID, MUS, by=auditor, at=paid)
    assert db.session.scalar(select(func.count(Sample.id))) == 0


def test_a_seed_is_made_where_none_is_given(paid):
    mandate = a_mandate()
    made = [actions.plan_sample(mandate, Basis.PAID, ALL, by=auditor_of(mandate), at=paid) for _number in range(2)]
    assert len({one.seed for one in made}) == 2
    assert all(len(one.seed) == 32 for one in made)


def test_a_draw_that_the_books_have_overtaken_says_why_and_may_be_tried_again(paid):
    mandate = a_mandate()
    sample = a_planned_sample(mandate, at=paid)
    actions.order_sample(sample, by=auditor_of(mandate), at=paid)
    actions.fail_draw(samples.get_sample(sample.id), "No.", by=OFFICE, at=paid)
    failed = samples.get_sample(sample.id)
    assert (failed.state, failed.problem) == (SampleState.PLANNED, "No.")
    actions.order_sample(failed, by=auditor_of(mandate), at=paid)
    assert samples.get_sample(sample.id).problem == ""


def test_a_job_that_runs_twice_draws_once(paid):
    sample = a_drawn_sample(a_mandate(), at=paid)
    JOBS["audits.draw_sample"](sample_id=sample.id, at=paid)
    assert db.session.scalar(select(func.count(SampleUnit.id))) == 3


def test_progress_is_noted_by_the_office_alone(paid):
    mandate = a_mandate()
    sample = a_planned_sample(mandate, at=paid)
    actions.order_sample(sample, by=auditor_of(mandate), at=paid)
    actions.report_draw(samples.get_sample(sample.id), 7, by=OFFICE, at=paid)
    assert samples.get_sample(sample.id).done == 7
    for act in (
        lambda: actions.report_draw(samples.get_sample(sample.id), 8, by=auditor_of(mandate), at=paid),
        lambda: actions.fail_draw(samples.get_sample(sample.id), "x", by=auditor_of(mandate), at=paid),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_sample_is_laid_aside(paid):
    mandate = a_mandate()
    sample = a_planned_sample(mandate, at=paid)
    actions.discard_sample(sample, "Another level.", by=auditor_of(mandate), at=paid)
    assert samples.get_sample(sample.id).state is SampleState.DISCARDED
    with pytest.raises(WrongState):
        actions.order_sample(samples.get_sample(sample.id), by=auditor_of(mandate), at=paid)


def test_nobody_but_its_auditor_works_on_a_sample(paid):
    mandate = a_mandate()
    sample = a_drawn_sample(mandate, at=paid)
    planned = a_planned_sample(mandate, at=paid)
    unit = samples.list_all_units(sample)[0]
    others = [
        a_member_of_staff(Role.AUDITOR),
        a_member_of_staff(Role.COORDINATOR),
        a_member_of_staff(Role.CLUSTER_MANAGER),
        auditor_of(a_mandate()),
    ]
    before = event_count()
    for person in others:
        for act in (
            lambda by: actions.plan_sample(get_mandate(mandate.id), Basis.PAID, ALL, by=by, at=paid),
            lambda by: actions.order_sample(samples.get_sample(planned.id), by=by, at=paid),
            lambda by: actions.enter_result(samples.get_unit(unit.id), EUR("1"), K.RANDOM, "", by=by, at=paid),
            lambda by: actions.enter_no_errors(samples.get_sample(sample.id), [unit.id], by=by, at=paid),
            lambda by: actions.conclude_sample(samples.get_sample(sample.id), EUR("0"), "", by=by, at=paid),
            lambda by: actions.discard_sample(samples.get_sample(sample.id), "x", by=by, at=paid),
        ):
            with pytest.raises(NotPermitted):
                act(person)
    assert event_count() == before


def test_after_the_end_of_the_mandate_its_auditor_does_nothing_more(paid, clock):
    mandate = a_mandate(until=paid + timedelta(days=5))
    sample, auditor = a_planned_sample(mandate, at=paid), auditor_of(mandate)
    clock.stop(paid + timedelta(days=5))
    with pytest.raises(NotPermitted):
        actions.order_sample(sample, by=auditor, at=paid + timedelta(days=5))
    ended = a_mandate()
    mandate_actions.end_mandate(ended, "x", by=OFFICE, at=paid)
    with pytest.raises(NotPermitted):
        actions.plan_sample(ended, Basis.PAID, ALL, by=auditor_of(ended), at=paid)
