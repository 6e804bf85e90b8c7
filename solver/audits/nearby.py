"""For the map: per area, care type and period the nearest offering site, and where its patients really go."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from solver.audits.audit import Auditor, Offer
from solver.audits.exact import FloatArray
from solver.audits.flows import FlowTable
from solver.audits.layout import Layout
from solver.audits.plain import PlainTables, texts
from solver.audits.travel import Way

IdArray = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Nearby:
    """What an area sees of a plan. Axes: area (in order of table areas), care type and period of the scenario.

    minutes: float64[A,K,T] to the nearest offering site, infinite if none is within reach; site: its id or None;
    case_minutes: float64[A,K,T], mean minutes of the area's cases under the behaviour, NaN without served cases;
    main_site: the id of the site that receives most of them (of equals the smallest id), None without.
    """

    area_ids: tuple[str, ...]
    care_type_ids: tuple[str, ...]
    period_ids: tuple[str, ...]
    minutes: FloatArray
    site: IdArray
    case_minutes: FloatArray
    main_site: IdArray


def nearest_offering(
    plain: PlainTables,
    scenario: Mapping[str, Any],
    offers: Iterable[Offer],
    flows: FlowTable | None = None,
    *,
    way: Way | None = None,
    future: str = "base",
) -> Nearby:
    """The nearest offering sites of a plan, by the way given or each care type's own; steered care types need flows."""
    return nearby(Auditor(plain, scenario, future).audit(offers, flows).layout, way)


def nearby(layout: Layout, way: Way | None = None) -> Nearby:
    """The same of a layout at hand."""
    tables = layout.tables
    shape = (len(tables.area_ids), len(layout.care_types), len(tables.period_ids))
    minutes, case_minutes = np.full(shape, np.inf), np.full(shape, np.nan)
    site, main_site = np.full(shape, None, dtype=object), np.full(shape, None, dtype=object)
    names = np.array([*tables.site_ids, None], dtype=object)
    for place, k in enumerate(layout.care_types):
        for t in layout.periods:
            near = layout.reach(k, t, way or layout.ground.way(k))
            minutes[:, place, t], site[:, place, t] = near.minutes, names[near.site]
            case_minutes[:, place, t], main = _cases(layout, k, t)
            main_site[:, place, t] = names[main]
    order = [tables.area_at[area] for area in texts(tables.plain, "areas", "area_id")]
    chosen = tuple(tables.care_type_ids[k] for k in layout.care_types)
    ids = tuple(tables.area_ids[a] for a in order)
    return Nearby(ids, chosen, tables.period_ids, minutes[order], site[order], case_minutes[order], main_site[order])


def _cases(layout: Layout, k: int, t: int) -> tuple[FloatArray, npt.NDArray[np.int64]]:
    stream, areas = layout.stream(k, t), len(layout.tables.area_ids)
    minutes = layout.ground.minutes(k, layout.ground.way(k))[stream.site, stream.area]
    cases = np.bincount(stream.area, weights=stream.cases, minlength=areas)
    travelled = np.bincount(stream.area, weights=stream.cases * minutes, minlength=areas)
    main, most = np.full(areas, -1, dtype=np.int64), np.zeros(areas)
    np.maximum.at(most, stream.area, stream.cases)
    largest = np.flatnonzero(stream.cases == most[stream.area])[::-1]
    main[stream.area[largest]] = stream.site[largest]
    return np.divide(travelled, cases, out=np.full(areas, np.nan), where=cases > 0), main
