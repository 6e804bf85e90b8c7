"""Valhalla: its matrix service over HTTP, which tells its own version and the day of its map."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np

from geodata.routing.engine import Block, EngineUnavailable, RoutingError
from geodata.routing.http_json import ask
from geodata.routing.matrix import Floats, Points, Provenance, straight_km

_NO_WAY = 170
"""Valhalla's code for places that no road connects; it is said of a whole question."""


@dataclass(frozen=True)
class Valhalla:
    """A Valhalla server; find its version and map with `open_valhalla`."""

    address: str
    costing: str
    version: str
    extract_date: str
    at_most: int = 100

    @property
    def provenance(self) -> Provenance:
        """What stands in the column source."""
        return Provenance("Valhalla", self.version, self.costing, self.extract_date)

    def block(self, origins: Points, destinations: Points) -> Block:
        """Minutes and km of one call to the matrix service; raises RoutingError or EngineUnavailable."""
        question = {
            "sources": _locations(origins), "targets": _locations(destinations), "costing": self.costing,
            "units": "kilometers",
        }  # fmt: skip
        status, answer = ask(f"{self.address.rstrip('/')}/sources_to_targets", question)
        if status == 200:
            return _block_of(answer, origins, destinations, self.extract_date)
        if answer.get("error_code") != _NO_WAY:
            raise RoutingError(
                f"Valhalla refuses the question: {answer.get('error')} ({answer.get('error_code')}). Correct the "
                "coordinates, use a map that covers them, or raise the limits of its configuration."
            )
        return self._apart(origins, destinations)

    def _apart(self, origins: Points, destinations: Points) -> Block:
        """A block that Valhalla calls unconnected as a whole, in ever smaller parts: some pairs may be connected."""
        if len(origins.ids) > 1:
            half = len(origins.ids) // 2
            parts = [self.block(origins[:half], destinations), self.block(origins[half:], destinations)]
            axis = 0
        elif len(destinations.ids) > 1:
            half = len(destinations.ids) // 2
            parts = [self.block(origins, destinations[:half]), self.block(origins, destinations[half:])]
            axis = 1
        else:
            nowhere = np.full((1, 1), np.inf)
            return Block(nowhere, nowhere, np.full(1, np.nan), np.full(1, np.nan), self.extract_date)
        return Block(
            np.concatenate([p.minutes for p in parts], axis=axis),
            np.concatenate([p.km for p in parts], axis=axis),
            _joined([p.origins_off_road_km for p in parts], axis == 0),
            _joined([p.destinations_off_road_km for p in parts], axis == 1),
            self.extract_date,
        )


def open_valhalla(address: str, *, costing: str = "auto", extract_date: str | None = None) -> Valhalla:
    """The engine behind an address with the version and map it tells of; raises RoutingError or EngineUnavailable."""
    status, told = ask(f"{address.rstrip('/')}/status")
    if status != 200 or "version" not in told:
        raise RoutingError(f"{address} does not answer as Valhalla does. Give the address of a Valhalla server.")
    day = extract_date
    if day is None and told.get("tileset_last_modified"):
        day = f"{datetime.fromtimestamp(int(told['tileset_last_modified']), UTC):%Y-%m-%d} (tiles made)"
    if day is None:
        raise EngineUnavailable("it does not tell the day of its map yet")
    return Valhalla(address, costing, str(told["version"]), day)


def _locations(places: Points) -> list[dict[str, float]]:
    return [{"lat": lat, "lon": lon} for lat, lon in zip(places.lat.tolist(), places.lon.tolist(), strict=True)]


def _block_of(answer: dict[str, Any], origins: Points, destinations: Points, map_version: str) -> Block:
    try:
        rows = answer["sources_to_targets"]
        shape = (len(origins.ids), len(destinations.ids))
        minutes = np.array([[_number(cell["time"], 60.0) for cell in row] for row in rows]).reshape(shape)
        km = np.array([[_number(cell["distance"], 1.0) for cell in row] for row in rows]).reshape(shape)
        return Block(
            minutes,
            np.where(np.isinf(minutes), np.inf, km),
            _off_road(origins, [(row[0].get("begin_lat"), row[0].get("begin_lon")) for row in rows]),
            _off_road(destinations, [(cell.get("end_lat"), cell.get("end_lon")) for cell in rows[0]]),
            map_version,
        )
    except (KeyError, IndexError, TypeError, ValueError) as reason:
        raise RoutingError(f"Valhalla's answer has not the shape of a matrix ({reason}).") from reason


def _number(value: float | None, divisor: float) -> float:
    return np.inf if value is None else value / divisor


def _off_road(places: Points, found: list[tuple[float | None, float | None]]) -> Floats:
    at = np.array([[np.nan if v is None else v for v in pair] for pair in found], dtype=np.float64)
    return np.diagonal(straight_km(places, Points(places.ids, at[:, 0], at[:, 1]))).copy()


def _joined(parts: list[Floats], apart: bool) -> Floats:
    return np.concatenate(parts) if apart else np.where(np.isnan(parts[0]), parts[1], parts[0])
