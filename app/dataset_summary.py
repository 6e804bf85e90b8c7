"""What a dataset holds, small enough to recognise a region by: its care types, sites, norms, people and totals."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from geodata.layers import plain_values
from geodata.package import Package

OWN_AREA_COLUMNS = frozenset({"area_id", "name", "population", "lat", "lon", "in_region"})
Row = dict[str, Any]
Columns = Mapping[str, npt.NDArray[Any]]


def summary_of(package: Package) -> dict[str, Any]:
    """The rows of the small tables, and totals of the large ones, as JSON; blanks are null.

    A care type's `cases_per_year` adds up the demand of all areas, without periods and futures of their own where there
    are such rows, else of the first period.
    """
    tables = package.tables
    travel, areas = tables["travel_times"], tables["areas"]
    return {
        "totals": _totals(package),
        "care_types": _care_types(tables),
        "sites": _rows(tables["sites"]),
        "site_care": _rows(tables["site_care"]),
        "organisations": _rows(tables.get("organisations", {})),
        "periods": _rows(tables.get("periods", {})),
        "futures": _rows(tables.get("futures", {})),
        "norms": [_filled(row) for row in _rows(tables.get("norms", {}))],
        "interdependencies": [_filled(row) for row in _rows(tables.get("interdependencies", {}))],
        "resources": _rows(tables.get("resources", {})),
        "modes": sorted({str(mode) for mode in travel["mode"]}),
        "travel_sources": sorted({str(each) for each in travel.get("source", ()) if each is not None}),
        "groups": sorted({str(each) for each in tables.get("population_groups", {}).get("group", ())}),
        "regions": _regions(tables.get("region_members", {})),
        "groupings": groupings(areas),
    }


def groupings(areas: Columns) -> list[str]:
    """The columns of the areas that put them in groups."""
    return [name for name in areas if name not in OWN_AREA_COLUMNS and _groups(areas[name])]


def _totals(package: Package) -> Row:
    areas, sites = package.tables["areas"], package.tables["sites"]
    people = areas.get("population")
    known = people is not None and not bool(np.isnan(people).any())
    return {
        "areas": len(areas["area_id"]),
        "areas_in_region": int(areas["in_region"].sum()),
        "sites": len(sites["site_id"]),
        "sites_in_region": int(sites["in_region"].sum()),
        "population": float(people[areas["in_region"]].sum()) if people is not None and known else None,
    }


def _care_types(tables: Mapping[str, Columns]) -> list[Row]:
    demand, care = tables["demand"], tables["site_care"]
    cases, offered = _base_cases(demand), care["offered_today"]
    return [
        {
            **row,
            "cases_per_year": float(np.round(cases[demand["care_type_id"] == row["care_type_id"]].sum(), 6)),
            "sites_today": int((offered & (care["care_type_id"] == row["care_type_id"])).sum()),
        }
        for row in _rows(tables["care_types"])
    ]


def _base_cases(demand: Columns) -> npt.NDArray[np.float64]:
    """Cases of the rows that count before any period or future overrides them; 0 in the others."""
    chosen = np.ones(len(demand["area_id"]), dtype=np.bool_)
    if "future" in demand:
        chosen &= np.array([each is None for each in demand["future"]], dtype=np.bool_)
    if "period" in demand:
        blank = np.array([each is None for each in demand["period"]], dtype=np.bool_)
        first = next((each for each in demand["period"] if each is not None), None)
        chosen &= blank if bool(blank.any()) else demand["period"] == first
    return np.where(chosen, demand["cases_per_year"], 0.0)


def _regions(members: Columns) -> list[Row]:
    kinds: dict[str, str] = {}
    for region, kind in zip(members.get("region_id", ()), members.get("region_kind", ()), strict=True):
        kinds[str(region)] = str(kind) if kind is not None else ""
    return [{"region_id": region, "region_kind": kind} for region, kind in sorted(kinds.items())]


def _groups(column: npt.NDArray[Any]) -> bool:
    """Whether a column of the areas puts them in groups: text, with fewer values than areas."""
    return column.dtype == object and 1 <= len({str(cell) for cell in column}) < max(2, len(column))


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value is not None}


def _rows(columns: Columns) -> list[Row]:
    """The rows of a table, every cell a plain value."""
    names: Sequence[str] = list(columns)
    values = [plain_values(pd.Series(column)) for column in columns.values()]
    return [dict(zip(names, cells, strict=True)) for cells in zip(*values, strict=True)]
