"""Who gains and who loses, per region: minutes and inhabitants beyond the norm of each plan beside today's."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from app.comparing.plans import LaidOut
from app.layers.columns import DECIMALS, area_columns
from app.layers.people_columns import persons_of
from geodata.package import Package
from geodata.regions import area_memberships

KEY = ["region_kind", "region_id", "care_type_id", "period"]
MOVED = ("inhabitants_beyond", "inhabitants_closer", "inhabitants_farther", "cases_closer", "cases_farther")
SLIGHT = 1e-6
"""Minutes that nobody notices: a difference this small is none."""


@dataclass(frozen=True)
class Counted:
    """What is counted: areas in these regions, of these care types and periods (positions; all), inhabitants of a group."""

    members: pd.DataFrame
    """region_kind, region_id, area_id."""
    where: Sequence[tuple[int, int]] | None = None
    group: str | None = None


def region_rows(plans: Sequence[LaidOut], package: Package, counted: Counted | None = None) -> list[dict[str, Any]]:
    """One row per region of areas, care type and period; lists have one value per plan, None where it has none.

    Minutes are means over the cases of the region's areas inside, of a group over its inhabitants, for nobody knows the
    cases of a group; None when one of the areas is reached by nobody. `closer` and `farther` count the inhabitants and
    the cases of areas whose minutes are less or more than today's.
    """
    counted = counted or Counted(area_memberships(package))
    told = [_of_plan(plan, package, counted) for plan in plans]
    keys = list(dict.fromkeys(key for table in told for key in table.index))
    aligned = [table.reindex(pd.MultiIndex.from_tuples(keys, names=KEY)) for table in told] if keys else []
    return [_row(key, [table.iloc[at] for table in aligned]) for at, key in enumerate(keys)]


def _row(key: tuple[str, ...], values: Sequence[Any]) -> dict[str, Any]:
    known = next(row for row in values if not np.isnan(row["areas"]))
    difference = [_number(row["minutes"] - row["minutes_today"]) for row in values]
    return {
        **dict(zip(KEY, key, strict=True)),
        "inhabitants": _number(known["inhabitants"]),
        "cases_per_year": _number(known["cases"]),
        **{name: [_number(row[name]) for row in values] for name in ("minutes_today", "minutes", *MOVED)},
        "minutes_difference": difference,
        "verdicts": [_verdict(minutes) for minutes in difference],
    }


def _verdict(minutes: float | None) -> str | None:
    if minutes is None:
        return None
    return "same" if abs(minutes) <= SLIGHT else "gains" if minutes < 0 else "loses"


def _of_plan(plan: LaidOut, package: Package, counted: Counted) -> pd.DataFrame:
    """Sums per KEY over the areas inside the region that the table is about."""
    areas = pd.DataFrame(area_columns(plan.both, counted.where))
    tables = plan.both.plan.tables
    inside = dict(zip(tables.area_ids, tables.area_inside.tolist(), strict=True))
    areas = areas[areas["area_id"].map(inside).astype(bool)]
    own = package.tables["areas"]
    nobody = np.full(len(own["area_id"]), np.nan)
    population = own.get("population", nobody) if counted.group is None else persons_of(package, counted.group)
    persons = areas["area_id"].map(dict(zip(own["area_id"], population, strict=True))).astype(float)
    cases = areas["cases_per_year"].astype(float)
    if counted.group is not None:
        cases = cases * np.nan
    weight = cases if counted.group is None else persons
    change = areas["minutes_plan"] - areas["minutes_today"]
    told = areas.assign(
        areas=1.0, inhabitants=persons, cases=cases, weight=weight,
        travelled=_travelled(areas["minutes_plan"], weight), travelled_today=_travelled(areas["minutes_today"], weight),
        inhabitants_beyond=persons.where(areas["beyond"].fillna(False).astype(bool), 0.0).where(areas["beyond"].notna()),
        inhabitants_closer=persons.where(change < -SLIGHT, 0.0).where(change.notna()),
        inhabitants_farther=persons.where(change > SLIGHT, 0.0).where(change.notna()),
        cases_closer=cases.where(change < -SLIGHT, 0.0).where(change.notna() & cases.notna()),
        cases_farther=cases.where(change > SLIGHT, 0.0).where(change.notna() & cases.notna()),
    )  # fmt: skip
    shown = ["areas", "inhabitants", "cases", "weight", "travelled", "travelled_today", *MOVED]
    together = told.merge(counted.members, on="area_id")
    holes = together[shown].isna().assign(**{name: together[name] for name in KEY}).groupby(KEY)[shown].any()
    sums = together.groupby(KEY)[shown].sum().where(~holes)
    over = sums["weight"].where(sums["weight"] > 0)
    return sums.assign(minutes=sums["travelled"] / over, minutes_today=sums["travelled_today"] / over)


def _travelled(minutes: "pd.Series[float]", weight: "pd.Series[float]") -> "pd.Series[float]":
    """Case-minutes, or those of inhabitants; an area without any brings none, whatever its minutes."""
    return (minutes * weight).where(~(weight <= 0), 0.0)


def _number(value: float) -> float | None:
    return None if np.isnan(value) else round(float(value), DECIMALS)
