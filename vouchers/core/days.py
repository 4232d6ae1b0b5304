"""Fields for days and moments that keep what was typed, whole or not, and leave its judgement to somebody else."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from vouchers.core.fields import OfficeField, Text
from vouchers.core.measures import DateField
from vouchers.core.text import say as _


def date_parts(value: Any) -> dict[str, str]:
    """The three boxes of a stored answer: a day, or what was typed into them (``31/2/``)."""
    text = value if isinstance(value, str) else ""
    if "/" in text:
        boxes = text.split("/", 2)
    else:
        boxes = [box.lstrip("0") or box for box in reversed(text.split("-", 2))] if text.count("-") == 2 else [text]
    return dict(zip(DateField.DAY_PARTS, [*boxes, "", ""], strict=False))


class KeptDateField(DateField):
    """A day in three boxes; half a date keeps its boxes and is no error here."""

    def process_data(self, value: Any) -> None:
        self.data, self.parts = None, self.parts_of(value)
        self.raw = self.as_raw()

    def parts_of(self, value: Any) -> dict[str, str]:
        """The boxes of a stored value."""
        return date_parts(value)

    def read(self, raw: str) -> Any:
        try:
            return super().read(raw)
        except ValueError:
            return None

    @property
    def typed(self) -> str:
        """``2026-10-01``, or what stands in the boxes."""
        return self.data.isoformat() if self.data else self.raw


class KeptMomentField(KeptDateField):
    """A day in three boxes and the time of day in a fourth."""

    PARTS = (*DateField.DAY_PARTS, "time")

    def parts_of(self, value: Any) -> dict[str, str]:
        text = value if isinstance(value, str) else ""
        if whole := re.fullmatch(r"(\d{4}-\d{2}-\d{2})[ T]+(.+)", text):
            day, time = whole[1], whole[2]
        else:
            day, _slash, time = text.rpartition("/") if text.count("/") > 2 else (text, "", "")
        return {**date_parts(day), "time": time}

    @property
    def typed(self) -> str:
        """``2026-10-01 09:00``, or what stands in the boxes."""
        time = self.parts["time"]
        day = self.data or (self.read(self.raw) if self.raw else None)
        return f"{day.isoformat()} {time}" if day and time else self.raw

    def instant(self, zone: str) -> datetime | None:
        """The moment, typed as a clock of this zone shows it; None where it is none."""
        try:
            typed = datetime.strptime(self.typed, "%Y-%m-%d %H:%M").replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            return None
        return typed.astimezone(UTC)

    @property
    def boxes(self) -> list[tuple[str, Text, str, int, bool]]:
        wrong = bool(self.errors) and "time" in (self.wrong_parts or self.PARTS)
        return [*super().boxes, ("time", _("Time"), self.parts["time"], 5, wrong)]


class KeptMomentsField(OfficeField):
    """Several moments, each a row of boxes: ``name-1-day``, ``name-1-time``. A row without a word counts as none."""

    kind = "moments"
    MOST = 100
    says: Text | None = None
    rows: list[KeptMomentField]
    ends_empty = False
    """Whether an empty row stands at the end, to be filled in."""

    def __init__(self, label: Text = "", *, row_label: Callable[[int], Text], **kwargs: Any):
        super().__init__(label, **kwargs)
        self.row_label, self.rows = row_label, []

    def process(self, formdata: Any, data: Any = None, **_more: Any) -> None:
        self.errors, self.process_errors = (), list[Text]()
        if formdata is None:
            kept = data if isinstance(data, list) else [data] if data else []
            self.rows = [self._row(number, value=value) for number, value in enumerate(kept[: self.MOST], 1)]
        else:
            posted = {found[1] for name in formdata if (found := re.fullmatch(rf"{self.name}-(\d{{1,3}})-\w+", name))}
            typed = [self._row(int(number), formdata) for number in sorted(posted, key=int)[: self.MOST]]
            self.rows = [self._row(at, value=row.typed) for at, row in enumerate((one for one in typed if one.raw), 1)]
        self.raw = "\n".join(self.typed)

    def _row(self, number: int, formdata: Any = None, value: Any = None) -> KeptMomentField:
        made = KeptMomentField(self.row_label(number))
        row: KeptMomentField = made.bind(form=None, name=f"{self.name}-{number}", _meta=self.meta)
        row.process(formdata, value)
        return row

    def add_row(self) -> None:
        """Put an empty row at the end."""
        self.rows, self.ends_empty = [*self.rows, self._row(len(self.rows) + 1)], True

    @property
    def typed(self) -> list[str]:
        """Each row as ``2026-10-01 09:00``, or what stands in its boxes."""
        return [row.typed for row in self.rows if row.raw]

    @property
    def may_grow(self) -> bool:
        """Whether there is room for another row."""
        return len(self.rows) < self.MOST

    @property
    def target_id(self) -> str:
        return self.rows[0].target_id if self.rows else f"{self.id}-add"
