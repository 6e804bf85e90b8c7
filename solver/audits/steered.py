"""Steered: the planner assigns; the flows of the plan are taken as they are and held against the demand.

sum over s of flow[a,s] = demand[a], up to 1e-6 x max(1, demand[a]); what is short of it is unserved, what exceeds
it is a fault.
"""

from collections.abc import Iterator
from fractions import Fraction

import numpy as np

from solver.audits.exact import BoolArray, FloatArray, IntArray
from solver.audits.stream import Stream

SLACK = 1e-6


def flow(demand: FloatArray, area: IntArray, site: IntArray, cases: FloatArray) -> Stream:
    """The plan's positive flows, with the demand they leave unserved."""
    positive = cases > 0
    area, site, cases = area[positive], site[positive], cases[positive]
    short = demand - np.bincount(area, weights=cases, minlength=len(demand))
    unserved = np.where(short > SLACK * np.maximum(1.0, demand), short, 0.0)
    order = np.lexsort((site, area))
    return Stream(area[order], site[order], cases[order], unserved, Fraction(0))


def too_much(demand: FloatArray, stream: Stream) -> Iterator[tuple[int, float]]:
    """Areas that send more than their demand, with the cases/year in excess."""
    excess = np.bincount(stream.area, weights=stream.cases, minlength=len(demand)) - demand
    for a in np.flatnonzero(excess > SLACK * np.maximum(1.0, demand)).tolist():
        yield a, float(excess[a])


def divided(demand: FloatArray, stream: Stream) -> Iterator[int]:
    """Areas whose patients go to more than one site."""
    counts: IntArray = np.bincount(stream.area[_real(demand, stream)], minlength=len(demand))
    yield from np.flatnonzero(counts > 1).tolist()


def _real(demand: FloatArray, stream: Stream) -> BoolArray:
    return np.asarray(stream.cases > SLACK * np.maximum(1.0, demand[stream.area]), dtype=np.bool_)
