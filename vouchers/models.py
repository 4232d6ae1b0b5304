"""Every module with tables, for migrations and for whoever needs the whole metadata. A test finds one left out."""

# ruff: noqa: F401 - importing them registers their tables

from __future__ import annotations

import vouchers.advances.models
import vouchers.agreements.models
import vouchers.alerts.models
import vouchers.amendments.models
import vouchers.api.models
import vouchers.appeals.models
import vouchers.applications.models
import vouchers.audit.models
import vouchers.audits.models
import vouchers.banking.models
import vouchers.claims.models
import vouchers.core.models
import vouchers.decisions.models
import vouchers.documents.models
import vouchers.draws.models
import vouchers.eligibility.models
import vouchers.enquiries.models
import vouchers.evaluation.models
import vouchers.experts.models
import vouchers.fees.models
import vouchers.jobs.models
import vouchers.ledger.models
import vouchers.letters.models
import vouchers.likenesses.models
import vouchers.matching.models
import vouchers.organisations.models
import vouchers.packs.models
import vouchers.panels.models
import vouchers.payables.models
import vouchers.payments.models
import vouchers.pools.models
import vouchers.programmes.models
import vouchers.providers.models
import vouchers.rates.models
import vouchers.recoveries.models
import vouchers.regions.models
import vouchers.retention.models
import vouchers.schemes.models
import vouchers.surveys.models
import vouchers.transfers.models
import vouchers.users.models
