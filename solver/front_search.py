"""The search for the best compromises of a case: all of them where plans fix the flows, proved ones at given limits where the planner steers.

It goes in parts that know nothing of one another: the corners, best by one objective first; then strips of the front by its second objective, or some of the
limits. A strip goes from a limit down to another, and looks for the points between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import ceil, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solver.answer import Answering
from solver.ask import Ask
from solver.audits.objectives import measure
from solver.behaviours import Steered
from solver.every_layout import EveryLayout, every_layout
from solver.front import Boxes, Worth, undominated
from solver.kept import Begun, Change, keep
from solver.landscape import Landscape, Reach
from solver.objective import Objective
from solver.objectives.changes import Changes
from solver.optimum import first_plan
from solver.plan_order import EQUAL, Measured, best_first
from solver.solve_model import solve_model
from solver.solved import Layout, Solved, StoppedBy
from solver.strips import Strip, strips_between
from solver.watch import Watch

SMALLEST_STEP = 1e-6
"""Points whose value differs by less, in the objective's unit, are not told apart by searching."""
MOST_SLIPS = 100
"""Plans that the solver's own tolerance let into a box, shut out one by one before it is left in doubt."""
COUNTED = ("sites", "changes")
OF_ROWS = ("penalties", "weighted")
"""Objectives that may ask how far norms are missed."""
Bools = NDArray[np.bool_]


@dataclass
class Found:
    """What a part of the search met: plans, whether each is a point beyond doubt, whether they are all of the part, and why it ended."""

    plans: list[Measured] = field(default_factory=list)
    proved: bool = True
    complete: bool = True
    whole_front: bool = False
    """These are the points of the whole front, whatever part was asked for."""
    stopped_by: StoppedBy = "proof"
    formulation: str = ""


class _OutOfTime(Exception):
    """The search ended before its end."""


class FrontSearch:
    """The points of one case, part by part."""

    def __init__(
        self, answering: Answering, axes: Sequence[Objective], written: Sequence[dict[str, Any]], watch: Watch
    ) -> None:
        self._answering, self._axes, self._written, self._watch = answering, axes, written, watch
        self._case = answering.case
        self._rows_count = any(fields["objective"] in OF_ROWS for fields in written)
        self.steered = any(isinstance(behaviour, Steered) for behaviour in self._case.land.behaviours)
        settled = any(isinstance(axis, Changes) for axis in axes)
        self._in_order = [*axes, *([] if settled or self.steered else [Changes()])]
        self._known: list[Measured] = []
        self._found = Found()
        self._begun = Begun()

    @property
    def land(self) -> Landscape:
        """Where the search is."""
        return self._case.land

    def corner(self, first: int) -> Found:
        """The best plan by one objective before the others; of a case all of whose layouts are known, the whole front at once."""
        every = self._answering.once(("every layout", *self._axes), lambda: every_layout(self._answering, self._axes))
        found = self._found = Found()
        try:
            if every is not None:
                found.whole_front = True
                if first == 0:
                    self._among(every)
            else:
                self._solved(self._limits({}), first=first)
        except _OutOfTime:
            found.proved = found.complete = False
        return found

    def in_strip(self, corners: Sequence[Found], strip: Strip) -> Found:
        """The points of a strip."""
        found = self._beside(corners)
        boxes = Boxes(self._solved, self._below, list(self._settled_by(corners)))
        whole = self._limits({} if strip.at_most is None else {1: strip.at_most})
        try:
            boxes.search(whole, -np.inf if strip.above is None else strip.above)
        except _OutOfTime:
            found.proved = found.complete = False
        return found

    def at_limits(self, corners: Sequence[Found], limits: Sequence[Worth]) -> Found:
        """A point at each of some limits to the objectives but the first."""
        found = self._beside(corners)
        found.complete = False
        known: list[tuple[Worth, Worth | None]] = []
        try:
            for box in limits:
                if not any(_settles(larger, worth, box) for larger, worth in known):
                    known.append((box, self._solved(box)))
        except _OutOfTime:
            found.proved = False
        return found

    def strips(self, corners: Sequence[Found]) -> list[Strip]:
        """Where to cut the front, between its ends by the second objective."""
        high, low = (corner.plans[0].worth[1] for corner in corners[:2])
        return strips_between(high, low, counted=str(self._written[1]["objective"]) in COUNTED)

    def grid(self, corners: Sequence[Found], count: int) -> list[Worth]:
        """Limits to the objectives but the first: the best by each objective say between which values they lie."""
        worth = np.array([corner.plans[0].worth for corner in corners])
        each = count if len(self._axes) == 2 else ceil(sqrt(count))
        others = range(1, len(self._axes))
        return list(product(*(np.linspace(worth[:, i].max(), worth[:, i].min(), each).tolist() for i in others)))

    def points(self, plans: Sequence[Measured]) -> list[Measured]:
        """What was met, without what turned out no better in anything than another."""
        met = best_first(plans, self._case.land)
        values = np.array([plan.worth for plan in met]).reshape(len(met), len(self._axes))
        return [met[i] for i in undominated(values, np.arange(len(met), dtype=float)[:, None])]

    def measured(self, layout: Layout) -> Measured:
        """A plan with its values of the objectives, as the outcome lists a point."""
        audit = self._answering.audited(layout)
        rows = audit.rows if self._rows_count else ()
        values = [measure(audit.layout, fields, rows).value for fields in self._written]
        lines = [
            {"objective": fields["objective"], "value": None if value is None else float(value), "unit": axis.unit}
            for fields, value, axis in zip(self._written, values, self._axes, strict=True)
        ]
        return Measured(layout, {"objectives": lines, "plan": self._answering.plan_json(layout, audit)})

    def _beside(self, corners: Sequence[Found]) -> Found:
        self._known = [plan for corner in corners for plan in corner.plans]
        self._found = Found()
        return self._found

    def _settled_by(self, corners: Sequence[Found]) -> Iterable[tuple[Worth, Worth | None]]:
        """The best plan of all, that which is best where another objective is at its best, and that nothing is better in it."""
        if corners[0].proved:
            yield self._limits({}), corners[0].plans[0].worth
        for i, corner in enumerate(corners[1:], start=1):
            if corner.proved:
                worth = corner.plans[0].worth
                counted = str(self._written[i]["objective"]) in COUNTED
                yield self._limits({i: worth[i] + 0.5 if counted else worth[i]}), worth
                yield self._limits({i: self._below(i, worth[i])}), None

    def _among(self, every: EveryLayout) -> None:
        self._found.formulation = "every layout"
        for position in undominated(every.values, np.column_stack([every.changes, -every.numbers]).astype(float)):
            if self._watch.over:
                self._stop()
            self._meet(self.measured(every.layout(int(position))))

    def _limits(self, given: dict[int, float]) -> Worth:
        return tuple(given.get(i, np.inf) for i in range(1, len(self._axes)))

    def _solved(self, box: Worth, *, first: int = 0) -> Worth | None:
        """The worth of the best plan in a box by the objectives in order, axis ``first`` before the others; None where there is none."""
        order = [first, *(i for i in range(len(self._in_order)) if i != first)]
        held = [(i, limit) for i, limit in enumerate(box, start=1) if np.isfinite(limit)]
        excluded: list[Bools] = []
        found = self._found
        while True:
            if self._watch.over:
                self._stop()
            start = None if excluded else self._known_in(box)
            solved = self._minimised(order, held, excluded, start)
            found.formulation = f"epsilon-constraint, {solved.formulation}"
            if solved.infeasible:
                return None
            if solved.layout is None:
                self._stop(solved.stopped_by)
            assert solved.layout is not None
            plan = self.measured(solved.layout)
            inside = all(value <= limit + _step(limit) / 2 for value, limit in zip(plan.worth[1:], box, strict=True))
            if not inside and not self.steered:
                excluded.append(solved.layout.offered)
                if len(excluded) > MOST_SLIPS:
                    self._doubt()
                    return None
                continue
            self._meet(plan)
            if solved.stopped_by != "proof":
                self._doubt()
                if self._watch.over:
                    self._stop()
            return plan.worth

    def _minimised(
        self, order: Sequence[int], held: Sequence[tuple[int, float]], excluded: Sequence[Bools], start: Layout | None
    ) -> Solved:
        """The best plan by the objectives in order, some of them held, some plans left out; from the model that was written once, where there is one."""
        case, objectives = self._case, self._in_order
        kept = self._answering.once(("kept", *objectives), lambda: keep(case.land, case.rules, objectives, case.limits))
        if kept is not None:
            change = Change(held=held, excluded=excluded)
            offered = None if start is None else start.offered
            return kept.solve(change, order, self._begun, self._watch, seconds=self._watch.left, start=offered)
        begin = first_plan(self._answering, self._watch) if not self._known and not self._found.plans else None
        asked = Ask(
            case.land, case.rules, [objectives[i] for i in order], case.limits, begin,
            held=[(objectives[i], limit) for i, limit in held], excluded=excluded, start=start,
        )  # fmt: skip
        return solve_model(asked, self._watch)

    def _known_in(self, box: Worth) -> Layout | None:
        """The best plan met so far that lies in a box."""
        met = [*self._known, *self._found.plans]
        inside = [plan for plan in met if all(v <= limit for v, limit in zip(plan.worth[1:], box, strict=True))]
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

    def _meet(self, plan: Measured) -> None:
        self._found.plans.append(plan)
        worth = ", ".join(f"{value:g}" for value in plan.worth)
        self._watch.report("explaining", note=f"a point at {worth}")

    def _doubt(self) -> None:
        """Something was not settled; what was met stands, but not that it is all."""
        self._found.proved = self._found.complete = False
        self._found.stopped_by = "gap"

    def _stop(self, stopped_by: StoppedBy | None = None) -> None:
        self._found.stopped_by = stopped_by or ("cancel" if self._watch.cancelled else "time_limit")
        raise _OutOfTime


def together(parts: Sequence[Found]) -> Found:
    """What all parts met; it ended as the first that did not come to its end."""
    ends = [part.stopped_by for part in parts]
    ended: StoppedBy = next((why for why in ("cancel", "time_limit", "memory", "error", "gap") if why in ends), "proof")
    return Found(
        [plan for part in parts for plan in part.plans],
        all(part.proved for part in parts),
        all(part.complete for part in parts),
        any(part.whole_front for part in parts),
        ended,
        next((part.formulation for part in reversed(parts) if part.formulation), ""),
    )


def _step(value: float) -> float:
    """By how much values must differ to be two."""
    return max(EQUAL * abs(value), SMALLEST_STEP) if np.isfinite(value) else 0.0


def _settles(box: Worth, found: Worth | None, limits: Iterable[float]) -> bool:
    """A larger box looked into before was empty, or its best lies within these limits too."""
    inside = all(a <= b for a, b in zip(limits, box, strict=True))
    return inside and (found is None or all(a <= b for a, b in zip(found[1:], limits, strict=True)))
