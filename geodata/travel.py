"""Travel times: long rows and wide matrices brought together as layers of minutes by mode and future."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from geodata import cells
from geodata.problems import Findings
from geodata.raw_table import RawTable, decimal_text
from geodata.references import Index, check_keys
from geodata.tables import TABLES, WIDE
from geodata.typed_table import TypedTable, typed_table

Matrix = np.ndarray[Any, np.dtype[np.float64]]


@dataclass
class Layer:
    """One mode and future: minutes[A, S] (NaN missing, inf unreachable), km[A, S], and where they were written."""

    mode: str
    future: str | None
    table: str
    minutes: Matrix
    km: Matrix
    refused: cells.Booleans
    area_rows: np.ndarray[Any, np.dtype[np.int64]] | None = None
    sources: list[str] = field(default_factory=list)


def read_travel(raws: Sequence[RawTable], areas: Index, sites: Index, found: Findings) -> list[Layer]:
    """The layers in order of first appearance, base before futures; areas and sites in the order of their tables."""
    layers: dict[tuple[str, str | None], Layer] = {}
    for raw in raws:
        if raw.name == "travel_times":
            _add_rows(raw, areas, sites, layers, found)
        else:
            _add_matrix(raw, areas, sites, layers, found)
    modes = list(dict.fromkeys(mode for mode, _ in layers))
    return sorted(layers.values(), key=lambda layer: (modes.index(layer.mode), layer.future is not None))


def plain_travel(layers: Sequence[Layer], areas: Index, sites: Index) -> dict[str, np.ndarray[Any, Any]]:
    """The layers as the plain table travel_times: minutes[L, A, S], km likewise if any is known, source per layer."""
    shape = (0, len(areas.ids), len(sites.ids))
    table: dict[str, np.ndarray[Any, Any]] = {
        "mode": np.array([layer.mode for layer in layers], dtype=object),
        "future": np.array([layer.future for layer in layers], dtype=object),
        "area_id": areas.ids,
        "site_id": sites.ids,
        "minutes": np.stack([layer.minutes for layer in layers]) if layers else np.zeros(shape),
    }
    if any(not np.isnan(layer.km).all() for layer in layers):
        table["km"] = np.stack([layer.km for layer in layers])
    if any(layer.sources for layer in layers):
        table["source"] = np.array(["; ".join(layer.sources) or None for layer in layers], dtype=object)
    return table


def _layer(
    layers: dict[tuple[str, str | None], Layer],
    mode: str,
    future: str | None,
    raw: RawTable,
    areas: Index,
    sites: Index,
) -> Layer:
    shape = (len(areas.ids), len(sites.ids))
    fresh = Layer(mode, future, raw.name, np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape, dtype=bool))
    return layers.setdefault((mode, future), fresh)


def _add_sources(layer: Layer, sources: Iterable[str | None]) -> None:
    layer.sources += [s for s in dict.fromkeys(sources) if s is not None and s not in layer.sources]


def _add_matrix(
    raw: RawTable, areas: Index, sites: Index, layers: dict[tuple[str, str | None], Layer], found: Findings
) -> None:
    if "area_id" not in raw.columns:
        found.error(raw.name, f"{raw.source} has no column area_id.", "Name the first column area_id.", field="area_id")
        return
    columns = [c for c in raw.columns if c != "area_id"]
    for stranger in [c for c in columns if c not in sites.place]:
        text = f"{raw.source} has a column for {stranger!r}, which is not in the table sites."
        found.error(raw.name, text, "Correct the site id in the header, or add the site to sites.", field=stranger)
    columns = [c for c in columns if c in sites.place]
    place, sound = _matrix_areas(raw, areas, found)
    layer = _layer(layers, raw.name.removeprefix(WIDE), None, raw, areas, sites)
    _add_sources(layer, [raw.provenance])
    if not columns:
        return
    minutes, refused = _matrix_minutes(raw, columns, found)
    rows, cols = place[sound], np.array([sites.place[c] for c in columns])
    box = np.ix_(rows, cols)
    _tell_twice(layer, raw, areas, sites, box, minutes[sound], found)
    layer.minutes[box] = minutes[sound]
    layer.refused[box] |= refused[sound]
    layer.area_rows = np.zeros(len(areas.ids), dtype=np.int64)
    layer.area_rows[rows] = raw.rows[sound]


def _matrix_areas(
    raw: RawTable, areas: Index, found: Findings
) -> tuple[np.ndarray[Any, np.dtype[np.intp]], np.ndarray[Any, np.dtype[np.intp]]]:
    """The place of each row's area, and which rows name an area of their own."""
    ids, bad = cells.ids(raw.columns["area_id"])
    found.rows("error", raw.name, "area_id", raw.rows[bad.at], bad.say, bad.fix)
    place = areas.of(ids)
    place[bad.at] = -1
    blank = np.array([i is None for i in ids], dtype=bool)
    found.rows("error", raw.name, "area_id", raw.rows[blank], lambda i: "area_id is blank.", "Fill it in.")
    at = np.setdiff1d(np.flatnonzero((place < 0) & ~blank), bad.at)
    found.rows(
        "error", raw.name, "area_id", raw.rows[at], lambda i: f"{ids[at[i]]!r} is not in the table areas.",
        "Correct the id, or add it to areas.",
    )  # fmt: skip
    known = np.flatnonzero(place >= 0)
    first = known[np.unique(place[known], return_index=True)[1]]
    again = np.setdiff1d(known, first)
    found.rows(
        "error", raw.name, "area_id", raw.rows[again], lambda i: f"Area {ids[again[i]]} was given before.",
        "Keep one of the rows.",
    )  # fmt: skip
    return place, np.sort(first)


def _matrix_minutes(raw: RawTable, columns: list[str], found: Findings) -> tuple[Matrix, cells.Booleans]:
    """Minutes[row, column] of a wide table, and which cells were refused."""
    shape = (len(columns), len(raw.rows))
    arrays = [raw.columns[c] for c in columns]
    if all(pa.types.is_floating(a.type) for a in arrays):
        written = pa.concat_arrays([a.cast(pa.float64()) for a in arrays])
        closed = np.zeros(len(written), dtype=bool)
    else:
        written = cells.trimmed(pa.concat_arrays([cells.texts_of(a) for a in arrays]))
        closed = np.asarray(pc.equal(pc.utf8_lower(written), "unreachable").fill_null(False))
        if closed.any():
            written = pc.if_else(pa.array(closed), pa.scalar(None, pa.string()), written)
    values, bad = cells.numbers(written)
    where = bad.at % shape[1]
    found.rows(
        "error", raw.name, [columns[i] for i in bad.at // shape[1]], raw.rows[where], bad.say,
        lambda i: f"{bad.fix(i)} A cell is minutes, unreachable, or blank where the site can offer nothing.",
    )  # fmt: skip
    refused = np.zeros(len(values), dtype=bool)
    refused[bad.at] = True
    below = np.flatnonzero(values < 0)
    found.rows(
        "error", raw.name, [columns[i] for i in below // shape[1]], raw.rows[below % shape[1]],
        lambda i: f"{decimal_text(float(values[below[i]]))} minutes is less than 0.",
        "Write the minutes; write `unreachable` if there is no way.",
    )  # fmt: skip
    refused[below] = True
    values[below] = np.nan
    values[closed] = np.inf
    return values.reshape(shape).T, refused.reshape(shape).T


def _tell_twice(
    layer: Layer, raw: RawTable, areas: Index, sites: Index, box: tuple[Any, ...], minutes: Matrix, found: Findings
) -> None:
    twice = ~np.isnan(layer.minutes[box]) & ~np.isnan(minutes)
    if twice.any():
        a, s = np.argwhere(twice)[0]
        pair = f"from area {areas.ids[box[0][a, 0]]} to site {sites.ids[box[1][0, s]]}"
        text = (
            f"{int(twice.sum()):,} travel times by {layer.mode} were given before in {layer.table}, one of them {pair}."
        )
        found.error(raw.name, text, "Keep the long rows or the matrix of a mode, not both.")


def _add_rows(
    raw: RawTable, areas: Index, sites: Index, layers: dict[tuple[str, str | None], Layer], found: Findings
) -> None:
    table = typed_table(raw, TABLES["travel_times"], found)
    check_keys(table, found)
    if not {"area_id", "site_id"} <= table.columns.keys():
        return
    minutes, refused = _row_minutes(table, found)
    nothing = np.full(len(table.rows), None, dtype=object)
    futures = table.columns.get("future", nothing)
    km = table.columns.get("km", np.full(len(table.rows), np.nan))
    sources = table.columns.get("source", np.full(len(table.rows), raw.provenance, dtype=object))
    a, s = areas.of(table.columns["area_id"]), sites.of(table.columns["site_id"])
    known = (a >= 0) & (s >= 0)
    for mode in dict.fromkeys(table.columns["mode"].tolist()):
        for future in dict.fromkeys(futures[table.columns["mode"] == mode].tolist()):
            same_future = table.blanks("future") if future is None else futures == future
            at = np.flatnonzero(known & (table.columns["mode"] == mode) & same_future)[::-1]
            layer = _layer(layers, mode, future, raw, areas, sites)
            layer.minutes[a[at], s[at]] = minutes[at]
            layer.km[a[at], s[at]] = km[at]
            layer.refused[a[at], s[at]] |= refused[at]
            _add_sources(layer, sources[at][::-1].tolist())


def _row_minutes(table: TypedTable, found: Findings) -> tuple[Matrix, cells.Booleans]:
    """Minutes per long row with unreachable as inf, and which rows were refused."""
    minutes = table.columns.get("minutes", np.full(len(table.rows), np.nan)).copy()
    refused = table.refused.get("minutes", np.zeros(len(table.rows), dtype=bool)).copy()
    refused |= table.refused["unreachable"]
    minutes[refused] = np.nan
    closed = table.columns["unreachable"].astype(bool)
    both = closed & ~np.isnan(minutes)
    found.rows(
        "error", table.name, "unreachable", table.rows[both],
        lambda i: "The row has minutes and is marked unreachable.",
        "Keep one of the two.",
    )  # fmt: skip
    neither = ~closed & np.isnan(minutes) & ~refused
    found.rows(
        "error", table.name, "minutes", table.rows[neither], lambda i: "The row has no minutes.",
        "Write the minutes, or unreachable true.",
    )  # fmt: skip
    minutes[closed] = np.inf
    return minutes, refused | neither
