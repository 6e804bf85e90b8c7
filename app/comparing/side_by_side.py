"""Plans side by side: measures, sites, norms, moves, regions and organisations, one value per plan in each list."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from app.comparing.plans import LaidOut
from app.comparing.regions import region_rows
from app.layers.columns import DECIMALS, PlanAndToday, site_columns
from app.layers.move_columns import move_columns
from geodata.package import Package

PAIR = ("care_type_id", "period")


def side_by_side(plans: Sequence[LaidOut], package: Package) -> dict[str, Any]:
    """The whole comparison as JSON: plans, measures, sites, norms, moves, regions, organisations."""
    return {
        "plans": [_plan(plan) for plan in plans],
        "measures": _measures(plans),
        "sites": _sites(plans, package),
        "norms": _norms(plans),
        "moves": _moves(plans),
        "regions": region_rows(plans, package),
        "organisations": organisation_rows(plans, package),
    }


def _plan(plan: LaidOut) -> dict[str, Any]:
    states = pd.Series(site_columns(plan.both)["state"])
    return {
        "run_id": plan.run_id,
        "name": plan.name,
        "outcome": plan.outcome["outcome"],
        "stopped_by": plan.outcome["stopped_by"],
        "opens": int((states == "opens").sum()),
        "closes": int((states == "closes").sum()),
        "norms_broken": sum(not row["holds"] for row in plan.outcome.get("norms") or ()),
    }


def _measures(plans: Sequence[LaidOut]) -> list[dict[str, Any]]:
    then = [plan.outcome.get("measures") or {} for plan in plans]
    now = [(plan.outcome.get("baseline") or {}).get("measures") or {} for plan in plans]
    names = dict.fromkeys(name for measures in then for name in measures)
    return [
        {
            "measure": name,
            "unit": next(measures[name].get("unit") for measures in then if name in measures),
            "today": [(measures.get(name) or {}).get("value") for measures in now],
            "values": [(measures.get(name) or {}).get("value") for measures in then],
        }
        for name in names
    ]


def _sites(plans: Sequence[LaidOut], package: Package) -> list[dict[str, Any]]:
    """Sites and care types that are offered today or in any of the plans."""
    own = package.tables["sites"]
    names = dict(zip(own["site_id"], own.get("name", own["site_id"]), strict=True))
    tables = [_by_key(_rows(site_columns(plan.both)), ("site_id", *PAIR)) for plan in plans]
    found = []
    for key in _keys(tables):
        rows = [table.get(key) for table in tables]
        if any(row is not None and row["state"] != "never" for row in rows):
            found.append(
                {
                    **dict(zip(("site_id", *PAIR), key, strict=True)),
                    "name": names[key[0]],
                    "offered_today": next(row["offered_today"] for row in rows if row is not None),
                    **_each(rows, states="state", volumes_today="volume_today", volumes="volume_plan"),
                    **_each(rows, norms="norm", margins="margin"),
                }
            )
    return found


def _norms(plans: Sequence[LaidOut]) -> list[dict[str, Any]]:
    fields = ("kind", "rule", "subject", *PAIR, "future")
    tables = [
        _by_key([{name: row.get(name) for name in (*fields, "value", "limit", "margin", "holds")}
                 for row in plan.outcome.get("norms") or ()], fields)
        for plan in plans
    ]  # fmt: skip
    return [
        {
            **dict(zip(fields, key, strict=True)),
            **_each([table.get(key) for table in tables], values="value", limits="limit", margins="margin",
                    holds="holds"),
        }
        for key in _keys(tables)
    ]  # fmt: skip


def _moves(plans: Sequence[LaidOut]) -> list[dict[str, Any]]:
    """Cases that move between sites from today to each plan; 0 where a plan about that care type moves none."""
    fields = ("from_site_id", "to_site_id", *PAIR)
    tables = [_by_key(_rows(move_columns(plan.both)), fields) for plan in plans]
    about = [_about(plan.both) for plan in plans]
    return [
        {
            **dict(zip(fields, key, strict=True)),
            "cases_per_year": [
                row["cases_per_year"] if (row := table.get(key)) else 0.0 if key[2:] in pairs else None
                for table, pairs in zip(tables, about, strict=True)
            ],
        }
        for key in _keys(tables)
    ]


def organisation_rows(plans: Sequence[LaidOut], package: Package) -> list[dict[str, Any]]:
    """Per organisation, care type and period: sites that offer and cases treated, today and in each plan."""
    given = package.tables.get("organisations", {})
    names = dict(
        zip(given.get("organisation_id", ()), given.get("name", given.get("organisation_id", ())), strict=True)
    )
    fields = ("organisation_id", *PAIR)
    tables = []
    for plan in plans:
        tables_of = plan.both.plan.tables
        home = dict(zip(tables_of.site_ids, tables_of.organisation_of, strict=True))
        sites = pd.DataFrame(site_columns(plan.both))
        sites["organisation_id"] = sites["site_id"].map(home)
        summed = sites.groupby(list(fields), as_index=False, sort=True).agg(
            sites_today=("offered_today", "sum"), sites=("offered_plan", "sum"),
            cases_today=("volume_today", "sum"), cases=("volume_plan", "sum"),
        )  # fmt: skip
        if plan.both.today is None:
            summed["cases_today"] = np.nan
        summed["cases_difference"] = (summed["cases"] - summed["cases_today"]).round(DECIMALS)
        offering = summed[(summed["sites_today"] > 0) | (summed["sites"] > 0)]
        tables.append(_by_key(_rows({str(name): column.to_numpy() for name, column in offering.items()}), fields))
    return [
        {
            **dict(zip(fields, key, strict=True)),
            "name": names.get(key[0], key[0]),
            **_each([table.get(key) for table in tables], sites_today="sites_today", sites="sites",
                    cases_today="cases_today", cases="cases", cases_difference="cases_difference"),
        }
        for key in _keys(tables)
    ]  # fmt: skip


def _about(both: PlanAndToday) -> set[tuple[Hashable, ...]]:
    tables = both.plan.tables
    return {(tables.care_type_ids[k], tables.period_ids[t]) for k, t in both.each()}


def _rows(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table as plain values, None for NaN."""
    names = list(columns)
    plain = [[None if value != value else value for value in columns[name].tolist()] for name in names]
    return [dict(zip(names, row, strict=True)) for row in zip(*plain, strict=True)]


def _by_key(rows: Iterable[dict[str, Any]], fields: Sequence[str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[field] for field in fields): row for row in rows}


def _keys(tables: Sequence[Mapping[tuple[Any, ...], Any]]) -> list[tuple[Any, ...]]:
    return list(dict.fromkeys(key for table in tables for key in table))


def _each(rows: Sequence[Mapping[str, Any] | None], **named: str) -> dict[str, list[Any]]:
    """Under each name the field of every row, None where a plan has no such row."""
    return {name: [None if row is None else row[field] for row in rows] for name, field in named.items()}
