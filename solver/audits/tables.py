"""The plain tables read for one scenario and one future: areas, sites, demand and what sites can offer, as arrays.

Areas and sites stand in the order of their ids by code point, so that the order of rows never carries meaning and
the first of equals is the smallest id. Indices: a area, s site, k care type (all of the data), t period (of the
scenario).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

import numpy as np

from solver.audits import exact
from solver.audits.exact import BoolArray, FloatArray, IntArray
from solver.audits.missing import Gap, MissingData, missing
from solver.audits.plain import PlainTables, numbers, texts
from solver.audits.scenario import Asked


@dataclass(frozen=True)
class Tables:
    """What the data say under one future.

    area_inside: bool[A]; site_inside: bool[S]; demand: float64[K,T,A], cases/year, NaN where missing;
    care_row: int[S,K], the row of site_care or -1; offered_today: bool[S,K].
    """

    plain: PlainTables
    future: str
    area_ids: tuple[str, ...]
    site_ids: tuple[str, ...]
    care_type_ids: tuple[str, ...]
    period_ids: tuple[str, ...]
    area_inside: BoolArray
    site_inside: BoolArray
    area_row: IntArray
    site_row: IntArray
    care_row: IntArray
    offered_today: BoolArray
    demand: FloatArray

    @cached_property
    def area_at(self) -> Mapping[str, int]:
        """The position of each area id."""
        return positions(self.area_ids)

    @cached_property
    def site_at(self) -> Mapping[str, int]:
        """The position of each site id."""
        return positions(self.site_ids)

    @cached_property
    def care_type_at(self) -> Mapping[str, int]:
        """The position of each care type id."""
        return positions(self.care_type_ids)

    @cached_property
    def period_at(self) -> Mapping[str, int]:
        """The position of each period id of the scenario."""
        return positions(self.period_ids)

    @cached_property
    def may_offer(self) -> BoolArray:
        """bool[S,K]: whether the pair has a row in site_care."""
        return self.care_row >= 0

    def site_care(self, column: str) -> FloatArray | None:
        """A number of site_care as float64[S,K], NaN where the pair has no row or the cell is blank.

        None without the column.
        """
        values = numbers(self.plain, "site_care", column)
        if values is None:
            return None
        return np.where(self.may_offer, np.append(values, np.nan)[self.care_row], np.nan)

    def site_number(self, column: str) -> FloatArray | None:
        """A number of sites as float64[S], NaN where blank; None without the column."""
        values = numbers(self.plain, "sites", column)
        return None if values is None else values[self.site_row]

    def cost(self, column: str, needed: BoolArray) -> FloatArray:
        """A cost of site_care [S,K] (or of sites [S], where needed has that shape).

        0 without the column, an error where needed and blank.
        """
        table = "sites" if needed.ndim == 1 else "site_care"
        values = self.site_number(column) if needed.ndim == 1 else self.site_care(column)
        if values is None:
            return np.zeros(needed.shape)
        gaps = [
            Gap(f"{table}, {self._pair(place)}, {column}", "is blank but needed", "fill it in, 0 if it costs nothing")
            for place in np.argwhere(needed & np.isnan(values)).tolist()
        ]
        if gaps:
            raise MissingData(gaps)
        return np.where(needed, values, 0.0)

    def _pair(self, place: Sequence[int]) -> str:
        return f"site {self.site_ids[place[0]]}" + (
            f", care type {self.care_type_ids[place[1]]}" if len(place) > 1 else ""
        )

    @cached_property
    def external(self) -> tuple[tuple[Fraction, ...], ...]:
        """External cases of each care type k and site s [cases/year], blank = 0."""
        values = self.site_care("external_cases_per_year")
        if values is None:
            return tuple((Fraction(0),) * len(self.site_ids) for _ in self.care_type_ids)
        filled = np.nan_to_num(values, nan=0.0)
        return tuple(tuple(exact.decimals(filled[:, k])) for k in range(len(self.care_type_ids)))

    @cached_property
    def organisation_of(self) -> tuple[str, ...]:
        """The organisation of each site; a site without one is an organisation of its own."""
        column = texts(self.plain, "sites", "organisation_id") or self.plain["sites"]["site_id"].tolist()
        return tuple(column[row] or site for row, site in zip(self.site_row.tolist(), self.site_ids, strict=True))

    def region_sites(self, kind: str | None = None) -> dict[str, list[int]]:
        """The sites of each region (of a kind, or of every kind) that has any, outside sites included."""
        columns = ("region_id", "region_kind", "member_kind", "member_id")
        region, kinds, members, ids = (texts(self.plain, "region_members", c) for c in columns)
        kinds = kinds or ("",) * len(region)
        found: dict[str, list[int]] = {}
        for r, k, m, i in zip(region, kinds, members, ids, strict=True):
            if m == "site" and kind in (None, k) and i in self.site_at:
                found.setdefault(r, []).append(self.site_at[i])
        return found

    def inhabitants(self, group: str | None = None) -> FloatArray:
        """Persons per area as float64[A], of the whole population or of a group; 0 for areas outside the region."""
        if group is None:
            column = numbers(self.plain, "areas", "population")
            persons = np.full(len(self.area_ids), np.nan) if column is None else column[self.area_row]
            where = "areas, {}, population"
        else:
            persons = self._group(group)
            where = "population_groups, {}, " + group
        gaps = [
            Gap(where.format(f"area {self.area_ids[a]}"), "the number of inhabitants is missing", "fill it in")
            for a in np.flatnonzero(self.area_inside & np.isnan(persons)).tolist()
        ]
        if gaps:
            raise MissingData(gaps)
        return np.where(self.area_inside, persons, 0.0)

    def _group(self, group: str) -> FloatArray:
        names = texts(self.plain, "population_groups", "group")
        if group not in names:
            raise missing("population_groups", f"there is no group {group}", "add its rows, or name another group")
        rows = np.array([name == group for name in names], dtype=np.bool_)
        given = self.plain["population_groups"]
        persons = np.full(len(self.area_ids), 0.0 if absent_means_zero(self.plain, "population_groups") else np.nan)
        persons[places(given["area_id"][rows].tolist(), self.area_at, "population_groups", "area_id")] = given[
            "persons"
        ][rows]
        return persons

    def years(self, period: str) -> Fraction:
        """How many years a period lasts, 1 unless the table says otherwise."""
        values = numbers(self.plain, "periods", "years")
        ids = texts(self.plain, "periods", "period_id")
        if values is None or period not in ids or np.isnan(values[ids.index(period)]):
            return Fraction(1)
        return exact.decimal(values[ids.index(period)])


def positions(ids: Sequence[str]) -> dict[str, int]:
    """Where each id stands in the list."""
    return {name: place for place, name in enumerate(ids)}


def places(ids: Iterable[Any], at: Mapping[str, int], table: str, column: str) -> IntArray:
    """The position of each id of a column; an error that names the ids nobody knows."""
    found = np.array([at.get(name, -1) for name in ids], dtype=np.int64)
    if found.size and found.min() < 0:
        unknown = sorted({str(name) for name in ids if name not in at})
        raise MissingData(
            [Gap(f"{table}, {column}", f"{name} is not known", "correct it or add its row") for name in unknown]
        )
    return found


def absent_means_zero(plain: PlainTables, table: str) -> bool:
    """Whether the package says that a row absent from the table means zero."""
    return table in texts(plain, "package", "absent_means_zero")


def in_force(table: Mapping[str, Any], periods: Sequence[str], future: str) -> list[list[BoolArray]]:
    """Per period the rows that apply, weakest first: blank, then period, then future, then both."""
    count = len(next(iter(table.values())))
    blank: list[str | None] = [None] * count
    row_period = table["period"].tolist() if "period" in table else blank
    row_future = [None if f == "base" else f for f in table["future"].tolist()] if "future" in table else blank
    no_period = np.array([p is None for p in row_period], dtype=np.bool_)
    no_future = np.array([f is None for f in row_future], dtype=np.bool_)
    this_future = np.array([f is not None and f == future for f in row_future], dtype=np.bool_)
    layers = []
    for period in periods:
        this = (
            np.zeros(count, dtype=np.bool_)
            if no_period.all()
            else np.array([p == period for p in row_period], dtype=np.bool_)
        )
        layers.append([no_period & no_future, this & no_future, no_period & this_future, this & this_future])
    return layers


def read(plain: PlainTables, asked: Asked, future: str = "base") -> Tables:
    """The tables under one future, for the care types and periods of a scenario."""
    area_row, area_ids = _sorted(texts(plain, "areas", "area_id"))
    site_row, site_ids = _sorted(texts(plain, "sites", "site_id"))
    care_type_ids = texts(plain, "care_types", "care_type_id")
    care_row = np.full((len(site_ids), len(care_type_ids)), -1, dtype=np.int64)
    today = np.zeros(care_row.shape, dtype=np.bool_)
    care = plain["site_care"]
    s = places(care["site_id"].tolist(), positions(site_ids), "site_care", "site_id")
    k = places(care["care_type_id"].tolist(), positions(care_type_ids), "site_care", "care_type_id")
    care_row[s, k] = np.arange(len(s))
    today[s, k] = np.asarray(care["offered_today"], dtype=np.bool_)
    places(asked.care_types, positions(care_type_ids), "scenario", "care_types")
    return Tables(
        plain, future, area_ids, site_ids, care_type_ids, asked.periods,
        _inside(plain, "areas", area_row), _inside(plain, "sites", site_row), area_row, site_row, care_row, today,
        _demand(plain, area_ids, care_type_ids, asked, future),
    )  # fmt: skip


def _sorted(ids: tuple[str, ...]) -> tuple[IntArray, tuple[str, ...]]:
    order = sorted(range(len(ids)), key=ids.__getitem__)
    return np.array(order, dtype=np.int64), tuple(ids[row] for row in order)


def _inside(plain: PlainTables, table: str, row: IntArray) -> BoolArray:
    if "in_region" not in plain[table]:
        return np.ones(len(row), dtype=np.bool_)
    return np.asarray(plain[table]["in_region"], dtype=np.bool_)[row]


def _demand(
    plain: PlainTables, area_ids: tuple[str, ...], care_type_ids: tuple[str, ...], asked: Asked, future: str
) -> FloatArray:
    table = plain["demand"]
    a = places(table["area_id"].tolist(), positions(area_ids), "demand", "area_id")
    k = places(table["care_type_id"].tolist(), positions(care_type_ids), "demand", "care_type_id")
    empty = 0.0 if absent_means_zero(plain, "demand") else np.nan
    demand = np.full((len(care_type_ids), len(asked.periods), len(area_ids)), empty)
    for t, layers in enumerate(in_force(table, asked.periods, future)):
        for rows in layers:
            demand[k[rows], t, a[rows]] = table["cases_per_year"][rows]
    used = [positions(care_type_ids)[name] for name in asked.care_types]
    gaps = [
        Gap(f"demand, area {area_ids[a]}, care type {care_type_ids[used[k]]}, period {asked.periods[t]}",
            "the number of cases is missing", "add it, 0 if there are none")
        for k, t, a in np.argwhere(np.isnan(demand[used])).tolist()
    ]  # fmt: skip
    if gaps:
        raise MissingData(gaps)
    return demand
