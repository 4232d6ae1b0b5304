"""The five calls of the third programme, each at another stage: from the assignment to the survey."""

from __future__ import annotations

from datetime import timedelta

from vouchers.applications.queries.files import get_application
from vouchers.core.clock import stopped_at
from vouchers.decisions.actions.drawing import freeze_pool
from vouchers.decisions.queries.entries import get_contest
from vouchers.demo.selection import texts
from vouchers.demo.selection.applying import Case, accept, give, hand_in_all, keep, mark, submit
from vouchers.demo.selection.office import ASSIGNED, DECIDED, DRAWN, HELD, MARKED, PAST, RANKED, Office, Round
from vouchers.demo.selection.people import LIEGE, LIMBURG
from vouchers.draws.actions import enter_numbers, run_draw
from vouchers.draws.queries import get_draw
from vouchers.evaluation.actions import assignments
from vouchers.evaluation.queries.assignments import get_assignment
from vouchers.matching.actions.reckoning import Terms, ask_run
from vouchers.matching.actions.wishing import answer_bid, exclude_pair, pin_pair
from vouchers.matching.jobs import propose
from vouchers.matching.states import BidAnswer
from vouchers.panels.actions import interviewing, sessions
from vouchers.panels.actions.interviewing import Slot
from vouchers.panels.actions.sessions import Meeting
from vouchers.panels.queries import get_call_region, get_interview, get_item, get_panel
from vouchers.regions.queries import find_region

ILSE, TOBIAS, SOFIE, MARC, NADIA, BART, CLAIRE = range(7)
STAPVAST, GEUL, ZACHT, ROER, PEEL, NACHT, MAAS, HEUVEL = (
    "Stapvast Mobility BV", "Geul Sensors BV", "Zachte Kost BV", "Roer Orthotics BV", "Peel Care Robotics BV",
    "Nachtwacht Zorg BV", "Maasduin Wound Care BV", "Heuvelland Hearing BV",
)  # fmt: skip
OURTHE, RESPIRE, REHA, AMBLEVE = (
    "Ourthe Médical SRL", "Respire Wallonie SRL", "Ostbelgien Reha SRL", "Amblève Digital SRL",
)  # fmt: skip
NUMBERS = "7 12 19 23 38 44\n31"
Marked = tuple[Case, tuple[int, int], tuple[str, str]]

THE_PAST: tuple[Marked, ...] = (
    (Case(ROER, 3), (ILSE, BART), ("4 4.5 4", "4 4 3.5")),
    (Case(PEEL, 4, 7_500), (BART, TOBIAS), ("4.5 4 3.5", "4 3.5 4")),
    (Case(MAAS, 6, 7_000), (TOBIAS, SOFIE), ("3 3.5 3", "3.5 3 3")),
)
THE_DECIDED: tuple[Marked, ...] = (
    (Case(NACHT, 5), (NADIA, MARC), ("4.5 4.5 4", "4 4.5 4.5")),
    (Case(HEUVEL, 7), (MARC, SOFIE), ("4 4 4", "3.5 4 4")),
    (Case(ZACHT, 2, 6_500), (CLAIRE, SOFIE), ("4 4 3", "4 3.5 3")),
    (Case(GEUL, 1), (NADIA, BART), ("3.5 3 3", "3 3.5 3.5")),
    (Case(STAPVAST, 0), (ILSE, BART), ("3.5 2 3", "3 2.5 2.5")),
    (Case(PEEL, 9, 6_000), (ILSE, TOBIAS), ("2.5 2 3", "2 2.5 2.5")),
    (Case(OURTHE, 13, 7_000, "fr"), (CLAIRE, MARC), ("4 4.5 3.5", "4 4 4")),
    (Case(RESPIRE, 8, 6_500, "fr"), (CLAIRE, NADIA), ("3 3.5 3", "3.5 3.5 3.5")),
)
THE_RANKED: tuple[Marked, ...] = (
    (Case(STAPVAST, 11), (ILSE, MARC), ("4.5 4.5 4", "4.5 4 4.5")),
    (Case(ROER, 9, 7_000), (TOBIAS, BART), ("4 4 3.5", "3.5 4 4")),
    (Case(ZACHT, 10, 7_500), (CLAIRE, SOFIE), ("4 3.5 4", "3.5 4.5 3.5")),
    (Case(MAAS, 6), (TOBIAS, CLAIRE), ("3.5 4 3.5", "3.5 3.5 3.5")),
    (Case(GEUL, 1), (NADIA, BART), ("3.5 3.5 3", "3.5 3 3.5")),
    (Case(NACHT, 12, 6_000), (SOFIE, NADIA), ("3 3.5 4", "3.5 3 3")),
    (Case(HEUVEL, 7), (ILSE, NADIA), ("3 3 3.5", "3.5 3.5 3.5")),
    (Case(PEEL, 4), (ILSE, BART), ("3 2 2.5", "2.5 2.5 2")),
    (Case(OURTHE, 13), (MARC, ILSE), ("4 4 4", "4.5 4 3.5")),
    (Case(AMBLEVE, 5, 7_500), (NADIA, CLAIRE), ("4 3.5 3", "3.5 3.5 3.5")),
    (Case(RESPIRE, 8, 7_000), (MARC, CLAIRE), ("3 3 3.5", "3.5 3 3")),
    (Case(REHA, 3, 6_000), (TOBIAS, SOFIE), ("2 2 3", "2.5 2 2.5")),
)
THE_MARKED = (
    Case(ROER, 3), Case(STAPVAST, 0), Case(NACHT, 5, 7_000), Case(GEUL, 1), Case(MAAS, 6, 7_500), Case(HEUVEL, 7),
    Case(OURTHE, 13, 8_000, "fr"), Case(AMBLEVE, 12, 5_500, "fr"), Case(RESPIRE, 8, 7_000, "fr"),
)  # fmt: skip
THE_ASSIGNED = (
    Case(STAPVAST, 11), Case(ZACHT, 10, 7_500), Case(GEUL, 13), Case(PEEL, 9, 6_000), Case(HEUVEL, 7),
    Case(NACHT, 1, 6_500),
    Case(OURTHE, 6, 8_000, "fr"), Case(AMBLEVE, 5, 7_500, "fr"), Case(REHA, 3, 6_000, "de"),
    Case(RESPIRE, 10, 5_000, "fr"),
)  # fmt: skip
"""Of the call that closed last: Limburg first, then Liège; the last one is still to be checked."""


THE_DRAWN = tuple(
    Case(company, project, 2_500)
    for company, project in ((GEUL, 12), (HEUVEL, 5), (MAAS, 13), (NACHT, 1), (PEEL, 9), (STAPVAST, 11), (ZACHT, 2))
)


def draw_lots(office: Office) -> None:
    """The small vouchers: the pool was frozen in time, the source has drawn, and two persons have run the draw."""
    hand_in_all(office, DRAWN, THE_DRAWN)
    first, second = office.managers[LIMBURG]
    at = office.ago(DRAWN.closed - 6)
    with stopped_at(at):
        region = find_region(LIMBURG)
        assert region is not None
        draw = freeze_pool(get_contest(office.calls[DRAWN], region, "SMALL"), by=first, at=at)
    at = office.ago(HELD - 1)
    with stopped_at(at):
        enter_numbers(get_draw(draw.id), NUMBERS, by=first, at=at)
        run_draw(get_draw(draw.id), by=second, at=at + timedelta(hours=1))


def mark_past(office: Office) -> list[int]:
    """A call of last year, wholly marked."""
    return _mark_all(office, PAST, THE_PAST)


def mark_decided(office: Office) -> list[int]:
    """The call that was decided lately, wholly marked."""
    return _mark_all(office, DECIDED, THE_DECIDED)


def mark_ranked(office: Office) -> list[int]:
    """The call that waits for its decisions, wholly marked."""
    return _mark_all(office, RANKED, THE_RANKED)


def _mark_all(office: Office, part: Round, given: tuple[Marked, ...]) -> list[int]:
    ids = hand_in_all(office, part, tuple(case for case, _experts, _sheets in given))
    for number, (key, (_case, experts, sheets)) in enumerate(zip(ids, given, strict=True)):
        mark(office, key, experts, sheets, office.ago(part.closed - 6) + timedelta(minutes=20 * number))
    return ids


def mark_now(office: Office) -> None:
    """The call in evaluation: sheets that are submitted, begun or waited for, a difference, a conflict, a panel."""
    near, apart, shared, begun, tied, fresh, *liege = hand_in_all(office, MARKED, THE_MARKED)
    mark(office, near, (ILSE, BART), ("4 4 3.5", "4 3.5 3.5"), office.ago(16))
    mark(office, apart, (ILSE, SOFIE), ("4.5 4.5 4", "2 2 2.5"), office.ago(16))
    for key, first, second, marks in ((shared, NADIA, ILSE, "3.5 3 3.5"), (begun, BART, ILSE, "4 3.5 4")):
        one, other = (give(office, key, expert, office.ago(12), days=20) for expert in (first, second))
        accept(office, one, office.ago(11))
        submit(one, marks, office.ago(7))
        accept(office, other, office.ago(10))
        if key == shared:
            keep(other, "4 3.5 3", office.ago(1))
    for key, first, second in ((tied, TOBIAS, CLAIRE), (fresh, NADIA, ILSE)):
        one, other = (give(office, key, expert, office.ago(6), days=18) for expert in (first, second))
        accept(office, one, office.ago(5))
        if key == tied:
            submit(one, "4 4 3.5", office.ago(2))
            _declare_conflict(other, office)
    sheets = (("4 3.5 4", "4 4 4"), ("3.5 3.5 3", "3 3.5 3.5"), ("3.5 4 3.5", "3.5 4 3"))
    for key, given, experts in zip(liege, sheets, ((CLAIRE, MARC), (NADIA, MARC), (CLAIRE, NADIA)), strict=True):
        mark(office, key, experts, given, office.ago(15))
    _plan_panel(office, liege)


def _declare_conflict(assignment_id: int, office: Office) -> None:
    assignment, at = get_assignment(assignment_id), office.ago(4)
    with stopped_at(at):
        assignments.declare_conflict(assignment, texts.CONFLICT, by=assignment.expert.user, at=at)


def _plan_panel(office: Office, ids: list[int]) -> None:
    """A session next week, over three applications; two of the applicants are invited to an interview."""
    manager, deputy = office.managers[LIEGE]
    at, meets_at = office.ago(3), (office.today + timedelta(days=8)).replace(hour=9, minute=0)
    with stopped_at(at):
        place = get_call_region(office.calls[MARKED].id, LIEGE)
        meeting = Meeting("Panel Liège", meets_at, "Quai de Rome 30, Liège, room 2", 2)
        panel = sessions.plan_panel(place, meeting, by=manager, at=at)
        for person, is_chair in (
            (deputy, True),
            (office.experts[MARC].user, False),
            (office.experts[CLAIRE].user, False),
        ):
            sessions.seat_member(get_panel(panel.id), person.email, is_chair=is_chair, by=manager, at=at)
        talks = []
        for number, key in enumerate(ids[:2]):
            slot = Slot(
                meets_at + timedelta(minutes=40 * number), 30, "Video call; the link comes by email", texts.QUESTIONS
            )
            talks.append(interviewing.offer_interview(get_item(panel.id, key), slot, by=manager, at=at).id)
    at = office.ago(2)
    with stopped_at(at):
        owner = office.companies[OURTHE][1]
        interviewing.confirm_interview(get_interview(talks[0]), by=owner, at=at)
        interviewing.reply_interview(get_interview(talks[0]), texts.REPLY, by=owner, at=at)


def assign_now(office: Office) -> None:
    """The call that closed last: a proposal that waits for its confirmation, and one that cannot be made."""
    ids = hand_in_all(office, ASSIGNED, THE_ASSIGNED, unchecked=1)
    at = office.ago(2)
    with stopped_at(at):
        for expert, key, answer in (
            (ILSE, 0, BidAnswer.YES), (ILSE, 3, BidAnswer.MAYBE), (TOBIAS, 2, BidAnswer.YES), (SOFIE, 4, BidAnswer.NO),
            (CLAIRE, 1, BidAnswer.YES), (BART, 3, BidAnswer.YES), (MARC, 0, BidAnswer.MAYBE), (NADIA, 5, BidAnswer.YES),
        ):  # fmt: skip
            person = office.experts[expert]
            answer_bid(get_application(ids[key]), person, answer, by=person.user, at=at)
        manager = office.managers[LIMBURG][0]
        pin_pair(get_application(ids[5]), office.experts[NADIA], by=manager, at=at)
        exclude_pair(get_application(ids[4]), office.experts[SOFIE], by=manager, at=at)
    for region in (LIMBURG, LIEGE):
        at = office.ago(1) + timedelta(hours=2)
        with stopped_at(at):
            place = find_region(region)
            run = ask_run(office.calls[ASSIGNED], place, Terms(), by=office.managers[region][0], at=at)
            propose(run.id, at=at)
