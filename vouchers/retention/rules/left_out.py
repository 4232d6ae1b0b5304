"""What a person's copy leaves out of the tables that refer to persons, and why."""

from vouchers.core.lifecycle import State
from vouchers.core.text import say as _


class Why(State):
    """Why something that refers to a person is not in the copy (Regulation (EU) 2016/679, Article 15)."""

    WORK = "work", _("Your work for the office: your steps are listed; what was written in them tells of others.")
    OTHERS = "others", _("It tells of somebody else, whose rights the copy must not touch.")
    CONFIDENTIAL = "confidential", _("Few persons may know of it, as the law asks.")
    RECKONED = "reckoned", _("It is reckoned anew at each use, and tells of applications that you must not know.")
    ELSEWHERE = "elsewhere", _("The same stands in another section.")


LEFT_OUT: dict[Why, tuple[str, ...]] = {
    Why.WORK: (
        "advance.decided_by_id", "agreement.issued_by_id", "aid_entry.registered_by_id", "amendment.decided_by_id",
        "api_token.revoked_by_id", "appeal.decider_id", "application.officer_id", "assignment.assigned_by_id",
        "audit_finding_note.by_id",
        "audit_mandate.given_by_id", "audit_pack.asked_by_id", "audit_sample_unit.entered_by_id",
        "award_condition.asked_by_id", "award_condition.settled_by_id", "bank_account.confirmed_by_id",
        "bank_report.taken_in_by_id", "bank_statement.taken_in_by_id", "claim.authorised_by_id",
        "claim.verified_by_id", "clarification.requested_by_id", "closed_period.closed_by_id",
        "conflict_finding.settled_by_id", "consensus.opened_by_id", "corrigendum.published_by_id",
        "data_copy.asked_by_id", "decision.decided_by_id", "decision_session.decided_by_id",
        "decision_session.proposed_by_id", "disposal.decided_by_id", "disposal.proposed_by_id",
        "divergence.accepted_by_id", "draw.corrected_by_id", "draw.first_run_by_id", "draw.frozen_by_id",
        "draw.run_by_id", "draw.set_aside_by_id", "draw.typed_by_id", "enrolment.decided_by_id",
        "enrolment.marked_by_id", "envelope_transfer.decided_by_id", "envelope_transfer.proposed_by_id",
        "expert_contract.issued_by_id", "expert_contract.signed_by_id", "fee_statement.approved_by_id",
        "fee_statement.drawn_up_by_id", "feedback_package.asked_by_id", "finding.found_by_id", "hold.lifted_by_id",
        "hold.set_by_id", "likeness.actor_id", "likeness.decided_by_id",
        "letter_template.written_by_id", "matching_run.asked_by_id", "matching_run.confirmed_by_id",
        "panel.approved_by_ids", "panel_vote.proposed_by_id", "payee_check.accepted_by_id",
        "payee_check.recorded_by_id", "payment_batch.authorised_by_id", "payment_batch.made_by_id",
        "pool_call.drafted_by_id", "pool_import.confirmed_by_id", "pool_import.read_by_id",
        "public_answer.published_by_id", "rate_import.loaded_by_id", "rate_import.read_by_id",
        "recovery.ordered_by_id", "recovery.proposed_by_id", "recovery.relief_by_id",
        "recovery.relief_decided_by_id", "recovery_plan.decided_by_id", "recovery_plan.proposed_by_id",
        "recovery_receipt.recorded_by_id", "recusal.lifted_by_id",
        "role_grant.granted_by_id", "scheme_draft.started_by_id", "termination.decided_by_id",
        "wish.made_by_id",
    ),
    Why.OTHERS: (
        "likeness.other_id",  # what a colleague said of the two
        "partner.invited_by_id",  # who is invited
        "panel_seat.recusals",  # whom somebody knows
    ),
    Why.CONFIDENTIAL: (
        "suspicion.reported_by_id", "suspicion.closed_by_id", "suspicion_reader.user_id",
        "suspicion_reader.shared_by_id",
    ),
    Why.RECKONED: ("matching_pair.expert_id", "application.recused_ids", "consensus.party_ids"),
    Why.ELSEWHERE: (
        "decision_session.writer_ids",  # of the ranking: steps
        "enquiry.asked_by_id",  # its messages
        "user_account.same_as_id",  # found by a step of the account
    ),
}  # fmt: skip
"""Columns by table."""
