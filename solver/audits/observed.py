"""Observed: patients keep their observed shares; those of closed sites are rescaled over the area's remaining sites.

flow[a,s] = demand[a] x observed[a,s] / sum over offering s' of observed[a,s']; areas with nothing observed that
remains go to the nearest.
"""

from dataclasses import dataclass

import numpy as np

from solver.audits.exact import BoolArray, FloatArray, IntArray
from solver.audits.nearest import Reach
from solver.audits.nearest import flow as to_the_nearest
from solver.audits.plain import texts
from solver.audits.stream import Stream, joined
from solver.audits.tables import Tables, places


@dataclass(frozen=True)
class Observations:
    """Observed flows of one care type: area, site int[n]; cases float64[n]."""

    area: IntArray
    site: IntArray
    cases: FloatArray


def observations(tables: Tables, care_type: str) -> Observations:
    """The rows of patient_flows of one care type."""
    ours = np.array([k == care_type for k in texts(tables.plain, "patient_flows", "care_type_id")], dtype=np.bool_)
    if not ours.any():
        none = np.zeros(0, dtype=np.int64)
        return Observations(none, none, np.zeros(0))
    table = tables.plain["patient_flows"]
    area = places(table["area_id"][ours].tolist(), tables.area_at, "patient_flows", "area_id")
    site = places(table["site_id"][ours].tolist(), tables.site_at, "patient_flows", "site_id")
    cases = np.asarray(table["cases_per_year"], dtype=np.float64)[ours]
    order = np.lexsort((site, area))
    return Observations(area[order], site[order], cases[order])


def flow(demand: FloatArray, minutes: FloatArray, offering: BoolArray, seen: Observations, near: Reach) -> Stream:
    """Every area's cases by observed shares over the offering sites within reach, else to the nearest.

    Minutes float64[S,A].
    """
    kept = offering[seen.site] & np.isfinite(minutes[seen.site, seen.area]) & (seen.cases > 0) & (demand[seen.area] > 0)
    area, site, cases = seen.area[kept], seen.site[kept], seen.cases[kept]
    remaining = np.bincount(area, weights=cases, minlength=len(demand))
    bound = remaining > 0
    alone = np.bincount(area, minlength=len(demand))[area] == 1
    shared = np.where(alone, demand[area], demand[area] * cases / remaining[area])
    by_share = Stream(area, site, shared, np.zeros_like(demand))
    return joined([by_share, to_the_nearest(np.where(bound, 0.0, demand), near)])
