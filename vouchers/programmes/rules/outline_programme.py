"""How a programme's own settings and its instruments are asked for."""

from vouchers.core.text import say as _
from vouchers.organisations.states import Size
from vouchers.programmes.rules.outline import block, blocks, describe, flag, line, lines, long_text, text, word, words

LANGUAGES = (
    ("en", _("English")), ("fr", _("French")), ("de", _("German")), ("nl", _("Dutch")), ("da", _("Danish")),
)  # fmt: skip
STATE_AID = (
    ("de_minimis", _("De minimis, Regulation (EU) 2023/2831")), ("gber_20a", _("GBER Article 20a")),
    ("gber_28", _("GBER Article 28")), ("none", _("No State aid")),
)  # fmt: skip

HANDLING = (
    ("go_on", _("The payment goes on")), ("second_look", _("A second officer accepts it first, with a reason")),
    ("refuse", _("Nothing is paid")),
)  # fmt: skip

describe(
    "programme",
    line("code", _("Short name")),
    text("name", _("Name")),
    text("title", _("One line that says what it is")),
    long_text("description", _("What a company should know first")),
    text("funder", _("Who pays")),
    line("currency", _("Currency"), _("Three letters, like EUR.")),
    words("languages", _("Languages"), *LANGUAGES),
    line("website", _("Web address")),
    block("contact", "contact", _("Whom to ask")),
    block("rules", "rules", _("Rules that hold in every call")),
    blocks("fields", "field", _("Fields of expertise and services"), _("Experts and providers choose among them.")),
    block("publishing", "publishing", _("For the public lists of vouchers")),
    block("payment_limits", "payment_limits", _("How much one person of each role may release in a day")),
    block(
        "payee_check", "payee_check", _("What the bank’s check of a payee’s name does to a payment"),
        _("A name that matches goes on."),
    ),
)  # fmt: skip
describe(
    "publishing",
    line("prefix", _("Prefix of identifiers"), _("As 360Giving has given it to you, like 360G-example.")),
    line("licence", _("Web address of the licence"), _("Under which others may use the lists.")),
    text("fund", _("Fund"), _("Leave it empty for the fund lines that are not the regions’ own.")),
    text("specific_objective", _("Specific objective"), _("Of the funding programme, for the list of operations.")),
    line("intervention", _("Type of intervention"), _("Three digits, for the list of operations.")),
    text("achievements", _("Expected or actual achievements"), _("Leave it empty for what the instrument delivers.")),
    blocks("instruments", "filing", _("Instruments of which something else holds")),
    blocks("regions", "location", _("Where the regions lie")),
)
describe(
    "filing",
    word("code", _("Instrument"), offered="instruments"),
    text("fund", _("Fund")),
    text("specific_objective", _("Specific objective")),
    line("intervention", _("Type of intervention"), _("Three digits, for the list of operations.")),
    text("achievements", _("Expected or actual achievements")),
)
describe(
    "location",
    word("code", _("Region"), offered="regions"),
    line("nuts", _("NUTS code"), _("Like BE3. The United Kingdom is UK there, and Greece EL.")),
)
describe(
    "payment_limits",
    line("finance_officer", _("Finance officer"), _("Leave it empty for no limit.")),
    line("cluster_manager", _("Cluster manager"), _("Leave it empty for no limit.")),
    line(
        "payee_days",
        _("Days over which payments to one payee are added"),
        _("So that a large payment is not split. 30 where it is empty."),
    ),
)
describe(
    "payee_check",
    word("close_match", _("The name nearly matches"), *HANDLING),
    word("no_match", _("The name does not match"), *HANDLING),
    word("not_possible", _("The bank could not check"), *HANDLING),
    word("not_checked", _("Nobody asked the bank"), HANDLING[0], HANDLING[2]),
)
describe(
    "field",
    line("code", _("Short name"), _("Small letters, digits and _.")),
    text("name", _("Name")),
    line("within", _("Within"), _("The short name of a wider field that stands before it.")),
)
describe("contact", line("name", _("Name")), line("email", _("Email address")), line("phone", _("Telephone")))
describe(
    "rules",
    flag("smes_only", _("Only small and medium-sized companies?")),
    word("state_aid", _("Legal basis of the aid"), *STATE_AID),
    line("de_minimis_ceiling", _("De minimis ceiling in three years"), _("In euros, whatever the programme pays in.")),
    line("pay_within_days", _("Days from the claim to its payment")),
    line("appeal_within_days", _("Days in which a decision may be appealed")),
    line("vouchers_per_sme", _("Most vouchers of one company in all"), _("Leave it empty for no limit.")),
    line("vouchers_within_months", _("Counted over how many months"), _("Leave it empty to count all of them.")),
    flag("publish_winners", _("Are those who receive a voucher published?")),
    lines("excluded_sectors", _("Excluded sectors"), _("NACE codes, one in each line, like 01 or 10.1.")),
    flag("aid_declaration", _("Must the company sign a declaration of the aid that it received?")),
    flag("amendments_signed", _("Does every party accept an amended agreement anew?")),
    flag("amendments_by_committee", _("Does a steering committee decide on amendments?")),
    line("hearing_days", _("Days in which the parties can answer before an agreement is terminated")),
    line("keep_selection_years", _("Years for which applications without a voucher are kept")),
    line("keep_drafts_months", _("Months for which drafts are kept after the call")),
    line("recovery_within_days", _("Days in which money that is claimed back is due")),
    line("recovery_interest", _("Yearly interest on it after that"), _("Like 4 %. Leave it empty for none.")),
    line("recovery_interest_basis", _("Where this rate comes from")),
)  # fmt: skip
describe(
    "instrument",
    line("code", _("Short name"), _("Capitals, digits and dashes, like COL.")),
    text("name", _("Name")),
    long_text("summary", _("What it pays for")),
    block("grant", "grant", _("What it is worth")),
    flag("prior_approval", _("Must the activity start after the day of approval?")),
    word("evaluation", _("Who judges?"), ("manager", _("The region's office")), ("experts", _("Experts"))),
    line("experts_per_application", _("Experts for each application"), only={"evaluation": ("experts",)}),
    words(
        "agreement_parties", _("Who accepts the agreement"),
        ("sme", _("The company")), ("provider", _("The provider")), ("region", _("The region")),
    ),
    word(
        "cross_border", _("Where the partner sits"),
        ("none", _("Anywhere")), ("other_region", _("In another region")), ("other_country", _("In another country")),
    ),
    word(
        "provider", _("Which provider may be chosen?"),
        ("free", _("Any provider")), ("registered", _("A registered one")), ("accredited", _("An accredited one")),
        ("none", _("There is no provider")),
    ),
    word("payee", _("Who is paid?"), ("sme", _("The company")), ("provider", _("The provider"))),
    blocks("cost_categories", "cost_category", _("Costs that may be claimed")),
    line("valid_for_months", _("Months for the activity")),
    line("accept_within_days", _("Days to accept the agreement")),
    line("claim_within_days", _("Days after the end in which the claim must arrive")),
    block("per_sme", "per_sme", _("Most vouchers of one company"), _("Leave a line empty for no limit.")),
    block("documents", "documents", _("Files that the company is asked for")),
    line(
        "decide_within_working_days",
        _("Working days until the decision"),
        _("The target. Leave it empty for the usual one."),
    ),
    block("claim", "claim", _("How claims are made and checked")),
)  # fmt: skip
describe(
    "claim",
    blocks("deliverables", "deliverable", _("What is delivered"), _("For a fixed or lump sum: what it is paid for.")),
    blocks("report", "report_question", _("Questions of the report"), _("Besides what was done and what came of it.")),
    blocks(
        "satisfaction",
        "satisfaction",
        _("How satisfied the company is"),
        _("Marked from 1 to 5 with the last claim."),
    ),
    words("signed_by", _("Who signs the report"), ("sme", _("The company")), ("provider", _("The provider"))),
    blocks(
        "checks", "check", _("What is checked besides"), _("Every claim is checked for activity, evidence and need.")
    ),
    block("sample", "sample", _("A sample of the costs"), _("Leave it out where every cost is checked.")),
    line("advance", _("The most of the award that may be paid ahead"), _("Like 40 %. Leave it empty for no advances.")),
)
describe(
    "deliverable",
    line("code", _("Short name")),
    text("name", _("Name")),
    long_text("hint", _("What it should look like")),
    line("part", _("The part of the sum that it pays"), _("Like 40 %. Leave it empty to pay all at once.")),
)
describe(
    "report_question",
    line("code", _("Short name")),
    text("label", _("Question")),
    long_text("hint", _("Hint")),
    flag("required", _("Must it be answered?")),
)
describe("satisfaction", line("code", _("Short name")), text("label", _("Question")))
describe(
    "check",
    line("code", _("Short name")),
    text("text", _("What the officer confirms")),
    long_text("hint", _("What it means")),
)
describe(
    "sample",
    line("min_costs", _("From how many costs of a claim")),
    line("part", _("The part of the costs that is drawn"), _("Like 30 %.")),
    line("least", _("At least so many costs")),
    line("above", _("Costs from this amount are always checked"), _("Leave it empty for none.")),
)
_SUMS = {"kind": ("fixed_sum", "lump_sum")}
describe(
    "grant",
    word(
        "kind", _("What is paid"),
        ("real_cost", _("What it really costs, up to a most")), ("fixed_sum", _("A fixed sum")),
        ("lump_sum", _("A lump sum, paid on what is delivered")),
    ),
    line("cap", _("The most that is paid"), only={"kind": ("real_cost",)}),
    line("rate", _("The part of the cost that is paid"), _("Like 70 %."), only={"kind": ("real_cost",)}),
    line("amount", _("The sum"), only=_SUMS),
    line("min_cost", _("The activity costs at least"), only={"kind": ("real_cost",)}),
    line("own_work", _("Own work counts up to"), _("A part of the cost, like 50 %."), only={"kind": ("real_cost",)}),
    flag("pays_vat", _("Is VAT paid that the company cannot recover?"), only={"kind": ("real_cost",)}),
    blocks("variations", "variation", _("What differs by size or region"), _("Everybody else has what stands above.")),
)  # fmt: skip
describe(
    "variation",
    words(
        "sizes", _("Companies of which size?"),
        *((size.value, size.label) for size in Size), hint=_("Tick none for all of them."),
    ),
    words("regions", _("In which regions?"), hint=_("Tick none for all of them."), offered="regions"),
    line("rate", _("The part of the cost that is paid"), _("Like 70 %. Leave it empty where it is the same.")),
    line("cap", _("The most that is paid"), _("Leave it empty where it is the same.")),
    line("amount", _("The sum"), _("Only for a fixed or lump sum.")),
)  # fmt: skip
describe(
    "per_sme",
    line("per_call", _("In one call")),
    line("active", _("At the same time")),
    line("in_all", _("In all")),
    line("within_months", _("Counted over how many months"), _("Leave it empty to count all of them.")),
    line("amount", _("Together worth at most")),
)
describe(
    "cost_category",
    line("code", _("Short name")),
    text("name", _("Name")),
    long_text("hint", _("What counts")),
    flag("journeys", _("Does each cost say which journeys it paid?")),
)
describe(
    "documents",
    blocks("application", "document", _("With the application")),
    blocks("claim", "document", _("With the claim")),
)
describe(
    "document",
    line("code", _("Short name")),
    text("name", _("Name")),
    long_text("hint", _("What it should look like")),
    flag("required", _("Can nothing be sent in without it?")),
)
