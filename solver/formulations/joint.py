"""Several futures side by side in one model: each keeps its own flows and rows, all share the decisions who offers what.

Patterns are shared too: a set of open sites is one column, with what it gives in every future.

expected     minimise  sum over futures f of probability[f] * objective[f]
largest      minimise  z   with   z >= objective[f] - allowance[f]   for every future f      (worst case: allowance 0; regret: f's own optimum)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver.formulations.compact import Written
from solver.formulations.patterns import PatternPart
from solver.model import Builder, Model

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Index = tuple[int, int, int]


@dataclass(frozen=True)
class Expected:
    """The mean of an objective over the futures, by weights [F] that add up to 1."""

    weights: tuple[float, ...]


@dataclass(frozen=True)
class Largest:
    """The largest of an objective over the futures, in each after taking off an allowance [F]."""

    allowances: tuple[float, ...]


Combined = Expected | Largest


@dataclass(frozen=True)
class Joint:
    """The arrays of all futures. ``costs`` [objectives, columns] and ``offsets`` [objectives] of the combined objectives, in order."""

    model: Model
    costs: Floats
    offsets: Floats
    offers: Mapping[Index, int]
    columns: tuple[Ints, ...]
    """For each future, where its columns went."""


def join(futures: Sequence[Written], combined: Sequence[tuple[int, Combined]]) -> Joint:
    """Write the futures into one model. ``combined`` says which objective of the faces to combine, and how."""
    builder = Builder()
    shared = futures[0].face.offers
    columns: list[Ints] = []
    gone: list[Ints] = [np.zeros(0, np.int64)]
    for written in futures:
        model = written.model(0)
        first = builder.add_columns(model.lower, model.upper, integer=model.integer)
        place = first + np.arange(len(model.cost))
        entries = model.rows.tocoo()
        if columns:
            for index, column in written.face.offers.items():
                place[column] = columns[0][shared[index]]
            kept, own = _same_patterns(futures[0], written)
            place[own] = columns[0][kept]
            gone += [columns[0][np.setdiff1d(futures[0].patterns, kept)], place[np.setdiff1d(written.patterns, own)]]
        builder.add_rows(
            entries.row, place[entries.col], entries.data, model.row_lower, model.row_upper, count=model.rows.shape[0]
        )
        columns.append(place)
    parts: list[tuple[Floats, float]] = []
    for objective, how in combined:
        each = [
            _spread(written, place, objective, builder.columns) for written, place in zip(futures, columns, strict=True)
        ]
        offsets = [float(written.face.offsets[objective]) for written in futures]
        parts.append(_mean(each, offsets, how) if isinstance(how, Expected) else _top(builder, each, offsets, how))
    costs = np.zeros((len(parts), builder.columns))
    for i, (cost, _) in enumerate(parts):
        costs[i, : len(cost)] = cost
    return Joint(
        _agreed(builder.finish(costs[0]), columns, np.concatenate(gone)), costs, np.array([offset for _, offset in parts]),
        {index: int(columns[0][column]) for index, column in shared.items()}, tuple(columns),
    )  # fmt: skip


def _spread(written: Written, place: Ints, objective: int, count: int) -> Floats:
    """A future's cost vector over the columns of all."""
    own = written.face.objectives[objective]
    cost = np.zeros(count)
    np.add.at(cost, place[: len(own)], own)
    return cost


def _mean(each: Sequence[Floats], offsets: Sequence[float], how: Expected) -> tuple[Floats, float]:
    cost = sum((weight * one for weight, one in zip(how.weights, each, strict=True)), np.zeros(len(each[0])))
    return cost, float(np.dot(how.weights, offsets))


def _top(builder: Builder, each: Sequence[Floats], offsets: Sequence[float], how: Largest) -> tuple[Floats, float]:
    top = builder.add_columns(-np.inf, np.inf, count=1)
    for cost, offset, allowance in zip(each, offsets, how.allowances, strict=True):
        used = np.flatnonzero(cost)
        builder.add_rows(
            np.zeros(len(used) + 1, int),
            np.r_[used, top],
            np.r_[cost[used], -1.0],
            -np.inf,
            allowance - offset,
            count=1,
        )
    cost = np.zeros(top + 1)
    cost[top] = 1.0
    return cost, 0.0


def _same_patterns(one: Written, other: Written) -> tuple[Ints, Ints]:
    """The patterns of two futures that open the same sites, as columns of the one and of the other."""
    mine, its = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for stage, part in one.parts.items():
        twin = other.parts[stage]
        if isinstance(part, PatternPart) and isinstance(twin, PatternPart):
            number = 2 ** np.arange(part.open.shape[1], dtype=np.int64)
            _, here, there = np.intersect1d(part.open @ number, twin.open @ number, return_indices=True)
            mine.append(part.columns[here])
            its.append(twin.columns[there])
    return np.concatenate(mine), np.concatenate(its)


def _agreed(model: Model, columns: Sequence[Ints], gone: Ints) -> Model:
    """A shared column is as free as every future leaves it; those that gave way to shared ones are nothing, as are patterns that some future has not."""
    lower, upper = model.lower.copy(), model.upper.copy()
    first = 0
    for place in columns:
        own = first + np.arange(len(place))
        moved = own != place
        own, now = own[moved], place[moved]
        lower[now], upper[now] = np.maximum(lower[now], model.lower[own]), np.minimum(upper[now], model.upper[own])
        lower[own] = upper[own] = 0.0
        first += len(place)
    lower[gone] = upper[gone] = 0.0
    return Model(model.cost, model.offset, lower, upper, model.integer, model.rows, model.row_lower, model.row_upper)
