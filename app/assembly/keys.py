"""Keys: where each id of the data stands in the arrays, what the scenario speaks of, and the problems met on the way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.case import PlainTables
from solver.scenario import BASE_FUTURE, ReadScenario

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Json = Mapping[str, Any]
SHOWN = 20
"""Places named one by one when the same thing is missing in many."""


class Keys:
    """One pass over the tables for one scenario and one future. Areas and sites stand in the order of their ids by code point."""

    def __init__(self, tables: PlainTables, read: ReadScenario, future: str) -> None:
        self.tables, self.read, self.future = tables, read, future
        self.problems: list[dict[str, str]] = []
        self.warnings: list[str] = []
        self.area_order = _order(tables["areas"]["area_id"])
        self.site_order = _order(tables["sites"]["site_id"])
        self.areas = _positions(tables["areas"]["area_id"][self.area_order])
        self.sites = _positions(tables["sites"]["site_id"][self.site_order])
        self.care_types = _positions(read.care_types)
        self.periods = _positions(read.periods)
        self.area_names, self.site_names = tuple(self.areas), tuple(self.sites)
        self.rules: tuple[Json, ...] = tuple(read.canonical["rules"])
        self.measures: tuple[Json, ...] = tuple(_measures(read.canonical))
        """Every objective, the terms of a weighted one and those of the question."""

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """(A, S, K, T)."""
        return len(self.areas), len(self.sites), len(self.care_types), len(self.periods)

    def asked(self, kind: str, **fields: Any) -> bool:
        """Some objective is of this kind, with these fields."""
        return any(_is(measure, "objective", kind, fields) for measure in self.measures)

    def ruled(self, kind: str, **fields: Any) -> bool:
        """Some rule is of this kind, with these fields."""
        return any(_is(rule, "rule", kind, fields) for rule in self.rules)

    def complain(self, where: str, problem: str, fix: str) -> None:
        """Note a problem."""
        self.problems.append({"where": where, "problem": problem, "fix": fix})

    def complain_of_each(self, where: str, problem: str, subjects: Iterable[str], fix: str) -> None:
        """Note a problem for each subject; ``problem`` has a place for its name. Very many are summed up."""
        named = list(subjects)
        for subject in named[:SHOWN]:
            self.complain(where, problem.format(subject), fix)
        if len(named) > SHOWN:
            self.complain(where, f"the same {len(named) - SHOWN} times more", fix)

    def warn(self, warning: str) -> None:
        """Note a warning, once."""
        if warning not in self.warnings:
            self.warnings.append(warning)

    def of_areas(self, column: str, default: Any) -> NDArray[Any]:
        """[A] a column of areas, or the default where there is none."""
        values = self.tables["areas"].get(column)
        return np.full(len(self.areas), default) if values is None else np.asarray(values)[self.area_order]

    def of_sites(self, column: str, default: Any) -> NDArray[Any]:
        """[S] a column of sites, or the default where there is none."""
        values = self.tables["sites"].get(column)
        return np.full(len(self.sites), default) if values is None else np.asarray(values)[self.site_order]

    def of_pairs(self, column: str) -> Floats | None:
        """[S,K] a number of site_care, NaN where blank or without a row; None without the column."""
        care = self.tables["site_care"]
        if column not in care:
            return None
        site, care_type = (
            self.positions(care, "site_id", self.sites),
            self.positions(care, "care_type_id", self.care_types),
        )
        mine = care_type >= 0
        values = np.full((len(self.sites), len(self.care_types)), np.nan)
        values[site[mine], care_type[mine]] = np.asarray(care[column], float)[mine]
        return values

    def positions(self, table: Mapping[str, NDArray[Any]], column: str, at: Mapping[str, int]) -> Ints:
        """Where the ids of a column stand; -1 for ids that are not in the scenario."""
        return np.array([at.get(str(name), -1) for name in table[column]], np.int64)

    def in_force(self, table: Mapping[str, NDArray[Any]]) -> Iterator[tuple[int, list[Bools]]]:
        """Per period the rows of a table that apply, weakest first: blank, then period, then future, then both."""
        count = len(next(iter(table.values())))
        blank = np.full(count, None, object)
        period, future = table.get("period", blank), table.get("future", blank)
        always = np.array([name is None for name in period], bool)
        any_future = np.array([name is None or name == BASE_FUTURE for name in future], bool)
        this_future = ~any_future & np.array([name == self.future for name in future], bool)
        for t, name in enumerate(self.periods):
            now = np.array([given == name for given in period], bool)
            yield t, [always & any_future, now & any_future, always & this_future, now & this_future]

    def absent_means_zero(self, table: str) -> bool:
        """Whether the package says that a row absent from the table means zero."""
        return table in set(self.tables.get("package", {}).get("absent_means_zero", ()))

    def pair_names(self, where: Bools) -> Iterator[str]:
        """Names of the pairs [S,K] (or sites [S]) that are marked."""
        for index in np.argwhere(where):
            yield ", ".join([self.site_names[index[0]], *[self.read.care_types[k] for k in index[1:]]])


def _order(ids: NDArray[Any]) -> Ints:
    return np.array(sorted(range(len(ids)), key=lambda row: str(ids[row])), np.int64)


def _positions(ids: Iterable[Any]) -> dict[str, int]:
    return {str(name): position for position, name in enumerate(ids)}


def _is(part: Json, word: str, kind: str, fields: Json) -> bool:
    return part.get(word) == kind and all(part.get(name) == value for name, value in fields.items())


def _measures(canonical: Json) -> Iterator[Json]:
    for objective in (*canonical["objectives"], *(canonical["question"].get("objectives") or ())):
        if isinstance(objective, Mapping):
            yield objective
            yield from objective.get("terms", ())
