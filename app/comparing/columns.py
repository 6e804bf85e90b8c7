"""The columns of a comparison's layers: each plan's own, beside those of the first plan.

A row per plan: `plan` counts from 1 in the order of the comparison, `run_id` and `plan_name` say whose it is. What
ends in `_first` is the first plan's value in the same place, `..._difference_first` this plan's less the first's;
empty where the first plan is not about that care type or period.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from app.comparing.plans import LaidOut
from app.layers.columns import DECIMALS, Column, Columns, PlanAndToday, area_columns, flow_columns, site_columns

WHERE = ["care_type_id", "period"]


def compared_areas(plans: Sequence[LaidOut]) -> Columns:
    """One row per area, care type, period and plan."""
    table = _beside_first(plans, area_columns, ["area_id", *WHERE], ["minutes_plan", "site_id_plan"])
    table["minutes_difference_first"] = np.round(table["minutes_plan"] - table["minutes_plan_first"], DECIMALS)
    renamed = {"minutes_plan_first": "minutes_first", "site_id_plan_first": "site_id_first"}
    return _columns(table.rename(columns=renamed))


def compared_sites(plans: Sequence[LaidOut]) -> Columns:
    """One row per site, care type, period and plan."""
    table = _beside_first(plans, site_columns, ["site_id", *WHERE], ["offered_plan", "volume_plan"])
    volume, first = (table[name].astype(float).fillna(0.0) for name in ("volume_plan", "volume_plan_first"))
    table["volume_difference_first"] = (volume - first).where(table["offered_plan_first"].notna())
    renamed = {"offered_plan_first": "offered_first", "volume_plan_first": "volume_first"}
    return _columns(table.rename(columns=renamed))


def compared_flows(plans: Sequence[LaidOut]) -> Columns:
    """One row per area, site, care type, period and plan of a flow in this plan or the first one, 0 where it has none."""
    key = ["area_id", "site_id", *WHERE]
    first = pd.DataFrame(flow_columns(plans[0].both))[[*key, "cases_per_year", "minutes"]]
    first = first.rename(columns={"cases_per_year": "cases_per_year_first", "minutes": "minutes_first"})
    parts = []
    for number, plan in enumerate(plans, start=1):
        own = pd.DataFrame(flow_columns(plan.both))
        about = own[WHERE].drop_duplicates()
        table = own.merge(first.merge(about, on=WHERE), on=key, how="outer", sort=False)
        table["minutes"] = table["minutes"].fillna(table.pop("minutes_first"))
        table["cases_per_year"] = table["cases_per_year"].fillna(0.0)
        known = table[WHERE].merge(first[WHERE].drop_duplicates().assign(known=True), on=WHERE, how="left")["known"]
        table["cases_per_year_first"] = table["cases_per_year_first"].fillna(0.0).where(known.notna().to_numpy())
        parts.append(_signed(table, number, plan))
    together = pd.concat(parts, ignore_index=True)
    together["cases_difference_first"] = together["cases_per_year"] - together["cases_per_year_first"]
    return _columns(together)


def _beside_first(
    plans: Sequence[LaidOut], made: Callable[[PlanAndToday], Columns], key: list[str], shown: list[str]
) -> pd.DataFrame:
    """Each plan's rows with the first plan's value of the shown columns in the same place, under each other."""
    first = pd.DataFrame(made(plans[0].both))[[*key, *shown]]
    first = first.rename(columns={name: f"{name}_first" for name in shown})
    parts = [
        _signed(pd.DataFrame(made(plan.both)).merge(first, on=key, how="left", sort=False), number, plan)
        for number, plan in enumerate(plans, start=1)
    ]
    return pd.concat(parts, ignore_index=True)


def _signed(table: pd.DataFrame, number: int, plan: LaidOut) -> pd.DataFrame:
    return table.assign(plan=number, run_id=plan.run_id, plan_name=plan.name)


def _columns(table: pd.DataFrame) -> Columns:
    return {str(name): _plain(column) for name, column in table.items()}


def _plain(column: "pd.Series[Any]") -> Column:
    """Text with None for a blank, numbers as they are."""
    if column.dtype.kind in "fibu":
        numbers: Column = column.to_numpy()
        return numbers
    values: Column = column.to_numpy(dtype=object, copy=True)
    values[column.isna().to_numpy()] = None
    return values
