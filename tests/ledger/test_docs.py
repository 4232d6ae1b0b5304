"""The examples of docs/ledger.md run."""

import doctest
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

from vouchers.core.money import EUR
from vouchers.ledger import bank_recipes, recipes
from vouchers.ledger.chart import Account, FundKind
from vouchers.ledger.drafts import JournalDraft, Move
from vouchers.ledger.recipes import Share

PAGE = Path(__file__).parents[2] / "docs" / "ledger.md"


def test_every_example_of_the_page_is_true():
    names: dict[int, str] = {}

    def fund(line: str, rate: str, kind: str) -> SimpleNamespace:
        names[len(names) + 1] = line
        return SimpleNamespace(id=len(names), rate=Decimal(rate.rstrip(" %")), kind=FundKind(kind))

    def split(amount, funds):
        parts = EUR(amount).split([f.rate for f in funds])
        return [Share(f.id, f.kind, part) for f, part in zip(funds, parts, strict=True)]

    def show(draft: JournalDraft) -> None:
        for move in draft.moves:
            line = f"{move.account} {names[move.fund_id]:<10}{move.amount.plain:>10} {move.voucher}"
            print(line.rstrip())

    known = {"fund": fund, "split": split, "show": show, "recipes": recipes, "EUR": EUR}
    known |= {"bank_recipes": bank_recipes}
    known |= {"JournalDraft": JournalDraft, "Move": Move, "Account": Account}
    found = doctest.testfile(str(PAGE), module_relative=False, globs=known)
    assert found.attempted >= 12
    assert found.failed == 0
