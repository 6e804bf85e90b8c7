"""How large a made-up region is: areas, sites, care types, periods and the ground it covers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SizeName = Literal["small", "region", "national"]


@dataclass(frozen=True)
class Size:
    """Counts of a made-up region; width and height in km; the south-west corner in RD metres."""

    name: SizeName
    areas: int
    sites: int
    care_types: int
    periods: int
    towns: int
    organisations: int
    posts: int
    width_km: float
    height_km: float
    corner: tuple[float, float]
    flows: bool
    futures: bool


SIZES: dict[SizeName, Size] = {
    "small": Size("small", 30, 4, 3, 1, 6, 3, 4, 44, 34, (205_000, 450_000), True, False),
    "region": Size("region", 300, 14, 40, 5, 30, 9, 20, 95, 75, (180_000, 470_000), True, True),
    "national": Size("national", 4000, 110, 40, 1, 260, 68, 220, 215, 275, (45_000, 325_000), False, False),
}


def size_of(name: SizeName | Size) -> Size:
    """The size by name, or one of your own as it is; raises ValueError for another word."""
    if isinstance(name, Size):
        return name
    if name not in SIZES:
        raise ValueError(f"There is no made-up region of size {name!r}; choose one of {', '.join(SIZES)}.")
    return SIZES[name]
