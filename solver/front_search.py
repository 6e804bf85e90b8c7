"""The search for the best compromises of a case: all of them where plans fix the flows, proved ones at given limits where the planner steers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from math import ceil, sqrt
from typing import Any

import numpy as np

from solver.answer import Answering
from solver.audits.objectives import MAXIMISED, measure
from solver.behaviours import Steered
from solver.every_layout import EveryLayout, every_layout
from solver.front import Boxes, Worth, undominated
from solver.landscape import Reach
from solver.objective import Objective
from solver.objectives.changes import Changes
from solver.optimum import first_plan
from solver.plan_order import EQUAL, Measured, best_first
from solver.solve_model import Ask, Layout, StoppedBy, solve_model
from solver.watch import Watch

SMALLEST_STEP = 1e-6
"""Points whose value differs by less, in the objective's unit, are not told apart by searching."""
MOST_SLIPS = 100
"""Plans that the solver's own tolerance let into a box, shut out one by one before it is left in doubt."""
COUNTED = ("sites", "changes")


class _OutOfTime(Exception):
    """The search ended before its end."""


class FrontSearch:
    """The points of one case."""

    def __init__(
        self, answering: Answering, axes: Sequence[Objective], written: Sequence[dict[str, Any]], watch: Watch
    ) -> None:
        self._answering, self._axes, self._written, self._watch = answering, axes, written, watch
        self._case = answering.case
        self._signs = [-1.0 if fields["objective"] in MAXIMISED else 1.0 for fields in written]
        self._steered = any(isinstance(behaviour, Steered) for behaviour in self._case.land.behaviours)
        settled = any(isinstance(axis, Changes) for axis in axes)
        self._in_order = [*axes, *([] if settled or self._steered else [Changes()])]
        self._met: list[Measured] = []
        self.complete = False
        self.proved = True
        """Each point met is one, beyond doubt."""
        self.infeasible = False
        self.stopped_by: StoppedBy = "proof"
        self.formulation = ""

    def run(self, count: int) -> None:
        """Find the points: all of them, or for ``count`` limits where flows are steered."""
        every = every_layout(self._answering, self._axes)
        try:
            if every is not None:
                self._among(every)
            elif self._steered:
                self._on_a_grid(count)
            else:
                Boxes(len(self._axes), self._best_in, self._below).search()
                self.complete = self.proved
        except _OutOfTime:
            self.complete = self.proved = False
        self.infeasible = not self._met and self.stopped_by == "proof"
        self.complete |= self.infeasible

    def points(self) -> list[Measured]:
        """What was met, without what turned out no better in anything than another."""
        met = best_first(self._met, self._case.land)
        values = np.array([plan.worth for plan in met]).reshape(len(met), len(self._axes))
        return [met[i] for i in undominated(values, np.arange(len(met), dtype=float)[:, None])]

    def row(self, point: Measured) -> dict[str, Any]:
        """A point as the outcome lists it."""
        lines = [
            {"objective": fields["objective"], "value": self._signed(sign, value), "unit": axis.unit}
            for fields, sign, value, axis in zip(self._written, self._signs, point.worth, self._axes, strict=True)
        ]
        return {"objectives": lines, "plan": self._answering.plan_json(point.layout, point.audit)}

    def _signed(self, sign: float, value: float) -> float | None:
        return sign * value if np.isfinite(value) else None

    def _among(self, every: EveryLayout) -> None:
        self.formulation, self.complete = "every layout", True
        for position in undominated(every.values, np.column_stack([every.changes, -every.numbers]).astype(float)):
            if self._watch.over:
                self._stop()
            self._met.append(self._measured(every.layout(int(position))))
            self._say()

    def _on_a_grid(self, count: int) -> None:
        """The best by each objective first says between which values the limits lie."""
        others = range(1, len(self._axes))
        corners = [self._solved(self._limits({}), first=i) for i in range(len(self._axes))]
        if None in corners:
            return
        worth = np.array([corner for corner in corners if corner is not None])
        each = count if len(self._axes) == 2 else ceil(sqrt(count))
        steps = [np.linspace(worth[:, i].max(), worth[:, i].min(), each).tolist() for i in others]
        known: list[tuple[Worth, Worth | None]] = []
        for limits in product(*steps):
            if not any(_settles(box, found, limits) for box, found in known):
                known.append((limits, self._solved(limits)))

    def _limits(self, given: dict[int, float]) -> Worth:
        return tuple(given.get(i, np.inf) for i in range(1, len(self._axes)))

    def _best_in(self, box: Worth) -> Worth | None:
        return self._solved(box)

    def _solved(self, box: Worth, *, first: int = 0) -> Worth | None:
        """The worth of the best plan in a box by the objectives in order, axis ``first`` before the others; None where there is none."""
        order = [self._axes[first], *(axis for axis in self._in_order if axis is not self._axes[first])]
        held = [(axis, limit) for axis, limit in zip(self._axes[1:], box, strict=True) if np.isfinite(limit)]
        excluded: list[np.ndarray] = []
        while True:
            if self._watch.over:
                self._stop()
            known = None if excluded else self._known_in(box)
            begin = first_plan(self._answering, self._watch) if not self._met else None
            asked = Ask(
                self._case.land,
                self._case.rules,
                order,
                self._case.limits,
                begin,
                held=held,
                excluded=excluded,
                start=known,
            )
            found = solve_model(asked, self._watch)
            self.formulation = f"epsilon-constraint, {found.formulation}"
            if found.infeasible:
                return None
            if found.layout is None:
                self._stop(found.stopped_by)
            assert found.layout is not None
            plan = self._measured(found.layout)
            inside = all(value <= limit + _step(limit) / 2 for value, limit in zip(plan.worth[1:], box, strict=True))
            if not inside and not self._steered:
                excluded.append(found.layout.offered)
                if len(excluded) > MOST_SLIPS:
                    self._doubt()
                    return None
                continue
            self._met.append(plan)
            self._say()
            if found.stopped_by != "proof":
                self._doubt()
                if self._watch.over:
                    self._stop()
            return plan.worth

    def _known_in(self, box: Worth) -> Layout | None:
        """The best plan met so far that lies in a box."""
        inside = [plan for plan in self._met if all(v <= limit for v, limit in zip(plan.worth[1:], box, strict=True))]
        return min(inside, key=lambda plan: plan.worth).layout if inside else None

    def _below(self, i: int, value: float) -> float:
        """The largest limit of an objective that shuts a value out."""
        kind = str(self._written[i]["objective"])
        if kind in COUNTED or (kind == "beyond_minutes" and self._whole_persons(self._written[i].get("group"))):
            return value - 0.5
        if kind == "worst_minutes":
            smaller = self._minutes[self._minutes < value - EQUAL * max(1.0, abs(value))]
            return (value + float(smaller.max())) / 2 if len(smaller) else value - 0.5
        return value - _step(value)

    def _whole_persons(self, group: str | None) -> bool:
        persons = self._case.land.inhabitants(group)
        return bool((persons == np.round(persons)).all())

    @property
    def _minutes(self) -> np.ndarray:
        """Every number of minutes that the longest trip can take."""
        land = self._case.land
        modes = {behaviour.mode for behaviour in land.behaviours}
        return np.unique(np.concatenate([land.reach_minutes(Reach(mode)).ravel() for mode in sorted(modes)]))

    def _measured(self, layout: Layout) -> Measured:
        audit = self._answering.audited(layout)
        values = [measure(audit.layout, fields, audit.rows).value for fields in self._written]
        worth = tuple(
            np.inf if value is None else sign * float(value) for sign, value in zip(self._signs, values, strict=True)
        )
        return Measured(layout, audit, worth)

    def _doubt(self) -> None:
        """Something was not settled; what was met stands, but not that it is all."""
        self.proved, self.stopped_by = False, "gap"

    def _say(self) -> None:
        self._watch.report("explaining", note=f"point {len(self._met)}")

    def _stop(self, stopped_by: StoppedBy | None = None) -> None:
        self.stopped_by = stopped_by or ("cancel" if self._watch.stopped else "time_limit")
        raise _OutOfTime


def _step(value: float) -> float:
    """By how much values must differ to be two."""
    return max(EQUAL * abs(value), SMALLEST_STEP) if np.isfinite(value) else 0.0


def _settles(box: Worth, found: Worth | None, limits: Iterable[float]) -> bool:
    """A larger box looked into before was empty, or its best lies within these limits too."""
    inside = all(a <= b for a, b in zip(limits, box, strict=True))
    return inside and (found is None or all(a <= b for a, b in zip(found[1:], limits, strict=True)))
