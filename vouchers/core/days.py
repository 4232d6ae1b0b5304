"""Fields for days and moments that keep what was typed, whole or not, and leave its judgement to somebody else."""

from __future__ import annotations

import re
from typing import Any

from vouchers.core.fields import Text
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
        return f"{self.data.isoformat()} {time}" if self.data and time else self.raw

    @property
    def boxes(self) -> list[tuple[str, Text, str, int, bool]]:
        wrong = bool(self.errors) and "time" in (self.wrong_parts or self.PARTS)
        return [*super().boxes, ("time", _("Time"), self.parts["time"], 5, wrong)]
