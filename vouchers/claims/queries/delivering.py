"""What the claims of a voucher say was delivered, and the provider's way to a report."""

from __future__ import annotations

from sqlalchemy import or_, select

from vouchers.agreements.policy import ProviderContact
from vouchers.claims.models import Claim, Deliverable
from vouchers.claims.policy import ReportVisit
from vouchers.claims.queries.files import DEAD, WHOLE
from vouchers.core.database import db
from vouchers.core.errors import NotFound
from vouchers.core.text import say as _
from vouchers.users.secrets import hash_token


def list_claimed_codes(agreement_id: int, *, besides: int) -> set[str]:
    """What other live claims of a voucher have delivered and nobody refused."""
    found = (
        select(Deliverable.code)
        .join(Deliverable.claim)
        .where(
            Claim.agreement_id == agreement_id,
            Claim.id != besides,
            Claim.state.not_in(DEAD),
            Deliverable.removed_at.is_(None),
            or_(Deliverable.is_accepted.is_(None), Deliverable.is_accepted.is_(True)),
        )
    )
    return set(db.session.scalars(found))


def get_visit(token: str) -> ReportVisit:
    """The claim whose report a provider's link opens, and whom the link stands for. Raises `NotFound`."""
    found = select(Claim).where(Claim.report_token_hash == hash_token(token)).options(*WHOLE)
    claim = db.session.scalars(found).first()
    party = claim.agreement.provider_party if claim is not None else None
    if claim is None or party is None:
        raise NotFound(_("This link is not known. Copy the whole address from the email."))
    return ReportVisit(claim, ProviderContact(party.id, party.name))
