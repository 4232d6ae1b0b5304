"""How a call, its money, its marking and its form are asked for."""

from vouchers.core.text import say as _
from vouchers.programmes.rules.outline import (
    amounts,
    block,
    blocks,
    day,
    describe,
    flag,
    line,
    lines,
    long_text,
    moment,
    moments,
    text,
    word,
    words,
)

_DAY = _("For example, 27 3 2027.")
_AMOUNT = _("In the programme's currency, like 4000 or 4000.50.")

describe(
    "call",
    line("code", _("Short name of the call"), _("Letters, digits, points and dashes, like 2026-1. Addresses bear it.")),
    text("title", _("Title")),
    long_text("summary", _("What is offered, for whom, and what happens when")),
    word("time_zone", _("Time zone"), hint=_("All moments of the call are on its clocks."), offered="zones"),
    moment("opens", _("Opens"), _("For example, 27 3 2027 and 09:00.")),
    moment("closes", _("Closes"), _("The last moment that counts. For example, 30 4 2027 and 17:00.")),
    day("decision_by", _("Decisions are announced by"), _DAY),
    block("activities", "activities", _("When activities may take place")),
    words("regions", _("Regions that take part"), offered="regions"),
    words("instruments", _("What is offered"), offered="instruments"),
    word(
        "allocation", _("How the money is given"),
        ("ranking", _("By marks: the best first")),
        ("first_come", _("First come, first served: by the time of the complete application")),
        ("ranking_lottery", _("By marks, and by lot among those who are equal at the cut")),
        ("lottery", _("By lot among all who may apply")),
    ),
    moments("cut_offs", _("Ends of the rounds"), _("In order of time. The last one is the moment at which it closes.")),
    word(
        "cut_policy", _("At the first application that the money left does not cover"),
        ("strict_stop", _("Stop there")),
        ("skip", _("Go on to the next that fits")),
        ("partial", _("Offer what is left")),
    ),
    flag("reserve_list", _("Is there a reserve list?")),
    flag("signatory", _("Must the organisation's authorised signatory submit?")),
    block("consortium", "consortium", _("Partners"), _("Leave it out where a company applies alone.")),
    block(
        "spent_with", "spent_with", _("Whom the vouchers are spent with"),
        _("Only with those who are admitted to a pool. Leave it out where each voucher says who may be chosen."),
    ),
    line("grace_minutes", _("Minutes of grace after closing"), _("0 to 120. No page announces it.")),
    line("max_applications", _("Most applications"), _("Of all regions together. Leave it empty for no limit.")),
    block("marking", "marking", _("How experts mark"), _("Needed where experts judge.")),
    lines(
        "tie_breaks", _("What tells equals apart"),
        _("In order, one in each line: the short name of a criterion, earliest, or smaller_amount."),
    ),
    block("draw", "draw", _("The draw"), _("Where lots are drawn.")),
    block("appeal", "appeal", _("Appeals"), _("Only where this call differs from the rules of the programme.")),
    flag("two_persons", _("Does one person propose decisions and another confirm them?")),
    flag("conditions_lapse", _("Does an award lapse when a condition is not met by its day?")),
    lines("survey_months", _("Surveys after so many months"), _("One in each line, like 6 and 12.")),
    block("form", "form", _("The form")),
    blocks("envelopes", "envelope", _("The money of each region")),
    block("totals", "totals", _("What the money adds up to"), _("So that a typing error is found.")),
)  # fmt: skip
describe(
    "consortium",
    line("min", _("Least number of partners"), _("Besides the applicant. 1 if you leave it empty.")),
    line("max", _("Most partners")),
    line("confirm_by_days", _("Days in which a partner confirms"), _("From the invitation. 7 if you leave it empty.")),
)
describe(
    "spent_with",
    word("pool", _("Which pool?"), ("providers", _("Providers")), ("experts", _("Experts"))),
    line("programme", _("Programme of the pool"), _("Its short name. This programme if you leave it empty.")),
)
describe(
    "activities",
    day("earliest", _("First day on which an activity may start"), _DAY),
    day("latest", _("Last day on which an activity may end"), _DAY),
)
describe(
    "envelope",
    word("region", _("Region"), offered="regions"),
    word("instrument", _("Instrument"), hint=_("Leave it open for one amount for all of them."), offered="instruments"),
    line("amount", _("Amount"), _AMOUNT),
    line("quota", _("Most vouchers"), _("Whatever money is left. Leave it empty for no limit.")),
    amounts(
        "shares",
        _("What each fund gives"),
        _("Only where it differs from the rates of the fund lines. They add up to the amount."),
        offered="fund_lines",
    ),
)
describe(
    "totals",
    line("all", _("All regions together"), _AMOUNT),
    amounts("regions", _("Each region"), offered="regions"),
    amounts("instruments", _("Each instrument"), offered="instruments"),
)
describe("form", blocks("sections", "section", _("Sections"), _("Each is a page of its own.")))
describe(
    "section",
    line("code", _("Short name"), _("Small letters, digits and _, like project.")),
    text("title", _("Title")),
    long_text("hint", _("Help for the whole section")),
    blocks("questions", "question", _("Questions")),
    blocks("show_if", "condition", _("Shown only if"), _("Every line must hold. Leave it out for everybody.")),
)
_NUMBERS = {"type": ("number", "money", "date")}
_BOUNDED = {"type": ("number", "money", "date", "table", "file", "choices")}
describe(
    "question",
    line("code", _("Short name"), _("Small letters, digits and _. Answers are kept under it.")),
    word(
        "type",
        _("What kind of answer?"),
        ("text", _("One line")),
        ("long_text", _("Several lines")),
        ("number", _("A number")),
        ("money", _("An amount")),
        ("date", _("A day")),
        ("choice", _("One of several")),
        ("choices", _("Any of several")),
        ("yes_no", _("Yes or no")),
        ("declaration", _("A box that must be ticked")),
        ("email", _("An email address")),
        ("url", _("A web address")),
        ("table", _("A table with rows")),
        ("file", _("Files")),
        ("organisation", _("An organisation")),
        ("provider", _("A provider from the directory")),
        ("expert", _("An expert from the directory")),
    ),
    text("label", _("Question")),
    long_text("hint", _("Help")),
    word(
        "required",
        _("Must it be answered?"),
        ("submission", _("Before the application is submitted")),
        ("draft", _("Before the section can be left")),
        ("no", _("No")),
        same={"yes": "submission"},
    ),
    line("max_length", _("Longest answer in characters"), only={"type": ("text", "long_text")}),
    line("min", _("Least answer, or how many at least"), only=_BOUNDED),
    line("max", _("Greatest answer, or how many at most"), only=_BOUNDED),
    line("decimals", _("Decimals that may be written"), only={"type": ("number",)}),
    blocks("options", "option", _("What is offered"), only={"type": ("choice", "choices")}),
    words("instruments", _("Asked for these only"), hint=_("Tick none if it is asked for all."), offered="instruments"),
    flag("show_to_experts", _("May experts see the answer?")),
    blocks("show_if", "condition", _("Asked only if"), _("Every line must hold. Leave it out for everybody.")),
    words(
        "visible_to",
        _("Who reads the answer?"),
        ("manager", _("Cluster managers")),
        ("finance_officer", _("Finance officers")),
        ("coordinator", _("Coordinators")),
        ("auditor", _("Auditors")),
        ("expert", _("Experts")),
        hint=_("Tick none if everybody who reads the application does."),
    ),
    flag("blind", _("Keep it from experts where marks are given blind?")),
    blocks("columns", "column", _("Columns of the table"), only={"type": ("table",)}),
    words(
        "kinds",
        _("Which kinds of files?"),
        ("pdf", _("PDF")),
        ("png", _("PNG")),
        ("jpeg", _("JPEG")),
        ("docx", _("Word (DOCX)")),
        ("xlsx", _("Excel (XLSX)")),
        hint=_("Tick none for all of them."),
        only={"type": ("file",)},
    ),
    line("max_megabytes", _("Largest file, in MB"), only={"type": ("file",)}),
)
describe(
    "column",
    line("code", _("Short name"), _("Small letters, digits and _.")),
    word(
        "type",
        _("What stands in it?"),
        ("text", _("One line")),
        ("number", _("A number")),
        ("money", _("An amount")),
        ("date", _("A day")),
        ("choice", _("One of several")),
    ),
    text("label", _("Heading")),
    flag("required", _("Must every row have it?")),
    line("max_length", _("Longest text in characters"), only={"type": ("text",)}),
    line("min", _("Least entry"), only=_NUMBERS),
    line("max", _("Greatest entry"), only=_NUMBERS),
    line("decimals", _("Decimals that may be written"), only={"type": ("number",)}),
    blocks("options", "option", _("What is offered"), only={"type": ("choice",)}),
)
describe(
    "condition",
    word("question", _("Earlier question"), offered="questions"),
    line("is", _("Its answer is"), _("yes, no, a short name of an option, or a number"), offered="answers"),
    line("is_not", _("Its answer is something else than"), offered="answers"),
    lines("any_of", _("Its answer is one of these"), _("One in each line."), offered="answers"),
    line("at_least", _("Its answer is at least")),
    line("at_most", _("Its answer is at most")),
    line("more_than", _("Its answer is more than")),
    line("less_than", _("Its answer is less than")),
)  # fmt: skip
describe("option", line("code", _("Short name")), text("label", _("What the applicant reads")))
