"""The columns of a plan's layers, beside today's: one row per area or site, care type and period, one per flow."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from app.layers.people_columns import staff_of
from app.layouts import layouts_of
from geodata.package import Package
from solver.audits.layout import Layout
from solver.audits.scenario import Rule
from solver.audits.travel import Way

DECIMALS = 9
"""Of minutes that were divided or subtracted: exact to a reader, without the noise of the last bit."""
Column = npt.NDArray[Any]
Columns = dict[str, Column]
"""Column name -> values, all columns equally long; None or NaN where nothing is known."""


@dataclass(frozen=True)
class PlanAndToday:
    """A plan laid out beside today's landscape, if the outcome has one, under the same behaviours."""

    plan: Layout
    today: Layout | None
    norms: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, outcome: Mapping[str, Any], package: Package) -> "PlanAndToday":
        """The outcome's plan and baseline; the outcome must hold a plan."""
        return cls(*layouts_of(outcome, package), tuple(outcome.get("norms") or ()))

    def plan_way(self, k: int, t: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        """Per area its patients' mean minutes in the plan and the site most go to (-1: none)."""
        return _way_to_care(self.plan, k, t)

    def each(self) -> list[tuple[int, int]]:
        """Every care type and period, as positions."""
        return [(k, t) for k in self.plan.care_types for t in self.plan.periods]


def area_columns(both: PlanAndToday, where: Sequence[tuple[int, int]] | None = None) -> Columns:
    """One row per area, care type and period: minutes and site today and in the plan, cases, beyond the access norm.

    Of all care types and periods, or `where` is said, as positions.
    """
    tables = both.plan.tables
    count = len(tables.area_ids)
    rows: list[Columns] = []
    for k, t in both.each() if where is None else where:
        minutes_plan, site_plan = both.plan_way(k, t)
        minutes_today, site_today = _nowhere(count) if both.today is None else _way_to_care(both.today, k, t)
        rows.append(
            {
                **named(both.plan, k, t, count),
                "area_id": objects(tables.area_ids),
                "minutes_today": minutes_today,
                "minutes_plan": minutes_plan,
                "minutes_difference": np.round(minutes_plan - minutes_today, DECIMALS),
                "site_id_today": _ids(tables.site_ids, site_today),
                "site_id_plan": _ids(tables.site_ids, site_plan),
                "beyond": _beyond(both.plan, k, t),
                "cases_per_year": tables.demand[k, t],
            }
        )
    return stacked(rows)


def site_columns(both: PlanAndToday) -> Columns:
    """One row per site, care type and period: offered, state and volume beside today's, norm and margin."""
    tables = both.plan.tables
    count = len(tables.site_ids)
    norm = {
        (row["care_type_id"], row["period"], row["subject"]): row for row in both.norms if row["kind"] == "volume_norm"
    }
    rows: list[Columns] = []
    for k, t in both.each():
        names = named(both.plan, k, t, count)
        now, then = tables.offered_today[:, k], both.plan.offers[t, :, k]
        own = [norm.get((names["care_type_id"][0], names["period"][0], site)) for site in tables.site_ids]
        rows.append(
            {
                **names,
                "site_id": objects(tables.site_ids),
                "offered_today": now,
                "offered_plan": then,
                "state": np.select([now & then, then, now], ["stays", "opens", "closes"], "never").astype(object),
                "volume_today": np.full(count, np.nan) if both.today is None else _volumes(both.today, k, t, now),
                "volume_plan": _volumes(both.plan, k, t, then),
                "norm": np.array([np.nan if row is None else row["limit"] for row in own], dtype=np.float64),
                "margin": np.array([np.nan if row is None else row["margin"] for row in own], dtype=np.float64),
                **staff_of(both.plan, k, t),
            }
        )
    return stacked(rows)


def flow_columns(both: PlanAndToday) -> Columns:
    """One row per flow of the plan: area, site, care type, period, cases and minutes."""
    tables = both.plan.tables
    rows: list[Columns] = []
    for k, t in both.each():
        stream = both.plan.stream(k, t)
        rows.append(
            {
                **named(both.plan, k, t, len(stream.cases)),
                "area_id": _ids(tables.area_ids, stream.area),
                "site_id": _ids(tables.site_ids, stream.site),
                "cases_per_year": stream.cases,
                "minutes": minutes_between(both.plan, k)[stream.site, stream.area],
            }
        )
    return stacked(rows)


def minutes_between(layout: Layout, k: int) -> npt.NDArray[np.float64]:
    """Minutes float64[S,A] by which the patients of care type k travel."""
    return layout.ground.minutes(k, layout.ground.way(k))


def _way_to_care(layout: Layout, k: int, t: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Per area its patients' mean minutes and the site most go to; without patients those of the nearest."""
    stream, near = layout.stream(k, t), layout.reach(k, t, layout.ground.way(k))
    count = len(layout.tables.area_ids)
    cases = np.bincount(stream.area, stream.cases, count)
    travelled = np.bincount(stream.area, stream.cases * minutes_between(layout, k)[stream.site, stream.area], count)
    minutes = np.where(cases > 0, travelled / np.where(cases > 0, cases, 1.0), near.minutes)
    site = near.site.copy()
    order = np.argsort(stream.cases, kind="stable")
    site[stream.area[order]] = stream.site[order]
    told = np.asarray(np.round(np.where(np.isfinite(minutes), minutes, np.nan), DECIMALS), dtype=np.float64)
    return told, site


def _nowhere(count: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    return np.full(count, np.nan), np.full(count, -1, dtype=np.int64)


def _beyond(layout: Layout, k: int, t: int) -> Column:
    """Whether the nearest offering site is beyond the first access norm of the care type; None without such a norm."""
    tables, asked = layout.tables, layout.ground.asked
    name, period = tables.care_type_ids[k], tables.period_ids[t]
    norm: Rule | None = next(
        (
            rule
            for rule in asked.rules
            if rule.kind == "access_norm" and rule.care_type == name and period in rule.periods
        ),
        None,
    )
    if norm is None:
        return np.full(len(tables.area_ids), None, dtype=object)
    near = layout.reach(k, t, Way.of(norm.fields, asked.mode(name)))
    return (near.minutes > float(norm.fields["max_minutes"])).astype(object)


def _volumes(layout: Layout, k: int, t: int, offered: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
    """Cases a year at each offering site, NaN where it is not offered."""
    return np.where(offered, np.array([float(volume) for volume in layout.volume(k, t)]), np.nan)


def named(layout: Layout, k: int, t: int, count: int) -> Columns:
    """The columns care_type_id and period, the same in `count` rows."""
    names = {"care_type_id": layout.tables.care_type_ids[k], "period": layout.tables.period_ids[t]}
    return {column: np.full(count, name, dtype=object) for column, name in names.items()}


def objects(ids: tuple[str | None, ...]) -> Column:
    made = np.empty(len(ids), dtype=object)
    made[:] = ids
    return made


def _ids(ids: tuple[str, ...], places: npt.NDArray[np.int64]) -> Column:
    """The ids at the places, None at -1."""
    with_none: Column = objects((*ids, None))
    found: Column = with_none[places]
    return found


def stacked(rows: list[Columns]) -> Columns:
    """The rows of several tables under each other; a column that a table lacks is NaN there."""
    names = list(dict.fromkeys(column for row in rows for column in row))
    filled = [
        {**row, **{name: np.full(len(next(iter(row.values()))), np.nan) for name in names if name not in row}}
        for row in rows
    ]
    return {name: np.concatenate([row[name] for row in filled]) for name in names}
