"""A stream: where the patients of one care type go in one period, flow by flow."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from solver.audits import exact
from solver.audits.exact import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Stream:
    """Flows of one care type in one period.

    area, site: int[n], positions; cases: float64[n], cases/year, all positive;
    unserved: float64[A], cases/year that reach no site; tied: cases/year whose site a tie decided.
    """

    area: IntArray
    site: IntArray
    cases: FloatArray
    unserved: FloatArray
    tied: Fraction = Fraction(0)


def joined(streams: Sequence[Stream]) -> Stream:
    """Several streams of different areas as one."""
    return Stream(
        np.concatenate([stream.area for stream in streams]),
        np.concatenate([stream.site for stream in streams]),
        np.concatenate([stream.cases for stream in streams]),
        np.sum([stream.unserved for stream in streams], axis=0),
        sum((stream.tied for stream in streams), Fraction(0)),
    )


def sent(demand: FloatArray, site: IntArray, tied: Fraction = Fraction(0)) -> Stream:
    """Each area's whole demand sent to one site, -1 where there is none to go to."""
    area = np.flatnonzero((demand > 0) & (site >= 0))
    return Stream(area, site[area], demand[area], np.where(site < 0, demand, 0.0), tied)


def cases_of(demand: FloatArray, areas: BoolArray) -> Fraction:
    """The cases of the areas marked."""
    return exact.total(demand[areas])
