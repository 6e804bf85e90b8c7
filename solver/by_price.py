"""Large models by price: steered patients in such numbers that one model of all flows proves little are decided by the search in priced/.

It covers every rule and objective whose quantities are offers, volumes, travel, kilometres, minutes of a group and inhabitants within or beyond reach, as
rows of the compiled face; the compact formulation takes the rest, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from solver.behaviours import Steered
from solver.case import Flows, Limits
from solver.formulations.face import CompiledFace
from solver.formulations.stage import NO_COLUMN, NotWritten
from solver.landscape import Landscape
from solver.priced.policy import Policy, read_policy
from solver.priced.search import Found, Search
from solver.solved import Layout
from solver.watch import Watch

Bools = NDArray[np.bool_]
LARGE = 100_000
"""Pairs of area and site with steered patients from which prices come further than one model of all flows."""
Trace = list[tuple[float, float | None, float | None]]


@dataclass(frozen=True)
class ByPrice:
    """What the search gave; ``bound`` None where it has none, ``decided`` offers that every plan better than this one shares."""

    layout: Layout | None
    value: float | None
    bound: float | None
    decided: Mapping[tuple[int, int, int], bool]
    formulation: str
    size: tuple[int, int, int]


def worth_pricing(land: Landscape) -> bool:
    """So many pairs with steered patients that the flows are better left to prices."""
    return (
        sum(
            int((land.demand[:, k, :] > 0).sum()) * int((land.may_offer[:, k]).sum())
            for k, behaviour in enumerate(land.behaviours)
            if isinstance(behaviour, Steered)
        )
        > LARGE
    )


def solve_by_price(
    land: Landscape,
    face: CompiledFace,
    limits: Limits,
    start: Layout | None,
    watch: Watch,
    *,
    seconds: float,
    trace: Trace,
    tells_plans: bool = True,
) -> ByPrice | str:
    """Search for the least of the first objective within ``seconds``; where the policy asks for what has no price, the reason why.

    Who listens hears of plans too, unless they are not plans of the question asked.
    """
    try:
        policy = read_policy(land, face)
    except NotWritten as unpriced:
        return str(unpriced)
    told = Told(land, partial(_as_plan, land, policy), watch, trace)

    def hear(value: float | None, bound: float | None, offered: Bools | None) -> None:
        told.hear(*((value, bound, offered) if tells_plans else (None, bound, None)))

    search = Search(policy, watch, seconds=seconds, relative_gap=limits.relative_gap, seed=limits.seed, heard=hear)
    found = search.run(None if start is None else _as_pairs(policy, start.offered))
    pairs = sum(int(stream.reach.sum()) for stream in policy.streams)
    return ByPrice(
        _layout(land, policy, found),
        found.value,
        found.bound if np.isfinite(found.bound) else None,
        _decided(policy, found),
        f"by price: {pairs} pairs of area and site, {len(policy.priced)} priced rows",
        (policy.model.rows.shape[0], policy.model.rows.shape[1] + pairs, policy.model.rows.nnz),
    )


class Told:
    """Passes progress on, at most twice a second unless the plan is better; ``as_plan`` makes [S,K,T] of what the search offers."""

    def __init__(self, land: Landscape, as_plan: Callable[[Bools], Bools], watch: Watch, trace: Trace) -> None:
        self._land, self._as_plan, self._watch, self._trace = land, as_plan, watch, trace
        self._last: tuple[float, float | None] = (-1.0, None)

    def hear(self, value: float | None, bound: float | None, offered: Bools | None) -> None:
        """A value, a bound and offers that may be new."""
        now = self._watch.seconds
        better = value != self._last[1]
        if better or now - self._last[0] > 0.5:
            self._last = now, value
            self._trace.append((now, value, bound))
            plan = None if offered is None or not better or not self._watch.tells_plans else self._as_plan(offered)
            offers = None if plan is None else self._land.offers_of(plan)
            self._watch.report("solving", value=value, bound=bound, offers=offers)


def _as_pairs(policy: Policy, offered: Bools) -> Bools:
    """[Q,S] from [S,K,T]."""
    return np.array([offered[:, stream.k, stream.t] for stream in policy.streams]) & policy.may_open


def _as_plan(land: Landscape, policy: Policy, offered: Bools) -> Bools:
    """[S,K,T] from [Q,S]."""
    plan = np.repeat(land.always_open()[:, :, None], land.shape[3], axis=2)
    for stream, here in zip(policy.streams, offered, strict=True):
        plan[:, stream.k, stream.t] = here
    return plan


def _layout(land: Landscape, policy: Policy, found: Found) -> Layout | None:
    if found.offered is None or found.flowing is None:
        return None
    flows = []
    for stream, (site, area, share) in zip(policy.streams, found.flowing.shares, strict=True):
        whole = share / np.bincount(area, share, minlength=len(stream.cases))[area]
        count = len(area)
        flows.append(
            Flows(
                stream.areas[area], site, np.full(count, stream.k), np.full(count, stream.t), whole * stream.cases[area]
            )
        )
    return Layout(_as_plan(land, policy, found.offered), Flows.joined(flows))


def _decided(policy: Policy, found: Found) -> dict[tuple[int, int, int], bool]:
    decided = {}
    if found.offered is None:
        return {}
    for stream, here, undecided in zip(policy.streams, found.offered, found.undecided, strict=True):
        for s in np.flatnonzero((stream.offer != NO_COLUMN) & ~undecided):
            decided[int(s), stream.k, stream.t] = bool(here[s])
    return decided
