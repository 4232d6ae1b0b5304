"""What people of the demo write about money."""

from __future__ import annotations

from datetime import date
from decimal import Decimal


def check_of(day: date) -> str:
    """What found that a cost was not for the voucher: it was before anybody proposed to claim the money back."""
    return f"Check on the spot of {day.day} {day:%B} {day.year}, report {day.year}/014"


NOT_AGREED = "Two of the days that the partner has invoiced were spent on another customer’s samples."
HARD_TIMES = "The company has asked for it: its next payment by a customer comes at the end of the year."
SEIZED = "A bailiff has claimed this money by letter; our lawyers answer until the end of the month."
LATER = "The partner’s climate chamber is being repaired. We need three more weeks for the last round of tests."
NEVER_BEGUN = "The company has not begun, and has not answered three letters and a call."
QUESTION_LATER = "The delivery note is missing. Send it with your next claim, and we take this cost up again."
OUTSIDE = "Two of the five samples are not in the work plan that was agreed."
VAT, TWO_FIFTHS = Decimal("0.2"), Decimal("0.4")
COURT = "Complaint before the labour court, docket 2026/118: nothing of this file may go."
SYSTEM = "Accounting system of the region"
