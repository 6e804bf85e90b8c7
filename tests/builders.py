"""Small care landscapes as plain tables, and scenarios about them, each in two or three short calls."""

from collections.abc import Iterable, Mapping, Sequence
from math import inf, isnan, nan
from typing import Any, Literal

import numpy as np

Column = np.ndarray[Any, np.dtype[Any]]
PlainTables = dict[str, dict[str, Column]]
Row = Mapping[str, Any]
Minutes = Mapping[str, Mapping[str, float | None]]
Json = dict[str, Any]

UNREACHABLE = inf


def text(values: Iterable[Any]) -> Column:
    """A text column: dtype object holding str, missing = None."""
    listed = list(values)
    column = np.empty(len(listed), dtype=object)
    column[:] = listed
    return column


def column(values: Iterable[Any]) -> Column:
    """The column these values make: bool, float64 (missing = NaN) or text (missing = None)."""
    listed = list(values)
    known = [value for value in listed if value is not None]
    if known and len(known) == len(listed) and all(isinstance(value, bool) for value in known):
        return np.array(listed, dtype=bool)
    if any(isinstance(value, str) for value in known) or not known:
        return text(listed)
    return np.array([nan if value is None else float(value) for value in listed], dtype=np.float64)


def table(rows: Sequence[Row]) -> dict[str, Column]:
    """A plain table out of its rows; a field a row leaves out is blank there."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return {name: column(row.get(name) for row in rows) for name in names}


def world(
    minutes: Minutes,
    demand: Mapping[Any, float | None],
    *,
    care_types: Sequence[str] = ("hips",),
    offered: Literal["all", "none"] | Iterable[Any] = "all",
    pairs: Iterable[tuple[str, str]] | None = None,
    population: Mapping[str, float] | None = None,
    capacity: Mapping[Any, float | None] | None = None,
    areas: Mapping[str, Mapping[str, Any]] | None = None,
    sites: Mapping[str, Mapping[str, Any]] | None = None,
    site_care: Mapping[str, Mapping[Any, Any]] | None = None,
    more_minutes: Mapping[str | tuple[str, str], Minutes] | None = None,
    km: Minutes | None = None,
    tables: Mapping[str, Sequence[Row]] | None = None,
    absent_means_zero: Sequence[str] = (),
) -> PlainTables:
    """A landscape as plain tables; tables and columns nobody mentions are absent.

    minutes            [minutes] by car, area -> site, keys name areas and sites; left out is missing, inf unreachable.
    demand             [cases/year] keyed area (each care type), (area, care type), (.., period), (.., period, future).
    offered            today: "all", "none", or a list of sites (each care type) and (site, care type) pairs.
    pairs              (site, care type) pairs that may offer; all unless given.
    capacity           [cases/year] keyed site or (site, care type); a pair left out is unlimited.
    areas, sites       further columns: name -> id -> value, such as sites={"organisation_id": {"A": "north"}}.
    site_care          further columns: name -> site or (site, care type) -> value.
    more_minutes       [minutes] of other modes, or of a future: {"ambulance": {...}, ("car", "snow"): {...}}.
    km                 [km] by car, as minutes.
    tables             further tables by name, as rows: {"periods": [{"period_id": "t1"}]}.
    """
    area_ids = list(minutes)
    site_ids = list(dict.fromkeys(site for row in minutes.values() for site in row))
    may_offer = list(pairs) if pairs is not None else [(site, care) for care in care_types for site in site_ids]
    built: PlainTables = {
        "package": {
            "name": text(["world"]),
            "title": text(["A small world"]),
            "reference_date": text(["2025-01-01"]),
            "absent_means_zero": text(absent_means_zero),
        },
        "areas": _named("area_id", area_ids, {"population": population} if population else {}, areas or {}),
        "sites": _named("site_id", site_ids, {}, sites or {}),
        "care_types": {"care_type_id": text(care_types)},
        "demand": _demand(demand, care_types),
        "site_care": _site_care(
            may_offer, offered, {"capacity_per_year": capacity} if capacity else {}, site_care or {}
        ),
        "travel_times": _travel_times(area_ids, site_ids, minutes, more_minutes or {}, km),
    }
    return built | {name: table(rows) for name, rows in (tables or {}).items()}


def with_tables(world: PlainTables, **tables: Sequence[Row]) -> PlainTables:
    """The same landscape with these tables, given as rows, added or replaced."""
    return world | {name: table(rows) for name, rows in tables.items()}


def _named(key: str, ids: Sequence[str], *columns: Mapping[str, Mapping[str, Any]]) -> dict[str, Column]:
    """One row per id, `in_region` true unless said otherwise."""
    built = {key: text(ids)}
    for name, values in ((name, values) for group in columns for name, values in group.items() if name != "in_region"):
        built[name] = column(values.get(one) for one in ids)
    outside = next((group["in_region"] for group in columns if "in_region" in group), {})
    return built | {"in_region": np.array([bool(outside.get(one, True)) for one in ids], dtype=bool)}


def _demand(demand: Mapping[Any, float | None], care_types: Sequence[str]) -> dict[str, Column]:
    rows = []
    for key, cases in demand.items():
        area, *rest = (key,) if isinstance(key, str) else key
        care, period, future = [*rest, None, None, None][:3]
        rows += [(area, one, cases, period, future) for one in ([care] if care is not None else care_types)]
    built = {
        "area_id": text(row[0] for row in rows),
        "care_type_id": text(row[1] for row in rows),
        "cases_per_year": np.array([nan if row[2] is None else row[2] for row in rows], dtype=np.float64),
    }
    for place, name in ((3, "period"), (4, "future")):
        if any(row[place] is not None for row in rows):
            built[name] = text(row[place] for row in rows)
    return built


def _site_care(
    pairs: Sequence[tuple[str, str]],
    offered: Literal["all", "none"] | Iterable[Any],
    *columns: Mapping[str, Mapping[Any, Any]],
) -> dict[str, Column]:
    today = set(pairs) if offered == "all" else set() if offered == "none" else set(offered)
    built = {
        "site_id": text(site for site, _ in pairs),
        "care_type_id": text(care for _, care in pairs),
        "offered_today": np.array([(site, care) in today or site in today for site, care in pairs], dtype=bool),
    }
    for name, values in ((name, values) for group in columns for name, values in group.items()):
        built[name] = column(values.get((site, care), values.get(site)) for site, care in pairs)
    return built


def _travel_times(
    area_ids: Sequence[str],
    site_ids: Sequence[str],
    minutes: Minutes,
    more_minutes: Mapping[str | tuple[str, str], Minutes],
    km: Minutes | None,
) -> dict[str, Column]:
    layers: list[tuple[str, str | None, Minutes]] = [("car", None, minutes)]
    for key, more in more_minutes.items():
        mode, future = (key, None) if isinstance(key, str) else key
        layers.append((mode, future, more))
    built = {
        "mode": text(mode for mode, _, _ in layers),
        "future": text(future for _, future, _ in layers),
        "area_id": text(area_ids),
        "site_id": text(site_ids),
        "minutes": np.stack([_matrix(area_ids, site_ids, layer) for _, _, layer in layers]),
    }
    if km is not None:
        nowhere: Minutes = {}
        by_layer = [km if place == 0 else nowhere for place in range(len(layers))]
        built["km"] = np.stack([_matrix(area_ids, site_ids, layer) for layer in by_layer])
    return built


def _matrix(area_ids: Sequence[str], site_ids: Sequence[str], values: Minutes) -> Column:
    """float64[A,S], NaN where a pair is not mentioned."""
    cells = [[values.get(area, {}).get(site) for site in site_ids] for area in area_ids]
    return np.array([[nan if cell is None else cell for cell in row] for row in cells], dtype=np.float64)


def rows(tables: Mapping[str, Mapping[str, Column]], name: str) -> list[Json]:
    """A plain table as rows, blanks left out, to write to a file or to change and build again with `table`."""
    columns = tables[name]
    count = len(next(iter(columns.values())))
    blank = {
        column: [value is None or (isinstance(value, float) and isnan(value)) for value in columns[column].tolist()]
        for column in columns
    }
    return [{column: columns[column].tolist()[n] for column in columns if not blank[column][n]} for n in range(count)]


def scenario(
    *rules: Json,
    behaviour: str | Json = "nearest",
    behaviours: Mapping[str, Json] | None = None,
    objectives: str | Json | Sequence[str | Json] = "travel_time",
    question: str | Json = "optimise",
    care_types: Sequence[str] | None = None,
    periods: Sequence[str] | None = None,
    seconds: float = 60,
    **more: Any,
) -> Json:
    """A scenario as JSON: rules first, then what differs from nearest patients, least travel time, optimise.

    `behaviour` holds for each care type and `behaviours` names them one by one; a behaviour, an objective or a question
    without fields may be given by its name alone.
    """
    listed = [objectives] if isinstance(objectives, str | dict) else objectives
    every = {"behaviour": behaviour, "mode": "car"} if isinstance(behaviour, str) else behaviour
    built: Json = {
        "name": "a small scenario",
        "behaviours": dict(behaviours) if behaviours is not None else {"*": every},
        "rules": list(rules),
        "objectives": [{"objective": one} if isinstance(one, str) else one for one in listed],
        "question": {"question": question} if isinstance(question, str) else question,
        "limits": {"seconds": seconds, "relative_gap": 0.0},
    }
    if care_types is not None:
        built["care_types"] = list(care_types)
    if periods is not None:
        built["periods"] = list(periods)
    return built | more


def volume_norm(at_least: float, care_type: str = "*", **more: Any) -> Json:
    """A site that offers the care type treats at least so many [cases/year]."""
    return {"rule": "volume_norm", "care_type": care_type, "at_least": at_least, "bearer": "site"} | more


def site_count(care_type: str = "*", **more: Any) -> Json:
    """So many sites offer the care type: exactly, at_least or at_most."""
    return {"rule": "site_count", "care_type": care_type} | more


def access_norm(
    max_minutes: float, care_type: str = "*", *, kind: str = "everyone", mode: str = "car", **more: Any
) -> Json:
    """Inhabitants reach an offering site within so many minutes: everyone, a share, or no fewer than today."""
    return {
        "rule": "access_norm",
        "care_type": care_type,
        "mode": mode,
        "max_minutes": max_minutes,
        "kind": kind,
    } | more


def lock(site: str, state: str, care_type: str = "*", **more: Any) -> Json:
    """A decision already taken: the site is open, closed or as today for the care type."""
    return {"rule": "lock", "site": site, "care_type": care_type, "state": state} | more
