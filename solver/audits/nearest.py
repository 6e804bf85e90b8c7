"""Nearest: patients go to the offering site with the fewest minutes; of equals to the smallest site_id by code point.

site(a) = the first s, in order of id, with minutes[a,s] = min over offering sites s' of minutes[a,s'], unreachable
sites left out.
"""

from dataclasses import dataclass

import numpy as np

from solver.audits.exact import BoolArray, FloatArray, IntArray
from solver.audits.stream import Stream, cases_of, sent


@dataclass(frozen=True)
class Reach:
    """The offering sites closest to each area.

    minutes, second: float64[A], to the nearest and the second nearest, infinite if there is none within reach;
    site: int[A], -1 if none; tied: bool[A], whether several sites are equally near.
    """

    minutes: FloatArray
    second: FloatArray
    site: IntArray
    tied: BoolArray


def reach(minutes: FloatArray, offering: BoolArray) -> Reach:
    """The closest offering sites; minutes float64[S,A] with sites in order of id, offering bool[S]."""
    areas = minutes.shape[1]
    best, second = np.full(areas, np.inf), np.full(areas, np.inf)
    site, tied = np.full(areas, -1, dtype=np.int64), np.zeros(areas, dtype=np.bool_)
    for s in np.flatnonzero(offering).tolist():
        row = minutes[s]
        nearer = row < best
        tied = (tied & ~nearer) | ((row == best) & (site >= 0))
        second = np.minimum(second, np.maximum(row, best))
        site[nearer] = s
        best = np.minimum(best, row)
    return Reach(best, second, site, tied)


def flow(demand: FloatArray, near: Reach) -> Stream:
    """Every area's cases to its nearest offering site."""
    return sent(demand, near.site, cases_of(demand, near.tied & (demand > 0)))
