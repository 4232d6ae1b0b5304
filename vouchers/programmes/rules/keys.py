"""Every key that a programme file may have, by the block that it stands in. `docs/programme-file.md` explains each."""

from __future__ import annotations

KEYS: dict[str, tuple[str, ...]] = {
    "file": ("programme", "regions", "fund_lines", "instruments", "forms", "calls"),
    "programme": (
        *("code", "name", "title", "description", "funder", "currency", "languages", "website", "contact", "rules"),
        "fields",
    ),
    "field": ("code", "name", "within"),
    "contact": ("name", "email", "phone"),
    "rules": (
        *("smes_only", "state_aid", "de_minimis_ceiling", "pay_within_days", "appeal_within_days"),
        *("vouchers_per_sme", "vouchers_within_months", "publish_winners", "excluded_sectors", "aid_declaration"),
    ),
    "region": ("code", "name", "country", "time_zone", "languages", "state_aid", "office", "bank_account"),
    "office": ("name", "email", "phone", "website", "address"),
    "address": ("street", "building_number", "post_code", "town", "country"),
    "bank_account": ("holder", "iban", "bic"),
    "fund_line": ("code", "name", "rate", "kind"),
    "instrument": (
        *("code", "name", "summary", "grant", "prior_approval", "evaluation", "experts_per_application"),
        *("agreement_parties", "cross_border", "provider", "payee", "cost_categories", "valid_for_months"),
        *("accept_within_days", "claim_within_days", "per_sme", "documents"),
        "decide_within_working_days",
    ),
    "grant": ("kind", "cap", "rate", "amount", "min_cost", "own_work", "pays_vat", "variations"),
    "variation": ("sizes", "regions", "rate", "cap", "amount"),
    "per_sme": ("per_call", "active", "in_all", "within_months", "amount"),
    "cost_category": ("code", "name", "hint"),
    "documents": ("application", "claim"),
    "document": ("code", "name", "hint", "required"),
    "form": ("code", "sections"),
    "section": ("code", "title", "hint", "questions", "show_if"),
    "question": (
        *("code", "type", "label", "hint", "required", "max_length", "min", "max", "decimals", "options"),
        *("instruments", "show_to_experts", "show_if", "visible_to", "blind", "columns", "kinds", "max_megabytes"),
    ),
    "column": ("code", "type", "label", "required", "max_length", "min", "max", "decimals", "options"),
    "condition": ("question", "is", "is_not", "any_of", "at_least", "at_most", "more_than", "less_than"),
    "option": ("code", "label"),
    "call": (
        *("code", "title", "summary", "time_zone", "opens", "closes", "decision_by", "activities", "regions"),
        *("instruments", "allocation", "cut_offs", "cut_policy", "reserve_list", "marking", "form"),
        *("signatory", "grace_minutes", "max_applications", "consortium", "spent_with"),
        *("tie_breaks", "draw", "appeal", "two_persons", "conditions_lapse", "survey_months", "envelopes", "totals"),
    ),
    "consortium": ("min", "max", "confirm_by_days"),
    "spent_with": ("pool", "programme"),
    "activities": ("earliest", "latest"),
    "marking": (
        *("aggregation", "own_region_experts", "total_threshold", "criteria", "blind", "scope_question"),
        *("comment_min", "comment_max", "unsubmit_hours", "divergence", "fair_marks", "fee", "panel"),
    ),
    "criterion": ("code", "name", "guidance", "weight", "threshold", "levels"),
    "level": ("mark", "text"),
    "fee": ("per", "amount"),
    "panel": ("quorum", "interviews"),
    "draw": ("source", "source_url", "numbers", "held_at", "hash", "secret"),
    "appeal": ("within_days", "suspensive"),
    "envelope": ("region", "instrument", "amount", "quota", "shares"),
    "totals": ("all", "regions", "instruments"),
}
