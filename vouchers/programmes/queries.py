"""Finding programmes and what belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from vouchers.core.database import Base, db
from vouchers.core.errors import NotFound
from vouchers.core.money import Money
from vouchers.core.tables import ListQuery, Page, paginate
from vouchers.core.text import say as _
from vouchers.ledger.chart import Account
from vouchers.ledger.models import Fund, Journal, JournalLine, StageBalance
from vouchers.programmes.models import Call, Corrigendum, Envelope, EnvelopeFund, FormVersion, Instrument, Programme
from vouchers.programmes.rules.form_plan import Form
from vouchers.programmes.states import CallPhase, CallState
from vouchers.regions.models import Region

WHOLE_ENVELOPE = (
    joinedload(Envelope.call).joinedload(Call.programme),
    joinedload(Envelope.region),
    selectinload(Envelope.funds).joinedload(EnvelopeFund.fund),
)
"""What policies and pages need of an envelope."""
_INSTRUMENTS = joinedload(Envelope.call).joinedload(Call.programme).selectinload(Programme.instruments)
"""And how what it is for is called."""
_RECEIVED = ("receive_funds", "reverse_receive_funds")


def get_programme(code: str) -> Programme:
    """A programme by its code. Raises `NotFound`."""
    found = db.session.scalars(select(Programme).where(Programme.code == code)).first()
    if found is None:
        raise NotFound(_("There is no programme %(code)s.", code=code))
    return found


def list_programme_codes() -> list[str]:
    """The codes of all programmes."""
    return list(db.session.scalars(select(Programme.code)))


# For loading a file -------------------------------------------------------------------------------------------------


def lock_programme(code: str) -> Programme | None:
    """A programme by its code, held against other loadings."""
    return db.session.scalars(select(Programme).where(Programme.code == code).with_for_update()).first()


def find_source(code: str) -> dict[str, Any] | None:
    """The file of a programme in plain values, as it was loaded last; None where there is none."""
    return db.session.scalar(select(Programme.source).where(Programme.code == code))


def lock_calls(programme_id: int) -> list[Call]:
    """The calls of a programme, held: no application can be started in them meanwhile."""
    found = select(Call).where(Call.programme_id == programme_id).order_by(Call.id).with_for_update()
    return list(db.session.scalars(found))


def list_instruments(programme_id: int) -> list[Instrument]:
    """The instruments of a programme in the order of its file."""
    return list(
        db.session.scalars(select(Instrument).where(Instrument.programme_id == programme_id).order_by(Instrument.id))
    )


def list_envelopes_of(call_ids: Sequence[int]) -> list[Envelope]:
    """The envelopes of calls with their funds."""
    found = select(Envelope).where(Envelope.call_id.in_(call_ids)).order_by(Envelope.id)
    return list(db.session.scalars(found.options(*WHOLE_ENVELOPE)))


def map_money(call_ids: Sequence[int]) -> dict[tuple[int, str, str | None], Money]:
    """(call id, region, instrument or None for all) -> what its envelope has now: voted, and moved to or from it."""
    cents_now = Envelope.amount_cents + Envelope.transferred_cents
    found = select(Envelope.call_id, Region.code, Envelope.instrument_code, cents_now, Envelope.currency)
    found = found.join(Envelope.region).where(Envelope.call_id.in_(call_ids)).order_by(Envelope.id)
    return {
        (call_id, region, None if code == "*" else code): Money(int(cents), currency)
        for call_id, region, code, cents, currency in db.session.execute(found)
    }


def map_moves(call_ids: Sequence[int]) -> dict[int, datetime]:
    """Call id -> when money was last moved between its envelopes.

    Transfers stand on a floor above this one, so their table is asked for by its name.
    """
    transfer = Base.metadata.tables["envelope_transfer"]
    found = (
        select(Envelope.call_id, func.max(transfer.c.decided_at))
        .join(transfer, transfer.c.source_id == Envelope.id)
        .where(transfer.c.state == "approved", Envelope.call_id.in_(call_ids))
        .group_by(Envelope.call_id)
    )
    return dict(db.session.execute(found).tuples().all())


def list_calls_with_applications(call_ids: Sequence[int]) -> set[int]:
    """Which of these calls have an application, in whatever state.

    Applications stand on a floor above this one, so their table is asked for by its name.
    """
    application = Base.metadata.tables["application"]
    return set(db.session.scalars(select(application.c.call_id).where(application.c.call_id.in_(call_ids)).distinct()))


def list_corrigenda(call_id: int) -> list[Corrigendum]:
    """The corrections of a call, the newest first."""
    found = select(Corrigendum).where(Corrigendum.call_id == call_id).order_by(Corrigendum.number.desc())
    return list(db.session.scalars(found))


def get_corrigendum(corrigendum_id: int) -> Corrigendum:
    """A correction with its call. Raises `NotFound`."""
    options = (joinedload(Corrigendum.call).joinedload(Call.programme),)
    found = db.session.get(Corrigendum, corrigendum_id, options=options, populate_existing=True)
    if found is None:
        raise NotFound(_("There is no such correction."))
    return found


# For pages ----------------------------------------------------------------------------------------------------------


def get_call(programme_code: str, call_code: str) -> Call:
    """A published call with its programme and instruments. Raises `NotFound`."""
    found = (
        select(Call)
        .join(Call.programme)
        .where(Programme.code == programme_code, Call.code == call_code)
        .options(contains_eager(Call.programme).selectinload(Programme.instruments))
    )
    call = db.session.scalars(found).first()
    if call is None:
        raise NotFound(_("There is no such call."))
    return call


def list_calls(wanted: Mapping[str, str] | None = None, *, at: datetime | None = None) -> list[Call]:
    """Every published call with its programme and instruments, the next deadline first; three queries.

    Args:
        wanted: any of ``programme``, ``region``, ``instrument`` (codes), ``state`` (a `CallPhase` at the moment `at`).
    """
    found = (
        select(Call)
        .join(Call.programme)
        .where(*_asked(wanted or {}, at))
        .options(selectinload(Call.programme).selectinload(Programme.instruments))
        .order_by(Call.closes_at, Call.id)
    )  # not joined: what a programme and an instrument say would be read again for each call
    return list(db.session.scalars(found))


def _asked(wanted: Mapping[str, str], at: datetime | None) -> Iterator[ColumnElement[bool]]:
    yield Call.state == CallState.PUBLISHED
    if programme := wanted.get("programme"):
        yield Programme.code == programme
    for name in ("region", "instrument"):
        if code := wanted.get(name):
            yield Call.config[f"{name}s"].as_string().contains(f'"{code}"', autoescape=True)
    if at is not None and (phase := wanted.get("state")):
        second = at.replace(microsecond=0)  # the closing second counts, as in `rules.phase`
        yield {
            CallPhase.OPENING_SOON: Call.opens_at > at,
            CallPhase.OPEN: and_(Call.opens_at <= at, Call.closes_at >= second),
            CallPhase.CLOSED: Call.closes_at < second,
        }[CallPhase(phase)]


def list_programmes() -> list[Programme]:
    """Every programme with its instruments, by code; one query."""
    found = select(Programme).options(joinedload(Programme.instruments)).order_by(Programme.code)
    return list(db.session.scalars(found).unique())


@dataclass(frozen=True, slots=True)
class CallMark:
    """As much of a call as shows whether a page about calls is still true."""

    id: int
    code: str
    digest: str
    opens_at: datetime
    closes_at: datetime
    programme_digest: str
    regions: int
    """Grows with every change of any region."""


_MARKS: Any = (
    select(
        Call.id, Call.code, Call.digest, Call.opens_at, Call.closes_at, Programme.digest,
        select(func.sum(Region.version)).scalar_subquery(),
    )
    .join(Call.programme)
    .order_by(Call.id)
)  # fmt: skip


def form_of(call: Call, digest: str) -> Form:
    """The form with this digest, as it stood when something was submitted to it; one that is not kept, as it is now."""
    version = db.session.get(FormVersion, digest)
    return call.plan.form if version is None else version.plan


def list_call_marks() -> list[CallMark]:
    """The marks of all calls. Whatever a page says of calls comes from files, whose digests the programmes hold."""
    return [CallMark(*row) for row in db.session.execute(_MARKS)]


def get_envelope(envelope_id: int) -> Envelope:
    """An envelope with its call, region and funds. Raises `NotFound`."""
    found = db.session.scalars(select(Envelope).where(Envelope.id == envelope_id).options(*WHOLE_ENVELOPE)).first()
    if found is None:
        raise NotFound(_("There is no such envelope."))
    return found


def list_envelopes(query: ListQuery, *, scopes: Sequence[tuple[str | None, str | None]]) -> Page:
    """Envelopes within (programme, region) mandates, None standing for all."""
    statement = (
        select(Envelope)
        .join(Envelope.call)
        .join(Call.programme)
        .join(Envelope.region)
        .where(or_(false(), *(_within(programme, region) for programme, region in scopes)))
        .options(*WHOLE_ENVELOPE, _INSTRUMENTS)
    )
    if call := query.filters.get("call"):
        statement = statement.where(Call.code == call)
    if region := query.filters.get("region"):
        statement = statement.where(Region.code == region)
    orders = {
        "call": (Call.code, Region.code),
        "region": (Region.code, Call.code),
        "amount": Envelope.amount_cents,
    }
    return paginate(db.session, statement, query, orders)


def _within(programme: str | None, region: str | None) -> ColumnElement[bool]:
    wanted = [Programme.code == programme] if programme else []
    return and_(true(), *wanted, *([Region.code == region] if region else []))


def sum_stages(envelopes: Sequence[Envelope]) -> dict[int, dict[str, Money]]:
    """Envelope id -> account -> what stands there: the budget stages, and the money received from funders."""
    ids = [envelope.id for envelope in envelopes]
    currencies = {envelope.id: envelope.currency for envelope in envelopes}
    carried = (
        select(EnvelopeFund.envelope_id, StageBalance.account, func.sum(StageBalance.cents))
        .join(StageBalance, StageBalance.fund_id == EnvelopeFund.fund_id)
        .where(EnvelopeFund.envelope_id.in_(ids))
        .group_by(EnvelopeFund.envelope_id, StageBalance.account)
    )
    received = (
        select(EnvelopeFund.envelope_id, JournalLine.account, func.sum(JournalLine.cents))
        .join(JournalLine, JournalLine.fund_id == EnvelopeFund.fund_id)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .where(EnvelopeFund.envelope_id.in_(ids), JournalLine.account == Account.BANK, Journal.event.in_(_RECEIVED))
        .group_by(EnvelopeFund.envelope_id, JournalLine.account)
    )
    answer: dict[int, dict[str, Money]] = {envelope_id: {} for envelope_id in ids}
    for envelope_id, account, cents in [*db.session.execute(carried), *db.session.execute(received)]:
        answer[envelope_id][account] = Money(int(cents), currencies[envelope_id])
    return answer


def total_received(fund: Fund) -> Money:
    """What the funder of this fund line has paid so far."""
    cents = db.session.scalar(
        select(func.coalesce(func.sum(JournalLine.cents), 0))
        .join(Journal, Journal.id == JournalLine.journal_id)
        .where(JournalLine.fund_id == fund.id, JournalLine.account == Account.BANK, Journal.event.in_(_RECEIVED))
    )
    return Money(int(cents or 0), fund.currency)


def is_receipt_known(fund: Fund, reference: str) -> bool:
    """Whether money with this bank reference, without case and blanks, was recorded for the fund before."""
    found = (
        select(JournalLine.id)
        .join(Journal, Journal.id == JournalLine.journal_id)
        .where(JournalLine.fund_id == fund.id, Journal.event == "receive_funds")
        .where(func.upper(func.replace(Journal.reference, " ", "")) == reference.replace(" ", "").upper())
    )
    return db.session.execute(found.limit(1)).first() is not None


def find_first_day(programme: Programme) -> date | None:
    """The day on which the books of a programme begin: its first budget was voted."""
    voted = (
        select(JournalLine.journal_id)
        .join(Fund, Fund.id == JournalLine.fund_id)
        .where(Fund.programme == programme.code, JournalLine.account == Account.APPROPRIATION)
    )
    return db.session.scalar(select(func.min(Journal.on)).where(Journal.event == "appropriate", Journal.id.in_(voted)))


# What stands on floors above ----------------------------------------------------------------------------------------

PublicAnswers = list[tuple[str, str, datetime, str]]
_list_public_answers: Callable[[int], PublicAnswers] = lambda _call_id: []  # noqa: E731


def use_public_answers(list_of_call: Callable[[int], PublicAnswers]) -> None:
    """Set where the public questions of a call come from (the application shell does)."""
    global _list_public_answers
    _list_public_answers = list_of_call


def list_public_answers(call_id: int) -> PublicAnswers:
    """(question, answer, since when, language) of what was asked about a call and answered for everybody."""
    return _list_public_answers(call_id)
