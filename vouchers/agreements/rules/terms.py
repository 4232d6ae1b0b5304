"""What an agreement says: one list of sections, from which the page and the PDF are both drawn.

The text is frozen as JSON when the agreement is issued and is hashed; nothing that is changed later in the programme,
in a translation or in this module changes an agreement that was offered. Amounts and days are put into words by the
functions that `write_terms` is given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from vouchers.agreements.rules.basis import Basis, Wording
from vouchers.agreements.states import PartyKind
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.grant_plan import GrantKind
from vouchers.programmes.rules.instrument_plan import Party
from vouchers.programmes.rules.plan import StateAid

Words = Sentence | str


@dataclass(frozen=True, slots=True)
class Section:
    """A part under one heading: running text, then facts (label, value), then points."""

    heading: str
    texts: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    points: tuple[str, ...] = ()


def write_terms(basis: Basis, wording: Wording) -> dict[str, Any]:
    """The terms as JSON: title, letterhead, sections in words, and the same dates and amounts for machines."""
    sections = [write(basis, wording) for write in _SECTIONS]
    return {
        "title": str(_("Voucher agreement %(number)s", number=basis.number)),
        "number": basis.number,
        "office": {"name": basis.office_name, "address": list(basis.office_address), "email": basis.office_email},
        "sections": [
            {
                "heading": section.heading,
                "texts": list(section.texts),
                "facts": [list(fact) for fact in section.facts],
                "points": list(section.points),
            }
            for section in sections
        ],
        "data": {
            "amount_cents": basis.amount.cents,
            "currency": basis.amount.currency,
            "approved_on": basis.approved_on.isoformat(),
            "starts_on": basis.starts_on.isoformat(),
            "ends_on": basis.ends_on.isoformat(),
            "claim_by": basis.claim_by.isoformat(),
            "instrument": basis.instrument.code,
            "state_aid": basis.state_aid.value,
            "provider_contact": _provider_contact(basis),
            "amendments_signed": basis.amendments_signed,
        },
    }


def _provider_contact(basis: Basis) -> str:
    """Who is named as the contact person of the provider; empty where nobody is."""
    return next((party.details[0] for party in basis.parties if party.kind == PartyKind.PROVIDER), "")


def read_sections(terms: dict[str, Any]) -> list[Section]:
    """The sections of frozen terms, in order."""
    return [
        Section(
            part["heading"],
            tuple(part["texts"]),
            tuple((label, value) for label, value in part["facts"]),
            tuple(part["points"]),
        )
        for part in terms["sections"]
    ]


def _section(
    heading: Words,
    texts: Sequence[Words] = (),
    facts: Sequence[tuple[Words, Words]] = (),
    points: Sequence[Words] = (),
) -> Section:
    return Section(
        str(heading),
        tuple(str(text) for text in texts),
        tuple((str(label), str(value)) for label, value in facts),
        tuple(str(point) for point in points),
    )


def _parties(basis: Basis, _wording: Wording) -> Section:
    facts = [
        (party.kind.label, ", ".join((party.name, *(part for part in party.details if part))))
        for party in basis.parties
    ]
    intro = _("This agreement is made under the programme %(programme)s between:", programme=basis.programme)
    return _section(_("1. Who agrees"), [intro], facts)


def _purpose(basis: Basis, wording: Wording) -> Section:
    facts: list[tuple[Words, Words]] = [
        (_("Voucher"), basis.instrument.name.for_reader()),
        (_("Project"), basis.project),
        (_("Application"), basis.application_reference),
    ]
    if basis.partner:
        facts.append((_("Partner"), basis.partner))
    if basis.activity:
        first, last = (wording.day(day) for day in basis.activity)
        days = first if first == last else _("%(first)s to %(last)s", first=first, last=last)
        facts.append((_("Days of the activity"), days))
    text = _("The voucher pays for the activity that is described in the application, and for nothing else.")
    return _section(_("2. What the voucher is for"), [text], facts)


def _money(basis: Basis, wording: Wording) -> Section:
    grant = basis.instrument.grant
    amount = wording.money(basis.amount)
    facts: list[tuple[Words, Words]] = [(_("The most that is paid"), amount)]
    if grant.kind == GrantKind.REAL_COST:
        facts.append((_("Part of the eligible costs that is paid"), wording.percent(grant.rate or Decimal(1))))
        texts = [
            _(
                "What is paid is the real, eligible cost times this part, rounded down to the cent, and never more "
                "than %(amount)s. The SME bears the rest.",
                amount=amount,
            ),
            _("VAT counts as a cost only if the SME cannot recover it.")
            if grant.pays_vat
            else _("VAT is not paid: the SME bears it."),
        ]
        if grant.own_work is not None:
            share = wording.percent(grant.own_work)
            texts.append(_("The SME’s own work may be at most %(share)s of the costs.", share=share))
    else:
        texts = [_("The sum is paid once the results that are named below have been delivered.")]
    texts.append(_("Funding: %(funder)s", funder=basis.funder))
    return _section(_("3. How much is paid"), texts, facts, ())


def _costs(basis: Basis, _wording: Wording) -> Section:
    points: list[Words] = []
    for category in basis.instrument.cost_categories:
        name, hint = category.name.for_reader(), category.hint.for_reader()
        points.append(f"{name}: {hint}" if hint else name)
    text = (
        _("These costs may be claimed, each with its invoice or ticket, and each only once in any public programme:")
        if _is_real_cost(basis)
        else _("The sum stands for these costs, and each is paid only once in any public programme:")
    )
    return _section(_("4. Which costs are paid"), [text], (), points)


def _is_real_cost(basis: Basis) -> bool:
    return basis.instrument.grant.kind is GrantKind.REAL_COST


def _days(basis: Basis, wording: Wording) -> Section:
    is_real = _is_real_cost(basis)
    facts = [
        (_("Day of the approval"), wording.day(basis.approved_on)),
        (_("Costs count from") if is_real else _("The activity begins from"), wording.day(basis.starts_on)),
        (_("Costs count until") if is_real else _("The activity ends by"), wording.day(basis.ends_on)),
        (_("Last day to claim"), wording.day(basis.claim_by)),
        (_("To be accepted by all parties by"), basis.accept_by),
    ]
    texts = [
        _("If a party has not accepted by the day named below, this offer ends by itself and its money goes to others.")
    ]
    if basis.instrument.prior_approval:
        texts.append(
            _(
                "An activity on or before the day of the approval, %(day)s, cannot be paid.",
                day=wording.day(basis.approved_on),
            )
        )
    if basis.outside_reason:
        texts.append(
            _(
                "The activity of the application does not lie within these days. The region’s reason: %(reason)s",
                reason=basis.outside_reason,
            )
        )
    return _section(_("5. From when to when"), texts, facts)


def _payment(basis: Basis) -> Sentence:
    if basis.instrument.payee is Party.PROVIDER:
        return _(
            "The region checks each claim, a second person authorises it, and it is paid within %(days)s days of the "
            "claim to the account of the service provider. Days on which the SME has not yet answered a question of "
            "the region do not count.",
            days=basis.pay_within_days,
        )
    return _(
        "The region checks each claim, a second person authorises it, and it is paid within %(days)s days of the claim "
        "to the account that the SME has entered and the region has confirmed. Days on which the SME has not yet "
        "answered a question of the region do not count.",
        days=basis.pay_within_days,
    )


def _deliverables(basis: Basis, wording: Wording) -> list[Words]:
    """What a sum is paid for."""
    return [
        _("To be delivered: %(name)s", name=asked.name)
        if asked.part is None
        else _("To be delivered: %(name)s (%(part)s of the sum)", name=asked.name, part=wording.percent(asked.part))
        for asked in basis.instrument.claim.deliverables
    ]


def _names(basis: Basis) -> list[Words]:
    """Who signs the report, without which nothing can be claimed."""
    asked = basis.instrument.claim.signed_by
    if Party.SME in asked and Party.PROVIDER in asked:
        return [
            _(
                "The SME writes a report with each claim. Before the claim is sent, the SME and the provider sign the "
                "report by name; the provider is sent a link for it and needs no account."
            )
        ]
    if Party.PROVIDER in asked:
        return [
            _(
                "The SME writes a report with each claim. Before the claim is sent, the provider signs the report by "
                "name; it is sent a link for it and needs no account."
            )
        ]
    if asked:
        return [_("The SME writes a report with each claim, and signs it by name before the claim is sent.")]
    return []


def _claim(basis: Basis, wording: Wording) -> Section:
    points: list[Words] = [
        _("%(name)s (required)", name=asked.name)
        if asked.is_required
        else _("%(name)s (if there is one)", name=asked.name)
        for asked in basis.instrument.claim_documents
    ]
    points = [*_deliverables(basis, wording), *points]
    texts = [
        _payment(basis),
        *_names(basis),
        _("With its claim, which it makes online when the activity is done, the SME sends these documents:"),
    ]
    return _section(_("6. How it is claimed and paid"), texts, (), points)


def _duties(basis: Basis, _wording: Wording) -> Section:
    points = [
        _(
            "The SME carries out the activity as described and tells the region beforehand if something important "
            "changes."
        ),
        _("The SME claims only costs that it has paid itself and for which it receives no other public money.")
        if _is_real_cost(basis) and basis.instrument.payee is not Party.PROVIDER
        else _("The SME receives no other public money for the same activity."),
        _(
            "The SME keeps all documents for ten years and shows them to the region, the funders and their auditors "
            "on request."
        ),
        _("Money that was paid without good cause is paid back, with interest as the law provides."),
        _("Name of the company, project, amount and region may be published, as the rules of the European funds ask."),
        _("Days, amount or provider change only by an amendment that every party has accepted.")
        if basis.amendments_signed
        else _("Days, amount or provider change only by an amendment on which the region has decided in writing."),
    ]
    if any(party.kind == PartyKind.PROVIDER for party in basis.parties):
        points.append(
            _("The service provider does the work that its offer describes and is neither owned nor run by the SME.")
        )
    return _section(_("7. What the parties promise"), (), (), points)


_AID = {
    StateAid.DE_MINIMIS: _(
        "The voucher is de minimis aid under Regulation (EU) 2023/2831. A single undertaking may receive at most "
        "%(ceiling)s of such aid in a Member State over any three years; the SME declares that this voucher does not "
        "take it beyond. The grant is entered in the register of de minimis aid."
    ),
    StateAid.GBER_20A: _("The voucher is aid under Article 20a of Regulation (EU) No 651/2014 (Interreg projects)."),
    StateAid.GBER_28: _("The voucher is innovation aid to SMEs under Article 28 of Regulation (EU) No 651/2014."),
    StateAid.NONE: _("The voucher is no State aid within the meaning of Article 107 of the Treaty."),
}


def _state_aid(basis: Basis, wording: Wording) -> Section:
    ceiling = wording.money(basis.de_minimis_ceiling)
    return _section(_("8. State aid"), [Sentence(_AID[basis.state_aid].msgid, {"ceiling": ceiling})])


def _data(basis: Basis, _wording: Wording) -> Section:
    text = _(
        "Names and addresses of the persons who act for the parties are kept to carry out and to audit this agreement "
        "(Regulation (EU) 2016/679, Art 6(1)(b), (c) and (e)), and are erased when the law no longer asks for them. "
        "Questions: %(email)s",
        email=basis.office_email,
    )
    return _section(_("9. Personal data"), [text])


_SECTIONS: tuple[Callable[[Basis, Wording], Section], ...] = (
    _parties, _purpose, _money, _costs, _days, _claim, _duties, _state_aid, _data,
)  # fmt: skip
