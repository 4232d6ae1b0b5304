"""Who owns a company and whom it owns, with the figures of the closed years."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from vouchers.core.choices import SelectField, YesNoField
from vouchers.core.errors import RuleBroken
from vouchers.core.fields import TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import MoneyField, NumberField
from vouchers.core.money import Money, parse_money
from vouchers.core.text import Sentence, say_of
from vouchers.core.text import say as _
from vouchers.eligibility.forms.work_units import unit_fields
from vouchers.eligibility.rules.ownership import FirmKind
from vouchers.eligibility.rules.papers import FIGURES, OWN
from vouchers.eligibility.rules.sectors import ensure_nace

KINDS = [
    (FirmKind.ENTERPRISE, _("Company")),
    (FirmKind.PERSON, _("Person or family")),
    (FirmKind.PUBLIC_BODY, _("Public body")),
]
FIGURE_LABELS = {
    "headcount": _("People"),
    "turnover": _("Turnover (EUR)"),
    "balance": _("Balance sheet total (EUR)"),
}


class OwnershipForm(BaseForm):
    """The statement of ownership; made by `ownership_form`."""

    nace = TextField(
        _("NACE code of your main activity"),
        hint=_("The company register names it, for example 72.11."),
        max_length=20,
        width=10,
    )
    counts_at_once = YesNoField(
        _("Has a merger or takeover changed your group since the last closed year, or within it?"), default=False
    )

    def validate(self, extra_validators: Any = None) -> bool:
        """Each sentence says which row it speaks of, for the rows have the same labels."""
        is_sound = bool(super().validate(extra_validators))
        for name, field in self._fields.items():
            if field.errors and (row := self._row_of(name)):
                field.errors = [say_of(row, one) for one in field.errors]
        return is_sound

    def _row_of(self, name: str) -> Sentence | str | None:
        found = re.fullmatch(r"(own|[fh](\d+))_.+", name)
        if found is None:
            return None
        if found[1] == OWN:
            return self.own_name
        kind, number = found[1][0], found[2]
        return _("Holding %(number)s", number=number) if kind == "h" else _("Firm %(number)s", number=number)

    def content(self, firms: int, holdings: int, years: Sequence[int]) -> dict[str, Any]:
        """What was typed, as it is stored.

        Raises:
            RuleBroken: it does not fit together; named with its field.
        """
        named = [f"f{n}" for n in range(1, firms + 1) if self[f"f{n}_name"].data]
        self._ensure_names(named, firms, years)
        codes = [OWN, *named]
        return {
            "nace": ensure_nace(self.nace.data) if self.nace.data else "",
            "firms": [self._firm(code) for code in codes],
            "holdings": [one for n in range(1, holdings + 1) if (one := self._holding(n, codes))],
            "years": self._years(codes, years),
        }

    def _ensure_names(self, named: Sequence[str], firms: int, years: Sequence[int]) -> None:
        """No firm twice, and no figures of a firm without a name, which would be left out in silence."""
        seen = {_spelt(self.own_name)}
        for n in range(1, firms + 1):
            code = f"f{n}"
            name = self[f"{code}_name"].data
            if code not in named:
                if any(value is not None for year in years for value in self._figures(code, year).values()):
                    raise RuleBroken(_("Firm %(number)s: enter its name.", number=n), field=f"{code}_name")
            elif _spelt(name) in seen:
                raise RuleBroken(_("The firm “%(firm)s” is entered twice.", firm=name), field=f"{code}_name")
            else:
                seen.add(_spelt(name))

    def _firm(self, code: str) -> dict[str, Any]:
        if code == OWN:
            return {"code": OWN, "name": self.own_name, "kind": "enterprise", "same_market": True}
        market = {"yes": True, "no": False}.get(self[f"{code}_market"].data or "")
        kind = self[f"{code}_kind"].data or "enterprise"
        return {
            "code": code,
            "name": self[f"{code}_name"].data,
            "kind": kind,
            "same_market": market if kind == "person" else True,
        }

    own_name = ""

    def _holding(self, n: int, codes: Sequence[str]) -> dict[str, Any] | None:
        owner, owned, capital = (self[f"h{n}_{part}"].data for part in ("owner", "owned", "capital"))
        voting = self[f"h{n}_voting"].data
        if not owner and not owned and capital is None and voting is None:
            return None
        for part, code in (("owner", owner), ("owned", owned)):
            if code not in codes:
                sentence = _("Holding %(number)s: choose a firm that has a name above.", number=n)
                raise RuleBroken(sentence, field=f"h{n}_{part}")
        if capital is None and voting is None:
            raise RuleBroken(_("Holding %(number)s: enter the percentage.", number=n), field=f"h{n}_capital")
        return {
            "owner": owner,
            "owned": owned,
            "capital": str(capital if capital is not None else voting),
            "voting": str(voting if voting is not None else capital),
            "is_exempt": self[f"h{n}_exempt"].data == "yes",
            "has_control": self[f"h{n}_control"].data == "yes",
        }

    def _years(self, codes: Sequence[str], years: Sequence[int]) -> list[dict[str, Any]]:
        found = []
        for year in sorted(years):
            figures = {code: self._figures(code, year) for code in codes}
            if any(value is not None for value in figures[OWN].values()):
                is_last = year == max(years)
                at_once = bool(self.counts_at_once.data) and is_last
                found.append({"year": year, "counts_at_once": at_once, "figures": figures})
        return found

    def _figures(self, code: str, year: int) -> dict[str, str | None]:
        answers = {name: self[f"{code}_{year}_{name}"].data for name in FIGURES}
        return {
            name: None if value is None else (value.plain if name != "headcount" else str(value))
            for name, value in answers.items()
        }


def _spelt(name: str) -> str:
    return " ".join(name.split()).casefold()


def ownership_form(own_name: str, firms: int, holdings: int, years: Sequence[int], names: Mapping[str, str]) -> Any:
    """The form with so many rows. `names` are what the firms are called so far, for the lists to choose from."""
    fields: dict[str, Any] = {"own_name": own_name}
    for code in [OWN, *(f"f{n}" for n in range(1, firms + 1))]:
        if code != OWN:
            fields |= _firm_fields(code)
        for year in years:
            fields |= _figure_fields(code, year)
    choices: list[tuple[str, Sentence | str]] = [(OWN, own_name)]
    choices += [(f"f{n}", names.get(f"f{n}") or _("Firm %(number)s", number=n)) for n in range(1, firms + 1)]
    for n in range(1, holdings + 1):
        fields |= _holding_fields(n, choices)
    for year in years:
        fields |= unit_fields(year)
    return type("OwnershipForm", (OwnershipForm,), fields)


def _firm_fields(code: str) -> dict[str, Any]:
    return {
        f"{code}_name": TextField(_("Name"), max_length=140),
        f"{code}_kind": SelectField(_("What is it?"), choices=KINDS, default="enterprise"),
        f"{code}_market": SelectField(
            _("If a person: do the firms of this person work in the same or neighbouring markets?"),
            choices=[("yes", _("Yes")), ("no", _("No"))],
            placeholder=_("Not known, or not a person"),
        ),
    }


def _figure_fields(code: str, year: int) -> dict[str, Any]:
    return {
        f"{code}_{year}_headcount": NumberField(
            _("People in %(year)s", year=year), places=4, minimum=0, maximum=10_000_000, width=5
        ),
        f"{code}_{year}_turnover": MoneyField(_("Turnover in %(year)s", year=year)),
        f"{code}_{year}_balance": MoneyField(_("Balance sheet total of %(year)s", year=year)),
    }


def _holding_fields(n: int, choices: Sequence[tuple[str, Sentence | str]]) -> dict[str, Any]:
    yes_no = [("no", _("No")), ("yes", _("Yes"))]
    return {
        f"h{n}_owner": SelectField(_("Who owns"), choices=choices, placeholder=_("Choose")),
        f"h{n}_owned": SelectField(_("a part of"), choices=choices, placeholder=_("Choose")),
        f"h{n}_capital": NumberField(_("Percent of the capital"), places=4, width=5),
        f"h{n}_voting": NumberField(_("Percent of the votes, if different"), places=4, width=5),
        f"h{n}_exempt": SelectField(
            _(
                "Is the owner a venture capital fund, business angel (below EUR 1,250,000), university, institutional "
                "investor, regional fund or small municipality?"
            ),
            choices=yes_no,
            default="no",
        ),
        f"h{n}_control": SelectField(
            _("Does the owner decide alone, whatever its part (by contract, or by naming the board)?"),
            choices=yes_no,
            default="no",
        ),
    }


def fill_ownership(content: Mapping[str, Any]) -> tuple[dict[str, Any], int, int]:
    """The stored statement as form data, with its numbers of firms and of holdings. Firms are numbered anew."""
    codes = {OWN: OWN}
    data: dict[str, Any] = {"nace": content["nace"]}
    others = [one for one in content["firms"] if one["code"] != OWN]
    for n, one in enumerate(others, 1):
        codes[one["code"]] = code = f"f{n}"
        market = {True: "yes", False: "no"}.get(one.get("same_market")) if one["kind"] == "person" else None
        data |= {f"{code}_name": one["name"], f"{code}_kind": one["kind"], f"{code}_market": market}
    for n, one in enumerate(content["holdings"], 1):
        data |= {f"h{n}_owner": codes[one["owner"]], f"h{n}_owned": codes[one["owned"]]}
        data |= {f"h{n}_capital": Decimal(one["capital"]), f"h{n}_voting": Decimal(one["voting"])}
        data |= {f"h{n}_exempt": "yes" if one["is_exempt"] else "no"}
        data |= {f"h{n}_control": "yes" if one["has_control"] else "no"}
    for year in content["years"]:
        for old, figures in year["figures"].items():
            for name, value in figures.items():
                data[f"{codes[old]}_{year['year']}_{name}"] = _figure(name, value)
    return data, len(others), len(content["holdings"])


def _figure(name: str, stored: str | None) -> Money | Decimal | None:
    if stored is None:
        return None
    return Decimal(stored) if name == "headcount" else parse_money(stored)
