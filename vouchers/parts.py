"""What the application is put together from: the pages of each package in the order of the floors, and its jobs."""

from __future__ import annotations

from vouchers import home
from vouchers.advances import views as advances
from vouchers.agreements import jobs as agreement_jobs
from vouchers.agreements import views as agreements
from vouchers.alerts import jobs as alert_jobs
from vouchers.alerts import views as alerts
from vouchers.amendments import jobs as amendment_jobs
from vouchers.amendments import views as amendments
from vouchers.api import views as api
from vouchers.appeals import views as appeals
from vouchers.applications import jobs as application_jobs
from vouchers.applications import views as applications
from vouchers.applications.queries import proof as application_proof
from vouchers.applications.views import partners, receipts
from vouchers.audit import jobs as audit_jobs
from vouchers.audits import jobs as audits_jobs
from vouchers.audits import views as audits
from vouchers.banking import jobs as banking_jobs
from vouchers.banking import views as banking
from vouchers.claims import jobs as claim_jobs
from vouchers.claims import views as claims
from vouchers.claims.queries import proof as claim_proof
from vouchers.decisions import jobs as decision_jobs
from vouchers.decisions import views as decisions
from vouchers.draws import views as draws
from vouchers.eligibility import views as eligibility
from vouchers.enquiries import jobs as enquiry_jobs
from vouchers.enquiries.views import clarifications
from vouchers.enquiries.views import files as clarification_files
from vouchers.enquiries.views import threads as enquiries
from vouchers.evaluation import jobs as evaluation_jobs
from vouchers.evaluation import views as evaluation
from vouchers.experts import jobs as expert_jobs
from vouchers.experts import views as experts
from vouchers.fees import views as fees
from vouchers.likenesses import views as likenesses
from vouchers.matching import jobs as matching_jobs
from vouchers.matching import views as matching
from vouchers.organisations import views as organisations
from vouchers.packs import jobs as pack_jobs
from vouchers.packs import views as packs
from vouchers.panels import jobs as panel_jobs
from vouchers.panels import views as panels
from vouchers.payables import views as payables
from vouchers.payments import views as payments
from vouchers.periods import views as periods
from vouchers.pools import jobs as pool_jobs
from vouchers.pools import views as pools
from vouchers.programmes import views as programmes
from vouchers.providers import jobs as provider_jobs
from vouchers.providers import views as providers
from vouchers.publishing import views as publishing
from vouchers.rates import views as rates
from vouchers.recoveries import jobs as recovery_jobs
from vouchers.recoveries import views as recoveries
from vouchers.reports import views as reports
from vouchers.retention import jobs as retention_jobs
from vouchers.retention import views as retention
from vouchers.schemes import jobs as scheme_jobs
from vouchers.schemes import views as schemes
from vouchers.surveys import jobs as survey_jobs
from vouchers.surveys import views as surveys
from vouchers.transfers import views as transfers
from vouchers.users import jobs as user_jobs
from vouchers.users import views as users

BLUEPRINTS = (
    home.blueprint,
    users.blueprint,
    likenesses.blueprint,
    eligibility.blueprint,
    organisations.blueprint,
    rates.blueprint,
    providers.blueprint,
    experts.blueprint,
    programmes.blueprint,
    periods.blueprint,
    pools.blueprint,
    transfers.blueprint,
    alerts.blueprint,
    applications.blueprint,
    partners.blueprint,
    receipts.blueprint,
    enquiries.blueprint,
    clarifications.blueprint,
    clarification_files.blueprint,
    evaluation.blueprint,
    matching.blueprint,
    panels.blueprint,
    fees.blueprint,
    draws.blueprint,
    decisions.blueprint,
    appeals.blueprint,
    surveys.blueprint,
    agreements.blueprint,
    amendments.blueprint,
    advances.blueprint,
    claims.blueprint,
    recoveries.blueprint,
    payables.blueprint,
    payments.blueprint,
    banking.blueprint,
    reports.blueprint,
    packs.blueprint,
    publishing.blueprint,
    audits.blueprint,
    retention.blueprint,
    api.blueprint,
    schemes.blueprint,
)

JOBS = (
    agreement_jobs,
    alert_jobs,
    amendment_jobs,
    application_jobs,
    audit_jobs,
    audits_jobs,
    banking_jobs,
    claim_jobs,
    decision_jobs,
    enquiry_jobs,
    evaluation_jobs,
    expert_jobs,
    matching_jobs,
    pack_jobs,
    panel_jobs,
    pool_jobs,
    provider_jobs,
    retention_jobs,
    recovery_jobs,
    scheme_jobs,
    survey_jobs,
    user_jobs,
)
"""Imported for the jobs that they register."""

PROOFS = (application_proof, claim_proof)
"""Imported for what they add to `ledger verify`."""
