"""CO2: what the trips of patients emit, there and back.

2 x sum over a inside the region, s, k of km[a,s] x flow[a,s,k,t] x kg_per_km of the care type's mode [kg/year].
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits import exact
from solver.audits.layout import Layout
from solver.audits.measures import Measure, summed
from solver.audits.missing import Gap, MissingData, missing


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The sum over periods [kg/year]."""
    rates = fields.get("kg_per_km") or {}
    return summed(
        "kg/year", (sum((_of(layout, k, t, rates) for k in layout.care_types), Fraction(0)) for t in layout.periods)
    )


def _of(layout: Layout, k: int, t: int, rates: Mapping[str, float]) -> Fraction:
    mode, tables = layout.ground.way(k).mode, layout.tables
    if mode not in rates:
        raise missing("objective co2", f"kg_per_km of mode {mode} is missing", "give it")
    distances = layout.ground.travel.km(mode)
    if distances is None:
        raise missing("travel_times", "there are no kilometres", "add column km")
    stream, _ = layout.inside(k, t)
    km = distances[stream.site, stream.area]
    if np.isnan(km).any():
        raise MissingData([
            Gap(f"travel_times, area {tables.area_ids[stream.area[i]]}, site {tables.site_ids[stream.site[i]]}, km",
                "the distance is missing", "fill it in")
            for i in np.flatnonzero(np.isnan(km)).tolist()
        ])  # fmt: skip
    return 2 * exact.decimal(rates[mode]) * exact.dot(stream.cases, km)
