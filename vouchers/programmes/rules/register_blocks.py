"""The programme itself, its regions and its fund lines, as blocks of the file."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException

from vouchers.core.money import Money
from vouchers.core.text import say as _
from vouchers.programmes.rules.block import Block
from vouchers.programmes.rules.countries import read_country
from vouchers.programmes.rules.instrument_blocks import read_counted_months
from vouchers.programmes.rules.instrument_plan import Instrument
from vouchers.programmes.rules.payment_plan import NO_LIMITS, CheckPolicy, Handling, PaymentLimits
from vouchers.programmes.rules.plan import (
    Address,
    BankAccount,
    Call,
    Contact,
    FundKind,
    FundLine,
    Office,
    ProgrammePlan,
    ProgrammeRules,
    Region,
    StateAid,
)
from vouchers.programmes.rules.publishing_blocks import read_publishing
from vouchers.programmes.rules.selection_blocks import PROGRAMME_CODE, read_fields
from vouchers.programmes.rules.source import Items, Scalar
from vouchers.programmes.rules.values import Misread, read_amount

REGION_CODE = r"[A-Z][A-Z0-9]{0,9}(-[A-Z0-9]{1,10}){0,2}"
FUND_CODE = r"[A-Z][A-Z0-9_-]{0,19}"
DE_MINIMIS_CEILING = 300_000_00
NACE_CODE = r"(0[1-9]|[1-9][0-9])(\.[0-9]{1,2})?"


def read_programme(
    head: Block,
    *,
    regions: tuple[Region, ...],
    fund_lines: tuple[FundLine, ...],
    instruments: tuple[Instrument, ...],
    calls: tuple[Call, ...],
) -> ProgrammePlan:
    """The programme with all its parts."""
    contact = head.block("contact", "contact")
    return ProgrammePlan(
        code=head.code("code", PROGRAMME_CODE, "in2lifesciences"),
        name=head.text("name", most=80),
        title=head.text("title"),
        description=head.text("description", required=False, most=5000),
        funder=head.text("funder", most=2000),
        currency=head.reading.currency,
        languages=head.reading.languages,
        website=head.url("website"),
        contact=Contact(contact.plain("name"), contact.email("email"), contact.plain("phone", required=False, most=40)),
        rules=_rules(head.block("rules", "rules", required=False), regions),
        regions=regions,
        fund_lines=fund_lines,
        instruments=instruments,
        calls=calls,
        fields=read_fields(head),
        publishing=read_publishing(
            head.block("publishing", "publishing", required=False),
            {one.code: one.country for one in regions},
            [one.code for one in instruments],
        ),
        payment_limits=_limits(head.block("payment_limits", "payment_limits", required=False)),
        payee_check=_payee_check(head.block("payee_check", "payee_check", required=False)),
    )


def _rules(block: Block, regions: tuple[Region, ...]) -> ProgrammeRules:
    return ProgrammeRules(
        smes_only=block.flag("smes_only", True),
        state_aid=block.word("state_aid", StateAid, StateAid.DE_MINIMIS),
        de_minimis_ceiling=block.given("de_minimis_ceiling", _euros, Money(DE_MINIMIS_CEILING), required=False),
        pay_within_days=block.whole("pay_within_days", 1, 365, 80),
        appeal_within_days=block.whole("appeal_within_days", 0, 365, 30),
        vouchers_per_sme=block.whole_or_none("vouchers_per_sme", 1, 1000),
        publish_winners=block.flag("publish_winners", True),
        excluded_sectors=_sectors(block),
        aid_declaration=block.flag("aid_declaration", True),
        state_aid_in=tuple((one.code, one.state_aid) for one in regions if one.state_aid),
        vouchers_within_months=read_counted_months(block, "vouchers_within_months", "vouchers_per_sme"),
        amendments_signed=block.flag("amendments_signed", True),
        amendments_by_committee=block.flag("amendments_by_committee", False),
        keep_selection_years=block.whole("keep_selection_years", 1, 50, 5),
        keep_drafts_months=block.whole("keep_drafts_months", 1, 120, 6),
        hearing_days=block.whole("hearing_days", 1, 90, 14),
        recovery_within_days=block.whole("recovery_within_days", 1, 365, 30),
        **_interest(block),
    )


def _interest(block: Block) -> dict[str, Any]:
    """A rate is never asked for without saying where it comes from."""
    rate = block.rate("recovery_interest", Decimal(1)) if block.has("recovery_interest") else None
    basis = block.plain("recovery_interest_basis", required=rate is not None)
    return {"recovery_interest": rate, "recovery_interest_basis": basis}


def _limits(block: Block) -> PaymentLimits:
    roles = ("finance_officer", "cluster_manager")
    limits = {role: block.amount(role) if block.has(role) else None for role in roles}
    return PaymentLimits(**limits, payee_days=block.whole("payee_days", 1, 366, NO_LIMITS.payee_days))


def _payee_check(block: Block) -> CheckPolicy:
    usual = CheckPolicy()
    found = CheckPolicy(
        close_match=block.word("close_match", Handling, usual.close_match),
        no_match=block.word("no_match", Handling, usual.no_match),
        not_possible=block.word("not_possible", Handling, usual.not_possible),
        not_checked=block.word("not_checked", Handling, usual.not_checked),
    )
    if found.not_checked == Handling.SECOND_LOOK:
        block.fault("not_checked", _("Where nobody asked the bank, there is no answer to look at: go_on or refuse."))
    return found


def _euros(text: str) -> Money:
    """The regulation sets its ceiling in euros, whatever the programme pays in."""
    return read_amount(text, "EUR")


def _sectors(block: Block) -> tuple[str, ...]:
    """NACE codes of two to four digits, each once."""
    node = block.entries["excluded_sectors"][1] if block.has("excluded_sectors") else None
    if node is None:
        return ()
    codes = [item.text for item in node.nodes if isinstance(item, Scalar)] if isinstance(node, Items) else []
    if not codes or len(codes) != len(getattr(node, "nodes", ())) or len(set(codes)) < len(codes):
        block.fault("excluded_sectors", _("Excluded sectors are a list of NACE codes, each once, like [01, 10.1]."))
    for code in codes:
        if not re.fullmatch(NACE_CODE, code, re.ASCII):
            sentence = _('"%(code)s" is not a NACE code. Write 01, 10.1 or 10.11.', code=code[:20])
            block.fault("excluded_sectors", sentence)
    return tuple(codes)


def read_languages(block: Block, *, default: tuple[str, ...]) -> tuple[str, ...]:
    """Two-letter language codes, the first one being that of texts without a language."""
    if not block.has("languages"):
        return default
    node = block.entries["languages"][1]
    codes = [item.text for item in node.nodes if isinstance(item, Scalar)] if isinstance(node, Items) else []
    if not codes or not all(re.fullmatch("[a-z]{2}", code) for code in codes) or len(set(codes)) < len(codes):
        block.fault("languages", _("Languages are a list of two-letter codes, each once, such as [en, fr, de]."))
        return default
    return tuple(codes)


def read_currency(text: str) -> str:
    """An ISO 4217 code of a currency with two decimals."""
    if not re.fullmatch("[A-Z]{3}", text.strip(), re.ASCII) or text.strip() in {"JPY", "KRW", "ISK", "KWD", "BHD"}:
        raise Misread(_('"%(text)s" is not a currency with two decimals, such as EUR.', text=text[:20]))
    return text.strip()


def read_region(block: Block) -> Region:
    """A partner region with its office and the account that it pays from."""
    office = block.block("office", "office")
    address = office.block("address", "address", required=office.is_block)
    return Region(
        code=block.code("code", REGION_CODE, "BE-WAL"),
        name=block.text("name", most=120),
        country=block.given("country", read_country, ""),
        time_zone=block.zone("time_zone"),
        languages=read_languages(block, default=block.reading.languages),
        office=Office(
            name=office.plain("name", most=140),
            email=office.email("email"),
            phone=office.plain("phone", required=False, most=40),
            website=office.url("website"),
            address=Address(
                street=address.plain("street", most=70),
                building_number=address.plain("building_number", required=False, most=16),
                post_code=address.plain("post_code", most=16),
                town=address.plain("town", most=35),
                country=address.given("country", read_country, ""),
            ),
        ),
        bank_account=_bank_account(block.block("bank_account", "bank_account")),
        state_aid=block.word("state_aid", StateAid, StateAid.NONE) if block.has("state_aid") else None,
    )


def _bank_account(block: Block) -> BankAccount:
    return BankAccount(
        holder=block.plain("holder", most=140),
        iban=block.given("iban", _iban, ""),
        bic=block.given("bic", _bic, "") if block.has("bic") else "",
    )


def _iban(text: str) -> str:
    try:
        return str(IBAN(text).compact)
    except (SchwiftyException, ValueError) as error:
        raise Misread(_('"%(text)s" is not a valid IBAN: %(why)s.', text=text[:40], why=str(error)[:100])) from None


def _bic(text: str) -> str:
    try:
        return str(BIC(text).compact)
    except (SchwiftyException, ValueError) as error:
        raise Misread(_('"%(text)s" is not a valid BIC: %(why)s.', text=text[:40], why=str(error)[:100])) from None


def read_fund_line(block: Block) -> FundLine:
    """One source of the money."""
    return FundLine(
        code=block.code("code", FUND_CODE, "ERDF"),
        name=block.text("name", most=120),
        rate=block.rate("rate"),
        kind=block.word("kind", FundKind),
    )


def ensure_rates_are_whole(file: Block, fund_lines: tuple[FundLine, ...]) -> None:
    """The fund lines together carry every euro, and not more."""
    rates = sum((line.rate for line in fund_lines), Decimal(0))
    if fund_lines and rates != 1:
        percent = format((rates * 100).normalize(), "f")
        sentence = _("The rates of the fund lines add up to %(percent)s %%, not to 100 %%.", percent=percent)
        file.fault("fund_lines", sentence)
