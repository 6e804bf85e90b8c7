"""Group gap: how much longer the group of inhabitants with the longest trips travels than the one with the shortest.

mean[g] = sum over a, s, k of cases x minutes x share[a,g] / sum of cases x share[a,g], areas inside the region;
largest less smallest mean [minutes]. `group` names a group of population_groups (beside everybody else), a list of
them, an attribute of the areas (each of its values a group), or nothing: all groups of population_groups. share =
persons of the group / population of the area.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits.exact import FloatArray
from solver.audits.layout import Layout
from solver.audits.measures import Measure, Value, largest
from solver.audits.missing import missing
from solver.audits.plain import texts


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The largest over periods [minutes]; None when fewer than two groups have cases."""
    groups = shares(layout, fields.get("group"))
    return largest("minutes", (_in_period(layout, t, groups) for t in layout.periods))


def shares(layout: Layout, named: Any) -> list[FloatArray]:
    """Of each group its share of every area's inhabitants, float64[A]."""
    tables = layout.tables
    known = sorted(set(texts(tables.plain, "population_groups", "group")))
    if isinstance(named, str) and named not in ("*", *known):
        if named not in tables.plain["areas"]:
            raise missing(
                f"objective group_gap, group {named}", "is no group and no attribute of areas", "name one of either"
            )
        values = np.array([str(v) for v in tables.plain["areas"][named].tolist()], dtype=object)[tables.area_row]
        return [(values == value).astype(np.float64) for value in sorted(set(values.tolist()))]
    chosen = known if named in (None, "*") else [named] if isinstance(named, str) else list(named)
    people = tables.inhabitants()
    parts = [np.divide(tables.inhabitants(g), people, out=np.zeros_like(people), where=people > 0) for g in chosen]
    return [*parts, 1.0 - parts[0]] if isinstance(named, str) and named != "*" else parts


def _in_period(layout: Layout, t: int, groups: list[FloatArray]) -> Value:
    areas = len(layout.tables.area_ids)
    cases, travelled = np.zeros(areas), np.zeros(areas)
    for k in layout.care_types:
        stream, minutes = layout.inside(k, t)
        cases += np.bincount(stream.area, weights=stream.cases, minlength=areas)
        travelled += np.bincount(stream.area, weights=stream.cases * minutes, minlength=areas)
    means = [float(travelled @ share) / float(cases @ share) for share in groups if float(cases @ share) > 0]
    return Fraction(max(means) - min(means)) if len(means) > 1 and np.isfinite(means).all() else None
