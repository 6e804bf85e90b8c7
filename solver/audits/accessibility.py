"""Accessibility: how much choice within reach patients have, in minutes; more is better.

ln(sum over offering s of attraction[s] x exp(-w x minutes[a,s])) / w, the case-weighted mean over areas inside the
region, over care types whose behaviour has a weight_per_minute w.
"""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits import choice, exact
from solver.audits.layout import Layout
from solver.audits.measures import Measure, mean
from solver.audits.missing import missing


def audit(layout: Layout, fields: Mapping[str, Any]) -> Measure:
    """The case-weighted mean over care types and periods [minutes]."""
    fades = {k: _fade(layout, k) for k in layout.care_types}
    if all(fade is None for fade in fades.values()):
        raise missing("objective accessibility", "no care type has a weight_per_minute", "give one in its behaviour")
    return mean("minutes", (_in_period(layout, t, fades) for t in layout.periods))


def _fade(layout: Layout, k: int) -> float | None:
    return choice.weight_per_minute(layout.ground.asked.behaviours[layout.tables.care_type_ids[k]])


def _in_period(layout: Layout, t: int, fades: Mapping[int, float | None]) -> tuple[Fraction, Fraction]:
    summed, counted = Fraction(0), Fraction(0)
    for k, fade in fades.items():
        if fade is None:
            continue
        stream, _ = layout.inside(k, t)
        cases = np.bincount(stream.area, weights=stream.cases, minlength=len(layout.tables.area_ids))
        minutes = layout.ground.minutes(k, layout.ground.way(k))[layout.offers[t, :, k]][:, cases > 0]
        behaviour = layout.ground.asked.behaviours[layout.tables.care_type_ids[k]]
        pull = choice.attraction(layout.tables, behaviour, k)[layout.offers[t, :, k]]
        weights, nearest = choice.weights(minutes, pull, fade)
        with np.errstate(divide="ignore", invalid="ignore"):
            access = np.log(weights.sum(axis=0)) / fade - nearest
        reached = np.isfinite(access)
        summed += exact.dot(cases[cases > 0][reached], access[reached])
        counted += exact.total(cases[cases > 0][reached])
    return summed, counted
