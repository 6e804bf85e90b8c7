"""Places, and the minutes and kilometres between them, with where they come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
EARTH_KM = 6371.0


class MixedEnginesError(ValueError):
    """Minutes of two engines, versions, profiles or maps were about to become one matrix."""


@dataclass(frozen=True)
class Points:
    """Places on the map: ids[n], lat[n] and lon[n] in degrees (WGS84), none missing."""

    ids: tuple[str, ...]
    lat: Floats
    lon: Floats

    def __getitem__(self, at: slice) -> Points:
        return Points(self.ids[at], self.lat[at], self.lon[at])


@dataclass(frozen=True)
class Provenance:
    """What made a matrix: engine, its version, the profile or costing, and the day of its map (blank: it has none)."""

    engine: str
    version: str
    profile: str
    extract_date: str

    def text(self) -> str:
        """The line that stands in the column source."""
        map_of = f", map of {self.extract_date}" if self.extract_date else ""
        return f"{self.engine} {self.version}, {'profile ' if map_of else ''}{self.profile}{map_of}"


@dataclass(frozen=True)
class RoutedMatrix:
    """minutes[A, S] (inf unreachable, NaN not known) and km[A, S], one way, from areas to sites, of one provenance.

    `off_road_km` is how far each area and site, by id, lies from the road on which its trips begin or end.
    """

    areas: tuple[str, ...]
    sites: tuple[str, ...]
    minutes: Floats
    km: Floats
    provenance: Provenance
    off_road_km: dict[str, float]


def join(matrices: Sequence[RoutedMatrix]) -> RoutedMatrix:
    """Matrices of the same sites and other areas, one under the other; raises MixedEnginesError, never mixes."""
    first = matrices[0]
    for other in matrices[1:]:
        if other.provenance != first.provenance:
            raise MixedEnginesError(
                f"Minutes by {first.provenance.text()} and by {other.provenance.text()} cannot be one matrix; "
                "route all pairs again with one of the two."
            )
        if other.sites != first.sites:
            raise ValueError("The matrices have other sites.")
    return replace(
        first,
        areas=tuple(a for m in matrices for a in m.areas),
        minutes=np.concatenate([m.minutes for m in matrices]),
        km=np.concatenate([m.km for m in matrices]),
        off_road_km={name: km for m in matrices for name, km in m.off_road_km.items()},
    )


def straight_km(origins: Points, destinations: Points) -> Floats:
    """Great-circle km[origins, destinations]."""
    a = np.radians(np.column_stack([origins.lat, origins.lon]))
    b = np.radians(np.column_stack([destinations.lat, destinations.lon]))
    half = np.sin((a[:, None] - b[None, :]) / 2) ** 2
    arc = half[..., 0] + np.cos(a[:, 0])[:, None] * np.cos(b[:, 0])[None, :] * half[..., 1]
    return np.asarray(2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(arc, 0, 1))))
