"""What a person's roles cover, as values that queries narrow by. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from vouchers.users.states import Role

READERS = frozenset({Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER, Role.COORDINATOR, Role.AUDITOR})
OFFICERS = frozenset({Role.CLUSTER_MANAGER, Role.FINANCE_OFFICER})


@dataclass(frozen=True, slots=True)
class Mandate:
    """(programme, region) pairs; None in a pair stands for all. No pair covers nothing."""

    pairs: frozenset[tuple[str | None, str | None]]

    @property
    def over_all_programmes(self) -> Mandate:
        """What of it holds whichever the programme is."""
        return Mandate(frozenset(pair for pair in self.pairs if pair[0] is None))

    def regions_in(self, programme: str) -> frozenset[str] | None:
        """The regions covered in a programme; None is all of them."""
        regions = {region for of, region in self.pairs if of in (None, programme)}
        return None if None in regions else frozenset(region for region in regions if region)

    def covers_programme(self, programme: str) -> bool:
        """Whether anything of the programme is covered."""
        return any(of in (None, programme) for of, _region in self.pairs)

    def covers(self, programme: str, region: str) -> bool:
        """Whether this region is covered in this programme."""
        regions = self.regions_in(programme)
        return self.covers_programme(programme) and (regions is None or region in regions)


def mandate_of(actor: Any, roles: Collection[Role] = READERS) -> Mandate:
    """What these roles of the person cover together."""
    return Mandate(
        frozenset((grant.programme_code, grant.region_code) for grant in actor.grants if grant.role in roles)
    )
