"""What every routing engine is asked and answers: minutes and kilometres for one block of places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from geodata.routing.matrix import Floats, Points, Provenance


class RoutingError(Exception):
    """The engine refuses the question; asking again would not help."""


class EngineUnavailable(Exception):
    """The engine did not answer this time; asking again may help."""


@dataclass(frozen=True)
class Block:
    """Answers for one block: minutes and km [origins, destinations], inf where there is no way, and how far each place
    lies from its road [km]; `map_version` is what the engine says of its map, None if it says nothing."""

    minutes: Floats
    km: Floats
    origins_off_road_km: Floats
    destinations_off_road_km: Floats
    map_version: str | None


class Engine(Protocol):
    """A routing engine: what it is, how many places one question may name, and its answer to a question."""

    @property
    def provenance(self) -> Provenance:
        """What stands in the column source."""
        ...

    @property
    def at_most(self) -> int:
        """How many places, origins and destinations together, one question may name."""
        ...

    def block(self, origins: Points, destinations: Points) -> Block:
        """Minutes and km from every origin to every destination; raises RoutingError or EngineUnavailable."""
        ...
