"""one key for each invoice, however it is typed

Legal forms of suppliers, words before numbers and zeros before them are no part of the key any more. The keys of what
is stored are reckoned anew, by the rules of the day of this step.

Revision ID: 0072
Revises: 0071
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0072"
down_revision = "0071"
branch_labels = None
depends_on = None

_AT_ONCE = 1000

_LETTERS = str.maketrans(
    {"ß": "ss", "ø": "o", "Ø": "o", "æ": "ae", "Æ": "ae", "œ": "oe", "Œ": "oe", "ł": "l", "Ł": "l", "đ": "d"}
)
_LEGAL_FORMS = frozenset({
    "ab", "ag", "amba", "aps", "as", "asbl", "bv", "bvba", "co", "corp", "cv", "cvba", "doo", "ek", "eurl", "ev",
    "gbr", "gesmbh", "ggmbh", "gmbh", "haftungsbeschrankt", "inc", "incorporated", "is", "ivs", "kft", "kg", "kgaa",
    "ks", "limited", "llc", "llp", "lp", "ltd", "mbh", "nv", "ohg", "oy", "oyj", "plc", "ps", "sa", "sarl", "sas",
    "sasu", "sc", "scrl", "scs", "se", "sl", "slu", "snc", "spa", "sprl", "srl", "sro", "ug", "vof", "vzw",
})  # fmt: skip
_OF_TWO_WORDS = (("sp", "z", "oo"), ("sp", "zoo"), ("spol", "sro"))
_BEFORE_THE_NAME = frozenset({
    "asbl", "bv", "bvba", "eurl", "gmbh", "nv", "sa", "sarl", "sas", "sasu", "sprl", "srl", "vzw",
})  # fmt: skip
_AND = frozenset({"and", "et", "en", "og", "und"})
_NUMBER_WORDS = frozenset({
    "bill", "fact", "factuur", "factuurnr", "factuurnummer", "facture", "faktura", "fakturanr", "fakturanummer", "inv",
    "invoice", "no", "nr", "num", "number", "numero", "nummer", "rechnung", "rechnungsnr", "rechnungsnummer", "ref",
    "reference", "referenz", "regning",
})  # fmt: skip


def _bare(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS)).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def key_of_number(number: str) -> str:
    return _without_words(number, _NUMBER_WORDS).lstrip("0") or _bare(number)


def _without_words(number: str, taken_out: frozenset[str]) -> str:
    words = _words(number)
    while len(words) > 1 and words[0] in taken_out:
        words.pop(0)
    whole = "".join(words)
    begin = max((word for word in taken_out if whole.startswith(word)), key=len, default="")
    if begin and whole[len(begin) :].isdigit():
        whole = whole[len(begin) :]
    return whole


def key_of_name(supplier: str) -> str:
    words = _joined(_words(supplier.replace(".", "")))
    while len(words) > 1 and (cut := _length_of_form(words)):
        has_partners = words[-1] == "co"
        del words[-cut:]
        if has_partners and len(words) > 1 and words[-1] in _AND:
            words.pop()
    while len(words) > 1 and words[0] in _BEFORE_THE_NAME:
        words.pop(0)
    return "".join(words)


def _length_of_form(words: list[str]) -> int:
    for form in _OF_TWO_WORDS:
        if len(words) > len(form) and tuple(words[-len(form) :]) == form:
            return len(form)
    return 1 if words[-1] in _LEGAL_FORMS else 0


def _joined(words: list[str]) -> list[str]:
    start = len(words)
    while start and len(words[start - 1]) == 1:
        start -= 1
    form = "".join(words[start:])
    return [*words[:start], form] if form in _LEGAL_FORMS or form == "zoo" else words


def _words(text: str) -> list[str]:
    spaced = "".join(sign if sign.isalnum() or sign in "'’" else " " for sign in text.replace("°", "º"))
    return [word for one in spaced.split() if (word := _bare(one))]


def upgrade() -> None:
    bind, last = op.get_bind(), 0
    line = sa.table(
        "cost_line", sa.column("id"), sa.column("supplier"), sa.column("invoice_number"), sa.column("invoice_key")
    )
    while True:
        # a line without a key was erased by law
        wanted = sa.select(line).where(line.c.id > last, line.c.invoice_key != "").order_by(line.c.id).limit(_AT_ONCE)
        rows = bind.execute(wanted).all()
        if not rows:
            return
        for row in rows:
            key = f"{key_of_name(row.supplier)}|{key_of_number(row.invoice_number)}"
            if key != row.invoice_key:
                bind.execute(sa.update(line).where(line.c.id == row.id).values(invoice_key=key))
        last = rows[-1].id


def downgrade() -> None:
    pass
