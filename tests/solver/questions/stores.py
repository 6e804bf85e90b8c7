"""The San Francisco stores and the worth of each of their 65,535 sets, worked out here from the distances alone."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from geodata.package import read_package
from tests.builders import PlainTables

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Stores:
    """``open`` [sets, stores], ``total`` [sets] travel, ``worst`` [sets] trip, ``least`` [sets] volume of an open store."""

    tables: PlainTables
    names: list[str]
    open: Numbers
    total: Numbers
    worst: Numbers
    least: Numbers

    def count(self) -> Numbers:
        """[sets] how many stores are open."""
        return np.asarray(self.open.sum(axis=1))

    def named(self, position: int) -> frozenset[str]:
        """The open stores of a set."""
        return frozenset(name for name, offers in zip(self.names, self.open[position], strict=True) if offers)


@cache
def stores(shared: Path) -> Stores:
    """All sets but the empty one: for each tract the nearest open store."""
    package = read_package(shared / "cases" / "sf-stores").package
    assert package is not None
    tables: PlainTables = {name: dict(table) for name, table in package.tables.items()}
    travel, demand = tables["travel_times"], tables["demand"]
    cases_of = dict(zip(demand["area_id"], demand["cases_per_year"], strict=True))
    cases = np.array([cases_of[area] for area in travel["area_id"]])
    metres, names = travel["minutes"][0], list(travel["site_id"])
    sets = np.arange(1, 1 << len(names))
    opened = (sets[:, None] >> np.arange(len(names))) & 1 == 1
    total, worst = np.zeros(len(sets)), np.zeros(len(sets))
    volume = np.zeros((len(sets), len(names)))
    for row, number in zip(metres, cases, strict=True):
        left = np.ones(len(sets), bool)
        for s in np.argsort(row, kind="stable"):
            here = left & opened[:, s]
            total[here] += number * row[s]
            worst[here] = np.maximum(worst[here], row[s])
            volume[here, s] += number
            left &= ~here
    least = np.where(opened, volume, np.inf).min(axis=1)
    return Stores(tables, names, opened, total, worst, least)
