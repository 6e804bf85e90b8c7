"""The body of nearest patients: the prefix graph of one stage as columns and rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from solver.behaviours import Nearest
from solver.formulations.entries import NO_COLUMN, Rows
from solver.formulations.nearest import CoverRow, prefix_graph
from solver.formulations.stage import Stage, Trips
from solver.model import Builder

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class NearestPart:
    """Rows that define ``passed`` and, from it, the volumes, travel and longest trip that were asked for.

    Where only short travel is rewarded, ``passed`` need only be bounded from below: rewards push it down to the truth.
    """

    def __init__(self, builder: Builder, stage: Stage, covers: Sequence[CoverRow]) -> None:
        self._builder, self._stage = builder, stage
        self._graph = prefix_graph(
            minutes=stage.minutes,
            cases=stage.cases,
            weight=stage.weight,
            candidates=stage.candidates,
            surely_open=stage.surely_open,
            covers=covers,
        )
        graph = self._graph
        first = builder.add_columns(0.0, 1.0, count=graph.nodes - 1) if graph.nodes > 1 else 0
        self._column = np.r_[
            NO_COLUMN, first + np.arange(graph.nodes - 1), NO_COLUMN
        ]  # node 0 is the root, node -1 the impossible one
        self._constant = np.r_[1.0, np.zeros(graph.nodes)]
        self._define_passed()
        self._define_volumes()
        self._define_along_the_way()
        self._define_worst()
        if (np.isinf(stage.minutes).all(axis=1)).any():
            builder.add_rows([], [], [], 1.0, np.inf, count=1)  # somebody can reach no site at all: no plan

    def flows(self, x: Floats) -> tuple[Ints, Ints, Floats] | None:
        """Where a planner who steers sends everybody; None where the plan alone fixes it."""
        return sent_to_nearest(self._stage, x)

    def _site(self) -> tuple[Ints, Floats]:
        site = self._graph.site
        return self._stage.column[site], self._stage.constant[site]

    def _define_passed(self) -> None:
        graph = self._graph
        E = len(graph.site)
        if E == 0:
            return
        rows = np.arange(E)
        open_column, open_constant = self._site()
        parent, parent_constant = self._column[graph.parent], self._constant[graph.parent]
        child, child_constant = self._column[graph.child], self._constant[graph.child]
        lower = (
            Rows(E)
            .add(rows, child, 1.0, child_constant)
            .add(rows, parent, -1.0, parent_constant)
            .add(rows, open_column, 1.0, open_constant)
        )
        lower.write(self._builder, 0.0, np.inf)
        if self._both_ways():
            order = Rows(E).add(rows, parent, 1.0, parent_constant).add(rows, child, -1.0, child_constant)
            order.write(self._builder, 0.0, np.inf)
            closed = Rows(E).add(rows, child, 1.0, child_constant).add(rows, open_column, 1.0, open_constant)
            closed.write(self._builder, -np.inf, 1.0)

    def _both_ways(self) -> bool:
        """Something besides short trips depends on where patients go."""
        stage = self._stage
        if any(stage.used(stage.asked("volume", s)) for s in range(len(stage.column))):
            return True
        if stage.used(stage.asked("kilometres")):
            return True
        return any(stage.face.wants_large[column] for column, _ in stage.along_the_way())

    def _define_volumes(self) -> None:
        graph, stage = self._graph, self._stage
        for s in range(len(stage.column)):
            volume = stage.asked("volume", s)
            if volume is None or not stage.used(volume):
                continue
            edges = np.flatnonzero(graph.site == s)
            zero = np.zeros(len(edges), int)
            row = Rows(1).add(0, volume, 1.0).add(0, stage.column[s], -stage.external(s), stage.constant[s])
            row.add(zero, self._column[graph.parent[edges]], -graph.cases[edges], self._constant[graph.parent[edges]])
            row.add(zero, self._column[graph.child[edges]], graph.cases[edges], self._constant[graph.child[edges]])
            row.write(self._builder, 0.0, 0.0)

    def _define_along_the_way(self) -> None:
        graph, stage = self._graph, self._stage
        area, depth = np.nonzero(graph.chains >= 0)
        edge = graph.chains[area, depth]
        zero = np.zeros(len(graph.site), int)
        for column, amount in stage.along_the_way():
            through = np.bincount(edge, amount[area, graph.site[edge]], minlength=len(graph.site))
            row = Rows(1).add(0, column, 1.0)
            row.add(zero, self._column[graph.parent], -through, self._constant[graph.parent])
            row.add(zero, self._column[graph.child], through, self._constant[graph.child])
            row.write(self._builder, 0.0, np.inf if self._only_short(column) else 0.0)

    def _only_short(self, column: int) -> bool:
        """Nobody would like the quantity larger, and it only grows when patients pass a site: a row from below will do."""
        return not self._stage.face.wants_large[column] and column != self._stage.asked("kilometres")

    def trips(self) -> Iterator[Trips]:
        """The trips of the region's patients: taken when the sites before were passed (plus) and this one is not (minus)."""
        graph, stage = self._graph, self._stage
        area, depth = np.nonzero((graph.chains >= 0) & (stage.weight > 0)[:, None])
        edge = graph.chains[area, depth]
        minutes, cases = stage.minutes[area, graph.site[edge]], stage.weight[area]
        for node, sign in ((graph.parent[edge], 1.0), (graph.child[edge], -1.0)):
            yield Trips(minutes, self._column[node], sign * cases, self._constant[node])

    def _define_worst(self) -> None:
        graph, stage = self._graph, self._stage
        worst = stage.asked("worst")
        if worst is None:
            return
        inside = np.flatnonzero(stage.weight > 0)
        chains = graph.chains[inside]
        row, depth = np.nonzero(chains >= 0)
        edge = chains[row, depth]
        minutes = stage.minutes[inside[row], graph.site[edge]]
        rows = Rows(len(inside)).add(np.arange(len(inside)), worst, 1.0)
        rows.add(row, self._column[graph.parent[edge]], -minutes, self._constant[graph.parent[edge]])
        rows.add(row, self._column[graph.child[edge]], minutes, self._constant[graph.child[edge]])
        rows.write(self._builder, 0.0, np.inf)


def sent_to_nearest(stage: Stage, x: Floats) -> tuple[Ints, Ints, Floats] | None:
    """The plan alone fixes who goes where (None); a planner who steers sends all to the nearest site here, and is told so."""
    if isinstance(stage.land.behaviours[stage.k], Nearest):
        return None
    offered = np.where(stage.column >= 0, x[stage.column] > 0.5, stage.constant > 0)
    return stage.areas, np.where(offered, stage.minutes, np.inf).argmin(axis=1), stage.cases
