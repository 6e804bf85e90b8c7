"""Minutes by one way of a recipe: a matrix file, OSRM or Valhalla, or the estimate; with the words for column source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from geodata.importers.columns import Sheet, as_cells, column, needed, numbers, texts
from geodata.importers.draft import Draft
from geodata.importers.recipe_travel import MatrixFile, Way
from geodata.problems import names
from geodata.raw_table import decimal_text
from geodata.routing import estimate as model
from geodata.routing.batches import RoutingStopped, route
from geodata.routing.engine import Engine, EngineUnavailable, RoutingError
from geodata.routing.matrix import Floats, MixedEnginesError, Points, RoutedMatrix
from geodata.routing.osrm import NotAvailableError, Osrm, open_osrm
from geodata.routing.valhalla import open_valhalla

UNITS = {"minutes": 1.0, "seconds": 60.0, "hours": 1 / 60}
STAND_INS = (9999.0, 99999.0, 999999.0, 9999999.0, 2147483647.0)
FAR_OFF_ROAD_KM = 1.0


@dataclass(frozen=True)
class Minutes:
    """minutes[A, S] (inf unreachable, NaN not known), km[A, S] or None, and what made them."""

    minutes: Floats
    km: Floats | None
    source: str


@dataclass(frozen=True)
class Routing:
    """Where finished batches are kept, and how to wait and to tell how far it is."""

    folder: Path
    wait: Callable[[float], None]
    progress: Callable[[int, int], None]


def minutes_by(draft: Draft, way: Way, homes: Points, places: Points, routing: Routing) -> Minutes | None:
    """The minutes between two sets of places; None, with the reason, if there are none. Engines only if all is sound."""
    if way.matrix is not None:
        return _from_file(draft, way.matrix, homes, places)
    if draft.found.has_errors:
        return None
    for points in (homes, places):
        lost = [p for p, x, y in zip(points.ids, points.lat, points.lon, strict=True) if np.isnan(x) or np.isnan(y)]
        if lost:
            text = f"{len(lost):,} places have no coordinates: {names(lost, 10)}."
            draft.found.error("travel_times", text, "Complete lat and lon; a place that is nowhere cannot be routed.")
    if draft.found.has_errors:
        return None
    if way.estimate is not None:
        return _estimated(draft, way.estimate.sample, homes, places)
    try:
        engine = _engine(draft, way)
        routed = route(engine, homes, places, routing.folder, wait=routing.wait, progress=routing.progress)
    except (NotAvailableError, RoutingError, RoutingStopped, MixedEnginesError) as reason:
        draft.found.error("travel_times", str(reason), "")
        return None
    except EngineUnavailable as reason:
        draft.found.error("travel_times", f"The engine does not answer: {reason}.", "Start it, and try again.")
        return None
    _tell_off_road(draft, routed)
    return Minutes(routed.minutes, np.where(np.isinf(routed.km), np.nan, routed.km), routed.provenance.text())


def _engine(draft: Draft, way: Way) -> Engine:
    if way.osrm is not None:
        return Osrm(**way.osrm.model_dump())
    if way.valhalla is not None:
        asked = way.valhalla
        opened = open_valhalla(asked.address, costing=asked.costing, extract_date=asked.extract_date)
        return replace(opened, at_most=asked.at_most)
    assert way.osrm_files is not None
    files = way.osrm_files
    return open_osrm(
        draft.folder / files.file, profile=files.profile, extract_date=files.extract_date, algorithm=files.algorithm
    )


def _tell_off_road(draft: Draft, routed: RoutedMatrix) -> None:
    far = {name: km for name, km in routed.off_road_km.items() if km > FAR_OFF_ROAD_KM}
    if far:
        worst = sorted(far, key=lambda name: -far[name])
        shown = names([f"{name} ({far[name]:.1f} km)" for name in worst], 10)
        text = (
            f"{len(far):,} places lie over {FAR_OFF_ROAD_KM:g} km from the road their trips begin or end on: {shown}."
        )
        draft.found.warn("travel_times", text, "Check their coordinates; the way to that road is not in the minutes.")


def _estimated(draft: Draft, sample: MatrixFile | None, homes: Points, places: Points) -> Minutes | None:
    known = homes.ids == tuple(draft.ids("areas", "area_id"))
    people = draft.floats("areas", "population") if known else np.full(len(homes.ids), np.nan)
    density = model.densities(homes, people, places)
    made = model.estimate(homes, places, density)
    if sample is not None:
        routed = _from_file(draft, sample, homes, places, partial=True)
        if routed is None:
            return None
        try:
            factor = model.calibrated(made.minutes, routed.minutes)
        except ValueError as reason:
            draft.found.error(sample.file, str(reason), "Give routed minutes of some pairs of these areas and sites.")
            return None
        pairs = int(np.isfinite(routed.minutes).sum())
        made = model.estimate(homes, places, density, factor=factor, sample=f"{pairs:,} pairs of {routed.source}")
    draft.report.assume(
        "Car minutes are an ESTIMATE from distance and density, not routed: see docs/travel-estimate.md for its error. "
        "No pair is unreachable to it: mark islands and the like yourself."
    )
    return Minutes(made.minutes, None, made.provenance.text())


def _from_file(
    draft: Draft, listed: MatrixFile, homes: Points, places: Points, *, partial: bool = False
) -> Minutes | None:
    """The matrix in a file, wide or long, in minutes; pairs that it does not have are NaN."""
    sheet = draft.open(listed)
    if sheet is None:
        return None
    key = needed(sheet, "area_id", listed.area_id, draft.found, draft.report)
    if key is None:
        return None
    source = listed.source or listed.file
    if listed.source is None and not partial:
        fix = 'Say source = "..." in the recipe: the travel model, its version and the day of its map belong to every result.'
        draft.found.warn(sheet.raw.name, "The matrix does not say what made it.", fix, field="source")
    if listed.minutes is not None or listed.site_id is not None:
        return _long(draft, sheet, listed, key, homes, places, source)
    columns = [c for c in sheet.raw.columns if c != key]
    known = [c for c in columns if c in places.ids]
    if not known:
        text = f"No column of {sheet.raw.source} is a site."
        fix = f"Columns: {names(columns, 4)}; sites: {names(places.ids, 4)}. For long rows name site_id and minutes."
        draft.found.error(sheet.raw.name, text, fix)
        return None
    if len(known) < len(columns):
        text = f"{len(columns) - len(known):,} columns that are no site here are not used"
        draft.report.assume(f"{sheet.raw.source}: {text}: {names([c for c in columns if c not in known], 10)}.")
    rows = _rows(draft, sheet, key, homes, partial=partial)
    minutes = np.full((len(homes.ids), len(places.ids)), np.nan)
    for c in known:
        values = _minutes(draft, sheet, c, listed)
        minutes[rows[rows >= 0], places.ids.index(c)] = values[rows >= 0]
    return Minutes(minutes, None, source)


def _rows(
    draft: Draft, sheet: Sheet, key: str, homes: Points, *, partial: bool
) -> np.ndarray[tuple[int], np.dtype[np.intp]]:
    """Which area each row of a wide matrix is, -1 for others; a second row for an area is an error."""
    place = {name: i for i, name in enumerate(homes.ids)}
    at = np.array([place.get(v, -1) if v is not None else -1 for v in texts(sheet, key)], dtype=np.intp)
    if not (at >= 0).any():
        fix = f"Here: {names(homes.ids, 4)}; there: {names([str(v) for v in texts(sheet, key)], 4)}."
        draft.found.error(sheet.raw.name, f"No {key} of {sheet.raw.source} is an area.", fix, field=key)
    elif (at < 0).any() and not partial:
        draft.report.assume(f"{sheet.raw.source}: {int((at < 0).sum()):,} rows of other areas are not used.")
    known = np.flatnonzero(at >= 0)
    first = known[np.unique(at[known], return_index=True)[1]]
    again = np.setdiff1d(known, first)
    draft.found.rows(
        "error", sheet.raw.name, key, sheet.raw.rows[again], lambda i: f"{homes.ids[at[again[i]]]} was given before.",
        "Keep one of the rows.",
    )  # fmt: skip
    return at


def _long(
    draft: Draft, sheet: Sheet, listed: MatrixFile, key: str, homes: Points, places: Points, source: str
) -> Minutes | None:
    site = needed(sheet, "site_id", listed.site_id, draft.found, draft.report)
    figure = column(sheet, listed.minutes or "minutes", draft.found)
    if site is None or figure is None:
        return None
    distance = None if listed.km is None else column(sheet, listed.km, draft.found)
    a_of, s_of = ({name: i for i, name in enumerate(points.ids)} for points in (homes, places))
    a = np.array([a_of.get(str(v), -1) for v in texts(sheet, key)])
    s = np.array([s_of.get(str(v), -1) for v in texts(sheet, site)])
    at = np.flatnonzero((a >= 0) & (s >= 0))
    if len(at) < len(a):
        draft.report.assume(f"{sheet.raw.source}: {len(a) - len(at):,} rows of other areas or sites are not used.")
    pairs = a[at] * len(places.ids) + s[at]
    again = at[np.setdiff1d(np.arange(len(at)), np.unique(pairs, return_index=True)[1])]
    draft.found.rows(
        "error", sheet.raw.name, figure, sheet.raw.rows[again],
        lambda i: f"The pair {homes.ids[a[again[i]]]}, {places.ids[s[again[i]]]} was given before.",
        "Keep one of the rows; choose a mode or a year with only.",
    )  # fmt: skip
    minutes = np.full((len(homes.ids), len(places.ids)), np.nan)
    minutes[a[at], s[at]] = _minutes(draft, sheet, figure, listed)[at]
    km = None
    if distance is not None:
        km = np.full(minutes.shape, np.nan)
        km[a[at], s[at]] = numbers(sheet, distance, draft.found, draft.report)[at]
    return Minutes(minutes, km, source)


def _minutes(draft: Draft, sheet: Sheet, name: str, listed: MatrixFile) -> Floats:
    """A column of minutes: what stands for no way is inf; a stand-in that the recipe does not name is an error."""
    written = texts(sheet, name)
    none = {str(v).casefold() for v in listed.unreachable} | {"unreachable", "onbereikbaar"}
    none |= {decimal_text(float(v)) for v in listed.unreachable if not isinstance(v, str)}
    closed = np.array([v is not None and (v.casefold() in none or _shortest(v) in none) for v in written], dtype=bool)
    if closed.any():
        plain = [None if c else v for v, c in zip(written, closed, strict=True)]
        raw = replace(sheet.raw, columns={**sheet.raw.columns, name: as_cells(plain)})
        values = numbers(replace(sheet, raw=raw), name, draft.found, draft.report)
    else:
        values = numbers(sheet, name, draft.found, draft.report)
    suspects = np.flatnonzero(np.isin(values, STAND_INS))
    if len(suspects):
        written_so = decimal_text(float(values[suspects[0]]))
        text = f"{len(suspects):,} cells are {written_so}, which stands for no way in many tables."
        draft.found.error(sheet.raw.name, text, f"Say so in the recipe: unreachable = [{written_so}].", field=name)
    values = values / UNITS[listed.unit]
    values[closed] = np.inf
    return values


def _shortest(text: str) -> str:
    try:
        return decimal_text(float(text))
    except ValueError:
        return text
