"""Steps where the planner steers: the value of a set of offers is convex and piecewise linear in the limit, and the best of all sets is their lower envelope.

From the last step's end: the best offers just beyond it, the first linear piece of their value, and a proof that no other offers are better anywhere on that
piece,

    minimise   value - slope * limit   over all plans and all values of the limit on the piece,

one mixed-integer program in which the limit itself is a variable. Where other offers are better, the piece ends where the two values cross.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pyomo.environ as pyo
from numpy.typing import NDArray

from solver.answer import Answering
from solver.ask import Ask
from solver.behaviours import Steered
from solver.diagnosis.concession import Concession, concession
from solver.formulations.stage import NotWritten
from solver.highs import SolverFailed
from solver.in_order import held_at
from solver.landscape import Landscape
from solver.objective import Objective
from solver.rule import Expression, Words
from solver.solve_model import solve_model
from solver.solved import Layout, Solved
from solver.sweep.limit import Limit
from solver.sweep.steps import Step
from solver.sweep.stepwise import DOUBT_SECONDS
from solver.watch import Watch

Bools = NDArray[np.bool_]
ALIKE = 1e-7
"""Values this close, relative, are one value: what a solver's rounding leaves of a difference."""
NARROW = 1e-5
"""Pieces narrower than this, relative to the limit, are rounding."""
MOST_CROSSINGS = 200
STEPPED = ("adverse_outcomes", "worst_minutes")
"""Objectives that jump even while offers stay: they have levels, not slopes."""


class NotProved(Exception):
    """A program did not end with a proof in the time there was."""


def steers(limit: Limit) -> bool:
    """Whether the limit is one that steered patients can be moved for."""
    land = limit.case.land
    free = {
        k
        for rule in limit.lever.rules
        for k in (range(len(land.care_types)) if rule.care_type is None else rule.which(land))
    }
    return any(isinstance(land.behaviours[k], Steered) for k in free) and concession(limit.lever, 1.0) is not None


class Tilted(Objective):
    """An objective less a slope times the limit, the limit free on a range."""

    unit: ClassVar[str] = "the objective's unit"
    first: Any
    give: Concession
    per_give: float

    def build(self, b: pyo.Block, m: Words, land: Landscape) -> Expression:
        """The objective and the limit's own rows."""
        b.first = pyo.Block(concrete=True)
        b.limit = pyo.Block(concrete=True)
        return self.first.build(b.first, m, land) + self.per_give * self.give.build(b.limit, m, land)


@dataclass(frozen=True)
class Point:
    """A value of the limit and the least value of the first objective there."""

    limit: float
    value: float


class SteeredSweep:
    """The lower envelope, piece by piece."""

    def __init__(self, answering: Answering, limit: Limit, watch: Watch) -> None:
        """Raises NotWritten for divided and undivided care types together."""
        self._answering, self._limit, self._watch = answering, limit, watch
        case = limit.case
        self._limits = case.limits.model_copy(update={"relative_gap": 0.0})
        kinds = {term["objective"] for o in case.scenario["objectives"][:1] for term in (o, *o.get("terms", ()))}
        undivided = {one.undivided for one in case.land.behaviours if isinstance(one, Steered)}
        if len(undivided) > 1 and not kinds & set(STEPPED):
            raise NotWritten(
                "a sweep beside steered care types of which some are undivided and some are not has neither levels nor slopes: "
                "sweep them apart with care_types, or make all of them undivided or none"
            )
        self._in_levels = True in undivided or bool(kinds & set(STEPPED))

    def steps(self, begin: float) -> Iterator[Step]:
        """The steps from a value to the strict end."""
        last: Step | None = None
        for step in self._pieces(begin):
            joined = None if last is None else self._joined(last, step)
            if joined is None and last is not None:
                yield last
            last = joined or step
        if last is not None:
            yield last

    def _pieces(self, begin: float) -> Iterator[Step]:
        """Pieces one after another; what rounding leaves between two of them belongs to the stricter one."""
        limit, loose, edge, narrow = self._limit, begin, begin, 0
        while limit.stricter(limit.strict, loose) and narrow < MOST_CROSSINGS:
            self._watch.report("solving", note=f"the limit at {loose:g}")
            try:
                step = self._level(loose) if self._in_levels else self._piece(loose)
            except (NotProved, SolverFailed):
                break
            if step.strict is None:
                yield replace(step, loose=edge)
                return
            if abs(step.strict - loose) <= NARROW * max(1.0, abs(loose)) and step.strict != limit.strict:
                loose, narrow = step.strict, narrow + 1
                continue
            yield replace(step, loose=edge)
            loose = edge = step.strict
            narrow = 0
        if limit.stricter(limit.strict, edge):
            yield Step(edge, limit.strict, "unknown")

    def _joined(self, one: Step, other: Step) -> Step | None:
        """Two neighbours of the same offers on one line."""
        if one.layout is None or other.layout is None or not one.loose_values or not other.loose_values:
            return None
        if not np.array_equal(one.layout.offered, other.layout.offered) or one.strict is None or other.strict is None:
            return None
        a, b, c, d = one.loose_values[0], one.values[0], other.loose_values[0], other.values[0]
        if a is None or b is None or c is None or d is None or not _alike(b, c):
            return None
        chord = a + (d - a) * (one.strict - one.loose) / (other.strict - one.loose)
        if not _alike(chord, b):
            return None
        return replace(other, loose=one.loose, loose_values=one.loose_values)

    def _piece(self, loose: float) -> Step:
        limit = self._limit
        found = self._solved(limit.beyond(loose))
        if found.infeasible:
            return Step(loose, None, "infeasible")
        offered = _layout(found).offered
        for _ in range(MOST_CROSSINGS):
            start = self._value(offered, loose)
            strict = limit.clipped(self._strictest(offered))
            if start is None or not limit.stricter(strict, loose):
                return Step(loose, limit.beyond(loose), "optimal", found.layout, self._values(_layout(found)))
            end = self._first_bend(offered, Point(loose, start), strict)
            better = self._better(Point(loose, start), end)
            while better is not None:
                crossing = self._crossing(better, Point(loose, start), end)
                if abs(crossing.limit - loose) <= NARROW * max(1.0, abs(loose)):
                    break
                end = crossing
                better = self._better(Point(loose, start), end)
            if better is None:
                return self._step(offered, loose, end.limit)
            offered = better.offered
        raise NotProved

    def _step(self, offered: Bools, loose: float, strict: float) -> Step:
        """A piece with its objectives at both ends; the flows are those of the strict end."""
        at_loose, at_strict = self._solved(loose, offered), self._solved(strict, offered)
        values = self._values(_layout(at_strict))
        return Step(loose, strict, "optimal", _layout(at_strict), values, self._values(_layout(at_loose)))

    def _level(self, loose: float) -> Step:
        """A level: how far the value just beyond can be kept."""
        limit = self._limit
        found = self._solved(limit.beyond(loose))
        if found.infeasible:
            return Step(loose, None, "infeasible")
        values = self._values(_layout(found))
        first = found.values[0]
        if first is None:
            raise NotProved
        most = abs(limit.strict - loose)
        give = self._give(most)
        kept = self._asked([give], at=limit.strict, held=[(limit.case.objectives[0], held_at(first))])
        if kept.values[0] is None:
            raise NotProved
        reached = limit.strict + kept.values[0] if limit.lever.up else limit.strict - kept.values[0]
        strict = _short(limit.clipped(reached))
        if abs(strict - loose) <= NARROW * max(1.0, abs(loose)):
            raise NotProved
        at_strict = self._solved(strict)
        return Step(loose, strict, "optimal", _layout(at_strict), self._values(_layout(at_strict)), values)

    def _first_bend(self, offered: Bools, start: Point, strict: float) -> Point:
        """The end of the first linear piece of the value of some offers."""
        end = Point(strict, self._known(offered, strict))
        while True:
            lowest = self._lowest(start, end, offered)
            if lowest is None or abs(lowest.limit - start.limit) <= NARROW * max(1.0, abs(start.limit)):
                return end
            end = lowest

    def _lowest(self, start: Point, end: Point, offered: Bools) -> Point | None:
        """Where the value of some offers lies farthest below the line between two of its points; None where it is that line."""
        found = self._tilted(start, end, offered)
        at = self._borne(_layout(found), start, end)
        value = self._value(offered, at)
        return Point(at, value) if value is not None and value < _on_line(start, end, at) - _room(value) else None

    def _better(self, start: Point, end: Point) -> Layout | None:
        """A plan below the line between two points, or the proof that there is none."""
        found = self._tilted(start, end, None)
        layout = _layout(found)
        at = self._borne(layout, start, end)
        value = self._values(layout)[0]
        assert value is not None
        return layout if self._worth(value) < _on_line(start, end, at) - _room(value) else None

    def _crossing(self, better: Layout, start: Point, end: Point) -> Point:
        """Where the value of better offers first meets the line: the chord from the start falls below a convex value's root from the right."""
        at = self._borne(better, start, end)
        first = self._value(better.offered, start.limit)
        value = self._value(better.offered, at)
        assert first is not None
        above = first - start.value
        for _ in range(MOST_CROSSINGS):
            if value is None:
                raise NotProved
            below = value - _on_line(start, end, at)
            if below >= -_room(value) or above <= _room(value):
                break
            share = above / (above - below)
            following = start.limit + share * (at - start.limit)
            value = self._value(better.offered, following)
            if abs(following - at) <= ALIKE * max(1.0, abs(at)):
                at = following
                break
            at = following
        at = start.limit if above <= _room(first) else _short(at)
        return Point(at, _on_line(start, end, at))

    def _tilted(self, start: Point, end: Point, offered: Bools | None) -> Solved:
        """The plan and the limit between two points that lie farthest below the line through them."""
        slope = (end.value - start.value) / (end.limit - start.limit)
        per_give = -slope if self._limit.lever.up else slope
        give = self._give(abs(end.limit - start.limit))
        objective = Tilted(first=self._limit.case.objectives[0], give=give, per_give=per_give)
        found = self._asked([objective], at=end.limit, fixed=offered)
        if found.layout is None:
            raise NotProved
        return found

    def _give(self, most: float) -> Concession:
        give = concession(self._limit.lever, most)
        assert give is not None, "steers() said so"
        return give

    def _strictest(self, offered: Bools) -> float:
        """The strictest value of the limit that some offers allow."""
        limit = self._limit
        loosest = abs(limit.strict - limit.loose)
        found = self._asked([self._give(loosest)], at=limit.strict, fixed=offered)
        if found.values[0] is None:
            raise NotProved
        reached = limit.strict + found.values[0] if limit.lever.up else limit.strict - found.values[0]
        return _short(reached)

    def _asked(
        self,
        objectives: Sequence[Objective],
        *,
        at: float,
        fixed: Bools | None = None,
        held: Sequence[tuple[Objective, float]] = (),
    ) -> Solved:
        """One proved program in which the limit, at most so strict, gives way."""
        moved = [rule.model_copy(update={"hardness": "hard"}) for rule in self._limit.lever.moved(at)]
        objectives = [_about(objective, moved) for objective in objectives]
        limit = self._limit
        asked = Ask(
            limit.case.land,
            limit.others(),
            objectives,
            self._limits,
            fixed=fixed,
            held=held,
            doubt_seconds=DOUBT_SECONDS,
        )
        found = solve_model(asked, self._watch)
        if found.stopped_by != "proof" or found.layout is None:
            raise NotProved
        return found

    def _solved(self, value: float, offered: Bools | None = None) -> Solved:
        """The best plan with the limit at a value, all objectives in order; infeasible or proved."""
        case = self._limit.at(value)
        asked = Ask(case.land, case.rules, case.objectives, self._limits, fixed=offered, doubt_seconds=DOUBT_SECONDS)
        found = solve_model(asked, self._watch)
        if found.stopped_by != "proof" or (found.layout is None and not found.infeasible):
            raise NotProved
        return found

    def _value(self, offered: Bools, value: float) -> float | None:
        """The least first objective of some offers with the limit at a value; None where they cannot bear it."""
        case = self._limit.at(value)
        asked = Ask(
            case.land, case.rules, case.objectives[:1], self._limits, fixed=offered, doubt_seconds=DOUBT_SECONDS
        )
        found = solve_model(asked, self._watch)
        if found.infeasible:
            return None
        if found.stopped_by != "proof" or found.layout is None:
            raise NotProved
        told = self._values(found.layout)[0]
        return None if told is None else self._worth(told)

    def _known(self, offered: Bools, value: float) -> float:
        known = self._value(offered, value)
        if known is None:
            raise NotProved
        return known

    def _values(self, layout: Layout) -> tuple[float | None, ...]:
        return tuple(line["value"] for line in self._answering.audited(layout).objectives)

    def _worth(self, value: float) -> float:
        """A value as it is minimised."""
        maximised = self._limit.case.scenario["objectives"][0]["objective"] == "accessibility"
        return -value if maximised else value

    def _borne(self, layout: Layout, start: Point, end: Point) -> float:
        """The strictest value a plan bears, between two points."""
        borne = self._limit.borne(self._answering, layout)
        low, high = sorted((start.limit, end.limit))
        return start.limit if borne is None else min(max(borne, low), high)


def _about(objective: Objective, rules: Sequence[Any]) -> Objective:
    """A concession of the same limit at another value."""
    if isinstance(objective, Concession):
        return objective.model_copy(update={"rules": tuple(rules)})
    if isinstance(objective, Tilted):
        return objective.model_copy(update={"give": objective.give.model_copy(update={"rules": tuple(rules)})})
    return objective


def _layout(found: Solved) -> Layout:
    if found.layout is None:
        raise NotProved
    return found.layout


def _on_line(start: Point, end: Point, at: float) -> float:
    return start.value + (end.value - start.value) * (at - start.limit) / (end.limit - start.limit)


def _room(value: float) -> float:
    return ALIKE * max(1.0, abs(value))


def _alike(one: float, other: float) -> bool:
    return abs(one - other) <= ALIKE * max(1.0, abs(one))


def _short(value: float) -> float:
    """A value that is a short decimal but for a solver's rounding is that decimal."""
    short = float(f"{value:.10g}")
    return short if abs(short - value) <= ALIKE * max(1.0, abs(value)) else value
