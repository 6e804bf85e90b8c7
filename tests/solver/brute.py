"""The judge of small worlds: every layout is tried, each is measured by plain arithmetic, the best are kept."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp, inf, log
from typing import Any

import numpy as np
from scipy.optimize import linprog

from tests.builders import Json, PlainTables
from tests.solver.layouts import SLACK, Flows, Layout, attraction, beyond, flows, hard_rules, layout_holds, layouts
from tests.solver.paper import Paper, listed, read, total

Offers = frozenset[tuple[str, str, str]]
"""A plan as (site, care type, period)."""


@dataclass(frozen=True)
class Best:
    """The least values of the ordered objectives, and every layout that reaches them all."""

    values: list[float]
    layouts: list[Layout]

    @property
    def offers(self) -> list[set[tuple[str, str, str]]]:
        """Each best layout as a set of (site, care type, period)."""
        return [{(s, k, t) for (k, t), sites in layout.items() for s in sites} for layout in self.layouts]


def best(tables: PlainTables, scenario: Json) -> Best | None:
    """The optimum of a scenario by trying every layout; None when no layout respects the hard rules."""
    paper = read(tables, scenario)
    trials = [trial for layout in layouts(paper) if (trial := _trial(paper, scenario, layout)) is not None]
    values = []
    for objective in scenario["objectives"]:
        found = [trial.least(objective) for trial in trials]
        if not found or min(found) == inf:
            return None
        least = min(found)
        values.append(least)
        held = least + objective.get("tolerance", 0.0) * abs(least) + 1e-9 * max(1.0, abs(least))
        trials = [trial for trial, value in zip(trials, found, strict=True) if value <= held]
        for trial in trials:
            trial.hold(objective, held)
    return Best(values, [trial.layout for trial in trials]) if trials else None


def each(tables: PlainTables, scenario: Json) -> list[tuple[list[float], Offers]]:
    """Every layout that respects the hard rules with the least values of the ordered objectives in it, none giving way; the best first."""
    paper = read(tables, scenario)
    found: list[tuple[list[float], Offers]] = []
    for layout in layouts(paper):
        if (trial := _trial(paper, scenario, layout)) is None:
            continue
        values: list[float] = []
        for objective in scenario["objectives"]:
            values.append(trial.least(objective))
            if values[-1] == inf:
                break
            trial.hold(objective, values[-1] + 1e-9 * max(1.0, abs(values[-1])))
        else:
            found.append((values, frozenset((s, k, t) for (k, t), sites in layout.items() for s in sites)))
    return sorted(found, key=lambda one: one[0])


class _Trial:
    """One layout that respects the rules about offers; its steered flows are free, a linear program chooses them."""

    def __init__(self, paper: Paper, layout: Layout, given: Flows, rules: list[Json]) -> None:
        self.paper, self.layout, self.given = paper, layout, given
        self.free = [
            (a, s, k, t)
            for (k, t), sites in layout.items()
            if paper.behaviours[k]["behaviour"] == "steered"
            for a in paper.areas
            if paper.cases[a, k, t] > 0
            for s in sorted(sites)
            if self._minutes(a, s, k) < inf
        ]
        self.place = {pair: n for n, pair in enumerate(self.free)}
        self.rows: list[tuple[dict[int, float], float]] = []
        """Rows over the free flows: sum of coefficient x flow at most the limit."""
        self.longest = inf
        """No steered flow may travel longer."""
        self.broken = not all(self._add(rule) for rule in rules if rule["rule"] in ("capacity", "volume_norm"))
        served: dict[tuple[str, str, str], list[int]] = {
            (a, k, t): [] for a, k, t in paper.cases if self._steered(k) and paper.cases[a, k, t] > 0
        }
        for n, (a, _, k, t) in enumerate(self.free):
            served[a, k, t].append(n)
        self.served = [(places, paper.cases[key]) for key, places in served.items()]

    def _steered(self, k: str) -> bool:
        return bool(self.paper.behaviours[k]["behaviour"] == "steered")

    def _minutes(self, a: str, s: str, k: str) -> float:
        return self.paper.minutes(a, s, self.paper.behaviours[k])

    def _volume(self, s: str, k: str, t: str) -> tuple[dict[int, float], float]:
        """The volume as coefficients of free flows and what is given: other flows and external cases."""
        free = {n: 1.0 for n, pair in enumerate(self.free) if pair[1:] == (s, k, t)}
        given = [cases for (_, *rest), cases in self.given.items() if tuple(rest) == (s, k, t)]
        return free, total([*given, self.paper.number("external_cases_per_year", s, k)])

    def _add(self, rule: Json) -> bool:
        """Adds a rule about volumes as rows; False when given flows alone break it."""
        k, ok = rule["care_type"], True
        for t in rule["periods"]:
            for s in self.layout[k, t]:
                free, given = self._volume(s, k, t)
                low, high = -inf, inf
                if rule["rule"] == "capacity":
                    high = self.paper.capacity(s, k) * rule.get("factor", 1)
                elif s in self.paper.inside:
                    assert rule.get("bearer", "site") == "site"
                    low, high = rule.get("at_least", -inf), rule.get("at_most", inf)
                if free:
                    if high < inf:
                        self.rows.append((free, high - given))
                    if low > -inf:
                        self.rows.append((dict.fromkeys(free, -1.0), given - low))
                else:
                    ok &= (
                        low - SLACK * max(1, abs(low)) <= given <= high + SLACK * max(1, abs(high))
                        or low == -inf == -high
                    )
        return ok

    def least(self, objective: Json) -> float:
        """The least value of an objective over the free flows under what is held; inf when none fits."""
        if self.broken:
            return inf
        if objective["objective"] == "worst_minutes":
            return self._least_worst()
        free, given = self._linear(objective)
        rest = self._solve(free, self.longest)
        return given + rest

    def hold(self, objective: Json, limit: float) -> None:
        """No later objective may make this one worse than the limit."""
        if objective["objective"] == "worst_minutes":
            self.longest = min(self.longest, limit)
        else:
            free, given = self._linear(objective)
            if free:
                self.rows.append((free, limit - given))

    def _least_worst(self) -> float:
        given = [0.0]
        for (k, t), sites in self.layout.items():
            if not self._steered(k):
                for a in self.paper.areas:
                    if a in self.paper.inside and self.paper.cases[a, k, t] > 0:
                        given.append(min(self._minutes(a, s, k) for s in sites))
        limits = sorted({max(given), *(m for a, s, k, _ in self.free if (m := self._minutes(a, s, k)) > max(given))})
        for limit in limits:
            if limit <= self.longest and self._solve({}, limit) < inf:
                return limit
        return inf

    def _solve(self, cost: Mapping[int, float], longest: float) -> float:
        """The least cost of free flows, 0 where nothing is free, inf where they do not fit."""
        allowed = [not (a in self.paper.inside and self._minutes(a, s, k) > longest) for a, s, k, _ in self.free]
        if any(not any(allowed[n] for n in places) for places, _ in self.served):
            return inf
        if not self.free:
            return 0.0
        found = linprog(
            [cost.get(n, 0.0) for n in range(len(self.free))],
            A_ub=self._matrix([row for row, _ in self.rows]),
            b_ub=[limit for _, limit in self.rows] or None,
            A_eq=self._matrix([dict.fromkeys(places, 1.0) for places, _ in self.served]),
            b_eq=[cases for _, cases in self.served],
            bounds=[(0, None if allow else 0) for allow in allowed],
            method="highs",
        )
        return float(found.fun or 0.0) if found.status == 0 else inf

    def _matrix(self, rows: list[dict[int, float]]) -> np.ndarray[Any, Any] | None:
        if not rows:
            return None
        matrix = np.zeros((len(rows), len(self.free)))
        for n, row in enumerate(rows):
            matrix[n, list(row)] = list(row.values())
        return matrix

    def _linear(self, objective: Json) -> tuple[dict[int, float], float]:
        """An objective, to be made small, as coefficients and a constant; accessibility enters negative."""
        name = objective["objective"]
        if name == "weighted":
            free: dict[int, float] = {}
            given = 0.0
            for term in objective["terms"]:
                part, constant = self._linear(term)
                given += term["weight"] * constant
                for n, value in part.items():
                    free[n] = free.get(n, 0.0) + term["weight"] * value
            return free, given
        if name == "travel_time":
            inside = self.paper.inside
            free = {n: self._minutes(a, s, k) for n, (a, s, k, _) in enumerate(self.free) if a in inside}
            return free, total(
                cases * self._minutes(a, s, k) for (a, s, k, _), cases in self.given.items() if a in inside
            )
        if name == "operating_cost":
            return self._operating_cost()
        if name == "sites":
            return {}, self._sites()
        if name == "changes":
            return {}, self._changes()
        if name == "beyond_minutes":
            return {}, self._beyond(objective)
        if name == "accessibility":
            return {}, -self._accessibility()
        raise NotImplementedError(name)

    def _operating_cost(self) -> tuple[dict[int, float], float]:
        paper, inside = self.paper, self.paper.inside
        free = {
            n: paper.number("variable_cost_eur_per_case", s, k)
            for n, (_, s, k, _) in enumerate(self.free)
            if s in inside
        }
        given = []
        for (k, t), sites in self.layout.items():
            for s in sites & inside:
                variable = paper.number("variable_cost_eur_per_case", s, k)
                given += [paper.number("fixed_cost_eur_per_year", s, k), variable * self._volume(s, k, t)[1]]
        location = paper.tables["sites"].get("fixed_cost_eur_per_year")
        if location is not None:
            others = {s for s, k in paper.today if k not in paper.care_types}
            for t in paper.periods:
                used = others.union(*(self.layout[k, t] for k in paper.care_types)) & inside
                given += [float(eur) for s, eur in zip(paper.sites, location, strict=True) if s in used]
        return free, total(given)

    def _sites(self) -> float:
        return float(sum(len(sites & self.paper.inside) for sites in self.layout.values()))

    def _changes(self) -> float:
        count = 0
        for k in self.paper.care_types:
            before = {s for s, k2 in self.paper.today if k2 == k} & self.paper.inside
            for t in self.paper.periods:
                now = self.layout[k, t] & self.paper.inside
                count += len(before ^ now)
                before = set(now)
        return float(count)

    def _beyond(self, objective: Json) -> float:
        care_types = listed(objective.get("care_type"), self.paper.care_types)
        return max(
            total(beyond(self.paper, objective, k, self.layout[k, t]) for k in care_types) for t in self.paper.periods
        )

    def _accessibility(self) -> float:
        """Minutes, case-weighted mean over care types with a weight per minute; more is better."""
        worth, cases_in_all = [], []
        for (k, t), sites in self.layout.items():
            weight = self.paper.behaviours[k].get("weight_per_minute", 0.0)
            for a in self.paper.areas if weight else ():
                cases = self.paper.cases[a, k, t]
                if a in self.paper.inside and cases > 0:
                    pull = total(
                        attraction(self.paper, s, k) * exp(-weight * m)
                        for s in sites
                        if (m := self._minutes(a, s, k)) < inf
                    )
                    worth.append(cases * log(pull) / weight)
                    cases_in_all.append(cases)
        return total(worth) / total(cases_in_all)


def _trial(paper: Paper, scenario: Json, layout: Layout) -> _Trial | None:
    """A layout ready to be measured; None when a rule about offers is broken or somebody reaches nobody."""
    rules = hard_rules(paper, scenario)
    if not all(layout_holds(paper, rule, layout) for rule in rules):
        return None
    given: Flows = {}
    for (k, t), sites in layout.items():
        if paper.behaviours[k]["behaviour"] != "steered":
            went = flows(paper, k, t, sites)
            if went is None:
                return None
            given |= went
    trial = _Trial(paper, layout, given, rules)
    return None if trial.broken else trial
