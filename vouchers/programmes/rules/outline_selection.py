"""How the marking of a call, its draw and its appeals are asked for."""

from vouchers.core.text import say as _
from vouchers.programmes.rules.outline import block, blocks, describe, flag, line, long_text, moment, text, word

describe(
    "marking",
    word(
        "aggregation", _("How several marks become one"),
        ("mean", _("Their mean")), ("median", _("Their median")), ("consensus", _("The experts agree on one sheet")),
    ),
    flag("own_region_experts", _("May experts mark applications of their own region?")),
    line("total_threshold", _("Least sum of all marks"), _("Without weights. Below it nothing is awarded.")),
    blocks("criteria", "criterion", _("Criteria")),
    flag("blind", _("Do experts mark without the applicant's name?")),
    text("scope_question", _("Question on the scope"), _("Experts answer it with yes or no, before they mark.")),
    line("comment_min", _("Shortest comment, in characters")),
    line("comment_max", _("Longest comment, in characters")),
    line(
        "unsubmit_hours", _("Hours in which an expert may take submitted marks back"),
        _("0 if you leave it empty: never."),
    ),
    line(
        "divergence", _("Distance between marks from which one more expert is asked"),
        _("Between two experts, for one criterion. Leave it empty for never."),
    ),
    word(
        "fair_marks", _("Marks corrected for harsh and mild experts"),
        ("shown", _("Are shown beside the others")), ("ranking", _("Order the ranking")),
    ),
    block("fee", "fee", _("What experts are paid")),
    block("panel", "panel", _("A panel"), _("Where a panel meets over the ranking.")),
)  # fmt: skip
describe(
    "criterion",
    line("code", _("Short name"), _("Small letters, digits and _, like novelty.")),
    text("name", _("Name")),
    long_text("guidance", _("What 0 and 5 mean")),
    line("weight", _("Weight"), _("Counts for the order only. 1 if you leave it empty.")),
    line("threshold", _("Least mark"), _("0 to 5 in half points.")),
    blocks("levels", "level", _("What single marks mean")),
)
describe("level", line("mark", _("Mark"), _("0 to 5 in half points.")), text("text", _("What it means")))
describe(
    "fee",
    word("per", _("Paid for"), ("sheet", _("Each submitted sheet")), ("day", _("Each day"))),
    line("amount", _("Amount"), _("In the programme's currency, like 4000 or 4000.50.")),
)
describe(
    "panel",
    line("quorum", _("Members who must be present for a vote")),
    flag("interviews", _("Are applicants interviewed?")),
)
describe(
    "draw",
    text("source", _("Public source of chance"), _("Anybody can look it up after the draw, and nobody before.")),
    line("source_url", _("Web address")),
    text("numbers", _("Which of its numbers count")),
    moment("held_at", _("First moment at which they are known"), _("For example, 27 3 2027 and 09:00.")),
    word("hash", _("Hash function"), ("sha256", _("SHA-256")), ("md5", _("MD5, as RFC 3797 has it"))),
    flag("secret", _("Does a secret of the office count too, whose hash is published before?")),
)
describe(
    "appeal",
    line("within_days", _("Days in which a decision may be appealed")),
    flag("suspensive", _("Do agreements wait while an appeal is open?")),
)
