"""The choice of sites over groups of areas: an integer program of moderate size, on the pairs that prices say matter."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solver import highs
from solver.formulations.stage import NO_COLUMN
from solver.priced.bound import Prices, Pricing
from solver.priced.groups import group_stream
from solver.priced.policy import Policy
from solver.priced.streams import Stream
from solver.priced.written import write_pairs
from solver.watch import Watch

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
NEAR = 16
"""Sites to go to that are written for each group."""


@dataclass(frozen=True)
class Beside:
    """A choice about some streams, ``among``, beside others: ``made`` are those whose offers are made; ``columns`` [N] values of their columns; ``worth`` [Q,S]
    what an offer of the others costs; ``penalty`` for a case that a row of the policy is missed by.
    """

    among: tuple[int, ...]
    made: frozenset[int]
    columns: Floats
    worth: Floats
    penalty: float


@dataclass(frozen=True)
class Chosen:
    """Offers [Q,S] and the values of the face's columns [N] that came with them."""

    offered: Bools
    columns: Floats


def grouped(
    pricing: Pricing, prices: Prices | None, count: int, seed: int
) -> tuple[tuple[Stream, ...], tuple[Ints, ...]]:
    """The policy's streams in at most ``count`` groups each, and the group of each area [n]."""
    policy = pricing.policy
    reduced = policy.model.cost if prices is None else pricing.reduced(prices)
    streams, labels = [], []
    for q, stream in enumerate(policy.streams):
        worth = None if prices is None else prices.areas[q]
        label = group_stream(stream, pricing.cost(q, reduced), worth, count, seed)
        labels.append(label)
        streams.append(stream.grouped(label))
    return tuple(streams), tuple(labels)


def choose(
    policy: Policy,
    streams: Sequence[Stream],
    costs: Sequence[Floats],
    may_open: Bools,
    must_open: Bools,
    watch: Watch,
    *,
    seconds: float,
    relative_gap: float,
    seed: int,
    start: Bools | None = None,
    beside: Beside | None = None,
) -> Chosen | None:
    """The sites that are best for the groups; None when none were found in time.

    ``costs`` [S,n] what a group costs at a site with the tolls of the day, by which its likeliest sites are picked; ``may_open``, ``must_open`` [Q,S].
    """
    lower, upper = policy.model.lower.copy(), policy.model.upper.copy()
    integer, objective = policy.model.integer.copy(), policy.model.cost.copy()
    if beside is not None:
        upper[policy.flow_columns] = np.inf  # rows may be missed at a price
        _put_beside(streams, beside, lower, upper, integer, objective)
    pairs = []
    for q, (stream, cost) in enumerate(zip(streams, costs, strict=True)):
        if beside is not None and q not in beside.among:
            pairs.append(np.zeros(stream.reach.shape, bool))
            continue
        at = np.flatnonzero(stream.offer != NO_COLUMN)
        columns = stream.offer[at]
        upper[columns] = np.minimum(upper[columns], may_open[q, at])
        lower[columns] = np.minimum(np.maximum(lower[columns], must_open[q, at]), upper[columns])
        able = np.where(stream.reach & may_open[q][:, None], cost, np.inf)
        order = np.argpartition(able, min(NEAR, len(able)) - 1, axis=0)[:NEAR]
        held = np.zeros(able.shape, bool)
        np.put_along_axis(held, order, True, axis=0)
        pairs.append(held & np.isfinite(able))
    written = write_pairs(
        policy, streams, pairs, lower=lower, upper=upper, cost=objective, integer=integer,
        among=None if beside is None else beside.among, penalty=None if beside is None else beside.penalty,
        bendable=None if beside is None else _speaks_of_others(policy, streams, beside.among),
    )  # fmt: skip
    begin = None
    if start is not None:
        columns = np.concatenate([stream.offer[stream.offer != NO_COLUMN] for stream in streams])
        values = np.concatenate([start[q, stream.offer != NO_COLUMN] for q, stream in enumerate(streams)])
        begin = columns.astype(np.int32), values.astype(float)
    answer = highs.solve(
        written.model, watch, seconds=seconds, relative_gap=relative_gap, seed=seed, start=begin, doubt_seconds=0.0
    )
    if answer.x is None:
        return None
    return Chosen(offered(policy, streams, answer.x), answer.x[: len(policy.model.cost)])


def _speaks_of_others(policy: Policy, streams: Sequence[Stream], among: Sequence[int]) -> Bools:
    """[rows] the priced rows in which a stream that is not chosen about has a part: what it does there may be found wanting later."""
    of_others = np.zeros(len(policy.model.cost), bool)
    for q, stream in enumerate(streams):
        if q not in among:
            of_others[stream.columns] = True
    spoken = np.bincount(
        np.repeat(np.arange(policy.model.rows.shape[0]), np.diff(policy.model.rows.indptr)),
        of_others[policy.model.rows.indices],
        minlength=policy.model.rows.shape[0],
    )
    return np.asarray((policy.row_stream < 0) & (spoken > 0), bool)


def _put_beside(
    streams: Sequence[Stream], beside: Beside, lower: Floats, upper: Floats, integer: Bools, cost: Floats
) -> None:
    """The streams that are not chosen about: their flows stay as they are, their offers too where they are made, else any share of one at its worth."""
    for q, stream in enumerate(streams):
        if q in beside.among:
            continue
        volumes = stream.volume[stream.volume != NO_COLUMN]
        flowing = np.r_[volumes, np.array([column for column, _ in stream.quantities], np.int64)]
        lower[flowing] = upper[flowing] = beside.columns[flowing]
        at = np.flatnonzero(stream.offer != NO_COLUMN)
        columns = stream.offer[at]
        integer[columns] = False
        if q in beside.made:
            lower[columns] = upper[columns] = np.round(beside.columns[columns])
        else:
            cost[columns] = beside.worth[q, at]


def offered(policy: Policy, streams: Sequence[Stream], x: Floats) -> Bools:
    """[Q,S] what a solution offers."""
    found = np.zeros(policy.may_open.shape, bool)
    for q, stream in enumerate(streams):
        found[q] = (stream.constant > 0) & policy.may_open[q]
        at = np.flatnonzero(stream.offer != NO_COLUMN)
        found[q, at] = x[stream.offer[at]] > 0.5
    return found
