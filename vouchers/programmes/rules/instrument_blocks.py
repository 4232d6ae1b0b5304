"""Instruments, as blocks of the file: what a voucher is worth, who decides, and what is asked for."""

from __future__ import annotations

from collections.abc import Collection

from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.programmes.rules import values
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.claim_blocks import ensure_terms_fit, read_claim_terms
from vouchers.programmes.rules.faults import not_known
from vouchers.programmes.rules.grant_blocks import read_grant
from vouchers.programmes.rules.instrument_plan import (
    CostCategory,
    CrossBorder,
    DocumentAsked,
    Evaluator,
    Instrument,
    Party,
    PerSme,
    ProviderRule,
)

INSTRUMENT_CODE = r"[A-Z][A-Z0-9-]{0,11}"
NAME_CODE = r"[a-z][a-z0-9_]{0,39}"
PAYEES = (Party.SME.value, Party.PROVIDER.value)
"""The region pays, so it is never paid."""


def read_instrument(block: Block, regions: Collection[str]) -> Instrument:
    """One kind of voucher; `regions` are the codes that the file declares."""
    evaluation = block.word("evaluation", Evaluator)
    documents = block.block("documents", "documents", required=False)
    per_sme = block.block("per_sme", "per_sme", required=False)
    claim = block.block("claim", "claim", required=False)
    instrument = Instrument(
        code=block.code("code", INSTRUMENT_CODE, "COL"),
        name=block.text("name", most=80),
        summary=block.text("summary", most=2000),
        grant=read_grant(block.block("grant", "grant"), regions),
        prior_approval=block.flag("prior_approval"),
        evaluation=evaluation,
        experts_per_application=_experts(block, evaluation),
        agreement_parties=tuple(
            Party(word) for word in block.words("agreement_parties", [str(item) for item in Party])
        ),
        cross_border=block.word("cross_border", CrossBorder, CrossBorder.NONE),
        provider=block.word("provider", ProviderRule, ProviderRule.FREE),
        payee=block.given("payee", _read_payee, Party.SME, required=False),
        cost_categories=block.parts("cost_categories", "cost_category", _cost_category),
        valid_for_months=block.whole("valid_for_months", 1, 120),
        accept_within_days=block.whole("accept_within_days", 1, 365),
        claim_within_days=block.whole("claim_within_days", 1, 365),
        per_sme=PerSme(
            per_call=per_sme.whole_or_none("per_call", 1, 1000),
            active=per_sme.whole_or_none("active", 1, 1000),
            in_all=per_sme.whole_or_none("in_all", 1, 1000),
            amount=_amount_per_sme(per_sme),
            within_months=read_counted_months(per_sme, "within_months", "in_all", "amount"),
        ),
        application_documents=documents.parts("application", "document", _document, required=False),
        claim_documents=documents.parts("claim", "document", _document, required=False),
        decide_within_working_days=block.whole_or_none("decide_within_working_days", 1, 250),
        claim=read_claim_terms(claim),
    )
    ensure_terms_fit(claim, instrument)
    _ensure_parties_fit(block, instrument)
    return instrument


def _read_payee(text: str) -> Party:
    word = text.strip()
    if word == Party.REGION:
        raise values.Misread(_('The payee is "sme" or "provider".'))
    if word not in PAYEES:
        raise values.Misread(not_known(word, PAYEES))
    return Party(word)


def _amount_per_sme(block: Block) -> Money | None:
    amount = block.amount("amount") if block.has("amount") else None
    if amount is not None and block.is_sound("amount") and not amount:
        block.fault("amount", _("A limit of nothing would let nobody apply: leave the line out, or write an amount."))
    return amount


def read_counted_months(block: Block, key: str, *limits: str) -> int | None:
    """Over how many months a limit of the same block counts; without such a limit there is nothing to count."""
    if block.has(key) and not any(map(block.has, limits)):
        sentence = _("These months have no limit to count for: write %(limits)s too.", limits=" or ".join(limits))
        block.fault(key, sentence)
    return block.whole_or_none(key, 1, 120)


def _experts(block: Block, evaluation: Evaluator) -> int:
    if evaluation is Evaluator.EXPERTS:
        return block.whole("experts_per_application", 1, 9)
    if block.has("experts_per_application") and block.is_sound("evaluation"):
        sentence = _('No expert is asked when the manager evaluates: remove the line, or write "evaluation: experts".')
        block.fault("experts_per_application", sentence)
    return 0


def _ensure_parties_fit(block: Block, instrument: Instrument) -> None:
    """The region grants and the SME receives; a provider signs, is paid and sits abroad only where there is one."""
    if block.is_sound("agreement_parties"):
        for party in (Party.SME, Party.REGION):
            if party not in instrument.agreement_parties:
                block.fault("agreement_parties", _('"%(party)s" must be a party of the agreement.', party=party))
    if instrument.provider is not ProviderRule.NONE or not block.is_sound("provider"):
        is_strange = instrument.payee is Party.PROVIDER and Party.PROVIDER not in instrument.agreement_parties
        if is_strange and block.is_sound("payee", "agreement_parties"):
            block.fault("payee", _('Who is paid signs the agreement: add "provider" to `agreement_parties`.'))
        return
    needs = {
        "agreement_parties": Party.PROVIDER in instrument.agreement_parties,
        "payee": instrument.payee is Party.PROVIDER,
    }
    for key, is_needed in needs.items():
        if is_needed and block.is_sound(key):
            block.fault(key, _('The instrument has no provider ("provider: none"), yet one is named here.'))


def _cost_category(block: Block) -> CostCategory:
    return CostCategory(
        code=block.code("code", NAME_CODE, "travel"),
        name=block.text("name", most=120),
        hint=block.text("hint", required=False, most=500),
        has_journeys=block.flag("journeys", False),
    )


def _document(block: Block) -> DocumentAsked:
    return DocumentAsked(
        code=block.code("code", NAME_CODE, "offer"),
        name=block.text("name", most=120),
        hint=block.text("hint", required=False, most=500),
        is_required=block.flag("required"),
    )
