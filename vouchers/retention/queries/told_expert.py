"""What is told of somebody who evaluates: as an expert of a register, and as a member of panels."""

from __future__ import annotations

from sqlalchemy import case

from vouchers.applications.models import Application, Recusal
from vouchers.core.text import say as _
from vouchers.evaluation.models import Assignment, ConflictFinding, Consensus, ConsensusWord, ExpertEffect
from vouchers.experts.models import Absence, Expert, ExpertContract, InterestDeclaration
from vouchers.fees.models import FeeStatement
from vouchers.matching.models import Bid, Wish
from vouchers.organisations.models import BankAccount
from vouchers.panels.models import Panel, PanelBallot, PanelSeat, PanelVote
from vouchers.payables.models import Payable, PayeeCheck
from vouchers.payments.models import Payment
from vouchers.pools.models import Enrolment, PoolCall
from vouchers.retention.queries.sections import Section

EXPERT = (
    Section(
        "expert", _("Entry as an expert"), (Expert.user_id,),
        (Expert.programme_code, Expert.state, Expert.employer, Expert.country, Expert.region_code, Expert.languages,
         Expert.fields, Expert.expertise, Expert.load_limit, Expert.rate_cents, Expert.currency,
         Expert.suspended_because, Expert.admitted_at, Expert.admitted_until),
    ),
    Section(
        "absences", _("Absences"), (Absence.expert_id,), (Absence.from_on, Absence.until_on, Absence.state),
    ),
    Section(
        "contracts", _("Contracts"), (ExpertContract.expert_id,),
        (ExpertContract.number, ExpertContract.state, ExpertContract.terms, ExpertContract.until_on,
         ExpertContract.accepted_name, ExpertContract.accepted_at),
    ),
    Section(
        "interests", _("Declarations of interests"), (InterestDeclaration.expert_id,),
        (InterestDeclaration.statement, InterestDeclaration.organisations, InterestDeclaration.declared_name,
         InterestDeclaration.declared_at),
    ),
    Section(
        "candidacies", _("Candidacies for a pool"), (Enrolment.user_id,),
        (PoolCall.title, Enrolment.state, Enrolment.content, Enrolment.submitted_name, Enrolment.submitted_at,
         *(case((Enrolment.decided_at.is_not(None), column)).label(column.key)
           for column in (Enrolment.marks, Enrolment.score_hundredths, Enrolment.reasons))),
        ((PoolCall, PoolCall.id == Enrolment.pool_call_id),),
    ),
    Section(
        "conflicts", _("Conflicts found"), (ConflictFinding.expert_id,),
        (Application.reference, ConflictFinding.kind, ConflictFinding.weight, ConflictFinding.state,
         ConflictFinding.found_at),
        ((Application, Application.id == ConflictFinding.application_id),),
    ),
    Section(
        "bids", _("What you would like to mark"), (Bid.expert_id,),
        (Application.reference, Bid.answer, Bid.answered_at),
        ((Application, Application.id == Bid.application_id),),
    ),
    Section(
        "wishes", _("Pairs that the office asked for"), (Wish.expert_id,),
        (Application.reference, Wish.state, Wish.made_at),
        ((Application, Application.id == Wish.application_id),),
    ),
    Section(
        "marks", _("Evaluations"), (Assignment.expert_id,),
        (Application.reference, Assignment.state, Assignment.marks, Assignment.overall_comment,
         Assignment.scope_comment, Assignment.declared_at, Assignment.submitted_at, Assignment.reason),
        ((Application, Application.id == Assignment.application_id),),
    ),
    Section(
        "consensus", _("Words on the sheet of all experts"), (Assignment.expert_id,),
        (Application.reference, ConsensusWord.is_approval, ConsensusWord.reason, ConsensusWord.said_at),
        ((Application, Application.id == Assignment.application_id),
         (ConsensusWord, ConsensusWord.assignment_id == Assignment.id)),
    ),
    Section(
        "consensus_written", _("Sheets of all experts that you wrote"), (Assignment.expert_id,),
        (Application.reference, Consensus.state, Consensus.overall_comment, Consensus.opened_at),
        ((Application, Application.id == Assignment.application_id),
         (Consensus, Consensus.rapporteur_id == Assignment.id)),
    ),
    Section(
        "marking_habits", _("How you mark beside the others"), (ExpertEffect.expert_id,),
        (ExpertEffect.sheets, ExpertEffect.effect_millionths, ExpertEffect.error_millionths),
    ),
    Section(
        "panels", _("Panels"), (PanelSeat.user_id,),
        (Panel.name, Panel.meets_at, PanelSeat.is_chair, PanelSeat.is_present),
        ((Panel, Panel.id == PanelSeat.panel_id),),
    ),
    Section(
        "votes", _("Votes"), (PanelBallot.user_id,),
        (Application.reference, PanelVote.kind, PanelBallot.choice, PanelBallot.cast_at),
        ((PanelVote, PanelVote.id == PanelBallot.vote_id), (Application, Application.id == PanelVote.application_id)),
    ),
    Section(
        "stepping_back", _("Where you stepped back"), (Recusal.user_id,),
        (Application.reference, Recusal.state, Recusal.reason, Recusal.recused_at, Recusal.lifted_at),
        ((Application, Application.id == Recusal.application_id),),
    ),
    Section(
        "fees", _("Fees"), (FeeStatement.expert_id,),
        (FeeStatement.number, FeeStatement.state, FeeStatement.amount_cents, FeeStatement.currency,
         FeeStatement.agreed_name, FeeStatement.holder, FeeStatement.iban, FeeStatement.bic,
         FeeStatement.invoice_number, FeeStatement.drawn_up_at),
    ),
    Section(
        "bank_accounts", _("Bank accounts"), (BankAccount.expert_id,),
        (BankAccount.holder, BankAccount.iban, BankAccount.bic, BankAccount.state, BankAccount.proposed_at),
    ),
    Section(
        "bank_checks", _("What the bank said of the holder"), (BankAccount.expert_id,),
        (BankAccount.iban, PayeeCheck.result, PayeeCheck.name_at_bank, PayeeCheck.checked_on),
        ((PayeeCheck, PayeeCheck.bank_account_id == BankAccount.id),),
    ),
    Section(
        "owed", _("What is owed to you"), (Payable.expert_id,),
        (Payable.number, Payable.payee_name, Payable.amount_cents, Payable.currency, Payable.accrued_at),
    ),
    Section(
        "payments", _("Payments"), (Payable.expert_id,),
        (Payment.end_to_end_id, Payment.state, Payment.amount_cents, Payment.currency, Payment.creditor_name,
         Payment.street, Payment.building, Payment.post_code, Payment.town, Payment.country, Payment.iban,
         Payment.executed_on),
        ((Payment, Payment.payable_id == Payable.id),),
    ),
)  # fmt: skip
"""An expert's entry and work, and what was paid for it. Referees and the evidence of conflicts name other persons."""
