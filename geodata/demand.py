"""Demand from rates: inhabitants by age and sex times cases per person and year.

cases[a] = sum over rates r of rate[r] x persons[a, sexes of r, ages of r]
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

Floats = np.ndarray[Any, np.dtype[np.float64]]
Sex = Literal["all", "men", "women"]


@dataclass(frozen=True, order=True)
class Ages:
    """Ages in whole years, both ends included; `last` None is without end."""

    first: int
    last: int | None = None

    def holds(self, other: Ages) -> bool:
        """Do all ages of the other lie in this one?"""
        return self.first <= other.first and (self.last is None or (other.last is not None and other.last <= self.last))

    def meets(self, other: Ages) -> bool:
        """Is there an age in both?"""
        return (self.last is None or other.first <= self.last) and (other.last is None or self.first <= other.last)

    def __str__(self) -> str:
        return f"{self.first}+" if self.last is None else f"{self.first}-{self.last}"


@dataclass(frozen=True)
class Inhabitants:
    """persons[A, sexes, ages] (NaN not known): `sexes` is all, or men and women; `ages` do not overlap."""

    sexes: tuple[Sex, ...]
    ages: tuple[Ages, ...]
    persons: Floats


@dataclass(frozen=True)
class Rate:
    """Cases per person and year of a sex and of ages."""

    sex: Sex
    ages: Ages
    per_person: float


class UnfitRatesError(ValueError):
    """Rates and inhabitants do not fit; the text has a line for each reason."""


def cases(inhabitants: Inhabitants, rates: Sequence[Rate]) -> Floats:
    """Cases per year [A], NaN where inhabitants that a rate needs are not known; raises UnfitRatesError."""
    reasons = unfit(inhabitants, rates)
    if reasons:
        raise UnfitRatesError("\n".join(reasons))
    total = np.zeros(inhabitants.persons.shape[0])
    for rate in rates:
        for s, sex in enumerate(inhabitants.sexes):
            if rate.sex in ("all", sex):
                inside = [i for i, ages in enumerate(inhabitants.ages) if rate.ages.holds(ages)]
                total += rate.per_person * inhabitants.persons[:, s, inside].sum(axis=1)
    return total


def unfit(inhabitants: Inhabitants, rates: Sequence[Rate]) -> list[str]:
    """Every reason why the rates cannot be used: ages that are cut, sexes that are not known, ages given twice."""
    reasons = []
    for i, rate in enumerate(rates):
        if rate.sex != "all" and rate.sex not in inhabitants.sexes:
            reasons.append(f"The rate for {rate.sex} {rate.ages} needs inhabitants by sex, which are not given.")
        for ages in inhabitants.ages:
            if rate.ages.meets(ages) and not rate.ages.holds(ages):
                reasons.append(f"The rate for ages {rate.ages} cuts the inhabitants of {ages} in two.")
        for other in rates[:i]:
            if rate.ages.meets(other.ages) and (rate.sex == other.sex or "all" in (rate.sex, other.sex)):
                reasons.append(f"The rates for {rate.sex} {rate.ages} and {other.sex} {other.ages} overlap.")
    return reasons


def without_rate(inhabitants: Inhabitants, rates: Sequence[Rate]) -> list[str]:
    """The groups of inhabitants that no rate speaks of, for the report: they bring no cases."""
    return [
        f"{sex} {ages}" if sex != "all" else str(ages)
        for sex in inhabitants.sexes
        for ages in inhabitants.ages
        if not any(r.sex in ("all", sex) and r.ages.holds(ages) for r in rates)
    ]


def grown(inhabitants: Inhabitants, now: Inhabitants, then: Inhabitants, member: np.ndarray[Any, Any]) -> Inhabitants:
    """Inhabitants of a later year: each group of an area grows as its larger area does, per age (and sex, if both know).

    `now` and `then` are persons[larger areas, sexes, ages] of the base year and the later one; `member[a]` is the row of
    area a's larger area. Ages that are finer here grow as the ages there that hold them. NaN where growth is unknown.
    """
    persons = np.full_like(inhabitants.persons, np.nan)
    for s, sex in enumerate(inhabitants.sexes):
        before, after = (_of_sex(each, sex) for each in (now, then))
        for i, ages in enumerate(inhabitants.ages):
            inside = [j for j, other in enumerate(now.ages) if ages.holds(other)]
            around = [j for j, other in enumerate(now.ages) if other.holds(ages)]
            at = inside or around
            if not at:
                continue
            base, later = before[:, at].sum(axis=1)[member], after[:, at].sum(axis=1)[member]
            here = inhabitants.persons[:, s, i]
            with np.errstate(divide="ignore", invalid="ignore"):
                growth = np.where(base > 0, later / base, np.nan)
            persons[:, s, i] = np.where(here == 0, 0.0, here * growth)
    return Inhabitants(inhabitants.sexes, inhabitants.ages, persons)


def _of_sex(inhabitants: Inhabitants, sex: Sex) -> Floats:
    """persons[areas, ages] of a sex; of both where the sexes are not told apart there or here."""
    if sex in inhabitants.sexes:
        return inhabitants.persons[:, inhabitants.sexes.index(sex)]
    return np.asarray(inhabitants.persons.sum(axis=1))
