"""What is told of somebody who applies, claims and signs: for a company, as a partner, or as a provider."""

from __future__ import annotations

from vouchers.advances.models import Advance
from vouchers.agreements.models import Agreement, Party
from vouchers.amendments.models import Amendment, AmendmentSide, Termination, TerminationSide
from vouchers.appeals.models import Appeal
from vouchers.applications.models import Answer, Application, Partner, Submission
from vouchers.claims.models import Claim, ReportSignature
from vouchers.core.text import say as _
from vouchers.eligibility.models import AidDeclaration, OwnershipStatement
from vouchers.enquiries.models import Enquiry, Message
from vouchers.organisations.models import BankAccount, Organisation
from vouchers.providers.models import Provider
from vouchers.retention.queries.sections import Section
from vouchers.surveys.models import Survey, SurveyAnswer

OTHERS_ANSWERS = ("provider_", "partner_", "contact_")
"""Questions whose answers are the data of somebody else."""

APPLICANT = (
    Section(
        "applications", _("Applications"), (Application.started_by_id,),
        (Application.reference, Application.title, Application.started_at, Application.submitted_at),
    ),
    Section(
        "answers", _("Answers"), (Answer.saved_by_id,),
        (Application.reference, Answer.question, Answer.value, Answer.saved_at),
        ((Application, Application.id == Answer.application_id),),
        tuple(~Answer.question.startswith(beginning, autoescape=True) for beginning in OTHERS_ANSWERS),
        only_members=True,
    ),
    Section(
        "submissions", _("Submissions"), (Submission.submitted_by_id,),
        (Submission.receipt_number, Submission.sha256, Submission.submitted_at),
    ),
    Section(
        "partner", _("Invitations as a partner"), (Partner.email,),
        (Application.reference, Partner.name, Partner.contact, Partner.function, Partner.email, Partner.state,
         Partner.invited_at, Partner.answered_at),
        ((Application, Application.id == Partner.application_id),),
    ),
    Section(
        "questions", _("Questions to the office"), (Message.written_by_id,),
        (Enquiry.title, Message.text, Message.written_at),
        ((Enquiry, Enquiry.id == Message.enquiry_id),),
    ),
    Section(
        "aid_declarations", _("Declarations of aid"), (AidDeclaration.signed_by_id,),
        (Organisation.name, AidDeclaration.state, AidDeclaration.signed_name, AidDeclaration.signed_at,
         AidDeclaration.sha256),
        ((Organisation, Organisation.id == AidDeclaration.organisation_id),),
    ),
    Section(
        "ownership", _("Statements of ownership"), (OwnershipStatement.stated_by_id,),
        (Organisation.name, OwnershipStatement.state, OwnershipStatement.stated_at),
        ((Organisation, Organisation.id == OwnershipStatement.organisation_id),),
    ),
    Section(
        "company_accounts", _("Bank accounts that you entered"), (BankAccount.proposed_by_id,),
        (Organisation.name, BankAccount.state, BankAccount.proposed_at),
        ((Organisation, Organisation.id == BankAccount.organisation_id),),
    ),
    Section(
        "asked_names", _("Names of organisations that you asked for"), (Organisation.asked_by_id,),
        (Organisation.name, Organisation.asked_name, Organisation.asked_at),
    ),
    Section(
        "appeals", _("Appeals"), (Appeal.started_by_id, Appeal.filed_by_id),
        (Appeal.number, Appeal.state, Appeal.text, Appeal.late_reason, Appeal.started_at, Appeal.filed_at),
        ((Application, Application.id == Appeal.application_id),),
        only_members=True,
    ),
    Section(
        "agreements", _("Agreements"), (Party.accepted_by_id, Party.contact_email),
        (Agreement.number, Party.kind, Party.name, Party.contact_email, Party.accepted_name, Party.accepted_at),
        ((Agreement, Agreement.id == Party.agreement_id),),
    ),
    Section(
        "amendments", _("Amendments"), (AmendmentSide.accepted_by_id, AmendmentSide.contact_email),
        (Agreement.number, AmendmentSide.kind, AmendmentSide.name, AmendmentSide.contact_email,
         AmendmentSide.accepted_name, AmendmentSide.accepted_at),
        ((Amendment, Amendment.id == AmendmentSide.amendment_id), (Agreement, Agreement.id == Amendment.agreement_id)),
    ),
    Section(
        "amendments_asked", _("Amendments that you asked for"), (Amendment.asked_by_id,),
        (Agreement.number, Amendment.state, Amendment.reason, Amendment.asked_at),
        ((Agreement, Agreement.id == Amendment.agreement_id),),
    ),
    Section(
        "terminations_proposed", _("Terminations that you proposed"), (Termination.proposed_by_id,),
        (Agreement.number, Termination.state, Termination.reason, Termination.proposed_at),
        ((Agreement, Agreement.id == Termination.agreement_id),),
    ),
    Section(
        "terminations_answered", _("Answers to proposed terminations"),
        (TerminationSide.answered_by_id, TerminationSide.contact_email),
        (Agreement.number, TerminationSide.kind, TerminationSide.name, TerminationSide.contact_email,
         TerminationSide.answer, TerminationSide.answered_at),
        ((Termination, Termination.id == TerminationSide.termination_id),
         (Agreement, Agreement.id == Termination.agreement_id)),
    ),
    Section(
        "provider_named", _("Named as a provider"), (Amendment.provider_email,),
        (Agreement.number, Amendment.provider_name, Amendment.provider_contact, Amendment.provider_email),
        ((Agreement, Agreement.id == Amendment.agreement_id),),
    ),
    Section(
        "advances", _("Advances"), (Advance.asked_by_id,),
        (Advance.number, Advance.state, Advance.amount_cents, Advance.currency, Advance.purpose, Advance.asked_at),
    ),
    Section(
        "claims", _("Claims"), (Claim.submitted_by_id,),
        (Claim.number, Claim.state, Claim.started_at, Claim.submitted_at),
    ),
    Section(
        "reports_signed", _("Reports that you signed"), (ReportSignature.signed_by_id,),
        (Claim.number, ReportSignature.kind, ReportSignature.name, ReportSignature.signed_at, ReportSignature.sha256),
        ((Claim, Claim.id == ReportSignature.claim_id),),
    ),
    Section(
        "provider", _("Entry as a provider"), (Provider.contact_email,),
        (Provider.programme_code, Provider.name, Provider.contact_email, Provider.state, Provider.registered_at),
    ),
    Section(
        "surveys", _("Surveys"), (Application.started_by_id,),
        (Application.reference, Survey.months, Survey.state, Survey.asked_at, Survey.answered_at),
        ((Survey, Survey.application_id == Application.id),),
    ),
    Section(
        "survey_answers", _("Answers to surveys"), (Application.started_by_id,),
        (Application.reference, Survey.months, SurveyAnswer.turnover_change, SurveyAnswer.jobs_change,
         SurveyAnswer.new_products, SurveyAnswer.has_worked_with, SurveyAnswer.follow_on_cents, SurveyAnswer.currency,
         SurveyAnswer.anyway, SurveyAnswer.earlier),
        ((Survey, Survey.application_id == Application.id), (SurveyAnswer, SurveyAnswer.survey_id == Survey.id)),
        only_members=True,
    ),
)  # fmt: skip
"""What somebody did for a company, or was named for. The company's words go to those who belong to it."""
