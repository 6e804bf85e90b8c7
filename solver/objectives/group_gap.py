"""Group gap: how much longer the group of inhabitants with the longest trips travels than the one with the shortest.

    minimise   max over periods t of   max over groups g of mean[g,t]  -  min over groups g of mean[g,t]
    mean[g,t] = sum over care types k of group_minutes[g,k,t] / sum over areas a of the region, care types k of share[a,g] * cases[a,k,t]

share[a,g] = persons of the group / population of the area. ``group`` names one group of population_groups (beside everybody else), an attribute of the
areas (each of its values a group), or * for all groups of population_groups. Unit: minutes. Example: elderly people travel 4 minutes longer than others.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import pyomo.environ as pyo
from pydantic import Field

from solver.landscape import Landscape, People
from solver.objective import Objective, largest
from solver.rule import Expression, Words, own, require


class GroupGap(Objective):
    """Difference between groups of inhabitants."""

    objective: Literal["group_gap"] = "group_gap"
    unit: ClassVar[str] = "minutes"
    only_small: ClassVar[bool] = True
    group: str | tuple[str, ...] | None = Field(
        default=None,
        description="A group beside everybody else, several groups, an attribute of the areas, or * for every group of population_groups.",
    )

    def people(self, land: Landscape) -> list[People]:
        """The groups that are compared."""
        if isinstance(self.group, str) and self.group in land.groups:
            return [People(self.group), People(self.group, others=True)]
        if isinstance(self.group, str) and self.group != "*":
            return [People(value, attribute=self.group) for value in sorted(set(land.attributes[self.group]))]
        named = sorted(land.groups) if self.group in (None, "*") else self.group
        return [People(group) for group in named or ()]

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """One row above and one below per group and period."""
        T = len(land.periods)
        return largest(b, "largest_gap", [self._in_period(b, m, land, t) for t in range(T)])

    def _in_period(self, b: pyo.Block, m: Words, land: Landscape, t: int) -> Expression:
        K = range(len(land.care_types))
        longest, shortest = (own(b, name, land.periods[t], upper=None) for name in ("longest_mean", "shortest_mean"))
        for people in self.people(land):
            share, minutes = land.share(people), m.group_minutes(people)
            cases = sum(float(share @ land.served_cases(k, t)) for k in K)
            if cases > 0:
                mean = sum(minutes[k, t] for k in K) / cases
                index = (people.name, people.others, land.periods[t])
                require(b, "longest", index, longest >= mean)
                require(b, "shortest", index, shortest <= mean)
        return longest - shortest
