"""From the stored JSON of a plan back to its dataclasses: the exact reverse of `digest.as_json`. Pure."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints


def restore(kind: Any, stored: Any) -> Any:
    """Build a value of type `kind` (a dataclass, tuple, enum, Decimal, date ...) from its JSON."""
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        return _restore_union(get_args(kind), stored)
    if origin is tuple:
        return _restore_tuple(get_args(kind), stored)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        # a plan that was stored before a key existed has its default
        given = [field.name for field in fields(kind) if field.name in stored or not _has_default(field)]
        return kind(**{name: restore(hints[name], stored[name]) for name in given})
    if kind is Decimal:
        return Decimal(stored)
    if kind is datetime:
        return datetime.fromisoformat(stored)
    if kind is date:
        return date.fromisoformat(stored)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(stored)
    return stored


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING


def _restore_tuple(parts: tuple[Any, ...], stored: Any) -> tuple[Any, ...]:
    if len(parts) == 2 and parts[1] is Ellipsis:
        return tuple(restore(parts[0], item) for item in stored)
    return tuple(restore(part, item) for part, item in zip(parts, stored, strict=True))


def _restore_union(parts: tuple[Any, ...], stored: Any) -> Any:
    """The one member of a union that the JSON fits: null, a money object, a date or a decimal in text."""
    if stored is None:
        return None
    for part in (part for part in parts if part is not type(None)):
        if is_dataclass(part) != isinstance(stored, dict):
            continue
        if part is date and not _is_date(stored):
            continue
        if part is Decimal and _is_date(stored):
            continue
        return restore(part, stored)
    raise ValueError(f"{stored!r} fits none of {parts}")


def _is_date(stored: Any) -> bool:
    return isinstance(stored, str) and len(stored) == 10 and stored[4:5] == "-" == stored[7:8]


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
