"""What must be there: a demand for every area and care type, a travel time for every pair that could be used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from geodata.problems import Findings
from geodata.references import Index
from geodata.travel import Layer
from geodata.typed_table import TypedTable

Grid = np.ndarray[Any, np.dtype[np.bool_]]


def check_demand(tables: Mapping[str, TypedTable], areas: Index, care_types: Index, found: Findings) -> None:
    """Every area x care type needs a row for every period: blank, or one for each period of the data."""
    demand = tables["demand"]
    if not {"area_id", "care_type_id"} <= demand.columns.keys():
        return
    a, k = areas.of(demand.columns["area_id"]), care_types.of(demand.columns["care_type_id"])
    base = (a >= 0) & (k >= 0) & demand.blanks("future")
    always = np.zeros((len(areas.ids), len(care_types.ids)), dtype=bool)
    at = base & demand.blanks("period")
    always[a[at], k[at]] = True
    in_each = np.ones_like(always)
    named = tables["periods"].columns.get("period_id", ()) if "periods" in tables else ()
    periods = named if len(named) else ["today"]
    for period in periods:
        there = np.zeros_like(always)
        if "period" in demand.columns:
            at = base & (demand.columns["period"] == period)
            there[a[at], k[at]] = True
        in_each &= there
    _tell_absent(
        ~(always | in_each), "demand", ("area", areas), ("care type", care_types), "No demand row for {}.",
        'Add the row, with 0 if there is none, or say "absent_means_zero": ["demand"] in datapackage.json.', found,
    )  # fmt: skip


def check_travel(
    layers: Sequence[Layer], tables: Mapping[str, TypedTable], areas: Index, sites: Index, found: Findings
) -> None:
    """Every area x site that has a site_care row needs a travel time in each mode: in base, else in each future."""
    care = tables.get("site_care")
    can_offer = np.zeros(len(sites.ids), dtype=bool)
    if care is not None and "site_id" in care.columns:
        place = sites.of(care.columns["site_id"])
        can_offer[place[place >= 0]] = True
    has_base = {layer.mode for layer in layers if layer.future is None}
    for layer in layers:
        if layer.future is not None and layer.mode in has_base:
            continue
        absent = np.isnan(layer.minutes) & ~layer.refused & can_offer
        when = f" in future {layer.future}" if layer.future else ""
        _tell_absent(
            absent, layer.table, ("area", areas), ("site", sites), f"No travel time by {layer.mode}{when} from {{}}.",
            "Add the minutes, or mark the pair unreachable.", found, rows=layer.area_rows, among=can_offer,
        )  # fmt: skip


def _tell_absent(
    absent: Grid,
    table: str,
    row: tuple[str, Index],
    column: tuple[str, Index],
    sentence: str,
    fix: str,
    found: Findings,
    rows: np.ndarray[Any, np.dtype[np.int64]] | None = None,
    among: Grid | None = None,
) -> None:
    """Whole areas and whole columns in one finding each, then pair by pair; told in its row, if it has one."""
    absent = absent & row[1].firsts[:, None] & column[1].firsts
    wanted = np.ones(absent.shape[1], dtype=bool) if among is None else among
    joint = " to " if column[0] == "site" else ", "
    if wanted.sum() > 1:
        empty_rows = np.flatnonzero(absent[:, wanted].all(axis=1))
        found.places(
            "error", table, f"{row[0]}_id", len(empty_rows),
            lambda i: sentence.format(f"{row[0]} {row[1].ids[empty_rows[i]]}{joint}any {column[0]}"), fix, f"{row[0]}s",
        )  # fmt: skip
        absent[empty_rows] = False
    if len(row[1].ids) > 1:
        empty_columns = np.flatnonzero(absent.all(axis=0) & wanted)
        found.places(
            "error", table, f"{column[0].replace(' ', '_')}_id", len(empty_columns),
            lambda i: sentence.format(f"any {row[0]}{joint}{column[0]} {column[1].ids[empty_columns[i]]}"), fix,
            f"{column[0]}s",
        )  # fmt: skip
        absent[:, empty_columns] = False
    pairs = np.argwhere(absent)

    def said(i: int) -> str:
        r, c = pairs[i]
        return sentence.format(f"{row[0]} {row[1].ids[r]}{joint}{column[0]} {column[1].ids[c]}")

    if rows is not None and len(pairs) and (rows[pairs[:, 0]] > 0).all():
        found.rows("error", table, [str(column[1].ids[c]) for _, c in pairs], rows[pairs[:, 0]], said, fix)
    else:
        found.places("error", table, "", len(pairs), said, fix, "pairs")
