"""The travel times of a region by mode, the times between its sites, and what the report says of each matrix."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from geodata.importers.draft import Draft
from geodata.importers.recipe_travel import Travel
from geodata.importers.ways import Minutes, Routing, minutes_by
from geodata.raw_table import RawTable, decimal_text, row_numbers
from geodata.routing import estimate as model
from geodata.routing.matrix import Floats, Points
from geodata.tables import WIDE


def import_travel(draft: Draft, listed: list[Travel], routing: Routing) -> None:
    """A table of travel times per mode; one engine per mode, and nothing is filled in."""
    homes, places = points(draft, "areas", "area_id"), points(draft, "sites", "site_id")
    seen: dict[str, str] = {}
    for travel in listed:
        made = minutes_by(draft, travel, homes, places, routing)
        if made is None:
            continue
        if travel.mode in seen:
            text = f"Minutes by {travel.mode} come from {seen[travel.mode]} and from {made.source}."
            fix = "One mode has one travel model; minutes of two are not comparable. Keep one, or give it another mode."
            draft.found.error(f"{WIDE}{travel.mode}", text, fix)
            continue
        seen[travel.mode] = made.source
        draft.minutes[travel.mode] = made.minutes
        _tell_units(draft, travel.mode, made, homes, places)
        _report(draft, travel.mode, made)
        draft.travel.append(_table(travel.mode, made, homes, places))
        if travel.site_times:
            _site_times(draft, travel, places, routing)


def points(draft: Draft, table: str, key: str) -> Points:
    """The places of a table; NaN where a coordinate is missing."""
    ids = [str(v) for v in draft.tables[table].columns[key].to_pylist()]
    return Points(tuple(ids), draft.floats(table, "lat"), draft.floats(table, "lon"))


def _table(mode: str, made: Minutes, homes: Points, places: Points) -> RawTable:
    """A matrix where only minutes are known, long rows where km are known too; a missing pair stays missing."""
    if made.km is None:
        columns = {"area_id": pa.array(homes.ids, pa.string())}
        columns |= {s: pa.array(_cells(made.minutes[:, i]), pa.string()) for i, s in enumerate(places.ids)}
        return RawTable(WIDE + mode, made.source, columns, row_numbers(len(homes.ids)), provenance=made.source)
    a, s = np.nonzero(~np.isnan(made.minutes))
    minutes, km = made.minutes[a, s], made.km[a, s]
    closed = np.isinf(minutes)
    columns = {
        "area_id": pa.array(np.array(homes.ids, dtype=object)[a], pa.string()),
        "site_id": pa.array(np.array(places.ids, dtype=object)[s], pa.string()),
        "mode": pa.array([mode] * len(a), pa.string()),
        "minutes": pa.array(np.where(closed, np.nan, minutes), pa.float64(), from_pandas=True),
        "km": pa.array(np.where(closed, np.nan, km), pa.float64(), from_pandas=True),
        "source": pa.array([made.source] * len(a), pa.string()),
        "unreachable": pa.array(closed.tolist(), pa.bool_()),
    }
    return RawTable("travel_times", made.source, columns, row_numbers(len(a)))


def long_rows(tables: list[RawTable]) -> list[RawTable]:
    """The same tables with those of long rows brought together in one, as a package has one table of them."""
    long = [t for t in tables if t.name == "travel_times"]
    if len(long) < 2:
        return tables
    columns = {
        c: pa.concat_arrays([t.columns[c] if c in t.columns else pa.nulls(len(t.rows), k) for t in long])
        for c, k in {c: a.type for t in long for c, a in t.columns.items()}.items()
    }
    count = sum(len(t.rows) for t in long)
    return [t for t in tables if t.name != "travel_times"] + [
        RawTable("travel_times", "; ".join(t.source for t in long), columns, row_numbers(count))
    ]


def _cells(minutes: Floats) -> list[str | None]:
    return [None if np.isnan(v) else "unreachable" if np.isinf(v) else decimal_text(v) for v in minutes.tolist()]


def _tell_units(draft: Draft, mode: str, made: Minutes, homes: Points, places: Points) -> None:
    """Minutes by car some thirty times too long or too short for the distance are seconds or hours."""
    if mode != "car" or made.source.startswith("ESTIMATE"):
        return
    guess = model.estimate(homes, places, model.densities(homes, np.full(len(homes.ids), np.nan), places)).minutes
    both = np.isfinite(made.minutes) & np.isfinite(guess) & (made.minutes > 0)
    if both.sum() < 5:
        return
    ratio = float(np.median(made.minutes[both] / guess[both]))
    for low, high, unit in ((20.0, 150.0, "seconds"), (1 / 150, 1 / 20, "hours")):
        if low < ratio < high:
            text = f"The minutes by car are {ratio:.3g} times what the distance suggests: they look like {unit}."
            draft.found.error(f"{WIDE}{mode}", text, f'Say unit = "{unit}" in the recipe.', field="minutes")
    draft.report.measured.append(f"Minutes by {mode} are in the median {ratio:.2f} times the estimate from distance.")


def _report(draft: Draft, mode: str, made: Minutes) -> None:
    known = np.isfinite(made.minutes)
    values = made.minutes[known]
    spread = f"{values.min():.1f} to {values.max():.1f}, median {np.median(values):.1f}" if known.any() else "none"
    draft.report.measured.append(
        f"Travel times by {mode} ({made.source}): {made.minutes.size:,} pairs, {int(np.isnan(made.minutes).sum()):,} missing, "
        f"{int(np.isinf(made.minutes).sum()):,} unreachable, {int((values == 0).sum()):,} zero; minutes {spread}."
    )


def _site_times(draft: Draft, travel: Travel, places: Points, routing: Routing) -> None:
    if travel.matrix is not None:
        fix = "Leave site_times out, or put a table site_times in the workbook of start_from."
        draft.found.error("site_times", "Times between sites cannot come from a matrix of areas and sites.", fix)
        return
    made = minutes_by(draft, travel, places, places, routing)
    if made is None:
        return
    a, b = np.nonzero(np.isfinite(made.minutes) & ~np.eye(len(places.ids), dtype=bool))
    there, back = made.minutes[a, b], made.minutes[b, a]
    uneven = int((np.abs(there - back) > np.maximum(10, 0.5 * np.minimum(there, back))).sum() // 2)
    draft.report.measured.append(
        f"Times between sites by {travel.mode}: {len(a):,} pairs; {uneven:,} differ much between both directions."
    )
    ids = np.array(places.ids, dtype=object)
    columns = {
        "site_id": ids[a].tolist(), "to_site_id": ids[b].tolist(), "mode": [travel.mode] * len(a), "minutes": there,
    }  # fmt: skip
    draft.add("site_times", columns, made.source)
