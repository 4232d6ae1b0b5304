"""How the regions of a programme, their offices and accounts, and the funds that pay are asked for."""

from vouchers.core.text import say as _
from vouchers.programmes.rules.outline import block, blocks, describe, line, text, word, words
from vouchers.programmes.rules.outline_programme import LANGUAGES, STATE_AID

describe("regions", blocks("regions", "region", _("Regions")))
describe("fund_lines", blocks("fund_lines", "fund_line", _("Fund lines"), _("Their rates add up to exactly 100 %.")))
describe(
    "region",
    line("code", _("Short name"), _("Capitals, digits and dashes, like BE-WAL.")),
    text("name", _("Name")),
    word("country", _("Country"), offered="countries"),
    word("time_zone", _("Time zone"), offered="zones"),
    words("languages", _("Languages"), *LANGUAGES, hint=_("Tick none for those of the programme.")),
    word(
        "state_aid", _("Legal basis of the aid"), *STATE_AID,
        hint=_("Only where it differs from that of the programme."),
    ),
    block("office", "office", _("The office that grants")),
    block("bank_account", "bank_account", _("The account that it pays from")),
)  # fmt: skip
describe(
    "office",
    line("name", _("Name")),
    line("email", _("Email address")),
    line("phone", _("Telephone")),
    line("website", _("Web address")),
    block("address", "address", _("Address")),
)
describe(
    "address",
    line("street", _("Street")),
    line("building_number", _("House number")),
    line("post_code", _("Post code")),
    line("town", _("Town")),
    word("country", _("Country"), offered="countries"),
)
describe(
    "bank_account",
    line("holder", _("Account holder")),
    line("iban", _("IBAN")),
    line("bic", _("BIC"), _("Needed for accounts outside the European Economic Area.")),
)
describe(
    "fund_line",
    line("code", _("Short name"), _("Capitals, digits, dashes and _, like ERDF.")),
    text("name", _("Name")),
    line("rate", _("Its part of every voucher"), _("Like 60 %.")),
    word(
        "kind", _("How its money arrives"),
        ("prefinanced", _("As an advance, which is used up")),
        ("reimbursed", _("Afterwards: the office pays first and claims it back")),
        ("own", _("It is the region's own contribution")),
    ),
)  # fmt: skip
