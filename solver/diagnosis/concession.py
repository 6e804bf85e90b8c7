"""How far one limit must give way for a given set of offers: a linear program over the flows a planner steers.

minimise give   subject to   every row of the limit may be missed by give times its scale, all other rules as they are
"""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo

from solver.ask import Ask
from solver.behaviours import Steered
from solver.diagnosis.judge import Judge
from solver.diagnosis.levers import Lever
from solver.highs import SolverFailed
from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Rule, Words
from solver.solve_model import solve_model
from solver.solved import Layout

LIMIT_ROWS = {
    ("budget", "at_most_eur"): "within_budget",
    ("satellite", "at_least"): "reaches_its_norm",
    ("volume_norm", "at_least"): "reaches_norm",
    ("volume_norm", "at_most"): "stays_below",
    ("capacity", "factor"): "within_capacity",
}
"""The constraint of a rule that a field is the limit of."""


class Concession(Objective):
    """How far a limit gives way: the same for all who bear it."""

    unit: ClassVar[str] = "the limit's unit"
    rules: tuple[Any, ...]
    rows: str
    most: float

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """The rules' own rows, those of the limit loosened by ``give``."""
        b.give = pyo.Var(bounds=(0, self.most))
        b.loosened = pyo.ConstraintList()
        for position, rule in enumerate(self.rules):
            own = pyo.Block(concrete=True)
            b.add_component(f"rule_{position}", own)
            rule.build(own, m, land)
            rows = own.component(self.rows)
            for index in rows if rows is not None else ():
                row = rows[index]
                slack = b.give * self._scale(index, land)
                row.deactivate()
                if row.lower is not None:
                    b.loosened.add(row.body + slack >= pyo.value(row.lower))
                if row.upper is not None:
                    b.loosened.add(row.body - slack <= pyo.value(row.upper))
        return b.give

    def _scale(self, index: Any, land: Landscape) -> float:
        if self.rows != "within_capacity":
            return 1.0
        site, care_type, period = index
        place = land.site_ids.index(site), land.care_types.index(care_type), land.periods.index(period)
        return float(land.capacity[place])


def concession(lever: Lever, most: float) -> Concession | None:
    """The objective for a lever, where its field has rows of its own that give way evenly."""
    kinds = {str(rule.model_dump()["rule"]) for rule in lever.rules}
    rows = {LIMIT_ROWS.get((kind, lever.field)) for kind in kinds}
    if len(rows) != 1 or (name := rows.pop()) is None or any(_averaged(rule) for rule in lever.rules):
        return None
    return Concession(rules=lever.rules, rows=name, most=most)


def least_concession(judge: Judge, lever: Lever, rest: list[Rule], layout: Layout) -> tuple[float, Layout] | None:
    """The strictest value of a lever that the offers of a plan allow when the planner steers for it, and how; None where flows are not free."""
    land = judge.case.land
    free = {k for rule in lever.rules for k in rule.which(land) if isinstance(land.behaviours[k], Steered)}
    if not free or lever.scale != "amount":
        return None
    most = lever.now if not lever.up else float(land.demand.sum() + np.nansum(land.external)) + 1.0
    objective = concession(lever, most)
    if objective is None:
        return None
    try:
        asked = Ask(land, rest, [objective], judge.case.limits, fixed=layout.offered, seconds=30.0)
        found = solve_model(asked, judge.watch)
    except SolverFailed:
        return None
    if found.stopped_by != "proof" or found.layout is None or found.values[0] is None:
        return None
    give = max(0.0, found.values[0])
    return lever.now + give if lever.up else lever.now - give, found.layout


def _averaged(rule: Rule) -> bool:
    return rule.model_dump().get("years_averaged") is not None
