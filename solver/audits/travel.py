"""Minutes and kilometres from every area to every site, by mode.

And the ambulance chain as exact sums of its parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from solver.audits import exact
from solver.audits.exact import BoolArray, FloatArray
from solver.audits.missing import Gap, MissingData, missing
from solver.audits.plain import numbers, texts
from solver.audits.tables import Tables, places, positions


@dataclass(frozen=True)
class Way:
    """How patients travel: a mode, and for the ambulance the minutes before it leaves and those on scene."""

    mode: str
    dispatch_minutes: float = 0.0
    on_scene_minutes: float = 0.0

    @classmethod
    def of(cls, fields: Mapping[str, Any], otherwise: str = "car") -> "Way":
        """The way that a rule, objective or behaviour names; the mode `otherwise` where it names none."""
        mode = str(fields.get("mode") or otherwise)
        if mode != "ambulance":
            return cls(mode)
        return cls(mode, float(fields.get("dispatch_minutes") or 0), float(fields.get("on_scene_minutes") or 0))


class Travel:
    """Travel from areas to sites under one future. Arrays are float64[S,A]: NaN missing, infinite unreachable."""

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._minutes: dict[Way, FloatArray] = {}
        self._lacking: dict[Way, BoolArray] = {}

    def minutes(self, way: Way) -> FloatArray:
        """Minutes from each area to each site; by ambulance with posts.

        Dispatch + nearest post + on scene + drive.
        """
        if way not in self._minutes:
            drive = self._layers(self._driven(way.mode), "minutes")
            if way.mode == "ambulance" and "ambulance_posts" in self._tables.plain:
                ahead = np.array(way.dispatch_minutes), self._nearest_post(), np.array(way.on_scene_minutes)
                drive = exact.added(*ahead, drive)
            self._minutes[way] = np.ascontiguousarray(drive)
        return self._minutes[way]

    def lacking(self, way: Way) -> BoolArray:
        """bool[S]: sites to which the minutes from some area are missing."""
        if way not in self._lacking:
            self._lacking[way] = np.asarray(np.isnan(self.minutes(way)).any(axis=1), dtype=np.bool_)
        return self._lacking[way]

    def km(self, mode: str) -> FloatArray | None:
        """Kilometres from each area to each site, or None where the tables give none."""
        if "km" not in self._tables.plain.get("travel_times", {}):
            return None
        return self._layers(self._driven(mode), "km")

    def _driven(self, mode: str) -> str:
        posts = "ambulance_posts" in self._tables.plain
        return "car" if mode == "ambulance" and posts and mode not in self._modes() else mode

    def _modes(self) -> tuple[str, ...]:
        return texts(self._tables.plain, "travel_times", "mode")

    def _layers(self, mode: str, measure: str) -> FloatArray:
        if mode not in self._modes():
            raise missing(
                "travel_times", f"there are no minutes by {mode}", f"add travel_times_{mode}, or name another mode"
            )
        tables, travel = self._tables, self._tables.plain["travel_times"]
        areas, sites = (places(ids, positions(travel[column].tolist()), "travel_times", column)
                        for ids, column in ((tables.area_ids, "area_id"), (tables.site_ids, "site_id")))  # fmt: skip
        result = np.full((len(sites), len(areas)), np.nan)
        futures = [None if f == "base" else f for f in travel["future"].tolist()]
        for wanted in (None,) if tables.future == "base" else (None, tables.future):
            for layer, (m, f) in enumerate(zip(self._modes(), futures, strict=True)):
                if m == mode and f == wanted:
                    given = ~np.isnan(travel["minutes"][layer])[np.ix_(areas, sites)].T
                    result = np.where(given, travel[measure][layer][np.ix_(areas, sites)].T, result)
        return result

    def _nearest_post(self) -> FloatArray:
        tables = self._tables
        nearest = np.full(len(tables.area_ids), np.inf)
        posts = set(texts(tables.plain, "ambulance_posts", "post_id"))
        minutes = numbers(tables.plain, "post_times", "minutes")
        if minutes is not None:
            used = np.array([p in posts for p in texts(tables.plain, "post_times", "post_id")], dtype=np.bool_)
            a = places(tables.plain["post_times"]["area_id"][used].tolist(), tables.area_at, "post_times", "area_id")
            np.minimum.at(nearest, a, minutes[used])
        gaps = [
            Gap(
                f"post_times, area {tables.area_ids[a]}", "no post has minutes to it", "add the row of its nearest post"
            )
            for a in np.flatnonzero(np.isnan(nearest) | np.isposinf(nearest)).tolist()
        ]
        if gaps:
            raise MissingData(gaps)
        return nearest


def complete(tables: Tables, travel: Travel, care_type: int, way: Way) -> FloatArray:
    """The minutes, refused where a pair of an area and a site with a site_care row of the care type is missing."""
    minutes, needed = travel.minutes(way), tables.may_offer[:, care_type]
    if (travel.lacking(way) & needed).any():
        raise MissingData([
            Gap(f"travel_times, area {tables.area_ids[a]}, site {tables.site_ids[s]}, mode {way.mode}",
                "the travel time is missing", "add the row, or mark the pair unreachable")
            for s, a in np.argwhere(np.isnan(minutes) & needed[:, None]).tolist()
        ])  # fmt: skip
    return minutes
