"""The matters of a manager's desk, in the order of the process."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.core.text import say as _
from vouchers.matching.queries.runs import of_mandate
from vouchers.pools.policy import keeps_a_pool
from vouchers.reports.queries.matters import (
    admitting,
    agreeing,
    appealing,
    audited,
    checking,
    deciding,
    marking,
    meeting,
    paying,
    recovering,
)
from vouchers.reports.queries.matters.matter import Found, Matter, Seen, look_at
from vouchers.users.mandate import Mandate

_WORKLIST = "applications.worklist"
FINDINGS = Matter(
    "findings",
    _("Findings of auditors to answer"),
    audited.to_answer,
    ("audits.finding", "finding_id"),
    ("audits.listing", {}),
    narrow=meeting.of_lists,
)
"""For managers, and for officers who are no managers."""

MATTERS: tuple[Matter, ...] = (
    Matter(
        "checks",
        _("Formal checks"),
        checking.to_check,
        ("evaluation.check", "application_id"),
        (_WORKLIST, {"state": "submitted"}),
        bulk=("evaluation.find_many_eligible", _("Check many at once")),
    ),
    Matter(
        "clarified",
        _("Clarified answers to read"),
        checking.clarified,
        ("clarifications.show", "clarification_id"),
        (_WORKLIST, {"state": "submitted"}),
    ),
    Matter(
        "questions",
        _("Questions of applicants"),
        checking.questions,
        ("enquiries.show", "enquiry_id"),
        ("enquiries.worklist", {"state": "with_region"}),
    ),
    Matter(
        "experts",
        _("Experts to assign"),
        marking.to_assign,
        ("evaluation.assign", "application_id"),
        (_WORKLIST, {"state": "eligible"}),
    ),
    Matter(
        "proposals",
        _("Proposals of who marks what"),
        meeting.proposals,
        ("matching.show", "run_id"),
        ("matching.proposals", {"state": "waiting"}),
        narrow=of_mandate,
    ),
    Matter(
        "replacements",
        _("Need another expert"),
        marking.to_replace,
        ("evaluation.assign", "application_id"),
        ("evaluation.workload", {"needs": "expert"}),
        note=_("It has fewer experts than it needs."),
    ),
    Matter(
        "conflicts",
        _("Conflict of interest"),
        marking.in_conflict,
        ("evaluation.assign", "application_id"),
        ("evaluation.workload", {"needs": "clearing"}),
        note=_("Clear it first"),
        is_urgent=True,
    ),
    Matter(
        "overdue",
        _("Marks overdue"),
        marking.overdue,
        ("evaluation.assign", "application_id"),
        ("evaluation.workload", {"needs": "overdue"}),
        note=_("Give more time, or assign others."),
        bulk=("evaluation.extend_many", _("Give more time to many at once")),
        is_urgent=True,
    ),
    Matter(
        "divergences",
        _("Experts lie far apart"),
        marking.apart,
        ("evaluation.divergence", "application_id"),
        ("evaluation.divergences", {}),
    ),
    Matter(
        "panels",
        _("Panels"),
        meeting.to_hold,
        ("panels.show", "panel_id"),
        ("panels.panels", {"state": "planned"}),
        narrow=meeting.of_lists,
    ),
    Matter(
        "interviews",
        _("Another time is asked for"),
        meeting.to_move,
        ("panels.interview", "interview_id"),
        ("panels.panels", {}),
    ),
    Matter(
        "minutes",
        _("Minutes to be approved"),
        meeting.to_minute,
        ("panels.show", "panel_id"),
        ("panels.panels", {"state": "minutes"}),
        narrow=meeting.of_lists,
    ),
    Matter(
        "decisions",
        _("Decisions due"),
        deciding.to_decide,
        ("decisions.show", "application_id"),
        (_WORKLIST, {"waits": "decision"}),
    ),
    Matter(
        "sessions",
        _("Decisions to confirm as the second person"),
        deciding.to_confirm,
        ("decisions.session", "session_id"),
        ("decisions.all_sessions", {"state": "proposed"}),
        narrow=meeting.of_lists,
    ),
    Matter(
        "letters",
        _("Letters to send"),
        deciding.to_announce,
        ("decisions.session", "session_id"),
        ("decisions.all_sessions", {"state": "confirmed"}),
        narrow=meeting.of_lists,
    ),
    Matter(
        "appeals",
        _("Appeals without a person who decides"),
        appealing.to_take_up,
        ("appeals.show", "appeal_id"),
        ("appeals.worklist", {}),
    ),
    Matter(
        "conditions",
        _("Conditions of the award"),
        agreeing.to_meet,
        ("decisions.condition", "condition_id"),
        ("decisions.all_conditions", {"state": "open"}),
    ),
    Matter(
        "waivers",
        _("Waiver waits for a second person"),
        agreeing.to_waive,
        ("decisions.condition", "condition_id"),
        ("decisions.all_conditions", {"state": "waiver_asked"}),
    ),
    Matter(
        "agreements",
        _("Agreements to issue"),
        agreeing.to_issue,
        ("agreements.issue", "application_id"),
        ("agreements.awards", {}),
    ),
    Matter(
        "acceptances",
        _("Agreements to accept for the region"),
        agreeing.to_accept,
        ("agreements.show", "agreement_id"),
        ("agreements.worklist", {"state": "offered"}),
    ),
    Matter(
        "amendments",
        _("Amendments to decide"),
        agreeing.to_amend,
        ("amendments.show", "amendment_id"),
        ("amendments.worklist", {"state": "asked"}),
    ),
    Matter(
        "advances",
        _("Advances to decide"),
        agreeing.to_pay_ahead,
        ("advances.show", "advance_id"),
        ("advances.worklist", {"state": "asked"}),
    ),
    Matter(
        "terminations",
        _("Terminations to decide"),
        agreeing.to_terminate,
        ("amendments.termination", "termination_id"),
        ("agreements.worklist", {"state": "active"}),
    ),
    Matter(
        "aid",
        _("To be entered in the aid register"),
        agreeing.to_register,
        ("eligibility.register_aid_entry", "entry_id"),
        ("eligibility.aid_register", {"state": "due"}),
        narrow=agreeing.of_entries,
        is_acted_on=True,
    ),
    Matter(
        "admissions",
        _("Admissions of experts that end soon"),
        admitting.ending,
        ("experts.show", "expert_id"),
        ("experts.register", {}),
        narrow=admitting.of_programmes,
    ),
    Matter(
        "declarations",
        _("Declaration of interests"),
        admitting.to_declare,
        ("experts.show", "expert_id"),
        ("experts.register", {}),
        narrow=admitting.of_programmes,
    ),
    Matter(
        "enrolments",
        _("Enrolments"),
        admitting.to_admit,
        ("pools.enrolment", "enrolment_id"),
        ("pools.kept", {"waits": "yes"}),
        narrow=admitting.of_pool_calls,
        may_read=keeps_a_pool,
    ),
    Matter(
        "surveys",
        _("Surveys"),
        meeting.unanswered,
        ("applications.show", "application_id"),
        ("surveys.calls", {"_anchor": "waiting-caption"}),
        note=_("Waits for an answer"),
    ),
    FINDINGS,
)

PAYING: tuple[Matter, ...] = (
    Matter(
        "fees",
        _("Fees of experts"),
        meeting.to_approve,
        ("fees.show", "statement_id"),
        ("fees.statements", {"state": "agreed"}),
        note=_("Waits for a second person"),
        narrow=meeting.of_lists,
    ),
    Matter(
        "bank_entries",
        _("Entries of the bank to match"),
        paying.to_match,
        ("banking.entry", "entry_id"),
        ("banking.worklist", {}),
        narrow=paying.of_account,
    ),
    Matter(
        "bank_reports",
        _("Status reports of the bank to look at"),
        paying.to_look_at,
        ("banking.report", "report_id"),
        ("banking.reports", {"state": "open"}),
        narrow=meeting.of_lists,
    ),
    Matter(
        "rests",
        _("Rests of advances to claim back"),
        recovering.to_claim_back,
        ("recoveries.propose_of_advance", "advance_id"),
        ("advances.worklist", {"state": "paid"}),
    ),
    Matter(
        "recoveries",
        _("Recoveries to order as the second person"),
        recovering.to_order,
        ("recoveries.show", "recovery_id"),
        ("recoveries.worklist", {"state": "proposed"}),
    ),
    Matter(
        "instalments",
        _("Instalments to agree on as the second person"),
        recovering.to_plan,
        ("recoveries.show", "recovery_id"),
        ("recoveries.worklist", {"instalments": "proposed"}),
    ),
    Matter(
        "reliefs",
        _("Recoveries to waive or cancel as the second person"),
        recovering.to_let_go,
        ("recoveries.show", "recovery_id"),
        ("recoveries.worklist", {"state": "waiver_proposed"}),
    ),
    FINDINGS,
)
"""What waits for the officers who handle money, beside claims and payments."""

OWN: tuple[Matter, ...] = (
    Matter(
        "own_appeals",
        _("Appeals that you decide"),
        appealing.own,
        ("appeals.show", "appeal_id"),
        ("appeals.worklist", {"state": "taken_up"}),
        narrow=lambda statement, _mandate: statement,
    ),
)
"""What waits for one person by name, wherever it comes from."""


def look_at_all(mandate: Mandate, seen: Seen, matters: Sequence[Matter] = MATTERS) -> list[Found]:
    """Every matter within a mandate: one query for each, however much waits."""
    return [look_at(matter, mandate, seen) for matter in matters]
