"""The columns of catchments and moves: which areas a site serves, and which cases leave where and go to where."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from app.layers.columns import Column, Columns, PlanAndToday, minutes_between, named, stacked
from solver.audits.layout import Layout

SLIGHT = 1e-9
"""Moves of fewer cases a year are the noise of adding up shares."""


def catchment_columns(both: PlanAndToday) -> tuple[Columns, list[Column]]:
    """One row per offering site, care type and period that draws anybody, and the ids of the areas it serves.

    An area belongs to the site that most of its patients go to; `inhabitants` is NaN where a population is unknown.
    """
    tables = both.plan.tables
    population = _population(both.plan)
    area_ids = np.array(tables.area_ids, dtype=object)
    rows: list[Columns] = []
    members: list[Column] = []
    for k, t in both.each():
        stream = both.plan.stream(k, t)
        mostly = both.plan_way(k, t)[1]
        minutes = minutes_between(both.plan, k)[stream.site, stream.area]
        found = [s for s in np.flatnonzero(both.plan.offers[t, :, k]).tolist() if (mostly == s).any()]
        own = [stream.site == s for s in found]
        rows.append(
            {
                "site_id": np.array([tables.site_ids[s] for s in found], dtype=object),
                **named(both.plan, k, t, len(found)),
                "areas": np.array([int((mostly == s).sum()) for s in found], dtype=np.int64),
                "inhabitants": np.array([population[mostly == s].sum() for s in found], dtype=np.float64),
                "volume_plan": np.array([float(both.plan.volume(k, t)[s]) for s in found], dtype=np.float64),
                "mean_minutes": np.array([_mean(minutes[at], stream.cases[at]) for at in own], dtype=np.float64),
            }
        )
        members += [area_ids[mostly == s] for s in found]
    return stacked(rows), members


def move_columns(both: PlanAndToday) -> Columns:
    """One row per pair of sites between which patients move from today to the plan, per care type and period.

    Where an area loses cases at several sites and gains them at several, each loss is spread over the gains in
    proportion. `because` is closes, opens, both or shifts: what changed at the two ends.
    """
    return stacked([_moves(both, k, t) for k, t in both.each()])


def _moves(both: PlanAndToday, k: int, t: int) -> Columns:
    tables = both.plan.tables
    offered, offers = tables.offered_today[:, k], both.plan.offers[t, :, k]
    moved = _moved(both, k, t)
    source, target = moved["source"].to_numpy(), moved["target"].to_numpy()
    ids = np.array(tables.site_ids, dtype=object)
    closes, opens = (offered & ~offers)[source], (offers & ~offered)[target]
    return {
        "from_site_id": ids[source],
        "to_site_id": ids[target],
        **named(both.plan, k, t, len(moved)),
        "cases_per_year": moved["cases"].to_numpy(dtype=np.float64),
        "areas": moved["areas"].to_numpy(dtype=np.int64),
        "because": np.select([closes & opens, closes, opens], ["both", "closes", "opens"], "shifts").astype(object),
    }


def _moved(both: PlanAndToday, k: int, t: int) -> pd.DataFrame:
    """source, target (positions of sites), cases and areas of every move."""
    empty = pd.DataFrame({"source": [], "target": [], "cases": [], "areas": []})
    empty = empty.astype({"source": np.int64, "target": np.int64, "areas": np.int64, "cases": np.float64})
    if both.today is None:
        return empty
    now, then = (pd.DataFrame({"area": x.area, "site": x.site, "cases": x.cases})
                 for x in (both.today.stream(k, t), both.plan.stream(k, t)))  # fmt: skip
    change = pd.concat([then, now.assign(cases=-now["cases"])]).groupby(["area", "site"], as_index=False)["cases"].sum()
    gains, losses = change[change["cases"] > SLIGHT], change[change["cases"] < -SLIGHT]
    gains = gains.assign(share=gains["cases"] / gains.groupby("area")["cases"].transform("sum"))
    pairs = losses.merge(gains, on="area", suffixes=("_source", "_target"))
    if pairs.empty:
        return empty
    pairs["cases"] = -pairs["cases_source"] * pairs["share"]
    summed = pairs.groupby(["site_source", "site_target"], as_index=False).agg(
        cases=("cases", "sum"), areas=("area", "nunique")
    )
    named_as_ends: pd.DataFrame = summed.rename(columns={"site_source": "source", "site_target": "target"})
    return named_as_ends


def _population(layout: Layout) -> npt.NDArray[np.float64]:
    """Persons per area in the order of the layout, 0 outside the region, NaN where unknown."""
    own: dict[str, Any] = dict(layout.tables.plain["areas"])
    if "population" not in own:
        return np.full(len(layout.tables.area_ids), np.nan)
    persons = np.asarray(own["population"], dtype=np.float64)[layout.tables.area_row]
    return np.where(layout.tables.area_inside, persons, 0.0)


def _mean(minutes: npt.NDArray[np.float64], cases: npt.NDArray[np.float64]) -> float:
    reached = np.isfinite(minutes).all() and cases.sum() > 0
    return float((minutes * cases).sum() / cases.sum()) if reached else float("nan")
