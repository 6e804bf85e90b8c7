"""Choice: patients spread over the offering sites in proportion to attraction x exp(-weight_per_minute x minutes).

flow[a,s] = demand[a] x weight[a,s] / sum over offering s' of weight[a,s']; an unreachable site has weight 0.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from solver.audits.exact import BoolArray, FloatArray
from solver.audits.missing import Gap, MissingData, missing
from solver.audits.stream import Stream
from solver.audits.tables import Tables


def weight_per_minute(behaviour: Mapping[str, Any]) -> float | None:
    """How fast attraction fades with each minute, or None where the behaviour does not say."""
    value = behaviour.get("weight_per_minute")
    return None if value is None else float(value)


def attraction(tables: Tables, behaviour: Mapping[str, Any], care_type: int) -> FloatArray:
    """The pull of each site as float64[S]: the named column of site_care, else of sites, else 1; positive."""
    column = str(behaviour.get("attraction") or "attraction")
    pull = np.full(len(tables.site_ids), np.nan)
    by_pair, by_site = tables.site_care(column), tables.site_number(column)
    if by_pair is not None:
        pull = by_pair[:, care_type]
    if by_site is not None:
        pull = np.where(np.isnan(pull), by_site, pull)
    pull = np.where(np.isnan(pull), 1.0, pull)
    gaps = [
        Gap(
            f"site {tables.site_ids[s]}, {column}", "attraction must be positive", "correct it, or leave it blank for 1"
        )
        for s in np.flatnonzero(tables.may_offer[:, care_type] & ~(pull > 0)).tolist()
    ]
    if gaps:
        raise MissingData(gaps)
    return pull


def weights(minutes: FloatArray, pull: FloatArray, fade: float) -> tuple[FloatArray, FloatArray]:
    """attraction x exp(-fade x (minutes - nearest)) as float64[S,A], and nearest as float64[A].

    Sites without a way have weight 0.
    """
    nearest = minutes.min(axis=0, initial=np.inf)
    start = np.where(np.isinf(nearest), 0.0, nearest)
    return pull[:, None] * np.exp(-fade * (minutes - start)), nearest


def flow(
    demand: FloatArray, minutes: FloatArray, offering: BoolArray, pull: FloatArray, behaviour: Mapping[str, Any]
) -> Stream:
    """Every area's cases spread over the offering sites; minutes float64[S,A]."""
    fade = weight_per_minute(behaviour)
    if fade is None:
        raise missing("behaviours, choice", "weight_per_minute is missing", "give it, for instance 0.07")
    sites, areas = np.flatnonzero(offering), np.flatnonzero(demand > 0)
    pulls, nearest = weights(minutes[np.ix_(sites, areas)], pull[sites], fade)
    lost = np.isinf(nearest)
    with np.errstate(invalid="ignore"):
        shared = np.ascontiguousarray((demand[areas] * pulls / pulls.sum(axis=0)).T).ravel()
    area, site = np.repeat(areas, len(sites)), np.tile(sites, len(areas))
    kept = shared > 0
    if not kept.all():
        area, site, shared = area[kept], site[kept], shared[kept]
    unserved = np.zeros_like(demand)
    unserved[areas[lost]] = demand[areas[lost]]
    return Stream(area, site, shared, unserved)
