"""What is told of the account itself: who the person is here, signing in, letters, steps, and what was asked for."""

from __future__ import annotations

from vouchers.alerts.models import Alert
from vouchers.audit.models import AuditEvent
from vouchers.audits.models import Mandate
from vouchers.core.text import say as _
from vouchers.documents.models import Document
from vouchers.letters.models import Letter
from vouchers.organisations.models import Membership, Organisation
from vouchers.retention.models import DataCopy, DisposalItem
from vouchers.retention.queries.sections import Section, is_open
from vouchers.users.models import OneTimeToken, RecoveryCode, RoleGrant, User, UserSession

ACCOUNT = (
    Section(
        "account", _("Account"), (User.id,),
        (User.id, User.name, User.email, User.language, User.time_zone, User.state, User.created_at,
         User.failed_attempts, User.locked_until),
    ),
    Section(
        "roles", _("Roles"), (RoleGrant.user_id,),
        (RoleGrant.role, RoleGrant.programme_code, RoleGrant.region_code, RoleGrant.state, RoleGrant.granted_at,
         RoleGrant.ends_at),
    ),
    Section(
        "mandates", _("Mandates"), (Mandate.auditor_id,),
        (Mandate.number, Mandate.subject, Mandate.state, Mandate.first_on, Mandate.last_on, Mandate.given_at,
         Mandate.ended_at),
    ),
    Section(
        "sessions", _("Sessions"), (UserSession.user_id,),
        (UserSession.device, UserSession.state, UserSession.started_at, UserSession.opened_at, UserSession.ends_at),
    ),
    Section(
        "sign_in_links", _("Links to sign in"), (OneTimeToken.user_id,),
        (OneTimeToken.purpose, OneTimeToken.expires_at, OneTimeToken.used_at),
    ),
    Section("recovery_codes", _("Recovery codes"), (RecoveryCode.user_id,), (RecoveryCode.used_at,)),
    Section(
        "organisations", _("Organisations"), (Membership.user_id, Membership.email),
        (Organisation.name, Membership.role, Membership.state, Membership.email, Membership.is_signatory,
         Membership.invited_at),
        ((Organisation, Organisation.id == Membership.organisation_id),),
    ),
    Section(
        "alerts", _("Letters about new calls"), (Alert.subscriber_email,),
        (Alert.state, Alert.subscriber_email, Alert.region_code, Alert.instrument_code, Alert.language, Alert.asked_at,
         Alert.confirmed_at),
    ),
    Section(
        "letters", _("Letters"), (Letter.to_user_id, Letter.to_email),
        (Letter.written_at, Letter.to_email, Letter.heading, Letter.body, Letter.sent_at),
        but=(is_open(Letter.subject_kind), Letter.sent_at.is_not(None)), unlinked=("body",),
    ),
    Section(
        "uploads", _("Files that you stored"), (Document.stored_by_id,),
        (Document.purpose, Document.size, Document.sha256, Document.stored_at, Document.removed_at),
        but=(is_open(Document.subject_kind),),
    ),
    Section(
        "steps", _("Steps that you took"), (AuditEvent.actor_id,),
        (AuditEvent.at, AuditEvent.tag, AuditEvent.subject_kind, AuditEvent.subject_id),
        but=(is_open(AuditEvent.subject_kind),),
    ),
    Section(
        "steps_on_account", _("Steps on your account"), (AuditEvent.subject_id,), (AuditEvent.at, AuditEvent.tag),
        but=(AuditEvent.subject_kind == "user",),
    ),
    Section(
        "copies", _("Copies of your data"), (DataCopy.user_id,),
        (DataCopy.asked_at, DataCopy.state, DataCopy.made_at, DataCopy.ends_at, DataCopy.fetched_at),
    ),
    Section(
        "deletion", _("Lists of what may be deleted"), (DisposalItem.user_id,),
        (DisposalItem.reference, DisposalItem.law, DisposalItem.until, DisposalItem.outcome),
    ),
)  # fmt: skip
"""One's account."""
