"""Question codes with a fixed meaning: the program reads these answers itself."""

from __future__ import annotations

from vouchers.core.text import say as _
from vouchers.programmes.rules.form_plan import QuestionType

RESERVED: dict[str, tuple[QuestionType, ...]] = {
    "title": (QuestionType.TEXT,),
    "requested_amount": (QuestionType.MONEY,),
    "activity_start": (QuestionType.DATE,),
    "activity_end": (QuestionType.DATE,),
    "provider_name": (QuestionType.TEXT,),
    "provider_email": (QuestionType.EMAIL,),
    "provider_region": (QuestionType.CHOICE, QuestionType.TEXT),
    "headcount": (QuestionType.NUMBER,),
    "turnover": (QuestionType.MONEY,),
    "balance_sheet": (QuestionType.MONEY,),
    "de_minimis_received": (QuestionType.MONEY,),
    "nace": (QuestionType.TEXT,),
    "external_cost": (QuestionType.MONEY,),
    "own_work_cost": (QuestionType.MONEY,),
}

LISTED = frozenset({"title", "requested_amount"})
"""They name an application in every list, so everybody who may read it reads them."""

PARTNER_REGION = "provider_region"
ELSEWHERE = "(elsewhere)"
"""The answer to it that names no partner region; no option of a file can have this code."""
ELSEWHERE_LABEL = _("Another region or country")
