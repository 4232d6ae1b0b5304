"""What the rules judge an application against."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from vouchers.applications.models import Application
from vouchers.applications.rules.blockers import Ground
from vouchers.core.clock import day_in
from vouchers.core.text import Sentence
from vouchers.pools.queries import list_admitted
from vouchers.programmes.rules.instrument_plan import CrossBorder
from vouchers.regions.queries import list_regions


def ground_of(application: Application, *, at: datetime) -> Ground:
    """Its call, voucher and region, and the day there at this moment."""
    instrument = application.instrument.plan
    abroad = instrument.cross_border is CrossBorder.OTHER_COUNTRY
    call, today = application.call, day_in(application.region.time_zone, at)
    return Ground(
        call=call.plan,
        instrument=instrument,
        region=application.region.code,
        today=today,
        countries={region.code: region.country for region in list_regions()} if abroad else {},
        admitted=list_admitted(call.plan, instrument, call.programme.code, today),
    )


# What stands on floors above ----------------------------------------------------------------------------------------

ReachedLimits = Callable[..., list[Sentence]]
_list_reached_limits: ReachedLimits = lambda *_of, **_at: []  # noqa: E731


def use_reached_limits(list_of: ReachedLimits) -> None:
    """Set where the limits come from that an application does not meet already (the application shell does)."""
    global _list_reached_limits
    _list_reached_limits = list_of


def list_reached_limits(application: Application, answers: Mapping[str, Any], at: datetime) -> list[Sentence]:
    """What the office's own data say already against a voucher, in sentences for the applicant."""
    return _list_reached_limits(application, answers, at=at)


Targets = Callable[[Sequence[int], datetime], dict[int, date]]
_map_targets: Targets = lambda _ids, _at: {}  # noqa: E731


def use_targets(map_of: Targets) -> None:
    """Set where it is reckoned by which day an application should be decided (the application shell does)."""
    global _map_targets
    _map_targets = map_of


def map_targets(ids: Sequence[int], at: datetime) -> dict[int, date]:
    """By the instrument's target for the time to decision: the day of each of these that is not decided yet."""
    return _map_targets(ids, at)


NamesTold = Callable[..., list[Sentence]]
_list_names_told: NamesTold = lambda *_of: []  # noqa: E731


def use_names_told(list_of: NamesTold) -> None:
    """Set where it is found what tells the experts of a blind call who applies (the application shell does)."""
    global _list_names_told
    _list_names_told = list_of


def list_names_told(
    application: Application, answers: Mapping[str, Any], documents: Iterable[Any], language: str
) -> list[Sentence]:
    """Words of a draft by which the experts of a blind call would know who applies, in sentences for the applicant."""
    return _list_names_told(application, answers, documents, language)
