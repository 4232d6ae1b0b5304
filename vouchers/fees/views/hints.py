"""What whoever approves a fee should know of its account, which is confirmed by that."""

from __future__ import annotations

from collections.abc import Sequence

from vouchers.core.text import Sentence
from vouchers.fees.models import FeeStatement
from vouchers.fees.queries import map_accounts_given
from vouchers.organisations.queries import map_same_iban
from vouchers.organisations.rules.holder import say_other_holder, say_same_iban
from vouchers.organisations.views.accounts import names_of_owners


def say_hints(statements: Sequence[FeeStatement]) -> dict[int, list[Sentence]]:
    """Statement -> that its account is in another name than the expert's, and who else has its IBAN. It stops
    nothing."""
    given = map_accounts_given(statements)
    same = map_same_iban(list(given.values()))
    hints: dict[int, list[Sentence]] = {}
    for one in statements:
        if one.id in given:
            other = say_other_holder(given[one.id].holder, one.expert.user.name)
            others = names_of_owners(same[given[one.id].id])
            hints[one.id] = [*([other] if other else []), *map(say_same_iban, others)]
    return hints
