"""The aid that a company has received, and what a manager notes of the aid register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from vouchers.core.choices import DeclarationField, SelectField
from vouchers.core.errors import RuleBroken
from vouchers.core.fields import LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, MoneyField
from vouchers.core.money import parse_money
from vouchers.core.text import say as _
from vouchers.eligibility.letters import DECLARED
from vouchers.eligibility.rules.aid import Aid
from vouchers.eligibility.rules.papers import OWN, write_entry

MEMBER_STATES = [
    ("AT", _("Austria")),
    ("BE", _("Belgium")),
    ("BG", _("Bulgaria")),
    ("HR", _("Croatia")),
    ("CY", _("Cyprus")),
    ("CZ", _("Czechia")),
    ("DK", _("Denmark")),
    ("EE", _("Estonia")),
    ("FI", _("Finland")),
    ("FR", _("France")),
    ("DE", _("Germany")),
    ("GR", _("Greece")),
    ("HU", _("Hungary")),
    ("IS", _("Iceland")),
    ("IE", _("Ireland")),
    ("IT", _("Italy")),
    ("LV", _("Latvia")),
    ("LI", _("Liechtenstein")),
    ("LT", _("Lithuania")),
    ("LU", _("Luxembourg")),
    ("MT", _("Malta")),
    ("NL", _("Netherlands")),
    ("NO", _("Norway")),
    ("PL", _("Poland")),
    ("PT", _("Portugal")),
    ("RO", _("Romania")),
    ("SK", _("Slovakia")),
    ("SI", _("Slovenia")),
    ("ES", _("Spain")),
    ("SE", _("Sweden")),
    ("CH", _("Switzerland")),
    ("GB", _("United Kingdom")),
]
"""Countries of bodies that grant aid."""
EARLIEST = date(1990, 1, 1)
"""A day of grant before it is a slip of the pen."""
REGULATIONS = [
    ("2023/2831", _("General de minimis (Regulation 2023/2831)")),
    ("1407/2013", _("General de minimis until 2023 (Regulation 1407/2013)")),
    ("1408/2013", _("Farming (Regulation 1408/2013)")),
    ("717/2014", _("Fishing (Regulation 717/2014)")),
    ("2023/2832", _("Public services (Regulation 2023/2832)")),
    ("651/2014", _("Block exemption (Regulation 651/2014)")),
]


class DeclarationForm(BaseForm):
    """The declaration of aid received; made by `declaration_form`."""

    members = LongTextField(
        _("Firms that your company controls or that control it"),
        hint=_(
            "One in each line: more than half of the votes, or control by contract. Leave it empty if there are none."
        ),
        max_length=4000,
        rows=3,
    )
    signed_name = TextField(_("Your first and last name"), missing=_("Write your name: it stands for your signature"))
    declared = DeclarationField(DECLARED, missing=_("Tick the box if the declaration is complete and true"))

    def content(self, rows: int, today: date) -> dict[str, Any]:
        """What was typed, as it is stored; a row in which nothing stands is left out.

        Args:
            today: where the company is.

        Raises:
            RuleBroken: an entry lacks its date, amount or country, or its day cannot be one of a grant.
        """
        members = [line.strip() for line in self.members.data.split("\n") if line.strip()]
        entries = [one for n in range(1, rows + 1) if (one := self._entry(n, members, today))]
        return {"members": list(dict.fromkeys(members)), "entries": [write_entry(one) for one in entries]}

    def _entry(self, n: int, members: Sequence[str], today: date) -> Aid | None:
        granted_on, amount, state, granted_by = (self[f"a{n}_{part}"].data for part in ("on", "amount", "state", "by"))
        if granted_on is None and amount is None and not granted_by:
            return None
        for part, value, sentence in (
            ("on", granted_on, _("Aid %(number)s: enter the day on which it was granted.", number=n)),
            ("amount", amount, _("Aid %(number)s: enter the amount.", number=n)),
            ("state", state, _("Aid %(number)s: choose the country of the body that granted it.", number=n)),
        ):
            if value in (None, ""):
                raise RuleBroken(sentence, field=f"a{n}_{part}")
        _ensure_day_of_grant(n, granted_on, today)
        receiver = self[f"a{n}_receiver"].data or OWN
        if receiver != OWN and receiver not in members:
            sentence = _("Aid %(number)s: %(name)s is not among the firms above.", number=n, name=receiver)
            raise RuleBroken(sentence, field=f"a{n}_receiver")
        return Aid(receiver, granted_on, amount, state, self[f"a{n}_regulation"].data, granted_by=granted_by)


def _ensure_day_of_grant(n: int, granted_on: date, today: date) -> None:
    if granted_on > today:
        sentence = _(
            "Aid %(number)s: %(day)s has not come yet. Enter only aid that is granted already.",
            number=n,
            day=granted_on,
        )
    elif granted_on < EARLIEST:
        sentence = _(
            "Aid %(number)s: %(day)s is before %(first)s. Check the year.", number=n, day=granted_on, first=EARLIEST
        )
    else:
        return
    raise RuleBroken(sentence, field=f"a{n}_on")


def declaration_form(rows: int) -> Any:
    """The form with so many rows of aid."""
    fields: dict[str, Any] = {}
    for n in range(1, rows + 1):
        fields |= {
            f"a{n}_on": DateField(_("Granted on")),
            f"a{n}_amount": MoneyField(_("Amount")),
            f"a{n}_state": SelectField(
                _("Country of the body that granted it"), choices=MEMBER_STATES, placeholder=_("Choose")
            ),
            f"a{n}_by": TextField(_("Granted by"), max_length=140),
            f"a{n}_regulation": SelectField(_("Kind of aid"), choices=REGULATIONS, default="2023/2831"),
            f"a{n}_receiver": TextField(_("Received by, if not by your company"), max_length=140),
        }
    return type("DeclarationForm", (DeclarationForm,), fields)


def fill_declaration(content: Mapping[str, Any]) -> tuple[dict[str, Any], int]:
    """The stored declaration as form data, with its number of rows; the signature is asked for again."""
    data: dict[str, Any] = {"members": "\n".join(content["members"])}
    for n, one in enumerate(content["entries"], 1):
        data |= {
            f"a{n}_on": date.fromisoformat(one["granted_on"]) if one["granted_on"] else None,
            f"a{n}_amount": parse_money(one["amount"]) if one["amount"] else None,
            f"a{n}_state": one["member_state"],
            f"a{n}_by": one["granted_by"],
            f"a{n}_regulation": one["regulation"],
            f"a{n}_receiver": "" if one["undertaking"] == OWN else one["undertaking"],
        }
    return data, len(content["entries"])


class RegisterAidEntryForm(BaseForm):
    """The number that the central register gave, and when."""

    reference = TextField(
        _("Reference in the aid register"), missing=_("Enter the reference that the register gave"), max_length=80
    )
    registered_on = DateField(
        _("Day of the registration"),
        hint=_("The day on which it was entered in the register, not the day on which you note it here."),
        missing=_("Enter the day of the registration"),
    )


class CorrectAidEntryForm(RegisterAidEntryForm):
    """The right number and day, and why what was noted is wrong."""

    reason = LongTextField(_("Reason"), missing=_("Say why"), max_length=1000, rows=3)


class CancelAidEntryForm(BaseForm):
    """Why there is nothing to register."""

    reason = LongTextField(
        _("Why is there nothing to register?"),
        hint=_("It is kept in the record. The amount no longer counts as aid received."),
        missing=_("Say why there is nothing to register"),
        max_length=1000,
        rows=3,
    )
