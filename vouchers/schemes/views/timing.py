"""What the page says below the boxes of a call's moments: on whose clocks they are, and when that is for the reader."""

from __future__ import annotations

from collections.abc import Iterator

from vouchers.core.days import KeptMomentField, KeptMomentsField
from vouchers.core.formatting import both_zones
from vouchers.core.text import Sentence
from vouchers.core.text import say as _
from vouchers.programmes.rules.values import Misread, read_moment, zone_names
from vouchers.schemes.forms import BlockForm
from vouchers.schemes.rules.places import Plain


def tell_moments(form: BlockForm, zone: Plain, reader_zone: str) -> None:
    """Name the call's zone at each moment of its form, and the reader's where the clocks differ."""
    if zone not in zone_names():
        return
    for field in _moments_of(form):
        field.says = _said(field.typed, zone, reader_zone)


def _moments_of(form: BlockForm) -> Iterator[KeptMomentField]:
    for field in form:
        if isinstance(field, KeptMomentField):
            yield field
        elif isinstance(field, KeptMomentsField):
            yield from field.rows


def _said(typed: str, zone: str, reader_zone: str) -> str | Sentence:
    try:
        return both_zones(read_moment(typed, zone), zone, reader_zone)
    except Misread:
        return _("On the clocks of %(zone)s.", zone=zone.replace("_", " "))
