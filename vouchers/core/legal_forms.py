"""Legal forms of companies, which a name may bear or lack without being another name."""

from __future__ import annotations

LEGAL_FORMS = frozenset({
    "ab", "ag", "aps", "as", "bv", "bvba", "co", "corp", "cv", "doo", "eurl", "gbr", "gesmbh", "gmbh", "inc", "kft",
    "kg", "limited", "llc", "llp", "lp", "ltd", "mbh", "nv", "ohg", "oy", "oyj", "plc", "sa", "sarl", "sas", "sasu",
    "sc", "scs", "se", "sl", "spa", "sprl", "srl", "sro", "ug", "vof",
})  # fmt: skip
"""As one word, without dots and case: of the countries of the partner regions, and others that are often met."""
