"""Certificates: multipliers handed over with an answer, from which anybody can recompute a bound on travel in whole numbers.

They come from a relaxation that knows locks and counts of sites only (kernel/), which is all that the check (audits/certificate.py) knows; its bound is
that of every plan the scenario allows, and it is stated as the check works it out, not as the relaxation did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from solver.audits.certificate import lagrangian_bound
from solver.behaviours import Nearest, Steered
from solver.case import Case
from solver.formulations.compact import write_compact
from solver.formulations.face import compile_face
from solver.formulations.lazily import LazyPart
from solver.kernel.search import relax
from solver.objectives.travel_time import TravelTime
from solver.outcome import Outcome
from solver.piece import split
from solver.rule import ImpossibleRule, Rule
from solver.rules.lock import Lock
from solver.rules.site_count import SiteCount
from solver.watch import Watch, gap_between

MOST_PAIRS = 2_000_000
"""Pairs of area and site, over care types and periods, up to which a certificate is worth its time."""
SECONDS = 30.0
"""Longest time for the relaxations [seconds]."""
DIGITS = 6
"""Decimals of a multiplier [case-minutes]: the bound they prove is worked out from the rounded ones."""

Json = dict[str, Any]
Begin = Mapping[tuple[int, int], np.ndarray[Any, np.dtype[np.float64]]]
"""(care type, period) -> [A] case-minutes of each area."""


def certified(outcome: Outcome, case: Case, watch: Watch, begin: Begin | None = None) -> Outcome:
    """The outcome with multipliers that prove a bound on travel, where that is the first objective, patients go to the nearest site or are steered,
    and there is time. ``begin`` are multipliers that were met on the way to the plan (Solved.multipliers).
    """
    if outcome.plan is None or not _worth_it(case) or watch.over:
        return outcome
    watch.report("auditing", note="certificate")
    told = multipliers(case, watch, begin)
    if told is None:
        return outcome
    try:
        bound = lagrangian_bound(case.tables, case.scenario, told, case.future)
    except ValueError:
        return outcome  # more digits than whole numbers hold: the solver's word stands
    if bound is None or bound <= 0:
        return outcome
    stated = _rounded_down(bound)
    value = outcome.objectives[0]["value"]
    certificate = {"kind": "lagrangian", "bound": stated, "gap": gap_between(value, stated), "multipliers": told}
    return replace(outcome, verification={"passed": True, "certificate": certificate})


def multipliers(case: Case, watch: Watch, begin: Begin | None = None) -> Json | None:
    """{period: {care_type: {area_id: case-minutes}}} of the relaxation; None where it was not solved in time.

    ``begin`` are multipliers that a search met: care types that no rule ties to others go on from theirs.
    """
    land = case.land
    try:
        face = compile_face(land, [rule for rule in case.rules if _known(rule)], [TravelTime()])
    except ImpossibleRule:
        return None
    written = write_compact(land, face, patterns=False, lazily=True)
    taken = split(
        written.model(0), _padded(face.objectives, written.builder.columns), face.offsets, face.offers,
        unwritten=written.lazy, following=written.following,
    )  # fmt: skip
    until = watch.seconds + min(SECONDS, watch.left)
    told: dict[int, np.ndarray[Any, np.dtype[np.float64]]] = {}
    met = {id(written.parts[stage]): values for stage, values in (begin or {}).items()}
    for piece in taken.pieces:
        for part in piece.unwritten:
            assert isinstance(part, LazyPart)
            known = part.of_groups(met[id(part)]) if id(part) in met and len(piece.unwritten) == 1 else None
            relax(piece, watch, seconds=until - watch.seconds, seed=case.limits.seed, multipliers=known)
            if piece.met.prices is None:
                return None
            told[id(part)] = part.multipliers(*piece.met.prices)
    by_period: Json = {period: {} for period in land.periods}
    nothing = np.zeros((0, 2), np.int64), np.zeros(0)
    for (k, t), body in written.parts.items():
        assert isinstance(body, LazyPart)
        values = told[id(body)] if id(body) in told else body.multipliers(*nothing)
        by_period[land.periods[t]][land.care_types[k]] = {
            area: round(float(value), DIGITS) for area, value in zip(land.area_ids, values, strict=True) if value
        }
    return by_period


def _worth_it(case: Case) -> bool:
    """The first objective is travel, nobody chooses, and there are not too many pairs."""
    areas, sites, care_types, periods = case.land.shape
    return (
        isinstance(case.objectives[0], TravelTime)
        and all(isinstance(behaviour, Nearest | Steered) for behaviour in case.land.behaviours)
        and areas * sites * care_types * periods <= MOST_PAIRS
    )


def _known(rule: Rule) -> bool:
    """The check knows this rule."""
    if rule.hardness != "hard":
        return False
    return isinstance(rule, Lock) or (
        isinstance(rule, SiteCount) and rule.region is None and rule.care_type is not None
    )


def _padded(objectives: np.ndarray[Any, np.dtype[np.float64]], columns: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    return np.pad(objectives, ((0, 0), (0, columns - objectives.shape[1])))


def _rounded_down(exact: Fraction) -> float:
    near = float(exact)
    return near if Fraction(near) <= exact else float(np.nextafter(near, -np.inf))
