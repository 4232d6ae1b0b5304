"""The classes of papers, the laws that ask to keep each, and for how long. `docs/retention.md` shows them. Pure.

CPR: Regulation (EU) 2021/1060, Article 82(1), five years from 31 December of the year in which the last payment was
made to the beneficiary; Annex XIII(1), the documents of the selection belong to the audit trail. De minimis:
Regulation (EU) 2023/2831, Article 6, ten fiscal years from the grant; GBER: Regulation (EU) No 651/2014, Article 12,
ten years. Of several laws the longest wins; a hold stops all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.documents.classes import Law, PaperClass

PAYMENT_YEARS, AID_YEARS = 5, 10
ACCOUNT_MONTHS = 24
SELECTION_YEARS, DRAFT_MONTHS = 5, 6
"""Where the programme says nothing else (`rules.keep_selection_years`, `rules.keep_drafts_months`)."""


@dataclass(frozen=True, slots=True)
class Time:
    """For how long one law asks to keep, and from when on it is counted."""

    law: Law
    source: str
    counted_from: Sentence
    years: int = 0
    months: int = 0
    setting: str = ""
    """The key of the programme's file that may say otherwise."""

    @property
    def length(self) -> str:
        """``5 years``, in the language of the source."""
        return f"{self.years} years" if self.years else f"{self.months} months"


@dataclass(frozen=True, slots=True)
class Kind:
    """What belongs to a class, and which laws ask for it."""

    paper: PaperClass
    holds: Sentence
    laws: tuple[Law, ...]


TIMES = (
    Time(
        Law.DRAFT, "the programme’s own rule", _("the day on which the call closes"),
        months=DRAFT_MONTHS, setting="keep_drafts_months",
    ),
    Time(
        Law.SELECTION, "Regulation (EU) 2021/1060, Annex XIII(1)", _("31 December of the year of the decision"),
        years=SELECTION_YEARS, setting="keep_selection_years",
    ),
    Time(
        Law.PAYMENT, "Regulation (EU) 2021/1060, Article 82(1)",
        _("31 December of the year of the last payment"), years=PAYMENT_YEARS,
    ),
    Time(
        Law.STATE_AID, "Regulation (EU) 2023/2831, Article 6; Regulation (EU) No 651/2014, Article 12",
        _("31 December of the year of the grant"), years=AID_YEARS,
    ),
    Time(
        Law.ACCOUNT, "Regulation (EU) 2016/679, Article 5(1)(e)",
        _("the last sign-in or step of the person"), months=ACCOUNT_MONTHS,
    ),
)  # fmt: skip
_GRANTED = (Law.SELECTION, Law.PAYMENT, Law.STATE_AID)
KINDS = (
    Kind(PaperClass.DRAFT, _("answers and files of a draft"), (Law.DRAFT,)),
    Kind(
        PaperClass.SELECTION,
        _(
            "what was submitted, its files, questions and answers, marks, decision, appeal, letters; with the last of "
            "a company, its statements of ownership and declarations of aid"
        ),
        _GRANTED,
    ),
    Kind(PaperClass.AGREEMENT, _("agreement, amendments and their signatures"), _GRANTED),
    Kind(
        PaperClass.EXPENDITURE,
        _(
            "claims, invoices, reports, checks, payment details; with the last of a payee, its bank accounts; with the "
            "last of a region, the bank’s statements of that time"
        ),
        _GRANTED,
    ),
    Kind(
        PaperClass.PERSON,
        _("name, address, sessions, letters; of experts also CV, contract, declarations, bank account"),
        (Law.ACCOUNT,),
    ),
)
"""All papers of one application are one file: it goes as a whole, when the longest of its laws has ended."""
