"""What is asked of whoever writes a call for a pool."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from vouchers.core.choices import ChoiceField, SelectField
from vouchers.core.errors import RuleBroken
from vouchers.core.fields import HiddenField, LongTextField, TextField
from vouchers.core.forms import BaseForm
from vouchers.core.measures import DateField, NumberField
from vouchers.core.text import say as _
from vouchers.pools.actions.calls import PoolCallText
from vouchers.pools.models import PoolCall
from vouchers.pools.rules.terms import PoolTerms, read_asked, read_criteria
from vouchers.pools.states import PoolKind
from vouchers.regions.queries import list_regions

_TIME_HINT = _("By the clock of the place below, like 17:00.")


def zones() -> list[tuple[str, str]]:
    """The time zones of the partner regions."""
    return [(zone, zone) for zone in sorted({region.time_zone for region in list_regions()} | {"Europe/Brussels"})]


def moment_of(day: date, clock: str, zone: str, field: str) -> datetime:
    """A moment as it was typed. Raises `RuleBroken`: the time is none."""
    try:
        return datetime.combine(day, time.fromisoformat(clock.strip().zfill(5)), ZoneInfo(zone))
    except ValueError:
        raise RuleBroken(_("Enter a time like 17:00."), field=field) from None


class DeadlineForm(BaseForm):
    """A later deadline."""

    closes_on = DateField(_("Last day"), missing=_("Enter the last day"))
    closes_time = TextField(_("Closes at"), hint=_TIME_HINT, missing=_("Enter a time like 17:00."), width=5)
    reason = LongTextField(_("Why?"), missing=_("Say why."), max_length=1000, rows=3)


class PoolCallForm(BaseForm):
    """A call for a pool."""

    kind = ChoiceField(
        _("Whom do you look for?"),
        choices=[(kind.value, kind.label) for kind in PoolKind],
        missing=_("Choose whom you look for"),
    )
    title = TextField(_("Title of the call"), missing=_("Enter the title"), max_length=140)
    summary = LongTextField(
        _("Text of the call"),
        hint=_("What is expected, what is offered, who decides and when."),
        missing=_("Enter the text of the call"),
        max_length=6000,
        rows=8,
    )
    opens_on = DateField(_("Opens on"), missing=_("Enter the day on which the call opens"))
    opens_time = TextField(_("Opens at"), hint=_TIME_HINT, missing=_("Enter a time like 17:00."), width=5)
    closes_on = DateField(_("Last day"), missing=_("Enter the last day"))
    closes_time = TextField(_("Closes at"), hint=_TIME_HINT, missing=_("Enter a time like 17:00."), width=5)
    time_zone = SelectField(_("Time zone"), missing=_("Choose the time zone"))
    months = NumberField(
        _("Admitted for how many months"), minimum=1, maximum=120, missing=_("Enter for how many months")
    )
    criteria = LongTextField(
        _("Criteria"),
        hint=_("One a line: name; weight; least mark. For example “Knowledge of the field; 60; 3”. Marks are 0 to 5 in "
               "halves; below the least mark nobody is admitted."),
        missing=_("Enter at least one criterion."),
        max_length=4000,
    )  # fmt: skip
    questions_must = LongTextField(_("Further questions that must be answered, one a line"), max_length=4000, rows=3)
    questions_may = LongTextField(_("Further questions that may be answered, one a line"), max_length=4000, rows=3)
    files_must = LongTextField(
        _("Further files that must be attached, one a line"),
        hint=_("Experts always attach a CV; do not name it here."),
        max_length=4000,
        rows=3,
    )
    files_may = LongTextField(_("Further files that may be attached, one a line"), max_length=4000, rows=3)
    version = HiddenField()

    @classmethod
    def of(cls, call: PoolCall | None = None) -> Any:
        """The form, filled from a call or with what is usual."""
        form = cls(data=_boxes_of(call) if call else {"opens_time": "09:00", "closes_time": "17:00", "months": 36})
        form.time_zone.choices = zones()
        return form

    def read_terms(self) -> PoolTerms:
        """Criteria, questions and files. Raises `RuleBroken`."""
        return PoolTerms(
            read_criteria(self.criteria.data),
            read_asked(self.questions_must.data, self.questions_may.data, "questions_must", "q"),
            read_asked(self.files_must.data, self.files_may.data, "files_must", "f"),
        )

    def read_opening(self) -> datetime | None:
        """When it opens. Raises `RuleBroken`."""
        return self._moment("opens")

    def read_closing(self) -> datetime | None:
        """When it closes. Raises `RuleBroken`."""
        return self._moment("closes")

    def _moment(self, which: str) -> datetime | None:
        day, clock, zone = self[f"{which}_on"].data, self[f"{which}_time"], self.time_zone.data
        return moment_of(day, clock.data, zone, clock.name) if day and clock.data and zone else None

    @property
    def words(self) -> PoolCallText:
        """The call as typed. Raises `RuleBroken`."""
        opens_at, closes_at = self.read_opening(), self.read_closing()
        assert opens_at is not None
        assert closes_at is not None
        return PoolCallText(
            kind=PoolKind(self.kind.data),
            title=self.title.data,
            summary=self.summary.data,
            opens_at=opens_at,
            closes_at=closes_at,
            time_zone=self.time_zone.data,
            months=self.months.data,
            terms=self.read_terms(),
        )


class DraftPoolCallForm(PoolCallForm):
    """A new call."""

    programme = SelectField(_("Programme"), placeholder=_("Choose a programme"), missing=_("Choose the programme"))


def _boxes_of(call: PoolCall) -> dict[str, Any]:
    zone, terms = ZoneInfo(call.time_zone), call.terms
    opens, closes = call.opens_at.astimezone(zone), call.closes_at.astimezone(zone)

    def lines(asked: Any, must: bool) -> str:
        return "\n".join(one.label for one in asked if one.is_required == must)

    return {
        "kind": call.kind.value,
        "title": call.title,
        "summary": call.summary,
        "opens_on": opens.date(),
        "opens_time": f"{opens:%H:%M}",
        "closes_on": closes.date(),
        "closes_time": f"{closes:%H:%M}",
        "time_zone": call.time_zone,
        "months": call.months,
        "criteria": "\n".join(f"{one.name}; {one.weight}; {one.threshold}" for one in terms.criteria),
        "questions_must": lines(terms.questions, True),
        "questions_may": lines(terms.questions, False),
        "files_must": lines(terms.files, True),
        "files_may": lines(terms.files, False),
        "version": call.version,
    }
