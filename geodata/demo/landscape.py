"""Who needs care, who offers it today, and a better landscape behind the curtain that meets every norm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from geodata.demo.care_catalogue import CareType
from geodata.demo.country import Country
from geodata.demo.hospitals import Hospitals

Array = np.ndarray[Any, np.dtype[np.float64]]
Flags = np.ndarray[Any, np.dtype[np.bool_]]
Ranking = np.ndarray[Any, np.dtype[np.intp]]
YEARS_PER_PERIOD = 2
_GROWTH = {"young": -0.004, "adult": -0.001, "old": 0.024, "women": -0.003}


@dataclass(frozen=True)
class Layout:
    """Sets of sites per care type k: may[K, S] can offer, today[K, S] do offer, better[K, S] meets every norm.

    volume_norm[K] [cases/year] and minutes[K] are 0 where there is no norm; share[K] is the share within the minutes
    (1: everyone). Volumes[K, S] [cases/year]: today_volume; better_volume, the largest over periods and futures;
    most_volume, the largest over both layouts as well.
    """

    may: Flags
    today: Flags
    better: Flags
    volume_norm: Array
    minutes: Array
    share: Array
    today_volume: Array
    most_volume: Array
    better_volume: Array


def yearly_cases(country: Country, care_types: tuple[CareType, ...], years: float, extra_ageing: float = 0.0) -> Array:
    """Cases[A, K] a year, to three decimals, so many years on; `extra_ageing` speeds the growth of 65 and over."""
    growth = {group: (1 + rate) ** years for group, rate in _GROWTH.items()}
    growth["old"] *= (1 + extra_ageing) ** years
    adult = country.population - country.old - country.young
    groups = ("young", country.young), ("adult", adult), ("old", country.old), ("women", country.women)
    rates = {group: np.array([rate_of(c, group) for c in care_types]) / 1000 for group, _ in groups}
    cases = sum(growth[group] * np.outer(persons, rates[group]) for group, persons in groups)
    return np.round(np.asarray(cases), 3)


def rate_of(care_type: CareType, group: str) -> float:
    """The yearly rate per 1,000 of one group."""
    return {"young": care_type.young, "adult": care_type.adult, "old": care_type.old, "women": care_type.women}[group]


def make_layout(
    hospitals: Hospitals,
    care_types: tuple[CareType, ...],
    population: Array,
    minutes: list[Array],
    cases: list[Array],
    rng: np.random.Generator,
) -> Layout:
    """Layouts of all care types under `minutes` (per future, [A, S]) and `cases` (per period and future, [A, K])."""
    count = len(hospitals.ids)
    shape = (len(care_types), count)
    ranked = [np.argsort(m, axis=1, kind="stable") for m in minutes]
    layout = Layout(
        np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool), np.zeros(shape[0]),
        np.zeros(shape[0]), np.ones(shape[0]), np.zeros(shape), np.zeros(shape), np.zeros(shape),
    )  # fmt: skip
    place = {c.id: k for k, c in enumerate(care_types)}
    for k, care_type in enumerate(care_types):
        needed = place.get(care_type.requires)
        may = hospitals.level >= care_type.level
        of_k = np.stack([c[:, k] for c in cases])
        norm = _norm_in_reach(care_type.norm * rng.choice([1, 0.8, 0.5]), float(of_k.sum(axis=1).min()))
        start = may if needed is None else may & layout.better[needed]
        better, low, high = _fewer_until(start, norm, ranked, of_k, minutes[0])
        today = may & (rng.random(count) < {1: 0.96, 2: 0.85, 3: 0.8}[care_type.level])
        today[0] = True
        if k < 2 or (better == today).all():
            today = may.copy()
        if needed is not None:
            today &= layout.today[needed]
        layout.may[k], layout.today[k], layout.better[k] = may, today, better
        layout.volume_norm[k] = norm if low >= norm else 0
        layout.minutes[k], layout.share[k] = _access(care_type, better, minutes, population)
        layout.today_volume[k] = _volumes(today, ranked[0], of_k[:1])[0]
        layout.better_volume[k] = high
        most_today = np.max([_volumes(today, r, of_k).max(axis=0) for r in ranked], axis=0)
        layout.most_volume[k] = np.maximum(high, most_today)
    return layout


def _norm_in_reach(norm: float, total: float) -> float:
    """The norm in view, rounded down to fives and at most what three sites' worth of patients can carry."""
    return float(max(5, 5 * np.floor(min(norm, 0.3 * total) / 5)))


def _volumes(is_open: Flags, ranked: Ranking, cases: Array) -> Array:
    """Volumes[v, S] under nearest for cases[v, A] when each area looks down its ranked[A, S] sites."""
    first = np.argmax(is_open[ranked], axis=1)
    nearest = ranked[np.arange(len(ranked)), first]
    return np.stack([np.bincount(nearest, weights=c, minlength=len(is_open)) for c in cases])


def _fewer_until(
    start: Flags, norm: float, ranked: list[Ranking], cases: Array, minutes: Array
) -> tuple[Flags, float, Array]:
    """Close small sites near another one until all reach the norm: the set, its least volume, its largest volumes[S].

    The first site never closes. A few are closed at once while many lie far under the norm.
    """
    is_open = start.copy()
    is_open[0] = True
    apart = np.abs(minutes[:, :, None] - minutes[:, None, :]).mean(axis=0) if minutes.shape[1] <= 20 else None
    while True:
        volumes = np.stack([_volumes(is_open, r, cases) for r in ranked]).reshape(-1, len(is_open))
        least, most = volumes.min(axis=0), volumes.max(axis=0)
        below = np.flatnonzero(is_open & (least < norm))
        below = below[below != 0]
        if not len(below) or is_open.sum() == 1:
            return is_open, float(least[is_open].min()), most
        score = least[below] / norm
        if apart is not None:
            others = np.where(is_open[None, :], apart, np.inf)
            np.fill_diagonal(others, np.inf)
            score = score + others[below].min(axis=1) / 15
        far_under = int((least[below] < 0.5 * norm).sum())
        is_open[below[np.argsort(score, kind="stable")[: max(1, far_under // 4)]]] = False


def _access(care_type: CareType, better: Flags, minutes: list[Array], population: Array) -> tuple[float, float]:
    """The minutes and share that the better layout meets in every future; (0, 1) where no access norm is in view."""
    if not care_type.minutes:
        return 0.0, 1.0
    within = min(
        float(population[m[:, better].min(axis=1) <= care_type.minutes].sum() / population.sum()) for m in minutes
    )
    share = 1.0 if within == 1.0 else float(np.floor(within * 100) / 100)
    return (care_type.minutes, share) if share >= 0.5 else (0.0, 1.0)
