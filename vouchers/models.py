"""Every table of the program, for migrations and for whoever needs the whole metadata."""

from vouchers.agreements.models import Agreement, Party
from vouchers.alerts.models import Alert, AlertNotice
from vouchers.applications.models import Answer, Application, Partner, Submission
from vouchers.audit.models import AuditDetail, AuditEvent, AuditLeaf, AuditSeal
from vouchers.claims.models import Claim, CostLine
from vouchers.core.models import Counter, HeldForm
from vouchers.decisions.models import Decision, DrawPool, QueueHold
from vouchers.documents.models import Document
from vouchers.eligibility.models import AidDeclaration, AidEntry, KeptCheck, OwnershipStatement
from vouchers.enquiries.models import Clarification, Enquiry, Message, PublicAnswer
from vouchers.evaluation.models import Assignment, Finding
from vouchers.experts.models import Expert
from vouchers.jobs.models import QueuedJob
from vouchers.ledger.models import ClosedPeriod, Fund, Journal, JournalLine, StageBalance
from vouchers.letters.models import Letter
from vouchers.matching.models import Bid, MatchingPair, MatchingRun, Wish
from vouchers.organisations.models import BankAccount, Membership, Organisation
from vouchers.payments.models import Batch, Payment
from vouchers.programmes.models import Call, Corrigendum, Envelope, EnvelopeFund, FormVersion, Instrument, Programme
from vouchers.regions.models import Region
from vouchers.schemes.models import SchemeDraft
from vouchers.transfers.models import EnvelopeTransfer
from vouchers.users.models import OneTimeToken, RecoveryCode, RoleGrant, User, UserSession

TABLES = (
    Agreement, AidDeclaration, AidEntry, Alert, AlertNotice, Answer, Application, Assignment, AuditDetail,
    AuditEvent, AuditLeaf, AuditSeal, BankAccount, Batch, Bid, Call, Claim, Clarification, ClosedPeriod,
    Corrigendum, CostLine, Counter, Decision, Document, DrawPool, Enquiry, Envelope, EnvelopeFund, EnvelopeTransfer,
    Expert, Finding, FormVersion, Fund, HeldForm, Instrument, Journal, JournalLine, KeptCheck, Letter, MatchingPair,
    MatchingRun, Membership, Message, OneTimeToken, Organisation, OwnershipStatement, Partner, Party, Payment,
    Programme, PublicAnswer, QueueHold, QueuedJob, RecoveryCode, Region, RoleGrant, SchemeDraft, StageBalance,
    Submission, User, UserSession, Wish,
)  # fmt: skip
