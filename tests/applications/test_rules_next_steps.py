"""What an applicant reads of the next step."""

from vouchers.applications.rules.next_steps import what_happens_next
from vouchers.applications.states import ApplicationState


def test_nobody_is_told_of_an_evaluation_where_there_is_none() -> None:
    assert "evaluated next" in str(what_happens_next(ApplicationState.ELIGIBLE))
    assert "The region decides next" in str(what_happens_next(ApplicationState.ELIGIBLE, is_marked=False))
    assert "reserve list" in str(what_happens_next(ApplicationState.RESERVED, is_marked=False))
